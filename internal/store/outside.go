package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/secret"
)

// OutsideReturn is the return of an agency that keeps no cases here.
type OutsideReturn struct {
	AgencyID int64
	Place    int
	Table    *report.Table // nil: it was taken back
	Source   string        // workbook, json, hand, web
	At       int64
	By       string
}

type outsideRow struct {
	AgencyID int64  `db:"agency_id"`
	Year     int    `db:"year"`
	Place    int    `db:"place"`
	Data     string `db:"data"`
	Source   string `db:"source"`
	At       int64  `db:"entered_at"`
	By       string `db:"entered_by"`
	MAC      []byte `db:"mac"`
}

const outsideColumns = "agency_id, year, place, data, source, entered_at, entered_by, mac"

func (t *tx) outsideMAC(r outsideRow) []byte {
	b := secret.AppendText(t.hash.buf[:0], "outside return")
	for _, n := range []int64{r.AgencyID, int64(r.Year), int64(r.Place), r.At} {
		b = secret.AppendInt(b, n)
	}
	for _, text := range []string{r.Data, r.Source, r.By} {
		b = secret.AppendText(b, text)
	}
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

func (r outsideRow) domain() (OutsideReturn, error) {
	out := OutsideReturn{AgencyID: r.AgencyID, Place: r.Place, Source: r.Source, At: r.At, By: r.By}
	if r.Data == "" {
		return out, nil
	}
	table, err := report.ReadJSON([]byte(r.Data))
	if err != nil {
		return out, fmt.Errorf("read the return of agency %d: %w", r.AgencyID, err)
	}
	out.Table = &table
	return out, nil
}

// EnterOutside takes the return of an agency that keeps no cases here, beside what
// it handed in before; nil takes it back. Invalid: the table does not agree with
// itself, is of another year or format, or the agency has cases of that year in
// the register. Conflict: somebody entered one since seen, the place of the last
// that the user saw (0: none).
func (db *DB) EnterOutside(ctx context.Context, s cases.Stamp, agency int64, year, seen int, table *report.Table, source string) error {
	data := ""
	if table != nil {
		if err := fitForReturn(*table, year); err != nil {
			return err
		}
		b, err := json.Marshal(*table)
		if err != nil {
			return fmt.Errorf("encode a return: %w", err)
		}
		data = string(b)
	}
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		_, ids, err := t.tableAgencies(agency, year, true)
		if err != nil {
			return err
		}
		tallies, err := t.tableTallies(ids, year)
		if err != nil {
			return err
		}
		own := report.Count(year, report.FormatOf(year), tallies, nil)
		if n := own.New[report.TotalColumn].N + own.CarriedIn[report.TotalColumn].N; n > 0 && table != nil {
			return Fail(Invalid, "这个机关%d年在本系统中有%d件申请，年报由办件得出，不能另行填报。", year, n)
		}
		r := outsideRow{AgencyID: agency, Year: year, Place: seen + 1, Data: data, Source: source, At: s.At, By: s.By}
		var last int
		if err := t.Get(&last, "SELECT COALESCE(MAX(place), 0) FROM outside_returns WHERE agency_id = ? AND year = ?", agency, year); err != nil {
			return fmt.Errorf("read the returns: %w", err)
		}
		if last != seen {
			return Fail(Conflict, "已有人为这个机关填报了%d年的年报；请重新打开页面，核对后再报。", year)
		}
		if _, err := t.Exec("INSERT INTO outside_returns ("+outsideColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?)", r.AgencyID, r.Year, r.Place, r.Data, r.Source, r.At, r.By, t.outsideMAC(r)); err != nil {
			if duplicate(err) {
				return Fail(Conflict, "已有人为这个机关填报了%d年的年报；请重新打开页面，核对后再报。", year)
			}
			return fmt.Errorf("enter a return: %w", err)
		}
		return t.audit(agency, s, Entry{Act: "return_entered", Object: "agency", ObjectID: agency, Detail: map[string]any{"year": year, "place": r.Place, "source": source}})
	})
}

