package store

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// Purge is a case that was destroyed when its term of keeping had run out.
type Purge struct {
	CaseID, DisposalID int64
	On                 calendar.Date
	At                 int64
	By                 string
}

const purgeColumns = "case_id, disposal_id, purged_on, purged_at, purged_by, mac"

type purgeRow struct {
	CaseID     int64         `db:"case_id"`
	DisposalID int64         `db:"disposal_id"`
	On         calendar.Date `db:"purged_on"`
	At         int64         `db:"purged_at"`
	By         string        `db:"purged_by"`
	MAC        []byte        `db:"mac"`
}

func (t *tx) purgeMAC(r purgeRow) []byte {
	b := secret.AppendText(t.hash.buf[:0], "purge")
	for _, n := range []int64{r.CaseID, r.DisposalID, r.At} {
		b = secret.AppendInt(b, n)
	}
	b = secret.AppendText(b, r.On.String())
	b = secret.AppendText(b, r.By)
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

// Purged says whether and when a case was destroyed.
func (db *DB) Purged(ctx context.Context, caseID int64) (p Purge, gone bool, err error) {
	var rows []purgeRow
	err = db.look(ctx, func(t *tx) error {
		return t.Select(&rows, "SELECT "+purgeColumns+" FROM purged_cases WHERE case_id = ?", caseID)
	})
	if err != nil || len(rows) == 0 {
		return p, false, err
	}
	r := rows[0]
	return Purge{r.CaseID, r.DisposalID, r.On, r.At, r.By}, true, nil
}

// purgedAmong tells which of some cases were destroyed.
func (t *tx) purgedAmong(ids []int64) (map[int64]bool, error) {
	var gone []int64
	if err := t.SelectIn(&gone, "SELECT case_id FROM purged_cases WHERE case_id IN (?)", ids); err != nil {
		return nil, fmt.Errorf("look for purged cases: %w", err)
	}
	out := make(map[int64]bool, len(gone))
	for _, id := range gone {
		out[id] = true
	}
	return out, nil
}

// refusePurged keeps what was destroyed from being written.
func (t *tx) refusePurged(ids []int64) error {
	gone, err := t.purgedAmong(ids)
	if err == nil && len(gone) > 0 {
		return Fail(Conflict, "办件已按保管期限销毁，不能再办理、添加或更改。")
	}
	return err
}

// purge destroys one case: its key, texts, people, files, drafts, and what the
// search knows of them. Its events, its row and the audit chain stay, so that every
// table and every check comes out as before. The order is such that a crash
// anywhere leaves a case that is whole, or one that the next start finishes: the
// line on the purge list, the files, then the rows in one transaction.
func (t *tx) purge(s cases.Stamp, r caseRow, p purgeLine, listed bool) error {
	if err := t.lockPurgeList(); err != nil {
		return err
	}
	if !listed {
		if err := t.db.noteOnPurgeList(p); err != nil {
			return err
		}
	}
	files, err := t.removeFiles(r.ID)
	if err != nil {
		return err
	}
	for _, step := range []func(*tx, caseRow) error{(*tx).purgeFileRows, (*tx).purgeTexts, (*tx).purgePeople, (*tx).purgeParcels, (*tx).purgeSearch, (*tx).purgeDesk,
		(*tx).purgeLetters, (*tx).purgeServices, (*tx).purgeSupervision} {
		if err := step(t, r); err != nil {
			return fmt.Errorf("purge case %d: %w", r.ID, err)
		}
	}
	row := purgeRow{CaseID: r.ID, DisposalID: p.Disposal, On: p.On, At: s.At, By: s.By}
	if _, err := t.Exec("INSERT INTO purged_cases ("+purgeColumns+") VALUES (?, ?, ?, ?, ?, ?)", row.CaseID, row.DisposalID, row.On, row.At, row.By, t.purgeMAC(row)); err != nil {
		return fmt.Errorf("record the purge of case %d: %w", r.ID, err)
	}
	if err := t.setFate(p.Disposal, r.ID, "purged", "", files); err != nil {
		return err
	}
	return t.audit(r.AgencyID, s, Entry{Act: "case_purged", Object: "case", ObjectID: r.ID,
		Detail: map[string]any{"disposal": p.Disposal, "on": p.On, "files": files, "again": listed}})
}

// removeFiles takes the files of a case off the disk; those that are gone already
// are no error.
func (t *tx) removeFiles(caseID int64) (n int, err error) {
	var rows []attachmentRow
	if err := t.Select(&rows, "SELECT "+attachmentColumns+" FROM attachments WHERE case_id = ? ORDER BY place", caseID); err != nil {
		return 0, fmt.Errorf("read the attachments of case %d: %w", caseID, err)
	}
	root := filepath.Join(t.db.dir, attachmentsDir)
	for _, r := range rows {
		file := filepath.Join(root, r.file())
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return 0, fmt.Errorf("remove a file of case %d: %w", caseID, err)
		}
		if err := syncFolder(filepath.Dir(file)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return 0, fmt.Errorf("remove a file of case %d: %w", caseID, err)
		}
	}
	return len(rows), nil
}

