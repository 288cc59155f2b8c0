package web

import (
	"archive/zip"
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// signed has a case of 财政局 whose decision waits for its sending.
func (o *office) signed() string {
	o.Helper()
	at := o.proposed("请向信访局反映")
	o.signIn("cheng")
	for _, opinion := range []string{"同意", "同意"} {
		if res := o.handled(at+"/act/signed_on_paper", url.Values{"on": {today}, "signer": {"王某，主任，" + opinion}}); res.StatusCode != http.StatusSeeOther {
			o.Fatalf("sign: %d %s", res.StatusCode, messages(o, res))
		}
	}
	return at
}

// serve sends the form of a service as the page has it.
func (o *office) serve(path string, fields ...string) *http.Response {
	o.Helper()
	body := o.page(o.get(path), http.StatusOK)
	form := url.Values{"do": {"serve"}}
	for _, n := range o.all(body, "main form[enctype] input:not([type=radio]):not([type=file]), main form[enctype] input[checked]") {
		form.Set(attr(n, "name"), attr(n, "value"))
	}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	at, _, _ := strings.Cut(path, "?")
	return o.post(at, form)
}

// What was signed is answered by its sending, on the day of posting; the list shows
// it until it is signed for; what came back is sent again.
func TestServiceOnThePages(t *testing.T) {
	o := matrixOffice(t)
	at := o.signed()
	if body := o.page(o.get("/services"), http.StatusOK); !strings.Contains(body, at+"/services") || !strings.Contains(body, "待送出") {
		t.Error("what waits for its sending is not listed")
	}
	body := o.page(o.get(at+"/services"), http.StatusOK)
	if !strings.Contains(body, "申请人没有指定") || strings.Index(body, "邮寄") > strings.Index(body, "公告送达") {
		t.Error("the ways are not offered, the applicant's first")
	}
	form := at + "/services?way=mail"
	for _, x := range []struct{ fields, want string }{{"", "没有填写交邮日期"}, {"posted_on=" + today, "没有填写邮件号"}, {"posted_on=" + today + "&number=SF1&carrier=courier", "邮政法第五十五条"},
		{"posted_on=昨天呢&number=EY1", "读不懂"}, {"posted_on=2026-11-25&number=EY1", "在今天"}, {"posted_on=" + today + "&number=EY1", "还没有答复书的原件"}} {
		values, err := url.ParseQuery(x.fields)
		if err != nil {
			t.Fatal(err)
		}
		fields := []string{"carrier", "ems"}
		for k := range values {
			fields = append(fields, k, values.Get(k))
		}
		if body := o.page(o.serve(form, fields...), http.StatusUnprocessableEntity); !strings.Contains(body, x.want) || !strings.Contains(body, "<title>错误：") {
			t.Errorf("%s: not said: %s", x.fields, x.want)
		}
	}
	if res := o.send(at+"/files", "答复书.pdf", []byte("%PDF-1.7"), "kind", "answer"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("the original: %d", res.StatusCode)
	}
	if body := o.page(o.serve(form, "carrier", "ems", "number", "EY1", "posted_on", "2026-11-20"), http.StatusUnprocessableEntity); !strings.Contains(body, "早于签发") {
		t.Error("posted before it was signed")
	}
	if res := o.serve(form, "carrier", "ems", "number", "EY123", "posted_on", today); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("serve: %d %s", res.StatusCode, messages(o, res))
	}
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, "已办结") {
		t.Error("the case is not closed by the sending")
	}
	if body := o.page(o.get("/services"), http.StatusOK); !strings.Contains(body, "EY123") {
		t.Error("what was posted is not listed")
	}
	if res := o.serve(at+"/services?place=1", "failed_on", today, "failure", "nobody"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("came back: %d %s", res.StatusCode, messages(o, res))
	}
	body = o.page(o.get(at+"/services"), http.StatusOK)
	if !strings.Contains(body, "没有送达：无人签收") || !strings.Contains(body, "again=1") {
		t.Error("what came back is not shown, or not offered again")
	}
	if res := o.post(at+"/services", url.Values{"do": {"serve"}, "way": {"mail"}, "place": {"1"}, "version": {"1"}, "carrier": {"ems"}, "number": {"EY123"}, "posted_on": {today}}); res.StatusCode != http.StatusConflict {
		t.Errorf("an old version: %d", res.StatusCode)
	}
	if res := o.serve(at+"/services?way=in_person&again=1", "signed_on", today, "signer", "陈小明"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("again: %d %s", res.StatusCode, messages(o, res))
	}
	if body := o.page(o.get("/services"), http.StatusOK); strings.Contains(body, at) {
		t.Error("what is served is still listed")
	}
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, "当面送交") {
		t.Error("the record does not say how it was served")
	}
}

