package store

import (
	"context"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// Review is what the agency above said of a return: accepted, or sent back with
// remarks.
type Review struct {
	Of       string `json:"of"` // outside: of an OutsideReturn, N its place; locked: of a Return, N its version
	N        int    `json:"n"`
	Accepted bool   `json:"accepted"`
	Remark   string `json:"remark,omitempty"`
	From     int64  `json:"from"` // the agency that said it
	EntryMark
}

// ReviewReturns says the same of the returns of several agencies of one year, all
// or none. Invalid: sent back without remarks. Conflict: one is not what was seen
// any more, or was reviewed already.
func (db *DB) ReviewReturns(ctx context.Context, s cases.Stamp, from int64, year int, units []ReviewedReturn, accepted bool, remark string) error {
	if !accepted && remark == "" {
		return Fail(Invalid, "退回应写明要改什么。")
	}
	if len([]rune(remark)) > 500 {
		return Fail(Invalid, "退回意见太长，最多500字。")
	}
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		states, err := t.returnStates(year)
		if err != nil {
			return err
		}
		for _, u := range units {
			now := states[u.AgencyID]
			if now.Of != u.Of || now.N != u.N || now.N == 0 {
				return Fail(Conflict, "%s的年报在您打开页面之后又有变化；请刷新页面核对。", u.Name)
			}
			if now.Review != nil {
				return Fail(Conflict, "%s的年报已经办过（接收或退回）；请刷新页面核对。", u.Name)
			}
			r := Review{Of: u.Of, N: u.N, Accepted: accepted, Remark: remark, From: from}
			if err := t.enter(s, entryRow{Kind: reviewEntry, AgencyID: u.AgencyID, Year: year}, -1, r, map[string]any{"accepted": accepted}); err != nil {
				return err
			}
		}
		return nil
	})
}

// ReviewedReturn names the return that a user saw.
type ReviewedReturn struct {
	AgencyID int64
	Name     string
	Of       string
	N        int
}

// ReturnState is what an agency has handed in for a year: from outside (the last
// that was not taken back), or locked here and handed up; N 0: nothing.
type ReturnState struct {
	Of        string
	N         int
	Review    *Review // of exactly this one
	Version   int     // last locked version, 0: none
	Whole     bool    // it is with all below
	LockedAt  int64
	Submitted calendar.Date
	Published calendar.Date
	Outside   *OutsideReturn
	Chased    []Chase
}

// ReturnStates tells of each agency that has handed in, locked or been reminded
// what it has for a year.
func (db *DB) ReturnStates(ctx context.Context, year int) (out map[int64]ReturnState, err error) {
	err = db.look(ctx, func(t *tx) error {
		out, err = t.returnStates(year)
		return err
	})
	return out, err
}

func (t *tx) returnStates(year int) (map[int64]ReturnState, error) {
	out := map[int64]ReturnState{}
	locked, err := t.lockedVersions(year)
	if err != nil {
		return nil, err
	}
	for _, r := range locked {
		x := ReturnState{Version: r.Version, Whole: r.Whole == 1, LockedAt: r.LockedAt, Submitted: r.SubmittedOn, Published: r.PublishedOn}
		if !r.SubmittedOn.IsZero() {
			x.Of, x.N = "locked", r.Version
		}
		out[r.AgencyID] = x
	}
	outside, err := t.outsideReturns(year, 0)
	if err != nil {
		return nil, err
	}
	for id, r := range outside {
		if r.Table != nil {
			x := out[id]
			one := r
			x.Of, x.N, x.Outside = "outside", r.Place, &one
			out[id] = x
		}
	}
	return out, t.reviewed(out, year)
}

// reviewed adds to states what was said of them, and who was reminded when.
func (t *tx) reviewed(states map[int64]ReturnState, year int) error {
	rows, err := t.entries("kind IN (?, ?) AND year = ? ORDER BY agency_id, place", reviewEntry, chaseEntry, year)
	if err != nil {
		return err
	}
	for _, r := range rows {
		x := states[r.AgencyID]
		if r.Kind == chaseEntry {
			one := Chase{EntryMark: r.mark()}
			if err := r.read(&one); err != nil {
				return err
			}
			x.Chased = append(x.Chased, one)
		} else {
			one := Review{EntryMark: r.mark()}
			if err := r.read(&one); err != nil {
				return err
			}
			if one.Of == x.Of && one.N == x.N && x.N > 0 {
				x.Review = &one
			}
		}
		states[r.AgencyID] = x
	}
	return nil
}

// sentBack tells which returns from outside were sent back: they are in no sum.
func (t *tx) sentBack(returns map[int64]OutsideReturn, year int) (map[int64]bool, error) {
	rows, err := t.entries("kind = ? AND year = ? ORDER BY agency_id, place", reviewEntry, year)
	if err != nil {
		return nil, err
	}
	out := map[int64]bool{}
	for _, r := range rows {
		var one Review
		if err := r.read(&one); err != nil {
			return nil, err
		}
		if x := returns[r.AgencyID]; one.Of == "outside" && one.N == x.Place {
			out[r.AgencyID] = !one.Accepted
		}
	}
	return out, nil
}

// Chase is a reminder to an agency whose return is missing (催报).
type Chase struct {
	From int64         `json:"from"` // the agency that reminds
	Due  calendar.Date `json:"due"`  // the day named in the letter
	On   calendar.Date `json:"on"`
	EntryMark
}

// ChaseReturns notes that agencies were reminded.
func (db *DB) ChaseReturns(ctx context.Context, s cases.Stamp, from int64, year int, units []int64, due calendar.Date) error {
	if due.Before(s.Today) {
		return Fail(Invalid, "报送期限不能早于今天。")
	}
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		for _, id := range units {
			if err := t.enter(s, entryRow{Kind: chaseEntry, AgencyID: id, Year: year}, -1, Chase{From: from, Due: due, On: s.Today}, map[string]any{"due": due}); err != nil {
				return err
			}
		}
		return nil
	})
}
