package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
)

// A voided entry is in no ledger that leaves the house, so that whoever reads one in
// counts what we count; the whole export says in its own words what became of it.
func TestVoidedCaseLeavesNoLedger(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "d")
	run := func(want int, args ...string) string {
		t.Helper()
		env, stdout, stderr := at("")
		if code := Run(context.Background(), env, append([]string{"--data", dir}, args...)); code != want {
			t.Fatalf("%v: %d %s", args, code, stderr)
		}
		return stdout.String()
	}
	file := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	run(ExitDone, "import", "agencies", file("机关.csv", "code,name,kind,parent,short_name\na,甲局,department,,甲\n"))
	run(ExitDone, "import", "cases", "--agency", "a", file("台账.csv", "number,received_on,channel,applicant_kind,applicant,content\n甲申〔2025〕1号,2025-06-03,online,natural,陈某,批复\n甲申〔2025〕2号,2025-06-03,online,natural,陈某,批复\n"))
	db, err := store.Open(context.Background(), store.Options{Driver: store.SQLite, Dir: dir, KeyFile: dir + ".key", Purpose: "test"})
	if err != nil {
		t.Fatal(err)
	}
	today := calendar.MustParse("2025-06-18")
	s := cases.Stamp{At: 1750200000000000, By: "user:1", Today: today, Book: calendar.Builtin()}
	err = db.VoidCase(context.Background(), s, store.Edit{ID: 2}, 1, func(double, stands *cases.Case) error {
		return double.VoidCase(s, today, cases.CaseVoided{}, stands)
	})
	if err := fmt.Sprint(err, db.Close()); err != "<nil> <nil>" {
		t.Fatal(err)
	}
	if ledger := run(ExitDone, "export", "cases", "--agency", "a"); !strings.Contains(ledger, "甲申〔2025〕1号") || strings.Contains(ledger, "甲申〔2025〕2号") {
		t.Errorf("the ledger:\n%s", ledger)
	}
	all := filepath.Join(t.TempDir(), "all")
	run(ExitDone, "export", "all", all)
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join(all, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if ledger := read("cases.csv"); strings.Contains(ledger, "甲申〔2025〕2号") {
		t.Errorf("the ledger of everything:\n%s", ledger)
	}
	for _, want := range []string{`"state":"voided"`, `"voided_on":"2025-06-18"`, `"kind":"case_voided"`, `"instead":1`} {
		if !strings.Contains(read("cases.jsonl"), want) {
			t.Errorf("cases.jsonl lacks %s", want)
		}
	}
	if report := run(ExitDone, "report", "2025", "--agency", "a", "--as", "json"); !strings.Contains(strings.Join(strings.Fields(report), ""), `"new":[1,0,0,0,0,0,1]`) {
		t.Errorf("the report:\n%s", report)
	}
	run(ExitDone, "verify")
}
