package store

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"gongkai"
	"gongkai/internal/secret"
)

// A backup is a gzipped tar: first head.json, which says of which key and engine
// it is, then the database, the attachments, and manifest.json with the SHA-256
// of all of them. It closes with an empty gzip member that carries a keyed hash
// over every byte before: tar and gzip pass over it, restore demands it.
const (
	backupFormat   = 1
	headName       = "head.json"
	manifestName   = "manifest.json"
	databaseName   = "gongkai.db"
	tablesFolder   = "tables/"
	attachmentsDir = "attachments"
)

// BackupInfo says what a backup holds.
type BackupInfo struct {
	Format int              `json:"format"`
	Engine string           `json:"engine"`
	KeyID  string           `json:"key"` // which key reads it; the key itself is never in it
	MadeAt time.Time        `json:"made_at"`
	Schema int              `json:"schema"`         // migrations it has been through
	Rows   map[string]int64 `json:"rows,omitempty"` // by table
	Files  []BackupFile     `json:"files,omitempty"`
	Ends   *ChainEnds       `json:"audit_ends,omitempty"` // nil: an older program made it

	// Of the archive itself, only where Backup gives it.
	SHA256 string `json:"-"`
	Size   int64  `json:"-"`
}

// BackupFile is a file of a backup.
type BackupFile struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // hex
}