// A file for release is looked through, shown masked, confirmed by name and given.
func TestReleaseOnThePages(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-11-16")
	o.signIn("cheng")
	text := "%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj 2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj 3 0 obj <</Type/Page/Contents 4 0 R>> endobj 4 0 obj <</Length 40>> stream\nBT (Tel 139 0000 1111, ok) Tj ET\nendstream endobj"
	if res := o.send(at+"/files", "名单.pdf", []byte(text), "kind", "released"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("add: %d %s", res.StatusCode, messages(o, res))
	}
	body := o.page(o.get(at+"/release"), http.StatusOK)
	if !strings.Contains(body, "139****1111") || strings.Contains(body, "13900001111") || strings.Contains(body, "139 0000 1111") || !strings.Contains(body, "第1页") {
		t.Error("the finding is not shown masked with its place")
	}
	if body := o.page(o.post(at+"/release", url.Values{"do": {"confirm"}, "place": {"1"}}), http.StatusUnprocessableEntity); !strings.Contains(body, "请先逐处核对") {
		t.Error("confirmed without looking")
	}
	if body := o.page(o.post(at+"/release", url.Values{"do": {"release"}, "places": {"1"}, "on": {today}}), http.StatusUnprocessableEntity); !strings.Contains(body, "还没有核对确认") {
		t.Error("given unconfirmed")
	}
	if res := o.post(at+"/release", url.Values{"do": {"confirm"}, "place": {"1"}, "sure": {"1"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("confirm: %d", res.StatusCode)
	}
	if res := o.post(at+"/release", url.Values{"do": {"confirm"}, "place": {"1"}, "sure": {"1"}}); res.StatusCode != http.StatusConflict {
		t.Errorf("confirmed twice: %d", res.StatusCode)
	}
	if res := o.post(at+"/release", url.Values{"do": {"release"}, "places": {"1"}, "on": {today}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("give: %d", res.StatusCode)
	}
	if body := o.page(o.get(at+"/release"), http.StatusOK); !strings.Contains(body, "第1次") || !strings.Contains(body, "核对确认可以公开（查到1处）") {
		t.Error("who confirmed it and when it was given is not shown")
	}
}

// The bundle of a case is made for a purpose, and the page of the check tells the
// whole one from one with a byte changed.
func TestBundleOnThePages(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-11-16")
	o.signIn("cheng")
	if body := o.page(o.post(at+"/bundle", url.Values{}), http.StatusUnprocessableEntity); !strings.Contains(body, "没有选择用途") {
		t.Error("made without a purpose")
	}
	fingerprint := o.db.Key().Fingerprint()
	if body := o.page(o.get(at+"/bundle"), http.StatusOK); !strings.Contains(body, fingerprint) {
		t.Error("the fingerprint is not shown")
	}
	res := o.post(at+"/bundle", url.Values{"purpose": {"suit"}})
	data, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("make: %d %v", res.StatusCode, err)
	}
	if body := o.page(o.send("/bundle", "举证材料.zip", data, "key", fingerprint), http.StatusOK); !strings.Contains(body, "完整，没有改动") || !strings.Contains(body, fingerprint) {
		t.Error("the whole one is not said to be whole")
	}
	changed := bytes.Replace(data, []byte("陈小明"), []byte("陈大明"), 1)
	if body := o.page(o.send("/bundle", "举证材料.zip", changed), http.StatusOK); !strings.Contains(body, "被改动过") {
		t.Error("a changed one is not found")
	}
	for name, content := range map[string]string{"": "", "a.zip": "not a zip"} {
		o.page(o.send("/bundle", name, []byte(content)), http.StatusUnprocessableEntity)
	}
}

// Images have a thumbnail that we have drawn; identity papers and other files have
// none.
func TestThumbnails(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-11-16")
	o.signIn("cheng")
	picture := image.NewRGBA(image.Rect(0, 0, 400, 1000))
	picture.Set(3, 3, color.RGBA{200, 0, 0, 255})
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		t.Fatal(err)
	}
	for i, kind := range []string{"envelope", "identity"} {
		if res := o.send(at+"/files", "图.png", b.Bytes(), "kind", kind, "event", "1"); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("add %d: %d", i, res.StatusCode)
		}
	}
	body := o.page(o.get(at), http.StatusOK)
	if !strings.Contains(body, at+"/files/1/small") || strings.Contains(body, at+"/files/2/small") || !strings.Contains(body, "信封：图.png") {
		t.Error("the thumbnails, or the files of the fact, are not shown as they should be")
	}
	res := o.get(at + "/files/1/small")
	small, err := jpeg.Decode(res.Body)
	if err != nil || small.Bounds().Dx() != 64 || small.Bounds().Dy() != 160 || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%v %v", res.Header, err)
	}
	if res := o.get(at + "/files/2/small"); res.StatusCode != http.StatusUnsupportedMediaType {
		t.Errorf("an identity paper: %d", res.StatusCode)
	}
	if body := o.page(o.send(at+"/files", "图.png", b.Bytes(), "kind", "other", "event", "99"), http.StatusUnprocessableEntity); !strings.Contains(body, "所属的办理事项不存在") {
		t.Error("a file of a fact that is not there")
	}
}

