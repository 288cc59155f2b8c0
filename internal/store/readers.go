package store

import (
	"context"
	"fmt"
	"slices"

	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// readerKey carries who reads.
type readerKey struct{}

// ReadBy marks everything that is read under the context as read by a user: a
// sensitive case that does not name him is not found, and stands in lists
// without what it says. A context without a reader (commands, jobs) sees all.
func ReadBy(ctx context.Context, user int64) context.Context {
	return context.WithValue(ctx, readerKey{}, user)
}

// readerOf gives who reads, false for nobody in particular.
func readerOf(ctx context.Context) (int64, bool) {
	user, named := ctx.Value(readerKey{}).(int64)
	return user, named
}

// hidden tells which of some cases are sensitive and do not name who reads. A row
// that was written without the key gives nobody anything.
func (t *tx) hidden(ids []int64) (map[int64]bool, error) {
	user, named := readerOf(t.ctx)
	if !named || len(ids) == 0 {
		return nil, nil
	}
	out := map[int64]bool{}
	for part := range slices.Chunk(ids, 1000) {
		var rows []readerRow
		if err := t.SelectIn(&rows, "SELECT "+readerColumns+" FROM case_readers WHERE case_id IN (?) ORDER BY case_id, user_id", part); err != nil {
			return nil, fmt.Errorf("read who may see sensitive cases: %w", err)
		}
		seen := map[int64]bool{}
		for _, r := range rows {
			seen[r.CaseID] = seen[r.CaseID] || r.UserID == user && secret.Equal(r.MAC, r.mac(t.db.key))
			out[r.CaseID] = !seen[r.CaseID]
		}
	}
	return out, nil
}

const readerColumns = "case_id, user_id, added_at, added_by, mac"

type readerRow struct {
	CaseID int64  `db:"case_id"`
	UserID int64  `db:"user_id"`
	At     int64  `db:"added_at"`
	By     string `db:"added_by"`
	MAC    []byte `db:"mac"`
}

func (r readerRow) mac(k *secret.Key) []byte {
	b := secret.AppendInt(nil, r.CaseID)
	b = secret.AppendInt(b, r.UserID)
	b = secret.AppendInt(b, r.At)
	return k.ChainMAC("case reader").Sum(nil, secret.AppendText(b, r.By))
}

// Readers lists who may open a sensitive case; none: it is not sensitive.
func (db *DB) Readers(ctx context.Context, caseID int64) (users []int64, err error) {
	err = db.look(ctx, func(t *tx) error {
		return t.Select(&users, "SELECT user_id FROM case_readers WHERE case_id = ? ORDER BY user_id", caseID)
	})
	return users, err
}

// SetReaders makes a case sensitive: from now on these people alone open it. None
// lifts it. NotFound: there is no such case, for who does this.
func (db *DB) SetReaders(ctx context.Context, s cases.Stamp, caseID int64, users []int64) error {
	return db.inTx(ctx, func(t *tx) error {
		locked, err := t.lockCases([]int64{caseID})
		if err != nil {
			return err
		}
		away, err := t.hidden([]int64{caseID})
		if err != nil {
			return err
		}
		if len(locked) == 0 || away[caseID] {
			return Fail(NotFound, "找不到这个办件。")
		}
		if _, err := t.Exec("DELETE FROM case_readers WHERE case_id = ?", caseID); err != nil {
			return fmt.Errorf("write who may see case %d: %w", caseID, err)
		}
		slices.Sort(users)
		users = slices.Compact(users)
		for _, user := range users {
			r := readerRow{CaseID: caseID, UserID: user, At: s.At, By: s.By}
			if _, err := t.Exec("INSERT INTO case_readers ("+readerColumns+") VALUES (?, ?, ?, ?, ?)", r.CaseID, r.UserID, r.At, r.By, r.mac(t.db.key)); err != nil {
				return fmt.Errorf("write who may see case %d: %w", caseID, err)
			}
		}
		act := "case_restricted"
		if len(users) == 0 {
			act = "case_unrestricted"
		}
		return t.audit(locked[0].row.AgencyID, s, Entry{Act: act, Object: "case", ObjectID: caseID, Detail: map[string]any{"people": users}})
	})
}

// readers holds who may open sensitive cases against the macs, and every lifting
// against the audit chain: a row that was deleted is named too.
func (v *verifier) readers() error {
	var rows []readerRow
	if err := v.t.Select(&rows, "SELECT "+readerColumns+" FROM case_readers ORDER BY case_id, user_id"); err != nil {
		return fmt.Errorf("read who may see sensitive cases: %w", err)
	}
	there := map[int64][]int64{}
	for _, r := range rows {
		there[r.CaseID] = append(there[r.CaseID], r.UserID)
		if !secret.Equal(r.MAC, r.mac(v.t.db.key)) {
			v.found("case_readers", fmt.Sprintf("case_id=%d user_id=%d", r.CaseID, r.UserID), "mac", "第 %d 件的查阅人不是由本系统登记的，或登记后被改动过。", r.CaseID)
		}
	}
	var last []struct {
		CaseID int64  `db:"object_id"`
		Act    string `db:"act"`
		Detail string `db:"detail"`
	}
	if err := v.t.Select(&last, `SELECT a.object_id, a.act, a.detail FROM audit a WHERE a.object = 'case' AND a.act IN ('case_restricted', 'case_unrestricted')
		AND NOT EXISTS (SELECT 1 FROM audit b WHERE b.object = 'case' AND b.object_id = a.object_id AND b.chain = a.chain
		AND b.act IN ('case_restricted', 'case_unrestricted') AND b.seq > a.seq) ORDER BY a.object_id`); err != nil {
		return fmt.Errorf("read the limits of sensitive cases: %w", err)
	}
	for _, l := range last {
		want, err := peopleOf(l.Detail)
		if err != nil {
			return err
		}
		if !slices.Equal(want, there[l.CaseID]) {
			v.found("case_readers", fmt.Sprintf("case_id=%d", l.CaseID), "user_id", "第 %d 件的查阅人与操作日志不符：登记的是 %v，现有 %v。", l.CaseID, want, there[l.CaseID])
		}
		delete(there, l.CaseID)
	}
	for id := range there {
		v.found("case_readers", fmt.Sprintf("case_id=%d", id), "", "第 %d 件设有查阅人，操作日志中却没有登记。", id)
	}
	return nil
}