// purgeFileRows destroys the key of the case's files with their names; that there
// were files, when, of which kind and whose, stays.
func (t *tx) purgeFileRows(r caseRow) error {
	if _, err := t.Exec("UPDATE case_keys SET data_key = ? WHERE case_id = ?", []byte{}, r.ID); err != nil {
		return err
	}
	var rows []attachmentRow
	if err := t.Select(&rows, "SELECT "+attachmentColumns+" FROM attachments WHERE case_id = ? ORDER BY place", r.ID); err != nil {
		return err
	}
	for _, a := range rows {
		a.Name, a.Reason = []byte{}, ""
		if _, err := t.Exec("UPDATE attachments SET name = ?, reason = '', mac = ? WHERE uid = ?", a.Name, t.attachmentMAC(a), a.UID); err != nil {
			return err
		}
	}
	return nil
}

// purgeTexts empties what was asked, and every note.
func (t *tx) purgeTexts(r caseRow) error {
	text := textRow{CaseID: r.ID, Items: "[]"}
	if _, err := t.Exec("UPDATE case_texts SET content = '', items = '[]', mac = ? WHERE case_id = ?",
		t.textMAC(r.AgencyID, r.Number, text, nil, nil), r.ID); err != nil {
		return err
	}
	var notes []noteRow
	if err := t.Select(&notes, "SELECT "+noteColumns+" FROM case_notes WHERE case_id = ? ORDER BY place", r.ID); err != nil {
		return err
	}
	for _, n := range notes {
		n.Text = ""
		if _, err := t.Exec("UPDATE case_notes SET text = '', mac = ? WHERE case_id = ? AND place = ?", t.noteMAC(r.AgencyID, n), r.ID, n.Place); err != nil {
			return err
		}
	}
	// The hash of the whole ledger row goes; the fingerprint stays, or the old ledger
	// brought in once more would count the case twice. It is keyed and over the row.
	_, err := t.Exec("UPDATE cases SET source_hash = NULL WHERE id = ?", r.ID)
	return err
}

