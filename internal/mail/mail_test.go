package mail

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gongkai/internal/testkit"
)

func message() Message {
	return Message{ID: "abc123@gongkai.local", To: "a@example.gov.cn", Subject: "2项待办提醒", Text: "榕申〔2026〕1号 答复期限", Short: `榕申〔2026〕1号 "答复" 期限`, At: time.Date(2026, 5, 29, 0, 0, 0, 0, time.UTC)}
}

// A server that refuses, hangs or hangs up is an error with its short code, within
// the time that was set; one that takes the message over is none. The code never
// holds what the server said.
func TestSMTPMisbehaves(t *testing.T) {
	for _, c := range []struct{ mode, code string }{{testkit.SMTPGood, ""}, {testkit.SMTPRefuse, "refused 550"}, {testkit.SMTPHang, "timeout"}, {testkit.SMTPCut, "broken"}} {
		server := testkit.NewSMTP(t, func(int) string { return c.mode })
		smtp := SMTP{Host: "127.0.0.1", Port: server.Port, From: "gongkai@example.gov.cn", TLS: "none", Timeout: 2 * time.Second}
		begun := time.Now()
		err := smtp.Send(context.Background(), message())
		if (err == nil) != (c.code == "") || err != nil && Code(err) != c.code {
			t.Errorf("%q: %v (%s), want %q", c.mode, err, Code(err), c.code)
		}
		if time.Since(begun) > 4*time.Second {
			t.Errorf("%q took %v", c.mode, time.Since(begun))
		}
		got := server.Got()
		if whole := c.mode == testkit.SMTPGood || c.mode == testkit.SMTPCut; whole && (len(got) != 1 || got[0].ID != "abc123@gongkai.local") {
			t.Errorf("%q: the server was given %+v", c.mode, got)
		}
	}
	nobody := SMTP{Host: "127.0.0.1", Port: 1, From: "gongkai@example.gov.cn", TLS: "none", Timeout: 2 * time.Second}
	if err := nobody.Send(context.Background(), message()); Code(err) != "connect" {
		t.Errorf("nobody there: %v", err)
	}
	open := testkit.NewSMTP(t, func(int) string { return testkit.SMTPGood })
	must := SMTP{Host: "127.0.0.1", Port: open.Port, From: "gongkai@example.gov.cn", TLS: "starttls", Timeout: 2 * time.Second}
	if err := must.Send(context.Background(), message()); err == nil || len(open.Got()) != 0 {
		t.Error("a message left unencrypted although it must not")
	}
}

// The template is filled as its form needs it; what is not 2xx, or lacks what is
// expected, is an error; a redirect to another host is not followed.
func TestHTTPTemplate(t *testing.T) {
	var body, query string
	answer := func(w http.ResponseWriter) { _, _ = io.WriteString(w, `{"errcode": 0}`) }
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		body, query = string(b), r.URL.RawQuery
		answer(w)
	}))
	defer server.Close()
	h := HTTP{URL: server.URL + "/send?to={to}", Method: "POST", Headers: map[string]string{"content-type": "application/json"},
		Body: `{"text":"{text}","id":"{id}"}`, Expect: `"errcode":0`, Timeout: 2 * time.Second}
	if err := h.Send(context.Background(), message()); err != nil {
		t.Fatal(err)
	}
	if body != `{"text":"榕申〔2026〕1号 \"答复\" 期限","id":"abc123@gongkai.local"}` || query != "to=a%40example.gov.cn" {
		t.Errorf("asked %s ? %s", body, query)
	}
	form := h
	form.Headers, form.Body = map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, "c={text}"
	if err := form.Send(context.Background(), message()); err != nil || strings.ContainsAny(body[2:], ` "`) {
		t.Errorf("form: %s %v", body, err)
	}
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another host was asked") }))
	defer elsewhere.Close()
	for _, c := range []struct {
		code   string
		answer func(http.ResponseWriter)
	}{
		{"http 500", func(w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) }},
		{"answer", func(w http.ResponseWriter) { _, _ = io.WriteString(w, `{"errcode":93000}`) }},
		{"http 302", func(w http.ResponseWriter) {
			w.Header().Set("Location", elsewhere.URL)
			w.WriteHeader(http.StatusFound)
		}},
		{"timeout", func(http.ResponseWriter) { time.Sleep(500 * time.Millisecond) }},
	} {
		answer = c.answer
		slow := h
		slow.Timeout = 300 * time.Millisecond
		if err := slow.Send(context.Background(), message()); Code(err) != c.code {
			t.Errorf("%v, want %s", err, c.code)
		}
	}
}
