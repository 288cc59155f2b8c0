package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gongkai/internal/auth"
	"gongkai/internal/testkit"
)

// cookieOf gives the session that an answer sets.
func cookieOf(res *http.Response) string {
	for _, c := range res.Cookies() {
		if c.Name == plainCookie {
			return c.Value
		}
	}
	return ""
}

// A right password leads where one wanted to go, with a new session each time; a
// wrong one, an unknown name and a disabled account look the same.
func TestSignIn(t *testing.T) {
	o := newOffice(t)
	o.addUser("zhang", auth.Admin{}, false, "cz:officer")
	gone := o.addUser("gone", auth.Admin{}, false, "cz:officer")
	if err := o.db.Disable(context.Background(), o.actor(), gone); err != nil {
		t.Fatal(err)
	}
	o.signIn("")
	res := o.get("/cases?light=late")
	if want := "/signin?next=%2Fcases%3Flight%3Dlate"; res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != want {
		t.Fatalf("%d %s", res.StatusCode, res.Header.Get("Location"))
	}
	var seen []string
	for _, x := range []struct{ login, password string }{{"zhang", "x"}, {"nobody", testPassword}, {"gone", testPassword}, {"", ""}} {
		body := o.page(o.post("/signin", url.Values{"login": {x.login}, "password": {x.password}}), http.StatusUnprocessableEntity)
		o.check(body, testkit.In(".summary a[href='#field-password']"))
		seen = append(seen, strings.ReplaceAll(body, `value="`+x.login+`"`, ""))
	}
	if seen[0] != seen[1] || seen[0] != seen[2] {
		t.Error("a wrong password, an unknown name and a disabled account can be told apart")
	}
	form := url.Values{"login": {" Zhang"}, "password": {testPassword}, "next": {"/cases?light=late"}}
	first := o.post("/signin", form)
	if first.Header.Get("Location") != "/cases?light=late" || cookieOf(first) == "" {
		t.Fatalf("%d %v", first.StatusCode, first.Header)
	}
	o.token = cookieOf(first)
	o.check(o.page(o.get("/cases"), http.StatusOK), testkit.In("form[action='/signout'] input[name=_token]"))
	second := o.post("/signin", form)
	if cookieOf(second) == o.token || o.get("/cases").StatusCode != http.StatusSeeOther {
		t.Error("the old session outlives a new sign-in")
	}
	for _, evil := range []string{"//evil.example/", "https://evil.example/", `/\evil.example`, "/a\nb"} {
		form.Set("next", evil)
		if to := o.post("/signin", form).Header.Get("Location"); to != "/" {
			t.Errorf("next %q leads to %q", evil, to)
		}
	}
	o.token = cookieOf(second)
	if o.post("/signout", nil).Header.Get("Location") != "/signin" || o.get("/cases").StatusCode != http.StatusSeeOther {
		t.Error("signed out and still in")
	}
}

// A session ends after half an hour unused and after twelve hours at all.
func TestSessionsEnd(t *testing.T) {
	o := newOffice(t)
	now := o.server.now()
	o.server.now = func() time.Time { return now }
	o.signIn("danji")
	at := func(d time.Duration, want int) {
		t.Helper()
		o.server.now = func() time.Time { return now.Add(d) }
		if got := o.get("/cases").StatusCode; got != want {
			t.Errorf("after %s: %d, want %d", d, got, want)
		}
	}
	at(29*time.Minute, http.StatusOK)
	at(58*time.Minute, http.StatusOK)
	at(89*time.Minute, http.StatusSeeOther)
	o.server.now = func() time.Time { return now }
	o.signIn("danji")
	for d := time.Duration(0); d < auth.SessionTime; d += 25 * time.Minute {
		at(d, http.StatusOK)
	}
	at(auth.SessionTime, http.StatusSeeOther)
}

