package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// ImportRow is one line of a ledger and where it stood in the file.
type ImportRow struct {
	Sheet string
	Line  int
	cases.Record
}

// ImportJob is one ledger to take in, read and found sound by package importer.
type ImportJob struct {
	Rows          []ImportRow
	Agency        int64  // of rows that name none; 0: every row has to
	FileName      string // as the user called it
	FileHash      string // SHA-256, hex
	AcceptChanges bool   // take changed facts too, as corrections
	DryRun        bool   // find out all, write nothing
	Progress      func(rows int)
}

// RowChange is a known row that reads otherwise than the record.
type RowChange struct {
	Sheet   string
	Line    int
	CaseID  int64
	Number  string
	Taken   []cases.Change // new facts; with AcceptChanges changed ones too
	Changed []cases.Change // 变更: not taken
}

// VanishedRow is a case that came with this ledger and is in it no more.
type VanishedRow struct {
	CaseID   int64
	AgencyID int64
	Number   string
}

// ImportResult says what became of the rows: each is counted once, in New,
// Updated, Unchanged or Conflicts (some change of it was not taken).
type ImportResult struct {
	ID        int64 // of the import, 0 for a dry run
	New       int
	Updated   int
	Unchanged int
	Conflicts int
	Changes   []RowChange // of Updated and Conflicts, in the order of the file
	Vanished  []VanishedRow
}

// errDry ends a dry run: everything was tried, nothing stays.
var errDry = errors.New("dry run")

// Import takes a whole ledger in, or nothing of it, in one transaction.
//
// A row is known by its number, else by its platform number, else (with neither)
// by a keyed hash of its day, channel, applicant and content. Known rows get the
// facts that are new; changed ones are listed, and taken only with AcceptChanges.
// A row that reads as it did when it was last taken over whole is unchanged,
// whatever the case has become since. Rows that earlier came with this ledger
// (one that shares rows with it) in the years it covers, and no longer do, are
// listed; nothing is deleted. What a ledger says of an entry that was voided is not
// taken in: the row is unchanged. Rows without number get one of their year's series,
// after every number that the file itself brings.
func (db *DB) Import(ctx context.Context, s cases.Stamp, job ImportJob) (ImportResult, error) {
	var result ImportResult
	err := db.inTx(ctx, func(t *tx) error {
		m := &importing{job: &job, writer: t.writer(s), user: s, result: &result}
		if err := m.run(); err != nil {
			return err
		}
		if job.DryRun {
			result.ID = 0
			return errDry
		}
		return nil
	})
	if errors.Is(err, errDry) {
		err = nil
	}
	if err != nil {
		return ImportResult{}, err
	}
	return result, nil
}

// importing is an import under way.
type importing struct {
	*writer             // stamps events with import:N
	user    cases.Stamp // who imports, for the audit
	job     *ImportJob
	result  *ImportResult
	rows    []rowState
	ledger  int64 // new rows belong to it
	ledgers []int64
	formats map[formatKey]numbering
}

// rowState is what is known of a row beside its facts.
type rowState struct {
	agency      int64
	source      [sha256.Size]byte
	fingerprint []byte // only of rows without number and platform number
	caseID      int64  // 0: new
	same        bool   // reads as it did when it was last taken over
	number      numbered
}

func (m *importing) run() error {
	if err := m.begin(); err != nil {
		return err
	}
	for _, step := range []func() error{m.resolveAgencies, m.describeRows, m.match, m.updateKnown, m.giveNumbers, m.insertNew, m.findVanished} {
		if err := step(); err != nil {
			return err
		}
	}
	return m.end()
}

// begin makes the line of the import, whose id its events carry.
func (m *importing) begin() error {
	err := m.t.Get(&m.result.ID, `INSERT INTO imports (imported_at, imported_by, file_name, file_hash, rows_read)
		VALUES (?, ?, ?, ?, ?) RETURNING id`, m.user.At, m.user.By, m.job.FileName, m.job.FileHash, len(m.job.Rows))
	if err != nil {
		return fmt.Errorf("insert the import: %w", err)
	}
	m.s.By, m.s.History = fmt.Sprint("import:", m.result.ID), true
	m.rows, m.formats = make([]rowState, len(m.job.Rows)), map[formatKey]numbering{}
	return nil
}

// resolveAgencies finds each row's agency by code or name, in any span.
func (m *importing) resolveAgencies() error {
	spans, err := m.t.agencies()
	if err != nil {
		return err
	}
	byCode, byName := map[string]int64{}, map[string]int64{}
	for _, a := range spans {
		byCode[a.Code], byName[a.Name] = a.ID, a.ID
	}
	for i := range m.job.Rows {
		r := &m.job.Rows[i]
		id, ok := byCode[r.Agency]
		if !ok {
			id, ok = byName[r.Agency]
		}
		if r.Agency == "" {
			id, ok = m.job.Agency, m.job.Agency != 0
		}
		if !ok {
			return Fail(Invalid, "%s：找不到机关“%s”；请填机关代码或全称，或用 --agency 指明。", r.where(), r.Agency)
		}
		m.rows[i].agency = id
	}
	return nil
}

