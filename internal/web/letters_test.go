package web

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gongkai/internal/letter"
	"gongkai/internal/testkit"
)

// set gives the agency of a case settings, as if two people had.
func (o *office) set(code string, pairs ...string) {
	o.Helper()
	tree, err := o.db.Tree(context.Background(), testkit.Day(today))
	if err != nil {
		o.Fatal(err)
	}
	a, _ := tree.ByCode(code)
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := o.db.Set(context.Background(), o.actor(), a.ID, pairs[i], pairs[i+1], testkit.Day("2020-01-01")); err != nil {
			o.Fatal(err)
		}
	}
}

// letterOffice is the matrix's office with what letters need of settings.
func letterOffice(t *testing.T) *office {
	o := matrixOffice(t)
	o.set("cz", "phone", "0591-12345678", "address", "示例市某路2号", "review_organ", "示例市人民政府", "court", "示例市某区人民法院")
	return o
}

// startLetter drafts the first letter of a kind that a page offers.
func (o *office) startLetter(at, kind string) string {
	o.Helper()
	body := o.page(o.get(at+"/letters"), http.StatusOK)
	kinds, seqs, keys := o.all(body, "input[name=kind]"), o.all(body, "input[name=seq]"), o.all(body, "input[name=key]")
	for i, n := range kinds {
		if attr(n, "value") != kind {
			continue
		}
		res := o.post(at+"/letters", url.Values{"kind": {kind}, "seq": {attr(seqs[i], "value")}, "key": {attr(keys[i], "value")}})
		if res.StatusCode != http.StatusSeeOther {
			o.Fatalf("draft %s: %d", kind, res.StatusCode)
		}
		return res.Header.Get("Location")
	}
	o.Fatalf("no %s to draft", kind)
	return ""
}

// saveText puts a text into the first open passage of a letter.
func (o *office) saveText(at, name, text string) *http.Response {
	o.Helper()
	return o.post(at, o.letterForm(at, name, text))
}

func (o *office) letterForm(at, name, text string) url.Values {
	o.Helper()
	body := o.page(o.get(at), http.StatusOK)
	form := url.Values{"do": {"save"}, "version": {attr(o.all(body, "input[name=version]")[0], "value")}, "on": {attr(o.all(body, "input[name=on]")[0], "value")}}
	for _, n := range o.all(body, "textarea") {
		value := ""
		if n.FirstChild != nil {
			value = n.FirstChild.Data
		}
		form.Set(attr(n, "name"), value)
		if strings.Contains(body, `<label for="field-`+attr(n, "name")+`" class="small secondary no-print">`+name) {
			form.Set(attr(n, "name"), text)
		}
	}
	return form
}