// fitForReturn refuses a table that can't go into a sum.
func fitForReturn(table report.Table, year int) error {
	switch {
	case table.Year != 0 && table.Year != year:
		return Fail(Invalid, "这是%d年的报表，要的是%d年的。", table.Year, year)
	case table.Format != report.FormatOf(year):
		return Fail(Invalid, "%d年应为%s格式，这份是%s格式。", year, report.FormatOf(year), table.Format)
	}
	verdict := report.Check(table)
	var wrong []string
	for _, f := range verdict.Failures {
		wrong = append(wrong, f.Identity+" "+f.Message)
	}
	for _, u := range verdict.Unseen {
		wrong = append(wrong, u.Identity+" "+u.Message)
	}
	if len(wrong) > 0 {
		return Fail(Invalid, "勾稽关系不成立，请退回更正：%s。", strings.Join(wrong[:min(len(wrong), 5)], "；"))
	}
	return nil
}

// OutsideReturns gives the last return of each agency that handed one in for a
// year, those taken back too, by agency.
func (db *DB) OutsideReturns(ctx context.Context, year int) (out map[int64]OutsideReturn, err error) {
	err = db.look(ctx, func(t *tx) error {
		out, err = t.outsideReturns(year)
		return err
	})
	return out, err
}

func (t *tx) outsideReturns(year int) (map[int64]OutsideReturn, error) {
	var rows []outsideRow
	if err := t.Select(&rows, "SELECT "+outsideColumns+` FROM outside_returns e WHERE year = ? AND place =
		(SELECT MAX(place) FROM outside_returns x WHERE x.agency_id = e.agency_id AND x.year = e.year) ORDER BY agency_id`, year); err != nil {
		return nil, fmt.Errorf("read the returns: %w", err)
	}
	out := map[int64]OutsideReturn{}
	for _, r := range rows {
		x, err := r.domain()
		if err != nil {
			return nil, err
		}
		out[r.AgencyID] = x
	}
	return out, nil
}

// addOutside adds to a table what agencies of its sum have handed in from outside.
func (t *tx) addOutside(table *report.Table, ids []int64) error {
	returns, err := t.outsideReturns(table.Year)
	if err != nil || len(returns) == 0 {
		return err
	}
	for _, id := range ids {
		r, there := returns[id]
		if !there || r.Table == nil {
			continue
		}
		one := *r.Table
		if table.Format == report.Format2019 {
			one = one.To2019()
		}
		table.Add(one)
	}
	return nil
}

// outside holds each return from outside against its mac, and their number
// against the audit.
func (v *verifier) outside() error {
	var rows []outsideRow
	if err := v.t.Select(&rows, "SELECT "+outsideColumns+" FROM outside_returns ORDER BY agency_id, year, place"); err != nil {
		return fmt.Errorf("read the returns: %w", err)
	}
	last := map[[2]int64]int{}
	for _, r := range rows {
		k := [2]int64{r.AgencyID, int64(r.Year)}
		name := fmt.Sprintf("agency_id=%d, year=%d, place=%d", r.AgencyID, r.Year, r.Place)
		if !secret.Equal(r.MAC, v.t.outsideMAC(r)) {
			v.found("outside_returns", name, "mac", "%d年报送的年报（第 %d 次）与其校验码不符：登记后被改动过。", r.Year, r.Place)
		}
		if r.Place != last[k]+1 {
			v.found("outside_returns", name, "place", "%d年报送的年报第 %d 次之前的记录不见了。", r.Year, r.Place)
		}
		last[k] = r.Place
	}
	var entered []struct {
		ID     int64  `db:"object_id"`
		Detail string `db:"detail"`
	}
	if err := v.t.Select(&entered, "SELECT object_id, detail FROM audit WHERE object = 'agency' AND act = 'return_entered'"); err != nil {
		return fmt.Errorf("read what was entered: %w", err)
	}
	for _, e := range entered {
		var d struct{ Year, Place int }
		if json.Unmarshal([]byte(e.Detail), &d) == nil && last[[2]int64{e.ID, int64(d.Year)}] < d.Place {
			v.found("outside_returns", fmt.Sprintf("agency_id=%d, year=%d, place=%d", e.ID, d.Year, d.Place), "", "%d年报送的年报第 %d 次在审计记录里有，现已不见。", d.Year, d.Place)
		}
	}
	return nil
}
