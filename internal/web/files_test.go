package web

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A scan is added to its case, kept, taken, and withdrawn; what is no document is
// refused with a sentence, and nobody reaches a file but through its case.
func TestFilesOfACase(t *testing.T) {
	o := matrixOffice(t)
	at := received(o, "2026-11-16")
	o.signIn("deng")
	long := strings.Repeat("很长的名字", 60) + ".pdf"
	if res := o.send(at+"/files", long, []byte("%PDF-1.7 申请书"), "kind", "application"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("add: %d %s", res.StatusCode, messages(o, res))
	}
	body := o.page(o.get(at), http.StatusOK)
	if !strings.Contains(body, "申请书") || !strings.Contains(body, at+"/files/1") {
		t.Error("the page does not list it")
	}
	for _, x := range []struct{ name, content, want string }{{"a.exe", "MZ", "的格式不能上传"}, {"a.pdf", "PK\x03\x04", "压缩包，或内容与扩展名不符"},
		{"a.html", "<script>", "的格式不能上传"}, {"", "", "还没有选择文件"}, {"空.pdf", "", "是空的"}} {
		if body := o.page(o.send(at+"/files", x.name, []byte(x.content), "kind", "other"), http.StatusUnprocessableEntity); !strings.Contains(body, x.want) || !strings.Contains(body, "<title>错误：") {
			t.Errorf("%s: not said: %s", x.name, x.want)
		}
	}
	if body := o.page(o.send(at+"/files", "大.pdf", append([]byte("%PDF-"), make([]byte, 21<<20)...), "kind", "other"), http.StatusUnprocessableEntity); !strings.Contains(body, "最大20兆") {
		t.Error("too large, and not said")
	}
	res := o.get(at + "/files/1")
	content, err := io.ReadAll(res.Body)
	if err != nil || string(content) != "%PDF-1.7 申请书" || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") ||
		!strings.Contains(res.Header.Get("Content-Security-Policy"), "sandbox") || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("taken: %q %v %v", content, res.Header, err)
	}
	if res := o.get("/cases/1/files/2"); res.StatusCode != http.StatusNotFound {
		t.Errorf("one that is not there: %d", res.StatusCode)
	}
	o.signIn("leader") // reads the case from above, handles nothing of it
	if body := o.page(o.get(at), http.StatusOK); strings.Contains(body, at+"/files") {
		t.Error("who reads from above sees the papers")
	}
	if res := o.get(at + "/files/1"); res.StatusCode != http.StatusForbidden {
		t.Errorf("from above: %d", res.StatusCode)
	}
	o.signIn("cheng")
	if body := o.page(o.post(at+"/files/1/withdraw", url.Values{}), http.StatusUnprocessableEntity); !strings.Contains(body, "没有写明收回的理由") {
		t.Error("withdrawn without a reason")
	}
	if res := o.post(at+"/files/1/withdraw", url.Values{"reason": {"扫错了"}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("withdraw: %d", res.StatusCode)
	}
	if body := o.page(o.get(at), http.StatusOK); !strings.Contains(body, "已收回：扫错了") {
		t.Error("the page does not say that it was withdrawn")
	}
	if strings.Contains(o.log.String(), "很长的名字") {
		t.Error("the name of a file in the log")
	}
}
