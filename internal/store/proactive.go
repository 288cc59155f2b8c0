package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/secret"
)

// ProactiveEntry is table 二 as it was entered once; nil Figures took it back.
type ProactiveEntry struct {
	Place   int
	Figures *report.Proactive
	At      int64
	By      string
}

// proactiveRow is a line of proactive_entries.
type proactiveRow struct {
	AgencyID int64  `db:"agency_id"`
	Year     int    `db:"year"`
	Whole    int    `db:"whole"`
	Place    int    `db:"place"`
	Data     string `db:"data"`
	At       int64  `db:"entered_at"`
	By       string `db:"entered_by"`
	MAC      []byte `db:"mac"`
}

const proactiveColumns = "agency_id, year, whole, place, data, entered_at, entered_by, mac"

func (t *tx) proactiveMAC(r proactiveRow) []byte {
	b := secret.AppendText(t.hash.buf[:0], "proactive")
	for _, n := range []int64{r.AgencyID, int64(r.Year), int64(r.Whole), int64(r.Place), r.At} {
		b = secret.AppendInt(b, n)
	}
	b = secret.AppendText(b, r.Data)
	b = secret.AppendText(b, r.By)
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

// wholeScope is what an entry of an agency is for: a total only where there is
// somebody below.
func (t *tx) wholeScope(agency int64, year int, own bool) (whole int, ids []int64, err error) {
	_, alone, err := t.tableAgencies(agency, year, true)
	if err != nil || own {
		return 0, alone, err
	}
	_, all, err := t.tableAgencies(agency, year, false)
	if err != nil || len(all) == len(alone) {
		return 0, alone, err
	}
	return 1, all, nil
}

// EnterProactive writes table 二 of an agency and year beside what was entered
// before: of itself (own), or the total with all below it. Nil takes it back. It
// is refused as a conflict if somebody entered since seen, the place of the last
// entry that the user saw (0: none).
func (db *DB) EnterProactive(ctx context.Context, s cases.Stamp, agency int64, year int, own bool, seen int, p *report.Proactive) error {
	data := ""
	if p != nil {
		b, err := json.Marshal(p)
		if err != nil {
			return fmt.Errorf("encode table 二: %w", err)
		}
		data = string(b)
	}
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		whole, _, err := t.wholeScope(agency, year, own)
		if err != nil {
			return err
		}
		r := proactiveRow{AgencyID: agency, Year: year, Whole: whole, Place: seen + 1, Data: data, At: s.At, By: s.By}
		var last int
		if err := t.Get(&last, "SELECT COALESCE(MAX(place), 0) FROM proactive_entries WHERE agency_id = ? AND year = ? AND whole = ?", agency, year, whole); err != nil {
			return fmt.Errorf("read table 二: %w", err)
		}
		entered := false
		if last == seen {
			if entered, err = t.insertProactive(r); err != nil {
				return err
			}
		}
		if !entered {
			return Fail(Conflict, "填写期间已有人保存了%d年的主动公开情况；请重新打开页面，核对后再保存。", year)
		}
		return t.audit(agency, s, Entry{Act: "proactive_entered", Object: "agency", ObjectID: agency,
			Detail: map[string]any{"year": year, "whole": whole, "place": r.Place}})
	})
}

