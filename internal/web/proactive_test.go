package web

import (
	"net/url"
	"testing"

	"gongkai/internal/testkit"
)

// Table 二 is typed, refused with what was typed still there, kept, shown on the
// report and beside next year's fields; a form that is behind does not overwrite.
func TestProactiveIsTyped(t *testing.T) {
	o := newOffice(t)
	path := "/report/2025/proactive?agency=cz&own=1"
	o.check(o.page(o.get("/report/2025?agency=cz"), 200), testkit.In("a[href*='/report/2025/proactive']", testkit.HasText("填报表二")), testkit.In("main", testkit.HasText("还没有填报")))
	bad := o.page(o.post(path, url.Values{"seen": {"0"}, "normative_0": {"4.5"}, "penalties_0": {"77"}}), 422)
	o.check(bad, testkit.In("title", testkit.HasText("错误：")), testkit.In(".summary", testkit.HasText("4.5")), testkit.In("input[name=penalties_0][value='77']"))
	o.page(o.post(path, url.Values{"seen": {"0"}, "normative_0": {"１2"}, "fees_0": {"1,000.50"}}), 303)
	o.check(o.page(o.get(path), 200), testkit.In("input[name=normative_0][value='12']"), testkit.In("input[name=seen][value='1']"), testkit.In("main", testkit.HasText("填报记录")))
	o.check(o.page(o.get("/report/2025?agency=shi"), 200), testkit.In("table.statutory td", testkit.HasExactText("12")), testkit.In("main", testkit.HasText("1000.50")))
	o.check(o.page(o.get("/report/2026/proactive?agency=cz"), 200), testkit.In(".hint", testkit.HasText("上年：12")))
	o.check(o.page(o.post(path, url.Values{"seen": {"0"}, "normative_0": {"13"}}), 409), testkit.In(".summary", testkit.HasText("已有人保存")), testkit.In("input[name=normative_0][value='13']"))
}
