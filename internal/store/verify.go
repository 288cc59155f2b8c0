package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// Difference is a place where the database is not what follows from its events,
// or not what was written into it.
type Difference struct {
	Table   string `json:"table"`
	Row     string `json:"row"`              // which row: its key, as column=value
	Column  string `json:"column,omitempty"` // "" where the row as a whole is wrong
	Number  string `json:"number,omitempty"` // 编号 of the case, where there is one
	Seq     int    `json:"seq,omitempty"`    // of the event
	Kind    string `json:"kind,omitempty"`   // of the event
	Message string `json:"message"`          // a sentence in Chinese
}

// Verification is what Verify has looked at and how often it found a difference.
type Verification struct {
	Cases       int64 `json:"cases"`
	Events      int64 `json:"events"`
	Entries     int64 `json:"audit_entries"`
	Differences int64 `json:"difference_count"`
	// Holes are numbers that an agency's own series lacks, as ledgers of before
	// this system brought them in: to be listed, not a difference.
	Holes []string `json:"holes"`
}

// VerifyJob says what to do with what is found. Both functions may be nil.
type VerifyJob struct {
	Found    func(Difference)
	Progress func(cases int) // so many more are done
}

// Verify derives everything again from the events and compares, on one picture
// of the database: the macs of events, texts and applicants, their seals, the
// rows, disputes and tallies, the audit chains with their heads and anchors, what
// the audit says of each case, import, setting, notice and agency, and the
// series of numbers. It goes on after a difference and writes nothing. An error
// is a fault of reading, not a difference.
//
// Columns that only help the program to its work (cases.version, ledger_id,
// fingerprint, source_hash; times of migrations) are followed by no rule and
// looked at for plausibility alone.
func (db *DB) Verify(ctx context.Context, job VerifyJob) (Verification, error) {
	var sum Verification
	err := db.look(ctx, func(t *tx) error {
		v, err := newVerifier(t, job)
		if err != nil {
			return err
		}
		for _, step := range []func() error{v.audit, v.foundations, v.accounts, v.readers, v.outside, v.reportTexts, v.returns, v.cases, v.strays, v.counted, v.numbers, v.imports, v.attachments, v.orders, v.spotChecks, v.topics, v.letters, v.servicesAgree, v.releasesAgree, v.retention, v.reminders, v.reportEntries, v.backups} {
			if err := step(); err != nil {
				return err
			}
		}
		sum = v.sum
		return nil
	})
	if err != nil {
		return Verification{}, fmt.Errorf("verify: %w", err)
	}
	return sum, nil
}

// verifier is a verification under way.
type verifier struct {
	t        *tx
	job      VerifyJob
	sum      Verification
	derive   cases.Deriver
	tallies  *tallies
	audited  auditFacts
	digests  map[string]*importDigest // by recorded_by
	series   map[seriesKey][]int64    // places taken, by agency and year
	numbered map[int64]numbering
}

func newVerifier(t *tx, job VerifyJob) (*verifier, error) {
	if job.Found == nil {
		job.Found = func(Difference) {}
	}
	if job.Progress == nil {
		job.Progress = func(int) {}
	}
	v := &verifier{t: t, job: job, tallies: newTallies(), audited: newAuditFacts(), digests: map[string]*importDigest{},
		series: map[seriesKey][]int64{}, numbered: map[int64]numbering{}}
	v.sum.Holes = []string{}
	book, err := t.readBook()
	if err != nil {
		v.found("notices", "", "data", "节假日通知的内容读不出来：被改动过。以下按程序自带的通知核对。")
		book = calendar.Builtin()
	}
	t.book, v.derive.Book = book, book
	return v, t.ctx.Err()
}

// found reports a difference that is not about one case.
func (v *verifier) found(table, row, column, format string, args ...any) {
	v.report(Difference{Table: table, Row: row, Column: column, Message: fmt.Sprintf(format, args...)})
}

func (v *verifier) report(d Difference) {
	v.sum.Differences++
	v.job.Found(d)
}

