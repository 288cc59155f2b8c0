package web

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/internal/testkit"
)

const ledgerHead = "编号,收到日期,渠道,申请人类型,申请人,申请内容,答复日期,办理结果\n"

// uploads lists what waits in the folder for uploads.
func (o *office) uploads() []os.DirEntry {
	o.Helper()
	entries, err := os.ReadDir(filepath.Join(o.dir, "uploads"))
	if err != nil {
		o.Fatal(err)
	}
	return entries
}

// A ledger is previewed, adopted once however often the button is pressed, and
// its file is gone afterwards; while it waits, nobody else can read it.
func TestLedgerIsAdoptedOnce(t *testing.T) {
	o := newOffice(t)
	data := []byte(ledgerHead + "N1,2026-11-02,网络,自然人,王小二,某文件,,\nN2,2026-11-03,当面,商业企业,某公司,某合同,2026-11-10,予以公开\n")
	res := o.send("/import", "十一月.csv", data, "agency", "cz")
	o.page(res, 303)
	preview := res.Header.Get("Location")
	for _, e := range o.uploads() {
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", e.Name(), info.Mode(), err)
		}
	}
	body := o.page(o.get(preview), 200)
	o.check(body, testkit.In(".counts li:first-child .n", testkit.HasExactText("2")), testkit.In("body", testkit.HasText("示例市财政局"), testkit.LacksText("王小二")))
	o.check(o.page(o.get("/cases?agency=cz&text=N1"), 200), testkit.NotIn("table.list"))

	adopt := attr(o.all(body, "form[action$='/adopt']")[0], "action")
	first := o.post(adopt, url.Values{})
	o.check(o.page(o.get(first.Header.Get("Location")), 200), testkit.In("h1", testkit.HasText("台账已采纳")), testkit.In(".notice", testkit.HasText("已写入")))
	second := o.post(adopt, url.Values{})
	o.check(o.page(o.get(second.Header.Get("Location")), 200), testkit.In(".notice", testkit.HasText("没有重复写入")))
	o.check(o.page(o.get("/cases?agency=cz&text=N"), 200), testkit.Count("table.list tbody tr", 2))
	for _, e := range o.uploads() {
		if strings.HasSuffix(e.Name(), ".ledger") {
			t.Errorf("%s is still there", e.Name())
		}
	}
	again := o.send("/import", "十一月.csv", data, "agency", "cz")
	o.check(o.page(o.get(again.Header.Get("Location")), 200), testkit.In("body", testkit.HasText("什么也不会变")))
}

// A changed fact is shown old and new, and taken only when that is ticked.
func TestChangesAreTakenOnlyIfAccepted(t *testing.T) {
	o := newOffice(t)
	upload := func(line string) string {
		res := o.send("/import", "a.csv", []byte(ledgerHead+line), "agency", "cz")
		return res.Header.Get("Location")
	}
	adopt := func(preview string, form url.Values) {
		body := o.page(o.get(preview), 200)
		o.page(o.post(attr(o.all(body, "form[action$='/adopt']")[0], "action"), form), 303)
	}
	adopt(upload("N1,2026-11-02,网络,自然人,王小二,某文件,,\n"), nil)
	changed := upload("N1,2026-11-03,网络,自然人,王小二,某文件,,\n")
	o.check(o.page(o.get(changed), 200), testkit.In("input[name=accept_changes]"), testkit.In("body", testkit.HasText("2026-11-02"), testkit.HasText("2026-11-03")))
	adopt(changed, nil)
	o.check(o.page(o.get("/cases?agency=cz&text=N1"), 200), testkit.In("table.list", testkit.HasText("2026-11-02")))
	adopt(upload("N1,2026-11-03,网络,自然人,王小二,某文件,,\n"), url.Values{"accept_changes": {"1"}})
	o.check(o.page(o.get("/cases?agency=cz&text=N1"), 200), testkit.In("table.list", testkit.HasText("2026-11-03")))
}

