package store

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"gongkai"
	"gongkai/internal/secret"
)

// Restore lays the backup at path out as the database that o leads to: a SQLite
// file in a folder without one, or an empty PostgreSQL database. Everything is
// unpacked beside, checked against seal and manifest, opened and counted; only
// then is it moved into place. Refused, with a sentence and nothing changed: no
// key or another one than the backup's, an archive of which any byte was altered
// or cut off, a folder in use or with a database, a backup of the other engine or
// of a newer program.
func Restore(ctx context.Context, path string, o Options) (info BackupInfo, err error) {
	e, err := engineOf(o.Driver)
	if err != nil {
		return info, err
	}
	key, err := secret.Load(o.KeyFile)
	if err != nil {
		return info, &Error{Kind: Refused, Message: err.Error(), Err: err}
	}
	if info, err = openArchive(path, key, e); err != nil {
		return info, err
	}
	lock, err := LockFolder(o.Dir, "restore")
	if err != nil {
		return info, err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	if err := emptyFolder(o); err != nil {
		return info, err
	}
	work := filepath.Join(o.Dir, "restore.new")
	if err := os.RemoveAll(work); err != nil {
		return info, fmt.Errorf("clear away an interrupted restore: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if info, err = unpack(ctx, path, work); err != nil {
		return info, full(err)
	}
	if e.name == Postgres {
		return info, restorePostgres(ctx, o, e, key, info, work)
	}
	return info, restoreSQLite(ctx, o, e, key, info, work)
}

// altered is the refusal of an archive that is not as it was written.
func altered(path, what string) error {
	return Fail(Invalid, "备份 %s 已损坏或被改动（%s）：没有恢复任何内容；请换一份备份。", path, what)
}

// openArchive reads the head, then holds the whole file against its seal: what
// is unpacked later was packed by the holder of the key.
func openArchive(path string, key *secret.Key, e engine) (BackupInfo, error) {
	head, err := readHead(path)
	if err != nil {
		return head, err
	}
	switch {
	case head.KeyID != key.ID():
		return head, Fail(Refused, "备份 %s 属于密钥 %s，而密钥文件里是 %s；请放好原来的密钥文件，或先用 gongkai key import 从保管的副本恢复。", path, head.KeyID, key.ID())
	case head.Format != backupFormat:
		return head, Fail(Refused, "备份 %s 由更新版本的程序制作；请用那个版本或更新的程序恢复。", path)
	}
	if err := checkSeal(path, key); err != nil {
		return head, err
	}
	if head.Engine != e.name {
		return head, Fail(Refused, "备份 %s 来自 %s 数据库，设置里是 %s；请在配置文件的 [database] 中改用 %s。", path, head.Engine, e.name, head.Engine)
	}
	known, err := readMigrations(migrationFiles)
	if err == nil && head.Schema > len(known) {
		err = Fail(Refused, "备份 %s 由更新版本的程序制作（结构版本 %d，本程序只到 %d）；请用更新的程序恢复。", path, head.Schema, len(known))
	}
	return head, err
}

func readHead(path string) (head BackupInfo, err error) {
	f, err := os.Open(path)
	if err != nil {
		return head, &Error{Kind: Invalid, Message: fmt.Sprintf("打不开备份文件 %s；请检查路径和权限。", path), Err: err}
	}
	defer f.Close()
	foreign := Fail(Invalid, "%s 不是本系统的备份，或开头已损坏：没有恢复任何内容。", path)
	z, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		return head, foreign
	}
	entry := tar.NewReader(z)
	h, err := entry.Next()
	if err != nil || h.Name != headName {
		return head, foreign
	}
	if err := json.NewDecoder(io.LimitReader(entry, 1<<16)).Decode(&head); err != nil {
		return head, foreign
	}
	return head, nil
}

// checkSeal computes the last bytes that the file must have and compares.
func checkSeal(path string, key *secret.Key) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		return err
	}
	size := int64(len(seal(key, sha256.New())))
	if stat.Size() < size {
		return altered(path, "长度不足")
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.LimitReader(f, stat.Size()-size)); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	tail, err := io.ReadAll(f)
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	if !bytes.Equal(tail, seal(key, sum)) {
		return altered(path, "封印不符")
	}
	return nil
}

