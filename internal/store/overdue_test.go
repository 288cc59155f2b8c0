package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/internal/testkit"
)

// at is a user at some hour of a day in Shanghai.
func at(day calendar.Date, hour int) cases.Stamp {
	s := stamp(day.String())
	s.At = time.Date(day.Year(), time.Month(month(day.YMD())%100), dayOf(day), hour, 30, 0, 0, time.FixedZone("", 8*3600)).UnixMicro()
	s.History = true
	return s
}

func dayOf(d calendar.Date) int { _, _, n := d.YMD(); return n }

// drawLife makes a case up and lets things happen to it, each recorded up to a
// fortnight after it happened, some of them annulled or corrected later.
func drawLife(rt *rapid.T, db *DB, agency int64) int64 {
	ctx := context.Background()
	day := testkit.Day("2025-03-03").AddDays(rapid.IntRange(0, 90).Draw(rt, "received"))
	recorded := day.AddDays(rapid.IntRange(0, 6).Draw(rt, "registered after"))
	step := func() (cases.Stamp, calendar.Date) {
		recorded = recorded.AddDays(rapid.IntRange(0, 12).Draw(rt, "later"))
		on := recorded.AddDays(-rapid.IntRange(0, 14).Draw(rt, "back-dated"))
		return at(recorded, rapid.IntRange(0, 23).Draw(rt, "hour")), calendar.Later(on, day)
	}
	on := day
	if rapid.IntRange(0, 7).Draw(rt, "unconfirmed") == 0 {
		on = calendar.Date{}
	}
	s := at(recorded, 9)
	c, err := cases.Open(agency, s, on, cases.Received{Channel: mustChannel("online"), ApplicantKind: cases.Natural}, "某路改造的批复", nil)
	if err == nil {
		err = db.Create(ctx, s, c)
	}
	if err != nil {
		rt.Fatal(err)
	}
	for range rapid.IntRange(0, 5).Draw(rt, "steps") {
		s, when := step()
		what := rapid.IntRange(0, 8).Draw(rt, "what")
		if err := db.Update(ctx, c.ID, s, func(c *cases.Case) error { return happen(c, s, when, what) }); err != nil && !isNo(err) {
			rt.Fatal(err)
		}
	}
	return c.ID
}

func isNo(err error) bool { return strings.Contains(fmt.Sprintf("%T", err), "Refused") }

// happen does one thing to a case.
func happen(c *cases.Case, s cases.Stamp, on calendar.Date, what int) error {
	var err error
	switch what {
	case 0:
		return c.AskSupplement(s, on, cases.SupplementAsked{Causes: []string{"form"}})
	case 1:
		return c.ReceiveSupplement(s, on, true)
	case 2:
		_, err = c.Consult(s, on, "third_party", 0)
		if err == nil {
			err = c.ConsultServed(s, on, 1)
		}
		return err
	case 3:
		return c.ConsultReplied(s, on, 1, "agree")
	case 4:
		return c.Extend(s, on, 20)
	case 5, 6:
		return c.Answer(s, on, cases.Answered{Outcome: cases.MustOutcome("disclose.provided")}, cases.Evidence{Reasons: true})
	case 7:
		return c.Void(s, len(c.Events))
	}
	return c.Confirm(s, on)
}

// recountOpen says of every case, from its whole record and by the clock of the
// very day, whether it was open at the end of a day and how it stood.
func recountOpen(all []*cases.Case, day calendar.Date) map[int64]string {
	out := map[int64]string{}
	limit := time.Date(day.Year(), time.Month(month(day.YMD())%100), dayOf(day), 23, 59, 59, 999_999_000, time.FixedZone("", 8*3600)).UnixMicro()
	cal := calendar.Builtin().AsOf(day)
	for _, c := range all {
		known := cases.Timeline(c.Events, limit)
		if len(known) == 0 {
			continue
		}
		h := cases.History(known)
		clock := deadline.Run(cal, h, day)
		ended := slices.ContainsFunc(known, func(e cases.Event) bool { return e.Fact.Kind() == "answered" })
		switch {
		case ended:
		case h.Received.IsZero():
			out[c.ID] = "waiting"
		case clock.State != deadline.Running:
			out[c.ID] = "waiting"
		case clock.Due.Before(day):
			out[c.ID] = "late"
		case clock.Due == day:
			out[c.ID] = "today"
		case cal.Count(day, clock.Due) <= 3:
			out[c.ID] = "soon"
		case cal.Count(day, clock.Due) <= 7:
			out[c.ID] = "week"
		default:
			out[c.ID] = "easy"
		}
	}
	return out
}

