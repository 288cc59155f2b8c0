package e2e

import (
	"strings"
	"testing"
)

// A part-timer closes a case with a day alone: the page asks by which way the answer
// went, the case says that its letter is missing, and one click leads to adding it.
func TestCloseWithoutOriginal(t *testing.T) {
	h := newHouse(t, "sqlite", true)
	h.register("channel", "in_person", "submitted", "今天", "name", "测试张三", "phone", "13800005678", "content", "某项目立项批复")
	h.take("今天")
	h.propose("disclose.provided", "今天", "answer", "提供一份")
	for range 2 {
		h.act("approved", "on", "今天")
	}
	h.goTo(h.at + "/decide")
	h.look("original-decide")
	h.answer("今天")
	h.goTo(h.at)
	h.look("original-case")
	h.press("a[href='" + h.at + "?kind=answer#files']")
	if kind := ask[string](h.tab, `document.querySelector("select[name=kind]").value`); kind != "answer" {
		t.Errorf("the kind is %q", kind)
	}
	h.goTo("/services")
	h.look("original-list")
	if text := ask[string](h.tab, `document.querySelector("main").innerText`); !strings.Contains(text, "缺答复书原件") {
		t.Error("the list is not there")
	}
	h.clean()
}
