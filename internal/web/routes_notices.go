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
	}
}

// noticeActs names what the audit chains hold of calendar notices and 保管期限.
func noticeActs() []auditWord {
	return []auditWord{{"notice_proposed", "录入放假通知"}, {"notice_refused", "不采用放假通知"}}
}

// noticeObjects names what those entries are about.
func noticeObjects() []auditWord {
	return []auditWord{{"notice_proposal", "录入的放假通知"}}
}
