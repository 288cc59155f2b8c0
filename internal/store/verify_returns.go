package store

import (
	"encoding/json"
	"fmt"

	"gongkai/internal/secret"
)

// returns holds each locked return against its hash, its signature and its mac,
// counts its tables again from the cases that it names, and looks in the audit for
// versions that are gone.
func (v *verifier) returns() error {
	rows, err := v.t.returnRows("1 = 1 ORDER BY agency_id, year, whole, version")
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, r := range rows {
		name := fmt.Sprintf("agency_id=%d, year=%d, whole=%d, version=%d", r.AgencyID, r.Year, r.Whole, r.Version)
		there[name] = true
		switch {
		case r.sum() != r.Hash:
			v.found("returns", name, "hash", "%d年定稿的年报（第 %d 版）与其校验值不符：锁定后被改动过。", r.Year, r.Version)
			continue
		case !secret.Verify(v.t.db.key.PublicKey(), "return", []byte(r.Hash), r.Signature):
			v.found("returns", name, "signature", "%d年定稿的年报（第 %d 版）的签名不是本系统的。", r.Year, r.Version)
			continue
		case !secret.Equal(r.MAC, v.t.returnMAC(r)):
			v.found("returns", name, "mac", "%d年定稿的年报（第 %d 版）的锁定、上报或公布日期被改动过。", r.Year, r.Version)
		}
		if err := v.recount(r, name); err != nil {
			return err
		}
	}
	var locked []struct {
		ID     int64  `db:"object_id"`
		Detail string `db:"detail"`
	}
	if err := v.t.Select(&locked, "SELECT object_id, detail FROM audit WHERE object = 'agency' AND act = 'return_locked'"); err != nil {
		return fmt.Errorf("read what was locked: %w", err)
	}
	for _, l := range locked {
		var d struct{ Year, Whole, Version int }
		if json.Unmarshal([]byte(l.Detail), &d) != nil {
			continue
		}
		if name := fmt.Sprintf("agency_id=%d, year=%d, whole=%d, version=%d", l.ID, d.Year, d.Whole, d.Version); !there[name] {
			v.found("returns", name, "", "%d年定稿的年报（第 %d 版）在审计记录里有，现已不见。", d.Year, d.Version)
		}
	}
	return nil
}

// recount counts a return's tables from its cases; where agencies from outside
// went into the sum, the cases are only a part of it.
func (v *verifier) recount(r returnRow, name string) error {
	locked, err := r.domain()
	if err != nil {
		v.found("returns", name, "data", "%d年定稿的年报（第 %d 版）读不出来。", r.Year, r.Version)
		return nil
	}
	members, err := unpackMembers(r.Members)
	if err != nil {
		v.found("returns", name, "members", "%d年定稿的年报（第 %d 版）的办件清单读不出来。", r.Year, r.Version)
		return nil
	}
	table := countMembers(members, r.Year, locked.Frozen.Table.Format)
	if cells := locked.Frozen.Table.Differences(table); len(cells) > 0 && len(locked.Frozen.Outside) == 0 {
		v.found("returns", name, "members", "%d年定稿的年报（第 %d 版）与其办件清单不符：%s。", r.Year, r.Version, cells[0])
	}
	return nil
}