// fetch reads the rows of some keys. A row that can't be read at all (a word
// where a number belongs) must not end the verification: then the keys are read
// one by one, and those that fail are handed to bad.
func fetch[T any](t *tx, query string, keys []int64, bad func(key int64)) ([]T, error) {
	var rows []T
	err := t.SelectIn(&rows, query, keys)
	if err == nil || t.ctx.Err() != nil {
		return rows, err
	}
	if len(keys) == 1 {
		bad(keys[0])
		return nil, nil
	}
	rows = nil
	for _, key := range keys {
		one, err := fetch[T](t, query, []int64{key}, bad)
		if err != nil {
			return nil, err
		}
		rows = append(rows, one...)
	}
	return rows, nil
}

// cases walks all cases in the order of their ids.
func (v *verifier) cases() error {
	const page = 500
	for last := int64(0); ; {
		var ids []int64
		if err := v.t.Select(&ids, "SELECT id FROM cases WHERE id > ? ORDER BY id LIMIT ?", last, page); err != nil {
			return fmt.Errorf("walk the cases: %w", err)
		}
		if len(ids) == 0 {
			return nil
		}
		if err := v.page(ids); err != nil {
			return err
		}
		last = ids[len(ids)-1]
		v.sum.Cases += int64(len(ids))
		v.job.Progress(len(ids))
	}
}

// pageFacts is everything that is stored about a page of cases, by case.
type pageFacts struct {
	events   map[int64][]eventRow
	texts    map[int64]textRow
	parties  map[int64][]partyRow
	disputes map[int64][]storedDispute
	entries  map[int64][]auditRow
	notes    map[int64][]noteRow
	spoiled  map[int64]bool // something of the case could not be read
}

type storedDispute struct {
	CaseID int64 `db:"case_id"`
	Place  int   `db:"place"`
	disputeRow
}

func (v *verifier) page(ids []int64) error {
	rows, err := fetch[caseRow](v.t, "SELECT "+caseColumns+" FROM cases WHERE id IN (?) ORDER BY id", ids,
		func(id int64) { v.unreadable("cases", id) })
	if err != nil {
		return err
	}
	p, err := v.gather(ids)
	if err != nil {
		return err
	}
	for i := range rows {
		v.one(&rows[i], p)
	}
	return nil
}

func (v *verifier) unreadable(table string, caseID int64) {
	v.found(table, fmt.Sprintf("case_id=%d", caseID), "", "%s 中办件 %d 的内容读不出来：被改动过。", table, caseID)
}

func (v *verifier) gather(ids []int64) (*pageFacts, error) {
	p := &pageFacts{events: map[int64][]eventRow{}, texts: map[int64]textRow{}, parties: map[int64][]partyRow{},
		disputes: map[int64][]storedDispute{}, entries: map[int64][]auditRow{}, notes: map[int64][]noteRow{}, spoiled: map[int64]bool{}}
	spoiled := func(table string) func(int64) {
		return func(id int64) { v.unreadable(table, id); p.spoiled[id] = true }
	}
	events, err := fetch[eventRow](v.t, "SELECT "+eventColumns+" FROM events WHERE case_id IN (?) ORDER BY case_id, seq", ids, spoiled("events"))
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		p.events[e.CaseID] = append(p.events[e.CaseID], e)
	}
	texts, err := fetch[textRow](v.t, "SELECT case_id, content, items, mac FROM case_texts WHERE case_id IN (?)", ids, spoiled("case_texts"))
	if err != nil {
		return nil, err
	}
	for _, x := range texts {
		p.texts[x.CaseID] = x
	}
	parties, err := fetch[partyRow](v.t, `SELECT p.case_id, p.place, p.role, a.id, a.uid, a.agency_id, a.kind, a.name, a.data_key,
		a.id_number, a.phone, a.email, a.address, a.id_blind, a.phone_blind, a.mac
		FROM case_parties p JOIN applicants a ON a.id = p.applicant_id WHERE p.case_id IN (?) ORDER BY p.case_id, p.place`, ids, spoiled("applicants"))
	if err != nil {
		return nil, err
	}
	for _, x := range parties {
		p.parties[x.CaseID] = append(p.parties[x.CaseID], x)
	}
	return p, v.gatherDerived(ids, p, spoiled)
}

