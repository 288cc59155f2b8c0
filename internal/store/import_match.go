package store

import (
	"fmt"
	"slices"

	"gongkai/internal/cases"
)

// known is what recognising needs of a case.
type known struct {
	ID             int64  `db:"id"`
	LedgerID       int64  `db:"ledger_id"`
	Number         string `db:"number"`
	PlatformNumber string `db:"platform_number"`
	Fingerprint    []byte `db:"fingerprint"`
	SourceHash     []byte `db:"source_hash"`
	State          string `db:"state"`
	Purged         int64  `db:"purged"` // 1: destroyed; what an old ledger says of it is not taken in again
}

// match finds the cases that the rows speak of: by number, then by platform
// number, then by fingerprint.
func (m *importing) match() error {
	byAgency := map[int64][]int{}
	for i, st := range m.rows {
		byAgency[st.agency] = append(byAgency[st.agency], i)
	}
	for agency, rows := range byAgency {
		for batch := range slices.Chunk(rows, 400) {
			if err := m.matchBatch(agency, batch); err != nil {
				return err
			}
		}
	}
	if err := m.refuseTwice(); err != nil {
		return err
	}
	m.ledger = m.result.ID
	if len(m.ledgers) > 0 {
		m.ledger = slices.Min(m.ledgers)
	}
	return nil
}

func (m *importing) matchBatch(agency int64, batch []int) error {
	keys := []struct {
		column, notEmpty string
		of               func(i int) string
		is               func(k *known) string
	}{
		{"number", "number <> ''", func(i int) string { return m.job.Rows[i].Number }, func(k *known) string { return k.Number }},
		{"platform_number", "platform_number <> ''", func(i int) string { return m.job.Rows[i].PlatformNumber }, func(k *known) string { return k.PlatformNumber }},
		{"fingerprint", "fingerprint IS NOT NULL", func(i int) string { return string(m.rows[i].fingerprint) }, func(k *known) string { return string(k.Fingerprint) }},
	}
	for _, key := range keys {
		at := map[string]int{}
		var list []any
		for _, i := range batch {
			text := key.of(i)
			if text == "" || m.rows[i].caseID != 0 {
				continue
			}
			at[text] = i
			if key.column == "fingerprint" {
				list = append(list, []byte(text))
			} else {
				list = append(list, text)
			}
		}
		if len(list) == 0 {
			continue
		}
		var found []known
		if err := m.t.SelectIn(&found, "SELECT id, ledger_id, number, platform_number, fingerprint, source_hash, state, (SELECT COUNT(*) FROM purged_cases p WHERE p.case_id = cases.id) AS purged FROM cases WHERE agency_id = ? AND "+
			key.notEmpty+" AND "+key.column+" IN (?)", agency, list); err != nil {
			return fmt.Errorf("recognise rows by %s: %w", key.column, err)
		}
		for j := range found {
			m.recognise(at[key.is(&found[j])], &found[j])
		}
	}
	return nil
}

func (m *importing) recognise(i int, k *known) {
	st := &m.rows[i]
	if st.caseID != 0 && k.State == cases.StateVoided.Code() {
		return // the entry that stands has the same content
	}
	st.caseID, st.same = k.ID, k.Purged > 0 || k.State == cases.StateVoided.Code() || st.sourceIs(k.SourceHash)
	if k.LedgerID != 0 && !slices.Contains(m.ledgers, k.LedgerID) {
		m.ledgers = append(m.ledgers, k.LedgerID)
	}
}

// refuseTwice refuses two rows that speak of one case or bring one number; the
// importer has done so within its reading, this is the last door.
func (m *importing) refuseTwice() error {
	type number struct {
		agency int64
		text   string
	}
	seen, numbers := map[int64]int{}, map[number]int{}
	for i, st := range m.rows {
		r := &m.job.Rows[i]
		if before, twice := seen[st.caseID]; twice && st.caseID != 0 {
			return Fail(Invalid, "%s：与%s是同一个办件。", r.where(), m.job.Rows[before].where())
		}
		seen[st.caseID] = i
		n := number{st.agency, r.Number}
		if before, twice := numbers[n]; twice && r.Number != "" {
			return Fail(Invalid, "%s：编号“%s”与%s重复。", r.where(), r.Number, m.job.Rows[before].where())
		}
		numbers[n] = i
		if r.ReceivedOn.IsZero() {
			return Fail(Invalid, "%s：缺少收到日期。", r.where())
		}
	}
	return nil
}