// A session that ends in the middle of typing loses nothing: after signing in
// again what was typed can be sent; to somebody else it is not given.
func TestTypingOutlivesTheSession(t *testing.T) {
	o := newOffice(t)
	o.addUser("zhang", auth.Admin{}, false, "cz:officer")
	o.addUser("li", auth.Admin{}, false, "cz:officer")
	o.signIn("zhang")
	now := o.server.now()
	o.server.now = func() time.Time { return now.Add(time.Hour) }
	body := o.page(o.post("/cases/2/people?x=1", url.Values{"reason": {"门牌<甲>"}, "b": {"1", "2"}}), http.StatusUnauthorized)
	if strings.Contains(body, "门牌") {
		t.Error("the page of signing in shows what was typed")
	}
	sealed := attr(o.all(body, "input[name=kept]")[0], "value")
	o.token = ""
	body = o.page(o.post("/signin", url.Values{"login": {"zhang"}, "password": {"wrong"}, "kept": {sealed}}), http.StatusUnprocessableEntity)
	if attr(o.all(body, "input[name=kept]")[0], "value") != sealed {
		t.Error("a wrong password loses what was typed")
	}
	if res := o.post("/signin", url.Values{"login": {"li"}, "password": {testPassword}, "kept": {sealed}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("somebody else got %d", res.StatusCode)
	}
	res := o.post("/signin", url.Values{"login": {"zhang"}, "password": {testPassword}, "kept": {sealed}})
	o.token = cookieOf(res)
	body = o.page(res, http.StatusOK)
	o.check(body, testkit.In("form[action='/cases/2/people?x=1'] input[name=reason][value='门牌<甲>']"), testkit.Count("input[name=b]", 2))
	form := url.Values{}
	for _, in := range o.all(body, "form[action^='/cases/2'] input") {
		form.Add(attr(in, "name"), attr(in, "value"))
	}
	if form.Get(tokenField) != auth.FormToken(o.token) {
		t.Error("the form does not carry the new session's token")
	}
	o.page(o.post("/cases/2/people?x=1", form), http.StatusOK)
}

// A form without the session's token is refused.
func TestFormsCarryTheToken(t *testing.T) {
	o := newOffice(t)
	for _, token := range []string{"", "x", auth.FormToken("another")} {
		if got := o.post("/cases/1/people", url.Values{tokenField: {token}}).StatusCode; got != http.StatusForbidden {
			t.Errorf("token %q: %d", token, got)
		}
	}
}

// The first start makes 单机版, or three administrators whose passwords are shown
// once; only here, only with the code of the terminal, and only once.
func TestFirstStart(t *testing.T) {
	for _, mode := range []string{"single", "many"} {
		o := bareOffice(t)
		path, err := o.server.FirstStart(context.Background())
		if err != nil || path == "" {
			t.Fatal(path, err)
		}
		if o.get("/setup?code=x").StatusCode != http.StatusNotFound || o.get("/cases").StatusCode != http.StatusServiceUnavailable {
			t.Error("a new database is open without the code")
		}
		code := strings.TrimPrefix(path, "/setup?code=")
		o.check(o.page(o.get(path), http.StatusOK), testkit.In("input[name=mode][value=single][checked]"))
		form := url.Values{"code": {code}, "mode": {mode}, "name": {"林小满"}, "password": {"short"}, "passphrase": {"闽江"}}
		o.check(o.page(o.post("/setup", form), http.StatusUnprocessableEntity), testkit.In(".summary a[href='#field-passphrase']"), testkit.In("title"))
		form.Set("password", testPassword)
		form.Set("again", testPassword)
		form.Set("passphrase", "闽江水暖鸭先知，2026")
		body := o.page(o.post("/setup", form), http.StatusOK)
		if !strings.Contains(body, "BEGIN GONGKAI KEY") {
			t.Error("no recovery sheet")
		}
		if o.get(path).StatusCode != http.StatusNotFound || o.post("/setup", form).StatusCode != http.StatusNotFound {
			t.Error("the first start can be repeated")
		}
		login, password := "danji", testPassword
		if mode == "many" {
			o.check(body, testkit.Count("code[data-secret]", 3))
			login, password = "admin", o.all(body, "code[data-secret=admin]")[0].FirstChild.Data
		}
		if res := o.post("/signin", url.Values{"login": {login}, "password": {password}}); cookieOf(res) == "" {
			t.Errorf("%s can't sign in: %d", login, res.StatusCode)
		}
	}
}
