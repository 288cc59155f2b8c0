package web

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/internal/store"
	"gongkai/internal/testkit"
)

// testEngine names the variable that chooses the database of the tests' offices.
const testEngine = "GONGKAI_TEST_ENGINE"

// Everything that the pages are tested for holds on PostgreSQL too: the tests of
// this package run once more on it, in a process of their own.
func TestPagesOnPostgres(t *testing.T) {
	if os.Getenv(testEngine) != "" {
		testkit.Skip(t, "this is the run on PostgreSQL")
	}
	testkit.Postgres(t) // skips where there is none
	cmd := exec.Command(os.Args[0], "-test.count=1", "-test.timeout=15m")
	cmd.Env = append(os.Environ(), testEngine+"="+store.Postgres)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// today is the day on which the tests' office opens its pages.
const today = "2026-11-24"

// office is a server over a real database with a city, a department and a few
// cases.
type office struct {
	*testing.T
	dir    string
	db     *store.DB
	server *Server
	log    *bytes.Buffer
	token  string // of the session of whoever asks; the single user's unless signIn says otherwise
}

// emptyOffice has a database and nothing in it but the account of its single
// user, who is signed in.
func emptyOffice(t *testing.T) *office {
	t.Helper()
	o := bareOffice(t)
	o.addUser("danji", auth.Admin{}, true)
	return o.signIn("danji")
}

// bareOffice has a database and nothing in it.
func bareOffice(t *testing.T) *office {
	t.Helper()
	dir := t.TempDir()
	now := testkit.Clock(today)
	at := store.Options{Dir: filepath.Join(dir, "data"), KeyFile: filepath.Join(dir, "data.key"), Purpose: "test", Clock: now}
	if at.Driver = os.Getenv(testEngine); at.Driver == store.Postgres {
		at.DSN = testkit.Postgres(t)
	}
	db, err := store.Open(context.Background(), at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	o := &office{T: t, dir: filepath.Join(dir, "data"), db: db, log: &bytes.Buffer{}}
	o.server, err = New(Options{DB: db, Dir: o.dir, Now: now, Cost: auth.TestCost(),
		Log: slog.New(slog.NewTextHandler(o.log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.server.Close() })
	return o
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := emptyOffice(t)
	stamp := o.actor()
	lines := []store.AgencyLine{
		{Agency: cases.Agency{Code: "shi", Name: "示例市人民政府", Kind: cases.Government}},
		{Agency: cases.Agency{Code: "cz", Name: "示例市财政局", Kind: cases.Department}, ParentCode: "shi"},
	}
	if _, err := o.db.ImportAgencies(context.Background(), stamp, lines); err != nil {
		t.Fatal(err)
	}
	job := store.ImportJob{FileName: "台账.xlsx", FileHash: "fixture"}
	for i, r := range fixtures() {
		job.Rows = append(job.Rows, store.ImportRow{Line: i + 2, Record: r})
	}
	if _, err := o.db.Import(context.Background(), stamp, job); err != nil {
		t.Fatal(err)
	}
	return o
}

// fixtures are cases of the years 2025 and 2026 in every light.
func fixtures() []cases.Record {
	day := testkit.Day
	line := func(number, agency, received string, kind cases.ApplicantKind, name, content string) cases.Record {
		ch, err := deadline.ParseChannel("online")
		if err != nil {
			panic(err)
		}
		return cases.Record{Number: number, Agency: agency, ReceivedOn: day(received), Channel: ch, Kind: kind, Applicant: name,
			Content: content, Phone: "13900001111", IDNumber: "350102199001010011"}
	}
	closed := func(r cases.Record, on, outcome string) cases.Record {
		r.AnsweredOn, r.Outcome = day(on), cases.MustOutcome(outcome)
		return r
	}
	waiting := line("C4", "cz", "2026-11-10", cases.Natural, "陈小明", "某项目预算")
	waiting.SupplementAskedOn = day("2026-11-16")
	disputed := closed(line("C7", "shi", "2025-11-03", cases.Natural, "林志强", "某会议纪要"), "2025-11-20", "withhold.internal_affairs")
	disputed.Remedies[0] = cases.RemedyRecord{Result: cases.Upheld, FiledOn: day("2025-12-01"), ClosedOn: day("2026-01-20")}
	disputed.Remedies[2] = cases.RemedyRecord{Result: cases.Pending, FiledOn: day("2026-02-01")}
	return []cases.Record{
		line("C1", "shi", "2026-10-12", cases.Natural, "陈小明", "某路改造工程的批复"), // late
		line("C2", "cz", "2026-10-27", cases.Commercial, "示例建设有限公司", "采购合同"),
		line("C3", "cz", "2026-11-20", cases.LegalService, "示例律师事务所", "土地出让合同"),
		waiting,
		closed(line("C5", "cz", "2025-12-15", cases.Natural, "黄梅", "决算报告"), "2026-01-12", "disclose.provided"),
		closed(line("C6", "shi", "2026-03-02", cases.Natural, "欧阳晓红", "名单"), "2026-05-20", "unable.nonexistent"),
		disputed,
		closed(line("C8", "cz", "2025-02-10", cases.Research, "示例研究院", "统计表"), "2025-02-20", "other.withdrawn"),
	}
}

// ask sends a request from the machine itself.
func (o *office) ask(r *http.Request) *http.Response {
	o.Helper()
	r.RemoteAddr, r.Host = "127.0.0.1:50000", "127.0.0.1:8080"
	o.dress(r)
	w := httptest.NewRecorder()
	o.server.Handler().ServeHTTP(w, r)
	return w.Result()
}

func (o *office) get(path string) *http.Response {
	o.Helper()
	return o.ask(httptest.NewRequest(http.MethodGet, path, nil))
}

func (o *office) post(path string, form url.Values) *http.Response {
	o.Helper()
	sent := url.Values{tokenField: {auth.FormToken(o.token)}}
	maps.Copy(sent, form)
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(sent.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return o.ask(r)
}

// send posts a file as a browser does.
func (o *office) send(path, name string, data []byte, fields ...string) *http.Response {
	o.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	form.WriteField(tokenField, auth.FormToken(o.token))
	for i := 0; i+1 < len(fields); i += 2 {
		form.WriteField(fields[i], fields[i+1])
	}
	if name != "" {
		part, err := form.CreateFormFile("file", name)
		if err != nil {
			o.Fatal(err)
		}
		part.Write(data)
	}
	form.Close()
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return o.ask(r)
}

// page demands a status and gives the answer's text.
func (o *office) page(res *http.Response, status int) string {
	o.Helper()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		o.Fatal(err)
	}
	if res.StatusCode != status {
		o.Fatalf("status %d, want %d: %.400s", res.StatusCode, status, body)
	}
	return string(body)
}

// check demands of a page that every check holds.
func (o *office) check(body string, checks ...testkit.HTMLCheck) {
	o.Helper()
	testkit.CheckHTML(o, strings.NewReader(body), checks...)
}

// all gives the elements of a page that a selector finds.
func (o *office) all(body, selector string) []*html.Node {
	o.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		o.Fatal(err)
	}
	return cascadia.QueryAll(root, cascadia.MustCompile(selector))
}

func attr(n *html.Node, name string) string {
	v, _ := testkit.Attr(n, name)
	return v
}
