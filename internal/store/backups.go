package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// BackupRecord is what came of one backup that the program made by itself, or of
// an attempt at one.
type BackupRecord struct {
	ID          int64  `db:"id"`
	Folder      string `db:"folder"`
	File        string `db:"file"` // its name in the folder, "" if there is none
	StartedAt   int64  `db:"started_at"`
	DoneAt      int64  `db:"done_at"`
	By          string `db:"made_by"`
	KeyID       string `db:"key_id"`
	SHA256      string `db:"sha256"`
	Size        int64  `db:"size"`  // of the file
	Holds       int64  `db:"holds"` // bytes, unpacked
	Cases       int64  `db:"cases"`
	Events      int64  `db:"events"`
	Attachments int64  `db:"attachments"`
	Failure     string `db:"failure"` // a sentence for the administrator, "" if none
	RemovedAt   int64  `db:"removed_at"`
	MAC         []byte `db:"mac"`
}

const backupColumns = "id, folder, file, started_at, done_at, made_by, key_id, sha256, size, holds, cases, events, attachments, failure, removed_at, mac"

// Path gives where the file is.
func (r BackupRecord) Path() string { return filepath.Join(r.Folder, r.File) }

// There reports whether the file is where it was put, as far as this machine sees.
func (r BackupRecord) There() bool {
	info, err := os.Stat(r.Path())
	return r.File != "" && err == nil && info.Mode().IsRegular()
}

// Good reports whether a backup came of it.
func (r BackupRecord) Good() bool { return r.Failure == "" }

func (t *tx) backupMAC(r BackupRecord) []byte {
	b := secret.AppendText(t.hash.buf[:0], "backup")
	for _, n := range []int64{r.ID, r.StartedAt, r.DoneAt, r.Size, r.Holds, r.Cases, r.Events, r.Attachments} {
		b = secret.AppendInt(b, n)
	}
	for _, text := range []string{r.Folder, r.File, r.By, r.KeyID, r.SHA256, r.Failure} {
		b = secret.AppendText(b, text)
	}
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

// BackupSlot names the slot of a job that a backup is made for; its zero value is
// none.
type BackupSlot struct {
	Lease     Lease
	Job, Slot string
}

// NoteBackup records what came of a backup, with an entry in the audit chain of the
// system. A good one does its slot; the slot of one that failed is asked for again
// at the next start of the program.
func (db *DB) NoteBackup(ctx context.Context, s cases.Stamp, slot BackupSlot, r BackupRecord) (BackupRecord, error) {
	r.By = s.By
	err := db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		if slot.Job != "" && r.Good() {
			if _, err := t.slot(slot.Lease, slot.Job, slot.Slot, s.At); err != nil {
				return err
			}
		}
		if err := t.Get(&r.ID, "SELECT COALESCE(MAX(id), 0) + 1 FROM backups"); err != nil {
			return fmt.Errorf("number a backup: %w", err)
		}
		r.MAC = t.backupMAC(r)
		if _, err := t.Exec("INSERT INTO backups ("+backupColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
			r.ID, r.Folder, r.File, r.StartedAt, r.DoneAt, r.By, r.KeyID, r.SHA256, r.Size, r.Holds, r.Cases, r.Events, r.Attachments, r.Failure, r.MAC); err != nil {
			return fmt.Errorf("record a backup: %w", err)
		}
		e := Entry{Act: "backup_made", Object: "backup", ObjectID: r.ID, Detail: map[string]any{"sha256": r.SHA256, "size": r.Size, "cases": r.Cases}}
		if !r.Good() {
			e = Entry{Act: "backup_failed", Object: "backup", ObjectID: r.ID}
		}
		return t.audit(SystemChain, s, e)
	})
	return r, err
}

// NoteBackupRemoved records that the file of a backup is gone at the end of its
// days.
func (db *DB) NoteBackupRemoved(ctx context.Context, s cases.Stamp, id int64) error {
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		if _, err := t.Exec("UPDATE backups SET removed_at = ? WHERE id = ? AND removed_at = 0", s.At, id); err != nil {
			return fmt.Errorf("record that a backup is removed: %w", err)
		}
		return t.audit(SystemChain, s, Entry{Act: "backup_removed", Object: "backup", ObjectID: id})
	})
}

// Backups lists the latest backups and attempts, newest first.
func (db *DB) Backups(ctx context.Context, most int) (out []BackupRecord, err error) {
	err = db.look(ctx, func(t *tx) error {
		return t.Select(&out, "SELECT "+backupColumns+" FROM backups ORDER BY id DESC LIMIT ?", most)
	})
	return out, err
}

// KeptBackups lists the good ones whose files were not removed, newest first.
func (db *DB) KeptBackups(ctx context.Context) (out []BackupRecord, err error) {
	err = db.look(ctx, func(t *tx) error {
		return t.Select(&out, "SELECT "+backupColumns+" FROM backups WHERE failure = '' AND removed_at = 0 ORDER BY id DESC")
	})
	return out, err
}