type formatKey struct {
	agency int64
	year   int
}

// formatOf gives how the agency of a row numbers in its year of receipt.
func (m *importing) formatOf(i int) (numbering, error) {
	key := formatKey{m.rows[i].agency, m.job.Rows[i].ReceivedOn.Year()}
	f, ok := m.formats[key]
	if ok {
		return f, nil
	}
	f, err := m.t.numberingOf(key.agency, m.job.Rows[i].ReceivedOn)
	m.formats[key] = f
	return f, err
}

// giveNumbers first raises the series to what the file brings, then takes a
// stretch of each series for the new rows without number.
func (m *importing) giveNumbers() error {
	most, wanted := map[formatKey]int64{}, map[formatKey]int64{}
	for i := range m.rows {
		st := &m.rows[i]
		if st.caseID != 0 {
			continue
		}
		f, err := m.formatOf(i)
		if err != nil {
			return err
		}
		if m.job.Rows[i].Number == "" {
			wanted[formatKey{st.agency, f.series(m.job.Rows[i].ReceivedOn.Year())}]++
			continue
		}
		st.number.text = m.job.Rows[i].Number
		if year, n, ok := f.parse(st.number.text); ok {
			st.number.year, st.number.seq = year, n
			key := formatKey{st.agency, f.series(year)}
			most[key] = max(most[key], n)
		}
	}
	for _, key := range sortedKeys(most) {
		if err := m.t.raise(key.agency, caseSeries, key.year, most[key]); err != nil {
			return err
		}
	}
	return m.numberNew(wanted)
}

func (m *importing) numberNew(wanted map[formatKey]int64) error {
	next := map[formatKey]int64{}
	for _, key := range sortedKeys(wanted) {
		last, err := m.t.count(key.agency, caseSeries, key.year, wanted[key])
		if err != nil {
			return err
		}
		next[key] = last - wanted[key]
	}
	var given []int
	for i := range m.rows {
		st := &m.rows[i]
		if st.caseID != 0 || st.number.text != "" {
			continue
		}
		f, year := m.formats[formatKey{st.agency, m.job.Rows[i].ReceivedOn.Year()}], m.job.Rows[i].ReceivedOn.Year()
		key := formatKey{st.agency, f.series(year)}
		next[key]++
		st.number = numbered{f.write(year, next[key]), key.year, next[key]}
		given = append(given, i)
	}
	return m.passOver(given)
}

// passOver gives another number to rows whose number is taken: it came in while
// another pattern was in force.
func (m *importing) passOver(given []int) error {
	for batch := range slices.Chunk(given, 400) {
		texts, at := make([]string, len(batch)), map[string][]int{}
		for j, i := range batch {
			texts[j] = m.rows[i].number.text
			at[texts[j]] = append(at[texts[j]], i)
		}
		var found []struct {
			AgencyID int64  `db:"agency_id"`
			Number   string `db:"number"`
		}
		if err := m.t.SelectIn(&found, "SELECT agency_id, number FROM cases WHERE number <> '' AND agency_id IN (?) AND number IN (?)",
			m.agenciesOf(batch), texts); err != nil {
			return fmt.Errorf("look for taken numbers: %w", err)
		}
		for _, f := range found {
			for _, i := range at[f.Number] {
				if m.rows[i].agency != f.AgencyID {
					continue
				}
				n, err := m.t.giveNumber(f.AgencyID, m.job.Rows[i].ReceivedOn)
				if err != nil {
					return err
				}
				m.rows[i].number = n
			}
		}
	}
	return nil
}

func (m *importing) agenciesOf(batch []int) []int64 {
	var out []int64
	for _, i := range batch {
		if !slices.Contains(out, m.rows[i].agency) {
			out = append(out, m.rows[i].agency)
		}
	}
	return out
}

func sortedKeys(of map[formatKey]int64) []formatKey {
	keys := make([]formatKey, 0, len(of))
	for k := range of {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b formatKey) int {
		if a.agency != b.agency {
			return int(a.agency - b.agency)
		}
		return a.year - b.year
	})
	return keys
}
