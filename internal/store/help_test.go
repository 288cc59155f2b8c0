package store

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/testkit"
)

// eachEngine runs a test on a fresh database of each engine.
func eachEngine(t *testing.T, test func(t *testing.T, db *DB)) {
	t.Helper()
	for _, engine := range []string{SQLite, Postgres} {
		t.Run(engine, func(t *testing.T) {
			test(t, openAt(t, options(t, engine)))
		})
	}
}

// options gives what opens a database of the test's own.
func options(t testing.TB, engine string) Options {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	o := Options{Driver: engine, Dir: dir, KeyFile: dir + ".key", Purpose: "test", Clock: testkit.Clock("2025-06-03")}
	if engine == Postgres {
		o.DSN = testkit.Postgres(t)
	}
	return o
}

func openAt(t testing.TB, o Options) *DB {
	t.Helper()
	db, err := Open(context.Background(), o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// stamp is a user at noon of a day.
func stamp(day string) cases.Stamp {
	return cases.Stamp{At: testkit.Clock(day)().UnixMicro(), By: "user:1", Today: testkit.Day(day), Book: calendar.Builtin()}
}

// agency makes one agency and gives its id.
func agency(t testing.TB, db *DB) int64 {
	t.Helper()
	return agencies(t, db, "fuzhou")["fuzhou"]
}

// agencies makes agencies, the first above the others, and gives their ids.
func agencies(t testing.TB, db *DB, codes ...string) map[string]int64 {
	t.Helper()
	var lines []AgencyLine
	for i, code := range codes {
		l := AgencyLine{Agency: cases.Agency{Code: code, Name: "机关" + code, ShortName: "榕" + code, Kind: cases.Department}, Line: i + 2}
		if i == 0 {
			l.Kind, l.ShortName = cases.Government, "榕"
		} else {
			l.ParentCode = codes[0]
		}
		lines = append(lines, l)
	}
	if _, err := db.ImportAgencies(context.Background(), stamp("2025-01-02"), lines); err != nil {
		t.Fatalf("agencies: %v", err)
	}
	spans, err := db.Agencies(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]int64{}
	for _, a := range spans {
		ids[a.Code] = a.ID
	}
	return ids
}

// record is a ledger line received on a day.
func record(received string) cases.Record {
	return cases.Record{ReceivedOn: testkit.Day(received), Channel: mustChannel("online"), Kind: cases.Natural,
		Applicant: "陈某", IDNumber: "350102199001011234", Phone: "139-0000-0001", Content: "某路改造的批复"}
}

func answered(r cases.Record, on, outcome string) cases.Record {
	r.AnsweredOn, r.Outcome = testkit.Day(on), cases.MustOutcome(outcome)
	return r
}

func mustChannel(code string) (c cases.Channel) {
	if err := c.UnmarshalText([]byte(code)); err != nil {
		panic(err)
	}
	return c
}

// create stores a case of a ledger line's facts, as the desk would.
func create(t testing.TB, db *DB, agency int64, r cases.Record) *cases.Case {
	t.Helper()
	s := stamp(r.ReceivedOn.String())
	c := cases.NewCase(agency, s, r)
	if err := db.Create(context.Background(), s, c); err != nil {
		t.Fatalf("create: %v", err)
	}
	return c
}

// answer appends the answer to a case, through the domain's own door.
func answer(on, outcome string) func(*cases.Case) error {
	return func(c *cases.Case) error {
		s := stamp(on)
		line := cases.RecordOf(c)
		line.AnsweredOn, line.Outcome = s.Today, cases.MustOutcome(outcome)
		if !c.Take(s, line, true) {
			return fmt.Errorf("nothing taken")
		}
		return nil
	}
}

// count asks one number of the database.
func count(t testing.TB, db *DB, query string, args ...any) (n int64) {
	t.Helper()
	if err := db.read.Get(&n, db.read.Rebind(query), args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// snapshot gives the derived content of the database, to compare.
func snapshot(t testing.TB, db *DB) string {
	t.Helper()
	var out string
	for _, q := range []string{
		"SELECT agency_id || '|' || number || '|' || version || '|' || last_seq || '|' || received_on || '|' || state || '|' || due_on || '|' || answered_on || '|' || outcome || '|' || late || '|' || days_taken || '|' || flags || '|' || calendar AS line FROM cases ORDER BY id",
		"SELECT agency_id || '|' || kind || '|' || received_year || '|' || answered_year || '|' || outcome || '|' || n AS line FROM tally_outcomes WHERE n <> 0 ORDER BY 1",
		"SELECT agency_id || '|' || received_month || '|' || channel || '|' || n AS line FROM tally_channels WHERE n <> 0 ORDER BY 1",
		"SELECT agency_id || '|' || answered_month || '|' || days || '|' || late || '|' || n AS line FROM tally_days WHERE n <> 0 ORDER BY 1",
		"SELECT agency_id || '|' || answered_month || '|' || course || '|' || n AS line FROM tally_courses WHERE n <> 0 ORDER BY 1",
		"SELECT case_id || '|' || place || '|' || kind || '|' || filed_on || '|' || closed_on || '|' || result || '|' || year_only AS line FROM disputes ORDER BY case_id, place",
	} {
		var lines []string
		if err := db.read.Select(&lines, q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		for _, l := range lines {
			out += l + "\n"
		}
	}
	return out
}
