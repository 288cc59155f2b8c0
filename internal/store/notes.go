package store

import (
	"encoding/json"
	"fmt"

	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

const noteColumns = "case_id, place, event_seq, kind, text, noted_at, noted_by, mac"

// noteRow is a line of case_notes.
type noteRow struct {
	CaseID int64  `db:"case_id"`
	Place  int    `db:"place"`
	Seq    int    `db:"event_seq"`
	Kind   string `db:"kind"`
	Text   string `db:"text"`
	At     int64  `db:"noted_at"`
	By     string `db:"noted_by"`
	MAC    []byte `db:"mac"`
}

func (r noteRow) domain() cases.Note {
	return cases.Note{Seq: r.Seq, Kind: r.Kind, Text: r.Text, By: r.By, At: r.At}
}

// loadNotes reads the texts of the events.
func (t *tx) loadNotes(out []loaded) error {
	ids, at := places(out)
	var rows []noteRow
	if err := t.SelectIn(&rows, "SELECT "+noteColumns+" FROM case_notes WHERE case_id IN (?) ORDER BY case_id, place", ids); err != nil {
		return fmt.Errorf("read notes: %w", err)
	}
	for _, r := range rows {
		out[at[r.CaseID]].notes = append(out[at[r.CaseID]].notes, r)
	}
	return nil
}

// writeNotes appends what was noted since the case was loaded.
func (w *writer) writeNotes(c *cases.Case) error {
	fresh := c.FreshNotes()
	if len(fresh) == 0 {
		return nil
	}
	b := newBulk(w.t, "case_notes", noteColumns, "")
	for i, n := range fresh {
		r := noteRow{CaseID: c.ID, Place: len(c.Notes) - len(fresh) + i + 1, Seq: n.Seq, Kind: n.Kind, Text: n.Text, At: n.At, By: n.By}
		if err := b.add(r.CaseID, r.Place, r.Seq, r.Kind, r.Text, r.At, r.By, w.t.noteMAC(c.AgencyID, r)); err != nil {
			return fmt.Errorf("write the notes of case %d: %w", c.ID, err)
		}
	}
	if err := b.flush(); err != nil {
		return fmt.Errorf("write the notes of case %d: %w", c.ID, err)
	}
	return nil
}

// noteMAC covers the note, its place, and the agency whose case it is.
func (t *tx) noteMAC(agency int64, r noteRow) []byte {
	b := secret.AppendText(t.hash.buf[:0], "note")
	b = secret.AppendInt(b, agency)
	b = secret.AppendInt(b, r.CaseID)
	b = secret.AppendInt(b, int64(r.Place))
	b = secret.AppendInt(b, int64(r.Seq))
	b = secret.AppendText(b, r.Kind)
	b = secret.AppendText(b, r.Text)
	b = secret.AppendInt(b, r.At)
	b = secret.AppendText(b, r.By)
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

// notes checks the texts of a case's events. A note that disappeared from the end
// is seen by the count that the audit wrote down.
func (v *verifier) notes(row *caseRow, stored []noteRow, entries []auditRow) {
	wrong := func(place int, what string) {
		v.report(Difference{Table: "case_notes", Row: fmt.Sprintf("case_id=%d, place=%d", row.ID, place), Number: row.Number,
			Message: fmt.Sprintf("办件 %s 的第 %d 条文字记录%s", row.name(), place, what)})
	}
	for i, r := range stored {
		if r.Place != i+1 {
			wrong(i+1, "不见了。")
			return
		}
		if !secret.Equal(r.MAC, v.t.noteMAC(row.AgencyID, r)) {
			wrong(r.Place, "与其校验码不符：登记后被改动过。")
		}
	}
	if n := notedIn(entries); len(stored) < n {
		wrong(len(stored)+1, "不见了。")
	}
}

// notedIn gives the greatest number of notes that an entry wrote down.
func notedIn(entries []auditRow) int {
	most := 0
	for _, e := range entries {
		var detail struct {
			Notes int `json:"notes"`
		}
		if json.Unmarshal([]byte(e.Detail), &detail) == nil {
			most = max(most, detail.Notes)
		}
	}
	return most
}
