package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// LargestFile is the most that one attachment may hold, in bytes.
const LargestFile = 20 << 20

// How many files one upload and one case may hold.
const (
	MostUploads = 50
	MostFiles   = 1000
)

// Attachment is a file of a case.
type Attachment struct {
	UID, CaseID int64
	Place       int // from 1, in the order of adding
	Kind        cases.FileKind
	Name, MIME  string
	Size        int64
	SHA256      string // of the content, hex
	At          int64  // microseconds UTC
	By          string
	WithdrawnAt int64 // 0: it stands
	WithdrawnBy string
	Reason      string
	Event       int // seq of the fact that it belongs to; 0: the case as a whole
}

// Upload is a file that is to belong to a case.
type Upload struct {
	Kind    cases.FileKind
	Name    string
	Content []byte
	Event   int // seq of the fact that it belongs to; 0: the case as a whole
}

const attachmentColumns = "uid, case_id, place, kind, name, mime, size, sha256, added_at, added_by, withdrawn_at, withdrawn_by, reason, mac, event_seq"

type attachmentRow struct {
	UID         int64  `db:"uid"`
	CaseID      int64  `db:"case_id"`
	Place       int    `db:"place"`
	Kind        string `db:"kind"`
	Name        []byte `db:"name"`
	MIME        string `db:"mime"`
	Size        int64  `db:"size"`
	SHA256      string `db:"sha256"`
	At          int64  `db:"added_at"`
	By          string `db:"added_by"`
	WithdrawnAt int64  `db:"withdrawn_at"`
	WithdrawnBy string `db:"withdrawn_by"`
	Reason      string `db:"reason"`
	MAC         []byte `db:"mac"`
	Event       int    `db:"event_seq"`
}