func (r *ImportRow) where() string {
	if r.Sheet != "" {
		return fmt.Sprintf("工作表“%s”第 %d 行", r.Sheet, r.Line)
	}
	return fmt.Sprintf("第 %d 行", r.Line)
}

// describeRows hashes every row, and counts equal ones that have no number.
func (m *importing) describeRows() error {
	equal := map[[sha256.Size]byte]int64{}
	columns := cases.Columns()
	for i := range m.job.Rows {
		r, st := &m.job.Rows[i], &m.rows[i]
		b := secret.AppendInt(m.t.hash.buf[:0], st.agency)
		for _, c := range columns {
			if c.Key != "agency" {
				b = secret.AppendText(b, c.Get(r.Record))
			}
		}
		m.t.hash.source.Sum(st.source[:0], b)
		m.t.hash.buf = b
		if r.Number == "" && r.PlatformNumber == "" {
			var who [sha256.Size]byte
			m.t.hash.fingerprint.Sum(who[:0], m.t.identity(st.agency, &r.Record, 0))
			equal[who]++
			st.fingerprint = m.t.hash.fingerprint.Sum(nil, m.t.identity(st.agency, &r.Record, equal[who]))
		}
	}
	return nil
}

// identity is what an application without a number is recognised by; ordinal
// tells apart those that are alike.
func (t *tx) identity(agency int64, r *cases.Record, ordinal int64) []byte {
	b := secret.AppendInt(t.hash.buf[:0], agency)
	for _, text := range []string{r.ReceivedOn.String(), r.Channel.Code(), r.Kind.Code(), r.Applicant, r.Content} {
		b = secret.AppendText(b, text)
	}
	b = secret.AppendInt(b, ordinal)
	t.hash.buf = b
	return b
}

// updateKnown compares the known rows that read otherwise than last time with
// their cases, and writes what is taken.
func (m *importing) updateKnown() error {
	var todo []int
	for i, st := range m.rows {
		switch {
		case st.caseID == 0:
		case st.same:
			m.result.Unchanged++
		default:
			todo = append(todo, i)
		}
	}
	m.progress(m.result.Unchanged)
	for batch := range slices.Chunk(todo, 200) {
		if err := m.updateBatch(batch); err != nil {
			return err
		}
		m.progress(len(batch))
	}
	return nil
}

