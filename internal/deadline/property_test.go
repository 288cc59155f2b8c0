package deadline_test

import (
	"sort"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gongkai/internal/calendar"
	"gongkai/internal/deadline"
)

// history draws a case that could have happened: events in order, each reply
// after its request, at most one answer, at the end.
func history(t *rapid.T) deadline.History {
	h := deadline.History{Received: day("2016-01-01").AddDays(rapid.IntRange(0, 3900).Draw(t, "received"))}
	at, open := h.Received, []int{}
	for ref := range rapid.IntRange(0, 9).Draw(t, "events") {
		at = at.AddDays(rapid.IntRange(0, 12).Draw(t, "gap"))
		e := deadline.Event{On: at, Ref: ref}
		e.Kind = rapid.SampledFrom([]deadline.Kind{deadline.SupplementAsked, deadline.SupplementReceived, deadline.ConsultSent,
			deadline.ConsultSent, deadline.ConsultServed, deadline.ConsultReplied, deadline.ConsultReplied, deadline.ConsultSilent, deadline.Extended,
			deadline.FeeNoticed, deadline.FeePaid, deadline.Delayed}).Draw(t, "kind")
		switch e.Kind {
		case deadline.SupplementAsked, deadline.SupplementReceived, deadline.FeeNoticed, deadline.FeePaid:
			e.Ref = 0
		case deadline.ConsultSent:
			e.Party = rapid.SampledFrom([]deadline.Party{deadline.ThirdParty, deadline.CoProducer, deadline.OtherAgency}).Draw(t, "party")
			open = append(open, ref)
		case deadline.ConsultServed, deadline.ConsultReplied, deadline.ConsultSilent:
			if len(open) == 0 {
				continue
			}
			e.Ref = rapid.SampledFrom(open).Draw(t, "ref")
		case deadline.Extended:
			e.Days = rapid.IntRange(1, 25).Draw(t, "days")
		case deadline.Delayed:
			e.Until = at.AddDays(rapid.IntRange(0, 60).Draw(t, "until"))
		}
		h.Events = append(h.Events, e)
	}
	if rapid.Bool().Draw(t, "answered") {
		h.Events = append(h.Events, deadline.Event{Kind: deadline.Answered, On: at.AddDays(rapid.IntRange(0, 40).Draw(t, "answer"))})
	}
	return h
}

func lastDay(h deadline.History) calendar.Date {
	if n := len(h.Events); n > 0 {
		return h.Events[n-1].On
	}
	return h.Received
}

// Explain gives the values of Run, and nothing but steps and terms besides.
func TestExplainEqualsRun(t *testing.T) {
	cal := calendar.Builtin().Latest()
	rapid.Check(t, func(t *rapid.T) {
		h := history(t)
		asOf := h.Received.AddDays(rapid.IntRange(0, 150).Draw(t, "asOf"))
		run, full := deadline.Run(cal, h, asOf), deadline.Explain(cal, h, asOf)
		full.Steps, full.Terms = nil, nil
		if diff := cmp.Diff(run, full, cmp.Comparer(func(a, b calendar.Date) bool { return a == b }),
			cmp.Comparer(func(a, b deadline.Law) bool { return a == b })); diff != "" {
			t.Fatal(diff)
		}
	})
}

// What a case looked like on a day does not depend on what came after it; and a
// further event leaves the steps before it as they are.
func TestHistoryGrowsOnly(t *testing.T) {
	cal := calendar.Builtin().Latest()
	rapid.Check(t, func(t *rapid.T) {
		h := history(t)
		if len(h.Events) == 0 {
			return
		}
		n := rapid.IntRange(0, len(h.Events)-1).Draw(t, "cut")
		early := deadline.History{Received: h.Received, Events: h.Events[:n]}
		asOf := lastDay(early)
		whole := deadline.Explain(cal, h, lastDay(h))
		for i, s := range deadline.Explain(cal, early, asOf).Steps {
			if i >= len(whole.Steps) || whole.Steps[i] != s {
				t.Fatalf("第 %d 步改变：\n%+v\n%+v", i, s, whole.Steps)
			}
		}
		if n < len(h.Events) && h.Events[n].On.After(asOf) {
			if a, b := deadline.Run(cal, early, asOf), deadline.Run(cal, h, asOf); a.Due != b.Due || a.State != b.State || a.Excluded != b.Excluded {
				t.Fatalf("截至 %s 的期限因后来的事改变：%s %s", asOf, a.Due, b.Due)
			}
		}
	})
}

