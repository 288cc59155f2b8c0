package web

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/internal/testkit"
)

// says demands words on a page, and (with !) that others are not there.
func says(t *testing.T, body string, words ...string) {
	t.Helper()
	for _, w := range words {
		if no, found := strings.CutPrefix(w, "!"); found {
			if strings.Contains(body, no) {
				t.Errorf("the page says %s", no)
			}
		} else if !strings.Contains(body, w) {
			t.Errorf("the page does not say %s", w)
		}
	}
}

// The living table is shown for any period, as known on any day, with its change
// against the year before; a cell says which agencies make it.
func TestLivingTable(t *testing.T) {
	o := reportOffice(t)
	o.addUser("zong", auth.Admin{}, false, "shi:editor")
	o.signIn("zong")
	body := o.page(o.get("/report/2025?agency=shi&from=2025-01-01&to=2025-03-31"), http.StatusOK)
	says(t, body, "期间2025年1月1日至2025年3月31日", "from=2025-01-01", "新收政府信息公开申请1件")
	list := o.page(o.get("/cases?agency=shi&cell=applications%2Fnew%2Ftotal&report=2025&from=2025-01-01&to=2025-03-31"), http.StatusOK)
	says(t, list, "旧3", "!旧4", "2025年1月1日至2025年3月31日")
	says(t, o.page(o.get("/report/2025?agency=shi&compare=1"), http.StatusOK), "与上年同期相比", "+1", "K12", "还没有登记公布", "逐机关核对")
	says(t, o.page(o.get("/report/2024?agency=shi&compare=1"), http.StatusOK), "没有完整登记")
	says(t, o.page(o.get("/report/2025?agency=shi&asof=2026-11-23"), http.StatusOK), "按2026年11月23日终了时已登记的内容计数", "2025年没有新收")
	for _, bad := range []string{"from=2024-12-01", "from=昨天前", "asof=2099-01-01", "from=2025-05-01&to=2025-04-01"} {
		o.page(o.get("/report/2025?agency=shi&"+bad), http.StatusUnprocessableEntity)
	}
	says(t, o.page(o.get("/report/2025/cell?agency=shi&cell=applications%2Fnew%2Ftotal"), http.StatusOK), "由哪些机关构成", "示例cz", "上年同期1件，增加1件")
}

// What no case tells is entered once, quoted in the text, and kept when wrong; free
// text that the records contradict is refused with the cases.
func TestFiguresPage(t *testing.T) {
	o := reportOffice(t)
	o.signIn("bian")
	at := "/report/2025/figures?agency=cz"
	says(t, o.page(o.get(at), http.StatusOK), "培训次数", "上年公布的")
	form := url.Values{"seen": {"0"}, "name_0": {"培训次数"}, "value_0": {"十九"}, "unit_0": {"次"}, "name_1": {"=cmd()"}, "opening_since": {"2008"}, "opening_through": {"2022"}, "opening_own": {"100"}, "published_0": {"0"}}
	says(t, o.page(o.post(at, form), http.StatusUnprocessableEntity), "不是数字", "十九", "2008")
	form.Set("value_0", "１９")
	form.Set("value_1", "3")
	says(t, o.page(o.post(at, form), http.StatusUnprocessableEntity), "不以 = + - @ 开头")
	form.Del("name_1")
	form.Del("value_1")
	if res := o.post(at, form); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	says(t, o.page(o.post(at, form), http.StatusConflict), "已有人保存")
	says(t, o.page(o.get("/report/2026/figures?agency=cz"), http.StatusOK), "培训次数", "<td data-head=\"上年\">19</td>", "2022")
	document := "/report/2025/document?agency=cz"
	says(t, o.page(o.get(document), http.StatusOK), "{培训次数}", "2008年以来累计收到政府信息公开申请")
	text := url.Values{"seen": {"0"}, "on": {"received"}, "free_supervision": {"举办培训{培训次数}次，经费{经费}万元。"}}
	says(t, o.page(o.post(document, text), http.StatusUnprocessableEntity), "{经费}没有这个数")
	text.Set("free_supervision", "举办培训{培训次数}次。")
	text.Set("free_requests", "全部申请均在法定期限内答复。")
	says(t, o.page(o.post(document, text), http.StatusUnprocessableEntity), "与记录不符", "旧4", "举办培训{培训次数}次")
	text.Set("free_requests", "下一步将均衡各处室的工作。")
	if res := o.post(document, text); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	says(t, o.page(o.get(document), http.StatusOK), "举办培训19次。", "统计口径")
	o.signIn("cheng")
	says(t, o.page(o.get(at), http.StatusOK), "由本机关的年报编制人员填写")
}