func (t *tx) attachmentMAC(r attachmentRow) []byte {
	b := secret.AppendText(t.hash.buf[:0], "attachment")
	for _, n := range []int64{r.UID, r.CaseID, int64(r.Place), r.Size, r.At, r.WithdrawnAt} {
		b = secret.AppendInt(b, n)
	}
	for _, text := range []string{r.Kind, r.MIME, r.SHA256, r.By, r.WithdrawnBy, r.Reason} {
		b = secret.AppendText(b, text)
	}
	b = secret.AppendBytes(b, r.Name)
	if r.Event != 0 { // rows of before there were any have none
		b = secret.AppendInt(b, int64(r.Event))
	}
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

func (r attachmentRow) place(column string) secret.Place {
	return secret.Place{Table: "attachments", Row: r.UID, Column: column}
}

func (r attachmentRow) open(key *secret.DataKey) (Attachment, error) {
	name, err := key.Open(nil, r.Name, r.place("name"))
	if err != nil {
		return Attachment{}, fmt.Errorf("open the name of an attachment of case %d: %w", r.CaseID, err)
	}
	kind, err := cases.ParseFileKind(r.Kind)
	if err != nil {
		return Attachment{}, fmt.Errorf("read an attachment of case %d: %w", r.CaseID, err)
	}
	return Attachment{UID: r.UID, CaseID: r.CaseID, Place: r.Place, Kind: kind, Name: string(name), MIME: r.MIME, Size: r.Size, SHA256: r.SHA256,
		At: r.At, By: r.By, WithdrawnAt: r.WithdrawnAt, WithdrawnBy: r.WithdrawnBy, Reason: r.Reason, Event: r.Event}, nil
}

// file is where an attachment stands below the folder of attachments.
func (r attachmentRow) file() string {
	name := fmt.Sprintf("%016x", uint64(r.UID))
	return filepath.Join(name[:2], name)
}

// caseKey opens the key of a case's attachments; it is made with the first one.
// None: there is no attachment.
func (t *tx) caseKey(caseID int64, make bool) (*secret.DataKey, error) {
	at := secret.Place{Table: "case_keys", Row: caseID, Column: "data_key"}
	var wrapped []byte
	err := t.Get(&wrapped, "SELECT data_key FROM case_keys WHERE case_id = ?", caseID)
	switch {
	case err == nil && len(wrapped) == 0:
		return nil, Fail(NotFound, "这份材料已按保管期限销毁。")
	case err == nil:
		return t.db.key.OpenDataKey(wrapped, at)
	case !errors.Is(err, sql.ErrNoRows):
		return nil, fmt.Errorf("read the key of case %d: %w", caseID, err)
	case !make:
		return nil, nil
	}
	key, wrapped := t.db.key.NewDataKey(at)
	_, err = t.Exec("INSERT INTO case_keys (case_id, data_key) VALUES (?, ?)", caseID, wrapped)
	return key, err
}

// Attach adds files to a case: all of them or none. Each stands sealed on the disk
// before its row is written. The domain refuses what is no document (FileType);
// Invalid: one is too large, or there are too many.
func (db *DB) Attach(ctx context.Context, s cases.Stamp, caseID int64, files []Upload) error {
	if len(files) > MostUploads {
		return Fail(Invalid, "一次最多添加%d份材料，选了%d份；请分几次添加。", MostUploads, len(files))
	}
	for _, f := range files {
		if len(f.Content) > LargestFile {
			return Fail(Invalid, "“%s”有%d兆，一份材料最大%d兆；请分成几份，或降低扫描的分辨率。", cases.FileName(f.Name), len(f.Content)>>20, LargestFile>>20)
		}
		if _, err := cases.FileType(f.Name, f.Content); err != nil {
			return err
		}
	}
	key, err := db.attachKey(ctx, caseID)
	if err != nil {
		return err
	}
	rows, err := db.sealFiles(s, key, caseID, files)
	entered := false
	if err == nil {
		err = db.inTx(ctx, func(t *tx) error {
			if err := t.attach(s, caseID, rows); err != nil {
				return err
			}
			entered = true
			return nil
		})
	}
	if err != nil && !entered {
		// No row points there. After a commit that failed nobody can tell, and the
		// files stay; verify finds strays.
		for _, r := range rows {
			_ = os.Remove(filepath.Join(db.dir, attachmentsDir, r.file()))
		}
	}
	return err
}

// attachKey gives the key of a case's attachments, made if there is none: in a
// short transaction of its own, so that nobody waits while files are sealed.
func (db *DB) attachKey(ctx context.Context, caseID int64) (key *secret.DataKey, err error) {
	err = db.inTx(ctx, func(t *tx) error {
		locked, err := t.lockCases([]int64{caseID})
		if err != nil {
			return err
		}
		if len(locked) == 0 {
			return Fail(NotFound, "找不到这个办件。")
		}
		key, err = t.caseKey(caseID, true)
		return err
	})
	return key, err
}

// sealFiles puts files sealed on the disk and gives the rows that will point to
// them; with an error, those written so far.
func (db *DB) sealFiles(s cases.Stamp, key *secret.DataKey, caseID int64, files []Upload) (rows []attachmentRow, err error) {
	root := filepath.Join(db.dir, attachmentsDir)
	for _, f := range files {
		mime, err := cases.FileType(f.Name, f.Content)
		if err != nil {
			return rows, err
		}
		sum := sha256.Sum256(f.Content)
		r := attachmentRow{UID: newUID(), CaseID: caseID, Kind: f.Kind.Code(), MIME: mime, Size: int64(len(f.Content)),
			SHA256: hex.EncodeToString(sum[:]), At: s.At, By: s.By, Event: f.Event}
		r.Name = key.Seal(nil, []byte(cases.FileName(f.Name)), r.place("name"))
		rows = append(rows, r)
		if err := putFile(root, r.file(), key.Seal(nil, f.Content, r.place("content"))); err != nil {
			return rows, full(fmt.Errorf("keep an attachment: %w", err))
		}
	}
	return rows, nil
}

// attach writes the rows of files that stand on the disk.
func (t *tx) attach(s cases.Stamp, caseID int64, rows []attachmentRow) error {
	locked, err := t.lockCases([]int64{caseID})
	if err != nil || len(locked) == 0 {
		return errors.Join(err, Fail(NotFound, "找不到这个办件。"))
	}
	var last int
	if err := t.Get(&last, "SELECT COALESCE(MAX(place), 0) FROM attachments WHERE case_id = ?", caseID); err != nil {
		return fmt.Errorf("read the attachments: %w", err)
	}
	if last+len(rows) > MostFiles {
		return Fail(Invalid, "一件最多保存%d份材料，已有%d份；请把零散的扫描件合并成一份。", MostFiles, last)
	}
	for i, r := range rows {
		if r.Event < 0 || r.Event > locked[0].row.LastSeq {
			return Fail(Invalid, "材料所属的办理事项不存在，请刷新页面。")
		}
		r.Place = last + 1 + i
		if _, err := t.Exec("INSERT INTO attachments ("+attachmentColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', '', ?, ?)",
			r.UID, r.CaseID, r.Place, r.Kind, r.Name, r.MIME, r.Size, r.SHA256, r.At, r.By, t.attachmentMAC(r), r.Event); err != nil {
			return fmt.Errorf("record an attachment: %w", err)
		}
		if err := t.audit(locked[0].row.AgencyID, s, Entry{Act: "file_added", Object: "case", ObjectID: caseID,
			Detail: map[string]any{"place": r.Place, "kind": r.Kind, "sha256": r.SHA256}}); err != nil {
			return err
		}
	}
	return nil
}

// putFile writes a file below a folder so that it is whole or not there, and stays
// through a power cut: temporary file, to the disk, renamed, folder to the disk.
func putFile(root, name string, content []byte) (err error) {
	dir := filepath.Join(root, filepath.Dir(name))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".new-*") // 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // the first error says more
		}
	}()
	_, err = f.Write(content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), filepath.Join(root, name)); err != nil {
		return err
	}
	return errors.Join(syncFolder(dir), syncFolder(root), syncFolder(filepath.Dir(root)))
}

