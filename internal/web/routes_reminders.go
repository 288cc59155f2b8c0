package web

import (
	"net/http"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
)

// reminderRoutes are those of reminders and messages.
func (s *Server) reminderRoutes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/reminders", signedIn(), smallBody, s.listReminders},
		{post, "/reminders/read", signedIn(), smallBody, s.readReminders},
		{get, "/reminders/sent", staff(cases.Reviewer, cases.Signer), smallBody, s.sentReminders},
		{get, "/reminders/plan", working(), smallBody, s.askPlan},
		{post, "/reminders/plan", working(), smallBody, s.doPlan},
		{get, "/cases/:id/urge", working(), smallBody, s.showUrge},
		{post, "/me/contact", signedIn(), smallBody, s.setContact},
		{post, "/me/calendar", working(), smallBody, s.setFeed},
		{get, "/me/calendar/:token", public(), smallBody, s.sendFeed},
		{get, "/admin/messages", adminsOrAlone(auth.SystemAdmin), smallBody, s.showMessages},
		{post, "/admin/messages/try", adminsOrAlone(auth.SystemAdmin), smallBody, s.tryChannel},
		{post, "/admin/messages/:id/retry", adminsOrAlone(auth.SystemAdmin), smallBody, s.retryMessage},
	}
}

// reminderActs names what the audit chains hold of reminders and messages.
func reminderActs() []auditWord {
	return []auditWord{{"reminded", "发出提醒"}, {"message_retried", "重新发送消息"}, {"channel_tried", "试发消息"}, {"contact_set", "登记联系方式"}, {"feed_made", "启用期限日历"}, {"feed_dropped", "停用期限日历"}}
}

// reminderObjects names what those entries are about.
func reminderObjects() []auditWord {
	return []auditWord{{"slot", "定时任务"}, {"message", "消息"}}
}
