package store

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"gongkai/internal/cases"
)

type outcomeKey struct {
	agency   int64
	kind     string
	received int
	answered int
	outcome  string
}

type channelKey struct {
	agency  int64
	month   int
	channel string
}

type daysKey struct {
	agency int64
	month  int
	days   int
	late   int
}

type courseKey struct {
	agency int64
	month  int
	course int64
}

// tallies gathers by how much each count changes in a transaction.
type tallies struct {
	outcomes map[outcomeKey]int64
	channels map[channelKey]int64
	days     map[daysKey]int64
	courses  map[courseKey]int64
}

func newTallies() *tallies {
	return &tallies{map[outcomeKey]int64{}, map[channelKey]int64{}, map[daysKey]int64{}, map[courseKey]int64{}}
}

// add counts a row n times (-1 takes it out). Unconfirmed cases count nowhere, nor
// answers that have to be given anew and entries that were voided: the application
// was counted once.
func (y *tallies) add(r *caseRow, n int64) {
	if r.ReceivedOn.IsZero() || cases.Flag(r.Flags).Any(cases.Uncounted) {
		return
	}
	answered := 0
	if !r.AnsweredOn.IsZero() {
		answered = r.AnsweredOn.Year()
	}
	y.outcomes[outcomeKey{r.AgencyID, r.Kind, r.ReceivedOn.Year(), answered, r.Outcome}] += n
	y.channels[channelKey{r.AgencyID, month(r.ReceivedOn.YMD()), r.Channel}] += n
	if answered != 0 {
		y.courses[courseKey{r.AgencyID, month(r.AnsweredOn.YMD()), r.Flags & courseFlags}] += n
	}
	if o, err := cases.ParseOutcome(r.Outcome); err == nil && o.CountsAsAnswer() {
		y.days[daysKey{r.AgencyID, month(r.AnsweredOn.YMD()), min(r.DaysTaken, mostDays), r.Late}] += n
	}
}

// courseFlags are the steps that tally_courses tells apart.
const courseFlags = int64(cases.HadSupplement | cases.HadConsultation | cases.HadExtension | cases.HadFee)

// mostDays is the last class of working days taken: 60 and more.
const mostDays = 60

// month writes a month as yyyymm.
func month[M ~int](year int, m M, _ int) int { return year*100 + int(m) }

// flush writes the changes in the order of their keys: two transactions that
// touch the same counts then lock them in the same order.
func (y *tallies) flush(t *tx) error {
	if err := flushTally(t, "tally_outcomes", "agency_id, kind, received_year, answered_year, outcome", y.outcomes,
		func(a, b outcomeKey) int {
			return cmp.Or(cmp.Compare(a.agency, b.agency), cmp.Compare(a.kind, b.kind), cmp.Compare(a.received, b.received),
				cmp.Compare(a.answered, b.answered), cmp.Compare(a.outcome, b.outcome))
		},
		func(k outcomeKey, n int64) []any {
			return []any{k.agency, k.kind, k.received, k.answered, k.outcome, n}
		}); err != nil {
		return err
	}
	if err := flushTally(t, "tally_channels", "agency_id, received_month, channel", y.channels,
		func(a, b channelKey) int {
			return cmp.Or(cmp.Compare(a.agency, b.agency), cmp.Compare(a.month, b.month), cmp.Compare(a.channel, b.channel))
		},
		func(k channelKey, n int64) []any { return []any{k.agency, k.month, k.channel, n} }); err != nil {
		return err
	}
	if err := flushTally(t, "tally_courses", "agency_id, answered_month, course", y.courses,
		func(a, b courseKey) int {
			return cmp.Or(cmp.Compare(a.agency, b.agency), cmp.Compare(a.month, b.month), cmp.Compare(a.course, b.course))
		},
		func(k courseKey, n int64) []any { return []any{k.agency, k.month, k.course, n} }); err != nil {
		return err
	}
	return flushTally(t, "tally_days", "agency_id, answered_month, days, late", y.days,
		func(a, b daysKey) int {
			return cmp.Or(cmp.Compare(a.agency, b.agency), cmp.Compare(a.month, b.month), cmp.Compare(a.days, b.days), cmp.Compare(a.late, b.late))
		},
		func(k daysKey, n int64) []any { return []any{k.agency, k.month, k.days, k.late, n} })
}

func flushTally[K comparable](t *tx, table, key string, counts map[K]int64, order func(a, b K) int, values func(K, int64) []any) error {
	w := newBulk(t, table, key+", n", " ON CONFLICT ("+key+") DO UPDATE SET n = "+table+".n + excluded.n")
	for _, k := range slices.SortedFunc(maps.Keys(counts), order) {
		if n := counts[k]; n != 0 {
			if err := w.add(values(k, n)...); err != nil {
				return fmt.Errorf("count in %s: %w", table, err)
			}
		}
	}
	if err := w.flush(); err != nil {
		return fmt.Errorf("count in %s: %w", table, err)
	}
	return nil
}
