package store

import (
	"encoding/json"
	"fmt"

	"gongkai/internal/report"
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

// recount counts a return's tables from its cases and from the returns from outside
// that went into the sum.
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
	known := len(locked.Frozen.Places) == len(locked.Frozen.Outside) // returns locked earlier do not say which ones went in
	if known && len(locked.Frozen.Outside) > 0 {
		if known, err = v.addFrozen(&table, locked.Frozen); err != nil {
			return err
		}
	}
	if cells := locked.Frozen.Table.Differences(table); len(cells) > 0 && known {
		v.found("returns", name, "members", "%d年定稿的年报（第 %d 版）与其办件清单不符：%s。", r.Year, r.Version, cells[0])
	}
	return nil
}

// addFrozen adds the returns from outside that a locked return names; false where
// one is gone, which is named elsewhere.
func (v *verifier) addFrozen(table *report.Table, f Frozen) (bool, error) {
	for i, id := range f.Outside {
		var rows []outsideRow
		if err := v.t.Select(&rows, "SELECT "+outsideColumns+" FROM outside_returns WHERE agency_id = ? AND year = ? AND place = ?", id, f.Table.Year, f.Places[i]); err != nil {
			return false, fmt.Errorf("read a return from outside: %w", err)
		}
		if len(rows) == 0 {
			return false, nil
		}
		one, err := rows[0].domain()
		if err != nil || one.Table == nil {
			return false, nil
		}
		table.Add(one.in(table.Format))
	}
	return true, nil
}
