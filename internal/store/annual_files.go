package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// The kinds of scan that belong to a locked return.
const (
	SignSheet  = "sign_sheet"  // 签发单
	SealedPage = "sealed_page" // 盖章页
)

// ReturnFile is a scan of a locked return.
type ReturnFile struct {
	Version, Place   int
	Kind, Name, MIME string
	Size             int64
	At               int64
	By               string
}

type returnFileRow struct {
	UID      int64  `db:"uid"`
	AgencyID int64  `db:"agency_id"`
	Year     int    `db:"year"`
	Whole    int    `db:"whole"`
	Version  int    `db:"version"`
	Place    int    `db:"place"`
	Kind     string `db:"kind"`
	Name     []byte `db:"name"`
	MIME     string `db:"mime"`
	Size     int64  `db:"size"`
	SHA256   string `db:"sha256"`
	DataKey  []byte `db:"data_key"`
	At       int64  `db:"added_at"`
	By       string `db:"added_by"`
	MAC      []byte `db:"mac"`
}

const returnFileColumns = "uid, agency_id, year, whole, version, place, kind, name, mime, size, sha256, data_key, added_at, added_by, mac"

func (t *tx) returnFileMAC(r returnFileRow) []byte {
	b := secret.AppendText(t.hash.buf[:0], "return file")
	for _, n := range []int64{r.UID, r.AgencyID, int64(r.Year), int64(r.Whole), int64(r.Version), int64(r.Place), r.Size, r.At} {
		b = secret.AppendInt(b, n)
	}
	for _, text := range []string{r.Kind, r.MIME, r.SHA256, r.By} {
		b = secret.AppendText(b, text)
	}
	b = secret.AppendBytes(b, r.Name)
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

func (r returnFileRow) at(column string) secret.Place {
	return secret.Place{Table: "return_files", Row: r.UID, Column: column}
}

// file is where the scan stands below the folder of attachments.
func (r returnFileRow) file() string { return attachmentRow{UID: r.UID}.file() }

func (r returnFileRow) open(key *secret.Key) (ReturnFile, *secret.DataKey, error) {
	out := ReturnFile{Version: r.Version, Place: r.Place, Kind: r.Kind, MIME: r.MIME, Size: r.Size, At: r.At, By: r.By}
	data, err := key.OpenDataKey(r.DataKey, r.at("data_key"))
	if err != nil {
		return out, nil, fmt.Errorf("open the key of a scan of a return: %w", err)
	}
	name, err := data.Open(nil, r.Name, r.at("name"))
	out.Name = string(name)
	return out, data, err
}

// AttachToReturn adds a scan to a locked version. The file stands sealed on the
// disk before its row is written. NotFound: there is no such version. Refused: it
// is no document. Invalid: it is too large.
func (db *DB) AttachToReturn(ctx context.Context, s cases.Stamp, agency int64, year int, own bool, version int, kind, name string, content []byte) error {
	if len(content) > LargestFile {
		return Fail(Invalid, "“%s”有%d兆，一份扫描件最大%d兆；请降低扫描的分辨率。", cases.FileName(name), len(content)>>20, LargestFile>>20)
	}
	mime, err := cases.FileType(name, content)
	if err != nil {
		return err
	}
	if kind != SignSheet && kind != SealedPage {
		return Fail(Invalid, "没有选择扫描件是签发单还是盖章页。")
	}
	r := returnFileRow{UID: newUID(), AgencyID: agency, Year: year, Version: version, Kind: kind, MIME: mime, Size: int64(len(content)), At: s.At, By: s.By}
	sum := sha256.Sum256(content)
	r.SHA256 = hex.EncodeToString(sum[:])
	key, wrapped := db.key.NewDataKey(r.at("data_key"))
	r.DataKey, r.Name = wrapped, key.Seal(nil, []byte(cases.FileName(name)), r.at("name"))
	root := filepath.Join(db.dir, attachmentsDir)
	if err := putFile(root, r.file(), key.Seal(nil, content, r.at("content"))); err != nil {
		return full(fmt.Errorf("keep a scan of a return: %w", err))
	}
	entered := false
	err = db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		if err := t.attachToReturn(s, r, own); err != nil {
			return err
		}
		entered = true
		return nil
	})
	if err != nil && !entered {
		_ = os.Remove(filepath.Join(root, r.file())) // no row points there
	}
	return err
}

func (t *tx) attachToReturn(s cases.Stamp, r returnFileRow, own bool) (err error) {
	if r.Whole, _, err = t.wholeScope(r.AgencyID, r.Year, own); err != nil {
		return err
	}
	var there int
	if err := t.Get(&there, "SELECT COUNT(*) FROM returns WHERE agency_id = ? AND year = ? AND whole = ? AND version = ?", r.AgencyID, r.Year, r.Whole, r.Version); err != nil {
		return fmt.Errorf("look for a return: %w", err)
	}
	if there == 0 {
		return Fail(NotFound, "找不到这一版年报。")
	}
	if err := t.Get(&r.Place, "SELECT COALESCE(MAX(place), 0) + 1 FROM return_files WHERE agency_id = ? AND year = ? AND whole = ? AND version = ?", r.AgencyID, r.Year, r.Whole, r.Version); err != nil {
		return fmt.Errorf("read the scans of a return: %w", err)
	}
	if _, err := t.Exec("INSERT INTO return_files ("+returnFileColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", r.UID, r.AgencyID, r.Year, r.Whole, r.Version, r.Place,
		r.Kind, r.Name, r.MIME, r.Size, r.SHA256, r.DataKey, r.At, r.By, t.returnFileMAC(r)); err != nil {
		return fmt.Errorf("record a scan of a return: %w", err)
	}
	return t.audit(r.AgencyID, s, Entry{Act: "return_file_added", Object: "agency", ObjectID: r.AgencyID, Detail: map[string]any{"year": r.Year, "whole": r.Whole, "version": r.Version, "place": r.Place, "kind": r.Kind, "sha256": r.SHA256}})
}

