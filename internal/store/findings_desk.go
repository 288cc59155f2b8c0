package store

import (
	"context"
	"fmt"

	"gongkai/internal/calendar"
)

// DeskCount counts open cases by what they ask of the office on a day. Late,
// Today, Within3, Within7 and Waiting exclude one another, as the lights of a list
// do; the others cut across them.
type DeskCount struct {
	Open        int `db:"open"`
	Late        int `db:"late"`
	Today       int `db:"today"`
	Within3     int `db:"within3"` // due in 1 to 3 working days
	Within7     int `db:"within7"` // due in 4 to 7
	Waiting     int `db:"waiting"` // somebody else has to act
	Unconfirmed int `db:"unconfirmed"`
	ToApprove   int `db:"to_approve"`
	ToServe     int `db:"to_serve"`
}

// DeskCounts counts the open cases of a set of agencies on a day, in one reading
// of the index of open cases.
func (db *DB) DeskCounts(ctx context.Context, agencyIDs []int64, today calendar.Date, book *calendar.Book) (out DeskCount, err error) {
	const acts = "NOT " + waiting + " AND due_on <> '' AND "
	count := func(condition, name string) string {
		return ", COALESCE(SUM(CASE WHEN " + condition + " THEN 1 ELSE 0 END), 0) AS " + name
	}
	latest := book.Latest()
	soon, week := latest.Add(today, soonDays), latest.Add(today, weekDays)
	err = db.selectOne(ctx, &out, "SELECT COUNT(*) AS open"+count(waiting, "waiting")+
		count(acts+"due_on < ?", "late")+count(acts+"due_on = ?", "today")+
		count(acts+"due_on > ? AND due_on <= ?", "within3")+count(acts+"due_on > ? AND due_on <= ?", "within7")+
		count("state = 'unconfirmed'", "unconfirmed")+count("state = 'proposed'", "to_approve")+count("state = 'approved'", "to_serve")+
		" FROM cases WHERE answered_on = '' AND agency_id IN (?)", agencyIDs,
		today, today, today, today, today, today, today, soon, today, soon, week)
	if err != nil {
		return DeskCount{}, fmt.Errorf("count the desk: %w", err)
	}
	return out, nil
}

// selectOne reads one row of counts; its last list is the agencies, of which an
// empty one counts nothing.
func (db *DB) selectOne(ctx context.Context, dest any, query string, agencies []int64, args ...any) error {
	if len(agencies) == 0 {
		return nil
	}
	query, args, err := inList(query, append(args, agencies)...)
	if err != nil {
		return err
	}
	return db.look(ctx, func(t *tx) error { return t.Get(dest, query, args...) })
}
