package store

import (
	"fmt"
	"os"
	"path/filepath"

	"gongkai/internal/secret"
)

// retention holds the holds, the lists of destruction and what was destroyed
// against their macs, the audit chains and the purge list beside the key.
func (v *verifier) retention() error {
	for _, step := range []func() error{v.holds, v.disposalLists, v.purges} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) holds() error {
	var rows []holdRow
	if err := v.t.Select(&rows, "SELECT "+holdColumns+" FROM retention_holds ORDER BY id"); err != nil {
		return fmt.Errorf("read the holds: %w", err)
	}
	for _, r := range rows {
		if !secret.Equal(r.MAC, v.t.holdMAC(r)) {
			v.found("retention_holds", fmt.Sprintf("id=%d", r.ID), "mac", "第 %d 项保留与其校验码不符：登记后被改动过。", r.ID)
		}
	}
	return nil
}

func (v *verifier) disposalLists() error {
	var lists []disposalRow
	if err := v.t.Select(&lists, "SELECT "+disposalColumns+" FROM disposals ORDER BY id"); err != nil {
		return fmt.Errorf("read the lists of destruction: %w", err)
	}
	for _, r := range lists {
		if !secret.Equal(r.MAC, v.t.disposalMAC(r)) {
			v.found("disposals", fmt.Sprintf("id=%d", r.ID), "mac", "第 %d 份销毁清册与其校验码不符：登记后被改动过。", r.ID)
		}
	}
	var rows []disposalCaseRow
	if err := v.t.Select(&rows, "SELECT "+disposalCaseColumns+" FROM disposal_cases ORDER BY disposal_id, case_id"); err != nil {
		return fmt.Errorf("read the lists of destruction: %w", err)
	}
	for _, r := range rows {
		if !secret.Equal(r.MAC, v.t.disposalCaseMAC(r)) {
			v.found("disposal_cases", fmt.Sprintf("disposal_id=%d, case_id=%d", r.DisposalID, r.CaseID), "mac", "第 %d 份销毁清册中办件 %d 的一行与其校验码不符：登记后被改动过。", r.DisposalID, r.CaseID)
		}
	}
	return nil
}

// purges holds what was destroyed against the audit chains and the list: none
// without its entry, none listed that is still there, nothing left of any.
func (v *verifier) purges() error {
	var rows []purgeRow
	if err := v.t.Select(&rows, "SELECT "+purgeColumns+" FROM purged_cases ORDER BY case_id"); err != nil {
		return fmt.Errorf("read what is purged: %w", err)
	}
	var audited []int64
	if err := v.t.Select(&audited, "SELECT DISTINCT object_id FROM audit WHERE object = 'case' AND act = 'case_purged' ORDER BY object_id"); err != nil {
		return fmt.Errorf("read what is purged: %w", err)
	}
	entered := map[int64]bool{}
	for _, id := range audited {
		entered[id] = true
	}
	list, err := v.t.db.readPurgeList()
	if err != nil {
		return err
	}
	if list.wrong > 0 {
		v.found("purged_cases", "", "", "密钥文件旁的销毁登记（%s）第 %d 行与校验码不符：被改动过。", filepath.Base(v.t.db.purgeListPath()), list.wrong)
	}
	listed := map[int64]bool{}
	for _, l := range list.lines {
		listed[l.Case] = true
	}
	gone := map[int64]bool{}
	for _, r := range rows {
		gone[r.CaseID] = true
		name := fmt.Sprintf("case_id=%d", r.CaseID)
		switch {
		case !secret.Equal(r.MAC, v.t.purgeMAC(r)):
			v.found("purged_cases", name, "mac", "办件 %d 的销毁记录与其校验码不符：被改动过。", r.CaseID)
		case !entered[r.CaseID]:
			v.found("purged_cases", name, "", "办件 %d 记为已销毁，审计记录中却没有。", r.CaseID)
		case !listed[r.CaseID] && list.wrong == 0:
			v.found("purged_cases", name, "", "办件 %d 已销毁，密钥文件旁的销毁登记（%s）中却没有：文件被换过或丢失，恢复旧备份时它会重新出现。", r.CaseID, filepath.Base(v.t.db.purgeListPath()))
		}
	}
	for _, id := range audited {
		if !gone[id] {
			v.found("purged_cases", fmt.Sprintf("case_id=%d", id), "", "办件 %d 按审计记录已销毁，销毁记录现已不见。", id)
		}
	}
	for _, l := range list.lines {
		first, err := v.t.firstEvent(l.Case)
		if err != nil {
			return err
		}
		if first == l.First && !gone[l.Case] {
			v.found("purged_cases", fmt.Sprintf("case_id=%d", l.Case), "", "办件 %d 在销毁登记中，数据库里却还在；下一次启动服务时会销毁。", l.Case)
		}
	}
	return v.leftOver(gone)
}

// leftOver looks for what should be gone.
func (v *verifier) leftOver(gone map[int64]bool) error {
	if len(gone) == 0 {
		return nil
	}
	for table, query := range map[string]string{
		"case_texts":   "SELECT x.case_id FROM case_texts x JOIN purged_cases p ON p.case_id = x.case_id WHERE x.content <> '' OR x.items <> '[]'",
		"case_notes":   "SELECT DISTINCT x.case_id FROM case_notes x JOIN purged_cases p ON p.case_id = x.case_id WHERE x.text <> ''",
		"case_parties": "SELECT DISTINCT x.case_id FROM case_parties x JOIN purged_cases p ON p.case_id = x.case_id",
		"case_keys":    "SELECT x.case_id FROM case_keys x JOIN purged_cases p ON p.case_id = x.case_id WHERE LENGTH(x.data_key) > 0",
	} {
		var ids []int64
		if err := v.t.Select(&ids, query); err != nil {
			return fmt.Errorf("look for what is left of purged cases: %w", err)
		}
		for _, id := range ids {
			v.found(table, fmt.Sprintf("case_id=%d", id), "", "办件 %d 已销毁，%s 中却还有内容。", id, table)
		}
	}
	return nil
}

// purgedFile reports a file of a purged case that is still on the disk.
func (v *verifier) purgedFile(r attachmentRow) {
	if _, err := os.Lstat(filepath.Join(v.t.db.dir, attachmentsDir, r.file())); err == nil {
		v.found("attachments", fmt.Sprintf("case_id=%d, place=%d", r.CaseID, r.Place), "", "第 %d 件已销毁，其第 %d 份材料的文件 %s 却还在。", r.CaseID, r.Place, filepath.ToSlash(r.file()))
	}
}
