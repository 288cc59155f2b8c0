package testkit

import (
	"flag"
	"os"
	"strconv"
)

// The sizes of random tests: the everyday one keeps a run short, the proof's
// one (GONGKAI_PROOF=1) is what a release is held to.
const (
	everydayCases = 10_000
	proofCases    = 100_000

	everydayKills = 8
	proofKills    = 500

	everydayServeKills = 20
	proofServeKills    = 10_000
)

// ServeKills is how often the running server is killed under its writers.
func ServeKills() int {
	if os.Getenv("GONGKAI_PROOF") == "1" {
		return proofServeKills
	}
	return everydayServeKills
}

// Kills is how often a test of crashes kills the program.
func Kills() int {
	if os.Getenv("GONGKAI_PROOF") == "1" {
		return proofKills
	}
	return everydayKills
}

// Random is the number of random cases that a test of a rule of law draws.
func Random() int {
	if os.Getenv("GONGKAI_PROOF") == "1" {
		return proofCases
	}
	return everydayCases
}

// SetRapid makes rapid draw n cases in every check, unless the call of the test
// set its own number. Call it from TestMain, after flag.Parse.
func SetRapid(n int) error {
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if given {
		return nil
	}
	return flag.Set("rapid.checks", strconv.Itoa(n))
}
