package web

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/internal/testkit"
)

// The people of the matrix, in the order of its columns: the five roles in the
// office of 财政局 (cz), the three administrators, nobody, a disabled account.
func matrixPeople() []string {
	return []string{"deng", "cheng", "shen", "qian", "bian", "sys", "sec", "aud", "", "gone"}
}

// What each person gets at a route about his own agency: ● in, × refused, →
// led to sign in. A route marked "scoped" names an agency or an object of one:
// for a sibling and a foreign agency whoever gets in gets 404 there, and from
// above (the signer and the editor of the government) what is below is read.
func policyTable() map[string]string {
	const (
		all   = "●●●●●●●●●●"
		sys   = "×××××●××→→" // the system administrator's
		gone  = "∅∅∅∅∅∅∅∅∅∅"
		in    = "●●●●●●●●→→"
		works = "●●●●●×××→→"
		takes = "●●××●×××→→" // who brings in a ledger
	)
	table := map[string]string{
		"GET /healthz": all, "GET /static/:name": all, "GET /calculator": all,
		"GET /signin": all, "POST /signin": all, "POST /signout": all, "POST /display": all,
		"POST /me/covers": works, "POST /me/covers/:id/end": works,
		"GET /me/totp": in, "POST /me/totp": in,
		"GET /me": in, "POST /me/password": in, "POST /me/sessions/:id/end": in, "POST /me/many": "××××××××→→",
		"GET /admin": "×××××●●●→→", "GET /admin/audit": "×××××××●→→",
		"GET /admin/users": "×××××●●×→→", "POST /admin/users": sys, "POST /admin/users/:id/state": sys, "POST /admin/users/:id/reset": sys,
		"POST /admin/users/:id/roles": sys, "POST /admin/proposals/:id": "××××××●×→→",
		"GET /setup": gone, "POST /setup": gone, // there are accounts
		"GET /": in + " scoped", "GET /help": in,
		"GET /check": all, "POST /check": all, // the matrix asks from loopback
		"GET /cases": works + " scoped", "GET /cases/:id": works + " scoped", "POST /cases/:id/people": "●●●●××××→→ scoped",
		"GET /drafts": works + " scoped", "POST /drafts": works, "GET /drafts/:id": works, "POST /drafts/:id/drop": works, "POST /views": works, "POST /views/:id/drop": works,
		"GET /sections": works + " scoped", "POST /sections": "××●●××××→→ scoped", "POST /cases/:id/readers": "××●●××××→→ scoped",
		"POST /applicants": "●●●●××××→→ scoped", "POST /applicants/:id/merge": works, "POST /applicants/merges/:id": works,
		"GET /admin/agencies": sys, "POST /admin/agencies": sys, "GET /admin/agencies/:id": sys, "POST /admin/agencies/:id": sys,
		"GET /admin/seen": "×××××××●→→", "POST /admin/seen": "×××××××●→→",
		"GET /cases/:id/edit": "●●××××××→→ scoped", "POST /cases/:id/edit": "●●××××××→→ scoped",
		"GET /parcels": "●●××××××→→ scoped", "POST /parcels": "●●××××××→→ scoped", "GET /parcels/:id": "●●××××××→→", "POST /parcels/:id": "●●××××××→→",
		"GET /settings": works + " scoped", "POST /settings": "××●●××××→→ scoped", "POST /settings/proposals/:id": "××●●××××→→",
		"POST /cases/:id/files": "●●●●××××→→ scoped", "GET /cases/:id/files/:place": "●●●●××××→→ scoped", "POST /cases/:id/files/:place/withdraw": "●●●●××××→→ scoped",
		"GET /applicants": "●●●●××××→→ scoped", "GET /applicants/:id": "●●●●××××→→", "GET /applicants/:id/evidence": "●●●●××××→→", "GET /remedies": works + " scoped",
		"GET /cases/:id/void": "●●●●××××→→ scoped", "POST /cases/:id/void": "●●●●××××→→ scoped",
		"GET /cases/:id/restore": "●●●●××××→→ scoped", "POST /cases/:id/restore": "●●●●××××→→ scoped",
		"GET /cases/:id/remake": "×●××××××→→ scoped", "POST /cases/:id/remake": "×●××××××→→ scoped",
		"GET /approvals": "×●●●××××→→ scoped", "POST /approvals": "××●●××××→→ scoped",
		"GET /assign": "●●●●××××→→ scoped", "POST /assign": "●●●●××××→→ scoped",
		"POST /cases/find": works, "GET /cases/download": works + " scoped", "GET /cases/:id/clock": works + " scoped", "GET /cases/:id/platform": "●●××××××→→ scoped",
		"GET /callers": "●●●●××××→→ scoped", "POST /callers": "●●●●××××→→ scoped",
		"GET /asked":     "●●●●××××→→ scoped",
		"GET /cases/new": "●●××××××→→ scoped", "POST /cases/new": "●●××××××→→ scoped", "GET /cases/:id/receipt": "●●××××××→→ scoped",
		"GET /cases/:id/act/:code": "●●××××××→→ scoped", "POST /cases/:id/act/:code": "●●××××××→→ scoped", // of withdrawn
		"GET /cases/:id/correct/:seq": "×●●●××××→→ scoped", "POST /cases/:id/correct/:seq": "×●●●××××→→ scoped",
		"GET /cases/:id/decide": "×●××××××→→ scoped", "POST /cases/:id/decide": "×●××××××→→ scoped",
		"GET /report": works, "GET /report/:year": works + " scoped", "GET /report/:year/cell": works + " scoped",
		"GET /report/:year/proactive": "××××●×××→→ scoped", "POST /report/:year/proactive": "××××●×××→→ scoped",
		"GET /report/:year/document": works + " scoped", "POST /report/:year/document": "××××●×××→→ scoped", "GET /report/:year/document/download": works + " scoped",
		"GET /report/:year/return": works + " scoped", "POST /report/:year/return": "××××●×××→→ scoped",
		"GET /report/:year/board": works + " scoped", "POST /report/:year/board": "××××●×××→→ scoped", "GET /report/:year/board/blank": works + " scoped",
		"GET /report/:year/download": works + " scoped",
		"GET /import":                takes + " scoped", "POST /import": takes, "GET /import/:token": takes, "POST /import/:token/map": takes,
		"GET /import/:token/marked": takes, "POST /import/:token/adopt": takes, "GET /import/:token/done": takes, "POST /import/:token/cancel": takes,
	}
	for _, more := range []map[string]string{annualMatrix(), analysisMatrix(), letterMatrix(), paperMatrix(), reminderMatrix(), supervisionMatrix(), noticeMatrix(), backupMatrix()} {
		maps.Copy(table, more)
	}
	return table
}

