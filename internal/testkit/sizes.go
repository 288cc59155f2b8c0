package testkit

import (
	"flag"
	"os"
	"strconv"
)

// size is how much a test does: the everyday number keeps a run short, the
// proof's one (GONGKAI_PROOF=1) is what a release is held to.
func size(everyday, proof int) int {
	if os.Getenv("GONGKAI_PROOF") == "1" {
		return proof
	}
	return everyday
}

// The sizes of what the issue of letters and papers promises.
const (
	// BundleChanges is how many single-byte changes of a bundle are tried.
	BundleChanges = 1000
	// PlantedDocuments is how many documents with a planted number, and how many
	// clean ones, judge the detector for one seed.
	PlantedDocuments = 1000
)

// JobKills is how often a test of the jobs kills the serving program, on each
// engine.
func JobKills() int { return size(8, 40) }

// YearDays is how many days the simulated year of the jobs lasts.
func YearDays() int { return size(150, 360) }

// PaperKills is how often a test kills a process that adds papers.
func PaperKills() int { return size(4, 200) }

// Random is the number of random cases that a test of a rule of law draws.
func Random() int { return size(10_000, 100_000) }

// Kills is how often a test of crashes kills the program.
func Kills() int { return size(8, 500) }

// ServeKills is how often the running server is killed under its writers.
func ServeKills() int { return size(20, 10_000) }

// Letters is how many letters a test numbers from many clients at once.
func Letters() int { return size(400, 20_000) }

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
