package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/internal/report"
	"gongkai/internal/secret"
)

// Return is an annual report that was locked (定稿锁定): what was counted, which
// cases stood behind it, and what was written, as of that moment.
type Return struct {
	AgencyID    int64
	Year        int
	Whole       bool // with all below
	Version     int  // from 1; greater ones are corrections
	Frozen      Frozen
	Calendar    string
	Reason      string // of a correction
	Hash        string // SHA-256, hex
	LockedAt    int64
	LockedBy    string
	SubmittedOn calendar.Date
	PublishedOn calendar.Date
}

// Frozen is what a locked return says.
type Frozen struct {
	Table   report.Table       `json:"table"`
	Before  []report.Paragraph `json:"before,omitempty"`
	After   []report.Paragraph `json:"after,omitempty"`
	Explain map[string]string  `json:"explain,omitempty"`
	Outside []int64            `json:"outside,omitempty"` // agencies whose own return went into the sum
	// Places says which of the returns of each agency in Outside it was.
	Places   []int          `json:"places,omitempty"`
	Law      string         `json:"law,omitempty"`      // the Regulation and the form
	Counting []string       `json:"counting,omitempty"` // 统计口径
	Charts   []report.Chart `json:"charts,omitempty"`
	Figures  report.Figures `json:"figures,omitzero"` // what was entered beside the cases
}

// Document makes the document of a locked return again.
func (f Frozen) Document() report.Document {
	return report.Document{Table: f.Table, Before: f.Before, After: f.After, Counting: f.Counting, Charts: f.Charts}
}

type returnRow struct {
	AgencyID    int64         `db:"agency_id"`
	Year        int           `db:"year"`
	Whole       int           `db:"whole"`
	Version     int           `db:"version"`
	Data        string        `db:"data"`
	Members     []byte        `db:"members"`
	Calendar    string        `db:"calendar"`
	Reason      string        `db:"reason"`
	Hash        string        `db:"hash"`
	Signature   []byte        `db:"signature"`
	LockedAt    int64         `db:"locked_at"`
	LockedBy    string        `db:"locked_by"`
	SubmittedOn calendar.Date `db:"submitted_on"`
	PublishedOn calendar.Date `db:"published_on"`
	MAC         []byte        `db:"mac"`
}

const returnColumns = "agency_id, year, whole, version, data, members, calendar, reason, hash, signature, locked_at, locked_by, submitted_on, published_on, mac"

// plainReturnColumns leave out the cases, which may be a million.
const plainReturnColumns = "agency_id, year, whole, version, data, calendar, reason, hash, signature, locked_at, locked_by, submitted_on, published_on, mac"

