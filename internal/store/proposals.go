package store

import (
	"context"
	"fmt"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
)

// Proposal is a role to be granted or revoked, waiting for the second person.
type Proposal struct {
	ID       int64  `db:"id"`
	UserID   int64  `db:"user_id"`
	AgencyID int64  `db:"agency_id"`
	Role     string `db:"role"`
	Revoke   int    `db:"revoke"` // 1: taken away
	At       int64  `db:"proposed_at"`
	By       string `db:"proposed_by"`
}

const proposalColumns = "id, user_id, agency_id, role, revoke, proposed_at, proposed_by"

// ProposeRole asks for a role to be granted or revoked. Invalid: the account is an
// administrator's.
func (db *DB) ProposeRole(ctx context.Context, s cases.Stamp, user int64, g auth.Grant, revoke bool) error {
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		r, err := t.lockUser(user)
		if err != nil {
			return err
		}
		if r.Admin != "" {
			return Fail(Invalid, "三类管理员不能兼任业务角色；请另建账号。")
		}
		if _, err := t.Exec("INSERT INTO grant_proposals (user_id, agency_id, role, revoke, proposed_at, proposed_by) VALUES (?, ?, ?, ?, ?, ?)",
			user, g.Agency, g.Role.Code(), yes(revoke), s.At, s.By); err != nil {
			return fmt.Errorf("propose a role: %w", err)
		}
		detail := grantCode(g)
		detail["revoke"] = revoke
		return t.audit(SystemChain, s, Entry{Act: "role_proposed", Object: "user", ObjectID: user, Detail: detail})
	})
}

// Proposals lists what waits for the second person, oldest first.
func (db *DB) Proposals(ctx context.Context) (out []Proposal, err error) {
	err = db.look(ctx, func(t *tx) error {
		return t.Select(&out, "SELECT "+proposalColumns+" FROM grant_proposals WHERE decided_at = 0 ORDER BY id")
	})
	return out, err
}

// DecideRole carries a proposal out, or refuses it. It takes another person than
// the one who proposed (Refused); one that is decided already is a conflict.
func (db *DB) DecideRole(ctx context.Context, s cases.Stamp, id int64, grant bool) error {
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		word := "refused"
		if grant {
			word = "granted"
		}
		var p []Proposal
		if err := t.Select(&p, `UPDATE grant_proposals SET decided_at = ?, decided_by = ?, decision = ?
			WHERE id = ? AND decided_at = 0 RETURNING `+proposalColumns, s.At, s.By, word, id); err != nil {
			return fmt.Errorf("decide on a role: %w", err)
		}
		if len(p) == 0 {
			return Fail(Conflict, "这一事项已经办过，或不存在；请刷新页面核对。")
		}
		if cases.SameHand(p[0].By, s.By) {
			return Fail(Invalid, "授予和收回角色须由两人办理：提出的人不能自己确认。")
		}
		role, err := cases.ParseRole(p[0].Role)
		if err != nil {
			return err
		}
		g := auth.Grant{Agency: p[0].AgencyID, Role: role}
		switch {
		case !grant:
			return t.audit(SystemChain, s, Entry{Act: "role_refused", Object: "user", ObjectID: p[0].UserID, Detail: grantCode(g)})
		case p[0].Revoke == 1:
			return t.revokeFrom(s, p[0].UserID, g)
		}
		return t.grantTo(s, p[0].UserID, g)
	})
}
