package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/internal/report"
	"gongkai/internal/secret"
)

// mostNamed is how many late cases a refused sentence names.
const mostNamed = 10

// ReportFacts gives what the text of an annual report may state, from the same
// records as its tables. NotFound as for Table.
func (db *DB) ReportFacts(ctx context.Context, agencyID int64, year int, own bool, f report.Format) (facts report.Facts, err error) {
	if facts.Table, err = db.Table(ctx, agencyID, year, own, f); err != nil {
		return facts, err
	}
	agency, ids, err := db.TableAgencies(ctx, agencyID, year, own)
	if err != nil {
		return facts, err
	}
	if facts.Counting, _, err = db.Counting(ctx, agencyID, year); err != nil {
		return facts, err
	}
	if facts.Entered, _, err = db.Figures(ctx, agencyID, year, own); err != nil {
		return facts, err
	}
	if err := db.earlierFacts(ctx, &facts, agencyID, ids, year, own, f); err != nil {
		return facts, err
	}
	facts.Government = agency.Kind == cases.Government && !own && len(ids) > 1
	if err := db.channelFacts(ctx, &facts, ids, year); err != nil {
		return facts, err
	}
	if facts.Government {
		if err := db.levelFacts(ctx, &facts, agencyID, ids, year); err != nil {
			return facts, err
		}
	}
	if err := db.timeFacts(ctx, &facts, ids, year); err != nil {
		return facts, err
	}
	if err := db.feeFacts(ctx, &facts, ids, year); err != nil {
		return facts, err
	}
	return facts, db.moreFacts(ctx, &facts, agencyID, ids, year)
}

