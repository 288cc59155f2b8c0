package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// bundlePurposes are for whom a case may leave the house whole, with their words.
func bundlePurposes() [][2]string {
	return [][2]string{{"review", "行政复议"}, {"suit", "行政诉讼"}, {"archive", "归档"}, {"other", "其他依法调取"}}
}

// BundlePurposes lists for whom a case may leave the house whole: codes and words.
func BundlePurposes() [][2]string { return bundlePurposes() }

// Taken is a case as it leaves the house, with the people named. The files are
// read one at a time.
type Taken struct {
	Case     *cases.Case
	Papers   []Attachment
	Services []cases.Service
	Letters  []Letter // that were issued, those voided since too

	db   *DB
	key  *secret.DataKey
	rows []attachmentRow
}

// Content reads one of the papers. An error: it is not as it was added.
func (t Taken) Content(place int) ([]byte, error) {
	i := slices.IndexFunc(t.rows, func(r attachmentRow) bool { return r.Place == place })
	if i < 0 {
		return nil, Fail(NotFound, "找不到这份材料。")
	}
	return t.db.readFile(t.rows[i], t.key)
}

// Take reads a case for a bundle and notes in the audit chain who took it and for
// whom: if that can't be written, nothing is given. It works on a database that was
// opened for reading, beside a running server: the note is then a short writing
// transaction of its own.
func (db *DB) Take(ctx context.Context, s cases.Stamp, caseID int64, purpose string) (out Taken, err error) {
	if !slices.ContainsFunc(bundlePurposes(), func(p [2]string) bool { return p[0] == purpose }) {
		return out, Fail(Invalid, "没有选择用途：行政复议、行政诉讼、归档或其他依法调取。")
	}
	out.db = db
	if err := db.look(ctx, func(t *tx) error { return t.take(caseID, &out) }); err != nil {
		return Taken{}, err
	}
	err = db.beside(ctx, func(t *tx) error {
		return t.audit(out.Case.AgencyID, s, Entry{Act: "bundle_made", Object: "case", ObjectID: caseID,
			Detail: map[string]any{"purpose": purpose, "version": out.Case.Version, "papers": len(out.Papers)}})
	})
	if err != nil {
		return Taken{}, err
	}
	return out, nil
}

func (t *tx) take(caseID int64, out *Taken) error {
	away, err := t.hidden([]int64{caseID})
	if err != nil {
		return err
	}
	var row caseRow
	if err := t.Get(&row, "SELECT "+caseColumns+" FROM cases WHERE id = ?", caseID); err != nil {
		return missing(err, "这个办件")
	}
	if away[caseID] {
		return Fail(NotFound, "找不到这个办件。")
	}
	got, err := t.load([]caseRow{row})
	if err != nil {
		return err
	}
	if out.Case, err = got[0].domain(t.db.key); err != nil {
		return err
	}
	if out.Services, err = t.services(caseID); err != nil {
		return err
	}
	letters, err := t.letterRows("l.case_id = ? AND l.issued_uid <> 0 ORDER BY l.issued_at, l.place", caseID)
	if err != nil {
		return err
	}
	for _, l := range letters {
		out.Letters = append(out.Letters, l.domain())
	}
	if err := t.Select(&out.rows, "SELECT "+attachmentColumns+" FROM attachments WHERE case_id = ? ORDER BY place", caseID); err != nil || len(out.rows) == 0 {
		return err
	}
	if out.key, err = t.caseKey(caseID, false); err != nil || out.key == nil {
		return errors.Join(err, errors.New("the key of a case with attachments is missing"))
	}
	for _, r := range out.rows {
		a, err := r.open(out.key)
		if err != nil {
			return err
		}
		out.Papers = append(out.Papers, a)
	}
	return nil
}

// beside runs a short writing transaction, also on a database that was opened for
// reading alone: what is taken is noted, whoever serves.
func (db *DB) beside(ctx context.Context, do func(*tx) error) error {
	if db.write != nil {
		return db.inTx(ctx, do)
	}
	if db.Damaged() != nil {
		_, err := db.writer()
		return err
	}
	note := &DB{engine: db.engine, read: db.read, write: db.read, key: db.key, dir: db.dir, path: db.path, clock: db.clock}
	if db.engine.name == SQLite {
		note.write = openSQLite(db.path, true)
		defer note.write.Close()
	}
	return note.raw(ctx, func(t *tx) error {
		if db.engine.name == Postgres {
			if _, err := t.Exec("SET TRANSACTION READ WRITE"); err != nil {
				return fmt.Errorf("note what was taken: %w", err)
			}
		}
		t.hash = newHashers(db.key)
		return do(t)
	})
}