// A bad ledger names every bad place and can't be adopted, not even by hand; one
// that is given up is gone.
func TestBadLedgerIsRefusedWhole(t *testing.T) {
	o := newOffice(t)
	res := o.send("/import", "坏.csv", []byte(ledgerHead+"N1,2026-13-02,网络,自然人,王,某,,\nN2,2026-11-03,飞鸽,自然人,王,某,2026-11-10,\n"), "agency", "cz")
	preview := res.Header.Get("Location")
	body := o.page(o.get(preview), 200)
	o.check(body, testkit.In("body", testkit.HasText("第2行"), testkit.HasText("2026-13-02"), testkit.HasText("飞鸽")), testkit.NotIn("form[action$='/adopt']"))
	marked := o.get(attr(o.all(body, "a[download]")[0], "href"))
	if file := o.page(marked, 200); !strings.HasPrefix(file, "PK") || !strings.HasPrefix(marked.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the marked file is no workbook to keep: %.20q", file)
	}
	token := strings.TrimPrefix(strings.Split(preview, "?")[0], "/import/")
	o.page(o.post("/import/"+token+"/adopt", nil), 303)
	o.check(o.page(o.get("/cases?agency=cz&text=N1"), 200), testkit.NotIn("table.list"))
	o.page(o.post("/import/"+token+"/cancel", nil), 303)
	o.page(o.get(preview), 404)
	if left := o.uploads(); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// An unknown column is asked for, and the answer is kept through the flow.
func TestUnknownColumnIsMapped(t *testing.T) {
	o := newOffice(t)
	head := strings.Replace(ledgerHead, "办理结果", "办理结果,甲乙丙", 1)
	res := o.send("/import", "a.csv", []byte(head+"N1,2026-11-02,网络,自然人,王,某文件,,,x\n"), "agency", "cz")
	body := o.page(o.get(res.Header.Get("Location")), 200)
	o.check(body, testkit.In("form[action$='/map']", testkit.HasText("甲乙丙")), testkit.NotIn("#problems-title"))
	res = o.post(attr(o.all(body, "form[action$='/map']")[0], "action"), url.Values{"column-0": {"-"}})
	o.check(o.page(o.get(res.Header.Get("Location")), 200), testkit.In("form[action$='/adopt']"), testkit.NotIn("form[action$='/map']"))
	// The agency's next ledger is read as the last one was, and one without the
	// column too.
	for _, text := range []string{head + "N2,2026-11-03,网络,自然人,王,某文件,,,x\n", ledgerHead + "N3,2026-11-03,网络,自然人,王,某文件,,\n"} {
		res = o.send("/import", "b.csv", []byte(text), "agency", "cz")
		o.check(o.page(o.get(res.Header.Get("Location")), 200), testkit.In("form[action$='/adopt']"), testkit.NotIn("form[action$='/map']"))
	}
}

// No file, a foreign file and an unknown agency are told apart, in words.
func TestUploadErrorsSayWhatToDo(t *testing.T) {
	o := newOffice(t)
	o.check(o.page(o.send("/import", "", nil, "agency", "cz"), 422), testkit.In(".summary", testkit.HasText("还没有选择台账文件")),
		testkit.In("#field-agency option[selected]", testkit.HasText("财政局")))
	o.check(o.page(o.send("/import", "图.png", []byte("\x89PNG\r\n\x1a\n\x00\x00"), "agency", "cz"), 422), testkit.In(".summary", testkit.HasText("图.png")))
	o.page(o.send("/import", "a.csv", []byte(ledgerHead), "agency", "nowhere"), 404)
	if left := o.uploads(); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// What nobody adopted within a day is removed, and so is what is known of it.
func TestOldUploadsAreSwept(t *testing.T) {
	now := testkit.Clock(today)()
	s, err := openShelf(filepath.Join(t.TempDir(), "uploads"), func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	token, err := s.put(parcel{Name: "a.csv"}, []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{token + ".ledger", token + ".json"} {
		if err := s.root.Chtimes(name, now, now.Add(-keptFor)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.sweep(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.get(token); err != errNotFound {
		t.Errorf("still there: %v", err)
	}
}