// earlierFacts adds what reaches back: last year's table and the sum since the
// register began. A register's first year is often only what was carried over:
// nothing is compared with it.
func (db *DB) earlierFacts(ctx context.Context, facts *report.Facts, agencyID int64, ids []int64, year int, own bool, f report.Format) error {
	sum, err := db.Cumulative(ctx, ids, year)
	if err != nil || sum.Since == 0 || sum.Since > year-2 {
		return err
	}
	facts.Since, facts.Cumulative = sum.Since, sum.Received
	before, err := db.Table(ctx, agencyID, year-1, own, f)
	if Is(err, NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	facts.Before = &before
	facts.EnteredBefore, _, err = db.Figures(ctx, agencyID, year-1, own)
	return err
}

func (db *DB) channelFacts(ctx context.Context, facts *report.Facts, ids []int64, year int) error {
	tallies, err := db.ChannelSums(ctx, ids, year)
	if err != nil {
		return err
	}
	n := map[string]int64{}
	facts.Months = make([]int64, 12)
	for _, t := range tallies {
		n[t.Channel] += t.Count
		facts.Months[t.Month%100-1] += t.Count
	}
	rest := facts.Table.New[report.TotalColumn].N
	for _, way := range facts.Counting.ChannelWays() {
		part := report.Part{Label: way.Label}
		for _, code := range way.Codes {
			part.N += n[code]
		}
		rest -= part.N
		facts.Channels = append(facts.Channels, part)
	}
	if rest > 0 {
		facts.Channels = append(facts.Channels, report.Part{Label: "渠道未记载", N: rest})
	}
	return nil
}

func (db *DB) levelFacts(ctx context.Context, facts *report.Facts, agencyID int64, ids []int64, year int) error {
	levels, err := db.Levels(ctx, agencyID, year)
	if err != nil {
		return err
	}
	tree, err := db.treeOf(ctx, year)
	if err != nil {
		return err
	}
	outside, err := db.CountedReturns(ctx, year)
	if err != nil {
		return err
	}
	of := levelsOf(tree, agencyID, ids)
	for _, l := range levels {
		for _, id := range ids {
			if x, there := outside[id]; there && of[id] == l.Level {
				l.Received += x.Table.New[report.TotalColumn].N
			}
		}
		facts.Levels = append(facts.Levels, report.Part{Label: l.Level.Label(), N: l.Received})
	}
	return db.busiestFacts(ctx, facts, tree, outside, ids, year)
}

// busiestFacts names the agencies that received most, those off the system too.
func (db *DB) busiestFacts(ctx context.Context, facts *report.Facts, tree *cases.Tree, outside map[int64]OutsideReturn, ids []int64, year int) error {
	busiest, err := db.Busiest(ctx, ids, year, len(ids))
	if err != nil {
		return err
	}
	for _, id := range ids {
		if x, there := outside[id]; there && !x.Whole {
			busiest = append(busiest, AgencyCount{AgencyID: id, Received: x.Table.New[report.TotalColumn].N})
		}
	}
	slices.SortStableFunc(busiest, func(a, b AgencyCount) int { return cmp.Compare(b.Received, a.Received) })
	for _, b := range busiest[:min(len(busiest), 4)] {
		if a, alive := tree.Agency(b.AgencyID); alive && b.Received > 0 {
			facts.Busiest = append(facts.Busiest, a.Name)
		}
	}
	return nil
}

func (db *DB) timeFacts(ctx context.Context, facts *report.Facts, ids []int64, year int) error {
	return db.look(ctx, func(t *tx) error {
		agency := "agency_id"
		if len(ids) > agenciesAtOnce {
			agency = "+agency_id" // else the engine looks for each agency's months, row by row
		}
		var sums []struct {
			Answers int64 `db:"answers"`
			Late    int64 `db:"late"`
			Unknown int64 `db:"unknown"`
		}
		if err := t.SelectIn(&sums, fmt.Sprintf(`SELECT COALESCE(SUM(n), 0) AS answers, COALESCE(SUM(CASE WHEN late = %d THEN n ELSE 0 END), 0) AS late,
			COALESCE(SUM(CASE WHEN late = %d THEN n ELSE 0 END), 0) AS unknown FROM tally_days WHERE %s IN (?) AND answered_month >= ? AND answered_month <= ?`,
			deadline.Yes, deadline.Unknown, agency), ids, year*100+1, year*100+12); err != nil {
			return fmt.Errorf("count the answers of %d: %w", year, err)
		}
		facts.Answers, facts.Late, facts.Unknown = sums[0].Answers, sums[0].Late, sums[0].Unknown
		if facts.Late == 0 {
			return nil
		}
		// Found first and sorted then: walked by day of receipt, nearly all cases of the
		// years before would have to be passed.
		if err := t.SelectIn(&facts.LateCases, fmt.Sprintf(`WITH late AS MATERIALIZED (SELECT id, received_on FROM cases WHERE late = 2 AND agency_id IN (?) AND answered_on >= ? AND answered_on <= ?)
			SELECT number FROM cases WHERE id IN (SELECT id FROM late ORDER BY received_on, id LIMIT %d) ORDER BY received_on, id`, mostNamed),
			ids, fmt.Sprintf("%04d-01-01", year), endOf(year)); err != nil {
			return fmt.Errorf("name the late answers of %d: %w", year, err)
		}
		return nil
	})
}

// ReportText is what an editor has written once for a report.
type ReportText struct {
	Place int
	Text  report.Text
	At    int64
	By    string
}

type reportTextRow struct {
	AgencyID int64  `db:"agency_id"`
	Year     int    `db:"year"`
	Whole    int    `db:"whole"`
	Place    int    `db:"place"`
	Data     string `db:"data"`
	At       int64  `db:"entered_at"`
	By       string `db:"entered_by"`
	MAC      []byte `db:"mac"`
}

const reportTextColumns = "agency_id, year, whole, place, data, entered_at, entered_by, mac"

func (t *tx) reportTextMAC(r reportTextRow) []byte {
	b := secret.AppendText(t.hash.buf[:0], "report text")
	for _, n := range []int64{r.AgencyID, int64(r.Year), int64(r.Whole), int64(r.Place), r.At} {
		b = secret.AppendInt(b, n)
	}
	b = secret.AppendText(b, r.Data)
	b = secret.AppendText(b, r.By)
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

// EnterText writes the text of a report beside what was written before. Conflict:
// somebody wrote since seen, the place of the last that the user saw (0: none).
func (db *DB) EnterText(ctx context.Context, s cases.Stamp, agency int64, year int, own bool, seen int, text report.Text) error {
	data, err := json.Marshal(text)
	if err != nil {
		return fmt.Errorf("encode the text of a report: %w", err)
	}
	if len(data) > 1<<20 {
		return Fail(Invalid, "文字太长，最多约30万字。")
	}
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		whole, _, err := t.wholeScope(agency, year, own)
		if err != nil {
			return err
		}
		var last int
		if err := t.Get(&last, "SELECT COALESCE(MAX(place), 0) FROM report_texts WHERE agency_id = ? AND year = ? AND whole = ?", agency, year, whole); err != nil {
			return fmt.Errorf("read the text of a report: %w", err)
		}
		r := reportTextRow{AgencyID: agency, Year: year, Whole: whole, Place: seen + 1, Data: string(data), At: s.At, By: s.By}
		if last == seen {
			_, err = t.Exec("INSERT INTO report_texts ("+reportTextColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?)", r.AgencyID, r.Year, r.Whole, r.Place, r.Data, r.At, r.By, t.reportTextMAC(r))
		}
		if last != seen || duplicate(err) {
			return Fail(Conflict, "填写期间已有人保存了%d年年报的文字；您写的还在，请核对后再保存。", year)
		}
		if err != nil {
			return fmt.Errorf("write the text of a report: %w", err)
		}
		return t.audit(agency, s, Entry{Act: "report_text", Object: "agency", ObjectID: agency, Detail: map[string]any{"year": year, "whole": whole, "place": r.Place}})
	})
}

