package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// The setting that says how an agency numbers its letters (发文字号), and what it is
// where nothing was set. The words are those of NumberSetting; {yyyy} is the year of
// the letter.
const (
	LetterNumberSetting  = "letter_number"
	DefaultLetterPattern = "{short}公开〔{yyyy}〕{n}号"
	letterSeries         = "letter"
)

// longestNumber bounds a number from outside, in characters.
const longestNumber = 60

// NumberLetter gives a draft its number: the next of the agency's own series in the
// year of the letter or, if outside is not empty, that one. A draft that has one
// keeps it. Conflict: the outside number is taken; version as in RewriteLetter.
func (db *DB) NumberLetter(ctx context.Context, s cases.Stamp, caseID int64, place, version int, outside string) (number string, err error) {
	err = db.changeDraft(ctx, caseID, place, version, func(t *tx, r *letterRow) error {
		if r.Number != "" {
			number = r.Number
			return nil
		}
		number, err = t.numberLetter(s, r, outside)
		return err
	})
	if duplicate(err) {
		return "", &Error{Kind: Conflict, Err: err, Message: fmt.Sprintf("文号“%s”已经用过；请核对办公系统给的文号。", outside)}
	}
	return number, err
}

// numberLetter puts a number into the row and writes it.
func (t *tx) numberLetter(s cases.Stamp, r *letterRow, outside string) (string, error) {
	if outside = strings.TrimSpace(outside); outside != "" {
		if len([]rune(outside)) > longestNumber {
			return "", Fail(Invalid, "文号太长，最多%d字。", longestNumber)
		}
		r.Number, r.Outside = outside, 1
	} else {
		n, err := t.giveLetterNumber(r.AgencyID, r.On)
		if err != nil {
			return "", err
		}
		r.Number, r.Year, r.N = n.text, n.year, n.seq
	}
	if err := t.saveLetter(*r); err != nil {
		return "", err
	}
	return r.Number, t.auditLetter(s, *r, Entry{Act: "letter_numbered", Detail: map[string]any{"place": r.Place, "number": r.Number, "outside": r.Outside != 0}})
}

// giveLetterNumber takes the next number of an agency's letters of a year. What an
// outside number has taken already is passed over: none of ours is missing for it.
func (t *tx) giveLetterNumber(agency int64, on calendar.Date) (numbered, error) {
	f, err := t.letterNumbering(agency, on)
	if err != nil {
		return numbered{}, err
	}
	for {
		n, err := t.count(agency, letterSeries, f.series(on.Year()), 1)
		if err != nil {
			return numbered{}, err
		}
		text := f.write(on.Year(), n)
		var taken int
		if err := t.Get(&taken, "SELECT COUNT(*) FROM letters WHERE agency_id = ? AND number <> '' AND number = ?", agency, text); err != nil {
			return numbered{}, err
		}
		if taken == 0 {
			return numbered{text, f.series(on.Year()), n}, nil
		}
	}
}

// IssueLetter is how a letter leaves the house: with the file that is its original.
type IssueLetter struct {
	// File makes the original for the letter as it stands in the transaction: its
	// number given, its text as saved. It must be quick: others wait.
	File func(l Letter, text LetterText) (Upload, error)
	// Numbered: the letter leaves with a number; one of ours is given if it has none.
	Numbered bool
}

// IssueLetter freezes a letter with its original: the file stands sealed on the disk
// before the row says so, and both or neither are there after a crash. Conflict as
// in RewriteLetter.
func (db *DB) IssueLetter(ctx context.Context, s cases.Stamp, caseID int64, place, version int, how IssueLetter) error {
	key, err := db.attachKey(ctx, caseID)
	if err != nil {
		return err
	}
	var rows []attachmentRow
	entered := false
	err = db.changeDraft(ctx, caseID, place, version, func(t *tx, r *letterRow) error {
		var state string
		if err := t.Get(&state, "SELECT state FROM cases WHERE id = ?", caseID); err != nil {
			return missing(err, "这个办件")
		}
		if state == cases.StateVoided.Code() {
			return Fail(Invalid, "本件已作废（重复登记），文书不能再发出；请在保留的一件下起草。")
		}
		if how.Numbered && r.Number == "" {
			if _, err := t.numberLetter(s, r, ""); err != nil {
				return err
			}
		}
		text, err := t.letterText(caseID, r.UID, r.Version)
		if err != nil {
			return err
		}
		file, err := how.File(r.domain(), text)
		if err != nil {
			return err
		}
		if len(file.Content) > LargestFile {
			return Fail(Invalid, "“%s”有%d兆，一份材料最大%d兆；请降低扫描的分辨率。", cases.FileName(file.Name), len(file.Content)>>20, LargestFile>>20)
		}
		if rows, err = db.sealFiles(s, key, caseID, []Upload{file}); err != nil {
			return err
		}
		if err := t.attach(s, caseID, rows); err != nil {
			return err
		}
		r.State, r.Issued, r.SHA256, r.IssuedAt, r.IssuedBy = LetterIssued, rows[0].UID, rows[0].SHA256, s.At, s.By
		if err := t.saveLetter(*r); err != nil {
			return err
		}
		if err := t.auditLetter(s, *r, Entry{Act: "letter_issued", Detail: map[string]any{"place": r.Place, "kind": r.Kind, "number": r.Number, "sha256": r.SHA256}}); err != nil {
			return err
		}
		entered = true
		return nil
	})
	if err != nil && !entered {
		for _, r := range rows { // no row points there
			_ = os.Remove(filepath.Join(db.dir, attachmentsDir, r.file()))
		}
	}
	return err
}

