package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// LargestTemplate is the most that a letter's template may hold, in bytes.
const LargestTemplate = 5 << 20

// LetterTemplate is a version of an agency's own template for a kind of letter.
type LetterTemplate struct {
	ID, AgencyID int64
	Kind         string
	Version      int
	Name         string // of the file; "" goes back to the built-in one
	Content      []byte // nil in lists
	SHA256       string
	Size         int
	At           int64
	By           string
}

// BuiltIn reports whether the version goes back to the program's own template.
func (x LetterTemplate) BuiltIn() bool { return x.SHA256 == "" }

type templateRow struct {
	ID       int64  `db:"id"`
	AgencyID int64  `db:"agency_id"`
	Kind     string `db:"kind"`
	Version  int    `db:"version"`
	Name     string `db:"name"`
	Content  []byte `db:"content"`
	SHA256   string `db:"sha256"`
	At       int64  `db:"added_at"`
	By       string `db:"added_by"`
	MAC      []byte `db:"mac"`
}

const templateColumns = "id, agency_id, kind, version, name, content, sha256, added_at, added_by, mac"

func (r templateRow) domain() LetterTemplate {
	return LetterTemplate{ID: r.ID, AgencyID: r.AgencyID, Kind: r.Kind, Version: r.Version, Name: r.Name, Content: r.Content, SHA256: r.SHA256,
		Size: len(r.Content), At: r.At, By: r.By}
}

func (t *tx) templateMAC(r templateRow) []byte {
	b := secret.AppendText(t.hash.buf[:0], "letter template")
	for _, n := range []int64{r.AgencyID, int64(r.Version), r.At} {
		b = secret.AppendInt(b, n)
	}
	for _, text := range []string{r.Kind, r.Name, r.SHA256, r.By} {
		b = secret.AppendText(b, text)
	}
	b = secret.AppendBytes(b, r.Content)
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

// AddTemplate makes a file the agency's template for a kind of letter; without
// content the built-in one holds again. The caller has judged the file.
func (db *DB) AddTemplate(ctx context.Context, s cases.Stamp, agency int64, kind, name string, content []byte) (id int64, err error) {
	if len(content) > LargestTemplate {
		return 0, Fail(Invalid, "模板有%d兆，最大%d兆；请压缩其中的图片。", len(content)>>20, LargestTemplate>>20)
	}
	r := templateRow{AgencyID: agency, Kind: kind, Content: content, At: s.At, By: s.By}
	if len(content) > 0 {
		sum := sha256.Sum256(content)
		r.Name, r.SHA256 = cases.FileName(name), hex.EncodeToString(sum[:])
	} else {
		r.Content = []byte{}
	}
	err = db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		if err := t.Get(&r.Version, "SELECT COALESCE(MAX(version), 0) + 1 FROM letter_templates WHERE agency_id = ? AND kind = ?", agency, kind); err != nil {
			return fmt.Errorf("read the templates: %w", err)
		}
		if err := t.Get(&id, `INSERT INTO letter_templates (agency_id, kind, version, name, content, sha256, added_at, added_by, mac)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`, r.AgencyID, r.Kind, r.Version, r.Name, r.Content, r.SHA256, r.At, r.By, t.templateMAC(r)); err != nil {
			return fmt.Errorf("add a template: %w", err)
		}
		return t.audit(agency, s, Entry{Act: "template_added", Object: "agency", ObjectID: agency,
			Detail: map[string]any{"kind": kind, "version": r.Version, "sha256": r.SHA256}})
	})
	if duplicate(err) {
		return 0, &Error{Kind: Conflict, Err: err, Message: "别人刚刚换了这份模板；请刷新页面核对。"}
	}
	return id, err
}

// Templates lists every version of an agency's templates, the latest of each kind
// first, without their content.
func (db *DB) Templates(ctx context.Context, agency int64) (out []LetterTemplate, err error) {
	err = db.look(ctx, func(t *tx) error {
		var rows []struct {
			templateRow
			Size int `db:"size"`
		}
		if err := t.Select(&rows, `SELECT id, agency_id, kind, version, name, sha256, added_at, added_by, LENGTH(content) AS size FROM letter_templates
			WHERE agency_id = ? ORDER BY kind, version DESC`, agency); err != nil {
			return fmt.Errorf("read the templates: %w", err)
		}
		for _, r := range rows {
			x := r.domain()
			x.Size = r.Size
			out = append(out, x)
		}
		return nil
	})
	return out, err
}

// Template gives one version with its content, through its agency. NotFound: there
// is none.
func (db *DB) Template(ctx context.Context, agency, id int64) (out LetterTemplate, err error) {
	err = db.look(ctx, func(t *tx) error {
		var r templateRow
		if err := t.Get(&r, "SELECT "+templateColumns+" FROM letter_templates WHERE agency_id = ? AND id = ?", agency, id); err != nil {
			return missing(err, "这份模板")
		}
		out = r.domain()
		return nil
	})
	return out, err
}

// TemplateOf gives the template that holds for a kind in an agency; the zero one
// where that is the built-in one.
func (db *DB) TemplateOf(ctx context.Context, agency int64, kind string) (out LetterTemplate, err error) {
	err = db.look(ctx, func(t *tx) error {
		var rows []templateRow
		if err := t.Select(&rows, "SELECT "+templateColumns+" FROM letter_templates WHERE agency_id = ? AND kind = ? ORDER BY version DESC LIMIT 1", agency, kind); err != nil {
			return fmt.Errorf("read the template: %w", err)
		}
		if len(rows) == 1 && rows[0].SHA256 != "" {
			out = rows[0].domain()
		}
		return nil
	})
	return out, err
}