// LatestBackups gives the latest attempt and the latest good backup, with ID 0 where
// there is none.
func (db *DB) LatestBackups(ctx context.Context) (last, good BackupRecord, err error) {
	err = db.look(ctx, func(t *tx) error {
		for _, x := range []struct {
			to    *BackupRecord
			where string
		}{{&last, ""}, {&good, "WHERE failure = ''"}} {
			err := t.Get(x.to, "SELECT "+backupColumns+" FROM backups "+x.where+" ORDER BY id DESC LIMIT 1")
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return fmt.Errorf("look for the latest backup: %w", err)
			}
		}
		return nil
	})
	return last, good, err
}

// FreeSpace gives how many bytes may still be written below a folder.
func FreeSpace(dir string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("ask for the free space: %w", err)
	}
	return int64(s.Bavail) * int64(s.Bsize), nil
}

// backupMargin stays free beside a backup, for those who go on working.
const backupMargin = 256 << 20

// SpaceForBackup estimates how many bytes a backup needs while it is made: the copy
// of the database, the archive, and a margin. last is the size of the latest
// archive, 0 if there is none: then the archive is taken to be as large as all that
// goes in.
func (db *DB) SpaceForBackup(ctx context.Context, last int64) (int64, error) {
	copied, err := db.size(ctx)
	if err != nil {
		return 0, err
	}
	archive := last + last/4
	if last == 0 {
		papers, err := folderSize(filepath.Join(db.dir, attachmentsDir))
		if err != nil {
			return 0, err
		}
		archive = copied + papers
	}
	return copied + archive + backupMargin, nil
}

// size gives the bytes of the database.
func (db *DB) size(ctx context.Context) (n int64, err error) {
	if db.engine.name == Postgres {
		err = db.read.GetContext(ctx, &n, "SELECT pg_database_size(current_database())")
		return n, err
	}
	for _, suffix := range []string{"", "-wal"} {
		info, err := os.Stat(db.path + suffix)
		if err == nil {
			n += info.Size()
		} else if suffix == "" {
			return 0, fmt.Errorf("look at the size of the database: %w", err)
		}
	}
	return n, nil
}

// folderSize sums the files below a folder; one that is missing is empty.
func folderSize(root string) (n int64, err error) {
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // gone since, or never there
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if info, err := d.Info(); err == nil {
			n += info.Size()
		}
		return nil
	})
	return n, err
}

// DrillRecord is the certificate of a drill.
type DrillRecord struct {
	ID          int64  `db:"id"`
	BackupID    int64  `db:"backup_id"`
	StartedAt   int64  `db:"started_at"`
	DoneAt      int64  `db:"done_at"`
	By          string `db:"made_by"`
	Sheet       int    `db:"sheet"` // 1: the key's recovery sheet was at hand
	SHA256      string `db:"sha256"`
	MadeAt      int64  `db:"made_at"` // of the backup
	SaidText    string `db:"said"`
	FoundText   string `db:"found"`
	Differences int64  `db:"differences"`
	Failure     string `db:"failure"` // a sentence, "" if it passed
	MAC         []byte `db:"mac"`

	Said, Found BackupContents
	Entry       int64 // its place in the audit chain of the system
}

const drillColumns = "id, backup_id, started_at, done_at, made_by, sheet, sha256, made_at, said, found, differences, failure, mac"

// BackupContents counts what a backup holds.
type BackupContents struct {
	Cases       int64     `json:"cases"`
	Events      int64     `json:"events"`
	Attachments int64     `json:"attachments"`
	Ends        ChainEnds `json:"ends"` // zero where a manifest of an older program says nothing
}

// Passed reports whether everything was as it should be.
func (r DrillRecord) Passed() bool { return r.Failure == "" }

func (t *tx) drillMAC(r DrillRecord) []byte {
	b := secret.AppendText(t.hash.buf[:0], "drill")
	for _, n := range []int64{r.ID, r.BackupID, r.StartedAt, r.DoneAt, int64(r.Sheet), r.MadeAt, r.Differences} {
		b = secret.AppendInt(b, n)
	}
	for _, text := range []string{r.By, r.SHA256, r.SaidText, r.FoundText, r.Failure} {
		b = secret.AppendText(b, text)
	}
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

// NoteDrillBegun puts into the audit chain of the system that a drill begins: one
// that is never heard of again was broken off.
func (db *DB) NoteDrillBegun(ctx context.Context, s cases.Stamp, backup int64) error {
	return db.Audit(ctx, SystemChain, s, Entry{Act: "drill_begun", Object: "backup", ObjectID: backup})
}

// NoteDrill keeps the certificate of a drill.
func (db *DB) NoteDrill(ctx context.Context, s cases.Stamp, r DrillRecord) (DrillRecord, error) {
	r.By = s.By
	said, err := json.Marshal(r.Said)
	if err != nil {
		return r, err
	}
	found, err := json.Marshal(r.Found)
	if err != nil {
		return r, err
	}
	r.SaidText, r.FoundText = string(said), string(found)
	err = db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		if err := t.Get(&r.ID, "SELECT COALESCE(MAX(id), 0) + 1 FROM drills"); err != nil {
			return fmt.Errorf("number a drill: %w", err)
		}
		r.MAC = t.drillMAC(r)
		if _, err := t.Exec("INSERT INTO drills ("+drillColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			r.ID, r.BackupID, r.StartedAt, r.DoneAt, r.By, r.Sheet, r.SHA256, r.MadeAt, r.SaidText, r.FoundText, r.Differences, r.Failure, r.MAC); err != nil {
			return fmt.Errorf("record a drill: %w", err)
		}
		return t.audit(SystemChain, s, Entry{Act: "drill_done", Object: "drill", ObjectID: r.ID, Detail: map[string]any{"backup": r.BackupID, "sha256": r.SHA256, "passed": r.Passed()}})
	})
	return r, err
}

