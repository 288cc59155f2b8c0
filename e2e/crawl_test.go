package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"golang.org/x/net/html"
)

// Whatever is typed into any field of any form stays text on every page: each
// role follows every kind of link and sends every kind of form with hostile
// words. No page fails, none names another host, no script of theirs runs in a
// browser whose content policy is switched off, none of it stands in the log,
// and the records verify.
func TestHostileWords(t *testing.T) {
	s, stop, err := startDemo()
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	importHostile(t, s)
	var people []*crawler
	for _, login := range []string{"", "shi-dengji", "shi-chengban", "shi-shenhe", "shi-qianfa", "shi-nianbao", "banshi", "xitong", "anquan", "shenji"} {
		c := newCrawler(t, s, login)
		c.crawl(true)
		people = append(people, c)
	}
	pages, forms := 0, 0
	for _, c := range people {
		c.crawl(false) // what the others have typed since
		pages, forms = pages+len(c.read), forms+len(c.sent)
	}
	t.Logf("%d pages read, %d forms sent", pages, forms)
	if pages < 200 || forms < 60 {
		t.Errorf("the crawler came no further than %d pages and %d forms", pages, forms)
	}
	if n := hostileMarks(t, []byte(`<p title="x" onclick="a()">&lt;script&gt;</p><a href="javascript:window.__hit=1">x</a>`)); len(n) != 2 {
		t.Errorf("planted marks: %v", n)
	}
	openInBrowser(t, s, people)
	if said, err := os.ReadFile(s.log); err != nil || bytes.Contains(said, []byte("__hit")) {
		t.Errorf("what was typed stands in the log (%v): %s", err, said)
	}
	if out, err := exec.Command(s.bin, "verify", "--data", s.data).CombinedOutput(); err != nil {
		t.Errorf("verify: %v\n%s", err, out)
	}
}

// openInBrowser draws what was read with the content policy off.
func openInBrowser(t *testing.T, s server, people []*crawler) {
	for _, c := range people {
		if c.login == "" || len(c.read) == 0 {
			continue
		}
		b := open(t, 1366, 768)
		b.do(bypassPolicy())
		b.do(chromedp.Navigate(s.url + "/healthz"))
		ask[bool](b, `(() => { const i = document.createElement("img"); i.setAttribute("onerror", "window.__hit=1"); i.src = "/static/none"; document.body.append(i); return true })()`)
		b.until(`window.__hit === 1`) // the trap works
		b.signIn(s, c.login)
		for _, path := range spread(c.read, 40) {
			b.do(chromedp.Navigate(s.url + path))
			if ask[bool](b, `window.__hit !== undefined`) {
				t.Errorf("%s: a typed script runs on %s", c.login, path)
			}
		}
	}
}

// bypassPolicy switches the content policy of pages off.
func bypassPolicy() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true})
		return err
	})
}

// spread picks at most n of a list, evenly.
func spread(list []string, n int) []string {
	if len(list) <= n {
		return list
	}
	out := make([]string, n)
	for i := range out {
		out[i] = list[i*len(list)/n]
	}
	return out
}

// hostile gives the nth text that runs a script wherever it is not escaped.
func hostile(n int) string {
	breaks := []string{"", `"`, `'`, `">`, `'>`, "</textarea>", "</title>", "</select>", "--><!--", "</script>", "]]>"}
	runs := []string{`<script>window.__hit=1</script>`, `<img src=x onerror=window.__hit=1>`, `<svg onload=window.__hit=1>`, `<details open ontoggle=window.__hit=1>`,
		`<a href="javascript:window.__hit=1">开</a>`, `<iframe srcdoc="<script>parent.__hit=1</script>"></iframe>`, `<style>@import 'data:text/css,__hit'</style>`,
		`<input autofocus onfocus=window.__hit=1>`, ` onmouseover=window.__hit=1 x=`, `{{constructor.constructor("window.__hit=1")()}}`, `<base href="//__hit.example/">`}
	return breaks[n%len(breaks)] + runs[(n/len(breaks))%len(runs)]
}

// hostileCount is how many different texts there are.
const hostileCount = 121

