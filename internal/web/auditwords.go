package web

import (
	"slices"

	"gongkai/templates/parts"
)

// auditWord is a code of the audit chains and what the auditor reads for it.
type auditWord struct{ code, label string }

// auditActs names every act that any chain holds, in the order of the office.
func auditActs() []auditWord {
	return slices.Concat([]auditWord{
		{"case_created", "登记办件"}, {"file_added", "添加材料"}, {"file_opened", "取用材料"}, {"file_withdrawn", "收回材料"}, {"setting_proposed", "提出更改设置"}, {"setting_refused", "不同意更改设置"}, {"parcel_logged", "登记来件"}, {"parcel_settled", "处理来件"}, {"list_exported", "导出台账清单"}, {"case_updated", "办理办件"}, {"case_restricted", "设为敏感件"}, {"case_unrestricted", "取消敏感件"},
		{"section_added", "增设科室"}, {"section_changed", "更改科室"}, {"section_closed", "撤销科室"}, {"merge_proposed", "提出合并申请人"}, {"merge_refused", "不同意合并申请人"}, {"applicants_merged", "合并申请人"}, {"agency_changed", "变动机关"}, {"seen_asked", "查询谁看过"},
		{"report_text", "保存年报文字"}, {"return_proposed", "提请年报定稿"}, {"return_refused", "退回年报定稿"}, {"return_locked", "定稿锁定"}, {"return_submitted", "登记上报"}, {"return_published", "登记公布"}, {"return_entered", "收取外报年报"}, {"people_opened", "查看申请人信息"},
		{"imported", "导入台账"}, {"proactive_entered", "填报主动公开情况"}, {"setting", "修改机关设置"},
		{"agencies_imported", "导入机关目录"}, {"notice_adopted", "采用放假通知"}, {"rebuilt", "重新计算全部办件"},
		{"signed_in", "登录"}, {"signed_out", "退出登录"}, {"sign_in_failed", "登录失败"},
		{"user_created", "新建账号"}, {"user_disabled", "停用账号"}, {"user_enabled", "启用账号"},
		{"password_set", "设置密码"}, {"password_expired", "要求重设密码"},
		{"second_factor_set", "启用动态口令"}, {"second_factor_removed", "解除动态口令"},
		{"role_proposed", "提请授予角色"}, {"role_refused", "不同意授予角色"}, {"role_granted", "授予角色"}, {"role_revoked", "收回角色"},
		{"cover_added", "设置代办"}, {"cover_ended", "结束代办"}, {"single_ended", "结束单机模式"},
	}, annualActs(), analysisActs(), letterActs(), paperActs(), reminderActs(), supervisionActs(), noticeActs(), backupActs())
}

// auditObjects names every kind of thing that an entry is about.
func auditObjects() []auditWord {
	return slices.Concat([]auditWord{{"case", "办件"}, {"parcel", "来件"}, {"applicant", "申请人"}, {"section", "科室"}, {"user", "账号"}, {"agency", "机关"}, {"import", "导入批次"}, {"notice", "放假通知"}},
		annualObjects(), analysisObjects(), letterObjects(), paperObjects(), reminderObjects(), supervisionObjects(), noticeObjects(), backupObjects())
}

func actWord(code string) string    { return wordIn(auditActs(), code) }
func objectWord(code string) string { return wordIn(auditObjects(), code) }

// wordIn gives the code itself where the table lacks it: an entry of a later
// release must not look empty.
func wordIn(words []auditWord, code string) string {
	for _, w := range words {
		if w.code == code {
			return w.label
		}
	}
	return code
}

func auditOptions(words []auditWord, chosen string) []parts.Option {
	out := []parts.Option{{Label: "全部", Chosen: chosen == ""}}
	for _, w := range words {
		out = append(out, parts.Option{Value: w.code, Label: w.label, Chosen: w.code == chosen})
	}
	return out
}