// Attachments lists the files of a case, those withdrawn too, in the order of
// adding.
func (db *DB) Attachments(ctx context.Context, caseID int64) (out []Attachment, err error) {
	err = db.look(ctx, func(t *tx) error {
		var rows []attachmentRow
		if err := t.Select(&rows, "SELECT "+attachmentColumns+" FROM attachments WHERE case_id = ? ORDER BY place", caseID); err != nil || len(rows) == 0 {
			return err
		}
		key, err := t.caseKey(caseID, false)
		if err != nil || key == nil {
			return errors.Join(err, errors.New("the key of a case with attachments is missing"))
		}
		for _, r := range rows {
			a, err := r.open(key)
			if err != nil {
				return err
			}
			out = append(out, a)
		}
		return nil
	})
	return out, err
}

// OpenAttachment gives a file of a case, and notes in the audit chain who took it.
// An attachment is found through its case alone. An error: it is not as it was
// added.
func (db *DB) OpenAttachment(ctx context.Context, s cases.Stamp, caseID int64, place int) (a Attachment, content []byte, err error) {
	err = db.inTx(ctx, func(t *tx) error {
		r, agency, err := t.attachment(caseID, place)
		if err != nil {
			return err
		}
		key, err := t.caseKey(caseID, false)
		if err != nil || key == nil {
			return errors.Join(err, errors.New("the key of a case with attachments is missing"))
		}
		if a, err = r.open(key); err != nil {
			return err
		}
		if content, err = t.readFile(r, key); err != nil {
			return err
		}
		return t.audit(agency, s, Entry{Act: "file_opened", Object: "case", ObjectID: caseID, Detail: map[string]any{"place": place}})
	})
	return a, content, err
}

func (t *tx) attachment(caseID int64, place int) (r attachmentRow, agency int64, err error) {
	if err := t.Get(&agency, "SELECT agency_id FROM cases WHERE id = ?", caseID); err != nil {
		return r, 0, missing(err, "这个办件")
	}
	if err := t.Get(&r, "SELECT "+attachmentColumns+" FROM attachments WHERE case_id = ? AND place = ?", caseID, place); err != nil {
		return r, 0, missing(err, "这份材料")
	}
	return r, agency, nil
}

// readFile reads the sealed file inside its folder and holds the content against
// the row.
func (t *tx) readFile(r attachmentRow, key *secret.DataKey) ([]byte, error) {
	return t.db.readFile(r, key)
}