// Backup writes the database and the attachments into one archive at path, while
// others go on working. The archive appears under its name whole and forced to
// the disk, or not at all; a file that is already there is refused. The copy of a
// SQLite database is opened and counted before it counts as one. The key is not
// in it.
func (db *DB) Backup(ctx context.Context, path string) (info BackupInfo, err error) {
	if _, err := os.Lstat(path); err == nil {
		return info, Fail(Invalid, "文件 %s 已经存在，不会覆盖；请换一个文件名。", path)
	}
	work, err := os.MkdirTemp(filepath.Dir(path), ".gongkai-backup-*") // made with 0700
	if err != nil {
		return info, &Error{Kind: Invalid, Message: fmt.Sprintf("不能在 %s 下写备份；请检查目录是否存在、是否可写。", filepath.Dir(path)), Err: err}
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	info = BackupInfo{Format: backupFormat, Engine: db.engine.name, KeyID: db.key.ID(), MadeAt: db.clock().UTC().Truncate(time.Second)}
	known, err := readMigrations(migrationFiles)
	if err != nil {
		return info, err
	}
	info.Schema = len(known)
	copied := db.copyPostgres
	if db.engine.name == SQLite {
		copied = db.copySQLite
	}
	if info.Rows, info.Ends, err = copied(ctx, work); err != nil {
		return info, fmt.Errorf("copy the database: %w", damaged(err))
	}
	file := filepath.Join(work, "archive")
	if err := db.archive(ctx, file, work, &info); err != nil {
		return info, fmt.Errorf("write the archive: %w", full(err))
	}
	if err := putInPlace(file, path); err != nil {
		return info, fmt.Errorf("put the archive in place: %w", err)
	}
	return info, syncFolder(filepath.Dir(path))
}

// putInPlace gives a file its name, never that of another one: unlike a renaming, a
// link refuses a name that is taken. Where there are no links (a stick, some shares)
// the name is taken first.
func putInPlace(file, path string) error {
	err := os.Link(file, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	return takeName(file, path)
}

func takeName(file, path string) error {
	name, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(name.Close(), os.Rename(file, path)); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// full puts the sentence to a disk without room.
func full(err error) error {
	if errors.Is(err, errNoSpace) {
		return &Error{Kind: Refused, Message: "磁盘空间不够，没有留下文件；请腾出空间或换一个位置。", Err: err}
	}
	return err
}

// copySQLite copies the file and counts what arrived: the rows that were there
// when it began must be in it. (The stepwise backup API can end without having
// copied the rows.)
func (db *DB) copySQLite(ctx context.Context, work string) (rows map[string]int64, ends *ChainEnds, err error) {
	before, err := db.countRows(ctx)
	if err != nil {
		return nil, nil, err
	}
	file := filepath.Join(work, databaseName)
	source := openSQLiteCopy(db.path)
	defer source.Close()
	if _, err := source.ExecContext(ctx, "VACUUM INTO ?", file); err != nil {
		return nil, nil, err
	}
	copied := &DB{engine: db.engine, path: file, key: db.key, clock: db.clock, read: openSQLiteCopy(file)}
	defer copied.read.Close()
	if err := copied.quickCheck(ctx, copied.read); err != nil {
		return nil, nil, err
	}
	if rows, err = copied.countRows(ctx); err != nil {
		return nil, nil, err
	}
	for table, n := range before {
		if grows(table) && rows[table] < n {
			return nil, nil, fmt.Errorf("the copy holds %d rows of %s, the database %d", rows[table], table, n)
		}
	}
	ends, err = copied.chainEnds(ctx)
	return rows, ends, err
}

func (db *DB) chainEnds(ctx context.Context) (*ChainEnds, error) {
	var e ChainEnds
	err := db.look(ctx, func(t *tx) (err error) {
		e, err = t.chainEnds()
		return err
	})
	return &e, err
}

// grows reports whether rows of a table are never deleted.
func grows(table string) bool {
	switch table {
	case "cases", "case_texts", "events", "audit", "anchors", "imports", "agencies", "notices", "attachments", "case_keys", "parcels", "letters", "letter_texts", "letter_templates", "disposals", "supervision_orders", "spot_checks", "spot_check_cases", "purged_cases", "backups", "drills":
		return true
	}
	return false
}

// schemaTables lists the tables in the order in which they refer to each other.
func schemaTables() []string {
	var out []string
	for _, m := range regexp.MustCompile(`(?m)^CREATE TABLE (\w+)`).FindAllStringSubmatch(gongkai.Schema, -1) {
		out = append(out, m[1])
	}
	return out
}

func (db *DB) countRows(ctx context.Context) (map[string]int64, error) {
	rows := map[string]int64{}
	err := db.look(ctx, func(t *tx) error {
		for _, table := range schemaTables() {
			var n int64
			if err := t.Get(&n, "SELECT COUNT(*) FROM "+table); err != nil {
				return fmt.Errorf("count %s: %w", table, err)
			}
			rows[table] = n
		}
		return nil
	})
	return rows, err
}

// archive packs what stands in work, and the attachments, into a file.
func (db *DB) archive(ctx context.Context, file, work string, info *BackupInfo) (err error) {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	sum := sha256.New()
	buffered := bufio.NewWriterSize(io.MultiWriter(f, sum), 1<<20)
	packed, err := gzip.NewWriterLevel(buffered, gzip.BestSpeed)
	if err != nil {
		return err
	}
	p := &packer{ctx: ctx, tar: tar.NewWriter(packed), info: info}
	head := *info
	head.Rows, head.Files = nil, nil
	if err := p.json(headName, head); err != nil {
		return err
	}
	if err := p.folder(work, "", info.Engine); err != nil {
		return err
	}
	if err := p.folder(filepath.Join(db.dir, attachmentsDir), attachmentsDir+"/", ""); err != nil {
		return err
	}
	if err := p.json(manifestName, info); err != nil {
		return err
	}
	if err := errors.Join(p.tar.Close(), packed.Close(), buffered.Flush()); err != nil {
		return err
	}
	last := seal(db.key, sum)
	if _, err := io.MultiWriter(f, sum).Write(last); err != nil {
		return err
	}
	stat, err := f.Stat()
	if err != nil {
		return err
	}
	info.SHA256, info.Size = hex.EncodeToString(sum.Sum(nil)), stat.Size()
	return f.Sync()
}

// seal is the last member of an archive: no data, and in the head a keyed hash
// over all that stands before.
func seal(key *secret.Key, before hash.Hash) []byte {
	var b strings.Builder
	z, err := gzip.NewWriterLevel(&b, gzip.NoCompression)
	if err != nil {
		panic(err) // only for levels that this is not
	}
	z.Comment = "gongkai backup seal " + hex.EncodeToString(key.ChainMAC("backup").Sum(nil, before.Sum(nil)))
	if err := z.Close(); err != nil {
		panic(err) // a strings.Builder takes everything
	}
	return []byte(b.String())
}

// packer writes entries and notes them in the manifest.
type packer struct {
	ctx  context.Context
	tar  *tar.Writer
	info *BackupInfo
}

func (p *packer) json(name string, content any) error {
	text, err := json.MarshalIndent(content, "", " ")
	if err != nil {
		return err
	}
	if err := p.tar.WriteHeader(p.header(name, int64(len(text)))); err != nil {
		return err
	}
	_, err = p.tar.Write(text)
	return err
}

func (p *packer) header(name string, size int64) *tar.Header {
	return &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: p.info.MadeAt, Format: tar.FormatPAX}
}

// folder packs the regular files below a folder; one that is missing is empty.
// Of the working folder only what copy has made belongs into the archive.
func (p *packer) folder(root, prefix, engine string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == root {
			return nil
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		name := prefix + filepath.ToSlash(rel)
		if engine == SQLite && name != databaseName || engine == Postgres && !strings.HasPrefix(name, tablesFolder) {
			return nil
		}
		return p.file(path, name)
	})
}

func (p *packer) file(path, name string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		return err
	}
	if err := p.tar.WriteHeader(p.header(name, stat.Size())); err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(p.tar, sum), &stoppable{p.ctx, f}); err != nil {
		return fmt.Errorf("pack %s: %w", name, err)
	}
	p.info.Files = append(p.info.Files, BackupFile{name, stat.Size(), hex.EncodeToString(sum.Sum(nil))})
	return nil
}

// stoppable ends a long copy when the context does.
type stoppable struct {
	ctx context.Context
	io.Reader
}

func (s *stoppable) Read(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.Reader.Read(b)
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