// hostileMarks names what in a page came out of a typed text as markup.
func hostileMarks(t *testing.T, body []byte) []string {
	doc, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if (n.Data == "script" || n.Data == "style") && n.FirstChild != nil {
			out = append(out, "inline "+n.Data)
		}
		for _, a := range n.Attr {
			value := strings.ToLower(strings.TrimSpace(a.Val))
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "srcdoc", a.Key == "style":
				out = append(out, n.Data+" "+a.Key)
			case (a.Key == "href" || a.Key == "src" || a.Key == "action" || a.Key == "formaction") && (strings.HasPrefix(value, "javascript:") || strings.Contains(value, "//")):
				out = append(out, n.Data+" "+a.Key+"="+a.Val)
			}
		}
	}
	return out
}

// crawler is a person who opens and sends whatever there is.
type crawler struct {
	t      *testing.T
	s      server
	login  string
	client *http.Client
	read   []string // pages, one of each kind (two where they carry a number)
	sent   []string // kinds of forms
	words  int
}

func newCrawler(t *testing.T, s server, login string) *crawler {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &crawler{t: t, s: s, login: login, client: &http.Client{Jar: jar, Timeout: time.Minute}}
	if login != "" {
		res, err := c.client.PostForm(s.url+"/signin", url.Values{"login": {login}, "password": {"gongkai-demo"}})
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
	}
	return c
}

var (
	digits   = regexp.MustCompile(`\d+`)
	token    = regexp.MustCompile(`[0-9a-f]{32}`)
	leaveOut = regexp.MustCompile(`^/(signout|setup|me/password|me/totp|me/many|me/sessions|static|display)|/(state|reset)$|^/admin/agencies/\d+$`)
)

// kind is an address without its numbers and the values of its query.
func kind(u *url.URL) string {
	keys := []string{}
	for k := range u.Query() {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return digits.ReplaceAllString(token.ReplaceAllString(u.Path, ":token"), ":n") + "?" + strings.Join(keys, "&")
}

// crawl reads at most two pages of each kind, at most 150, and sends one form of
// each kind.
func (c *crawler) crawl(send bool) {
	c.read = nil
	kinds, queue := map[string]int{}, []string{"/", "/cases", "/calculator", "/check", "/help", "/report/2026?agency=fuzhou", "/cases?text=" + url.QueryEscape(hostile(3))}
	for len(queue) > 0 && len(c.read) < 150 {
		at := queue[0]
		queue = queue[1:]
		u, err := url.Parse(at)
		if err != nil || u.Host != "" || leaveOut.MatchString(u.Path) || kinds[kind(u)] >= 2 || kinds[strings.SplitN(kind(u), "?", 2)[0]] >= 6 {
			continue
		}
		kinds[kind(u)]++
		kinds[strings.SplitN(kind(u), "?", 2)[0]]++
		res, err := c.client.Get(c.s.url + at)
		if err != nil {
			c.t.Fatalf("%s: %s: %v", c.login, at, err)
		}
		doc := c.look("GET "+at, res)
		if doc == nil {
			continue
		}
		c.read = append(c.read, at)
		for n := range doc.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			if n.Data == "a" && strings.HasPrefix(attribute(n, "href"), "/") {
				queue = append(queue, attribute(n, "href"))
			}
			if n.Data == "form" && send {
				c.send(at, n)
			}
		}
	}
}

// look reads an answer and judges it; nil if it is no page.
func (c *crawler) look(what string, res *http.Response) *html.Node {
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Errorf("%s: %s: %v", c.login, what, err)
		return nil
	}
	if res.StatusCode >= 500 {
		c.t.Errorf("%s: %s: %d", c.login, what, res.StatusCode)
	}
	if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") || res.Header.Get("Content-Disposition") != "" {
		return nil
	}
	for _, mark := range hostileMarks(c.t, body) {
		c.t.Errorf("%s: %s: %s", c.login, what, mark)
	}
	doc, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	return doc
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// send fills a form as somebody hostile would, once for each kind of form.
func (c *crawler) send(at string, form *html.Node) {
	action := attribute(form, "action")
	base, err := url.Parse(at)
	if err != nil {
		return
	}
	to, err := base.Parse(action)
	if err != nil || leaveOut.MatchString(to.Path) {
		return
	}
	values, files := c.fill(form)
	names := []string{attribute(form, "method"), kind(to)}
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	if k := strings.Join(names, " "); slices.Contains(c.sent, k) {
		return
	} else {
		c.sent = append(c.sent, k)
	}
	var res *http.Response
	switch {
	case !strings.EqualFold(attribute(form, "method"), "post"):
		to.RawQuery = values.Encode()
		res, err = c.client.Get(c.s.url + to.String())
	case len(files) > 0:
		res, err = c.upload(to.String(), values, files)
	default:
		res, err = c.client.PostForm(c.s.url+to.String(), values)
	}
	if err != nil {
		c.t.Errorf("%s: send %s of %s: %v", c.login, to, at, err)
		return
	}
	c.look("form "+to.String()+" of "+at, res)
}

