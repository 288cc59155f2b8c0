package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// Release is the way of one file to the applicant: confirmed by a named person
// after the check for personal data, then released in a part with its day.
type Release struct {
	CaseID      int64         `db:"case_id"`
	Place       int           `db:"place"`    // of the attachment
	Findings    int           `db:"findings"` // how many places the check showed
	Unread      int           `db:"unread"`   // 1: the check could not read all of it
	ConfirmedAt int64         `db:"confirmed_at"`
	ConfirmedBy string        `db:"confirmed_by"`
	ReleasedOn  calendar.Date `db:"released_on"`
	ReleasedAt  int64         `db:"released_at"`
	ReleasedBy  string        `db:"released_by"`
	Part        int           `db:"part"` // from 1; 0: not released yet
	MAC         []byte        `db:"mac"`
}

const releaseColumns = "case_id, place, findings, unread, confirmed_at, confirmed_by, released_on, released_at, released_by, part, mac"

func (t *tx) releaseMAC(r Release) []byte {
	b := secret.AppendText(t.hash.buf[:0], "release")
	for _, n := range []int64{r.CaseID, int64(r.Place), int64(r.Findings), int64(r.Unread), r.ConfirmedAt, r.ReleasedAt, int64(r.Part)} {
		b = secret.AppendInt(b, n)
	}
	for _, text := range []string{r.ConfirmedBy, r.ReleasedOn.String(), r.ReleasedBy} {
		b = secret.AppendText(b, text)
	}
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

func (t *tx) releases(caseID int64) (out []Release, err error) {
	if err := t.Select(&out, "SELECT "+releaseColumns+" FROM releases WHERE case_id = ? ORDER BY place", caseID); err != nil {
		return nil, fmt.Errorf("read the releases of case %d: %w", caseID, err)
	}
	return out, nil
}

// Releases lists the confirmed files of a case, by place.
func (db *DB) Releases(ctx context.Context, caseID int64) (out []Release, err error) {
	err = db.look(ctx, func(t *tx) error {
		out, err = t.releases(caseID)
		return err
	})
	return out, err
}

// ConfirmRelease records that a person looked at what the check showed in a file
// to be released, and answers for it. Conflict: it is confirmed already, or was
// withdrawn. Invalid: it is not marked for release.
func (db *DB) ConfirmRelease(ctx context.Context, s cases.Stamp, caseID int64, place, findings int, unread bool) error {
	return db.inTx(ctx, func(t *tx) error {
		if _, err := t.lockCases([]int64{caseID}); err != nil {
			return err
		}
		a, agency, err := t.attachment(caseID, place)
		if err != nil {
			return err
		}
		if a.Kind != cases.FileReleased.Code() {
			return Fail(Invalid, "这份材料没有标为“%s”，不必核对。", cases.FileReleased.Label())
		}
		if a.WithdrawnAt != 0 {
			return Fail(Conflict, "这份材料已经收回。")
		}
		r := Release{CaseID: caseID, Place: place, Findings: findings, Unread: number(unread), ConfirmedAt: s.At, ConfirmedBy: s.By}
		r.MAC = t.releaseMAC(r)
		res, err := t.Exec("INSERT INTO releases ("+releaseColumns+") VALUES (?, ?, ?, ?, ?, ?, '', 0, '', 0, ?) ON CONFLICT (case_id, place) DO NOTHING",
			r.CaseID, r.Place, r.Findings, r.Unread, r.ConfirmedAt, r.ConfirmedBy, r.MAC)
		if err != nil {
			return fmt.Errorf("confirm a release: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, Fail(Conflict, "这份材料已经核对确认过；请刷新页面。"))
		}
		return t.audit(agency, s, Entry{Act: "release_confirmed", Object: "case", ObjectID: caseID,
			Detail: map[string]any{"place": place, "findings": findings, "unread": unread, "sha256": a.SHA256}})
	})
}

// Release gives confirmed files to the applicant on a day, as the next part of the
// case's release. Invalid: none chosen, a day in the future, one not confirmed.
// Conflict: one went out already or was withdrawn.
func (db *DB) Release(ctx context.Context, s cases.Stamp, caseID int64, places []int, on calendar.Date) error {
	switch {
	case len(places) == 0:
		return Fail(Invalid, "还没有勾选要提供的材料。")
	case on.IsZero() || on.After(s.Today):
		return Fail(Invalid, "提供日期应在今天（%s）或之前。", s.Today.Chinese())
	}
	return db.inTx(ctx, func(t *tx) error {
		if _, err := t.lockCases([]int64{caseID}); err != nil {
			return err
		}
		all, err := t.releases(caseID)
		if err != nil {
			return err
		}
		part, agency := 1, int64(0)
		for _, r := range all {
			part = max(part, r.Part+1)
		}
		for _, place := range slices.Compact(slices.Sorted(slices.Values(places))) {
			if agency, err = t.releaseOne(s, all, caseID, place, part, on); err != nil {
				return err
			}
		}
		return t.audit(agency, s, Entry{Act: "released", Object: "case", ObjectID: caseID, Detail: map[string]any{"places": places, "part": part, "on": on}})
	})
}

func (t *tx) releaseOne(s cases.Stamp, all []Release, caseID int64, place, part int, on calendar.Date) (agency int64, err error) {
	a, agency, err := t.attachment(caseID, place)
	if err != nil {
		return 0, err
	}
	i := slices.IndexFunc(all, func(r Release) bool { return r.Place == place })
	switch {
	case i < 0:
		return 0, Fail(Invalid, "第%d份材料还没有核对确认，确认后才能提供。", place)
	case a.WithdrawnAt != 0:
		return 0, Fail(Conflict, "第%d份材料已经收回，不能提供。", place)
	case all[i].Part != 0:
		return 0, Fail(Conflict, "第%d份材料已于%s提供过。", place, all[i].ReleasedOn.Chinese())
	}
	r := all[i]
	r.ReleasedOn, r.ReleasedAt, r.ReleasedBy, r.Part = on, s.At, s.By, part
	if _, err := t.Exec("UPDATE releases SET released_on = ?, released_at = ?, released_by = ?, part = ?, mac = ? WHERE case_id = ? AND place = ?",
		r.ReleasedOn, r.ReleasedAt, r.ReleasedBy, r.Part, t.releaseMAC(r), caseID, place); err != nil {
		return 0, fmt.Errorf("release a file: %w", err)
	}
	return agency, nil
}

// released refuses to send an answer while a file marked for release waits for its
// check.
func (t *tx) released(caseID int64) error {
	var n int
	err := t.Get(&n, `SELECT COUNT(*) FROM attachments WHERE case_id = ? AND kind = ? AND withdrawn_at = 0
		AND place NOT IN (SELECT place FROM releases WHERE case_id = ?)`, caseID, cases.FileReleased.Code(), caseID)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("look for files not yet checked: %w", err)
	}
	if n > 0 {
		return Fail(Invalid, "有%d份拟公开的材料还没有核对确认；请先在“公开前核对”中逐份确认，再送出答复。", n)
	}
	return nil
}

// ReadyForRelease refuses, with a sentence, an answer while a file marked for
// release waits for its check.
func (db *DB) ReadyForRelease(ctx context.Context, caseID int64) error {
	return db.look(ctx, func(t *tx) error { return t.released(caseID) })
}

// original refuses to send an answer that has no original in the file: the letter
// that was issued, or the signed and sealed paper that somebody added.
func (t *tx) original(caseID int64) error {
	var n int
	err := t.Get(&n, `SELECT COUNT(*) FROM attachments WHERE case_id = ? AND kind = 'answer' AND withdrawn_at = 0
		AND uid NOT IN (SELECT issued_uid FROM letters WHERE case_id = ? AND state = ?)`, caseID, caseID, LetterVoided)
	if err != nil {
		return fmt.Errorf("look for the original of the answer: %w", err)
	}
	if n == 0 {
		return Fail(Invalid, "还没有答复书的原件；请先在“文书”中发出答复书，或把签字盖章后的答复书添加到材料（种类选“答复书”），再登记送达。")
	}
	return nil
}

// issued refuses the service of a letter that has not left the house.
func (t *tx) issued(caseID int64, place int) error {
	rows, err := t.letterRows("l.case_id = ? AND l.place = ?", caseID, place)
	if err != nil {
		return err
	}
	if len(rows) == 0 || rows[0].State != LetterIssued {
		return Fail(Invalid, "这份文书还没有发出，或已经作废，不能登记送达。")
	}
	return nil
}

// releasesAgree holds each release against its mac and the audit.
func (v *verifier) releasesAgree() error {
	var rows []Release
	if err := v.t.Select(&rows, "SELECT "+releaseColumns+" FROM releases ORDER BY case_id, place"); err != nil {
		return fmt.Errorf("read the releases: %w", err)
	}
	have := map[int64]int64{}
	for _, r := range rows {
		have[r.CaseID]++
		if !secret.Equal(r.MAC, v.t.releaseMAC(r)) {
			v.found("releases", fmt.Sprintf("case_id=%d, place=%d", r.CaseID, r.Place), "mac", "第 %d 件第 %d 份材料的公开记录与其校验码不符：登记后被改动过。", r.CaseID, r.Place)
		}
	}
	return v.againstAudit("releases", "release_confirmed", have, "份公开确认")
}
