package store

import (
	"crypto/sha256"
	"fmt"

	"gongkai/internal/cases"
)

// newCase is a case on its way into the database.
type newCase struct {
	c   *cases.Case
	row *caseRow
}

const insertCaseColumns = "agency_id, number, number_year, number_seq, platform, platform_number, version, last_seq, " +
	"ledger_id, fingerprint, source_hash, " + rowColumns

// newRow derives the row of a new case and gives it its number.
func (w *writer) newRow(c *cases.Case) (*caseRow, error) {
	if len(c.Events) == 0 {
		return nil, Fail(Invalid, "办件没有任何登记事项，不能保存。")
	}
	row := &caseRow{AgencyID: c.AgencyID, Number: c.Number, Version: 1, LastSeq: len(c.Events)}
	derived, err := w.t.rowOf(&w.derive, c.AgencyID, c.Events)
	if err != nil {
		return nil, err
	}
	row.setRow(derived)
	row.Platform, row.PlatformNumber = platformOf(c)
	if c.Number != "" {
		f, err := w.t.numberingOf(c.AgencyID, row.ReceivedOn)
		if err != nil {
			return nil, err
		}
		if year, n, ok := f.parse(c.Number); ok {
			row.NumberYear, row.NumberSeq = year, n
			if err := w.t.raise(c.AgencyID, caseSeries, f.series(year), n); err != nil {
				return nil, err
			}
		}
	}
	return row, w.number(c, row)
}

// insert writes new cases with everything of theirs in a few statements.
func (w *writer) insert(batch []*newCase) error {
	people, err := w.insertPeople(batch)
	if err != nil {
		return err
	}
	if err := w.insertRows(batch); err != nil {
		return err
	}
	parties := newBulk(w.t, "case_parties", partyColumns, "")
	texts := newBulk(w.t, "case_texts", "case_id, content, items, mac", "")
	events := newBulk(w.t, "events", eventColumns, "")
	disputes := newBulk(w.t, "disputes", disputeColumns, "")
	for i, n := range batch {
		if err := w.addTexts(texts, parties, n.c, people[i]); err != nil {
			return err
		}
		if err := w.addEvents(events, n.c); err != nil {
			return err
		}
		if err := w.writeNotes(n.c); err != nil {
			return err
		}
		if cases.Flag(n.row.Flags).Has(cases.HadRemedy) {
			if err := addDisputes(disputes, n.c); err != nil {
				return err
			}
		}
		w.tallies.add(n.row, 1)
	}
	for _, b := range []*bulk{parties, texts, events, disputes} {
		if err := b.flush(); err != nil {
			return fmt.Errorf("insert cases: %w", err)
		}
	}
	ids := make([]int64, len(batch))
	for i, n := range batch {
		ids[i] = n.c.ID
	}
	return w.t.queueIndex(ids...)
}

// insertPeople stores the applicants and gives their uids, by case.
func (w *writer) insertPeople(batch []*newCase) ([][]int64, error) {
	var rows []applicantRow
	for _, n := range batch {
		for _, p := range n.c.Parties {
			rows = append(rows, w.t.sealApplicant(n.c.AgencyID, newUID(), p.Applicant))
		}
	}
	if err := w.t.insertApplicants(rows); err != nil {
		return nil, err
	}
	uids := make([][]int64, len(batch))
	for i, n := range batch {
		for j := range n.c.Parties {
			n.c.Parties[j].Applicant.ID = rows[0].ID
			uids[i] = append(uids[i], rows[0].UID)
			rows = rows[1:]
		}
	}
	return uids, nil
}

// insertRows stores the rows and tells each case its id.
func (w *writer) insertRows(batch []*newCase) error {
	values := make([][]any, len(batch))
	for i, n := range batch {
		r := n.row
		values[i] = append([]any{r.AgencyID, r.Number, r.NumberYear, r.NumberSeq, r.Platform, r.PlatformNumber, r.Version,
			r.LastSeq, r.LedgerID, r.Fingerprint, r.SourceHash}, r.rowValues()...)
	}
	var got []struct {
		ID       int64  `db:"id"`
		AgencyID int64  `db:"agency_id"`
		Number   string `db:"number"`
	}
	if err := w.t.insertReturning(&got, "cases", insertCaseColumns, values, "id, agency_id, number"); err != nil {
		return fmt.Errorf("insert the rows of cases: %w", err)
	}
	type key struct {
		agency int64
		number string
	}
	ids := make(map[key]int64, len(got))
	for _, g := range got {
		ids[key{g.AgencyID, g.Number}] = g.ID
	}
	for _, n := range batch {
		n.row.ID = ids[key{n.row.AgencyID, n.row.Number}]
		n.c.ID, n.c.Version = n.row.ID, n.row.Version
	}
	return nil
}

func (w *writer) addTexts(texts, parties *bulk, c *cases.Case, uids []int64) error {
	r, err := w.t.encodeText(c, uids)
	if err != nil {
		return err
	}
	if err := texts.add(r.CaseID, r.Content, r.Items, r.MAC); err != nil {
		return fmt.Errorf("insert texts: %w", err)
	}
	for i, p := range c.Parties {
		if err := parties.add(c.ID, i+1, p.Role, p.Applicant.ID); err != nil {
			return fmt.Errorf("insert parties: %w", err)
		}
	}
	return nil
}

func (w *writer) addEvents(events *bulk, c *cases.Case) error {
	hash := sha256.New()
	for _, e := range c.Events {
		r, err := w.t.encodeEvent(c.AgencyID, c.ID, e)
		if err != nil {
			return err
		}
		hash.Write(r.MAC)
		if err := events.add(r.values()...); err != nil {
			return fmt.Errorf("insert events: %w", err)
		}
	}
	w.digests = append(w.digests, caseDigest{c.ID, len(c.Events), [sha256.Size]byte(hash.Sum(nil))})
	return nil
}