// emptyFolder refuses a folder that holds a database or attachments.
func emptyFolder(o Options) error {
	names := []string{attachmentsDir}
	if o.Driver != Postgres {
		names = append(names, databaseName, databaseName+"-wal", databaseName+"-shm")
	}
	for _, name := range names {
		if _, err := os.Lstat(filepath.Join(o.Dir, name)); err == nil {
			return Fail(Refused, "数据目录 %s 里已有 %s，恢复不会覆盖；请用 --data 指定一个空目录。", o.Dir, name)
		}
	}
	return nil
}

// unpack writes the archive's files below work and holds each against the
// manifest.
func unpack(ctx context.Context, path, work string) (info BackupInfo, err error) {
	f, err := os.Open(path)
	if err != nil {
		return info, err
	}
	defer f.Close()
	z, err := gzip.NewReader(bufio.NewReaderSize(&stoppable{ctx, f}, 1<<20))
	if err != nil {
		return info, altered(path, "压缩内容")
	}
	if err := os.Mkdir(work, 0o700); err != nil {
		return info, err
	}
	root, err := os.OpenRoot(work)
	if err != nil {
		return info, err
	}
	defer root.Close()
	sums, manifest := map[string]string{}, false
	for entries := tar.NewReader(z); ; {
		h, err := entries.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return info, errors.Join(altered(path, "目录"), err)
		}
		switch h.Name {
		case headName:
		case manifestName:
			manifest = json.NewDecoder(entries).Decode(&info) == nil
		default:
			if sums[h.Name], err = unpackFile(root, h.Name, entries); err != nil {
				return info, fmt.Errorf("unpack %s: %w", h.Name, err)
			}
		}
	}
	if !manifest || len(info.Files) != len(sums) {
		return info, altered(path, "清单")
	}
	for _, file := range info.Files {
		if sums[file.Name] != file.SHA256 {
			return info, altered(path, file.Name)
		}
	}
	return info, nil
}

// unpackFile writes one file inside root, forced to the disk, and gives its hash.
func unpackFile(root *os.Root, name string, from io.Reader) (sum string, err error) {
	parts := strings.Split(name, "/")
	for i := 1; i < len(parts); i++ {
		if err := root.Mkdir(filepath.Join(parts[:i]...), 0o700); err != nil && !errors.Is(err, os.ErrExist) {
			return "", err
		}
	}
	f, err := root.OpenFile(filepath.FromSlash(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	hash := sha256.New()
	if _, err := io.Copy(io.MultiWriter(f, hash), from); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), f.Sync()
}

// restoreSQLite opens and counts the unpacked file, then moves it into place.
func restoreSQLite(ctx context.Context, o Options, e engine, key *secret.Key, info BackupInfo, work string) error {
	file := filepath.Join(work, databaseName)
	db := &DB{engine: e, path: file, key: key, clock: time.Now, read: openSQLiteCopy(file)}
	err := db.quickCheck(ctx, db.read)
	if errors.Is(err, ErrDamaged) {
		err = &Error{Kind: Invalid, Message: "备份里的数据库已损坏：没有恢复任何内容；请换一份备份。", Err: err}
	}
	if err == nil {
		err = db.sameRows(ctx, info)
	}
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	if err := moveAttachments(work, o.Dir); err != nil {
		return err
	}
	target := o.DSN
	if target == "" {
		target = filepath.Join(o.Dir, databaseName)
	}
	if _, err := os.Lstat(target); err == nil {
		return Fail(Refused, "数据库文件 %s 已经存在，恢复不会覆盖；请换一个位置。", target)
	}
	if err := os.Rename(file, target); err != nil {
		return fmt.Errorf("move the database into place: %w", err)
	}
	return syncFolder(filepath.Dir(target))
}

func moveAttachments(work, dir string) error {
	err := os.Rename(filepath.Join(work, attachmentsDir), filepath.Join(dir, attachmentsDir))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("move the attachments into place: %w", err)
	}
	return syncFolder(dir)
}

