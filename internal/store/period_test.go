package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/report"
)

// periodCases fills three agencies with cases of five years: open ones, ones
// without a kind or a channel, unconfirmed ones, answers to be given anew.
func periodCases(t *testing.T, db *DB) (ids []int64, all []periodCase) {
	t.Helper()
	byCode := agencies(t, db, "shi", "cz", "gh")
	ids = []int64{byCode["shi"], byCode["cz"], byCode["gh"]}
	r := rand.New(rand.NewPCG(3, 4))
	outcomes := cases.Outcomes()
	job := ImportJob{FileName: "台账.xlsx", FileHash: "period"}
	for i := range 400 {
		code := []string{"shi", "cz", "gh"}[r.IntN(3)]
		day := calendar.Of(2021, 1, 1).AddDays(r.IntN(5 * 365))
		rec := cases.Record{Number: fmt.Sprintf("P%d", i), Agency: code, ReceivedOn: day, Applicant: "陈某", Content: "某事"}
		if r.IntN(20) > 0 {
			rec.Kind = cases.ApplicantKinds()[r.IntN(6)]
		}
		if r.IntN(20) > 0 {
			rec.Channel = mustChannel([]string{"online", "in_person", "letter_ordinary", "fax"}[r.IntN(4)])
		}
		if r.IntN(6) > 0 {
			rec.AnsweredOn, rec.Outcome = day.AddDays(r.IntN(90)), outcomes[r.IntN(len(outcomes))]
		}
		job.Rows = append(job.Rows, ImportRow{Line: i + 2, Record: rec})
		all = append(all, periodCase{byCode[code], rec})
	}
	if _, err := db.Import(context.Background(), stamp("2026-01-05"), job); err != nil {
		t.Fatal(err)
	}
	return ids, all
}

type periodCase struct {
	agency int64
	cases.Record
}

// stages says where a case stands in a period, by the words of the law's table.
func (c periodCase) stages(from, to calendar.Date) map[report.Stage]bool {
	out := map[report.Stage]bool{}
	if c.Kind.IsZero() || c.ReceivedOn.After(to) {
		return out
	}
	openAtStart := c.AnsweredOn.IsZero() || !c.AnsweredOn.Before(from)
	out[report.StageNew] = !c.ReceivedOn.Before(from)
	out[report.StageIn] = c.ReceivedOn.Before(from) && openAtStart
	out[report.StageDone] = !c.AnsweredOn.IsZero() && !c.AnsweredOn.Before(from) && !c.AnsweredOn.After(to)
	out[report.StageOut] = c.AnsweredOn.IsZero() || c.AnsweredOn.After(to)
	return out
}

// Every figure of any period is what counting each case by hand gives, and its
// list holds as many cases.
func TestPeriodIsTheBruteForceCount(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx := context.Background()
		ids, all := periodCases(t, db)
		r := rand.New(rand.NewPCG(5, 6))
		for range 25 {
			from := calendar.Of(2020, 12, 1).AddDays(r.IntN(5 * 365))
			to := from.AddDays(r.IntN(500))
			if r.IntN(3) == 0 {
				from, to = calendar.Of(from.Year(), 1, 1), calendar.Of(from.Year(), 12, 31)
			}
			some := ids[:1+r.IntN(3)]
			got, err := db.Period(ctx, some, from, to)
			if err != nil {
				t.Fatal(err)
			}
			want := bruteForce(all, some, from, to)
			if a, b := fmt.Sprintf("%+v", flat(want)), fmt.Sprintf("%+v", flat(got)); a != b {
				t.Fatalf("%s to %s:\nwant %s\ngot  %s", from, to, a, b)
			}
			for _, stage := range report.Stages() {
				page, err := db.List(ctx, Filter{AgencyIDs: some, Span: &report.StageSpan{Stage: stage, From: from, To: to}}, SortReceived, "", MostRows)
				if err != nil || int64(len(page.Rows)) != got.Stand().Of(stage) {
					t.Errorf("%s of %s to %s: %d listed, %d counted, %v", stage, from, to, len(page.Rows), got.Stand().Of(stage), err)
				}
			}
			for channel, n := range got.NewByChannel {
				if channel == "" {
					channel = NoneGiven
				}
				page, err := db.List(ctx, Filter{AgencyIDs: some, Channel: channel, Span: &report.StageSpan{Stage: report.StageNew, From: from, To: to}}, SortReceived, "", MostRows)
				if err != nil || int64(len(page.Rows)) != n {
					t.Errorf("%s of %s to %s: %d listed, %d counted, %v", channel, from, to, len(page.Rows), n, err)
				}
			}
		}
	})
}

