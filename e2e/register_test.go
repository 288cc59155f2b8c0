package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A usual letter is registered by keyboard alone, with fewer than 40 keys beside
// what is typed into the fields, and once however often Enter is hit.
func TestRegisterByKeyboard(t *testing.T) {
	s := demo(t)
	b := open(t, 1366, 768)
	b.signIn(s, "banshi")
	b.do(chromedp.Navigate(s.url + "/cases/new"))
	b.until(`document.activeElement && document.activeElement.name === "channel"`)
	keys := 0
	press := func(key string, times int) {
		for range times {
			keys++
			b.do(chromedp.KeyEvent(key))
		}
	}
	fill := func(name, text string) {
		t.Helper()
		for tries := 0; ask[string](b, `document.activeElement.name || ""`) != name; tries++ {
			if tries > 6 {
				t.Fatalf("%s is not reached by Tab", name)
			}
			press(kb.Tab, 1)
		}
		b.do(chromedp.KeyEvent(text))
	}
	press(kb.ArrowRight, 2) // 当面 → 口头 → 邮寄
	fill("signed", "今天")
	fill("mail", "EMS1234567890")
	fill("name", "测试张三")
	fill("phone", "13800005678")
	fill("address", "示例路1号")
	fill("content", "某项目立项批复")
	for ask[string](b, `document.activeElement.textContent.trim()`) != "核对" {
		if press(kb.Tab, 1); keys > 60 {
			t.Fatal("the button 核对 is not reached by Tab")
		}
	}
	press(kb.Enter, 1)
	b.until(`document.querySelector("h1") && document.querySelector("h1").textContent.includes("核对后登记")`)
	b.clean()
	b.shoot("office-new-check")
	b.until(`document.activeElement.textContent.trim() === "确认登记"`)
	press(kb.Enter, 1)
	b.until(`location.pathname.endsWith("/receipt")`)
	b.clean()
	b.shoot("office-receipt")
	if text := ask[string](b, `document.querySelector("main").innerText`); !strings.Contains(text, "测试张三") || !strings.Contains(text, "某项目立项批复") {
		t.Errorf("the receipt does not say who asked what: %s", text)
	}
	if keys >= 40 {
		t.Errorf("%d keys beside what was typed", keys)
	}
	t.Logf("%d keys beside what was typed", keys)
}
