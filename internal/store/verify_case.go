package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"strconv"
	"strings"

	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// one verifies a case: its record first, then what follows from it.
func (v *verifier) one(row *caseRow, p *pageFacts) {
	if p.spoiled[row.ID] {
		return // reported already; nothing can be derived from a part
	}
	stored := p.events[row.ID]
	v.sum.Events += int64(len(stored))
	events, whole := v.events(row, stored)
	v.coverage(row, stored, p.entries[row.ID])
	v.people(row, p.texts, p.parties[row.ID])
	v.notes(row, p.notes[row.ID], p.entries[row.ID])
	if !whole {
		return
	}
	derived := *row
	fresh, err := v.t.rowOf(&v.derive, row.AgencyID, events)
	if err != nil {
		v.found("settings", fmt.Sprintf("agency_id=%d", row.AgencyID), "value", "地方放假安排读不出来：被改动过。")
		fresh = v.derive.Row(events)
	}
	derived.setRow(fresh)
	derived.LastSeq = len(events)
	derived.Platform, derived.PlatformNumber = platformOf(&cases.Case{Events: events})
	v.row(row, &derived)
	v.disputes(row, events, p.disputes[row.ID])
	v.tallies.add(&derived, 1)
}

// differs reports a column of the row of a case.
func (v *verifier) differs(row *caseRow, column, stored, derived string) {
	v.report(Difference{Table: "cases", Row: fmt.Sprintf("id=%d", row.ID), Column: column, Number: row.Number,
		Message: fmt.Sprintf("办件 %s 的 %s 记为“%s”，由登记事项推算应为“%s”。", row.name(), column, stored, derived)})
}

// name calls a case by its number, or by its id before it has one.
func (r *caseRow) name() string {
	if r.Number == "" {
		return fmt.Sprintf("（待确认，内部号 %d）", r.ID)
	}
	return r.Number
}

// events checks the record and gives it decoded; whole is false if nothing can
// be derived from it.
func (v *verifier) events(row *caseRow, stored []eventRow) (events []cases.Event, whole bool) {
	whole = len(stored) > 0
	if !whole {
		v.report(Difference{Table: "events", Row: fmt.Sprintf("case_id=%d", row.ID), Number: row.Number,
			Message: fmt.Sprintf("办件 %s 没有任何登记事项：已被删去。", row.name())})
	}
	for i, r := range stored {
		wrong := func(column, format string, args ...any) {
			v.report(Difference{Table: "events", Row: fmt.Sprintf("case_id=%d, seq=%d", row.ID, r.Seq), Column: column,
				Number: row.Number, Seq: r.Seq, Kind: r.Kind,
				Message: fmt.Sprintf("办件 %s 第 %d 项（%s）", row.name(), r.Seq, r.Kind) + fmt.Sprintf(format, args...)})
		}
		if r.Seq != i+1 {
			wrong("seq", "之前缺少第 %d 项。", i+1)
			whole = false
		}
		if !secret.Equal(r.MAC, v.t.eventMAC(row.AgencyID, r)) {
			wrong("", "与其校验码不符：登记后被改动过。")
		}
		e, err := r.decode()
		if err != nil {
			wrong("data", "的内容读不出来。")
			whole = false
			continue
		}
		events = append(events, e)
	}
	return events, whole
}

// row compares the stored row with the derived one, column by column.
func (v *verifier) row(stored, derived *caseRow) {
	names := strings.Split(rowColumns, ", ")
	a, b := stored.rowValues(), derived.rowValues()
	for i, name := range names {
		if x, y := plain(a[i]), plain(b[i]); x != y {
			v.differs(stored, name, x, y)
		}
	}
	for _, c := range [][3]string{{"platform", stored.Platform, derived.Platform}, {"platform_number", stored.PlatformNumber, derived.PlatformNumber},
		{"last_seq", strconv.Itoa(stored.LastSeq), strconv.Itoa(derived.LastSeq)}} {
		if c[1] != c[2] {
			v.differs(stored, c[0], c[1], c[2])
		}
	}
	v.number(stored)
}

