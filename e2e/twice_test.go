package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// look takes pictures of a page on an office screen and on a telephone.
func (h *house) look(name string) {
	h.t.Helper()
	for width, suffix := range map[int64]string{390: "-phone", 1366: ""} {
		height := int64(844)
		if width > 1000 {
			height = 768
		}
		h.do(chromedp.EmulateViewport(width, height))
		if wide := ask[int](h.tab, "document.documentElement.scrollWidth"); int64(wide) > width {
			h.t.Errorf("%s is %d wide on %d", name, wide, width)
		}
		h.do(chromedp.EmulateViewport(width, int64(max(ask[int](h.tab, "document.documentElement.scrollHeight"), int(height)))))
		h.shoot(name + suffix)
		h.do(chromedp.EmulateViewport(1366, 768))
	}
}

// One letter of three people is registered twice: the people are added without a
// script of ours, the second entry is voided by the reviewer and leads to the first
// wherever it is met, and it comes back by another hand.
func TestRegisteredTwice(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			h := newHouse(t, engine, false)
			h.as("deng")
			h.goTo("/cases/new")
			letter := map[string]string{"channel": "letter_registered", "signed": "2025-09-15", "mail": "EMS1234567890123", "name": "测试张三", "phone": "13800005678", "content": "某项目立项批复"}
			h.fill(letter)
			ask[bool](h.tab, `(() => { document.querySelector("details.joint").open = true; return true })()`)
			h.fill(map[string]string{"joint": "测试李四"})
			h.press("button[name=add_joint]")
			h.press("button[name=add_joint]")
			if name := ask[string](h.tab, "document.activeElement.name"); name != "joint_name_2" {
				t.Errorf("the cursor stands in %q", name)
			}
			h.fill(map[string]string{"joint_phone_1": "13900002222", "joint_name_2": "测试公司", "joint_kind_2": "commercial"})
			h.look("twice-new")
			h.press("main form button[name=check].primary")
			h.look("twice-check")
			h.press("main form button[name=save]")
			stands := strings.TrimSuffix(ask[string](h.tab, "location.pathname"), "/receipt")
			h.clean()
			h.register("channel", "letter_registered", "signed", "2025-09-15", "mail", "EMS1234567890123", "name", "测试张三", "phone", "13800005678", "content", "某项目立项批复")
			before := h.table()
			h.as("shen")
			h.goTo(h.at)
			h.press("a[href='" + h.at + "/void']")
			h.fill(map[string]string{"stands": strings.TrimPrefix(stands, "/cases/"), "reasons": "同一封挂号信，两人各登记了一次"})
			h.look("twice-void")
			h.press("main form button[name=do].primary")
			h.look("twice-voided")
			h.clean()
			if now := h.table()["new"]; now != [2]int{before["new"][0] - 1, before["new"][1] - 1} {
				t.Errorf("voided: received %v, before %v", now, before["new"])
			}
			h.goTo(stands)
			h.look("twice-stands")
			h.goTo("/cases")
			h.look("twice-list")
			h.goTo("/cases?print=1")
			h.shoot("twice-print")
			h.as("deng")
			h.goTo("/callers")
			h.fill(map[string]string{"text": "测试张三"})
			h.press("main form button")
			h.look("twice-callers")
			h.goTo(stands + "/edit")
			h.look("twice-edit")
			h.as("qian")
			h.goTo(h.at + "/restore")
			h.look("twice-restore")
			h.fill(map[string]string{"reasons": "核对来信，是另一件"})
			h.press("main form button[name=do].primary")
			h.clean()
			if now := h.table()["new"]; now != before["new"] {
				t.Errorf("restored: received %v, before %v", now, before["new"])
			}
		})
	}
}
