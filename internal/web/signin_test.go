package web

import (
	"context"
	"encoding/base32"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
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
		if o.get("/setup?code=x").StatusCode != http.StatusNotFound || !strings.HasPrefix(o.get("/cases").Header.Get("Location"), "/signin") {
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

// Five wrong passwords stop an account from that address for a quarter of an
// hour, also after a restart; the device on which the person works, another
// address and a colleague are not stopped.
func TestThrottle(t *testing.T) {
	o := newOffice(t)
	o.addUser("zhang", auth.Admin{}, false, "cz:officer")
	o.addUser("li", auth.Admin{}, false, "cz:officer")
	o.signIn("")
	try := func(login, password, address string, cookies ...*http.Cookie) *http.Response {
		r := httptest.NewRequest(http.MethodPost, "/signin", strings.NewReader(url.Values{"login": {login}, "password": {password}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.RemoteAddr = address + ":4000"
		for _, c := range cookies {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		o.server.Handler().ServeHTTP(w, r)
		return w.Result()
	}
	var known *http.Cookie
	for _, c := range try("zhang", testPassword, "10.0.0.7").Cookies() {
		if c.Name == deviceCookie {
			known = c
		}
	}
	for range 5 {
		if try("zhang", "wrong", "10.0.0.7").StatusCode != http.StatusUnprocessableEntity {
			t.Fatal("a wrong password signs in")
		}
	}
	o.server, _ = New(Options{DB: o.db, Dir: o.dir, Now: o.server.now, Cost: auth.TestCost()})
	t.Cleanup(func() { o.server.Close() })
	if body := o.page(try("zhang", testPassword, "10.0.0.7"), http.StatusUnprocessableEntity); !strings.Contains(body, "次数过多") {
		t.Error("the right password is taken after five wrong ones")
	}
	for name, res := range map[string]*http.Response{"own device": try("zhang", testPassword, "10.0.0.7", known),
		"another address": try("zhang", testPassword, "10.0.0.8"), "a colleague": try("li", testPassword, "10.0.0.7")} {
		if res.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	now := o.server.now()
	o.server.now = func() time.Time { return now.Add(auth.ThrottleTime + time.Second) }
	if got := try("zhang", testPassword, "10.0.0.7").StatusCode; got != http.StatusSeeOther {
		t.Errorf("a quarter of an hour later: %d", got)
	}
}

// A temporary password is changed before anything else, by the rules; the former
// ones do not come back, and the other sessions end.
func TestChangePassword(t *testing.T) {
	o := newOffice(t)
	id := o.addUser("zhang", auth.Admin{}, false, "cz:officer")
	ctx := context.Background()
	if err := o.db.RequireChange(ctx, o.actor(), id); err != nil {
		t.Fatal(err)
	}
	o.signIn("zhang")
	other := o.token
	o.signIn("zhang")
	if to := o.get("/cases").Header.Get("Location"); to != "/me" {
		t.Errorf("an expired password leads to %q", to)
	}
	for _, x := range [][4]string{{"wrong", "Xin-Kouling-77", "Xin-Kouling-77", "field-old"}, {testPassword, "short", "short", "field-password"},
		{testPassword, "alllowercaseletters", "alllowercaseletters", "field-password"}, {testPassword, "Zhang-Kouling-1", "Zhang-Kouling-1", "field-password"},
		{testPassword, testPassword, testPassword, "field-password"}, {testPassword, "Xin-Kouling-77", "Xin-Kouling-78", "field-again"}} {
		body := o.page(o.post("/me/password", url.Values{"old": {x[0]}, "password": {x[1]}, "again": {x[2]}}), http.StatusUnprocessableEntity)
		o.check(body, testkit.In(".summary a[href='#"+x[3]+"']"))
	}
	res := o.post("/me/password", url.Values{"old": {testPassword}, "password": {"Xin-Kouling-77"}, "again": {"Xin-Kouling-77"}})
	if res.StatusCode != http.StatusSeeOther || o.get("/cases").StatusCode != http.StatusOK {
		t.Error("changed, and still stopped")
	}
	o.token = other
	if o.get("/cases").StatusCode != http.StatusSeeOther {
		t.Error("another session outlives the old password")
	}
}

// A role takes two: the system administrator proposes, the security
// administrator confirms; 单机版 becomes many with all its data.
func TestRolesTakeTwo(t *testing.T) {
	o := newOffice(t)
	body := o.page(o.post("/me/many", url.Values{"agency": {"cz"}}), http.StatusOK)
	o.check(body, testkit.Count("code[data-secret]", 3))
	o.addUser("sys2", auth.SystemAdmin, false)
	o.signIn("sys2")
	body = o.page(o.post("/admin/users", url.Values{"login": {"wang"}, "name": {"王五"}}), http.StatusOK)
	o.check(body, testkit.Count("code[data-secret]", 1))
	wang, err := o.db.UserByLogin(context.Background(), "wang", o.server.today())
	if err != nil {
		t.Fatal(err)
	}
	o.page(o.post("/admin/users/0/roles", url.Values{"user": {strings.TrimPrefix(wang.By(), "user:")}, "agency": {"cz"}, "role": {"officer"}}), http.StatusSeeOther)
	o.check(o.page(o.get("/admin/users"), http.StatusOK), testkit.NotIn("form[action^='/admin/proposals']"))
	o.addUser("sec2", auth.SecurityAdmin, false)
	o.signIn("sec2")
	body = o.page(o.get("/admin/users"), http.StatusOK)
	path := attr(o.all(body, "form[action^='/admin/proposals']")[0], "action")
	o.page(o.post(path, url.Values{"grant": {"1"}}), http.StatusSeeOther)
	o.page(o.post(path, url.Values{"grant": {"1"}}), http.StatusConflict)
	if wang, err = o.db.User(context.Background(), wang.ID, o.server.today()); err != nil || !wang.Has(cases.Officer) {
		t.Errorf("%+v %v", wang, err)
	}
	o.signIn("danji")
	o.page(o.get("/cases/2"), http.StatusOK)
	o.page(o.get("/cases/1"), http.StatusNotFound)
}

// With a second factor the password alone signs nobody in; a code counts once.
func TestSecondFactor(t *testing.T) {
	o := newOffice(t)
	id := o.addUser("zhang", auth.Admin{}, false, "cz:officer")
	o.signIn("zhang")
	now := o.server.now()
	body := o.page(o.get("/me/totp"), http.StatusOK)
	sealed := attr(o.all(body, "input[name=sealed]")[0], "value")
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(o.all(body, "code[data-key]")[0].FirstChild.Data)
	if err != nil {
		t.Fatal(err)
	}
	o.page(o.post("/me/totp", url.Values{"sealed": {sealed}, "code": {"000000"}}), http.StatusUnprocessableEntity)
	code := auth.TOTPCode(key, now.Unix()/30)
	o.page(o.post("/me/totp", url.Values{"sealed": {sealed}, "code": {code}}), http.StatusSeeOther)
	o.signIn("")
	half := func() string {
		res := o.post("/signin", url.Values{"login": {"zhang"}, "password": {testPassword}})
		if cookieOf(res) != "" {
			t.Fatal("the password alone signs in")
		}
		return attr(o.all(o.page(res, http.StatusOK), "input[name=half]")[0], "value")
	}
	o.page(o.post("/signin", url.Values{"half": {half()}, "code": {"123"}}), http.StatusUnprocessableEntity)
	if res := o.post("/signin", url.Values{"half": {half()}, "code": {code}}); cookieOf(res) == "" {
		t.Fatalf("the right code is refused: %d", res.StatusCode)
	}
	o.page(o.post("/signin", url.Values{"half": {half()}, "code": {code}}), http.StatusUnprocessableEntity)
	old := half()
	o.server.now = func() time.Time { return now.Add(10 * time.Minute) }
	o.page(o.post("/signin", url.Values{"half": {old}, "code": {auth.TOTPCode(key, o.server.now().Unix()/30)}}), http.StatusUnprocessableEntity)
	if err := o.db.SetPassword(context.Background(), o.actor(), id, auth.Hash(testPassword, auth.TestCost()), true, 0); err != nil {
		t.Fatal(err)
	}
	if cookieOf(o.post("/signin", url.Values{"login": {"zhang"}, "password": {testPassword}})) == "" {
		t.Error("a reset leaves the lost telephone in force")
	}
}

// Leave cover gives a colleague one's work for its days; what is done under it
// names both; wrong days come back with what was typed.
func TestLeaveCover(t *testing.T) {
	o := newOffice(t)
	absent, colleague := o.addUser("zhang", auth.Admin{}, false, "cz:signer"), o.addUser("li", auth.Admin{}, false, "cz:editor")
	o.signIn("zhang")
	choice := attr(o.all(o.page(o.get("/me"), http.StatusOK), "select[name=colleague] option")[0], "value")
	body := o.page(o.post("/me/covers", url.Values{"colleague": {choice}, "from": {"2026-11-24"}, "to": {"2026-11-20"}}), http.StatusUnprocessableEntity)
	o.check(body, testkit.In("input[name=to][value='2026-11-20']"), testkit.In(".summary a[href='#field-to']"))
	o.page(o.post("/me/covers", url.Values{"colleague": {choice}, "from": {"2026-11-24"}, "to": {"2026-11-26"}}), http.StatusSeeOther)
	o.signIn("li")
	o.check(o.page(o.get("/"), http.StatusOK), testkit.In("a.who", testkit.HasText("（代测试zhang）")))
	o.page(o.post("/cases/2/people", nil), http.StatusOK) // a signer may, an editor may not
	names, err := o.db.NamesOf(context.Background(), []string{auth.ByFor(colleague, absent), "import:1"})
	if err != nil || names[auth.ByFor(colleague, absent)] != "测试li（代测试zhang）" || names["import:1"] != "import:1" {
		t.Errorf("%v %v", names, err)
	}
	o.signIn("zhang")
	end := attr(o.all(o.page(o.get("/me"), http.StatusOK), "form[action^='/me/covers/']")[0], "action")
	o.page(o.post(end, nil), http.StatusSeeOther)
	o.signIn("li")
	o.page(o.post("/cases/2/people", nil), http.StatusForbidden)
}
