package web

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"gongkai/internal/export"
	"gongkai/internal/importer"
	"gongkai/internal/report"
	"gongkai/templates/check"
)

// checkResult is what came of checking several reports at once.
type checkResult struct {
	owner  int64 // the user's id; 0: somebody at the machine itself, not signed in
	at     time.Time
	judged []importer.Judged
	unread []importer.Unread
}

// checkKeep keeps the last few results in memory: verdicts of published reports,
// no case and nobody's personal data. They end with the server.
type checkKeep struct {
	sync.Mutex
	results map[string]checkResult
}

const (
	checksKept    = 12
	checksKeptFor = 2 * time.Hour
)

// put keeps a result, gives its token, and lets the oldest go.
func (k *checkKeep) put(r checkResult) string {
	var random [16]byte
	rand.Read(random[:]) // never fails (crypto/rand ends the process instead)
	token := hex.EncodeToString(random[:])
	k.Lock()
	defer k.Unlock()
	if k.results == nil {
		k.results = map[string]checkResult{}
	}
	for len(k.results) >= checksKept {
		oldest := ""
		for t, x := range k.results {
			if oldest == "" || x.at.Before(k.results[oldest].at) {
				oldest = t
			}
		}
		delete(k.results, oldest)
	}
	k.results[token] = r
	return token
}

// get gives a result to who made it, while it is kept.
func (k *checkKeep) get(token string, owner int64, now time.Time) (checkResult, error) {
	k.Lock()
	defer k.Unlock()
	r, found := k.results[token]
	if !found || r.owner != owner || now.Sub(r.at) > checksKeptFor {
		return checkResult{}, errNotFound
	}
	return r, nil
}

// showChecks lists what was found in several reports, by agency; or with ?file=
// the whole verdict of one.
func (s *Server) showChecks(c echo.Context) error {
	r, err := s.checks.get(c.Param("token"), s.visitor(c).ID, s.now())
	if err != nil {
		return err
	}
	here := "/check/" + c.Param("token")
	if n := c.QueryParam("file"); n != "" {
		i, err := strconv.Atoi(n)
		if err != nil || i < 1 || i > len(r.judged) {
			return errNotFound
		}
		return s.showCheck(c, check.View{Back: here, Verdicts: []check.Verdict{checkVerdict(r.judged[i-1].Table, r.judged[i-1].Verdict)}})
	}
	view := checkList(r, here, c.QueryParam("sort"), c.QueryParam("only") == "bad")
	if view.Page, err = s.checkPage(c); err != nil {
		return err
	}
	view.Page.Wide = true
	return s.draw(c, http.StatusOK, check.Several(view))
}

// downloadChecks sends the findings as a workbook.
func (s *Server) downloadChecks(c echo.Context) error {
	r, err := s.checks.get(c.Param("token"), s.visitor(c).ID, s.now())
	if err != nil {
		return err
	}
	var verdicts []report.Verdict
	for _, i := range checkOrder(r.judged, "agency") {
		verdicts = append(verdicts, r.judged[i].Verdict)
	}
	var lost []export.UnreadFile
	for _, u := range r.unread {
		lost = append(lost, export.UnreadFile{Name: u.Name, Why: u.Err.Error()})
	}
	var file bytes.Buffer
	if err := export.WriteFindings(&file, verdicts, lost); err != nil {
		return err
	}
	attach(c, fmt.Sprintf("年报校核问题清单%s.xlsx", s.today()))
	return c.Blob(http.StatusOK, downloadKinds[0].mime, file.Bytes())
}

// checkSorts are the orders of the list, with the head of the column.
var checkSorts = []struct{ code, label string }{
	{"agency", "机关"}, {"year", "年度"}, {"failures", "不符"}, {"warnings", "提示"}, {"unseen", "未能核对"}, {"file", "文件"},
}

// checkOrder gives the places of the reports in an order; counts go downwards.
func checkOrder(judged []importer.Judged, by string) []int {
	order := make([]int, len(judged))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := judged[a].Verdict, judged[b].Verdict
		natural := cmp.Or(cmp.Compare(x.Agency, y.Agency), cmp.Compare(x.Year, y.Year), cmp.Compare(x.File, y.File))
		switch by {
		case "year":
			return cmp.Or(cmp.Compare(x.Year, y.Year), natural)
		case "failures":
			return cmp.Or(cmp.Compare(len(y.Failures), len(x.Failures)), cmp.Compare(len(y.Warnings), len(x.Warnings)), natural)
		case "warnings":
			return cmp.Or(cmp.Compare(len(y.Warnings), len(x.Warnings)), natural)
		case "unseen":
			return cmp.Or(cmp.Compare(len(y.Unseen), len(x.Unseen)), natural)
		case "file":
			return cmp.Or(cmp.Compare(x.File, y.File), natural)
		}
		return natural
	})
	return order
}

func checkList(r checkResult, here, by string, bad bool) check.ListView {
	if !slices.ContainsFunc(checkSorts, func(s struct{ code, label string }) bool { return s.code == by }) {
		by = "agency"
	}
	only := ""
	if bad {
		only = "bad"
	}
	out := check.ListView{Download: here + "/download", Bad: bad, All: with(here, "sort", by), OnlyBad: with(here, "sort", by, "only", "bad")}
	for _, s := range checkSorts {
		out.Heads = append(out.Heads, check.Head{Label: s.label, Href: with(here, "sort", s.code, "only", only), Sorted: s.code == by,
			Down: s.code == "failures" || s.code == "warnings" || s.code == "unseen"})
	}
	wrong := 0
	for _, i := range checkOrder(r.judged, by) {
		v := r.judged[i].Verdict
		if !v.Clean() {
			wrong++
		}
		if bad && len(v.Failures)+len(v.Warnings) == 0 {
			continue
		}
		out.Rows = append(out.Rows, checkRow(v, with(here, "file", strconv.Itoa(i+1))))
	}
	for _, u := range r.unread {
		out.Unread = append(out.Unread, check.Unread{File: u.Name, Why: strings.TrimPrefix(u.Err.Error(), path.Base(u.Name)+"：")})
	}
	out.Sentence = fmt.Sprintf("校核%d份：%d份一致，%d份不一致", len(r.judged), len(r.judged)-wrong, wrong)
	if len(r.unread) > 0 {
		out.Sentence += fmt.Sprintf("；另有%d个文件没有读出", len(r.unread))
	}
	out.OK = wrong == 0 && len(r.unread) == 0
	return out
}

func checkRow(v report.Verdict, href string) check.Row {
	row := check.Row{Agency: v.Agency, File: v.File, Href: href, OK: v.Clean(),
		Failures: len(v.Failures), Warnings: len(v.Warnings), Unseen: len(v.Unseen),
		Findings: append(findings(v.Failures), findings(v.Warnings)...)}
	if row.Agency == "" {
		row.Agency = "（未识别机关）"
	}
	if v.Year > 0 {
		row.Year = strconv.Itoa(v.Year)
	}
	return row
}