// VoidLetter takes a letter back, issued or not: it stays, with its number. Invalid:
// without a reason. Conflict: it is void already.
func (db *DB) VoidLetter(ctx context.Context, s cases.Stamp, caseID int64, place int, reason string) error {
	if reason = strings.TrimSpace(reason); reason == "" {
		return Fail(Invalid, "没有写明作废的理由。")
	}
	return db.inTx(ctx, func(t *tx) error {
		r, err := t.lockLetter(caseID, place, 0)
		if err != nil {
			return err
		}
		if r.State == LetterVoided {
			return Fail(Conflict, "这份文书已经作废。")
		}
		r.State, r.VoidedAt, r.VoidedBy, r.Reason = LetterVoided, s.At, s.By, reason
		if err := t.saveLetter(r); err != nil {
			return err
		}
		return t.auditLetter(s, r, Entry{Act: "letter_voided", Detail: map[string]any{"place": r.Place, "number": r.Number}})
	})
}

// LetterLine is a letter in the register of an agency's numbers (发文登记).
type LetterLine struct {
	Letter
	Case   string // 编号 of its case
	Hidden bool   // the case is sensitive and not for the reader
}

// LetterRegister lists the numbered letters of an agency in a year, void ones too:
// those of its own series after a place in it, at most so many, and from the
// beginning (after 0) also those whose number came from outside. A series that does
// not begin anew each year is listed with every year.
func (db *DB) LetterRegister(ctx context.Context, agency int64, year int, after int64, most int) (own, outside []LetterLine, err error) {
	err = db.look(ctx, func(t *tx) error {
		rows, err := t.letterRows("l.agency_id = ? AND l.number_year IN (?, 0) AND l.number_seq > ? ORDER BY l.number_seq LIMIT ?", agency, year, after, most)
		if err != nil {
			return err
		}
		if own, err = t.letterLines(rows); err != nil || after > 0 {
			return err
		}
		rows, err = t.letterRows("l.agency_id = ? AND l.number <> '' AND l.outside = 1 AND l.dated_on >= ? AND l.dated_on <= ? ORDER BY l.number LIMIT ?",
			agency, fmt.Sprintf("%04d-01-01", year), fmt.Sprintf("%04d-12-31", year), most)
		if err == nil {
			outside, err = t.letterLines(rows)
		}
		return err
	})
	return own, outside, err
}

// letterLines adds to letters the numbers of their cases.
func (t *tx) letterLines(rows []letterRow) (out []LetterLine, err error) {
	if len(rows) == 0 {
		return nil, nil
	}
	ids, numbers := make([]int64, len(rows)), map[int64]string{}
	for i, r := range rows {
		ids[i] = r.CaseID
	}
	away, err := t.hidden(ids)
	if err != nil {
		return nil, err
	}
	var named []struct {
		ID     int64  `db:"id"`
		Number string `db:"number"`
	}
	if err := t.SelectIn(&named, "SELECT id, number FROM cases WHERE id IN (?)", ids); err != nil {
		return nil, fmt.Errorf("read the cases of letters: %w", err)
	}
	for _, n := range named {
		numbers[n.ID] = n.Number
	}
	for _, r := range rows {
		out = append(out, LetterLine{Letter: r.domain(), Case: numbers[r.CaseID], Hidden: away[r.CaseID]})
	}
	return out, nil
}