// purgePeople takes the people out of the case. Who stands in no other case any
// more loses name, key, sealed fields and blind indexes.
func (t *tx) purgePeople(r caseRow) error {
	var people []applicantRow
	if err := t.Select(&people, `DELETE FROM case_parties WHERE case_id = ? RETURNING applicant_id AS id`, r.ID); err != nil {
		return err
	}
	for _, p := range people {
		var left int
		if err := t.Get(&left, "SELECT COUNT(*) FROM case_parties WHERE applicant_id = ?", p.ID); err != nil {
			return err
		}
		if left > 0 {
			continue
		}
		if err := t.Get(&p, "SELECT id, uid, agency_id, kind FROM applicants WHERE id = ?", p.ID); err != nil {
			return err
		}
		if err := t.updateApplicant(applicantRow{ID: p.ID, UID: p.UID, AgencyID: p.AgencyID, Kind: p.Kind,
			MAC: t.applicantMAC(applicantRow{UID: p.UID, AgencyID: p.AgencyID, Kind: p.Kind})}); err != nil {
			return err
		}
		for _, query := range []string{"DELETE FROM phone_tails WHERE applicant_id = ?", "UPDATE merge_proposals SET reason = '' WHERE from_id = ?",
			"UPDATE merge_proposals SET reason = '' WHERE to_id = ?"} {
			if _, err := t.Exec(query, p.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// purgeParcels empties who sent what the case came from, also where the parcel
// was before.
func (t *tx) purgeParcels(r caseRow) error {
	var ids []int64
	if err := t.Select(&ids, "SELECT id FROM parcels WHERE agency_id = ? AND case_id = ? AND fate = 'case' ORDER BY id", r.AgencyID, r.ID); err != nil {
		return err
	}
	for i := 0; i < len(ids); i++ {
		p, err := t.parcel(ids[i], "SELECT "+parcelColumns+" FROM parcels WHERE id = ?")
		if err != nil {
			return err
		}
		p.Sender, p.Mail, p.Reason = "", "", ""
		if _, err := t.Exec("UPDATE parcels SET sender = '', mail_number = '', reason = '', mac = ? WHERE id = ?", t.parcelMAC(p), p.ID); err != nil {
			return err
		}
		if p.CameFrom != 0 && !slices.Contains(ids, p.CameFrom) {
			ids = append(ids, p.CameFrom)
		}
	}
	return nil
}

// purgeSearch takes the case out of every term of its block and queues it again,
// to be found by its number alone.
func (t *tx) purgeSearch(r caseRow) error {
	block, place := r.ID/blockSize, r.ID%blockSize
	var rows []struct {
		Term string `db:"term"`
		IDs  []byte `db:"ids"`
	}
	if err := t.Select(&rows, "SELECT term, ids FROM search_terms WHERE block = ?", block); err != nil {
		return err
	}
	for _, x := range rows {
		var set blockSet
		if err := set.merge(x.IDs); err != nil {
			return err
		}
		if !set.has(place) {
			continue
		}
		query, args := "UPDATE search_terms SET ids = ? WHERE term = ? AND block = ?", []any{[]byte(nil), x.Term, block}
		if set.drop(place); set.len() == 0 {
			query, args = "DELETE FROM search_terms WHERE term = ? AND block = ?", args[1:]
		} else {
			args[0] = set.encode()
		}
		if _, err := t.Exec(query, args...); err != nil {
			return err
		}
	}
	return t.queueIndex(r.ID)
}

// purgeDesk removes drafts of the case's forms, and the reasons of holds.
func (t *tx) purgeDesk(r caseRow) error {
	var drafts []draftRow
	if err := t.Select(&drafts, "SELECT id, user_id, form_key, data, saved_at FROM drafts ORDER BY id"); err != nil {
		return err
	}
	at := fmt.Sprintf("/cases/%d", r.ID)
	for _, d := range drafts {
		open, err := t.db.openDraft(d)
		if err != nil {
			continue // unreadable for its owner, too
		}
		if path, _, _ := strings.Cut(open.Path, "?"); path != at && !strings.HasPrefix(path, at+"/") {
			continue
		}
		if _, err := t.Exec("DELETE FROM drafts WHERE id = ?", d.ID); err != nil {
			return err
		}
	}
	var holds []holdRow
	if err := t.Select(&holds, "SELECT "+holdColumns+" FROM retention_holds WHERE case_id = ? ORDER BY id", r.ID); err != nil {
		return err
	}
	for _, h := range holds {
		h.Reason = ""
		if _, err := t.Exec("UPDATE retention_holds SET reason = '', mac = ? WHERE id = ?", t.holdMAC(h), h.ID); err != nil {
			return err
		}
	}
	return nil
}

// firstEvent gives the mac of a case's first event, by which the purge list knows
// it; "" if there is none.
func (t *tx) firstEvent(caseID int64) (string, error) {
	var macs [][]byte
	err := t.Select(&macs, "SELECT mac FROM events WHERE case_id = ? AND seq = 1", caseID)
	if err != nil || len(macs) == 0 {
		return "", err
	}
	return hex.EncodeToString(macs[0]), nil
}

// applyPurgeList destroys again what the list beside the key names and this
// database still holds: an older backup was put back, or a crash came between. It
// gives how many. What this database knows to be destroyed and the list does not (a
// new machine, with backup and key alone) is entered in the list.
func (db *DB) applyPurgeList(ctx context.Context) (n int, err error) {
	list, err := db.readPurgeList()
	if err != nil {
		return 0, err
	}
	var done []purgeRow
	if err := db.read.SelectContext(ctx, &done, "SELECT "+purgeColumns+" FROM purged_cases ORDER BY purged_at, case_id"); err != nil {
		return 0, fmt.Errorf("read what is purged: %w", err)
	}
	gone, listed := make(map[int64]bool, len(done)), make(map[int64]bool, len(list.lines))
	for _, r := range done {
		gone[r.CaseID] = true
	}
	for _, l := range list.lines {
		if listed[l.Case] = true; gone[l.Case] {
			continue
		}
		again, err := db.purgeAgain(ctx, l)
		if err != nil {
			return n, err
		}
		if again {
			n++
		}
	}
	if err := db.completePurgeList(ctx, list, done, listed); err != nil {
		return n, err
	}
	if n > 0 {
		err = db.wipe(ctx)
	}
	return n, err
}

// completePurgeList enters in the list what it lacks. One that was meddled with is
// left alone: verify names it.
func (db *DB) completePurgeList(ctx context.Context, list purgeList, done []purgeRow, listed map[int64]bool) error {
	for _, r := range done {
		if listed[r.CaseID] || list.wrong > 0 {
			continue
		}
		if err := db.raw(ctx, func(t *tx) error {
			if err := t.lockPurgeList(); err != nil {
				return err
			}
			first, err := t.firstEvent(r.CaseID)
			if err != nil {
				return err
			}
			return db.noteOnPurgeList(purgeLine{Case: r.CaseID, First: first, On: r.On, Disposal: r.DisposalID})
		}); err != nil {
			return err
		}
	}
	return nil
}

// lockPurgeList lets one at a time write the list, and the search index.
func (t *tx) lockPurgeList() error {
	if _, err := t.Exec(`INSERT INTO meta (key, value) VALUES ('search_index', '1')
		ON CONFLICT (key) DO UPDATE SET value = excluded.value`); err != nil {
		return fmt.Errorf("lock the purge list: %w", err)
	}
	return nil
}

// purgeAgain destroys the case of a line, if this database has it.
func (db *DB) purgeAgain(ctx context.Context, l purgeLine) (again bool, err error) {
	s := cases.Stamp{At: db.clock().UnixMicro(), By: "system", Today: l.On}
	err = db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		var rows []caseRow
		if err := t.Select(&rows, "UPDATE cases SET version = version WHERE id = ? RETURNING "+caseColumns, l.Case); err != nil || len(rows) == 0 {
			return err
		}
		if gone, err := t.purgedAmong([]int64{l.Case}); err != nil || gone[l.Case] {
			return err
		}
		if first, err := t.firstEvent(l.Case); err != nil || first != l.First {
			return err
		}
		again = true
		return t.purge(s, rows[0], l, true)
	})
	return again, err
}

// wipe makes the engine give up what deleted rows left in its pages: SQLite writes
// its file anew and empties the log of writes, PostgreSQL frees the dead rows.
func (db *DB) wipe(ctx context.Context) error {
	pool, err := db.writer()
	if err != nil {
		return err
	}
	for _, statement := range db.engine.wipe {
		if _, err := pool.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("wipe what was purged: %w", full(err))
		}
	}
	return nil
}
