package store

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"gongkai/internal/calendar"
)

// AuditFilter says which entries of the audit chains are asked for: those of
// Chains for which everything else holds that is set. Of no chain nothing is
// found.
type AuditFilter struct {
	Chains   []int64
	From, To calendar.Date // days in China, both inclusive
	Actor    string        // "user:12": what 12 did, as leave cover too, and what others did for 12
	Act      string
	Object   string
	ObjectID int64
}

// AuditEntry is a line of an audit chain as it is shown.
type AuditEntry struct {
	Chain    int64  `db:"chain"`
	Seq      int64  `db:"seq"`
	At       int64  `db:"at"` // microseconds UTC
	Actor    string `db:"actor"`
	Act      string `db:"act"`
	Object   string `db:"object"`
	ObjectID int64  `db:"object_id"`
	Detail   string `db:"detail"` // JSON
}

// AuditCursor is a place among entries, to go on from; the zero one is the newest.
type AuditCursor string

// AuditSearch gives a page of entries, newest first, at most limit. Invalid: a
// cursor that AuditSearch has not given.
func (db *DB) AuditSearch(ctx context.Context, f AuditFilter, after AuditCursor, limit int) (rows []AuditEntry, next AuditCursor, err error) {
	limit = min(max(limit, 1), MostRows)
	c := f.conditions()
	if after != "" {
		at, chain, seq, err := after.read()
		if err != nil {
			return nil, "", err
		}
		c.add("(at, chain, seq) < (?, ?, ?)", at, chain, seq)
	}
	if len(f.Chains) == 0 {
		return nil, "", nil
	}
	err = db.look(ctx, func(t *tx) error {
		return t.SelectIn(&rows, "SELECT chain, seq, at, actor, act, object, object_id, detail FROM audit WHERE "+
			strings.Join(c.terms, " AND ")+" ORDER BY at DESC, chain DESC, seq DESC LIMIT ?", append(c.args, limit+1)...)
	})
	if err != nil {
		return nil, "", fmt.Errorf("search the audit: %w", err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		next = auditCursor(last.At, last.Chain, last.Seq)
	}
	return rows, next, nil
}

func (f AuditFilter) conditions() *conditions {
	c := &conditions{}
	// The plus keeps SQLite from sorting whole chains: it walks them by time.
	c.add("+chain IN (?)", f.Chains)
	if !f.From.IsZero() {
		c.add("at >= ?", beginOf(f.From))
	}
	if !f.To.IsZero() {
		c.add("at < ?", beginOf(f.To.AddDays(1)))
	}
	for _, w := range []struct{ column, word string }{{"act", f.Act}, {"object", f.Object}} {
		if w.word != "" {
			c.add(w.column+" = ?", w.word)
		}
	}
	if f.Actor != "" {
		// As leave cover two people stand in one actor: "user:12/9" is 12 for 9.
		c.add("(actor = ? OR actor LIKE ? OR actor LIKE ?)", f.Actor, f.Actor+"/%", "user:%/"+strings.TrimPrefix(f.Actor, "user:"))
	}
	if f.ObjectID != 0 {
		c.add("object_id = ?", f.ObjectID)
	}
	return c
}

// beginOf gives the instant at which a day begins in China.
func beginOf(d calendar.Date) int64 {
	const eastOfGreenwich = 8 * time.Hour
	return d.Time().Add(-eastOfGreenwich).UnixMicro()
}

func auditCursor(at, chain, seq int64) AuditCursor {
	return AuditCursor(base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %d %d", at, chain, seq)))
}

func (c AuditCursor) read() (at, chain, seq int64, err error) {
	text, err := base64.RawURLEncoding.DecodeString(string(c))
	if err == nil {
		_, err = fmt.Sscanf(string(text), "%d %d %d", &at, &chain, &seq)
	}
	if err != nil {
		err = Fail(Invalid, "列表的位置标记无效；请从第一页重新查看。")
	}
	return at, chain, seq, err
}

// WhoSaw answers who saw an applicant's data between two days (both inclusive; the
// zero day: no bound): the entries of the chains that open the people or a paper of
// one of the applicant's cases, or draw the evidence of what he asked, newest
// first, at most 500. Exports of whole registers name no case: look for them with
// AuditSearch.
func (db *DB) WhoSaw(ctx context.Context, chains []int64, applicantID int64, from, to calendar.Date) (rows []AuditEntry, err error) {
	if len(chains) == 0 {
		return nil, nil
	}
	err = db.look(ctx, func(t *tx) error {
		var ids []int64
		if err := t.Select(&ids, "SELECT DISTINCT case_id FROM case_parties WHERE applicant_id = ?", applicantID); err != nil {
			return err
		}
		look := func(acts, object string, ids []int64) error {
			c := AuditFilter{Chains: chains, From: from, To: to, Object: object}.conditions()
			for part := range slices.Chunk(ids, MostRows) {
				var some []AuditEntry
				if err := t.SelectIn(&some, "SELECT chain, seq, at, actor, act, object, object_id, detail FROM audit WHERE "+
					strings.Join(c.terms, " AND ")+" AND act IN ("+acts+") AND object_id IN (?) ORDER BY at DESC LIMIT ?", append(slices.Clone(c.args), part, MostRows)...); err != nil {
					return err
				}
				rows = append(rows, some...)
			}
			return nil
		}
		if err := look("'people_opened', 'file_opened'", "case", ids); err != nil {
			return err
		}
		return look("'people_opened'", "applicant", []int64{applicantID})
	})
	if err != nil {
		return nil, fmt.Errorf("ask who saw an applicant's data: %w", err)
	}
	slices.SortStableFunc(rows, func(a, b AuditEntry) int { return int(min(max(b.At-a.At, -1), 1)) })
	return rows[:min(len(rows), MostRows)], nil
}
