package store

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// plan is by what an agency is reminded on a day.
type plan struct {
	agency    int64
	cal       *calendar.Calendar
	working   bool // the day is a working day there
	reminders cases.ReminderPlan
	hours     cases.Hours
	annual    cases.AnnualTerms
	above     []int64 // the agencies above it, nearest first
}

// plans are those of all agencies, read at once and made when first asked for.
type plans struct {
	t       *tx
	tree    *cases.Tree
	day     calendar.Date
	values  map[string]map[int64]string // by key and agency
	made    map[int64]*plan
	parsed  map[string]cases.ReminderPlan
	records []int64 // cases whose record has to be looked at
}

// readPlans reads what every agency has set by a day.
func (t *tx) readPlans(tree *cases.Tree, day calendar.Date) (*plans, error) {
	var rows []struct {
		Key    string `db:"key"`
		Agency int64  `db:"agency_id"`
		Value  string `db:"value"`
	}
	if err := t.Select(&rows, "SELECT key, agency_id, value FROM settings WHERE key IN (?, ?, ?) AND from_on <= ? ORDER BY from_on",
		cases.ReminderPlanKey, cases.ReminderHoursKey, cases.AnnualTermsKey, day); err != nil {
		return nil, fmt.Errorf("read the plans of reminders: %w", err)
	}
	p := &plans{t: t, tree: tree, day: day, values: map[string]map[int64]string{}, made: map[int64]*plan{}, parsed: map[string]cases.ReminderPlan{}}
	for _, r := range rows {
		if p.values[r.Key] == nil {
			p.values[r.Key] = map[int64]string{}
		}
		p.values[r.Key][r.Agency] = r.Value // the latest comes last
	}
	return p, nil
}

// of gives the plan of an agency.
func (p *plans) of(agency int64) (*plan, error) {
	if x, found := p.made[agency]; found {
		return x, nil
	}
	book, err := p.t.bookOf(agency)
	if err != nil {
		return nil, err
	}
	x := &plan{agency: agency, cal: book.Latest()}
	x.working = x.cal.IsWorkday(p.day)
	for a, found := p.tree.Agency(agency); found && a.ParentID != 0 && len(x.above) < 20; a, found = p.tree.Agency(a.ParentID) {
		x.above = append(x.above, a.ParentID)
	}
	// A setting that can't be read (it was written by hand) must not keep the others
	// from being reminded: the usual holds then.
	text := p.value(cases.ReminderPlanKey, x)
	if _, known := p.parsed[text]; !known {
		if p.parsed[text], err = cases.ParseReminderPlan(text); err != nil {
			p.parsed[text] = cases.UsualReminders()
		}
	}
	x.reminders = p.parsed[text]
	if x.hours, err = cases.ParseHours(p.value(cases.ReminderHoursKey, x)); err != nil {
		x.hours = cases.UsualHours()
	}
	if x.annual, err = cases.ParseAnnualTerms(p.value(cases.AnnualTermsKey, x)); err != nil {
		x.annual = cases.AnnualTerms{}
	}
	p.made[agency] = x
	return x, nil
}

// value gives a setting of an agency: its own, or that of the nearest above.
func (p *plans) value(key string, x *plan) string {
	for _, at := range append(append([]int64{x.agency}, x.above...), 0) {
		if v := p.values[key][at]; v != "" {
			return v
		}
	}
	return ""
}

// house is the plan of the installation as a whole.
func (p *plans) house() *plan {
	x := &plan{cal: p.t.book.Latest(), reminders: cases.UsualReminders(), hours: cases.UsualHours()}
	x.working = x.cal.IsWorkday(p.day)
	return x
}

// ReminderPlan gives by what an agency is reminded on a day, whether set by itself
// or above it.
func (db *DB) ReminderPlan(ctx context.Context, agency int64, on calendar.Date) (out cases.ReminderPlan, err error) {
	text, err := db.Setting(ctx, agency, cases.ReminderPlanKey, on)
	if err != nil {
		return out, err
	}
	return cases.ParseReminderPlan(text)
}

// execIn is Exec for a statement with one list, written (?), among its arguments.
func (t *tx) execIn(query string, args ...any) error {
	query, args, err := sqlx.In(query, args...)
	if err != nil {
		return err
	}
	_, err = t.Exec(query, args...)
	return err
}
