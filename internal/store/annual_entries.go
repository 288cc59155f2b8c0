package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/secret"
)

// The kinds of entry about an agency's annual report.
const (
	figuresEntry  = "figures"
	countingEntry = "counting"
	reviewEntry   = "review"
	chaseEntry    = "chase"
)

// entryAct names the audit entry of a kind.
func entryAct(kind string) (act string) {
	switch kind {
	case figuresEntry:
		act = "figures_entered"
	case countingEntry:
		act = "counting_set"
	case reviewEntry:
		act = "return_reviewed"
	case chaseEntry:
		act = "return_chased"
	}
	return act
}

// EntryMark says which entry stands, when it was made and by whom; place 0: none.
type EntryMark struct {
	AgencyID int64
	Year     int
	Place    int
	At       int64
	By       string
}

type entryRow struct {
	Kind     string `db:"kind"`
	AgencyID int64  `db:"agency_id"`
	Year     int    `db:"year"`
	Whole    int    `db:"whole"`
	Place    int    `db:"place"`
	Data     string `db:"data"`
	At       int64  `db:"entered_at"`
	By       string `db:"entered_by"`
	MAC      []byte `db:"mac"`
}

const entryColumns = "kind, agency_id, year, whole, place, data, entered_at, entered_by, mac"

func (r entryRow) mark() EntryMark { return EntryMark{r.AgencyID, r.Year, r.Place, r.At, r.By} }

func (t *tx) entryMAC(r entryRow) []byte {
	b := secret.AppendText(t.hash.buf[:0], "report entry")
	b = secret.AppendText(b, r.Kind)
	for _, n := range []int64{r.AgencyID, int64(r.Year), int64(r.Whole), int64(r.Place), r.At} {
		b = secret.AppendInt(b, n)
	}
	b = secret.AppendText(b, r.Data)
	b = secret.AppendText(b, r.By)
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

// enter writes an entry beside those before it. With seen below 0 it comes last
// whatever there is; else it is a conflict if somebody entered since.
func (t *tx) enter(s cases.Stamp, r entryRow, seen int, value any, detail map[string]any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode an entry of the annual report: %w", err)
	}
	var last int
	if err := t.Get(&last, "SELECT COALESCE(MAX(place), 0) FROM report_entries WHERE kind = ? AND agency_id = ? AND year = ? AND whole = ?", r.Kind, r.AgencyID, r.Year, r.Whole); err != nil {
		return fmt.Errorf("read the entries of the annual report: %w", err)
	}
	r.Place, r.Data, r.At, r.By = last+1, string(data), s.At, s.By
	if seen < 0 || last == seen {
		_, err = t.Exec("INSERT INTO report_entries ("+entryColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", r.Kind, r.AgencyID, r.Year, r.Whole, r.Place, r.Data, r.At, r.By, t.entryMAC(r))
	}
	if seen >= 0 && last != seen || duplicate(err) {
		return Fail(Conflict, "填写期间已有人保存了%d年的这一项；您填的还在，请核对后再保存。", r.Year)
	}
	if err != nil {
		return fmt.Errorf("enter into the annual report: %w", err)
	}
	all := map[string]any{"year": r.Year, "whole": r.Whole, "place": r.Place}
	for k, v := range detail {
		all[k] = v
	}
	return t.audit(r.AgencyID, s, Entry{Act: entryAct(r.Kind), Object: "agency", ObjectID: r.AgencyID, Detail: all})
}

// entries reads the entries that a condition names.
func (t *tx) entries(where string, args ...any) (rows []entryRow, err error) {
	if err := t.Select(&rows, "SELECT "+entryColumns+" FROM report_entries WHERE "+where, args...); err != nil {
		return nil, fmt.Errorf("read the entries of the annual report: %w", err)
	}
	return rows, nil
}

func (r entryRow) read(to any) error {
	if err := json.Unmarshal([]byte(r.Data), to); err != nil {
		return fmt.Errorf("read the %s of agency %d for %d: %w", r.Kind, r.AgencyID, r.Year, err)
	}
	return nil
}

// EnterFigures writes what no case tells of an agency's year. Invalid: a figure
// that can't be used. Conflict: somebody wrote since seen, the place of the last
// that the user saw.
func (db *DB) EnterFigures(ctx context.Context, s cases.Stamp, agency int64, year int, own bool, seen int, f report.Figures) error {
	if _, err := f.Check(year); err != nil {
		return Fail(Invalid, "%s。", err)
	}
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		whole, _, err := t.wholeScope(agency, year, own)
		if err != nil {
			return err
		}
		return t.enter(s, entryRow{Kind: figuresEntry, AgencyID: agency, Year: year, Whole: whole}, seen, f, nil)
	})
}

// Figures gives what was entered for an agency's year; the opening balance is the
// last one entered for the year or one before it.
func (db *DB) Figures(ctx context.Context, agency int64, year int, own bool) (f report.Figures, mark EntryMark, err error) {
	err = db.look(ctx, func(t *tx) error {
		f, mark, err = t.figures(agency, year, own)
		return err
	})
	return f, mark, err
}