// number holds a number against its place in the series. A number without place
// came from outside the series and may look like anything.
func (v *verifier) number(row *caseRow) {
	if row.NumberSeq == 0 {
		if row.NumberYear != 0 {
			v.differs(row, "number_year", strconv.Itoa(row.NumberYear), "0")
		}
		return
	}
	if !strings.Contains(row.Number, strconv.FormatInt(row.NumberSeq, 10)) {
		v.differs(row, "number_seq", strconv.FormatInt(row.NumberSeq, 10), row.Number)
	}
	if row.NumberYear != 0 && !strings.Contains(row.Number, strconv.Itoa(row.NumberYear)) {
		v.differs(row, "number_year", strconv.Itoa(row.NumberYear), row.Number)
	}
	key := seriesKey{row.AgencyID, row.NumberYear}
	v.series[key] = append(v.series[key], row.NumberSeq)
}

// disputes compares what table 四 counts with what the events say.
func (v *verifier) disputes(row *caseRow, events []cases.Event, stored []storedDispute) {
	line := func(place int, agency int64, kind, filed, closed, result string, yearOnly int) string {
		return fmt.Sprintf("place=%d, agency_id=%d, kind=%s, filed_on=%s, closed_on=%s, result=%s, year_only=%d", place, agency, kind, filed, closed, result, yearOnly)
	}
	var want []string
	for i, d := range cases.Disputes(cases.Timeline(events, 0)) {
		want = append(want, line(i+1, row.AgencyID, d.Kind.Code(), d.FiledOn.String(), d.ClosedOn.String(), d.Result.Code(), number(d.YearOnly)))
	}
	for i := range max(len(want), len(stored)) {
		is, should := "无", "无"
		if i < len(stored) {
			d := stored[i]
			is = line(d.Place, d.AgencyID, d.Kind, d.FiledOn.String(), d.ClosedOn.String(), d.Result, d.YearOnly)
		}
		if i < len(want) {
			should = want[i]
		}
		if is != should {
			v.report(Difference{Table: "disputes", Row: fmt.Sprintf("case_id=%d, place=%d", row.ID, i+1), Number: row.Number,
				Message: fmt.Sprintf("办件 %s 的复议诉讼记为“%s”，由登记事项推算应为“%s”。", row.name(), is, should)})
		}
	}
}

// people checks the texts, the parties and the applicants.
func (v *verifier) people(row *caseRow, texts map[int64]textRow, parties []partyRow) {
	text, there := texts[row.ID]
	roles, uids := make([]string, len(parties)), make([]int64, len(parties))
	for i, p := range parties {
		roles[i], uids[i] = p.Role, p.UID
		v.applicant(row, &p)
		if p.Place != i+1 {
			v.report(Difference{Table: "case_parties", Row: fmt.Sprintf("case_id=%d, place=%d", row.ID, p.Place), Column: "place", Number: row.Number,
				Message: fmt.Sprintf("办件 %s 的当事人次序不连续：缺第 %d 位。", row.name(), i+1)})
		}
	}
	switch {
	case !there:
		v.report(Difference{Table: "case_texts", Row: fmt.Sprintf("case_id=%d", row.ID), Number: row.Number,
			Message: fmt.Sprintf("办件 %s 的申请内容不见了。", row.name())})
	case !secret.Equal(text.MAC, v.t.textMAC(row.AgencyID, row.Number, text, roles, uids)):
		v.report(Difference{Table: "case_texts", Row: fmt.Sprintf("case_id=%d", row.ID), Number: row.Number,
			Message: fmt.Sprintf("办件 %s 的编号、申请内容或当事人（case_texts、case_parties、cases.number、cases.agency_id）与校验码不符：被改动过。", row.name())})
	}
}

