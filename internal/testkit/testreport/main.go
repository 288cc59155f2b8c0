// Command testreport reads the events of one or several runs of go test -json
// and tells them to a person: each package as it ends, the whole output of what
// failed, each skip with its reason, the ten slowest tests, and as its last line
// a summary alone: "N passed, N failed, N skipped". It exits 1 if anything
// failed, or if there was nothing to read.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

func main() {
	ok, err := report(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "testreport:", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

// event is a line of go test -json (go doc test2json); Elapsed is in seconds.
type event struct {
	Action      string
	Package     string
	ImportPath  string // of build events, which have no Package
	Test        string
	Elapsed     float64
	Output      string
	FailedBuild string
}

// result is a test that ended.
type result struct {
	pkg, test, action string
	seconds           float64
}

// tally is what was seen so far.
type tally struct {
	out     io.Writer
	output  map[string][]string // by package and test, until it ends
	results []result
	parents map[string]bool // tests that have tests below them: not counted themselves
	broken  int             // packages that failed without a failing test
}

// report reads events until in ends. ok says that tests ran and none failed.
func report(in io.Reader, out io.Writer) (ok bool, err error) {
	t := &tally{out: out, output: map[string][]string{}, parents: map[string]bool{}}
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			t.line(line)
		}
		if err == io.EOF {
			return t.summary(), nil
		}
		if err != nil {
			return false, err
		}
	}
}

// line takes one line in; what is no event is a message of the go command.
func (t *tally) line(line []byte) {
	var e event
	if err := json.Unmarshal(line, &e); err != nil || e.Action == "" {
		fmt.Fprint(t.out, string(line))
		return
	}
	key := e.Package + e.ImportPath + "\x00" + e.Test
	switch e.Action {
	case "output", "build-output":
		t.output[key] = append(t.output[key], e.Output)
	case "build-fail":
		fmt.Fprint(t.out, strings.Join(t.output[key], ""))
	case "pass", "fail", "skip":
		if e.Test == "" {
			t.packageEnded(e)
		} else {
			t.testEnded(e, t.output[key])
		}
		delete(t.output, key)
	}
}

func (t *tally) testEnded(e event, output []string) {
	t.results = append(t.results, result{e.Package, e.Test, e.Action, e.Elapsed})
	if cut := strings.LastIndex(e.Test, "/"); cut >= 0 {
		t.parents[e.Package+"\x00"+e.Test[:cut]] = true
	}
	switch e.Action {
	case "fail":
		fmt.Fprintf(t.out, "FAIL  %s %s\n%s", e.Package, e.Test, strings.Join(output, ""))
	case "skip":
		fmt.Fprintf(t.out, "skip  %s %s: %s\n", e.Package, e.Test, skipReason(output))
	}
}

// skipReason finds what the test said about it: the line before the last.
func skipReason(output []string) string {
	for i := len(output) - 1; i >= 0; i-- {
		line := strings.TrimSpace(output[i])
		if line != "" && !strings.HasPrefix(line, "--- SKIP") && !strings.HasPrefix(line, "=== ") {
			return line
		}
	}
	return "no reason given"
}

func (t *tally) packageEnded(e event) {
	switch e.Action {
	case "pass":
		fmt.Fprintf(t.out, "ok    %s  %.1fs\n", e.Package, e.Elapsed)
	case "fail":
		failed := slices.ContainsFunc(t.results, func(r result) bool { return r.pkg == e.Package && r.action == "fail" })
		if failed {
			delete(t.output, e.Package+"\x00") // only says FAIL once more
		} else {
			t.broken++
		}
		t.unfinished(e.Package)
		fmt.Fprintf(t.out, "FAIL  %s  %.1fs\n", e.Package, e.Elapsed)
	}
}

// unfinished tells the output of what never ended: a panic, a time limit.
func (t *tally) unfinished(pkg string) {
	for key, lines := range t.output {
		if p, _, _ := strings.Cut(key, "\x00"); p == pkg {
			fmt.Fprint(t.out, strings.Join(lines, ""))
			delete(t.output, key)
		}
	}
}

// summary prints the slowest tests and the counts, and says whether all is well.
func (t *tally) summary() bool {
	count := map[string]int{}
	var leaves []result
	for _, r := range t.results {
		if !t.parents[r.pkg+"\x00"+r.test] || r.action == "fail" && !t.failedBelow(r) {
			count[r.action]++
			leaves = append(leaves, r)
		}
	}
	slices.SortStableFunc(leaves, func(a, b result) int { return int(1000*b.seconds) - int(1000*a.seconds) })
	fmt.Fprintln(t.out, "\nthe slowest tests:")
	for _, r := range leaves[:min(10, len(leaves))] {
		fmt.Fprintf(t.out, "%8.2fs  %s %s\n", r.seconds, r.pkg, r.test)
	}
	failed := count["fail"] + t.broken
	fmt.Fprintf(t.out, "\n%d passed, %d failed, %d skipped\n", count["pass"], failed, count["skip"])
	return failed == 0 && count["pass"] > 0
}

// failedBelow says whether a test failed because one below it did.
func (t *tally) failedBelow(parent result) bool {
	return slices.ContainsFunc(t.results, func(r result) bool {
		return r.pkg == parent.pkg && r.action == "fail" && strings.HasPrefix(r.test, parent.test+"/")
	})
}
