package e2e

import (
	"strings"
	"testing"
)

// A working day in the office, in a browser: on both databases with everybody at
// his own desk, and by one person alone. All of it happens in 2025, so that the
// days are the same whenever the test runs: National Day closes the offices from
// 1 to 8 October, and 28 September and 11 October are worked instead.
func TestWorkingDay(t *testing.T) {
	for _, x := range []struct {
		name, engine string
		single       bool
	}{{"sqlite", "sqlite", false}, {"postgres", "postgres", false}, {"one person", "sqlite", true}} {
		t.Run(x.name, func(t *testing.T) {
			h := newHouse(t, x.engine, x.single)
			longWay(h)
			shortWays(h)
			platform(h)
			envelope(h)
			h.clean()
			if out := h.run(t, "verify"); !strings.Contains(out, "一致") && !strings.Contains(out, "没有") {
				t.Errorf("verify: %s", out)
			}
		})
	}
}

// longWay is a letter by EMS that goes through everything the clock knows.
func longWay(h *house) {
	h.register("channel", "letter_registered", "signed", "2025-09-15", "mail", "EMS1234567890", "signer", "门卫老李",
		"name", "陈小明", "phone", "13800001234", "address", "示例路1号", "content", "某地块征收补偿方案")
	h.goTo(h.at + "/receipt")
	h.scan("#field-scan", "信封.pdf")
	h.due("2025-10-17") // 20 working days over National Day
	h.take("2025-09-15")
	h.act("supplement_asked", "on", "2025-09-24", "causes", "description", "items", "请写明地块名称") // the 7th working day
	h.act("supplement_received", "on", "2025-09-26")
	h.due("2025-10-30") // anew from the next working day, Sunday the 28th
	h.act("consult_sent", "on", "2025-09-29", "party", "third_party", "who", "某公司")
	h.act("consult_replied", "on", "2025-10-10", "answer", "refuse", "reasons", "涉及商业秘密")
	h.due("2025-11-04") // 30 September, 9 and 10 October are left out
	h.act("extended", "on", "2025-11-03", "days", "20", "approver", "张某，主任，2025-11-03", "reasons", "需要核对")
	h.due("2025-12-02")
	decision := []string{"grounds", "withhold.third_party", "answer", "提供补偿方案；涉及商业秘密的部分不予公开"}
	h.propose("partial", "2025-11-24", decision...)
	h.as("shen")
	h.act("returned", "on", "2025-11-24", "opinion", "请写明理由")
	h.propose("partial", "2025-11-25", append(decision[:3:3], decision[3]+"，因公开会损害其竞争地位")...)
	h.as("shen")
	h.act("approved", "on", "2025-11-25")
	h.as("cheng")
	h.act("signed_on_paper", "on", "2025-11-26", "signer", "王某，分管领导，同意")
	h.scan("#field-files", "审批表.pdf")
	h.due("2025-12-02")
	h.adds("partial", 1, func() { h.answer("2025-11-27") })
	h.act("served", "on", "2025-11-27", "way", "mail")
}

// shortWays are applications that end in other ways, each in its row.
func shortWays(h *house) {
	in := func(name, content string) {
		h.register("channel", "in_person", "submitted", "2025-09-22", "name", name, "phone", "13800002222", "content", content)
		h.take("2025-09-22")
	}
	in("张当场", "某办事指南")
	h.adds("disclose", 1, func() { h.direct("disclose.provided", "2025-09-22", "spot", "answer", "当场提供一份") })
	in("李不补", "那个文件")
	h.act("supplement_asked", "on", "2025-09-25", "causes", "description", "items", "请写明文件名称")
	h.adds("other.no_supplement", 1, func() {
		h.direct("other.no_supplement", "2025-11-10", "answer", "answer", "逾期未补正，不再处理")
	})
	h.switchFeeOn()
	in("钱不缴", "某局五年全部发票")
	h.act("fee_noticed", "on", "2025-09-25", "finding", "一个月内申请120件", "approver", "张某，主任，2025-09-25", "method", "pages", "count", "120")
	h.adds("other.fee_unpaid", 1, func() {
		h.direct("other.fee_unpaid", "2025-11-10", "answer", "answer", "逾期未缴费，不再处理")
	})
	in("赵撤回", "某会议纪要")
	h.adds("other.misc", 1, func() { h.act("withdrawn", "on", "2025-09-24", "reasons", "2025年9月24日书面撤回") })
	in("周不存", "某年度不存在的报表")
	h.act("searched", "on", "2025-09-26", "search", "在档案系统和业务系统以题名、文号检索，均无")
	h.adds("unable.not_held", 1, func() { h.decide("unable.nonexistent", "2025-10-09", "answer", "经检索不存在") })
	in("吴重复", "某地块批复")
	h.decide("disclose.provided", "2025-09-28", "answer", "提供批复一份")
	h.goTo(h.at)
	first := ask[string](h.tab, `document.querySelector("h1").textContent`)
	in("吴重复", "某地块批复")
	h.adds("not_processed.repeat", 1, func() {
		h.propose("not_processed.repeat", "2025-09-30", "first", first, "answer", "已经答复，不重复处理")
		h.as("shen")
		h.act("approved", "on", "2025-09-30")
		h.as("qian")
		h.act("approved", "on", "2025-09-30")
		h.answer("2025-09-30", "first", first)
	})
}