// A supplement notice is drafted from its act, edited, numbered and leaves with the
// signed scan; nothing of it moves afterwards.
func TestLetterOfAnAct(t *testing.T) {
	o := letterOffice(t)
	at := received(o, "2026-11-16")
	o.signIn("cheng")
	if res := o.handled(at+"/act/supplement_asked", url.Values{"on": {today}, "causes": {"description"}, "items": {"请写明项目名称"}, "days": {"10"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("ask: %d %s", res.StatusCode, messages(o, res))
	}
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, "起草补正告知书") {
		t.Error("the case does not offer the letter that the act sends")
	}
	page := o.startLetter(at, "supplement")
	body := o.page(o.get(page), http.StatusOK)
	for _, want := range []string{"陈小明：", "请写明项目名称", "第三十条", "视为放弃申请", "必备内容齐全", "2026年12月8日"} {
		if !strings.Contains(body, want) {
			t.Errorf("the draft lacks %s", want)
		}
	}
	if res := o.saveText(page, "不明确之处和补正要求", "请写明项目的名称、文号"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("save: %d %s", res.StatusCode, messages(o, res))
	}
	body = o.page(o.get(page+"?with=1"), http.StatusOK)
	if !strings.Contains(body, "请写明项目的名称、文号") || !strings.Contains(body, "有改动") {
		t.Error("the comparison with the last version")
	}
	if body := o.page(o.send(page+"/issue", "扫描件.pdf", []byte("%PDF-1.7"), "do", "scan", "version", "2"), http.StatusUnprocessableEntity); !strings.Contains(body, "还没有编发文字号") {
		t.Error("a scan without number is taken")
	}
	if res := o.post(page+"/number", url.Values{"do": {"own"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("number: %d", res.StatusCode)
	}
	if body := o.page(o.get(page), http.StatusOK); !strings.Contains(body, "cz公开〔2026〕1号") {
		t.Error("the number is not shown")
	}
	other := o.letterForm(page, "", "")
	other.Set("on", "2027-01-04")
	if body := o.page(o.post(page, other), http.StatusUnprocessableEntity); !strings.Contains(body, "成文日期不能改到别的年度") {
		t.Error("a number of 2026 on a letter of 2027")
	}
	for name, content := range map[string]string{"扫描件.png": "\x89PNG\r\n\x1a\n", "扫描件.exe": "MZ"} {
		if res := o.send(page+"/issue", name, []byte(content), "do", "scan", "version", "2"); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	if res := o.send(page+"/issue", strings.Repeat("长", 300)+".pdf", []byte("%PDF-1.7 盖章"), "do", "scan", "version", "2"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("issue: %d %s", res.StatusCode, messages(o, res))
	}
	body = o.page(o.get(page), http.StatusOK)
	if !strings.Contains(body, "已发出") || strings.Contains(body, "<textarea") {
		t.Error("an issued letter can still be edited")
	}
	if res := o.post(page, url.Values{"do": {"save"}, "version": {"2"}, "on": {today}, "p2": {"改"}}); res.StatusCode != http.StatusConflict {
		t.Errorf("saved after it left: %d", res.StatusCode)
	}
	if res := o.post(page+"/void", url.Values{"reason": {"盖错章"}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("void: %d", res.StatusCode)
	}
	for _, path := range []string{at + "/letters", "/letters?agency=cz&year=2026"} {
		if body := o.page(o.get(path), http.StatusOK); !strings.Contains(body, "cz公开〔2026〕1号") || !strings.Contains(body, "盖错章") || !strings.Contains(body, "已作废") {
			t.Errorf("%s: the void letter's number is gone", path)
		}
	}
}

// What keeps a letter in the house is named: must-haves, settings, marks left in the
// text; and a form sent twice makes one letter.
func TestLetterRefused(t *testing.T) {
	o := matrixOffice(t) // no settings
	at := received(o, "2026-11-16")
	o.signIn("cheng")
	body := o.page(o.get(at+"/letters"), http.StatusOK)
	key := attr(o.all(body, "input[name=key]")[0], "value")
	form := url.Values{"kind": {"receipt"}, "seq": {"1"}, "key": {key}}
	first, second := o.post(at+"/letters", form).Header.Get("Location"), o.post(at+"/letters", form).Header.Get("Location")
	if first == "" || first != second {
		t.Errorf("sent twice: %q %q", first, second)
	}
	body = o.page(o.post(first+"/issue", url.Values{"do": {"docx"}, "version": {"1"}}), http.StatusUnprocessableEntity)
	if !strings.Contains(body, "缺少“联系方式”") || !strings.Contains(body, "<title>错误：") {
		t.Error("the missing must-have is not named")
	}
	if body := o.page(o.post(at+"/letters", url.Values{"kind": {"fee"}, "seq": {"9"}}), http.StatusUnprocessableEntity); !strings.Contains(body, "没有这种文书可以起草") {
		t.Error("a letter of no act")
	}
	if body := o.page(o.post(first, url.Values{"do": {"save"}, "on": {"明天"}, "version": {"1"}}), http.StatusUnprocessableEntity); !strings.Contains(body, "成文日期“明天”读不懂") {
		t.Error("a bad day")
	}
	if body := o.page(o.post(first+"/number", url.Values{"do": {"own"}}), http.StatusUnprocessableEntity); !strings.Contains(body, "不编发文字号") {
		t.Error("a receipt gets a number")
	}
	if body := o.page(o.post(first+"/void", url.Values{}), http.StatusUnprocessableEntity); !strings.Contains(body, "没有写明作废的理由") {
		t.Error("voided without a reason")
	}
	if res := o.get(at + "/letters/9"); res.StatusCode != http.StatusNotFound {
		t.Errorf("one that is not there: %d", res.StatusCode)
	}
}

// An answer leaves when its decision is signed, with the words that were signed; its
// number stands in the answer's form.
func TestAnswerLetter(t *testing.T) {
	o := letterOffice(t)
	at := o.proposed("请向市信访局提出")
	page := o.startLetter(at, "answer_notice")
	if body := o.page(o.get(page), http.StatusOK); !strings.Contains(body, "请向市信访局提出") || !strings.Contains(body, "第三十九条第一款") || !strings.Contains(body, "或者自收到之日起六个月内向示例市某区人民法院提起行政诉讼") {
		t.Error("the draft of an answer")
	}
	for _, path := range []string{"/number", "/issue"} {
		if body := o.page(o.post(page+path, url.Values{"do": {"docx"}, "version": {"1"}}), http.StatusUnprocessableEntity); !strings.Contains(body, "还没有签发完毕") {
			t.Errorf("%s before it is signed", path)
		}
	}
	for _, who := range []string{"shen", "qian"} {
		o.signIn(who)
		if res := o.handled(at+"/act/approved", url.Values{"on": {today}}); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s signs: %d", who, res.StatusCode)
		}
	}
	o.signIn("cheng")
	if res := o.post(page+"/number", url.Values{"do": {"outside"}, "outside": {"榕财函〔2026〕88号"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("outside number: %d %s", res.StatusCode, messages(o, res))
	}
	if res := o.post(page+"/issue", url.Values{"do": {"docx"}, "version": {"1"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("issue: %d %s", res.StatusCode, messages(o, res))
	}
	if body := o.page(o.get(at+"/decide"), http.StatusOK); !strings.Contains(body, `value="榕财函〔2026〕88号"`) {
		t.Error("the number is not in the answer's form")
	}
	body := o.page(o.get(page), http.StatusOK)
	href := ""
	for _, n := range o.all(body, "a") {
		if strings.Contains(attr(n, "href"), "/files/") {
			href = attr(n, "href")
		}
	}
	content, err := io.ReadAll(o.get(href).Body)
	if err != nil {
		t.Fatal(err)
	}
	paragraphs, err := letter.Paragraphs(content)
	if text := strings.Join(paragraphs, "\n"); err != nil || !strings.Contains(text, "榕财函〔2026〕88号") || !strings.Contains(text, "请向市信访局提出") {
		t.Errorf("the original says: %s %v", text, err)
	}
}

// Words changed after the leader signed do not leave.
func TestAnswerChangedAfterSigning(t *testing.T) {
	o := letterOffice(t)
	at := o.proposed("请向市信访局提出")
	page := o.startLetter(at, "answer_notice")
	for _, who := range []string{"shen", "qian"} {
		o.signIn(who)
		o.handled(at+"/act/approved", url.Values{"on": {today}})
	}
	o.signIn("cheng")
	if res := o.saveText(page, "答复内容", "请向区信访局提出"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("save: %d", res.StatusCode)
	}
	if body := o.page(o.post(page+"/issue", url.Values{"do": {"docx"}, "version": {"2"}}), http.StatusUnprocessableEntity); !strings.Contains(body, "签发之后改动了答复内容") {
		t.Error("what was not signed left the house")
	}
}

// A letter goes to WPS and back: what was written is taken, a locked word that was
// changed is named, and the number is filled into the edited file.
func TestLetterThroughTheWordProcessor(t *testing.T) {
	o := letterOffice(t)
	at := received(o, "2026-11-16")
	o.signIn("cheng")
	o.handled(at+"/act/supplement_asked", url.Values{"on": {today}, "causes": {"description"}, "items": {"请写明项目名称"}, "days": {"10"}})
	page := o.startLetter(at, "supplement")
	content, err := io.ReadAll(o.get(page + "/docx").Body)
	if err != nil {
		t.Fatal(err)
	}
	changed := rewrite(t, content, "视为放弃申请", "视为撤回申请")
	body := o.page(o.send(page+"/docx", "改.docx", changed, "version", "1"), http.StatusUnprocessableEntity)
	if !strings.Contains(body, "“逾期后果”被改动") || !strings.Contains(body, "视为撤回申请") {
		t.Error("the changed locked word is not named")
	}
	edited := rewrite(t, content, "请写明项目名称。", "请写明项目的名称和年份。")
	if res := o.send(page+"/docx", "改.docx", edited, "version", "1"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("hand back: %d %s", res.StatusCode, messages(o, res))
	}
	if body := o.page(o.get(page), http.StatusOK); !strings.Contains(body, "请写明项目的名称和年份。") || !strings.Contains(body, "交回的修改稿") {
		t.Error("what was written is not taken")
	}
	if res := o.post(page+"/issue", url.Values{"do": {"docx"}, "version": {"2"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("issue: %d %s", res.StatusCode, messages(o, res))
	}
	original, err := io.ReadAll(o.get(at + "/files/1").Body)
	if err != nil {
		t.Fatal(err)
	}
	paragraphs, err := letter.Paragraphs(original)
	if text := strings.Join(paragraphs, "\n"); err != nil || !strings.Contains(text, "cz公开〔2026〕1号") || !strings.Contains(text, "名称和年份") {
		t.Errorf("the original says: %s %v", text, err)
	}
	for name, bad := range map[string][]byte{"a.docx": []byte("PK nothing"), "b.docx": nil} {
		if res := o.send(page+"/docx", name, bad, "version", "2"); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
}

// rewrite changes words in the document of a .docx.
func rewrite(t *testing.T, docx []byte, old, new string) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	to, found := zip.NewWriter(&out), false
	for _, f := range from.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == "word/document.xml" {
			found = bytes.Contains(data, []byte(old))
			data = bytes.ReplaceAll(data, []byte(old), []byte(new))
		}
		w, err := to.Create(f.Name)
		if err == nil {
			_, err = w.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(); err != nil || !found {
		t.Fatalf("the file does not say %s (%v)", old, err)
	}
	return out.Bytes()
}

// The loser of a race sees both texts and loses none of his own.
func TestLetterRace(t *testing.T) {
	o := letterOffice(t)
	at := received(o, "2026-11-16")
	o.signIn("cheng")
	o.handled(at+"/act/supplement_asked", url.Values{"on": {today}, "causes": {"form"}, "items": {"一"}, "days": {"10"}})
	page := o.startLetter(at, "supplement")
	mine := o.letterForm(page, "不明确之处和补正要求", "我写的")
	if res := o.saveText(page, "不明确之处和补正要求", "同事写的"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("save: %d", res.StatusCode)
	}
	body := o.page(o.post(page, mine), http.StatusConflict)
	if !strings.Contains(body, "我写的") || !strings.Contains(body, "同事写的") {
		t.Error("one of the texts is lost")
	}
}

// Every letter of a case has a print page, an envelope and a file; the names of a
// person's papers do not reach the log.
func TestLetterPages(t *testing.T) {
	o := letterOffice(t)
	at := received(o, "2026-11-16")
	o.signIn("cheng")
	for _, kind := range []string{"receipt", "register", "application", "contents", "service", "chaser"} {
		page := o.startLetter(at, kind)
		for _, path := range []string{"", "/print", "/envelope", "/docx"} {
			if res := o.get(page + path); res.StatusCode != http.StatusOK {
				t.Errorf("%s%s: %d", kind, path, res.StatusCode)
			}
		}
	}
	if strings.Contains(o.log.String(), "陈小明") {
		t.Error("a name in the log")
	}
}

// An agency's template is checked, used, previewed and taken back; a foreign one is
// not found.
func TestTemplatesPage(t *testing.T) {
	o := letterOffice(t)
	at := received(o, "2026-11-16")
	kind, err := letter.ParseKind("receipt")
	if err != nil {
		t.Fatal(err)
	}
	own, bad := rewrite(t, letter.BuiltIn(kind), "{{标题}}", "{{标题}}（本局版式）"), rewrite(t, letter.BuiltIn(kind), "{{标题}}", "{{题目}}")
	o.signIn("shen")
	if body := o.page(o.send("/templates", "版式.docx", bad, "agency", "cz", "kind", "receipt"), http.StatusUnprocessableEntity); !strings.Contains(body, "字段“题目”没有这一项") || !strings.Contains(body, "正文第") {
		t.Error("the unknown field is not named with its place")
	}
	if res := o.send("/templates", "版式.docx", own, "agency", "cz", "kind", "receipt"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("upload: %d %s", res.StatusCode, messages(o, res))
	}
	if res := o.send("/templates", "版式.docx", own, "agency", "gh", "kind", "receipt"); res.StatusCode != http.StatusNotFound {
		t.Errorf("into a foreign agency: %d", res.StatusCode)
	}
	body := o.page(o.get("/templates?agency=cz"), http.StatusOK)
	if !strings.Contains(body, "版式.docx（第1版）") {
		t.Error("the page does not show it")
	}
	o.signIn("cheng")
	if res := o.send("/templates", "版式.docx", own, "agency", "cz", "kind", "receipt"); res.StatusCode != http.StatusForbidden {
		t.Errorf("an officer uploads: %d", res.StatusCode)
	}
	page := o.startLetter(at, "receipt")
	content, err := io.ReadAll(o.get(page + "/docx").Body)
	if err != nil {
		t.Fatal(err)
	}
	if paragraphs, err := letter.Paragraphs(content); err != nil || !strings.Contains(strings.Join(paragraphs, ""), "（本局版式）") {
		t.Errorf("the template is not used: %v", err)
	}
	number := ""
	if c, err := o.db.Case(context.Background(), 5); err == nil {
		number = c.Number
	}
	if res := o.get("/templates/preview?" + url.Values{"agency": {"cz"}, "kind": {"receipt"}, "number": {number}}.Encode()); res.StatusCode != http.StatusOK || !strings.Contains(res.Header.Get("Content-Type"), "wordprocessingml") {
		t.Errorf("preview: %d", res.StatusCode)
	}
	if body := o.page(o.get("/templates/preview?agency=cz&kind=receipt&number=none"), http.StatusUnprocessableEntity); !strings.Contains(body, "没有编号为“none”的办件") {
		t.Error("preview of no case")
	}
	o.signIn("shen")
	if res := o.post("/templates/restore", url.Values{"agency": {"cz"}, "kind": {"receipt"}, "id": {"0"}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("back: %d", res.StatusCode)
	}
	if x, err := o.db.TemplateOf(context.Background(), 2, "receipt"); err != nil || x.ID != 0 {
		t.Errorf("still in use: %+v %v", x, err)
	}
	if body := o.page(o.send("/templates", "宏.docx", []byte("PK\x03\x04"), "agency", "cz", "kind", "receipt"), http.StatusUnprocessableEntity); !strings.Contains(body, "不是 .docx 文件") {
		t.Error("a broken file")
	}
}

// Forms sent twice do no harm and lead to what the first one did.
func TestLetterFormsSentTwice(t *testing.T) {
	o := letterOffice(t)
	at := received(o, "2026-11-16")
	o.signIn("cheng")
	o.handled(at+"/act/supplement_asked", url.Values{"on": {today}, "causes": {"form"}, "items": {"请写明方式"}, "days": {"10"}})
	page := o.startLetter(at, "supplement")
	save := o.letterForm(page, "不明确之处和补正要求", "请写明获取的方式。")
	for i := range 2 {
		if res := o.post(page, save); res.StatusCode != http.StatusSeeOther {
			t.Errorf("save %d: %d", i, res.StatusCode)
		}
	}
	for i := range 2 {
		if res := o.post(page+"/issue", url.Values{"do": {"docx"}, "version": {"2"}}); res.StatusCode != http.StatusSeeOther {
			t.Errorf("issue %d: %d %s", i, res.StatusCode, messages(o, res))
		}
	}
	list, err := o.db.Letters(context.Background(), 5)
	if err != nil || len(list) != 1 || list[0].Version != 2 || list[0].Number != "cz公开〔2026〕1号" {
		t.Errorf("%+v %v", list, err)
	}
}

// Who signs sees the letter that will say the decision.
func TestSignerSeesTheLetter(t *testing.T) {
	o := letterOffice(t)
	at := o.proposed("请向市信访局提出")
	page := o.startLetter(at, "answer_notice")
	o.signIn("shen")
	if body := o.page(o.get(at+"/act/approved"), http.StatusOK); !strings.Contains(body, page+"/print") {
		t.Error("the letter is not shown to who signs")
	}
	if body := o.page(o.get(page+"/print"), http.StatusOK); strings.Contains(body, "<textarea") || !strings.Contains(body, "请向市信访局提出") {
		t.Error("the print page")
	}
}
