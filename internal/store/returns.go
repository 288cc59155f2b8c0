package store

import (
	"bytes"
	"compress/zlib"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
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
}

// Document makes the document of a locked return again.
func (f Frozen) Document() report.Document {
	return report.Document{Table: f.Table, Before: f.Before, After: f.After}
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

// Member is a case, or a dispute of one, with everything that says in which cells
// it stands.
type Member struct {
	CaseID   int64
	Place    int    // of a dispute, from 1; 0: the case itself
	Kind     string // of applicant, or of remedy
	Received int    // year; of a dispute that of filing
	Answered int    // year, 0 open; of a dispute that of the ruling
	Outcome  string // or result
	YearOnly bool
}

// maxMembers bounds what is unpacked: some thirty bytes a case.
const maxMembers = 1 << 30

// membersOf reads the cases and disputes behind the tables of a year, in the order
// of their ids.
func (t *tx) membersOf(ids []int64, year int) ([]Member, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []struct {
		ID       int64         `db:"id"`
		Kind     string        `db:"kind"`
		Received calendar.Date `db:"received_on"`
		Answered calendar.Date `db:"answered_on"`
		Outcome  string        `db:"outcome"`
	}
	if err := t.SelectIn(&rows, `SELECT id, kind, received_on, answered_on, outcome FROM cases WHERE agency_id IN (?) AND received_on <> '' AND received_on <= ?
		AND kind <> '' AND (answered_on = '' OR answered_on >= ?) ORDER BY id`, ids, endOf(year), fmt.Sprintf("%04d-01-01", year)); err != nil {
		return nil, fmt.Errorf("read the cases of a return: %w", err)
	}
	out := make([]Member, 0, len(rows))
	for _, r := range rows {
		m := Member{CaseID: r.ID, Kind: r.Kind, Received: r.Received.Year()}
		if !r.Answered.IsZero() && r.Answered.Year() <= year {
			m.Answered, m.Outcome = r.Answered.Year(), r.Outcome
		}
		out = append(out, m)
	}
	var disputes []struct {
		ID       int64         `db:"case_id"`
		Place    int           `db:"place"`
		Kind     string        `db:"kind"`
		Filed    calendar.Date `db:"filed_on"`
		Closed   calendar.Date `db:"closed_on"`
		Result   string        `db:"result"`
		YearOnly int           `db:"year_only"`
	}
	if err := t.SelectIn(&disputes, `SELECT case_id, place, kind, filed_on, closed_on, result, year_only FROM disputes WHERE agency_id IN (?) AND filed_on <= ?
		AND (closed_on = '' OR closed_on >= ?) ORDER BY case_id, place`, ids, endOf(year), fmt.Sprintf("%04d-01-01", year)); err != nil {
		return nil, fmt.Errorf("read the disputes of a return: %w", err)
	}
	for _, d := range disputes {
		m := Member{CaseID: d.ID, Place: d.Place, Kind: d.Kind, Received: d.Filed.Year(), YearOnly: d.YearOnly != 0}
		if !d.Closed.IsZero() && d.Closed.Year() <= year {
			m.Answered, m.Outcome = d.Closed.Year(), d.Result
		}
		out = append(out, m)
	}
	return out, nil
}

// packMembers writes one line for each, compressed.
func packMembers(members []Member) ([]byte, error) {
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	line := make([]byte, 0, 64)
	for _, m := range members {
		line = fmt.Appendf(line[:0], "%d\t%d\t%s\t%d\t%d\t%s\t%d\n", m.CaseID, m.Place, m.Kind, m.Received, m.Answered, m.Outcome, number(m.YearOnly))
		if _, err := z.Write(line); err != nil {
			return nil, fmt.Errorf("pack the cases of a return: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack the cases of a return: %w", err)
	}
	return out.Bytes(), nil
}

func unpackMembers(data []byte) (out []Member, err error) {
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("unpack the cases of a return: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(z, maxMembers))
	if err != nil {
		return nil, fmt.Errorf("unpack the cases of a return: %w", err)
	}
	for line := range bytes.Lines(text) {
		f := bytes.Split(bytes.TrimSuffix(line, []byte("\n")), []byte("\t"))
		if len(f) != 7 {
			return nil, errors.New("unpack the cases of a return: a line is cut")
		}
		var m Member
		var yearOnly int
		for i, to := range map[int]any{0: &m.CaseID, 1: &m.Place, 3: &m.Received, 4: &m.Answered, 6: &yearOnly} {
			if _, err := fmt.Sscan(string(f[i]), to); err != nil {
				return nil, fmt.Errorf("unpack the cases of a return: %w", err)
			}
		}
		m.Kind, m.Outcome, m.YearOnly = string(f[2]), string(f[5]), yearOnly == 1
		out = append(out, m)
	}
	return out, nil
}

// countMembers counts the tables of a year from the cases behind them.
func countMembers(members []Member, year int, f report.Format) report.Table {
	var tallies []report.Tally
	var remedies []report.RemedyTally
	for _, m := range members {
		if m.Place == 0 {
			tallies = append(tallies, report.Tally{Kind: kindColumn(m.Kind), ReceivedYear: m.Received, AnsweredYear: m.Answered, Outcome: m.Outcome, Count: 1})
			continue
		}
		row := remedyRow{Kind: m.Kind, Filed: fmt.Sprint(m.Received), Result: m.Outcome, YearOnly: number(m.YearOnly), N: 1}
		if m.Answered > 0 {
			row.Closed = fmt.Sprint(m.Answered)
		}
		if y, err := row.tally(); err == nil {
			remedies = append(remedies, y)
		}
	}
	return report.Count(year, f, tallies, remedies)
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
	members, err := t.membersOf(ids, year)
	if err != nil {
		return Return{}, err
	}
	frozen, err := compose(table)
	if err != nil {
		return Return{}, err
	}
	returns, err := t.outsideReturns(year)
	if err != nil {
		return Return{}, err
	}
	for _, id := range ids {
		if x, there := returns[id]; there && x.Table != nil {
			frozen.Outside = append(frozen.Outside, id)
		}
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

// Returns lists the locked versions of an agency's report of a year, the last one
// first.
func (db *DB) Returns(ctx context.Context, agency int64, year int, own bool) (out []Return, err error) {
	err = db.look(ctx, func(t *tx) error {
		whole, _, err := t.wholeScope(agency, year, own)
		if err != nil {
			return err
		}
		rows, err := t.returnRows("agency_id = ? AND year = ? AND whole = ? ORDER BY version DESC", agency, year, whole)
		if err != nil {
			return err
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

// LockedBoard tells of each agency its last locked version of a year (of itself
// with all below it, or of itself), for the board of returns.
func (db *DB) LockedBoard(ctx context.Context, year int) (out map[int64]Return, err error) {
	err = db.look(ctx, func(t *tx) error {
		rows, err := t.returnRows(`year = ? ORDER BY agency_id, whole, version`, year)
		out = map[int64]Return{}
		for _, r := range rows {
			x, errOne := r.domain()
			if errOne != nil {
				return errOne
			}
			out[r.AgencyID] = x
		}
		return err
	})
	return out, err
}

// MarkReturn notes that the last version of a return was handed up (submitted) or
// published on a day. Conflict: it is noted already, or there is no such version.
func (db *DB) MarkReturn(ctx context.Context, s cases.Stamp, agency int64, year int, own bool, what string, on calendar.Date) error {
	return db.inTx(ctx, func(t *tx) error {
		whole, _, err := t.wholeScope(agency, year, own)
		if err != nil {
			return err
		}
		rows, err := t.returnRows("agency_id = ? AND year = ? AND whole = ? ORDER BY version DESC LIMIT 1", agency, year, whole)
		switch {
		case err != nil:
			return err
		case len(rows) == 0:
			return Fail(Conflict, "%d年的年报还没有定稿锁定。", year)
		case on.IsZero() || on.After(s.Today):
			return Fail(Invalid, "日期没有填写，或在今天之后。")
		}
		r := rows[0]
		switch {
		case what == "submitted" && r.SubmittedOn.IsZero():
			r.SubmittedOn = on
		case what == "published" && r.PublishedOn.IsZero():
			r.PublishedOn = on
		default:
			return Fail(Conflict, "这一步已经登记过。")
		}
		if _, err := t.Exec("UPDATE returns SET submitted_on = ?, published_on = ?, mac = ? WHERE agency_id = ? AND year = ? AND whole = ? AND version = ?",
			r.SubmittedOn, r.PublishedOn, t.returnMAC(r), r.AgencyID, r.Year, r.Whole, r.Version); err != nil {
			return fmt.Errorf("mark a return: %w", err)
		}
		return t.audit(agency, s, Entry{Act: "return_" + what, Object: "agency", ObjectID: agency, Detail: map[string]any{"year": year, "whole": whole, "version": r.Version, "on": on}})
	})
}

// Moved is a case that stands otherwise in the register than in a locked return.
type Moved struct {
	CaseID int64
	Number string
	Before string // the cells then; "" in none
	Now    string
}

// ReturnDifferences compares a locked return with the register as it is now, case
// by case, at most 500, and the tables cell by cell. NotFound: there is no such
// version.
func (db *DB) ReturnDifferences(ctx context.Context, agency int64, year int, own bool, version int) (moved []Moved, cells []string, err error) {
	err = db.look(ctx, func(t *tx) error {
		whole, ids, err := t.wholeScope(agency, year, own)
		if err != nil {
			return err
		}
		rows, err := t.returnRows("agency_id = ? AND year = ? AND whole = ? AND version = ?", agency, year, whole, version)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return Fail(NotFound, "找不到这一版年报。")
		}
		locked, err := rows[0].domain()
		if err != nil {
			return err
		}
		now, err := t.table(agency, year, own, locked.Frozen.Table.Format)
		if err != nil {
			return err
		}
		cells = locked.Frozen.Table.Differences(now)
		then, err := unpackMembers(rows[0].Members)
		if err != nil {
			return err
		}
		current, err := t.membersOf(ids, year)
		if err != nil {
			return err
		}
		if moved = compareMembers(then, current, year, locked.Frozen.Table.Format); len(moved) > MostRows {
			moved = moved[:MostRows]
		}
		return t.nameMoved(moved)
	})
	return moved, cells, err
}

// compareMembers lists who stands in other cells than before.
func compareMembers(then, now []Member, year int, f report.Format) []Moved {
	type key struct {
		id    int64
		place int
	}
	before := make(map[key]Member, len(then))
	for _, m := range then {
		before[key{m.CaseID, m.Place}] = m
	}
	var out []Moved
	for _, m := range now {
		k := key{m.CaseID, m.Place}
		old, there := before[k]
		delete(before, k)
		if there && old == m {
			continue
		}
		x := Moved{CaseID: m.CaseID, Now: cellsOf(m, year, f)}
		if there {
			x.Before = cellsOf(old, year, f)
		}
		if x.Before != x.Now {
			out = append(out, x)
		}
	}
	for _, m := range before {
		if cells := cellsOf(m, year, f); cells != "" {
			out = append(out, Moved{CaseID: m.CaseID, Before: cells})
		}
	}
	slices.SortFunc(out, func(a, b Moved) int { return int(min(max(a.CaseID-b.CaseID, -1), 1)) })
	return out
}

// cellsOf words in which cells a case stands.
func cellsOf(m Member, year int, f report.Format) string {
	table := countMembers([]Member{m}, year, f)
	var out []byte
	for _, k := range f.Rows() {
		row := table.Row(k)
		for c := range report.TotalColumn {
			if row[c].N > 0 && k != report.RowTotal {
				out = fmt.Appendf(out, "%s（%s） ", k.Path(), c.Label())
			}
		}
	}
	for b := range table.Remedies {
		for r := report.Upheld; r < report.TotalResult; r++ {
			if table.Remedies[b][r].N > 0 {
				out = fmt.Appendf(out, "%s（%s） ", report.Block(b).Label(), r.Label())
			}
		}
	}
	return string(bytes.TrimSpace(out))
}

func (t *tx) nameMoved(moved []Moved) error {
	if len(moved) == 0 {
		return nil
	}
	ids := make([]int64, len(moved))
	for i, m := range moved {
		ids[i] = m.CaseID
	}
	var rows []struct {
		ID     int64  `db:"id"`
		Number string `db:"number"`
	}
	if err := t.SelectIn(&rows, "SELECT id, number FROM cases WHERE id IN (?)", ids); err != nil {
		return fmt.Errorf("read the numbers of cases: %w", err)
	}
	names := map[int64]string{}
	for _, r := range rows {
		names[r.ID] = r.Number
	}
	for i := range moved {
		moved[i].Number = names[moved[i].CaseID]
	}
	return nil
}

// returns holds each locked return against its hash, its signature and its mac,
// counts its tables again from the cases that it names, and looks in the audit for
// versions that are gone.
func (v *verifier) returns() error {
	rows, err := v.t.returnRows("1 = 1 ORDER BY agency_id, year, whole, version")
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, r := range rows {
		name := fmt.Sprintf("agency_id=%d, year=%d, whole=%d, version=%d", r.AgencyID, r.Year, r.Whole, r.Version)
		there[name] = true
		switch {
		case r.sum() != r.Hash:
			v.found("returns", name, "hash", "%d年定稿的年报（第 %d 版）与其校验值不符：锁定后被改动过。", r.Year, r.Version)
			continue
		case !secret.Verify(v.t.db.key.PublicKey(), "return", []byte(r.Hash), r.Signature):
			v.found("returns", name, "signature", "%d年定稿的年报（第 %d 版）的签名不是本系统的。", r.Year, r.Version)
			continue
		case !secret.Equal(r.MAC, v.t.returnMAC(r)):
			v.found("returns", name, "mac", "%d年定稿的年报（第 %d 版）的锁定、上报或公布日期被改动过。", r.Year, r.Version)
		}
		if err := v.recount(r, name); err != nil {
			return err
		}
	}
	var locked []struct {
		ID     int64  `db:"object_id"`
		Detail string `db:"detail"`
	}
	if err := v.t.Select(&locked, "SELECT object_id, detail FROM audit WHERE object = 'agency' AND act = 'return_locked'"); err != nil {
		return fmt.Errorf("read what was locked: %w", err)
	}
	for _, l := range locked {
		var d struct{ Year, Whole, Version int }
		if json.Unmarshal([]byte(l.Detail), &d) != nil {
			continue
		}
		if name := fmt.Sprintf("agency_id=%d, year=%d, whole=%d, version=%d", l.ID, d.Year, d.Whole, d.Version); !there[name] {
			v.found("returns", name, "", "%d年定稿的年报（第 %d 版）在审计记录里有，现已不见。", d.Year, d.Version)
		}
	}
	return nil
}

// recount counts a return's tables from its cases; where agencies from outside
// went into the sum, the cases are only a part of it.
func (v *verifier) recount(r returnRow, name string) error {
	locked, err := r.domain()
	if err != nil {
		v.found("returns", name, "data", "%d年定稿的年报（第 %d 版）读不出来。", r.Year, r.Version)
		return nil
	}
	members, err := unpackMembers(r.Members)
	if err != nil {
		v.found("returns", name, "members", "%d年定稿的年报（第 %d 版）的办件清单读不出来。", r.Year, r.Version)
		return nil
	}
	table := countMembers(members, r.Year, locked.Frozen.Table.Format)
	if cells := locked.Frozen.Table.Differences(table); len(cells) > 0 && len(locked.Frozen.Outside) == 0 {
		v.found("returns", name, "members", "%d年定稿的年报（第 %d 版）与其办件清单不符：%s。", r.Year, r.Version, cells[0])
	}
	return nil
}