func (db *DB) readFile(r attachmentRow, key *secret.DataKey) ([]byte, error) {
	sealed, err := db.readSealed(r.file())
	if err != nil {
		return nil, fmt.Errorf("read attachment %d of case %d: %w", r.Place, r.CaseID, err)
	}
	content, err := key.Open(nil, sealed, r.place("content"))
	if err != nil {
		return nil, fmt.Errorf("open attachment %d of case %d: %w", r.Place, r.CaseID, err)
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != r.SHA256 {
		return nil, fmt.Errorf("attachment %d of case %d has another hash than recorded", r.Place, r.CaseID)
	}
	return content, nil
}

// readSealed reads a file inside the folder of attachments, as it stands there.
func (db *DB) readSealed(name string) ([]byte, error) {
	root, err := os.OpenRoot(filepath.Join(db.dir, attachmentsDir))
	if err != nil {
		return nil, fmt.Errorf("open the attachments: %w", err)
	}
	defer root.Close()
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, int64(LargestFile+secret.Overhead+1)))
}

// WithdrawAttachment marks a file as not belonging there; it stays. Invalid:
// without a reason. Conflict: somebody did so already.
func (db *DB) WithdrawAttachment(ctx context.Context, s cases.Stamp, caseID int64, place int, reason string) error {
	if reason == "" {
		return Fail(Invalid, "没有写明收回的理由。")
	}
	return db.inTx(ctx, func(t *tx) error {
		if _, err := t.lockCases([]int64{caseID}); err != nil {
			return err
		}
		r, agency, err := t.attachment(caseID, place)
		if err != nil {
			return err
		}
		if r.WithdrawnAt != 0 {
			return Fail(Conflict, "这份材料已经收回。")
		}
		r.WithdrawnAt, r.WithdrawnBy, r.Reason = s.At, s.By, reason
		if _, err := t.Exec("UPDATE attachments SET withdrawn_at = ?, withdrawn_by = ?, reason = ?, mac = ? WHERE uid = ?", r.WithdrawnAt, r.WithdrawnBy, r.Reason, t.attachmentMAC(r), r.UID); err != nil {
			return fmt.Errorf("withdraw an attachment: %w", err)
		}
		return t.audit(agency, s, Entry{Act: "file_withdrawn", Object: "case", ObjectID: caseID, Detail: map[string]any{"place": place}})
	})
}

// attachments holds every file against its row, and looks for files that no row
// knows: those of the last day may belong to an upload under way.
func (v *verifier) attachments() error {
	var rows []attachmentRow
	if err := v.t.Select(&rows, "SELECT "+attachmentColumns+" FROM attachments ORDER BY case_id, place"); err != nil {
		return fmt.Errorf("read the attachments: %w", err)
	}
	var purged []int64
	if err := v.t.Select(&purged, "SELECT case_id FROM purged_cases"); err != nil {
		return fmt.Errorf("read what is purged: %w", err)
	}
	gone := map[int64]bool{}
	for _, id := range purged {
		gone[id] = true
	}
	known := map[string]bool{}
	for _, r := range rows {
		known[filepath.ToSlash(r.file())] = true
		name := fmt.Sprintf("case_id=%d, place=%d", r.CaseID, r.Place)
		if !secret.Equal(r.MAC, v.t.attachmentMAC(r)) {
			v.found("attachments", name, "mac", "第 %d 件的第 %d 份材料与其校验码不符：登记后被改动过。", r.CaseID, r.Place)
			continue
		}
		if gone[r.CaseID] {
			v.purgedFile(r)
			continue
		}
		key, err := v.t.caseKey(r.CaseID, false)
		if err == nil && key == nil {
			err = errors.New("no key")
		}
		if err == nil {
			_, err = v.t.readFile(r, key)
		}
		if err != nil {
			v.found("attachments", name, "", "第 %d 件的第 %d 份材料（文件 %s）不见了，或被改动过。", r.CaseID, r.Place, filepath.ToSlash(r.file()))
		}
	}
	if err := v.returnFiles(known); err != nil {
		return err
	}
	root := filepath.Join(v.t.db.dir, attachmentsDir)
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == root {
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil || known[filepath.ToSlash(rel)] {
			return err
		}
		if info, err := d.Info(); err == nil && v.t.db.clock().Sub(info.ModTime()) > 24*time.Hour {
			v.found("attachments", filepath.ToSlash(rel), "", "附件目录里的文件 %s 不属于任何办件（可能是中断的上传留下的）；核实后可以删去。", filepath.ToSlash(rel))
		}
		return nil
	})
}