// ReturnFiles lists the scans of an agency's locked returns of a year.
func (db *DB) ReturnFiles(ctx context.Context, agency int64, year int, own bool) (out []ReturnFile, err error) {
	err = db.look(ctx, func(t *tx) error {
		whole, _, err := t.wholeScope(agency, year, own)
		if err != nil {
			return err
		}
		var rows []returnFileRow
		if err := t.Select(&rows, "SELECT "+returnFileColumns+" FROM return_files WHERE agency_id = ? AND year = ? AND whole = ? ORDER BY version, place", agency, year, whole); err != nil {
			return fmt.Errorf("read the scans of returns: %w", err)
		}
		for _, r := range rows {
			f, _, err := r.open(db.key)
			if err != nil {
				return err
			}
			out = append(out, f)
		}
		return nil
	})
	return out, err
}

// OpenReturnFile gives a scan, and notes in the audit chain who took it.
func (db *DB) OpenReturnFile(ctx context.Context, s cases.Stamp, agency int64, year int, own bool, version, place int) (f ReturnFile, content []byte, err error) {
	err = db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		whole, _, err := t.wholeScope(agency, year, own)
		if err != nil {
			return err
		}
		var r returnFileRow
		if err := t.Get(&r, "SELECT "+returnFileColumns+" FROM return_files WHERE agency_id = ? AND year = ? AND whole = ? AND version = ? AND place = ?", agency, year, whole, version, place); err != nil {
			return missing(err, "这份扫描件")
		}
		if f, content, err = t.readReturnFile(r); err != nil {
			return err
		}
		return t.audit(agency, s, Entry{Act: "return_file_opened", Object: "agency", ObjectID: agency, Detail: map[string]any{"year": year, "whole": whole, "version": version, "place": place}})
	})
	return f, content, err
}

// readReturnFile reads the sealed file and holds the content against the row.
func (t *tx) readReturnFile(r returnFileRow) (ReturnFile, []byte, error) {
	f, key, err := r.open(t.db.key)
	if err != nil {
		return f, nil, err
	}
	sealed, err := t.db.readSealed(r.file())
	if err != nil {
		return f, nil, fmt.Errorf("read scan %d of a return: %w", r.Place, err)
	}
	content, err := key.Open(nil, sealed, r.at("content"))
	if err != nil {
		return f, nil, fmt.Errorf("open scan %d of a return: %w", r.Place, err)
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != r.SHA256 {
		return f, nil, fmt.Errorf("scan %d of a return has another hash than recorded", r.Place)
	}
	return f, content, nil
}

// returnFiles holds each scan against its mac and its hash, counts them by the
// audit, and gives the files that belong to rows.
func (v *verifier) returnFiles(known map[string]bool) error {
	var rows []returnFileRow
	if err := v.t.Select(&rows, "SELECT "+returnFileColumns+" FROM return_files ORDER BY agency_id, year, whole, version, place"); err != nil {
		return fmt.Errorf("read the scans of returns: %w", err)
	}
	there := map[string]bool{}
	for _, r := range rows {
		known[filepath.ToSlash(r.file())] = true
		name := fmt.Sprintf("agency_id=%d, year=%d, whole=%d, version=%d, place=%d", r.AgencyID, r.Year, r.Whole, r.Version, r.Place)
		there[name] = true
		if !secret.Equal(r.MAC, v.t.returnFileMAC(r)) {
			v.found("return_files", name, "mac", "%d年年报的扫描件（第 %d 版第 %d 份）与其校验码不符：登记后被改动过。", r.Year, r.Version, r.Place)
			continue
		}
		if _, _, err := v.t.readReturnFile(r); err != nil {
			v.found("return_files", name, "", "%d年年报的扫描件（第 %d 版第 %d 份，文件 %s）不见了，或被改动过。", r.Year, r.Version, r.Place, filepath.ToSlash(r.file()))
		}
	}
	var added []struct {
		ID     int64  `db:"object_id"`
		Detail string `db:"detail"`
	}
	if err := v.t.Select(&added, "SELECT object_id, detail FROM audit WHERE object = 'agency' AND act = 'return_file_added'"); err != nil {
		return fmt.Errorf("read which scans were added: %w", err)
	}
	for _, a := range added {
		var d struct{ Year, Whole, Version, Place int }
		name := ""
		if json.Unmarshal([]byte(a.Detail), &d) == nil {
			name = fmt.Sprintf("agency_id=%d, year=%d, whole=%d, version=%d, place=%d", a.ID, d.Year, d.Whole, d.Version, d.Place)
		}
		if !there[name] {
			v.found("return_files", name, "", "%d年年报的扫描件（第 %d 版第 %d 份）在审计记录里有，现已不见。", d.Year, d.Version, d.Place)
		}
	}
	return nil
}