// The overdue list of any day is what a recount over the whole record of every
// case gives, as was known at the end of that day.
func TestOpenOnEqualsARecount(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ids := agencies(t, db, "shi", "cz", "wai")
		mine := []int64{ids["shi"], ids["cz"]}
		today := testkit.Day("2025-10-09")
		var all []*cases.Case
		seen := map[string]int{}
		recounted := func(fatal func(string, ...any), day calendar.Date) {
			got, err := db.OpenOn(context.Background(), mine, day, today)
			if err != nil {
				fatal("%v", err)
			}
			want := recountOpen(all, day)
			for _, g := range got {
				if want[g.ID] != g.Standing.Code() {
					fatal("case %d on %s: %s, by recount %q", g.ID, day, g.Standing.Code(), want[g.ID])
				}
				seen[g.Standing.Code()]++
			}
			if len(got) != len(want) {
				fatal("%d open on %s, by recount %d", len(got), day, len(want))
			}
		}
		rapid.Check(t, func(rt *rapid.T) {
			agency := rapid.SampledFrom([]int64{ids["shi"], ids["cz"], ids["wai"]}).Draw(rt, "agency")
			c, err := db.Case(context.Background(), drawLife(rt, db, agency))
			if err != nil {
				rt.Fatal(err)
			}
			if agency != ids["wai"] {
				all = append(all, c)
			}
			for _, day := range []calendar.Date{today.AddDays(-rapid.IntRange(1, 230).Draw(rt, "days ago")), today} {
				recounted(rt.Fatalf, day)
			}
		})
		// Few are due on the very day that is drawn: all days have some.
		for day := today.AddDays(-230); day.Before(today); day = day.AddDays(1) {
			recounted(t.Fatalf, day)
		}
		for _, s := range cases.Standings() {
			if seen[s.Code()] == 0 {
				t.Errorf("no case ever stood as %s: the draw is too tame", s.Code())
			}
		}
	})
}

// A case answered late is on the list while it is open and never afterwards; it
// then stands among the late answers, with its cause once that was said.
func TestLateAnswerNeverTurnsRedAgain(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, id := context.Background(), agency(t, db)
		c := create(t, db, id, record("2025-03-03")) // due 2025-03-31
		gone := create(t, db, id, record("2025-03-03"))
		if err := db.Update(ctx, c.ID, stamp("2025-04-10"), answer("2025-04-10", "disclose.provided")); err != nil {
			t.Fatal(err)
		}
		if err := db.Update(ctx, gone.ID, stamp("2025-04-10"), answer("2025-04-10", "other.withdrawn")); err != nil {
			t.Fatal(err)
		}
		for day, want := range map[string]string{"2025-03-02": "", "2025-03-31": "today", "2025-04-09": "late", "2025-04-10": "", "2025-06-01": ""} {
			got, err := db.OpenOn(ctx, []int64{id}, testkit.Day(day), testkit.Day("2025-06-03"))
			if err != nil {
				t.Fatal(err)
			}
			state := ""
			for _, g := range got {
				if g.ID == c.ID {
					state = g.Standing.Code()
				}
			}
			if state != want {
				t.Errorf("on %s it stands as %q, want %q", day, state, want)
			}
		}
		explain := func(cause, fault string) error {
			return db.Update(ctx, c.ID, stamp("2025-04-11"), func(c *cases.Case) error {
				f := cases.DelayExplained{}
				f.Cause, _ = cases.ParseDelayCause(cause)
				f.Fault, _ = cases.ParseDelayFault(fault)
				return c.ExplainDelay(stamp("2025-04-11"), testkit.Day("2025-04-11"), f)
			})
		}
		if explain("approval", "") == nil {
			t.Error("a cause without a fault was taken")
		}
		if err := explain("approval", "approver"); err != nil {
			t.Fatal(err)
		}
		late, err := db.LateAnswers(ctx, []int64{id}, testkit.Day("2025-04-01"), testkit.Day("2025-04-30"))
		if err != nil || len(late) != 1 || late[0].ID != c.ID || late[0].Cause.Code() != "approval" || late[0].Fault.Code() != "approver" {
			t.Errorf("late answers %+v, %v; want the answered one alone, with its cause", late, err)
		}
		if _, err := db.OpenOn(ctx, []int64{id}, testkit.Day("2025-06-04"), testkit.Day("2025-06-03")); !Is(err, Invalid) {
			t.Errorf("a day to come: %v", err)
		}
		sum, err := db.Verify(ctx, VerifyJob{Found: func(d Difference) { t.Error(d.Message) }})
		if err != nil || sum.Differences > 0 {
			t.Errorf("verify: %+v, %v", sum, err)
		}
	})
}