func (c *crawler) fill(form *html.Node) (values url.Values, files []string) {
	values = url.Values{}
	pressed := false
	for n := range form.Descendants() {
		name := attribute(n, "name")
		if n.Type != html.ElementNode || name == "" {
			continue
		}
		switch n.Data {
		case "textarea":
			values.Set(name, c.word())
		case "select":
			for o := range n.Descendants() {
				if o.Type == html.ElementNode && o.Data == "option" && (attribute(o, "value") != "" || values.Get(name) == "") {
					values.Set(name, attribute(o, "value"))
				}
			}
		case "button":
			if !pressed {
				values.Set(name, attribute(n, "value"))
				pressed = true
			}
		case "input":
			switch attribute(n, "type") {
			case "hidden", "date", "number":
				values.Set(name, attribute(n, "value"))
			case "checkbox", "radio":
				values.Set(name, attribute(n, "value"))
			case "file":
				files = append(files, name)
			case "password", "submit":
			default:
				if v := attribute(n, "value"); v != "" && digits.MatchString(v) {
					values.Set(name, v) // a day stays one, or nothing would be saved
				} else {
					values.Set(name, c.word())
				}
			}
		}
	}
	return values, files
}

func (c *crawler) word() string {
	c.words++
	return hostile(c.words)
}

func (c *crawler) upload(to string, values url.Values, files []string) (*http.Response, error) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, list := range values {
		for _, v := range list {
			if err := w.WriteField(name, v); err != nil {
				return nil, err
			}
		}
	}
	for _, name := range files {
		part, err := w.CreateFormFile(name, c.word()+".txt")
		if err == nil {
			_, err = io.WriteString(part, c.word())
		}
		if err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return c.client.Post(c.s.url+to, w.FormDataContentType(), &body)
}

// importHostile brings a ledger whose texts are hostile into the register.
func importHostile(t *testing.T, s server) {
	t.Helper()
	c := newCrawler(t, s, "shi-dengji")
	var ledger bytes.Buffer
	ledger.WriteString("收到日期,渠道,申请人类型,申请人,联系电话,地址,申请内容\n")
	quote := strings.NewReplacer(`"`, `""`)
	for i := range hostileCount {
		text := quote.Replace(hostile(i))
		fmt.Fprintf(&ledger, "%s,当面,自然人,\"%s\",\"%s\",\"%s\",\"%s\"\n", time.Now().AddDate(0, 0, -2).Format(time.DateOnly), text, text, text, text)
	}
	page := c.form("/import?agency=fuzhou")
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	_ = w.WriteField("_token", page)
	_ = w.WriteField("agency", "fuzhou")
	part, err := w.CreateFormFile("file", hostile(7)+".csv")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(ledger.Bytes())
	_ = w.Close()
	res, err := c.client.Post(s.url+"/import", w.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	c.look("the ledger", res)
	at := res.Request.URL.Path
	if !strings.HasPrefix(at, "/import/") {
		t.Fatalf("the ledger was refused: %s", at)
	}
	res, err = c.client.PostForm(s.url+at+"/adopt", url.Values{"_token": {page}, "agency": {"fuzhou"}})
	if err != nil {
		t.Fatal(err)
	}
	c.look("adopting", res)
	if !strings.HasSuffix(res.Request.URL.Path, "/done") {
		t.Fatalf("the ledger was not adopted: %s %d", res.Request.URL, res.StatusCode)
	}
}

// form gives the token of a page's forms.
func (c *crawler) form(at string) string {
	c.t.Helper()
	res, err := c.client.Get(c.s.url + at)
	if err != nil {
		c.t.Fatal(err)
	}
	doc := c.look(at, res)
	if doc == nil {
		c.t.Fatalf("%s is no page", at)
	}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "input" && attribute(n, "name") == "_token" {
			return attribute(n, "value")
		}
	}
	c.t.Fatalf("%s has no form", at)
	return ""
}
