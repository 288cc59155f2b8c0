package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ChainEnds says where all audit chains end, in one line: what is cut off or
// exchanged at any end gives another one.
type ChainEnds struct {
	Chains  int64  `json:"chains"`
	Entries int64  `json:"entries"` // of all chains together
	SHA256  string `json:"sha256"`  // hex, over the ends
}

func (t *tx) chainEnds() (e ChainEnds, err error) {
	var heads []headRow
	if err := t.Select(&heads, "SELECT chain, seq, mac FROM audit_heads ORDER BY chain"); err != nil {
		return e, fmt.Errorf("read the audit heads: %w", err)
	}
	text, err := json.Marshal(heads)
	if err != nil {
		return e, fmt.Errorf("encode the audit heads: %w", err)
	}
	for _, h := range heads {
		e.Entries += h.Seq
	}
	sum := sha256.Sum256(text)
	e.Chains, e.SHA256 = int64(len(heads)), hex.EncodeToString(sum[:])
	return e, nil
}

// Contents counts what the manifest of a backup says.
func (info BackupInfo) Contents() BackupContents {
	c := BackupContents{Cases: info.Rows["cases"], Events: info.Rows["events"]}
	for _, f := range info.Files {
		if strings.HasPrefix(f.Name, attachmentsDir+"/") {
			c.Attachments++
		}
	}
	if info.Ends != nil {
		c.Ends = *info.Ends
	}
	return c
}

// Holds sums the bytes of a backup's files.
func (info BackupInfo) Holds() (n int64) {
	for _, f := range info.Files {
		n += f.Size
	}
	return n
}

// CheckBackup holds the file of a backup of ours against its seal, and gives its
// SHA-256. The database is not asked.
func (db *DB) CheckBackup(path string) (sha string, err error) {
	if _, err := openArchive(path, db.key, db.engine); err != nil {
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", fmt.Errorf("read %s: %w", path, err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// Steps of a drill, in their order.
const (
	DrillChecks   = 1 // the file against its seal and its record
	DrillRestores = 2
	DrillVerifies = 3
	DrillRemoves  = 4
)

// RestoreAside is a drill: it restores the backup at path into folder, which it
// makes, opens what came of it as any start does, verifies and counts it, and
// removes the folder again, whatever happens. sha is the hash that the file must
// have. What is wrong with the backup stands in the record (Failure); an error is
// a fault that says nothing about the backup. step, which may be nil, hears of the
// beginning of each step. SQLite alone: it would need a second PostgreSQL database.
func (db *DB) RestoreAside(ctx context.Context, path, folder, sha string, step func(int)) (r DrillRecord, err error) {
	if db.engine.name != SQLite {
		return r, Fail(Refused, "PostgreSQL 数据库的恢复演练请照使用手册在另一个空库里手工进行。")
	}
	if step == nil {
		step = func(int) {}
	}
	if err := os.RemoveAll(folder); err != nil {
		return r, fmt.Errorf("clear away an interrupted drill: %w", err)
	}
	defer func() {
		step(DrillRemoves)
		err = errors.Join(err, os.RemoveAll(folder))
	}()
	step(DrillChecks)
	if r.SHA256, err = db.CheckBackup(path); err != nil {
		return r.failed(ctx, err)
	}
	if r.SHA256 != sha {
		r.Failure = "备份文件的 SHA-256 与备份时登记的不同：文件被换过。"
		return r, nil
	}
	step(DrillRestores)
	o := Options{Driver: SQLite, Dir: folder, KeyFile: db.keyFile, Purpose: "drill", Clock: db.clock}
	info, err := Restore(ctx, path, o)
	if err != nil {
		return r.failed(ctx, err)
	}
	r.MadeAt, r.Said = info.MadeAt.UnixMicro(), info.Contents()
	return db.lookAside(ctx, o, r, info, step)
}

// failed puts what is wrong with the backup into the record; what is no sentence is
// a fault of ours.
func (r DrillRecord) failed(ctx context.Context, err error) (DrillRecord, error) {
	var known *Error
	if ctx.Err() != nil || !errors.As(err, &known) {
		return r, err
	}
	r.Failure = known.Message
	return r, nil
}

// lookAside counts and verifies what was restored.
func (db *DB) lookAside(ctx context.Context, o Options, r DrillRecord, info BackupInfo, step func(int)) (_ DrillRecord, err error) {
	step(DrillVerifies)
	if r.Found, err = db.contentsAside(ctx, o.Dir); err != nil {
		return r.failed(ctx, err)
	}
	// As any start: an older schema is taken forward, the purge list carried out.
	copied, err := Open(ctx, o)
	if err != nil {
		return r.failed(ctx, err)
	}
	defer func() { err = errors.Join(err, copied.Close()) }()
	sum, err := copied.Verify(ctx, VerifyJob{})
	if err != nil {
		return r.failed(ctx, err)
	}
	r.Differences = sum.Differences
	switch {
	case r.Found.Cases != r.Said.Cases || r.Found.Events != r.Said.Events || r.Found.Attachments != r.Said.Attachments:
		r.Failure = "恢复出来的数量与备份清单不符。"
	case info.Ends != nil && r.Found.Ends != r.Said.Ends:
		r.Failure = "恢复出来的审计链末端与备份清单不符。"
	case r.Differences > 0:
		r.Failure = fmt.Sprintf("恢复出来的数据核对出%d处不符；请运行 gongkai verify 核对现用的数据库。", r.Differences)
	}
	return r, nil
}

// contentsAside counts what stands in a restored database before anything is written
// into it. The schema may be that of an older program: nothing else is asked.
func (db *DB) contentsAside(ctx context.Context, folder string) (c BackupContents, err error) {
	file := filepath.Join(folder, databaseName)
	aside := &DB{engine: db.engine, path: file, key: db.key, clock: db.clock, read: openSQLiteCopy(file)}
	defer func() { err = errors.Join(err, aside.Close()) }()
	err = aside.look(ctx, func(t *tx) error {
		if c.Ends, err = t.chainEnds(); err != nil {
			return err
		}
		return errors.Join(t.Get(&c.Cases, "SELECT COUNT(*) FROM cases"), t.Get(&c.Events, "SELECT COUNT(*) FROM events"))
	})
	if err != nil {
		return c, err
	}
	err = filepath.WalkDir(filepath.Join(folder, attachmentsDir), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			c.Attachments++
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a backup without attachments
		}
		return err
	})
	return c, err
}
