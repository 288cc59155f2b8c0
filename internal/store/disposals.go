package store

import (
	"context"
	"fmt"
	"slices"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// Disposal is a list of cases to be destroyed (销毁清册), from its proposal to its
// end.
type Disposal struct {
	ID        int64
	AgencyID  int64
	Year      int // when it begins, the terms have run out
	Reason    string
	At        int64 // microseconds UTC
	By        string
	DecidedAt int64 // 0: it waits for the second person
	DecidedBy string
	Decision  string // agreed, refused
	DoneAt    int64  // 0: not every case is destroyed or kept yet
	Cases     int
	Purged    int
	Kept      int
}

const disposalColumns = "id, agency_id, year, reason, proposed_at, proposed_by, decided_at, decided_by, decision, done_at, mac"

type disposalRow struct {
	ID        int64  `db:"id"`
	AgencyID  int64  `db:"agency_id"`
	Year      int    `db:"year"`
	Reason    string `db:"reason"`
	At        int64  `db:"proposed_at"`
	By        string `db:"proposed_by"`
	DecidedAt int64  `db:"decided_at"`
	DecidedBy string `db:"decided_by"`
	Decision  string `db:"decision"`
	DoneAt    int64  `db:"done_at"`
	MAC       []byte `db:"mac"`
}

func (t *tx) disposalMAC(r disposalRow) []byte {
	b := secret.AppendText(t.hash.buf[:0], "disposal")
	for _, n := range []int64{r.AgencyID, int64(r.Year), r.At, r.DecidedAt, r.DoneAt} {
		b = secret.AppendInt(b, n)
	}
	for _, text := range []string{r.Reason, r.By, r.DecidedBy, r.Decision} {
		b = secret.AppendText(b, text)
	}
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

// updateDisposal writes what changes in a list.
func (t *tx) updateDisposal(r disposalRow) error {
	_, err := t.Exec("UPDATE disposals SET decided_at = ?, decided_by = ?, decision = ?, done_at = ?, mac = ? WHERE id = ?",
		r.DecidedAt, r.DecidedBy, r.Decision, r.DoneAt, t.disposalMAC(r), r.ID)
	return err
}

const disposalCaseColumns = "disposal_id, case_id, class, years, closed_on, files, fate, kept, mac"

type disposalCaseRow struct {
	DisposalID int64         `db:"disposal_id"`
	CaseID     int64         `db:"case_id"`
	Class      string        `db:"class"`
	Years      int           `db:"years"`
	ClosedOn   calendar.Date `db:"closed_on"`
	Files      int           `db:"files"`
	Fate       string        `db:"fate"`
	Kept       string        `db:"kept"`
	MAC        []byte        `db:"mac"`
}

func (t *tx) disposalCaseMAC(r disposalCaseRow) []byte {
	b := secret.AppendText(t.hash.buf[:0], "disposal case")
	for _, n := range []int64{r.DisposalID, r.CaseID, int64(r.Years), int64(r.Files)} {
		b = secret.AppendInt(b, n)
	}
	for _, text := range []string{r.Class, r.ClosedOn.String(), r.Fate, r.Kept} {
		b = secret.AppendText(b, text)
	}
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

// setFate notes what became of a case on its list. A list that a restored database
// does not know is none.
func (t *tx) setFate(disposal, caseID int64, fate, kept string, files int) error {
	var rows []disposalCaseRow
	if err := t.Select(&rows, "SELECT "+disposalCaseColumns+" FROM disposal_cases WHERE disposal_id = ? AND case_id = ?", disposal, caseID); err != nil {
		return fmt.Errorf("read a list of destruction: %w", err)
	}
	for _, r := range rows {
		r.Fate, r.Kept, r.Files = fate, kept, files
		if _, err := t.Exec("UPDATE disposal_cases SET fate = ?, kept = ?, files = ?, mac = ? WHERE disposal_id = ? AND case_id = ?",
			r.Fate, r.Kept, r.Files, t.disposalCaseMAC(r), disposal, caseID); err != nil {
			return fmt.Errorf("write a list of destruction: %w", err)
		}
	}
	return nil
}

// ProposeDisposal puts the cases of an agency whose terms have run out when a year
// begins on a list, but for those that are held. Invalid: there are none, or the
// year has not begun. Conflict: a list of the agency waits already.
func (db *DB) ProposeDisposal(ctx context.Context, s cases.Stamp, agency int64, year int, reason string) (id int64, err error) {
	switch {
	case year > s.Today.Year():
		return 0, Fail(Invalid, "%d年还没有到，只能预览。", year)
	case len([]rune(reason)) > 200:
		return 0, Fail(Invalid, "说明太长，最多200字。")
	}
	err = db.inTx(ctx, func(t *tx) error {
		var open int64
		if err := t.Get(&open, "SELECT COUNT(*) FROM disposals WHERE agency_id = ? AND done_at = 0", agency); err != nil {
			return err
		}
		if open > 0 {
			return Fail(Conflict, "本机关已有一份销毁清册在等待确认或正在销毁；请先办完那一份。")
		}
		due, _, err := t.expired(agency, year, s.Today)
		if err != nil {
			return err
		}
		due = slices.DeleteFunc(due, func(x Expired) bool { return x.Kept != "" })
		if len(due) == 0 {
			return Fail(Invalid, "没有可以销毁的办件。")
		}
		r := disposalRow{AgencyID: agency, Year: year, Reason: reason, At: s.At, By: s.By}
		if err := t.Get(&id, "INSERT INTO disposals (agency_id, year, reason, proposed_at, proposed_by, mac) VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
			r.AgencyID, r.Year, r.Reason, r.At, r.By, t.disposalMAC(r)); err != nil {
			return fmt.Errorf("propose a list of destruction: %w", err)
		}
		b := newBulk(t, "disposal_cases", disposalCaseColumns, "")
		for _, x := range due {
			c := disposalCaseRow{DisposalID: id, CaseID: x.CaseID, Class: x.Class.Code(), Years: x.Years, ClosedOn: x.ClosedOn}
			if err := b.add(c.DisposalID, c.CaseID, c.Class, c.Years, c.ClosedOn, c.Files, c.Fate, c.Kept, t.disposalCaseMAC(c)); err != nil {
				return fmt.Errorf("propose a list of destruction: %w", err)
			}
		}
		if err := b.flush(); err != nil {
			return fmt.Errorf("propose a list of destruction: %w", err)
		}
		return t.audit(agency, s, Entry{Act: "disposal_proposed", Object: "disposal", ObjectID: id, Detail: map[string]any{"year": year, "cases": len(due)}})
	})
	return id, err
}

// DecideDisposal agrees to a list, which CarryOutDisposals then destroys, or
// refuses it. It takes another person than the one who proposed (Invalid), unless
// there is only one (s.Alone); one that is decided already is a conflict.
func (db *DB) DecideDisposal(ctx context.Context, s cases.Stamp, id int64, agree bool) error {
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		var r disposalRow
		if err := t.Get(&r, "UPDATE disposals SET done_at = done_at WHERE id = ? RETURNING "+disposalColumns, id); err != nil {
			return missing(err, "这份清册")
		}
		switch {
		case r.DecidedAt != 0:
			return Fail(Conflict, "这份清册已经办过；请刷新页面核对。")
		case agree && cases.SameHand(r.By, s.By) && !s.Alone:
			return Fail(Invalid, "销毁须由两人办理：提出的人不能自己确认。")
		}
		act := "disposal_agreed"
		r.DecidedAt, r.DecidedBy, r.Decision = s.At, s.By, "agreed"
		if !agree {
			act = "disposal_refused"
			r.Decision, r.DoneAt = "refused", s.At
		}
		if err := t.updateDisposal(r); err != nil {
			return fmt.Errorf("decide on a list of destruction: %w", err)
		}
		return t.audit(r.AgencyID, s, Entry{Act: act, Object: "disposal", ObjectID: id})
	})
}

// CarryOutDisposals destroys what is agreed to, a case in a transaction, and gives
// how many. It may be stopped and started again at any time. What has become held,
// pending or open again since is kept, and the list says why. Destroyed is in the
// name of who agreed; s says when.
func (db *DB) CarryOutDisposals(ctx context.Context, s cases.Stamp) (n int, err error) {
	return db.carryOutAll(ctx, s, func(*tx) error { return nil })
}

// CarryOutDisposalsUnder is CarryOutDisposals for a job, under the fence of its
// lease. Refused: another process has taken over, and nothing more is destroyed.
func (db *DB) CarryOutDisposalsUnder(ctx context.Context, l Lease, s cases.Stamp) (n int, err error) {
	return db.carryOutAll(ctx, s, func(t *tx) error { return t.fenced(l) })
}

// carryOutAll asks guard in each transaction whether it may go on.
func (db *DB) carryOutAll(ctx context.Context, s cases.Stamp, guard func(*tx) error) (n int, err error) {
	if err := db.raw(ctx, guard); err != nil {
		return 0, err
	}
	if n, err = db.applyPurgeList(ctx); err != nil {
		return n, err
	}
	var open []int64
	if err := db.read.SelectContext(ctx, &open, "SELECT id FROM disposals WHERE done_at = 0 AND decision = 'agreed' ORDER BY id"); err != nil {
		return n, fmt.Errorf("look for lists of destruction: %w", err)
	}
	for _, id := range open {
		done, err := db.carryOut(ctx, s, guard, id)
		if n += done; err != nil {
			return n, err
		}
	}
	return n, nil
}

func (db *DB) carryOut(ctx context.Context, s cases.Stamp, guard func(*tx) error, id int64) (n int, err error) {
	var left []int64
	query := db.read.Rebind("SELECT case_id FROM disposal_cases WHERE disposal_id = ? AND fate = '' ORDER BY case_id")
	if err := db.read.SelectContext(ctx, &left, query, id); err != nil {
		return 0, fmt.Errorf("read list of destruction %d: %w", id, err)
	}
	for _, caseID := range left {
		purged, err := db.disposeOf(ctx, s, guard, id, caseID)
		if err != nil {
			return n, fmt.Errorf("list of destruction %d: %w", id, err)
		}
		if purged {
			n++
		}
	}
	var purged int
	query = db.read.Rebind("SELECT COUNT(*) FROM disposal_cases WHERE disposal_id = ? AND fate = 'purged'")
	if err := db.read.GetContext(ctx, &purged, query, id); err != nil {
		return n, fmt.Errorf("read list of destruction %d: %w", id, err)
	}
	if purged > 0 {
		if err := db.wipe(ctx); err != nil {
			return n, err
		}
	}
	return n, db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		if err := guard(t); err != nil {
			return err
		}
		var r disposalRow
		if err := t.Get(&r, "UPDATE disposals SET done_at = done_at WHERE id = ? RETURNING "+disposalColumns, id); err != nil || r.DoneAt != 0 {
			return err
		}
		r.DoneAt, s.By = s.At, r.DecidedBy
		if err := t.updateDisposal(r); err != nil {
			return err
		}
		return t.audit(r.AgencyID, s, Entry{Act: "disposal_done", Object: "disposal", ObjectID: id, Detail: map[string]any{"purged": purged}})
	})
}