// sum hashes what is frozen: whose, which version, the figures and words, the
// cases, the calendar, the reason.
func (r returnRow) sum() string {
	b := secret.AppendInt(nil, r.AgencyID)
	for _, n := range []int64{int64(r.Year), int64(r.Whole), int64(r.Version)} {
		b = secret.AppendInt(b, n)
	}
	for _, text := range []string{r.Data, r.Calendar, r.Reason} {
		b = secret.AppendText(b, text)
	}
	b = secret.AppendBytes(b, r.Members)
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func (t *tx) returnMAC(r returnRow) []byte {
	b := secret.AppendText(t.hash.buf[:0], "return")
	b = secret.AppendText(b, r.Hash)
	b = secret.AppendInt(b, r.LockedAt)
	for _, text := range []string{r.LockedBy, r.SubmittedOn.String(), r.PublishedOn.String()} {
		b = secret.AppendText(b, text)
	}
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

func (r returnRow) domain() (Return, error) {
	out := Return{AgencyID: r.AgencyID, Year: r.Year, Whole: r.Whole == 1, Version: r.Version, Calendar: r.Calendar, Reason: r.Reason, Hash: r.Hash,
		LockedAt: r.LockedAt, LockedBy: r.LockedBy, SubmittedOn: r.SubmittedOn, PublishedOn: r.PublishedOn}
	if err := json.Unmarshal([]byte(r.Data), &out.Frozen); err != nil {
		return out, fmt.Errorf("read the return of agency %d for %d: %w", r.AgencyID, r.Year, err)
	}
	return out, nil
}

// LockReturn freezes the report of an agency and year as it stands: the table
// counted and the cases behind it in one transaction with each other. compose
// makes the document of the table. A second version of the same year takes a
// reason. Invalid: K1 to K5 do not hold, or what compose refuses.
func (db *DB) LockReturn(ctx context.Context, s cases.Stamp, agency int64, year int, own bool, reason string, compose func(report.Table) (Frozen, error)) (out Return, err error) {
	err = db.inTx(ctx, func(t *tx) error {
		out, err = t.lockReturn(s, agency, year, own, reason, compose)
		return err
	})
	return out, err
}

func (t *tx) lockReturn(s cases.Stamp, agency int64, year int, own bool, reason string, compose func(report.Table) (Frozen, error)) (Return, error) {
	whole, ids, err := t.wholeScope(agency, year, own)
	if err != nil {
		return Return{}, err
	}
	f := report.FormatOf(year)
	r := returnRow{AgencyID: agency, Year: year, Whole: whole, Calendar: t.book.Latest().Version(), Reason: reason, LockedAt: s.At, LockedBy: s.By}
	if err := t.Get(&r.Version, "SELECT COALESCE(MAX(version), 0) + 1 FROM returns WHERE agency_id = ? AND year = ? AND whole = ?", agency, year, whole); err != nil {
		return Return{}, fmt.Errorf("read the returns: %w", err)
	}
	if r.Version > 1 && reason == "" {
		return Return{}, Fail(Invalid, "%d年已经定稿；更正应写明理由。", year)
	}
	table, err := t.table(agency, year, own, f)
	if err != nil {
		return Return{}, err
	}
	members, err := t.membersOf(ids, year, true)
	if err != nil {
		return Return{}, err
	}
	if verdict := report.Check(table); !verdict.Consistent {
		return Return{}, Fail(Invalid, "%s不成立，不能定稿：%s。", verdict.Failures[0].Identity, verdict.Failures[0].Message)
	}
	frozen, err := compose(table)
	if err != nil {
		return Return{}, err
	}
	if err := t.freeze(&frozen, agency, ids, year); err != nil {
		return Return{}, err
	}
	frozen.Table = table
	data, err := json.Marshal(frozen)
	if err != nil {
		return Return{}, fmt.Errorf("encode a return: %w", err)
	}
	r.Data = string(data)
	if r.Members, err = packMembers(members); err != nil {
		return Return{}, err
	}
	r.Hash = r.sum()
	r.Signature = t.db.key.Sign("return", []byte(r.Hash))
	r.MAC = t.returnMAC(r)
	if _, err := t.Exec("INSERT INTO returns ("+returnColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", r.AgencyID, r.Year, r.Whole, r.Version, r.Data, r.Members, r.Calendar,
		r.Reason, r.Hash, r.Signature, r.LockedAt, r.LockedBy, r.SubmittedOn, r.PublishedOn, r.MAC); err != nil {
		if duplicate(err) {
			return Return{}, Fail(Conflict, "别人刚刚为%d年定稿；请刷新页面核对。", year)
		}
		return Return{}, fmt.Errorf("lock a return: %w", err)
	}
	if err := t.audit(agency, s, Entry{Act: "return_locked", Object: "agency", ObjectID: agency, Detail: map[string]any{"year": year, "whole": whole, "version": r.Version, "hash": r.Hash}}); err != nil {
		return Return{}, err
	}
	return r.domain()
}

// freeze adds what else a return stands on: which returns from outside are in it,
// the law, and how was counted what the rules leave open.
func (t *tx) freeze(frozen *Frozen, agency int64, ids []int64, year int) error {
	returns, err := t.countedReturns(year, 0)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if x, there := returns[id]; there {
			frozen.Outside, frozen.Places = append(frozen.Outside, id), append(frozen.Places, x.Place)
		}
	}
	counting, _, err := t.counting(agency, year)
	if err != nil {
		return err
	}
	law := deadline.LawAt(report.YearSpan(year).To)
	frozen.Law = fmt.Sprintf("%s，%s起施行；报表格式%s", law.Label(), law.InForce().Chinese(), report.FormatOf(year).Source())
	frozen.Counting = counting.Sentences()
	return nil
}

// Returns lists the locked versions of an agency's report of a year, the last one
// first.
func (db *DB) Returns(ctx context.Context, agency int64, year int, own bool) (out []Return, err error) {
	err = db.look(ctx, func(t *tx) error {
		whole, _, err := t.wholeScope(agency, year, own)
		if err != nil {
			return err
		}
		var rows []returnRow
		if err := t.Select(&rows, "SELECT "+plainReturnColumns+" FROM returns WHERE agency_id = ? AND year = ? AND whole = ? ORDER BY version DESC", agency, year, whole); err != nil {
			return fmt.Errorf("read the returns: %w", err)
		}
		for _, r := range rows {
			x, err := r.domain()
			if err != nil {
				return err
			}
			out = append(out, x)
		}
		return nil
	})
	return out, err
}

func (t *tx) returnRows(where string, args ...any) (rows []returnRow, err error) {
	if err := t.Select(&rows, "SELECT "+returnColumns+" FROM returns WHERE "+where, args...); err != nil {
		return nil, fmt.Errorf("read the returns: %w", err)
	}
	return rows, nil
}

// lockedVersions gives of each agency its last locked version of a year, without
// text and cases; where it locked itself alone and with all below, the latter.
func (t *tx) lockedVersions(year int) (rows []returnRow, err error) {
	if err := t.Select(&rows, `SELECT agency_id, year, whole, version, locked_at, locked_by, submitted_on, published_on FROM returns WHERE year = ? ORDER BY agency_id, whole, version`, year); err != nil {
		return nil, fmt.Errorf("read the returns: %w", err)
	}
	return rows, nil
}

// MarkReturn notes that the last version of a return was handed up (submitted) or
// published on a day. Conflict: it is noted already, or there is no such version.
func (db *DB) MarkReturn(ctx context.Context, s cases.Stamp, agency int64, year int, own bool, what string, on calendar.Date) error {
	return db.inTx(ctx, func(t *tx) error {
		whole, _, err := t.wholeScope(agency, year, own)
		if err != nil {
			return err
		}
		var rows []returnRow
		err = t.Select(&rows, "SELECT "+plainReturnColumns+" FROM returns WHERE agency_id = ? AND year = ? AND whole = ? ORDER BY version DESC LIMIT 1", agency, year, whole)
		switch {
		case err != nil:
			return fmt.Errorf("read the returns: %w", err)
		case len(rows) == 0:
			return Fail(Conflict, "%d年的年报还没有定稿锁定。", year)
		case on.IsZero() || on.After(s.Today):
			return Fail(Invalid, "日期没有填写，或在今天之后。")
		}
		r := rows[0]
		act := "return_submitted"
		switch {
		case what == "submitted" && r.SubmittedOn.IsZero():
			r.SubmittedOn = on
		case what == "published" && r.PublishedOn.IsZero():
			act = "return_published"
			r.PublishedOn = on
		default:
			return Fail(Conflict, "这一步已经登记过。")
		}
		if _, err := t.Exec("UPDATE returns SET submitted_on = ?, published_on = ?, mac = ? WHERE agency_id = ? AND year = ? AND whole = ? AND version = ?",
			r.SubmittedOn, r.PublishedOn, t.returnMAC(r), r.AgencyID, r.Year, r.Whole, r.Version); err != nil {
			return fmt.Errorf("mark a return: %w", err)
		}
		return t.audit(agency, s, Entry{Act: act, Object: "agency", ObjectID: agency, Detail: map[string]any{"year": year, "whole": whole, "version": r.Version, "on": on}})
	})
}
