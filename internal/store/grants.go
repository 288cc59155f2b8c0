package store

import (
	"context"
	"fmt"

	"gongkai/internal/auth"
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// grantRow is a role as it is stored.
type grantRow struct {
	UserID    int64  `db:"user_id"`
	AgencyID  int64  `db:"agency_id"`
	Role      string `db:"role"`
	GrantedAt int64  `db:"granted_at"`
	GrantedBy string `db:"granted_by"`
	MAC       []byte `db:"mac"`
}

func (r *grantRow) mac(k *secret.Key) []byte {
	b := secret.AppendInt(nil, r.UserID)
	b = secret.AppendInt(b, r.AgencyID)
	b = secret.AppendText(b, r.Role)
	b = secret.AppendInt(b, r.GrantedAt)
	b = secret.AppendText(b, r.GrantedBy)
	return k.ChainMAC("user grant").Sum(nil, b)
}

// grants reads what an account may do on a day: its own roles and those of
// colleagues whose leave it covers. A role or a cover that was written without
// the key counts for nothing; verify names it.
func (t *tx) grants(user int64, on calendar.Date) ([]auth.Grant, error) {
	out, err := t.grantsOf(user, 0, 0)
	if err != nil {
		return nil, err
	}
	var covers []coverRow
	if err := t.Select(&covers, "SELECT "+coverColumns+` FROM covers WHERE cover_id = ? AND from_on <= ? AND to_on >= ? AND ended_at = 0
		ORDER BY id`, user, on, on); err != nil {
		return nil, fmt.Errorf("read the leave cover of user %d: %w", user, err)
	}
	for i := range covers {
		if !secret.Equal(covers[i].MAC, covers[i].mac(t.db.key)) {
			continue
		}
		more, err := t.grantsOf(covers[i].AbsentID, covers[i].AgencyID, covers[i].AbsentID)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// grantsOf reads the roles of a user, in one agency or (0) in all, as held for an
// absent colleague or (0) for oneself.
func (t *tx) grantsOf(user, agency, forID int64) ([]auth.Grant, error) {
	var rows []grantRow
	if err := t.Select(&rows, `SELECT user_id, agency_id, role, granted_at, granted_by, mac FROM user_grants
		WHERE user_id = ? AND (agency_id = ? OR ? = 0) ORDER BY agency_id, role`, user, agency, agency); err != nil {
		return nil, fmt.Errorf("read the roles of user %d: %w", user, err)
	}
	var out []auth.Grant
	for i := range rows {
		if !secret.Equal(rows[i].MAC, rows[i].mac(t.db.key)) {
			continue
		}
		role, err := cases.ParseRole(rows[i].Role)
		if err != nil {
			return nil, err
		}
		out = append(out, auth.Grant{Agency: rows[i].AgencyID, Role: role, ForID: forID})
	}
	return out, nil
}

// grant writes a role; one that is held already stays as it is.
func (t *tx) grant(s cases.Stamp, user int64, g auth.Grant) error {
	r := grantRow{UserID: user, AgencyID: g.Agency, Role: g.Role.Code(), GrantedAt: s.At, GrantedBy: s.By}
	if _, err := t.Exec(`INSERT INTO user_grants (user_id, agency_id, role, granted_at, granted_by, mac) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (user_id, agency_id, role) DO NOTHING`, user, g.Agency, r.Role, r.GrantedAt, r.GrantedBy, r.mac(t.db.key)); err != nil {
		return fmt.Errorf("grant a role: %w", err)
	}
	return nil
}

// Grant gives an account a working role in an agency. Invalid: it belongs to an
// administrator.
func (db *DB) Grant(ctx context.Context, s cases.Stamp, user int64, g auth.Grant) error {
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		return t.grantTo(s, user, g)
	})
}

func (t *tx) grantTo(s cases.Stamp, user int64, g auth.Grant) error {
	r, err := t.lockUser(user)
	if err != nil {
		return err
	}
	if r.Admin != "" {
		return Fail(Invalid, "三类管理员不能兼任业务角色；请另建账号。")
	}
	if err := t.grant(s, user, g); err != nil {
		return err
	}
	return t.audit(SystemChain, s, Entry{Act: "role_granted", Object: "user", ObjectID: user, Detail: grantCode(g)})
}

// Revoke takes a role away; one that is not held is no error.
func (db *DB) Revoke(ctx context.Context, s cases.Stamp, user int64, g auth.Grant) error {
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		return t.revokeFrom(s, user, g)
	})
}

func (t *tx) revokeFrom(s cases.Stamp, user int64, g auth.Grant) error {
	if _, err := t.lockUser(user); err != nil {
		return err
	}
	if _, err := t.Exec("DELETE FROM user_grants WHERE user_id = ? AND agency_id = ? AND role = ?", user, g.Agency, g.Role.Code()); err != nil {
		return fmt.Errorf("revoke a role: %w", err)
	}
	return t.audit(SystemChain, s, Entry{Act: "role_revoked", Object: "user", ObjectID: user, Detail: grantCode(g)})
}

func grantCode(g auth.Grant) map[string]any {
	return map[string]any{"agency": g.Agency, "role": g.Role.Code()}
}

func grantCodes(grants []auth.Grant) []map[string]any {
	out := []map[string]any{}
	for _, g := range grants {
		out = append(out, grantCode(g))
	}
	return out
}