func (v *verifier) gatherDerived(ids []int64, p *pageFacts, spoiled func(string) func(int64)) error {
	disputes, err := fetch[storedDispute](v.t, "SELECT "+disputeColumns+" FROM disputes WHERE case_id IN (?) ORDER BY case_id, place", ids, spoiled("disputes"))
	if err != nil {
		return err
	}
	notes, err := fetch[noteRow](v.t, "SELECT "+noteColumns+" FROM case_notes WHERE case_id IN (?) ORDER BY case_id, place", ids, spoiled("case_notes"))
	if err != nil {
		return err
	}
	for _, n := range notes {
		p.notes[n.CaseID] = append(p.notes[n.CaseID], n)
	}
	for _, d := range disputes {
		p.disputes[d.CaseID] = append(p.disputes[d.CaseID], d)
	}
	entries, err := fetch[auditRow](v.t, "SELECT "+auditColumns+" FROM audit WHERE object = 'case' AND object_id IN (?) ORDER BY object_id, seq", ids, func(int64) {})
	for _, e := range entries {
		p.entries[e.ObjectID] = append(p.entries[e.ObjectID], e)
	}
	return err
}

// counted compares the tallies with what the derived rows come to.
func (v *verifier) counted() error {
	if err := compareTally(v, "tally_outcomes", v.tallies.outcomes, "agency_id, kind, received_year, answered_year, outcome",
		func(k outcomeKey) []any { return []any{k.agency, k.kind, k.received, k.answered, k.outcome} }); err != nil {
		return err
	}
	if err := compareTally(v, "tally_channels", v.tallies.channels, "agency_id, received_month, channel",
		func(k channelKey) []any { return []any{k.agency, k.month, k.channel} }); err != nil {
		return err
	}
	if err := compareTally(v, "tally_courses", v.tallies.courses, "agency_id, answered_month, course",
		func(k courseKey) []any { return []any{k.agency, k.month, k.course} }); err != nil {
		return err
	}
	return compareTally(v, "tally_days", v.tallies.days, "agency_id, answered_month, days, late",
		func(k daysKey) []any { return []any{k.agency, k.month, k.days, k.late} })
}

// compareTally reads a tally and names every count that is not the one derived.
func compareTally[K comparable](v *verifier, table string, derived map[K]int64, columns string, values func(K) []any) error {
	names := strings.Split(columns, ", ")
	want := map[string]int64{}
	for k, n := range derived {
		if n != 0 {
			want[keyText(names, values(k))] = n
		}
	}
	rows, err := v.t.QueryxContext(v.t.ctx, "SELECT "+columns+", n FROM "+table)
	if err != nil {
		return fmt.Errorf("read %s: %w", table, err)
	}
	defer rows.Close()
	for rows.Next() {
		got, err := rows.SliceScan()
		if err != nil {
			return fmt.Errorf("read %s: %w", table, err)
		}
		key, n := keyText(names, got[:len(names)]), plain(got[len(names)])
		if n != fmt.Sprint(want[key]) {
			v.found(table, key, "n", "统计表 %s 的 %s 记为 %s 件，按办件重数应为 %d 件。", table, key, n, want[key])
		}
		delete(want, key)
	}
	for _, key := range slices.Sorted(maps.Keys(want)) {
		v.found(table, key, "n", "统计表 %s 缺少 %s，按办件重数应为 %d 件。", table, key, want[key])
	}
	return rows.Err()
}

// keyText writes a key as "column=value, ...".
func keyText(names []string, values []any) string {
	parts := make([]string, len(values))
	for i, value := range values {
		parts[i] = names[i] + "=" + plain(value)
	}
	return strings.Join(parts, ", ")
}

// plain writes a value alike, whichever type the engine gives it.
func plain(value any) string {
	if b, ok := value.([]byte); ok {
		return string(b)
	}
	return fmt.Sprint(value)
}

type seriesKey struct {
	agency int64
	year   int
}

