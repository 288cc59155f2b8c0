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

	everydayPaperKills = 4
	proofPaperKills    = 200

	everydayLetters = 400
	proofLetters    = 20_000
)

// Letters is how many letters a test numbers from many clients at once.
func Letters() int {
	if os.Getenv("GONGKAI_PROOF") == "1" {
		return proofLetters
	}
	return everydayLetters
}

// Kills is how often a test of crashes kills the program.
func Kills() int {
	if os.Getenv("GONGKAI_PROOF") == "1" {
		return proofKills
	}
	return everydayKills
}

// The sizes of what the issue of letters and papers promises.
const (
	// BundleChanges is how many single-byte changes of a bundle are tried.
	BundleChanges = 1000
	// PlantedDocuments is how many documents with a planted number, and how many
	// clean ones, judge the detector for one seed.
	PlantedDocuments = 1000
)

// PaperKills is how often a test kills a process that adds papers.
func PaperKills() int {
	if os.Getenv("GONGKAI_PROOF") == "1" {
		return proofPaperKills
	}
	return everydayPaperKills
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
