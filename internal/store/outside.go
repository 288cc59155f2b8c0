package store

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
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
	Whole    bool          // with all below it
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
	Whole    int    `db:"whole"`
}

const outsideColumns = "agency_id, year, place, data, source, entered_at, entered_by, mac, whole"

func (t *tx) outsideMAC(r outsideRow) []byte {
	b := secret.AppendText(t.hash.buf[:0], "outside return")
	for _, n := range []int64{r.AgencyID, int64(r.Year), int64(r.Place), r.At} {
		b = secret.AppendInt(b, n)
	}
	for _, text := range []string{r.Data, r.Source, r.By} {
		b = secret.AppendText(b, text)
	}
	if r.Whole != 0 { // those of before there was a choice have none in it
		b = secret.AppendInt(b, int64(r.Whole))
	}
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

func (r outsideRow) domain() (OutsideReturn, error) {
	out := OutsideReturn{AgencyID: r.AgencyID, Place: r.Place, Source: r.Source, Whole: r.Whole == 1, At: r.At, By: r.By}
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

// OutsideEntry is a return from outside as it is taken in.
type OutsideEntry struct {
	Agency int64
	Year   int
	Seen   int           // place of the last that the user saw, 0: none
	Table  *report.Table // nil takes it back
	Source string        // workbook, json, hand, web
	Whole  bool          // with all below the agency
}

// EnterOutside takes the return of an agency that keeps no cases here, beside what
// it handed in before. Invalid: the table does not agree with itself, is of another
// year or format, the agency has cases of that year in the register, or somebody
// would be counted twice. Conflict: somebody entered one since seen.
func (db *DB) EnterOutside(ctx context.Context, s cases.Stamp, e OutsideEntry) error {
	data := ""
	if e.Table != nil {
		if err := fitForReturn(*e.Table, e.Year); err != nil {
			return err
		}
		b, err := json.Marshal(*e.Table)
		if err != nil {
			return fmt.Errorf("encode a return: %w", err)
		}
		data = string(b)
	}
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		if e.Table != nil {
			if err := t.countsOnce(e); err != nil {
				return err
			}
		}
		r := outsideRow{AgencyID: e.Agency, Year: e.Year, Place: e.Seen + 1, Data: data, Source: e.Source, At: s.At, By: s.By, Whole: number(e.Whole)}
		var last int
		if err := t.Get(&last, "SELECT COALESCE(MAX(place), 0) FROM outside_returns WHERE agency_id = ? AND year = ?", e.Agency, e.Year); err != nil {
			return fmt.Errorf("read the returns: %w", err)
		}
		if last != e.Seen {
			return Fail(Conflict, "已有人为这个机关填报了%d年的年报；请重新打开页面，核对后再报。", e.Year)
		}
		if _, err := t.Exec("INSERT INTO outside_returns ("+outsideColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", r.AgencyID, r.Year, r.Place, r.Data, r.Source, r.At, r.By, t.outsideMAC(r), r.Whole); err != nil {
			if duplicate(err) {
				return Fail(Conflict, "已有人为这个机关填报了%d年的年报；请重新打开页面，核对后再报。", e.Year)
			}
			return fmt.Errorf("enter a return: %w", err)
		}
		return t.audit(e.Agency, s, Entry{Act: "return_entered", Object: "agency", ObjectID: e.Agency, Detail: map[string]any{"year": e.Year, "place": r.Place, "source": e.Source, "whole": r.Whole}})
	})
}

// countsOnce refuses a return whose cases the sum of who is above would hold twice:
// from the register, from a return below, or from one above that is with all below.
func (t *tx) countsOnce(e OutsideEntry) error {
	_, ids, err := t.tableAgencies(e.Agency, e.Year, !e.Whole)
	if err != nil {
		return err
	}
	tallies, err := t.tableTallies(ids, e.Year)
	if err != nil {
		return err
	}
	here := report.Count(e.Year, report.FormatOf(e.Year), tallies, nil)
	if n := here.New[report.TotalColumn].N + here.CarriedIn[report.TotalColumn].N; n > 0 {
		if e.Whole && len(ids) > 1 {
			return Fail(Invalid, "这个机关及其下级%d年在本系统中有%d件申请，由办件得出；请对方只报本机关自己的数。", e.Year, n)
		}
		return Fail(Invalid, "这个机关%d年在本系统中有%d件申请，年报由办件得出，不能另行填报。", e.Year, n)
	}
	returns, err := t.outsideReturns(e.Year, 0)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if x := returns[id]; id != e.Agency && x.Table != nil {
			return Fail(Invalid, "“%s”已单独报送%d年的年报；含下级的合计会重复计入，请先收回其中一份。", x.Table.Agency, e.Year)
		}
	}
	above, err := t.above(e.Agency, report.YearSpan(e.Year).To)
	if err != nil {
		return err
	}
	for _, id := range above[1:] {
		if x := returns[id]; x.Table != nil && x.Whole {
			return Fail(Invalid, "“%s”%d年报送的年报已含下级；再报会重复计入，请先收回其中一份。", x.Table.Agency, e.Year)
		}
	}
	return nil
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
		out, err = t.outsideReturns(year, 0)
		return err
	})
	return out, err
}

// outsideReturns reads them as known at an instant; 0: now.
func (t *tx) outsideReturns(year int, asOf int64) (map[int64]OutsideReturn, error) {
	var rows []outsideRow
	if err := t.Select(&rows, "SELECT "+outsideColumns+` FROM outside_returns e WHERE year = ? AND place =
		(SELECT MAX(place) FROM outside_returns x WHERE x.agency_id = e.agency_id AND x.year = e.year AND x.entered_at <= ?) ORDER BY agency_id`, year, knownBy(asOf)); err != nil {
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

// knownBy is the instant to compare with: 0 stands for all that is recorded.
func knownBy(asOf int64) int64 {
	if asOf == 0 {
		return math.MaxInt64
	}
	return asOf
}

// countedReturns are those that go into sums: neither taken back nor sent back.
func (t *tx) countedReturns(year int, asOf int64) (map[int64]OutsideReturn, error) {
	returns, err := t.outsideReturns(year, asOf)
	if err != nil || len(returns) == 0 {
		return nil, err
	}
	back := map[int64]bool{}
	if asOf == 0 { // what was said of them later was not known then
		if back, err = t.sentBack(returns, year); err != nil {
			return nil, err
		}
	}
	for id, r := range returns {
		if r.Table == nil || back[id] {
			delete(returns, id)
		}
	}
	return returns, nil
}

// addOutside adds to a table what agencies of its sum have handed in from outside.
func (t *tx) addOutside(table *report.Table, ids []int64, asOf int64) error {
	returns, err := t.countedReturns(table.Year, asOf)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if r, there := returns[id]; there {
			table.Add(r.in(table.Format))
		}
	}
	return nil
}

// in gives the return's table in a format.
func (r OutsideReturn) in(f report.Format) report.Table {
	if f == report.Format2019 {
		return r.Table.To2019()
	}
	return *r.Table
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