// platform is a case that comes from the province's platform and is filled back.
func platform(h *house) {
	h.as("deng")
	h.goTo("/cases/new")
	h.fill(map[string]string{"paste": "申请编号：FJ202509230001\n申请人：孙网络\n申请人类型：公民\n联系电话：13800003333\n提交时间：2025-09-22 20:15\n签收时间：2025-09-23 09:00\n所需信息内容描述：某项目环评批复"})
	h.press("main form button[name=recognise]")
	h.press("main form button[name=check].primary")
	h.press("main form button[name=save]")
	h.at = strings.TrimSuffix(ask[string](h.tab, "location.pathname"), "/receipt")
	h.due("2025-10-27") // 24, 25, 26, 28, 29, 30 September, then from 9 October on
	h.take("2025-09-23")
	h.adds("unable.not_held", 1, func() {
		h.decide("unable.other_agency", "2025-10-15", "answer", "请向示例市生态环境局申请", "document", "示财公开〔2025〕3号")
	})
	h.as("deng")
	h.goTo(h.at + "/platform")
	text := ask[string](h.tab, `document.querySelector("main").innerText`)
	for _, want := range []string{"FJ202509230001", "2025-10-15", "示财公开〔2025〕3号", "请向示例市生态环境局申请"} {
		if !strings.Contains(text, want) {
			h.t.Errorf("the sheet to fill back does not say %s", want)
		}
	}
}

// envelope is thirty like applications in one letter with one merged answer.
func envelope(h *house) {
	h.register("channel", "letter_registered", "signed", "2025-09-23", "name", "郑三十", "phone", "13800004444", "content", "某街道拆迁补偿发放明细", "copies", "30")
	h.as("cheng")
	h.goTo(h.at + "/act/assigned")
	h.fill(map[string]string{"on": "2025-09-23", "together": "all"})
	ask[bool](h.tab, `(() => { document.querySelector("main [name=officer]").checked = true; return true })()`)
	h.press("main form button[name=do]")
	h.adds("not_processed.petition", 30, func() {
		h.decide("not_processed.petition", "2025-09-30", "answer", "请通过信访渠道提出", "together", "all")
	})
}

// switchFeeOn has the agency take the fee: asked for by one, confirmed by another.
func (h *house) switchFeeOn() {
	h.as("shen")
	h.goTo("/settings")
	ask[bool](h.tab, `(() => { const f = document.getElementById("fee_enabled-value").form; f.value.value = "yes"; f.reason.value = "局务会决定"; window.pressed = true; f.requestSubmit(); return true })()`)
	h.until(`window.pressed === undefined && document.readyState === "complete" && document.querySelector(".notice.good") !== null`)
	if h.single {
		return
	}
	h.as("qian")
	h.goTo("/settings")
	h.press("button[name=agree][value='1']")
}

// scan adds a scan where the page takes one.
func (h *house) scan(field, name string) {
	h.t.Helper()
	ask[bool](h.tab, `(() => { const d = new DataTransfer(), e = document.querySelector("`+field+`"); d.items.add(new File(["%PDF-1.7 scan"], "`+name+`"));
		e.files = d.files; window.pressed = true; e.form.requestSubmit(); return true })()`)
	h.until(`window.pressed === undefined && document.readyState === "complete"`)
	if text := ask[string](h.tab, `document.querySelector("#files").innerText`); !strings.Contains(text, name) {
		h.t.Errorf("%s is not among the papers: %s", name, text)
	}
}
