package store

import (
	"context"
	"fmt"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// Cover is leave cover (代办): from From to To, both included, CoverID also holds
// what AbsentID holds in the agency.
type Cover struct {
	ID, AbsentID, CoverID, AgencyID int64
	From, To                        calendar.Date
}

const coverColumns = "id, absent_id, cover_id, agency_id, from_on, to_on, made_at, made_by, ended_at, mac"

type coverRow struct {
	ID       int64         `db:"id"`
	AbsentID int64         `db:"absent_id"`
	CoverID  int64         `db:"cover_id"`
	AgencyID int64         `db:"agency_id"`
	FromOn   calendar.Date `db:"from_on"`
	ToOn     calendar.Date `db:"to_on"`
	MadeAt   int64         `db:"made_at"`
	MadeBy   string        `db:"made_by"`
	EndedAt  int64         `db:"ended_at"`
	MAC      []byte        `db:"mac"`
}

func (r *coverRow) mac(k *secret.Key) []byte {
	var b []byte
	for _, n := range []int64{r.ID, r.AbsentID, r.CoverID, r.AgencyID, r.MadeAt, r.EndedAt} {
		b = secret.AppendInt(b, n)
	}
	for _, text := range []string{r.FromOn.String(), r.ToOn.String(), r.MadeBy} {
		b = secret.AppendText(b, text)
	}
	return k.ChainMAC("cover").Sum(nil, b)
}

// AddCover records leave cover. Invalid: the days are turned round, both are the
// same person, or the colleague has no role in the agency: cover stays among
// those who work there.
func (db *DB) AddCover(ctx context.Context, s cases.Stamp, c Cover) error {
	switch {
	case c.AbsentID == c.CoverID:
		return Fail(Invalid, "不能由本人代办；请选择一位同事。")
	case c.From.IsZero() || c.To.Before(c.From):
		return Fail(Invalid, "代办的结束日期早于开始日期，或没有填写；请核对。")
	case c.To.Before(s.Today):
		return Fail(Invalid, "代办的结束日期%s已经过去；请填写今天或以后的日期。", c.To.Chinese())
	}
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		var n int
		if err := t.Get(&n, `SELECT COUNT(DISTINCT g.user_id) FROM user_grants g JOIN users u ON u.id = g.user_id
			WHERE g.agency_id = ? AND g.user_id IN (?, ?) AND u.disabled_at = 0`, c.AgencyID, c.AbsentID, c.CoverID); err != nil {
			return fmt.Errorf("look for the colleagues' roles: %w", err)
		}
		if n < 2 {
			return Fail(Invalid, "代办只能在本机关有角色的两人之间；请先给代办人授予本机关的角色。")
		}
		r := coverRow{AbsentID: c.AbsentID, CoverID: c.CoverID, AgencyID: c.AgencyID, FromOn: c.From, ToOn: c.To, MadeAt: s.At, MadeBy: s.By}
		if err := t.Get(&r.ID, `INSERT INTO covers (absent_id, cover_id, agency_id, from_on, to_on, made_at, made_by, mac)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`, r.AbsentID, r.CoverID, r.AgencyID, r.FromOn, r.ToOn, r.MadeAt, r.MadeBy, []byte{}); err != nil {
			return fmt.Errorf("record leave cover: %w", err)
		}
		return t.sealCover(s, &r, "cover_added")
	})
}

func (t *tx) sealCover(s cases.Stamp, r *coverRow, act string) error {
	if _, err := t.Exec("UPDATE covers SET ended_at = ?, mac = ? WHERE id = ?", r.EndedAt, r.mac(t.db.key), r.ID); err != nil {
		return fmt.Errorf("seal leave cover: %w", err)
	}
	return t.audit(SystemChain, s, Entry{Act: act, Object: "user", ObjectID: r.AbsentID,
		Detail: map[string]any{"by": r.CoverID, "agency": r.AgencyID, "from": r.FromOn, "to": r.ToOn}})
}

// EndCover ends leave cover of an absent colleague before its last day. One that
// is not his is not found.
func (db *DB) EndCover(ctx context.Context, s cases.Stamp, absent, id int64) error {
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		var r coverRow
		if err := t.Get(&r, "UPDATE covers SET ended_at = ? WHERE id = ? AND absent_id = ? AND ended_at = 0 RETURNING "+coverColumns, s.At, id, absent); err != nil {
			return missing(err, "这项代办")
		}
		return t.sealCover(s, &r, "cover_ended")
	})
}

// Covers lists the leave cover in which a user is absent or covers, that lasts on
// a day or later.
func (db *DB) Covers(ctx context.Context, user int64, on calendar.Date) (out []Cover, err error) {
	err = db.look(ctx, func(t *tx) error {
		var rows []coverRow
		if err := t.Select(&rows, "SELECT "+coverColumns+" FROM covers WHERE (absent_id = ? OR cover_id = ?) AND to_on >= ? AND ended_at = 0 ORDER BY from_on, id", user, user, on); err != nil {
			return fmt.Errorf("list leave cover: %w", err)
		}
		for _, r := range rows {
			out = append(out, Cover{ID: r.ID, AbsentID: r.AbsentID, CoverID: r.CoverID, AgencyID: r.AgencyID, From: r.FromOn, To: r.ToOn})
		}
		return nil
	})
	return out, err
}