// Drills lists the latest drills, newest first.
func (db *DB) Drills(ctx context.Context, most int) (out []DrillRecord, err error) {
	err = db.look(ctx, func(t *tx) error {
		return t.Select(&out, "SELECT "+drillColumns+" FROM drills ORDER BY id DESC LIMIT ?", most)
	})
	return out, err
}

// Drill gives a certificate and the backup that it is about. One that was changed
// since is refused: it certifies nothing.
func (db *DB) Drill(ctx context.Context, id int64) (r DrillRecord, of BackupRecord, err error) {
	err = db.look(ctx, func(t *tx) error {
		if err := t.Get(&r, "SELECT "+drillColumns+" FROM drills WHERE id = ?", id); err != nil {
			return missing(err, "这份演练记录")
		}
		if !secret.Equal(r.MAC, t.drillMAC(r)) {
			return Fail(Refused, "第 %d 号演练记录与其校验码不符：登记后被改动过，不能作为凭据。", id)
		}
		if err := errors.Join(json.Unmarshal([]byte(r.SaidText), &r.Said), json.Unmarshal([]byte(r.FoundText), &r.Found)); err != nil {
			return fmt.Errorf("read drill %d: %w", id, err)
		}
		if err := t.Get(&of, "SELECT "+backupColumns+" FROM backups WHERE id = ?", r.BackupID); err != nil {
			return missing(err, "演练的备份")
		}
		return t.Get(&r.Entry, "SELECT COALESCE(MAX(seq), 0) FROM audit WHERE chain = ? AND act = 'drill_done' AND object = 'drill' AND object_id = ?", SystemChain, id)
	})
	return r, of, err
}

// backups holds the records of backups and drills against their macs and the audit.
func (v *verifier) backups() error {
	var made []BackupRecord
	if err := v.t.Select(&made, "SELECT "+backupColumns+" FROM backups ORDER BY id"); err != nil {
		return fmt.Errorf("read the backups: %w", err)
	}
	there := map[string]int64{}
	for _, r := range made {
		there[map[bool]string{true: "backup_made", false: "backup_failed"}[r.Good()]]++
		if !secret.Equal(r.MAC, v.t.backupMAC(r)) {
			v.found("backups", fmt.Sprintf("id=%d", r.ID), "mac", "第 %d 次备份的记录与其校验码不符：登记后被改动过。", r.ID)
		}
	}
	var drills []DrillRecord
	if err := v.t.Select(&drills, "SELECT "+drillColumns+" FROM drills ORDER BY id"); err != nil {
		return fmt.Errorf("read the drills: %w", err)
	}
	for _, r := range drills {
		there["drill_done"]++
		if !secret.Equal(r.MAC, v.t.drillMAC(r)) {
			v.found("drills", fmt.Sprintf("id=%d", r.ID), "mac", "第 %d 号演练记录与其校验码不符：登记后被改动过。", r.ID)
		}
	}
	for _, x := range []struct{ act, table, what string }{{"backup_made", "backups", "次备份"}, {"backup_failed", "backups", "次失败的备份"}, {"drill_done", "drills", "次恢复演练"}} {
		var n int64
		if err := v.t.Get(&n, "SELECT COUNT(*) FROM audit WHERE act = ?", x.act); err != nil {
			return fmt.Errorf("count in the audit: %w", err)
		}
		if n != there[x.act] {
			v.found(x.table, "", "", "操作日志里有%d%s，现有记录%d条。", n, x.what, there[x.act])
		}
	}
	return nil
}

// What a BackupWork makes.
const (
	WorkBackup = "backup"
	WorkDrill  = "drill"
)

// BackupWork is what is being made; the zero value is nothing.
type BackupWork struct {
	What  string // WorkBackup or WorkDrill
	Since time.Time
	Step  int // of a drill: DrillChecks ...; of a backup 1: it is written, 2: read back
}

// BackupState says what is planned and what runs in a process.
type BackupState struct {
	Dir    string
	Keep   int       // days
	Next   time.Time // of the next one by itself; zero: none
	Since  time.Time // when the process began
	Beside bool      // the backups lie on the disk of the data
	Drills bool      // drills can be made here
	Work   BackupWork
	Failed BackupRecord // the last attempt, if it failed, also where that could not be recorded
}
