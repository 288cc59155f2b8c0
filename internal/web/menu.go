package web

import (
	"fmt"

	"gongkai/templates/parts"
)

// menuPlaces are the places of the main menu in their order. One is shown to who
// may use its route; a place whose page is not built has no route and is not
// shown.
func menuPlaces() []menuPlace {
	return []menuPlace{
		{"home", "/", "工作台"}, {"new", "/cases/new", "申请登记"}, {"cases", "/cases", "台账"}, {"callers", "/callers", "来电查询"},
		{"parcels", "/parcels", "收发登记"}, {"approvals", "/approvals", "审批"}, {"applicants", "/applicants", "申请人"}, {"asked", "/asked", "多人申请"},
		{"remedies", "/remedies", "复议诉讼"}, {"supervision", "/supervision", "督办管理"}, {"monitor", "/monitor", "电子监察"}, {"report", "/report", "年报"}, {"analysis", "/analysis", "统计分析"},
		{"notices", "/notices", "工作日日历"}, {"retention", "/retention", "到期销毁"}, {"templates", "/templates", "文书模板"}, {"import", "/import", "导入台账"}, {"settings", "/settings", "机关设置"}, {"admin", "/admin", "系统管理"},
	}
}

type menuPlace struct{ name, path, label string }

// menu lists the places that a visitor may go to.
func (s *Server) menu(v visitor, p parts.Page) []parts.Place {
	var out []parts.Place
	for _, m := range menuPlaces() {
		rule, found := s.pages[m.path]
		if !found || !v.In || !rule.admits(v, false) {
			continue
		}
		place := parts.Place{Name: m.name, Label: m.label, Href: m.path}
		if m.name == "report" {
			place.Href = fmt.Sprintf("/report/%d", p.Year)
		}
		place.Href = with(place.Href, "agency", p.Agency)
		if m.name == "cases" {
			place.Late = p.Late
		}
		out = append(out, place)
	}
	return out
}