func (t *tx) figures(agency int64, year int, own bool) (f report.Figures, mark EntryMark, err error) {
	whole, _, err := t.wholeScope(agency, year, own)
	if err != nil {
		return f, mark, err
	}
	rows, err := t.entries("kind = ? AND agency_id = ? AND year <= ? AND whole = ? ORDER BY year DESC, place DESC", figuresEntry, agency, year, whole)
	if err != nil {
		return f, mark, err
	}
	seen := map[int]bool{}
	for _, r := range rows {
		if seen[r.Year] {
			continue // an earlier entry of the same year
		}
		seen[r.Year] = true
		var one report.Figures
		if err := r.read(&one); err != nil {
			return f, mark, err
		}
		if r.Year == year {
			f, mark = one, r.mark()
		}
		if f.Opening == nil {
			f.Opening = one.Opening
		}
	}
	return f, mark, nil
}

// SetCounting writes how an agency counts what the rules leave open (统计口径), for
// it and all below it, from a year on. Invalid: an unknown answer, or who is above
// it has settled that already.
func (db *DB) SetCounting(ctx context.Context, s cases.Stamp, agency int64, year, seen int, c report.Counting) error {
	if err := c.Check(); err != nil {
		return Fail(Invalid, "%s。", err)
	}
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		_, by, err := t.counting(agency, year)
		if err != nil {
			return err
		}
		if by.Place > 0 && by.AgencyID != agency {
			return Fail(Invalid, "%d年的统计口径已由上级机关确定，本机关按上级的执行。", year)
		}
		return t.enter(s, entryRow{Kind: countingEntry, AgencyID: agency, Year: year}, seen, c, nil)
	})
}

// Counting gives the answers in force for an agency and year, and who has given
// them: the uppermost agency above it that has, else itself; place 0: nobody, then
// the usual ones hold. An answer holds until one is given for a later year.
func (db *DB) Counting(ctx context.Context, agency int64, year int) (c report.Counting, by EntryMark, err error) {
	err = db.look(ctx, func(t *tx) error {
		c, by, err = t.counting(agency, year)
		return err
	})
	return c, by, err
}

func (t *tx) counting(agency int64, year int) (c report.Counting, by EntryMark, err error) {
	rows, err := t.entries("kind = ? AND year <= ? ORDER BY year, place", countingEntry, year)
	if err != nil || len(rows) == 0 {
		return c, by, err
	}
	last := map[int64]entryRow{}
	for _, r := range rows {
		last[r.AgencyID] = r
	}
	holders, err := t.above(agency, report.YearSpan(year).To)
	if err != nil {
		return c, by, err
	}
	for i := len(holders) - 1; i >= 0; i-- {
		if r, there := last[holders[i]]; there {
			return c, r.mark(), r.read(&c)
		}
	}
	return c, by, nil
}

// reportEntries holds each entry against its mac, and their number against the
// audit.
func (v *verifier) reportEntries() error {
	rows, err := v.t.entries("1 = 1 ORDER BY kind, agency_id, year, whole, place")
	if err != nil {
		return err
	}
	type key struct {
		kind        string
		agency      int64
		year, whole int
	}
	name := func(k key, place int) string {
		return fmt.Sprintf("kind=%s, agency_id=%d, year=%d, whole=%d, place=%d", k.kind, k.agency, k.year, k.whole, place)
	}
	last := map[key]int{}
	for _, r := range rows {
		k := key{r.Kind, r.AgencyID, r.Year, r.Whole}
		if !secret.Equal(r.MAC, v.t.entryMAC(r)) {
			v.found("report_entries", name(k, r.Place), "mac", "%d年年报的填报事项（第 %d 次）与其校验码不符：登记后被改动过。", r.Year, r.Place)
		}
		if r.Place != last[k]+1 {
			v.found("report_entries", name(k, r.Place), "place", "%d年年报的填报事项第 %d 次之前的记录不见了。", r.Year, r.Place)
		}
		last[k] = r.Place
	}
	for _, kind := range []string{figuresEntry, countingEntry, reviewEntry, chaseEntry} {
		var noted []struct {
			ID     int64  `db:"object_id"`
			Detail string `db:"detail"`
		}
		if err := v.t.Select(&noted, "SELECT object_id, detail FROM audit WHERE object = 'agency' AND act = ?", entryAct(kind)); err != nil {
			return fmt.Errorf("read what was entered: %w", err)
		}
		for _, n := range noted {
			var d struct{ Year, Whole, Place int }
			k := key{}
			if json.Unmarshal([]byte(n.Detail), &d) == nil {
				k = key{kind, n.ID, d.Year, d.Whole}
			}
			if last[k] < d.Place {
				v.found("report_entries", name(k, d.Place), "", "%d年年报的填报事项（第 %d 次）在审计记录里有，现已不见。", d.Year, d.Place)
			}
		}
	}
	return nil
}
