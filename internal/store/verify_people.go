package store

import (
	"fmt"

	"gongkai/internal/auth"
	"gongkai/internal/secret"
)

// accounts looks at everything that gives power: accounts, roles and leave cover
// that were written without the key are named.
func (v *verifier) accounts() error {
	var users []userRow
	if err := v.t.Select(&users, "SELECT "+userColumns+" FROM users ORDER BY id"); err != nil {
		return fmt.Errorf("read the users: %w", err)
	}
	for i := range users {
		if _, err := users[i].user(v.t.db.key); err != nil {
			v.found("users", fmt.Sprintf("id=%d", users[i].ID), "mac", "账号不是由本系统写入的，或写入后被改动过：%v", err)
		}
	}
	var grants []grantRow
	if err := v.t.Select(&grants, "SELECT user_id, agency_id, role, granted_at, granted_by, mac FROM user_grants ORDER BY user_id, agency_id, role"); err != nil {
		return fmt.Errorf("read the roles: %w", err)
	}
	for i, g := range grants {
		if !secret.Equal(g.MAC, grants[i].mac(v.t.db.key)) {
			v.found("user_grants", fmt.Sprintf("user_id=%d agency_id=%d role=%s", g.UserID, g.AgencyID, g.Role), "mac", "%s的角色不是由本系统授予的，或授予后被改动过。", auth.By(g.UserID))
		}
	}
	return v.covers()
}

func (v *verifier) covers() error {
	var covers []coverRow
	if err := v.t.Select(&covers, "SELECT "+coverColumns+" FROM covers ORDER BY id"); err != nil {
		return fmt.Errorf("read the leave cover: %w", err)
	}
	for i, c := range covers {
		if !secret.Equal(c.MAC, covers[i].mac(v.t.db.key)) {
			v.found("covers", fmt.Sprintf("id=%d", c.ID), "mac", "代办不是由本系统登记的，或登记后被改动过。")
		}
	}
	return nil
}