// An independent reading of the formula: due = last restart + days + extension
// + working days that some consultation covers, counted day by day.
func TestDueEqualsDayByDay(t *testing.T) {
	cal := calendar.Builtin().Latest()
	rapid.Check(t, func(t *rapid.T) {
		received := day("2016-01-01").AddDays(rapid.IntRange(0, 3600).Draw(t, "received"))
		h := deadline.History{Received: received}
		var spans [][2]calendar.Date
		for ref := range rapid.IntRange(0, 5).Draw(t, "consults") {
			from := received.AddDays(rapid.IntRange(0, 19).Draw(t, "from"))
			to := from.AddDays(rapid.IntRange(0, 40).Draw(t, "to"))
			spans = append(spans, [2]calendar.Date{from, to})
			h.Events = append(h.Events, deadline.Event{Kind: deadline.ConsultSent, On: from, Ref: ref},
				deadline.Event{Kind: deadline.ConsultReplied, On: to, Ref: ref})
		}
		restart := received
		if rapid.Bool().Draw(t, "supplement") {
			restart = received.AddDays(rapid.IntRange(0, 19).Draw(t, "restart"))
			h.Events = append(h.Events, deadline.Event{Kind: deadline.SupplementReceived, On: restart})
		}
		sort.SliceStable(h.Events, func(i, j int) bool { return h.Events[i].On.Before(h.Events[j].On) })
		days := 20
		if received.Before(day("2019-05-15")) {
			days = 15
		}
		excluded := 0
		for d := restart.AddDays(1); d.Sub(restart) < 100; d = d.AddDays(1) {
			covered := false
			for _, s := range spans {
				covered = covered || d.After(s[0]) && !d.After(s[1])
			}
			if covered && cal.IsWorkday(d) {
				excluded++
			}
		}
		c := deadline.Run(cal, h, received.AddDays(200))
		if c.Excluded != excluded || c.Due != cal.Add(restart, days+excluded) {
			t.Fatalf("扣除 %d、期限 %s，逐日计 %d、%s", c.Excluded, c.Due, excluded, cal.Add(restart, days+excluded))
		}
	})
}

// Every term ends on a working day, not before what starts it; the internal
// date is never later than the legal one; lateness stands still.
func TestTermsAreSound(t *testing.T) {
	cal := calendar.Builtin().Latest()
	rapid.Check(t, func(t *rapid.T) {
		h := history(t)
		asOf := lastDay(h).AddDays(rapid.IntRange(0, 60).Draw(t, "later"))
		c := deadline.Explain(cal, h, asOf)
		delayed := false
		for _, e := range h.Events {
			delayed = delayed || e.Kind == deadline.Delayed
		}
		for _, term := range c.Terms {
			if !cal.IsWorkday(term.Due) || term.Due.Before(term.From) {
				t.Fatalf("期限不当：%+v", term)
			}
		}
		if !c.Due.IsZero() && (c.SafeDue.After(c.Due) || !delayed && !cal.IsWorkday(c.Due)) {
			t.Fatalf("期限 %s，内控 %s", c.Due, c.SafeDue)
		}
		if c.State == deadline.StateAnswered {
			if later := deadline.Run(cal, h, asOf.AddDays(400)); later.Late != c.Late || later.Due != c.Due {
				t.Fatalf("答复之后期限改变：%s %s", c.Due, later.Due)
			}
		}
	})
}