// A year's closed cases leave for the archive as one signed package, each in its
// folder, with their data as CSV.
func TestArchiveOnThePages(t *testing.T) {
	o := matrixOffice(t)
	at := o.signed()
	o.send(at+"/files", "答复书.pdf", []byte("%PDF-1.7 <</Type/Page >>"), "kind", "answer")
	if res := o.serve(at+"/services?way=electronic", "sent_on", today); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("serve: %d %s", res.StatusCode, messages(o, res))
	}
	if body := o.page(o.get("/archive?agency=cz&year=2025"), http.StatusOK); !strings.Contains(body, "没有办结的申请") {
		t.Error("a year without closed cases")
	}
	o.page(o.post("/archive", url.Values{"agency": {"cz"}, "year": {"2025"}}), http.StatusUnprocessableEntity)
	res := o.post("/archive", url.Values{"agency": {"cz"}, "year": {"2026"}, "part": {"1"}})
	data, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%d %v", res.StatusCode, err)
	}
	if body := o.page(o.send("/bundle", "归档.zip", data), http.StatusOK); !strings.Contains(body, "完整，没有改动") {
		t.Error("the package is not whole")
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(content)
	}
	if files["0001/index.html"] == "" || files["0001/papers/001.pdf"] == "" || !strings.Contains(files["metadata.csv"], "陈小明") || !strings.Contains(files["index.html"], "0001/index.html") {
		t.Errorf("the package lacks something: %v", len(files))
	}
}

// What the scanner left in the agency's own folder is listed on its cases, added,
// and taken out of the folder; nothing outside that folder is reached.
func TestScansOnThePages(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-11-16")
	folder := t.TempDir()
	o.server.scans = folder
	old := o.server.now().Add(-time.Hour)
	for name, content := range map[string]string{"cz/扫描001.pdf": "%PDF-1.7", "cz/.part.pdf": "%PDF-1.7", "gh/别的机关.pdf": "%PDF-1.7", "secret.pdf": "%PDF-1.7", "cz/坏.exe": "MZ"} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	o.signIn("cheng")
	body := o.page(o.get(at), http.StatusOK)
	if !strings.Contains(body, "扫描001.pdf") || strings.Contains(body, "别的机关") || strings.Contains(body, ".part") {
		t.Error("the list is not that of the agency's folder")
	}
	for _, name := range []string{"../secret.pdf", "../gh/别的机关.pdf", "/etc/hostname", "坏.exe", "没有.pdf"} {
		o.page(o.post(at+"/scans", url.Values{"scan": {name}, "kind": {"other"}}), http.StatusUnprocessableEntity)
	}
	o.page(o.post(at+"/scans", url.Values{"kind": {"other"}}), http.StatusUnprocessableEntity)
	if res := o.post(at+"/scans", url.Values{"scan": {"扫描001.pdf"}, "kind": {"application"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("add: %d", res.StatusCode)
	}
	if _, err := os.Stat(filepath.Join(folder, "cz", "扫描001.pdf")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is still in the folder: %v", err)
	}
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, at+"/files/1") {
		t.Error("it is not among the papers")
	}
}
