package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"gongkai/internal/auth"
	"gongkai/templates/admin"
)

// showAdmin lists what the administrator who asks may do.
func (s *Server) showAdmin(c echo.Context) error {
	view := admin.HomeView{Page: s.plainPage(c, "系统管理")}
	view.Page.Place = "admin"
	if err := s.bell(c, &view.Page); err != nil {
		return err
	}
	backups := admin.Way{Href: "/admin/backups", Label: "备份与恢复演练", Hint: "每天的自动备份和核对结果，恢复演练及其记录，数据库损坏时怎样恢复。"}
	messages := admin.Way{Href: "/admin/messages", Label: "消息发送", Hint: "邮件、短信渠道是否启用，试发，发送结果。"}
	agencies := admin.Way{Href: "/admin/agencies", Label: "机关", Hint: "增设、更名、划转、撤销和并入，各有生效日期。"}
	trace := []admin.Way{{Href: "/admin/audit", Label: "审计记录", Hint: "按日期、操作人、操作和对象查询全部审计链。"},
		{Href: "/admin/seen", Label: "谁看过", Hint: "某一申请人的信息在某段时间内被谁查看、取用过。"}}
	people := admin.Way{Href: "/admin/users", Label: "人员", Hint: "账号、口令重置，角色的提出与确认。"}
	switch who := s.visitor(c); {
	case who.Single:
		view.Ways = append([]admin.Way{agencies, messages, backups}, trace...)
	case who.Admin == auth.Auditor:
		view.Ways = trace
	case who.Admin == auth.SystemAdmin:
		view.Ways = []admin.Way{people, agencies, messages, backups}
	default:
		view.Ways = []admin.Way{people}
	}
	return s.draw(c, http.StatusOK, admin.Home(view))
}
