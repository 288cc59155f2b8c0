package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// Letter is a letter of a case (文书) without its text.
type Letter struct {
	UID, CaseID, AgencyID int64
	Place                 int    // from 1 in the case
	Kind                  string // a code of the letters' table
	Seq                   int    // of the event that it tells of, 0 for none
	State                 string // draft, issued, voided
	Version               int    // of the text, from 1
	On                    calendar.Date
	Number                string
	Year                  int   // of that series, 0 where it does not begin anew each year
	N                     int64 // its place in the agency's own series, 0 for none
	Outside               bool  // the number is not of the agency's own series
	Template              int64 // id of the agency's own template, 0 for the built-in one
	Issued                int   // place of the issued original among the attachments, 0 for none
	SHA256                string
	At                    int64 // microseconds UTC, like the others
	By                    string
	IssuedAt              int64
	IssuedBy              string
	VoidedAt              int64
	VoidedBy              string
	Reason                string // of voiding
}

// The states of a letter.
const (
	LetterDraft  = "draft"
	LetterIssued = "issued"
	LetterVoided = "voided"
)

const letterColumns = `uid, case_id, agency_id, place, kind, event_seq, state, version, dated_on, number, number_year, number_seq, outside,
	template_id, issued_uid, sha256, made_at, made_by, issued_at, issued_by, voided_at, voided_by, reason, mac`

type letterRow struct {
	UID      int64         `db:"uid"`
	CaseID   int64         `db:"case_id"`
	AgencyID int64         `db:"agency_id"`
	Place    int           `db:"place"`
	Kind     string        `db:"kind"`
	Seq      int           `db:"event_seq"`
	State    string        `db:"state"`
	Version  int           `db:"version"`
	On       calendar.Date `db:"dated_on"`
	Number   string        `db:"number"`
	Year     int           `db:"number_year"`
	N        int64         `db:"number_seq"`
	Outside  int           `db:"outside"`
	Template int64         `db:"template_id"`
	Issued   int64         `db:"issued_uid"`
	SHA256   string        `db:"sha256"`
	At       int64         `db:"made_at"`
	By       string        `db:"made_by"`
	IssuedAt int64         `db:"issued_at"`
	IssuedBy string        `db:"issued_by"`
	VoidedAt int64         `db:"voided_at"`
	VoidedBy string        `db:"voided_by"`
	Reason   string        `db:"reason"`
	MAC      []byte        `db:"mac"`
	File     int           `db:"file_place"` // joined, where it is asked for
}

func (r letterRow) domain() Letter {
	return Letter{UID: r.UID, CaseID: r.CaseID, AgencyID: r.AgencyID, Place: r.Place, Kind: r.Kind, Seq: r.Seq, State: r.State, Version: r.Version,
		On: r.On, Number: r.Number, Year: r.Year, N: r.N, Outside: r.Outside != 0, Template: r.Template, Issued: r.File, SHA256: r.SHA256, At: r.At, By: r.By,
		IssuedAt: r.IssuedAt, IssuedBy: r.IssuedBy, VoidedAt: r.VoidedAt, VoidedBy: r.VoidedBy, Reason: r.Reason}
}