func (db *DB) sameRows(ctx context.Context, info BackupInfo) error {
	return db.look(ctx, func(t *tx) error {
		for table, n := range info.Rows {
			var found int64
			if err := t.Get(&found, "SELECT COUNT(*) FROM "+table); err != nil {
				return fmt.Errorf("count %s: %w", table, err)
			}
			if found != n {
				return differs("%s 恢复出%d行，清单上%d行", table, found, n)
			}
		}
		return t.sameEnds(info)
	})
}

// differs is the refusal of what came out of an archive other than its manifest says.
func differs(format string, args ...any) error {
	return Fail(Invalid, "恢复出来的数据与备份的清单不符（"+format+"）：没有恢复任何内容；请换一份备份。", args...)
}

// sameEnds holds the ends of the audit chains against what the manifest says.
func (t *tx) sameEnds(info BackupInfo) error {
	if info.Ends == nil {
		return nil // of an older program
	}
	ends, err := t.chainEnds()
	if err == nil && ends != *info.Ends {
		err = differs("审计记录恢复出%d条，清单上%d条，或末端不同", ends.Entries, info.Ends.Entries)
	}
	return err
}

// restorePostgres makes the schema of the backup's time and fills it, in one
// transaction; the next Open takes it forward.
func restorePostgres(ctx context.Context, o Options, e engine, key *secret.Key, info BackupInfo, work string) (err error) {
	known, err := readMigrations(migrationFiles)
	if err != nil {
		return err
	}
	db := &DB{engine: e, key: key, clock: time.Now}
	if db.write, err = openPostgres(o.DSN, false); err != nil {
		return err
	}
	db.read = db.write
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := assertPostgres(ctx, db.write); err != nil {
		return err
	}
	err = db.raw(ctx, func(t *tx) error {
		if err := t.lockSchema(); err != nil {
			return err
		}
		exists, err := t.schemaExists()
		if err != nil {
			return err
		}
		if exists {
			return Fail(Refused, "PostgreSQL 数据库里已有内容，恢复不会覆盖；请换一个空的数据库。")
		}
		for i, m := range known[:info.Schema] {
			if err := t.run(m.text, i == len(known)-1); err != nil {
				return fmt.Errorf("lay out the schema: %w", err)
			}
		}
		if err := t.loadTables(info, work); err != nil {
			return err
		}
		if err := t.sameEnds(info); err != nil {
			return err
		}
		return moveAttachments(work, o.Dir)
	})
	return err
}

// countedTables are those whose rows the database numbers.
func countedTables() []string {
	var out []string
	for _, m := range regexp.MustCompile(`(?m)^CREATE TABLE (\w+) \(\n\s+id\s+\{\{id\}\}`).FindAllStringSubmatch(gongkai.Schema, -1) {
		out = append(out, m[1])
	}
	return out
}

func (t *tx) loadTables(info BackupInfo, work string) error {
	for _, file := range info.Files {
		name, found := strings.CutPrefix(file.Name, tablesFolder)
		if !found {
			continue
		}
		_, table, _ := strings.Cut(strings.TrimSuffix(name, ".ndjson"), "-")
		if _, known := info.Rows[table]; !known {
			return fmt.Errorf("the manifest counts no table %q", table)
		}
		if err := t.loadTable(table, filepath.Join(work, filepath.FromSlash(file.Name)), info.Rows[table]); err != nil {
			return fmt.Errorf("fill %s: %w", table, err)
		}
	}
	// The counting keys go on after the last one given.
	for _, table := range countedTables() {
		if _, err := t.Exec("SELECT setval(pg_get_serial_sequence('" + table + "', 'id'), GREATEST((SELECT COALESCE(MAX(id), 0) FROM " + table + "), 1), (SELECT COUNT(*) > 0 FROM " + table + "))"); err != nil {
			return fmt.Errorf("set the counting key of %s: %w", table, err)
		}
	}
	return nil
}