// numbers holds the counters against the numbers given, and lists the holes.
func (v *verifier) numbers() error {
	var counters []struct {
		AgencyID int64  `db:"agency_id"`
		Year     int    `db:"year"`
		Last     string `db:"last"`
	}
	if err := v.t.Select(&counters, "SELECT agency_id, year, last FROM counters WHERE series = ? ORDER BY agency_id, year", caseSeries); err != nil {
		return fmt.Errorf("read the counters: %w", err)
	}
	for _, c := range counters {
		key := seriesKey{c.AgencyID, c.Year}
		row := fmt.Sprintf("agency_id=%d, series=%s, year=%d", c.AgencyID, caseSeries, c.Year)
		if taken := v.series[key]; len(taken) == 0 {
			v.found("counters", row, "year", "编号序列 %s 已用到 %s，却没有这个序列的办件。", row, c.Last)
		} else if most := slices.Max(taken); c.Last != fmt.Sprint(most) {
			v.found("counters", row, "last", "编号序列 %s 记为用到 %s，办件的最大编号是 %d。", row, c.Last, most)
		}
		v.holes(key)
		delete(v.series, key)
	}
	for key := range v.series {
		v.found("counters", fmt.Sprintf("agency_id=%d, series=%s, year=%d", key.agency, caseSeries, key.year), "",
			"机关 %d 有 %d 年编号序列的办件，却没有这个序列的计数。", key.agency, key.year)
	}
	return nil
}

// mostHoles bounds what is listed of one series: a ledger that brings the number
// 900000 alone leaves many.
const mostHoles = 50

func (v *verifier) holes(key seriesKey) {
	taken := v.series[key]
	slices.Sort(taken)
	listed, before := 0, int64(0)
	for _, n := range taken {
		if n-before > 1 && listed < mostHoles {
			text := fmt.Sprintf("机关 %d 的 %d 年编号缺第 %d 号", key.agency, key.year, before+1)
			if n-before > 2 {
				text += fmt.Sprintf("至第 %d 号", n-1)
			}
			v.sum.Holes = append(v.sum.Holes, text)
			listed++
		}
		if n == before {
			v.found("cases", fmt.Sprintf("agency_id=%d, number_year=%d, number_seq=%d", key.agency, key.year, n), "number_seq",
				"机关 %d 的 %d 年编号第 %d 号有两件办件。", key.agency, key.year, n)
		}
		before = n
	}
}

// strays finds rows that belong to no case.
func (v *verifier) strays() error {
	for _, table := range []string{"events", "case_texts", "case_parties", "disputes"} {
		var ids []int64
		if err := v.t.Select(&ids, "SELECT DISTINCT case_id FROM "+table+" x WHERE NOT EXISTS (SELECT 1 FROM cases c WHERE c.id = x.case_id) ORDER BY case_id"); err != nil {
			return fmt.Errorf("look for strays in %s: %w", table, err)
		}
		for _, id := range ids {
			v.found(table, fmt.Sprintf("case_id=%d", id), "case_id", "%s 中有属于办件 %d 的内容，但没有这个办件。", table, id)
		}
	}
	var gone []int64
	if err := v.t.Select(&gone, `SELECT DISTINCT object_id FROM audit a WHERE object = 'case'
		AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.id = a.object_id) ORDER BY object_id`); err != nil {
		return fmt.Errorf("look for cases that are gone: %w", err)
	}
	for _, id := range gone {
		v.found("cases", fmt.Sprintf("id=%d", id), "", "审计记录中登记过办件 %d，办件表里却没有它：已被删除。", id)
	}
	var nobody []int64
	// Of who was purged with his last case nothing but the row is left.
	if err := v.t.Select(&nobody, `SELECT id FROM applicants a WHERE NOT EXISTS (SELECT 1 FROM case_parties p WHERE p.applicant_id = a.id)
		AND NOT (name = '' AND data_key IS NULL AND id_blind IS NULL AND phone_blind IS NULL) ORDER BY id`); err != nil {
		return fmt.Errorf("look for applicants without a case: %w", err)
	}
	for _, id := range nobody {
		v.found("applicants", fmt.Sprintf("id=%d", id), "", "申请人 %d 不属于任何办件：办件的申请人被换过。", id)
	}
	return nil
}

// byID orders differences of a set by its key; maps have no order of their own.
func byID[T any](m map[int64]T) []int64 { return slices.SortedFunc(maps.Keys(m), cmp.Compare[int64]) }
