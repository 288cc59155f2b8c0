package app

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/internal/web"
)

// What a page of the demonstration may take at the server (median), and weigh on
// the wire.
const (
	pageTime  = 60 * time.Millisecond
	pageBytes = 100_000
)

// pageSeen is one page of the demonstration as a person of it got it.
type pageSeen struct {
	login, path string
	status      int
	took        time.Duration // median
	wire        int           // bytes, compressed
	body        string
}

// demoPages follows the links of the demonstration from the first page of some of
// its people, one page of each shape, and asks for each so many times.
func demoPages(t testing.TB, times int, people ...string) []pageSeen {
	t.Helper()
	ctx := context.Background()
	env, _, _ := at("")
	dir := filepath.Join(t.TempDir(), "data")
	db, _ := openDemo(t, env, dir)
	t.Cleanup(func() { db.Close() })
	server, err := web.New(web.Options{DB: db, Dir: dir, Now: env.Now, Demo: demoOnPage(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	stamp, err := demoStamp(ctx, env, db)
	if err != nil {
		t.Fatal(err)
	}
	var out []pageSeen
	for _, login := range people {
		v := &visit{t: t, handler: server.Handler(), login: login, times: times, shapes: map[string]int{}}
		if login != "" {
			v.token = sessionOf(t, db, stamp, login)
		}
		v.follow("/")
		if login == "" {
			v.follow("/calculator")
		}
		out = append(out, v.seen...)
	}
	return out
}

func sessionOf(t testing.TB, db *store.DB, s cases.Stamp, login string) string {
	t.Helper()
	u, err := db.UserByLogin(context.Background(), login, s.Today)
	if err != nil {
		t.Fatal(err)
	}
	token := auth.NewToken()
	if err := db.StartSession(context.Background(), s, u.ID, auth.TokenHash(token), "127.0.0.1", "测试"); err != nil {
		t.Fatal(err)
	}
	return token
}

// visit follows links as one person.
type visit struct {
	t       testing.TB
	handler http.Handler
	login   string
	token   string
	times   int
	shapes  map[string]int
	seen    []pageSeen
}

var (
	linkText  = regexp.MustCompile(`<a [^>]*href="(/[^"#]*)`)
	digitText = regexp.MustCompile(`\d+|agency=[^&]*|after=[^&]*`)
	valueText = regexp.MustCompile(`=[^&]*`)
)

func (v *visit) follow(path string) {
	shape := digitText.ReplaceAllString(path, "#")
	if at, query, some := strings.Cut(shape, "?"); some {
		shape = at + "?" + valueText.ReplaceAllString(query, "")
	}
	if v.shapes[shape] == 1 || strings.Contains(path, "/download") || strings.Contains(path, "/files/") {
		return
	}
	v.shapes[shape]++
	page := v.ask(path)
	v.seen = append(v.seen, page)
	for _, m := range linkText.FindAllStringSubmatch(page.body, -1) {
		v.follow(html.UnescapeString(m[1]))
	}
}

// ask gets a page, for its time and weight and then as text.
func (v *visit) ask(path string) pageSeen {
	out := pageSeen{login: v.login, path: path}
	var took []time.Duration
	var sent *bytes.Buffer
	packed := false
	for range v.times {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.RemoteAddr, r.Host = "127.0.0.1:50000", "127.0.0.1:8080"
		r.Header.Set("Accept-Encoding", "gzip")
		if v.token != "" {
			r.AddCookie(&http.Cookie{Name: "gk", Value: v.token})
		}
		w, begun := httptest.NewRecorder(), time.Now()
		v.handler.ServeHTTP(w, r)
		took = append(took, time.Since(begun))
		out.status, sent, packed = w.Code, w.Body, w.Header().Get("Content-Encoding") == "gzip"
	}
	slices.Sort(took)
	out.took, out.wire = took[len(took)/2], sent.Len()
	var text io.Reader = sent
	if packed {
		z, err := gzip.NewReader(sent)
		if err != nil {
			v.t.Fatal(err)
		}
		text = z
	}
	body, err := io.ReadAll(text)
	if err != nil {
		v.t.Fatalf("%s: %v", path, err)
	}
	out.body = string(body)
	return out
}

// everybody of the demonstration, one of each kind; "" is nobody.
func everybody() []string {
	return []string{"", "zrzy-dengji", "zrzy-chengban", "shi-shenhe", "shi-qianfa", "shi-nianbao", "banshi", "xitong", "anquan", "shenji"}
}

var (
	otherHost = regexp.MustCompile(`(?i)(?:href|src|action|content|url)\s*[=(]\s*["']?(?:https?:)?//[^"')\s>]*`)
	inlineJS  = regexp.MustCompile(`(?i)<script(?:>| [^>]*[^>c]>)|<style|\son[a-z]+=|\sstyle=|javascript:`)
)

// Every link of the demonstration leads to a page that is there, that names no
// other host, brings no script or style in its text, and is light on the wire.
func TestPagesOfTheDemo(t *testing.T) {
	pages := demoPages(t, 1, everybody()...)
	if len(pages) < 150 {
		t.Errorf("only %d pages were found", len(pages))
	}
	for _, p := range pages {
		where := fmt.Sprintf("%s at %s", p.login, p.path)
		if p.status >= 400 {
			t.Errorf("%s: status %d", where, p.status)
		}
		if p.wire > pageBytes {
			t.Errorf("%s: %d bytes on the wire", where, p.wire)
		}
		if m := otherHost.FindString(p.body); m != "" {
			t.Errorf("%s names another host: %s", where, m)
		}
		if m := inlineJS.FindString(p.body); m != "" && !strings.Contains(m, "src=") {
			t.Errorf("%s brings script or style: %s", where, m)
		}
	}
}

// BenchmarkPages measures every kind of page of the demonstration at the server:
// the median of its time and its weight on the wire, against the bounds.
func BenchmarkPages(b *testing.B) {
	if b.N > 1 {
		return // measured once; the figures are the result
	}
	pages := demoPages(b, 5, "", "zrzy-chengban", "shi-qianfa", "shi-nianbao", "xitong", "shenji")
	for _, p := range pages {
		if p.took > pageTime {
			b.Errorf("%s at %s took %s, at most %s", p.login, p.path, p.took, pageTime)
		}
	}
	heaviest := slices.MaxFunc(pages, func(x, y pageSeen) int { return x.wire - y.wire })
	slices.SortFunc(pages, func(x, y pageSeen) int { return int(y.took - x.took) })
	fmt.Printf("\nPages of the demonstration: %d, median %s, heaviest %d bytes (%s)\n", len(pages), pages[len(pages)/2].took, heaviest.wire, heaviest.path)
	for _, p := range pages[:min(10, len(pages))] {
		fmt.Printf("%10s %7d bytes  %s %s\n", p.took.Round(100*time.Microsecond), p.wire, p.login, p.path)
	}
}