// matrixOffice has a city with two departments, a foreign city, a case in each,
// and the people.
func matrixOffice(t *testing.T) *office {
	o := emptyOffice(t)
	agency := func(code, parent string, kind cases.AgencyKind) store.AgencyLine {
		return store.AgencyLine{Agency: cases.Agency{Code: code, Name: "示例" + code, Kind: kind}, ParentCode: parent}
	}
	if _, err := o.db.ImportAgencies(context.Background(), o.actor(), []store.AgencyLine{agency("shi", "", cases.Government),
		agency("cz", "shi", cases.Department), agency("gh", "shi", cases.Department), agency("wai", "", cases.Government)}); err != nil {
		t.Fatal(err)
	}
	job := store.ImportJob{FileName: "台账.xlsx", FileHash: "matrix"}
	for i, code := range []string{"cz", "gh", "wai", "shi"} {
		job.Rows = append(job.Rows, store.ImportRow{Line: i + 2, Record: cases.Record{Number: "M" + code, Agency: code,
			ReceivedOn: testkit.Day("2026-11-03"), Kind: cases.Natural, Applicant: "陈小明", Content: "某项目预算"}})
	}
	if _, err := o.db.Import(context.Background(), o.actor(), job); err != nil {
		t.Fatal(err)
	}
	envelope, err := cases.ParseFileKind("envelope")
	if err == nil {
		err = o.db.Attach(context.Background(), o.actor(), 1, []store.Upload{{Kind: envelope, Name: "信封.pdf", Content: []byte("%PDF-1.7")}})
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.db.DraftLetter(context.Background(), o.actor(), store.Submission{}, 1, store.NewLetter{Kind: "receipt", On: testkit.Day(today), Body: []byte(`{"kind":"receipt"}`)}); err != nil {
		t.Fatal(err)
	}
	for i, r := range cases.Roles() {
		o.addUser(matrixPeople()[i], auth.Admin{}, false, "cz:"+r.Code())
	}
	for i, a := range auth.Admins() {
		o.addUser(matrixPeople()[5+i], a, false)
	}
	o.addUser("leader", auth.Admin{}, false, "shi:signer")
	o.addUser("statist", auth.Admin{}, false, "shi:editor")
	o.addUser("clerk", auth.Admin{}, false, "shi:officer")
	gone := o.addUser("gone", auth.Admin{}, false, "cz:officer")
	o.signIn("gone")
	if err := o.db.Disable(context.Background(), o.actor(), gone); err != nil {
		t.Fatal(err)
	}
	return o
}

// outcome asks a route about an agency's object and says what came: in, refused,
// led to sign in, not found.
func (o *office) outcome(r route, agency string) string {
	o.Helper()
	id := map[string]string{"cz": "1", "gh": "2", "wai": "3", "shi": "4"}[agency]
	if strings.Contains(r.path, ":id") && !strings.HasPrefix(r.path, "/cases/") {
		id = "999999" // of a person or a session there is none of that number
	}
	path := strings.NewReplacer(":id", id, ":year", "2026", ":token", strings.Repeat("0", 32), ":name", "app.css", ":code", "withdrawn", ":seq", "1", ":place", "1").Replace(r.path)
	path += "?" + url.Values{"agency": {agency}, "cell": {"applications/new/natural"}, "as": {map[bool]string{true: "html", false: "json"}[strings.Contains(r.path, "/document")]}}.Encode()
	res := o.get(path)
	if r.method == http.MethodPost {
		typed := url.Values{"agency": {agency}, "login": {"nobody"}, "outcome": {"disclose.provided"}}
		switch r.path {
		case "/drafts":
			typed.Set("key", "k")
			typed.Set("_action", "/cases/new")
		case "/cases/:id/readers":
			typed.Set("do", "lift") // or the others would find the case no more
		}
		res = o.post(path, typed)
	}
	switch {
	case res.StatusCode == http.StatusForbidden:
		return "×"
	case res.StatusCode == http.StatusUnauthorized || strings.HasPrefix(res.Header.Get("Location"), "/signin?") || res.Header.Get("Location") == "/signin" && r.path != "/signout":
		return "→"
	case res.StatusCode == http.StatusNotFound && r.path == "/setup":
		return "∅"
	case res.StatusCode == http.StatusNotFound && !strings.Contains(r.path, ":token") && id != "999999":
		return "404"
	case res.StatusCode >= 500:
		o.Errorf("%s %s: %d", r.method, path, res.StatusCode)
	}
	return "●" // an unknown :token or number is 404 for those who get in
}

// matrix gives what the people get at every route about an agency.
func (o *office) matrix(agency string) map[string][]string {
	o.Helper()
	out := map[string][]string{}
	for _, who := range matrixPeople() {
		o.signIn(who)
		if who == "gone" {
			o.token = auth.NewToken()
		}
		for _, r := range o.server.routes() {
			key := r.method + " " + r.path
			out[key] = append(out[key], o.outcome(r, agency))
			if r.path == "/signout" {
				o.signIn(who)
			}
		}
	}
	return out
}

// wrongs compares the matrix of a server with the table.
func (o *office) wrongs(table map[string]string) []string {
	var wrong []string
	for _, agency := range []string{"cz", "gh", "wai"} {
		got := o.matrix(agency)
		for _, key := range slices.Sorted(maps.Keys(got)) {
			row, scoped := strings.CutSuffix(table[key], " scoped")
			var want []string
			for i, sign := range []rune(row) {
				// Of a foreign object not even the lack of a role is told by its handler;
				// a route whose policy refuses never asks.
				if agency != "cz" && scoped && i < 5 && (sign == '●' || strings.HasPrefix(key, "POST") || strings.HasPrefix(key, "GET /cases/:id")) {
					want = append(want, "404")
				} else {
					want = append(want, string(sign))
				}
			}
			if !slices.Equal(got[key], want) {
				wrong = append(wrong, key+" about "+agency+": "+strings.Join(got[key], "")+", want "+strings.Join(want, ""))
			}
		}
		for key := range table {
			if got[key] == nil {
				wrong = append(wrong, key+": no such route")
			}
		}
	}
	return wrong
}

// Every route answers every role, about its own, a sibling's and a foreign
// agency, as the table says; a route that the table does not name is an error.
func TestPolicyMatrix(t *testing.T) {
	o := matrixOffice(t)
	for _, w := range o.wrongs(policyTable()) {
		t.Error(w)
	}
	// Those who sign for the government, or make its report, read what is below;
	// its officer does not; nobody reads another city.
	for _, x := range []struct{ who, agency, want string }{{"leader", "cz", "●"}, {"statist", "cz", "●"}, {"clerk", "cz", "404"},
		{"leader", "wai", "404"}, {"statist", "wai", "404"}, {"clerk", "shi", "●"}} {
		o.signIn(x.who)
		for _, r := range o.server.routes() {
			if key := r.method + " " + r.path; strings.HasPrefix(key, "GET /cases") || strings.HasPrefix(key, "GET /report/") {
				if strings.Contains(r.path, "/new") || strings.Contains(r.path, "/receipt") || strings.Contains(r.path, "/letters") || strings.Contains(r.path, "/remake") || strings.Contains(r.path, "/void") || strings.Contains(r.path, "/restore") || strings.Contains(r.path, "/services") || strings.Contains(r.path, "/release") || strings.Contains(r.path, "/bundle") || strings.Contains(r.path, "/files/") || strings.Contains(r.path, "/edit") || strings.Contains(r.path, "/platform") || strings.Contains(r.path, "/act/") || strings.Contains(r.path, "/correct/") || strings.Contains(r.path, "/decide") || strings.Contains(r.path, "/proactive") {
					continue // from above one reads, and does nothing
				}
				if got := o.outcome(r, x.agency); got != x.want {
					t.Errorf("%s at %s about %s: %s, want %s", x.who, key, x.agency, got, x.want)
				}
			}
		}
	}
}

// A list without an agency named shows its reader's cases and no others.
func TestListsKeepToTheScope(t *testing.T) {
	o := matrixOffice(t)
	for who, want := range map[string]string{"cheng": "Mcz", "clerk": "Mshi", "leader": "Mcz Mgh Mshi", "statist": "Mcz Mgh Mshi"} {
		body := o.signIn(who).page(o.get("/cases"), http.StatusOK)
		var seen []string
		for _, number := range []string{"Mcz", "Mgh", "Mshi", "Mwai"} {
			if strings.Contains(body, number) {
				seen = append(seen, number)
			}
		}
		if got := strings.Join(seen, " "); got != want {
			t.Errorf("%s sees %s, want %s", who, got, want)
		}
	}
}

// The matrix is red when a check is taken away: the list of cases, opened to
// everybody, is found.
func TestPolicyMatrixFindsAHole(t *testing.T) {
	o := matrixOffice(t)
	open := o.server.routes()
	for i := range open {
		if open[i].path == "/cases" {
			open[i].policy = public()
		}
	}
	guard := o.server.allow(open[slices.IndexFunc(open, func(r route) bool { return r.path == "/cases" })])
	o.server.echo.GET("/cases", guard(o.server.listCases))
	if len(o.wrongs(policyTable())) == 0 {
		t.Error("a list open to everybody was not found")
	}
}