// disposeOf destroys one case of a list, or notes why it is kept.
func (db *DB) disposeOf(ctx context.Context, s cases.Stamp, guard func(*tx) error, disposal, caseID int64) (purged bool, err error) {
	err = db.inTx(ctx, func(t *tx) error {
		if err := guard(t); err != nil {
			return err
		}
		var list disposalRow
		if err := t.Get(&list, "SELECT "+disposalColumns+" FROM disposals WHERE id = ?", disposal); err != nil {
			return err
		}
		var rows []caseRow
		if err := t.Select(&rows, "UPDATE cases SET version = version WHERE id = ? RETURNING "+caseColumns, caseID); err != nil {
			return err
		}
		if gone, err := t.purgedAmong([]int64{caseID}); err != nil || gone[caseID] || len(rows) == 0 {
			return err
		}
		terms, err := t.retentionTerms(list.AgencyID, s.Today)
		if err != nil {
			return err
		}
		judged, err := t.judgeRetention(rows, terms, list.Year)
		if err != nil {
			return err
		}
		kept := cases.KeptTerm
		if len(judged) > 0 {
			kept = judged[0].Kept
		}
		if kept != "" {
			return t.setFate(disposal, caseID, "kept", string(kept), 0)
		}
		first, err := t.firstEvent(caseID)
		if err != nil {
			return err
		}
		purged, s.By = true, list.DecidedBy
		return t.purge(s, rows[0], purgeLine{Case: caseID, First: first, On: s.Today, Disposal: disposal}, false)
	})
	return purged && err == nil, err
}