// Of a calendar year a period is table 三 of that year, row by row.
func TestPeriodOfAYearIsTheTable(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx := context.Background()
		ids, _ := periodCases(t, db)
		for year := 2020; year <= 2026; year++ {
			for _, f := range []report.Format{report.Format2019, report.Format2021} {
				p, err := db.Period(ctx, ids, calendar.Of(year, 1, 1), calendar.Of(year, 12, 31))
				if err != nil {
					t.Fatal(err)
				}
				want, err := db.Table(ctx, ids[0], year, false, f)
				if err != nil {
					t.Fatal(err)
				}
				got := p.Table(f)
				got.Remedies = want.Remedies
				if diff := want.Differences(got); len(diff) > 0 {
					t.Errorf("%d, format %s: %v", year, f, diff)
				}
			}
		}
	})
}

func bruteForce(all []periodCase, agencies []int64, from, to calendar.Date) report.Period {
	p := report.NewPeriod(from, to)
	for _, c := range all {
		if !slices.Contains(agencies, c.agency) {
			continue
		}
		in := c.stages(from, to)
		if in[report.StageNew] {
			p.New[c.Kind.Column()]++
			p.NewByMonth[month(c.ReceivedOn.YMD())]++
			p.NewByChannel[c.Channel.Code()]++
			p.At(c.agency).New++
		}
		if in[report.StageIn] {
			p.In[c.Kind.Column()]++
			p.At(c.agency).In++
		}
		if in[report.StageDone] {
			p.Done[c.Kind.Column()]++
			p.DoneByMonth[month(c.AnsweredOn.YMD())]++
			kinds := p.DoneByOutcome[c.Outcome.Code()]
			kinds[c.Kind.Column()]++
			p.DoneByOutcome[c.Outcome.Code()] = kinds
			p.At(c.agency).Done++
		}
		if in[report.StageOut] {
			p.Out[c.Kind.Column()]++
			p.At(c.agency).Out++
		}
	}
	return p
}

// flat is a period in a form that prints the same for the same counts.
func flat(p report.Period) []any {
	stands := map[int64]report.Stand{}
	for id, s := range p.ByAgency {
		if *s != (report.Stand{}) {
			stands[id] = *s
		}
	}
	return []any{p.New, p.In, p.Done, p.Out, p.NewByMonth, p.DoneByMonth, p.NewByChannel, p.DoneByOutcome, stands}
}

// BenchmarkPeriod measures a year, half a year and a month of all agencies and of
// one, at GONGKAI_BENCH_CASES cases (half of them in one year).
func BenchmarkPeriod(b *testing.B) {
	for _, engine := range []string{SQLite, Postgres} {
		b.Run(engine, func(b *testing.B) {
			db, root, all := benchRegister(b, engine, benchCases(b))
			f := measured{b: b}
			for _, c := range []struct {
				name     string
				agencies []int64
				from, to calendar.Date
			}{
				{"a year, all agencies", all, calendar.Of(benchYear, 1, 1), calendar.Of(benchYear, 12, 31)},
				{"half a year, all agencies", all, calendar.Of(benchYear, 4, 1), calendar.Of(benchYear, 9, 30)},
				{"a month, all agencies", all, calendar.Of(benchYear, 6, 1), calendar.Of(benchYear, 6, 30)},
				{"a year, one agency", []int64{root}, calendar.Of(benchYear, 1, 1), calendar.Of(benchYear, 12, 31)},
			} {
				before := processorTime()
				runs := 0
				took := usual(b, func() error {
					runs++
					_, err := db.Period(context.Background(), c.agencies, c.from, c.to)
					return err
				})
				f.say(c.name, "%s, processor %s", took, (processorTime()-before)/time.Duration(runs))
			}
			f.print(fmt.Sprintf("analysis, %s, %d cases", engine, benchCases(b)))
		})
	}
}

// processorTime is what this process has used: other work on the machine does not
// count.
func processorTime() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
