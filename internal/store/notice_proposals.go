package store

import (
	"context"
	"fmt"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// NoticeProposal is an arrangement of holidays that one person has entered for
// the whole installation and a second one decides on.
type NoticeProposal struct {
	ID        int64
	Notice    calendar.Notice
	At        int64 // microseconds UTC
	By        string
	DecidedAt int64 // 0: it waits
	DecidedBy string
	Decision  string // adopted, refused
}

const noticeProposalColumns = "id, data, proposed_at, proposed_by, decided_at, decided_by, decision, mac"

type noticeProposalRow struct {
	ID        int64  `db:"id"`
	Data      string `db:"data"`
	At        int64  `db:"proposed_at"`
	By        string `db:"proposed_by"`
	DecidedAt int64  `db:"decided_at"`
	DecidedBy string `db:"decided_by"`
	Decision  string `db:"decision"`
	MAC       []byte `db:"mac"`
}

func (t *tx) noticeProposalMAC(r noticeProposalRow) []byte {
	b := secret.AppendText(t.hash.buf[:0], "notice proposal")
	for _, n := range []int64{r.At, r.DecidedAt} {
		b = secret.AppendInt(b, n)
	}
	for _, text := range []string{r.Data, r.By, r.DecidedBy, r.Decision} {
		b = secret.AppendText(b, text)
	}
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

func (r noticeProposalRow) domain() (NoticeProposal, error) {
	n, err := decodeNotice(r.Data, calendar.Date{})
	if err != nil {
		err = fmt.Errorf("read proposed notice %d: %w", r.ID, err)
	}
	return NoticeProposal{r.ID, n, r.At, r.By, r.DecidedAt, r.DecidedBy, r.Decision}, err
}

// ProposeNotice enters a notice to be adopted. The same one that waits already is
// found again instead. It refuses what AdoptNotice would.
func (db *DB) ProposeNotice(ctx context.Context, s cases.Stamp, n calendar.Notice) (id int64, err error) {
	n = adopted(n, s.Today)
	n.AdoptedOn = calendar.Date{}
	data, err := encodeNotice(n)
	if err != nil {
		return 0, fmt.Errorf("encode the notice: %w", err)
	}
	err = db.raw(ctx, func(t *tx) error {
		if err := t.lockNotices(); err != nil {
			return err
		}
		book, err := t.readBook()
		if err != nil {
			return err
		}
		if err := refuseKnown(book, n); err != nil {
			return err
		}
		var waits []int64
		if err := t.Select(&waits, "SELECT id FROM notice_proposals WHERE decided_at = 0 AND data = ? ORDER BY id", data); err != nil || len(waits) > 0 {
			if len(waits) > 0 {
				id = waits[0]
			}
			return err
		}
		r := noticeProposalRow{Data: data, At: s.At, By: s.By}
		if err := t.Get(&id, "INSERT INTO notice_proposals (data, proposed_at, proposed_by, mac) VALUES (?, ?, ?, ?) RETURNING id",
			r.Data, r.At, r.By, t.noticeProposalMAC(r)); err != nil {
			return fmt.Errorf("propose a notice: %w", err)
		}
		return t.audit(SystemChain, s, Entry{Act: "notice_proposed", Object: "notice_proposal", ObjectID: id,
			Detail: map[string]any{"year": n.Year, "days": len(n.Days)}})
	})
	return id, err
}

// NoticeProposals lists those that wait, oldest first.
func (db *DB) NoticeProposals(ctx context.Context) (out []NoticeProposal, err error) {
	var rows []noticeProposalRow
	err = db.look(ctx, func(t *tx) error {
		return t.Select(&rows, "SELECT "+noticeProposalColumns+" FROM notice_proposals WHERE decided_at = 0 ORDER BY id")
	})
	if err != nil {
		return nil, fmt.Errorf("list the proposed notices: %w", err)
	}
	for _, r := range rows {
		p, err := r.domain()
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// NoticeProposal gives one, decided or not. NotFound: there is none.
func (db *DB) NoticeProposal(ctx context.Context, id int64) (p NoticeProposal, err error) {
	var r noticeProposalRow
	err = db.look(ctx, func(t *tx) error {
		return missing(t.Get(&r, "SELECT "+noticeProposalColumns+" FROM notice_proposals WHERE id = ?", id), "这份安排")
	})
	if err != nil {
		return p, err
	}
	return r.domain()
}

// DecideNotice adopts a proposed notice as of s.Today, as AdoptNotice does, or
// refuses it. It takes another person than the one who proposed (Invalid), unless
// there is only one (s.Alone); one that is decided already is a conflict.
func (db *DB) DecideNotice(ctx context.Context, s cases.Stamp, id int64, agree bool) (j Judgement, err error) {
	err = db.raw(ctx, func(t *tx) error {
		if err := t.lockNotices(); err != nil {
			return err
		}
		var r noticeProposalRow
		if err := t.Get(&r, "UPDATE notice_proposals SET decided_at = decided_at WHERE id = ? RETURNING "+noticeProposalColumns, id); err != nil {
			return missing(err, "这份安排")
		}
		switch {
		case r.DecidedAt != 0:
			return Fail(Conflict, "这份安排已经办过；请刷新页面核对。")
		case agree && cases.SameHand(r.By, s.By) && !s.Alone:
			return Fail(Invalid, "放假安排须由两人办理：提出的人不能自己确认。")
		}
		r.DecidedAt, r.DecidedBy, r.Decision = s.At, s.By, map[bool]string{true: "adopted", false: "refused"}[agree]
		if _, err := t.Exec("UPDATE notice_proposals SET decided_at = ?, decided_by = ?, decision = ?, mac = ? WHERE id = ?",
			r.DecidedAt, r.DecidedBy, r.Decision, t.noticeProposalMAC(r), id); err != nil {
			return fmt.Errorf("decide on a notice: %w", err)
		}
		p, err := r.domain()
		if err != nil {
			return err
		}
		if !agree {
			return t.audit(SystemChain, s, Entry{Act: "notice_refused", Object: "notice_proposal", ObjectID: id,
				Detail: map[string]any{"year": p.Notice.Year}})
		}
		j, err = t.adopt(s, adopted(p.Notice, s.Today))
		return err
	})
	return j, err
}

// noticeProposals holds each against its mac.
func (v *verifier) noticeProposals() error {
	var rows []noticeProposalRow
	if err := v.t.Select(&rows, "SELECT "+noticeProposalColumns+" FROM notice_proposals ORDER BY id"); err != nil {
		return fmt.Errorf("read the proposed notices: %w", err)
	}
	for _, r := range rows {
		if !secret.Equal(r.MAC, v.t.noticeProposalMAC(r)) {
			v.found("notice_proposals", fmt.Sprintf("id=%d", r.ID), "", "提出的放假安排（第 %d 份）与其校验码不符：被改动过。", r.ID)
		}
	}
	return nil
}