// The supervising office settles what the rules leave open, for its tree; those
// below see it and can't settle it otherwise.
func TestCountingPage(t *testing.T) {
	o := reportOffice(t)
	o.signIn("leader")
	at := "/report/2025/counting?agency=shi"
	says(t, o.page(o.get(at), http.StatusOK), "还没有机关确定", "个体工商户")
	form := url.Values{"seen": {"0"}, "q_fax_email": {"nowhere"}, "note": {"镇街的申请计入区。"}}
	says(t, o.page(o.post(at, form), http.StatusUnprocessableEntity), "没有“nowhere”这个选项", "镇街的申请计入区。")
	form.Set("q_fax_email", "letter")
	if res := o.post(at, form); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	says(t, o.page(o.post(at, form), http.StatusConflict), "已有人保存")
	o.signIn("shen")
	says(t, o.page(o.get("/report/2026/counting?agency=cz"), http.StatusOK), "由示例shi自2025年起确定", "传真、电子邮件申请计入信函申请。", "镇街的申请计入区。", "!保存</button>")
	says(t, o.page(o.post("/report/2026/counting?agency=cz", form), http.StatusUnprocessableEntity), "已由上级机关确定")
	says(t, o.page(o.get("/report/2024/counting?agency=cz"), http.StatusOK), "还没有机关确定")
	o.signIn("bian")
	says(t, o.page(o.get("/report/2025/document?agency=cz"), http.StatusOK), "传真、电子邮件申请计入信函申请。")
}

// withUnit adds an agency that keeps no cases, and the government's editor.
func withUnit(t *testing.T) *office {
	o := reportOffice(t)
	if _, err := o.db.ImportAgencies(context.Background(), o.actor(), []store.AgencyLine{{Agency: cases.Agency{Code: "xf", Name: "示例信访局", Kind: cases.Department}, ParentCode: "shi"}}); err != nil {
		t.Fatal(err)
	}
	o.addUser("zong", auth.Admin{}, false, "shi:editor")
	return o.signIn("zong")
}

