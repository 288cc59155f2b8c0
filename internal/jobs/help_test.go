package jobs

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"
	_ "time/tzdata"

	"gongkai/internal/auth"
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/internal/store"
	"gongkai/internal/testkit"
)

// quiet is a log that says nothing.
func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// clock is the program's one clock, which a test sets: the time that passes, and
// how far it is from the machine's.
type clock struct{ ahead time.Duration }

func (c *clock) now() time.Time { return time.Now().Add(c.ahead) }

// set makes it show a moment of the office's time.
func (c *clock) set(text string) {
	at, err := time.ParseInLocation("2006-01-02 15:04", text, office())
	if err != nil {
		panic(err)
	}
	c.ahead = time.Until(at)
}

func office() *time.Location {
	l, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	return l
}

// openOffice makes a database with a city, two departments, their people and a
// caseload of a year.
func openOffice(t testing.TB, engine, dir string, now func() time.Time) *store.DB {
	t.Helper()
	o := store.Options{Driver: engine, Dir: dir, KeyFile: dir + ".key", Purpose: "test", Clock: now}
	if engine == store.Postgres {
		o.DSN = testkit.Postgres(t.(*testing.T))
	}
	db, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func stampAt(now time.Time) cases.Stamp {
	return cases.Stamp{At: now.UnixMicro(), By: "user:1", Today: calendar.FromTime(now.In(office())), Book: calendar.Builtin(), History: true}
}

// fill puts a caseload of a year into a database: cases received every few days in
// three agencies, some without an officer, some that wait, some in court.
func fill(t testing.TB, db *store.DB, s cases.Stamp, from calendar.Date, n int) (users map[string]int64) {
	t.Helper()
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	line := func(code, parent string, kind cases.AgencyKind) store.AgencyLine {
		return store.AgencyLine{Agency: cases.Agency{Code: code, Name: "示例" + code, ShortName: code, Kind: kind}, ParentCode: parent}
	}
	_, err := db.ImportAgencies(ctx, s, []store.AgencyLine{line("city", "", cases.Government), line("fin", "city", cases.Department), line("plan", "city", cases.Department)})
	must(err)
	spans, err := db.Agencies(ctx)
	must(err)
	agencies := map[string]int64{}
	for _, a := range spans {
		agencies[a.Code] = a.ID
	}
	users = map[string]int64{}
	person := func(login, agency string, roles ...cases.Role) {
		u := store.NewUser{Login: login, Name: "某人" + login, Password: "x"}
		for _, r := range roles {
			u.Grants = append(u.Grants, auth.Grant{Agency: agencies[agency], Role: r})
		}
		id, err := db.CreateUser(ctx, s, u)
		must(err)
		users[login] = id
	}
	person("officer1", "fin", cases.Officer)
	person("desk1", "fin", cases.FrontDesk)
	person("reviewer1", "fin", cases.Reviewer)
	person("signer1", "fin", cases.Signer)
	person("officer2", "city", cases.Officer, cases.FrontDesk)
	person("leader", "city", cases.Signer, cases.Reviewer)
	person("editor", "city", cases.Editor)
	channel, err := deadline.ParseChannel("online")
	must(err)
	for i := range n {
		code := []string{"fin", "city", "plan"}[i%3] // nobody works in plan: the city is told
		on := from.AddDays(i * 330 / n)
		r := cases.Record{ReceivedOn: on, Channel: channel, Kind: cases.Natural, Applicant: "陈某", Content: fmt.Sprintf("第%d号批复", i)}
		if i%4 == 1 {
			r.SupplementAskedOn = on.AddDays(3)
		}
		c := cases.NewCase(agencies[code], s, r)
		must(db.Create(ctx, s, c))
		if i%5 != 0 && code != "plan" {
			officer := users[map[string]string{"fin": "officer1", "city": "officer2"}[code]]
			must(db.Update(ctx, c.ID, s, func(c *cases.Case) error { return c.Assign(s, on, cases.Assigned{Officer: officer}) }))
		}
	}
	return users
}

func verified(t testing.TB, db *store.DB) {
	t.Helper()
	if _, err := db.Verify(context.Background(), store.VerifyJob{Found: func(d store.Difference) { t.Errorf("verify: %+v", d) }}); err != nil {
		t.Error(err)
	}
}

func folder(t testing.TB) string { return filepath.Join(t.TempDir(), "data") }
