package web

import (
	"net/http"

	"gongkai/internal/auth"
)

// noticeRoutes are those of calendar notices and 保管期限.
func (s *Server) noticeRoutes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/notices", signedIn(), smallBody, s.listNotices},
		{get, "/notices/:year", signedIn(), smallBody, s.showYear},
		{get, "/notices/new", staffOrAdmins(settingKeepers(), auth.SystemAdmin), smallBody, s.askNotice},
		{post, "/notices/new", staffOrAdmins(settingKeepers(), auth.SystemAdmin), fileBody, s.enterNotice},
		{get, "/notices/proposals/:id", noticeStaff(), smallBody, s.showProposal},
		{post, "/notices/proposals/:id", noticeStaff(), smallBody, s.decideNotice},
		{get, "/retention", retentionStaff(), smallBody, s.listRetention},
		{post, "/retention", working(), smallBody, s.proposeDisposal},
		{get, "/retention/:id", retentionStaff(), smallBody, s.showDisposal},
		{post, "/retention/:id", staff(settingKeepers()...), smallBody, s.decideDisposal},
		{get, "/retention/cases/:id", staff(settingKeepers()...), smallBody, s.askHold},
		{post, "/retention/cases/:id", staff(settingKeepers()...), smallBody, s.doHold},
	}
}

// noticeActs names what the audit chains hold of calendar notices and 保管期限.
func noticeActs() []auditWord {
	return []auditWord{{"notice_proposed", "录入放假通知"}, {"notice_refused", "不采用放假通知"},
		{"disposal_proposed", "提出销毁"}, {"disposal_agreed", "确认销毁"}, {"disposal_refused", "不同意销毁"}, {"disposal_done", "销毁完毕"},
		{"case_purged", "销毁办件"}, {"hold_placed", "保留办件"}, {"hold_lifted", "解除保留"}}
}

// noticeObjects names what those entries are about.
func noticeObjects() []auditWord {
	return []auditWord{{"notice_proposal", "录入的放假通知"}, {"disposal", "销毁清册"}}
}