// Disposals lists those of an agency, the latest first; 0: of all agencies.
func (db *DB) Disposals(ctx context.Context, agency int64) (out []Disposal, err error) {
	err = db.look(ctx, func(t *tx) error {
		out, err = t.disposals("agency_id = ? OR ? = 0", agency, agency)
		return err
	})
	return out, err
}

// Disposal gives one list. NotFound: there is none.
func (db *DB) Disposal(ctx context.Context, id int64) (d Disposal, err error) {
	err = db.look(ctx, func(t *tx) error {
		all, err := t.disposals("id = ?", id)
		if err == nil && len(all) == 0 {
			return Fail(NotFound, "找不到这份清册。")
		}
		if err == nil {
			d = all[0]
		}
		return err
	})
	return d, err
}

func (t *tx) disposals(where string, args ...any) (out []Disposal, err error) {
	var rows []disposalRow
	if err := t.Select(&rows, "SELECT "+disposalColumns+" FROM disposals WHERE "+where+" ORDER BY id DESC LIMIT 200", args...); err != nil || len(rows) == 0 {
		return nil, err
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	var counts []struct {
		ID   int64  `db:"disposal_id"`
		Fate string `db:"fate"`
		N    int    `db:"n"`
	}
	if err := t.SelectIn(&counts, "SELECT disposal_id, fate, COUNT(*) AS n FROM disposal_cases WHERE disposal_id IN (?) GROUP BY disposal_id, fate", ids); err != nil {
		return nil, err
	}
	for _, r := range rows {
		d := Disposal{ID: r.ID, AgencyID: r.AgencyID, Year: r.Year, Reason: r.Reason, At: r.At, By: r.By, DecidedAt: r.DecidedAt, DecidedBy: r.DecidedBy, Decision: r.Decision, DoneAt: r.DoneAt}
		for _, c := range counts {
			if c.ID == r.ID {
				d.Cases += c.N
				d.Purged += map[bool]int{true: c.N}[c.Fate == "purged"]
				d.Kept += map[bool]int{true: c.N}[c.Fate == "kept"]
			}
		}
		out = append(out, d)
	}
	return out, nil
}

// DisposalCase is a line of a list.
type DisposalCase struct {
	CaseID     int64
	Number     string
	ReceivedOn calendar.Date
	AnsweredOn calendar.Date
	Outcome    cases.Outcome
	Class      cases.RetentionClass
	Years      int
	ClosedOn   calendar.Date
	Files      int
	Fate       string // "", purged, kept
	Kept       cases.KeptReason
}

// DisposalCases gives the lines of a list by day of the answer.
func (db *DB) DisposalCases(ctx context.Context, id int64) (out []DisposalCase, err error) {
	var rows []struct {
		disposalCaseRow
		Number     string        `db:"number"`
		ReceivedOn calendar.Date `db:"received_on"`
		AnsweredOn calendar.Date `db:"answered_on"`
		Outcome    cases.Outcome `db:"outcome"`
	}
	err = db.look(ctx, func(t *tx) error {
		return t.Select(&rows, `SELECT d.disposal_id, d.case_id, d.class, d.years, d.closed_on, d.files, d.fate, d.kept, d.mac, c.number, c.received_on, c.answered_on, c.outcome
			FROM disposal_cases d JOIN cases c ON c.id = d.case_id WHERE d.disposal_id = ? ORDER BY c.answered_on, c.id`, id)
	})
	if err != nil {
		return nil, fmt.Errorf("read list of destruction %d: %w", id, err)
	}
	for _, r := range rows {
		class, err := cases.ParseRetentionClass(r.Class)
		if err != nil {
			return nil, fmt.Errorf("read list of destruction %d: %w", id, err)
		}
		out = append(out, DisposalCase{CaseID: r.CaseID, Number: r.Number, ReceivedOn: r.ReceivedOn, AnsweredOn: r.AnsweredOn, Outcome: r.Outcome,
			Class: class, Years: r.Years, ClosedOn: r.ClosedOn, Files: r.Files, Fate: r.Fate, Kept: cases.KeptReason(r.Kept)})
	}
	return out, nil
}