// A return is typed in by hand, accepted or sent back with remarks; who is missing
// is reminded by letter, and it is noted when.
func TestBoardByHand(t *testing.T) {
	o := withUnit(t)
	board, hand, chase := "/report/2025/board?agency=shi", "/report/2025/board/edit?agency=shi&unit=xf", "/report/2025/board/chase?agency=shi"
	says(t, o.page(o.get(hand), http.StatusOK), "示例信访局", "applications_new_natural")
	form := url.Values{"applications_new_natural": {"３"}, "applications_partial_natural": {"两件"}, "applications_carried_out_natural": {"1"}}
	says(t, o.page(o.post(hand, form), http.StatusUnprocessableEntity), "两件", "应为不小于0的整数")
	form.Set("applications_partial_natural", "1")
	says(t, o.page(o.post(hand, form), http.StatusUnprocessableEntity), "K1", "示例信访局")
	letters := o.page(o.get(chase), http.StatusOK)
	says(t, letters, "示例信访局：", "催报通知", "年度报告至今尚未报送")
	if res := o.post(chase, url.Values{"pick": {"xf"}, "due": {"2026-11-30"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	says(t, o.page(o.post(chase, url.Values{"pick": {"xf"}, "due": {"2026-11-01"}}), http.StatusUnprocessableEntity), "不能早于今天")
	says(t, o.page(o.post(chase, url.Values{"due": {"2026-11-30"}}), http.StatusUnprocessableEntity), "没有勾选")
	says(t, o.page(o.get(board), http.StatusOK), "2026-11-24催报，限2026-11-30", "未报送")
	says(t, o.page(o.get(chase), http.StatusOK), "此前已催报1次")
	docx, err := io.ReadAll(o.get(chase + "&as=docx").Body)
	if err != nil {
		t.Fatal(err)
	}
	if z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx))); err != nil || len(z.File) < 5 {
		t.Errorf("the letters are no DOCX: %v", err)
	}
	form.Set("applications_carried_out_natural", "2")
	form.Set("licensing_0", "一百")
	says(t, o.page(o.post(hand, form), http.StatusUnprocessableEntity), "一百")
	form.Set("licensing_0", "100")
	if res := o.post(hand, form); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	says(t, o.page(o.get(board), http.StatusOK), "已报送（手工）", "待接收", "xf|outside:1")
	review := "/report/2025/board/review?agency=shi"
	says(t, o.page(o.post(review, url.Values{"do": {"accept"}}), http.StatusUnprocessableEntity), "没有勾选")
	says(t, o.page(o.post(review, url.Values{"do": {"back"}, "pick": {"xf|outside:1"}}), http.StatusUnprocessableEntity), "退回应写明要改什么")
	if res := o.post(review, url.Values{"do": {"back"}, "pick": {"xf|outside:1"}, "remark": {"表四未填"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	says(t, o.page(o.get(board+"&only=back"), http.StatusOK), "已退回：表四未填")
	says(t, o.page(o.get(chase), http.StatusOK), "需要修改（已退回：表四未填）")
	if sum, err := o.db.Table(context.Background(), o.agencyID("shi"), 2025, false, report.Format{}); err != nil || sum.New[6].N != 2 {
		t.Errorf("what was sent back is in the sum: %d %v", sum.New[6].N, err)
	}
	if res := o.post(hand, form); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("again: %d %s", res.StatusCode, messages(o, res))
	}
	says(t, o.page(o.post(review, url.Values{"do": {"accept"}, "pick": {"xf|outside:1"}}), http.StatusUnprocessableEntity), "又有变化")
	// Nobody has accepted it: locking the sum asks why.
	says(t, o.page(o.post("/report/2025/return?agency=shi", url.Values{"do": {"propose"}}), http.StatusUnprocessableEntity), "外报的年报还没有接收")
	if sum, err := o.db.Table(context.Background(), o.agencyID("shi"), 2025, false, report.Format{}); err != nil || len(sum.Proactive.Values("licensing")) == 0 || sum.Proactive.Values("licensing")[0] != "100" {
		t.Errorf("table 二 of the return is not in the sum: %+v %v", sum.Proactive, err)
	}
	if res := o.post(review, url.Values{"do": {"accept_all"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	says(t, o.page(o.get(board), http.StatusOK), "已接收")
	says(t, o.page(o.get("/report/2025/cell?agency=shi&cell=applications%2Fnew%2Ftotal"), http.StatusOK), "外报年报", "示例信访局")
	o.signIn("leader")
	if res := o.post(review, url.Values{"do": {"accept"}, "pick": {"xf|outside:2"}}); res.StatusCode != http.StatusForbidden {
		t.Errorf("a signer accepts: %d", res.StatusCode)
	}
}

// A file that names another agency is taken only where the editor says so.
func TestBoardAsksForTheName(t *testing.T) {
	o := withUnit(t)
	table := report.NewTable("别的局", 2025, report.Format2021)
	data, _ := json.Marshal(table)
	send := func(fields ...string) *http.Response {
		return o.send("/report/2025/board?agency=shi", "回表.json", data, append([]string{"unit", "xf"}, fields...)...)
	}
	says(t, o.page(send(), http.StatusUnprocessableEntity), "别的局")
	if res := send("anyway", "1"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("%d %s", res.StatusCode, messages(o, res))
	}
	says(t, o.page(o.get("/report/2025/board?agency=shi&only=open"), http.StatusOK), "示例信访局", "!示例gh</a>")
}

// A locked report shows its way, its scans and, where the register moved, the cell;
// the correction says in which cases it differs from the version before.
func TestReturnWay(t *testing.T) {
	o := reportOffice(t)
	at := "/report/2025/return?agency=cz"
	o.signIn("bian")
	says(t, o.page(o.get(at), http.StatusOK), "草稿", "审核", "定稿锁定", "上报", "公布", "打印签发单")
	says(t, o.page(o.get("/report/2025/return/sheet?agency=cz"), http.StatusOK), "签发单", "草稿（未锁定）", "意见")
	o.post(at, url.Values{"do": {"propose"}})
	o.signIn("qian")
	if res := o.post(at, url.Values{"do": {"lock"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	says(t, o.page(o.get("/report/2025/return/sheet?agency=cz&kind=sealed_page"), http.StatusOK), "盖章", "定稿第1版", "校验值")
	files := "/report/2025/return/files?agency=cz"
	says(t, o.page(o.send(files, "", nil, "version", "1", "kind", "sign_sheet"), http.StatusUnprocessableEntity), "没有选择扫描件")
	says(t, o.page(o.send(files, "签发单.exe", []byte("MZ\x90\x00"), "version", "1", "kind", "sign_sheet"), http.StatusUnprocessableEntity), "签发单.exe")
	if res := o.send(files, "签发单.pdf", []byte("%PDF-1.7 x"), "version", "1", "kind", "sign_sheet"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	says(t, o.page(o.get(at), http.StatusOK), "签发单：签发单.pdf", "第711号", "统计口径")
	if got := o.page(o.get("/report/2025/return/files/1?agency=cz&version=1"), http.StatusOK); got != "%PDF-1.7 x" {
		t.Errorf("the scan is %q", got)
	}
	o.page(o.get("/report/2025/return/files/2?agency=cz&version=1"), http.StatusNotFound)
	found, err := o.db.CaseByNumber(context.Background(), o.agencyID("cz"), "旧3")
	if err != nil {
		t.Fatal(err)
	}
	stamp := o.actor()
	if err := o.db.Update(context.Background(), found.ID, stamp, func(c *cases.Case) error {
		return c.Correct(stamp, c.Events[0].Seq, testkit.Day("2024-12-30"), c.Events[0].Fact)
	}); err != nil {
		t.Fatal(err)
	}
	says(t, o.page(o.get("/report/2025?agency=cz"), http.StatusOK), "K10 差")
	o.signIn("bian")
	if res := o.post(at, url.Values{"do": {"propose"}, "reason": {"旧3收到日期有误"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", res.StatusCode, messages(o, res))
	}
	o.signIn("qian").post(at, url.Values{"do": {"lock"}})
	body := o.page(o.get(at), http.StatusOK)
	says(t, body, "第2版", "第1版", "与上一版的差异", "旧3收到日期有误", "涉及的办件")
	for _, as := range []string{"docx", "html", "xlsx", "csv", "json"} {
		if res := o.get("/report/2025/document/download?agency=cz&version=1&as=" + as); res.StatusCode != http.StatusOK {
			t.Errorf("%s of a locked version: %d", as, res.StatusCode)
		}
	}
}

// A broken link of the chain is explained case by case, or the report is not locked.
func TestCarriedInIsExplainedByCases(t *testing.T) {
	o := reportOffice(t)
	lock := o.actor()
	if _, err := o.db.LockReturn(context.Background(), lock, o.agencyID("cz"), 2024, true, "", func(report.Table) (store.Frozen, error) { return store.Frozen{}, nil }); err != nil {
		t.Fatal(err)
	}
	for _, number := range []string{"旧3", "旧4"} {
		found, err := o.db.CaseByNumber(context.Background(), o.agencyID("cz"), number)
		if err != nil {
			t.Fatal(err)
		}
		stamp := o.actor()
		if err := o.db.Update(context.Background(), found.ID, stamp, func(c *cases.Case) error {
			return c.Correct(stamp, c.Events[0].Seq, testkit.Day("2024-12-30"), c.Events[0].Fact)
		}); err != nil {
			t.Fatal(err)
		}
	}
	o.signIn("bian")
	at := "/report/2025/return?agency=cz"
	says(t, o.page(o.get(at), http.StatusOK), "逐件点到：旧3、旧4", "上年结转（自然人）")
	says(t, o.page(o.post(at, url.Values{"do": {"propose"}, "explain_K6": {"旧3收到日期更正"}}), http.StatusUnprocessableEntity), "没有点到：旧4", "旧3收到日期更正")
	if res := o.post(at, url.Values{"do": {"propose"}, "explain_K6": {"旧3、旧4收到日期更正为2024年12月30日"}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("%d %s", res.StatusCode, messages(o, res))
	}
}
