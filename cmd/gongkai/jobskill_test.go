package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"gongkai/internal/auth"
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/internal/store"
	"gongkai/internal/testkit"
)

// The serving program, killed again and again on days that follow one another,
// with a mail server that refuses, hangs and hangs up: every slot of every day is
// done once, everybody is told what a calm run tells, no message is lost, and one
// that came twice came under the same id. On both engines.
func TestKilledJobs(t *testing.T) {
	for _, engine := range []string{store.SQLite, store.Postgres} {
		t.Run(engine, func(t *testing.T) {
			first := testkit.Day("2026-04-01")
			random := rand.New(rand.NewPCG(11, 11))
			moody := []string{testkit.SMTPGood, testkit.SMTPRefuse, testkit.SMTPCut, testkit.SMTPHang, testkit.SMTPGood, testkit.SMTPCut}
			server := testkit.NewSMTP(t, func(n int) string { return moody[n%len(moody)] })
			rough := newServing(t, engine, first, server.Port)
			day := first
			rough.serve(day, 0) // the first day whole, so that both runs begin alike
			for range testkit.JobKills() {
				day = day.AddDays(1 + random.IntN(3))
				rough.serve(day, time.Duration(random.IntN(900))*time.Millisecond)
			}
			server.Behave(func(int) string { return testkit.SMTPGood })
			cal := calendar.Builtin().Latest()
			day = cal.Add(day, 1)
			rough.serve(day, 0)
			day = cal.Add(day, 3) // what waits for its next try has had its time
			rough.serve(day, 0)

			calm := newServing(t, engine, first, 0)
			calm.serve(first, 0)
			calm.serve(day, 0)
			for _, d := range compareTold(calm.told(), rough.told()) {
				t.Error(d)
			}
			rough.checkMessages(server.Got())
		})
	}
}

// serving is an installation whose program is started and killed.
type serving struct {
	t       *testing.T
	dir     string
	bin     string
	options store.Options
	config  string
}

// newServing makes an installation with a few people and cases, and mail to a port
// of loopback (0: none).
func newServing(t *testing.T, engine string, first calendar.Date, port int) *serving {
	t.Helper()
	root := t.TempDir()
	s := &serving{t: t, dir: filepath.Join(root, "data"), bin: filepath.Join(root, "gongkai"), config: filepath.Join(root, "config.toml")}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, s.bin); err != nil { // under this name the test is the program (TestMain)
		t.Fatal(err)
	}
	s.options = store.Options{Driver: engine, Dir: s.dir, KeyFile: s.dir + ".key", Purpose: "test", Clock: testkit.Clock(first.String())}
	text := fmt.Sprintf("[server]\naddr = \"127.0.0.1:0\"\n[data]\ndir = %q\n", s.dir)
	if engine == store.Postgres {
		s.options.DSN = testkit.Postgres(t)
		text += fmt.Sprintf("[database]\ndriver = \"postgres\"\ndsn = %q\n", s.options.DSN)
	}
	if port != 0 {
		text += fmt.Sprintf("[mail]\nhost = \"127.0.0.1\"\nport = %d\nfrom = \"gongkai@example.gov.cn\"\ntls = \"none\"\ntimeout = 1\n", port)
	}
	writeFile(t, s.config, text)
	s.fill(first)
	return s
}

// open opens the database while the program is not running.
func (s *serving) open() *store.DB {
	s.t.Helper()
	db, err := store.Open(context.Background(), s.options)
	if err != nil {
		s.t.Fatal(err)
	}
	return db
}

func (s *serving) fill(first calendar.Date) {
	s.t.Helper()
	ctx, db := context.Background(), s.open()
	defer db.Close()
	must := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	stamp := cases.Stamp{At: s.options.Clock().UnixMicro(), By: "user:1", Today: first, Book: calendar.Builtin(), History: true}
	_, err := db.ImportAgencies(ctx, stamp, []store.AgencyLine{{Agency: cases.Agency{Code: "city", Name: "某市人民政府", ShortName: "某政", Kind: cases.Government}}})
	must(err)
	spans, err := db.Agencies(ctx)
	must(err)
	agency := spans[0].ID
	users := map[cases.Role]int64{}
	for _, r := range []cases.Role{cases.Officer, cases.Reviewer, cases.Signer, cases.FrontDesk} {
		users[r], err = db.CreateUser(ctx, stamp, store.NewUser{Login: "u-" + r.Code()[:4], Name: r.Label(), Password: "x", Grants: []auth.Grant{{Agency: agency, Role: r}}})
		must(err)
		must(db.SetContact(ctx, stamp, users[r], store.Contact{Email: r.Code() + "@example.gov.cn", ByMail: true}))
	}
	channel, err := deadline.ParseChannel("online")
	must(err)
	for i := range 30 {
		on := first.AddDays(2*i - 40)
		c := cases.NewCase(agency, stamp, cases.Record{ReceivedOn: on, Channel: channel, Kind: cases.Natural, Applicant: "陈某", Content: "某批复"})
		must(db.Create(ctx, stamp, c))
		if i%4 != 0 {
			must(db.Update(ctx, c.ID, stamp, func(c *cases.Case) error {
				return c.Assign(stamp, on, cases.Assigned{Officer: users[cases.Officer]})
			}))
		}
	}
}