// LastText gives the text of a report as it stands; Place 0: none was written.
func (db *DB) LastText(ctx context.Context, agency int64, year int, own bool) (out ReportText, err error) {
	err = db.look(ctx, func(t *tx) error {
		out, err = t.lastText(agency, year, own)
		return err
	})
	return out, err
}

func (t *tx) lastText(agency int64, year int, own bool) (out ReportText, err error) {
	whole, _, err := t.wholeScope(agency, year, own)
	if err != nil {
		return out, err
	}
	var rows []reportTextRow
	if err := t.Select(&rows, "SELECT "+reportTextColumns+" FROM report_texts WHERE agency_id = ? AND year = ? AND whole = ? ORDER BY place DESC LIMIT 1", agency, year, whole); err != nil {
		return out, fmt.Errorf("read the text of a report: %w", err)
	}
	if len(rows) == 0 {
		return out, nil
	}
	out = ReportText{Place: rows[0].Place, At: rows[0].At, By: rows[0].By}
	if err := json.Unmarshal([]byte(rows[0].Data), &out.Text); err != nil {
		return out, fmt.Errorf("read the text of a report: %w", err)
	}
	return out, nil
}

// reportTexts holds each text against its mac.
func (v *verifier) reportTexts() error {
	var rows []reportTextRow
	if err := v.t.Select(&rows, "SELECT "+reportTextColumns+" FROM report_texts ORDER BY agency_id, year, whole, place"); err != nil {
		return fmt.Errorf("read the texts of reports: %w", err)
	}
	for _, r := range rows {
		if !secret.Equal(r.MAC, v.t.reportTextMAC(r)) {
			v.found("report_texts", fmt.Sprintf("agency_id=%d, year=%d, whole=%d, place=%d", r.AgencyID, r.Year, r.Whole, r.Place), "mac", "%d年年报的文字（第 %d 稿）与其校验码不符：保存后被改动过。", r.Year, r.Place)
		}
	}
	return nil
}