func (t *tx) letterMAC(r letterRow) []byte {
	b := secret.AppendText(t.hash.buf[:0], "letter")
	for _, n := range []int64{r.UID, r.CaseID, r.AgencyID, int64(r.Place), int64(r.Seq), int64(r.Version), int64(r.Year), r.N, int64(r.Outside), r.Template,
		r.Issued, r.At, r.IssuedAt, r.VoidedAt} {
		b = secret.AppendInt(b, n)
	}
	for _, text := range []string{r.Kind, r.State, r.On.String(), r.Number, r.SHA256, r.By, r.IssuedBy, r.VoidedBy, r.Reason} {
		b = secret.AppendText(b, text)
	}
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

// LetterText is one of the texts that a letter has had.
type LetterText struct {
	Version int
	Body    []byte // JSON of the letter
	DOCX    []byte // as it came back from the word processor; nil: the page's text
	At      int64
	By      string
}

const letterTextColumns = "uid, version, body, docx, saved_at, saved_by, mac"

type letterTextRow struct {
	UID     int64  `db:"uid"`
	Version int    `db:"version"`
	Body    []byte `db:"body"`
	DOCX    []byte `db:"docx"`
	At      int64  `db:"saved_at"`
	By      string `db:"saved_by"`
	MAC     []byte `db:"mac"`
}

func (r letterTextRow) place(column string) secret.Place {
	return secret.Place{Table: "letter_texts", Row: r.UID, Column: fmt.Sprintf("%s %d", column, r.Version)}
}

func (t *tx) letterTextMAC(r letterTextRow) []byte {
	b := secret.AppendText(t.hash.buf[:0], "letter text")
	for _, n := range []int64{r.UID, int64(r.Version), r.At} {
		b = secret.AppendInt(b, n)
	}
	b = secret.AppendText(b, r.By)
	b = secret.AppendBytes(b, r.Body)
	b = secret.AppendBytes(b, r.DOCX)
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

func (r letterTextRow) open(key *secret.DataKey) (out LetterText, err error) {
	out = LetterText{Version: r.Version, At: r.At, By: r.By}
	if out.Body, err = key.Open(nil, r.Body, r.place("body")); err == nil && len(r.DOCX) > 0 {
		out.DOCX, err = key.Open(nil, r.DOCX, r.place("docx"))
	}
	if err != nil {
		return out, fmt.Errorf("open text %d of a letter: %w", r.Version, err)
	}
	return out, nil
}

// NewLetter is what a draft begins with.
type NewLetter struct {
	Kind     string
	Seq      int // of the event that it tells of, 0 for none
	On       calendar.Date
	Template int64
	Body     []byte // JSON of the letter
}

// DraftLetter begins a letter of a case and gives its place; the same form sent
// again gives the letter begun first.
func (db *DB) DraftLetter(ctx context.Context, s cases.Stamp, sub Submission, caseID int64, n NewLetter) (place int, err error) {
	err = db.inTx(ctx, func(t *tx) error {
		locked, err := t.lockCases([]int64{caseID})
		if err != nil || len(locked) == 0 {
			return errors.Join(err, Fail(NotFound, "找不到这个办件。"))
		}
		made, already, err := t.spent(s, sub)
		if err != nil || already {
			place = int(made)
			return err
		}
		if err := t.spend(s, sub); err != nil {
			return err
		}
		if err := t.Get(&place, "SELECT COALESCE(MAX(place), 0) + 1 FROM letters WHERE case_id = ?", caseID); err != nil {
			return fmt.Errorf("read the letters: %w", err)
		}
		r := letterRow{UID: newUID(), CaseID: caseID, AgencyID: locked[0].row.AgencyID, Place: place, Kind: n.Kind, Seq: n.Seq, State: LetterDraft,
			Version: 1, On: n.On, Template: n.Template, At: s.At, By: s.By}
		if err := t.insertLetter(r); err != nil {
			return err
		}
		if err := t.addLetterText(s, r, n.Body, nil); err != nil {
			return err
		}
		if err := t.spentOn(s, sub, int64(place)); err != nil {
			return err
		}
		return t.auditLetter(s, r, Entry{Act: "letter_drafted", Detail: map[string]any{"place": r.Place, "kind": n.Kind}})
	})
	return place, err
}

func (t *tx) insertLetter(r letterRow) error {
	_, err := t.Exec("INSERT INTO letters ("+letterColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, 0, 0, ?, 0, '', ?, ?, 0, '', 0, '', '', ?)",
		r.UID, r.CaseID, r.AgencyID, r.Place, r.Kind, r.Seq, r.State, r.Version, r.On, r.Template, r.At, r.By, t.letterMAC(r))
	if err != nil {
		return fmt.Errorf("begin a letter: %w", err)
	}
	return nil
}

// addLetterText seals a text as the version that the row names.
func (t *tx) addLetterText(s cases.Stamp, r letterRow, body, docx []byte) error {
	key, err := t.caseKey(r.CaseID, true)
	if err != nil {
		return err
	}
	x := letterTextRow{UID: r.UID, Version: r.Version, At: s.At, By: s.By}
	x.Body = key.Seal(nil, body, x.place("body"))
	if len(docx) > 0 {
		x.DOCX = key.Seal(nil, docx, x.place("docx"))
	}
	if _, err := t.Exec("INSERT INTO letter_texts ("+letterTextColumns+") VALUES (?, ?, ?, ?, ?, ?, ?)",
		x.UID, x.Version, x.Body, x.DOCX, x.At, x.By, t.letterTextMAC(x)); err != nil {
		return fmt.Errorf("save the text of a letter: %w", err)
	}
	return nil
}

// auditLetter notes what was done to a letter, about its case.
func (t *tx) auditLetter(s cases.Stamp, r letterRow, e Entry) error {
	e.Object, e.ObjectID = "case", r.CaseID
	return t.audit(r.AgencyID, s, e)
}

// saveLetter writes a letter's row.
func (t *tx) saveLetter(r letterRow) error {
	_, err := t.Exec(`UPDATE letters SET state = ?, version = ?, dated_on = ?, number = ?, number_year = ?, number_seq = ?, outside = ?, template_id = ?,
		issued_uid = ?, sha256 = ?, issued_at = ?, issued_by = ?, voided_at = ?, voided_by = ?, reason = ?, mac = ? WHERE uid = ?`,
		r.State, r.Version, r.On, r.Number, r.Year, r.N, r.Outside, r.Template, r.Issued, r.SHA256, r.IssuedAt, r.IssuedBy, r.VoidedAt, r.VoidedBy, r.Reason,
		t.letterMAC(r), r.UID)
	if err != nil {
		return fmt.Errorf("write a letter: %w", err)
	}
	return nil
}

// lockLetter reads a letter of a case and keeps others from writing it. version 0
// takes any; another one than the present is a conflict.
func (t *tx) lockLetter(caseID int64, place, version int) (r letterRow, err error) {
	if _, err := t.lockCases([]int64{caseID}); err != nil {
		return r, err
	}
	err = t.Get(&r, "SELECT "+letterColumns+" FROM letters WHERE case_id = ? AND place = ?", caseID, place)
	if err != nil {
		return r, missing(err, "这份文书")
	}
	if version != 0 && r.Version != version {
		return r, Fail(Conflict, "这份文书在您打开之后已被他人改动；请核对两个文本后再提交。")
	}
	return r, nil
}

// changeDraft does something to a letter that has not left the house.
func (db *DB) changeDraft(ctx context.Context, caseID int64, place, version int, do func(*tx, *letterRow) error) error {
	return db.inTx(ctx, func(t *tx) error {
		r, err := t.lockLetter(caseID, place, version)
		if err != nil {
			return err
		}
		switch r.State {
		case LetterIssued:
			return Fail(Conflict, "这份文书已经发出，不能再改；有误的请作废后另行起草。")
		case LetterVoided:
			return Fail(Conflict, "这份文书已经作废；请另行起草。")
		}
		return do(t, &r)
	})
}

// RewriteLetter saves a further text of a draft. Conflict: it has moved on since
// the version that was read, or has left the house.
func (db *DB) RewriteLetter(ctx context.Context, s cases.Stamp, caseID int64, place, version int, on calendar.Date, body, docx []byte) error {
	return db.changeDraft(ctx, caseID, place, version, func(t *tx, r *letterRow) error {
		r.Version, r.On = r.Version+1, on
		if err := t.addLetterText(s, *r, body, docx); err != nil {
			return err
		}
		if err := t.saveLetter(*r); err != nil {
			return err
		}
		return t.auditLetter(s, *r, Entry{Act: "letter_rewritten", Detail: map[string]any{"place": r.Place, "version": r.Version}})
	})
}

// Letters lists the letters of a case in the order of beginning.
func (db *DB) Letters(ctx context.Context, caseID int64) (out []Letter, err error) {
	err = db.look(ctx, func(t *tx) error {
		rows, err := t.letterRows("l.case_id = ? ORDER BY l.place", caseID)
		for _, r := range rows {
			out = append(out, r.domain())
		}
		return err
	})
	return out, err
}

func (t *tx) letterRows(where string, args ...any) (rows []letterRow, err error) {
	const joined = `SELECT l.uid, l.case_id, l.agency_id, l.place, l.kind, l.event_seq, l.state, l.version, l.dated_on, l.number, l.number_year, l.number_seq, l.outside,
		l.template_id, l.issued_uid, l.sha256, l.made_at, l.made_by, l.issued_at, l.issued_by, l.voided_at, l.voided_by, l.reason, l.mac,
		COALESCE(a.place, 0) AS file_place FROM letters l LEFT JOIN attachments a ON a.uid = l.issued_uid WHERE `
	if err := t.Select(&rows, joined+where, args...); err != nil {
		return nil, fmt.Errorf("read the letters: %w", err)
	}
	return rows, nil
}

// Letter gives one letter of a case. NotFound: it has none of that place.
func (db *DB) Letter(ctx context.Context, caseID int64, place int) (out Letter, err error) {
	err = db.look(ctx, func(t *tx) error {
		rows, err := t.letterRows("l.case_id = ? AND l.place = ?", caseID, place)
		if err == nil && len(rows) == 0 {
			err = missing(sql.ErrNoRows, "这份文书")
		}
		if err == nil {
			out = rows[0].domain()
		}
		return err
	})
	return out, err
}

// LetterText opens a text of a letter; version 0 is the present one. Its body may
// name people: who sees it is the caller's to decide.
func (db *DB) LetterText(ctx context.Context, l Letter, version int) (out LetterText, err error) {
	if version == 0 {
		version = l.Version
	}
	err = db.look(ctx, func(t *tx) error {
		out, err = t.letterText(l.CaseID, l.UID, version)
		return err
	})
	return out, err
}

func (t *tx) letterText(caseID, uid int64, version int) (LetterText, error) {
	var r letterTextRow
	if err := t.Get(&r, "SELECT "+letterTextColumns+" FROM letter_texts WHERE uid = ? AND version = ?", uid, version); err != nil {
		return LetterText{}, missing(err, "文书的这一稿")
	}
	key, err := t.caseKey(caseID, false)
	if err != nil || key == nil {
		return LetterText{}, errors.Join(err, errors.New("the key of a case with letters is missing"))
	}
	return r.open(key)
}