func (m *importing) updateBatch(batch []int) error {
	ids := make([]int64, len(batch))
	byCase := map[int64]int{}
	for j, i := range batch {
		ids[j], byCase[m.rows[i].caseID] = m.rows[i].caseID, i
	}
	olds, err := m.t.lockCases(ids)
	if err != nil {
		return err
	}
	at := make(map[int64]*loaded, len(olds))
	for j := range olds {
		at[olds[j].row.ID] = &olds[j]
	}
	for _, i := range batch {
		if old := at[m.rows[i].caseID]; old != nil {
			if err := m.updateOne(i, old); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *importing) updateOne(i int, old *loaded) error {
	r, st := &m.job.Rows[i], &m.rows[i]
	report := RowChange{Sheet: r.Sheet, Line: r.Line, CaseID: old.row.ID, Number: old.row.Number}
	_, _, err := m.change(old, func(c *cases.Case) error {
		for _, ch := range cases.Compare(cases.RecordOf(c), r.Record) {
			if ch.Grown || m.job.AcceptChanges {
				report.Taken = append(report.Taken, ch)
			} else {
				report.Changed = append(report.Changed, ch)
			}
		}
		if len(report.Taken) > 0 {
			c.Take(m.s, r.Record, m.job.AcceptChanges)
		}
		return nil
	})
	if err != nil {
		return err
	}
	m.note(report)
	if len(report.Changed) > 0 {
		return nil
	}
	_, err = m.t.Exec("UPDATE cases SET source_hash = ? WHERE id = ?", st.source[:], old.row.ID)
	return err
}

func (m *importing) note(r RowChange) {
	switch {
	case len(r.Changed) > 0:
		m.result.Conflicts++
	case len(r.Taken) > 0:
		m.result.Updated++
	default:
		m.result.Unchanged++
		return
	}
	m.result.Changes = append(m.result.Changes, r)
}

// insertNew writes the rows that are not known yet, in the order of the file.
func (m *importing) insertNew() error {
	batch := make([]*newCase, 0, 200)
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		if err := m.insert(batch); err != nil {
			if duplicate(err) {
				return &Error{Kind: Conflict, Err: err, Message: "导入时有别的用户登记了相同的编号；没有导入任何内容，请再导入一次。"}
			}
			return err
		}
		m.result.New += len(batch)
		m.progress(len(batch))
		batch = batch[:0]
		return nil
	}
	for i := range m.rows {
		if m.rows[i].caseID != 0 {
			continue
		}
		made, err := m.newCase(i)
		if err != nil {
			return err
		}
		batch = append(batch, made)
		if len(batch) == cap(batch) {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// newCase lays a row out as a case and derives its row.
func (m *importing) newCase(i int) (*newCase, error) {
	r, st := m.job.Rows[i].Record, &m.rows[i]
	r.Number = st.number.text
	c := cases.NewCase(st.agency, m.s, r)
	row := &caseRow{AgencyID: st.agency, Number: r.Number, NumberYear: st.number.year, NumberSeq: st.number.seq,
		Platform: r.Platform, PlatformNumber: r.PlatformNumber, Version: 1, LastSeq: len(c.Events),
		LedgerID: m.ledger, Fingerprint: st.fingerprint, SourceHash: st.source[:]}
	derived, err := m.t.rowOf(&m.derive, st.agency, c.Events)
	if err != nil {
		return nil, err
	}
	row.setRow(derived)
	return &newCase{c, row}, nil
}

// findVanished lists the cases of this ledger, in the years it covers, that are
// in it no more.
func (m *importing) findVanished() error {
	if len(m.ledgers) == 0 {
		return nil
	}
	seen, years, agencies := map[int64]bool{}, map[int]bool{}, map[int64]bool{}
	first, last := m.job.Rows[0].ReceivedOn, m.job.Rows[0].ReceivedOn
	for i, st := range m.rows {
		on := m.job.Rows[i].ReceivedOn
		seen[st.caseID], years[on.Year()], agencies[st.agency] = true, true, true
		if on.Before(first) {
			first = on
		}
		if on.After(last) {
			last = on
		}
	}
	for agency := range agencies {
		var rows []caseRow
		if err := m.t.SelectIn(&rows, `SELECT id, agency_id, number, received_on FROM cases WHERE agency_id = ? AND received_on >= ? AND received_on <= ?
			AND ledger_id IN (?) AND state <> 'voided'`, agency, fmt.Sprintf("%04d-01-01", first.Year()), fmt.Sprintf("%04d-12-31", last.Year()), m.ledgers); err != nil {
			return fmt.Errorf("look for vanished rows: %w", err)
		}
		for _, r := range rows {
			// Rows of this very import carry the ledger too.
			if !seen[r.ID] && years[r.ReceivedOn.Year()] && !m.isNew(r.ID) {
				m.result.Vanished = append(m.result.Vanished, VanishedRow{r.ID, r.AgencyID, r.Number})
			}
		}
	}
	slices.SortFunc(m.result.Vanished, func(a, b VanishedRow) int { return int(a.CaseID - b.CaseID) })
	return nil
}

// isNew reports whether this import has made the case. Its digests are of the
// cases it wrote; known ones are in m.rows.
func (m *importing) isNew(id int64) bool {
	_, found := slices.BinarySearchFunc(m.digests, id, func(d caseDigest, id int64) int { return int(d.id - id) })
	return found
}

// end writes counts and digest, the tallies and the one audit entry.
func (m *importing) end() error {
	slices.SortFunc(m.digests, func(a, b caseDigest) int { return int(a.id - b.id) })
	slices.SortFunc(m.result.Changes, func(a, b RowChange) int { return a.Line - b.Line })
	digest := hex.EncodeToString(digestOf(m.digests))
	if _, err := m.t.Exec("UPDATE imports SET rows_new = ?, rows_grown = ?, rows_same = ?, digest = ? WHERE id = ?",
		m.result.New, len(m.result.Changes), m.result.Unchanged, digest, m.result.ID); err != nil {
		return fmt.Errorf("close the import: %w", err)
	}
	if m.result.New >= 1000 && m.t.db.engine.analyze != "" {
		if _, err := m.t.Exec(m.t.db.engine.analyze); err != nil {
			return fmt.Errorf("analyze after the import: %w", err)
		}
	}
	m.s = m.user
	return m.finish(m.chain(), Entry{Act: "imported", Object: "import", ObjectID: m.result.ID, Detail: map[string]any{
		"file": m.job.FileHash, "rows": len(m.job.Rows), "new": m.result.New, "cases": len(m.digests), "digest": digest}})
}

// digestOf hashes what an import has written, by case.
func digestOf(sorted []caseDigest) []byte {
	h := sha256.New()
	var b []byte
	for _, d := range sorted {
		if d.events == 0 {
			continue // only texts changed: no event stands for it
		}
		b = secret.AppendInt(b[:0], d.id)
		b = secret.AppendBytes(b, d.sum[:])
		h.Write(b)
	}
	return h.Sum(nil)
}

// chain is that of the agency if all rows are of one, else the system's.
func (m *importing) chain() int64 {
	chain := int64(SystemChain)
	for i, st := range m.rows {
		if i == 0 {
			chain = st.agency
		}
		if st.agency != chain {
			return SystemChain
		}
	}
	return chain
}

func (m *importing) progress(rows int) {
	if m.job.Progress != nil && rows > 0 {
		m.job.Progress(rows)
	}
}

// sourceIs reports whether a stored hash is that of the row.
func (st *rowState) sourceIs(stored []byte) bool { return bytes.Equal(stored, st.source[:]) }