// serve starts the program at noon of a day and kills it after a while, or (0)
// lets it do what is due and ends it as it should be.
func (s *serving) serve(day calendar.Date, killAfter time.Duration) {
	s.t.Helper()
	var said bytes.Buffer
	cmd := exec.Command(s.bin, "serve", "--config", s.config)
	cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), "DAY="+day.String()), &said, &said
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	if killAfter > 0 {
		time.Sleep(killAfter)
		_ = cmd.Process.Kill() // SIGKILL; it may have ended by itself
		_ = cmd.Wait()
		return
	}
	s.settle()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	begun := time.Now()
	if err := cmd.Wait(); err != nil || time.Since(begun) > 5*time.Second {
		s.t.Fatalf("it ended after %v with %v:\n%s", time.Since(begun), err, said.String())
	}
}

// settle waits until the program has nothing more to write.
func (s *serving) settle() {
	s.t.Helper()
	o := s.options
	o.ReadOnly = true
	last, same := "", 0
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(250 * time.Millisecond) {
		db, err := store.Open(context.Background(), o)
		if err != nil {
			continue
		}
		now := fmt.Sprint(told(s.t, db))
		_ = db.Close()
		if same++; now != last || len(now) < 10 {
			last, same = now, 0
		}
		if same >= 6 {
			return
		}
	}
	s.t.Error("it does not come to rest")
}

func (s *serving) told() map[string]int {
	db := s.open()
	defer db.Close()
	if _, err := db.Verify(context.Background(), store.VerifyJob{Found: func(d store.Difference) { s.t.Errorf("verify: %+v", d) }}); err != nil {
		s.t.Error(err)
	}
	out := told(s.t, db)
	for line := range out {
		if line[:4] == "mail" {
			delete(out, line)
		}
	}
	return out
}

// told lists the days that are done, what was told to whom, and how each message
// stands.
func told(t *testing.T, db *store.DB) map[string]int {
	t.Helper()
	out := map[string]int{}
	nothing := store.Everything{Agencies: func([]cases.Agency) error { return nil }, Case: func(string, *cases.Case, cases.Row) error { return nil },
		File: func(*cases.Case, store.Attachment, []byte) error { return nil }}
	nothing.Row = func(table string, row map[string]any) error {
		switch table {
		case "job_slots":
			if row["job"] == "reminders" {
				out[fmt.Sprintf("slot %v", row["slot"])]++
			}
		case "reminders":
			out[fmt.Sprintf("%v %v %v %v %v", row["kind"], row["case_id"], row["due_on"], row["mark"], row["user_id"])]++
		case "outbox":
			out[fmt.Sprintf("mail %v %v", row["message_id"], row["state"])]++
		}
		return nil
	}
	if err := db.ExportAll(context.Background(), calendar.MustParse("2026-12-31"), nothing); err != nil {
		t.Fatal(err)
	}
	return out
}

func compareTold(want, got map[string]int) (out []string) {
	for line, n := range want {
		if got[line] != n {
			out = append(out, fmt.Sprintf("%s: %d times, want %d", line, got[line], n))
		}
	}
	for line, n := range got {
		if want[line] == 0 {
			out = append(out, fmt.Sprintf("%s: %d times, want none", line, n))
		}
	}
	return out
}

// checkMessages holds what the mail server was given against the outbox.
func (s *serving) checkMessages(got []testkit.Mail) {
	s.t.Helper()
	db := s.open()
	defer db.Close()
	all, err := db.Messages(context.Background(), 0, 1000)
	if err != nil || len(all) < 4 {
		s.t.Fatalf("%d messages, %v", len(all), err)
	}
	given, text := map[string]int{}, map[string]string{}
	for _, m := range got {
		given[m.ID]++
		if was, again := text[m.ID]; again && len(was) == 0 {
			s.t.Errorf("%s came empty", m.ID)
		}
		text[m.ID] = m.Text
	}
	known := map[string]bool{}
	for _, m := range all {
		known[m.MessageID] = true
		switch {
		case m.State == "sent" && given[m.MessageID] == 0:
			s.t.Errorf("message %s counts as sent and never came", m.MessageID)
		case m.State == "waiting" || m.State == "failed":
			s.t.Errorf("message %s is %s after all: tried %d times, %s", m.MessageID, m.State, m.Tries, m.Result)
		}
	}
	doubled := 0
	for id, n := range given {
		if !known[id] {
			s.t.Errorf("message %s came and stands in no outbox", id)
		}
		if n > 1 {
			doubled++
		}
	}
	s.t.Logf("%d messages, %d of them came more than once under their id", len(all), doubled)
}