// insertProactive reports false if the place was taken already.
func (t *tx) insertProactive(r proactiveRow) (bool, error) {
	done, err := t.Exec("INSERT INTO proactive_entries ("+proactiveColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (agency_id, year, whole, place) DO NOTHING`, r.AgencyID, r.Year, r.Whole, r.Place, r.Data, r.At, r.By, t.proactiveMAC(r))
	if err != nil {
		return false, fmt.Errorf("enter table 二: %w", err)
	}
	n, err := done.RowsAffected()
	return n == 1, err
}

// Proactive gives what was entered as table 二 of an agency and year, oldest
// first: its own, or its total.
func (db *DB) Proactive(ctx context.Context, agency int64, year int, own bool) (out []ProactiveEntry, err error) {
	err = db.look(ctx, func(t *tx) error {
		whole, _, err := t.wholeScope(agency, year, own)
		if err != nil {
			return err
		}
		var rows []proactiveRow
		if err := t.Select(&rows, "SELECT "+proactiveColumns+` FROM proactive_entries
			WHERE agency_id = ? AND year = ? AND whole = ? ORDER BY place`, agency, year, whole); err != nil {
			return fmt.Errorf("read table 二: %w", err)
		}
		for _, r := range rows {
			out = append(out, ProactiveEntry{r.Place, report.ReadProactive([]byte(r.Data)), r.At, r.By})
		}
		return nil
	})
	return out, err
}

// proactive gives table 二 of a table: an agency's total where it entered one,
// else the sum of what it and all below entered for themselves; as known at an
// instant (0: now).
func (t *tx) proactive(agency int64, year int, own bool, asOf int64) (*report.Proactive, error) {
	var some bool
	if err := t.Get(&some, "SELECT EXISTS (SELECT 1 FROM proactive_entries WHERE year = ?)", year); err != nil {
		return nil, fmt.Errorf("look for table 二: %w", err)
	}
	if !some {
		return report.SumProactive(report.FormatOf(year), nil), nil // the usual case
	}
	var rows []proactiveRow
	if err := t.Select(&rows, "SELECT "+proactiveColumns+` FROM proactive_entries e WHERE year = ? AND place =
		(SELECT MAX(place) FROM proactive_entries x WHERE x.agency_id = e.agency_id AND x.year = e.year AND x.whole = e.whole AND x.entered_at <= ?)`, year, knownBy(asOf)); err != nil {
		return nil, fmt.Errorf("read table 二: %w", err)
	}
	whole, ids, err := t.wholeScope(agency, year, own)
	if err != nil {
		return nil, err
	}
	in := map[int64]bool{}
	for _, id := range ids {
		in[id] = true
	}
	var parts []*report.Proactive
	for _, r := range rows {
		entered := report.ReadProactive([]byte(r.Data))
		if r.AgencyID == agency && r.Whole == 1 && whole == 1 && entered != nil {
			return entered, nil
		}
		if r.Whole == 0 && in[r.AgencyID] {
			parts = append(parts, entered)
		}
	}
	return report.SumProactive(report.FormatOf(year), parts), nil
}

// proactiveKey names what one history of entries is for.
type proactiveKey struct {
	agency      int64
	year, whole int
}

// proactive checks the entries of table 二 by their macs, and by the audit that
// none is gone.
func (v *verifier) proactive() error {
	var rows []proactiveRow
	if err := v.t.Select(&rows, "SELECT "+proactiveColumns+" FROM proactive_entries ORDER BY agency_id, year, whole, place"); err != nil {
		return fmt.Errorf("read proactive_entries: %w", err)
	}
	last := map[proactiveKey]int{}
	for _, r := range rows {
		k := proactiveKey{r.AgencyID, r.Year, r.Whole}
		name := fmt.Sprintf("agency_id=%d, year=%d, whole=%d, place=%d", r.AgencyID, r.Year, r.Whole, r.Place)
		if !secret.Equal(r.MAC, v.t.proactiveMAC(r)) {
			v.found("proactive_entries", name, "mac", "%d年主动公开情况的第 %d 次填报与其校验码不符：登记后被改动过。", r.Year, r.Place)
		}
		if r.Place != last[k]+1 {
			v.found("proactive_entries", name, "place", "%d年主动公开情况第 %d 次填报之前的记录不见了。", r.Year, r.Place)
		}
		last[k] = r.Place
	}
	for k, n := range v.audited.proactive {
		if last[k] < n {
			v.found("proactive_entries", fmt.Sprintf("agency_id=%d, year=%d, whole=%d, place=%d", k.agency, k.year, k.whole, n), "",
				"%d年主动公开情况的第 %d 次填报在审计记录里有，现已不见。", k.year, n)
		}
	}
	return nil
}

// rememberProactive keeps how often table 二 was entered, by an audit entry.
func (v *verifier) rememberProactive(r auditRow) {
	var d struct{ Year, Whole, Place int }
	if json.Unmarshal([]byte(r.Detail), &d) != nil {
		return
	}
	k := proactiveKey{r.ObjectID, d.Year, d.Whole}
	v.audited.proactive[k] = max(v.audited.proactive[k], d.Place)
}