func (v *verifier) applicant(row *caseRow, p *partyRow) {
	wrong := func(column, what string) {
		v.report(Difference{Table: "applicants", Row: fmt.Sprintf("id=%d", p.ID), Column: column, Number: row.Number,
			Message: fmt.Sprintf("办件 %s 的申请人（内部号 %d）%s", row.name(), p.ID, what)})
	}
	if !secret.Equal(p.MAC, v.t.applicantMAC(p.applicantRow)) {
		wrong("", "与其校验码不符：被改动过。")
	} else if _, err := p.open(v.t.db.key); err != nil {
		wrong("data_key", "的加密内容打不开。")
	}
	if p.AgencyID != row.AgencyID {
		wrong("agency_id", "属于另一个机关。")
	}
}

// importDigest hashes what an import wrote, in the order of the cases.
type importDigest struct {
	sum hash.Hash
	buf []byte
}

func (d *importDigest) add(caseID int64, sum []byte) {
	d.buf = secret.AppendInt(d.buf[:0], caseID)
	d.buf = secret.AppendBytes(d.buf, sum)
	d.sum.Write(d.buf)
}

// coverage holds the events against what the audit says was written: each event
// is covered by the entry of its transaction, or by its import's.
func (v *verifier) coverage(row *caseRow, stored []eventRow, entries []auditRow) {
	covered := map[int]bool{}
	for _, e := range entries {
		if e.Act == "case_created" || e.Act == "case_updated" {
			v.entryCovers(row, stored, e, covered)
		}
	}
	imports := map[string]hash.Hash{}
	for _, r := range stored {
		if strings.HasPrefix(r.RecordedBy, "import:") && !covered[r.Seq] {
			if imports[r.RecordedBy] == nil {
				imports[r.RecordedBy] = sha256.New()
			}
			imports[r.RecordedBy].Write(r.MAC)
		} else if !covered[r.Seq] {
			v.report(Difference{Table: "events", Row: fmt.Sprintf("case_id=%d, seq=%d", row.ID, r.Seq), Number: row.Number, Seq: r.Seq, Kind: r.Kind,
				Message: fmt.Sprintf("办件 %s 第 %d 项（%s）没有对应的审计记录：不是由本系统登记的。", row.name(), r.Seq, r.Kind)})
		}
	}
	for by, h := range imports {
		if v.digests[by] == nil {
			v.digests[by] = &importDigest{sum: sha256.New()}
		}
		v.digests[by].add(row.ID, h.Sum(nil))
	}
}

// entryCovers marks the events of one entry, and says if they are not what it
// has written down.
func (v *verifier) entryCovers(row *caseRow, stored []eventRow, e auditRow, covered map[int]bool) {
	var detail struct {
		Version int64    `json:"version"`
		LastSeq int      `json:"last_seq"`
		Events  []string `json:"events"`
		Digest  string   `json:"digest"`
	}
	if json.Unmarshal([]byte(e.Detail), &detail) != nil {
		return // the chain's own check names the entry
	}
	if row.Version < detail.Version {
		v.differs(row, "version", strconv.FormatInt(row.Version, 10), strconv.FormatInt(detail.Version, 10))
	}
	sum := sha256.New()
	for _, r := range stored {
		if r.Seq > detail.LastSeq-len(detail.Events) && r.Seq <= detail.LastSeq {
			covered[r.Seq] = true
			sum.Write(r.MAC)
		}
	}
	if hex.EncodeToString(sum.Sum(nil)) != detail.Digest {
		v.report(Difference{Table: "events", Row: fmt.Sprintf("case_id=%d", row.ID), Number: row.Number,
			Message: fmt.Sprintf("办件 %s 截至第 %d 项的登记事项与审计记录（链 %d 第 %d 条）不符：有事项被改动、删去或添加。", row.name(), detail.LastSeq, e.Chain, e.Seq)})
	}
}
