package web

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/templates/annual"
	"gongkai/templates/parts"
)

// showReturn shows how far a report has come: its checks, what was locked, and in
// what the register has moved since.
func (s *Server) showReturn(c echo.Context) error {
	q, err := s.readReport(c)
	if err != nil {
		return err
	}
	if !q.scope.found {
		return errNotFound
	}
	return s.drawReturn(c, http.StatusOK, q, nil)
}

func (s *Server) drawReturn(c echo.Context, status int, q reportQuery, problems []parts.Problem) error {
	ctx := c.Request().Context()
	p, err := s.page(c, q.scope, "定稿锁定", "report")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = fmt.Sprintf("/report/%d", q.year), len(problems) > 0
	who := s.visitor(c)
	view := annual.ReturnView{Page: p, Heading: fmt.Sprintf("%s%d年年报：定稿锁定", q.scope.agency.Name, q.year), Back: q.href(""), Document: q.href("/document"), Action: q.href("/return"),
		Problems: problems, Edits: who.May(q.scope.agency.ID, cases.Editor), Locks: who.May(q.scope.agency.ID, settingKeepers()...), Today: s.today().String(), Reason: c.FormValue("reason")}
	found, err := s.findings(c.Request().Context(), q)
	if err != nil {
		return err
	}
	text, err := s.db.LastText(ctx, q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return err
	}
	asked := map[string]bool{}
	for _, x := range found {
		view.Findings = append(view.Findings, annual.Check{Name: x.Identity, Meaning: x.Message, OK: !x.blocks})
		view.Blocked = view.Blocked || x.blocks
		if !x.blocks && !asked[x.Identity] {
			asked[x.Identity] = true
			hint := "写明原因。"
			if len(x.cases) > 0 {
				hint = "写明原因，逐件点到：" + strings.Join(x.cases[:min(len(x.cases), mostExplained)], "、")
			}
			view.Explain = append(view.Explain, parts.Input{Name: "explain_" + x.Identity, Label: x.Identity + "说明", Hint: hint,
				Value: first1(c.FormValue("explain_"+x.Identity), text.Text.Explain[x.Identity]), Problems: problems})
		}
	}
	versions, err := s.db.Returns(ctx, q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return err
	}
	files, err := s.db.ReturnFiles(ctx, q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return err
	}
	for i, r := range versions {
		row, err := s.versionView(c, q, r, i == 0, files)
		if err != nil {
			return err
		}
		view.Versions = append(view.Versions, row)
	}
	open, waits, err := s.db.OpenReturn(ctx, q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return err
	}
	if waits {
		names, err := s.db.NamesOf(ctx, []string{open.By})
		if err != nil {
			return err
		}
		view.Waiting, view.WaitingReason, view.Own = names[open.By], open.Reason, cases.SameHand(open.By, s.stamp(c).By) && !who.Single
		view.Proposal = strconv.FormatInt(open.ID, 10)
	}
	if view.Carried, err = s.carriedView(ctx, q, view.Findings); err != nil {
		return err
	}
	if view.Review, err = s.reviewWords(ctx, q); err != nil {
		return err
	}
	view.Steps = returnSteps(versions, waits, view.Review)
	view.Scans = who.May(q.scope.agency.ID, scanKeepers()...)
	view.Sheets = []annual.Link{{Label: "打印签发单", Href: q.href("/return/sheet", "kind", store.SignSheet)}, {Label: "打印盖章页", Href: q.href("/return/sheet", "kind", store.SealedPage)}}
	view.ScanAction = q.href("/return/files")
	return s.draw(c, status, annual.Return(view))
}

// scanKeepers are the roles that add and take the scans of a locked return.
func scanKeepers() []cases.Role { return []cases.Role{cases.Editor, cases.Reviewer, cases.Signer} }

// carriedView lists the cases that make K6 fail.
func (s *Server) carriedView(ctx context.Context, q reportQuery, found []annual.Check) (out []annual.MovedCase, err error) {
	if !slices.ContainsFunc(found, func(f annual.Check) bool { return f.Name == "K6" }) {
		return nil, nil
	}
	apart, _, err := s.db.CarriedApart(ctx, q.scope.agency.ID, q.year, q.scope.own)
	for _, m := range apart {
		out = append(out, annual.MovedCase{Number: caseNumber(m.Number, m.CaseID), Href: casePath(m.CaseID), Before: orDash(m.Before), Now: orDash(m.Now)})
	}
	return out, err
}

// reviewWords says what the agency above said of the return that was handed up.
func (s *Server) reviewWords(ctx context.Context, q reportQuery) (string, error) {
	states, err := s.db.ReturnStates(ctx, q.year)
	if err != nil {
		return "", err
	}
	r := states[q.scope.agency.ID].Review
	switch {
	case r == nil:
		return "", nil
	case r.Accepted:
		return "上级已于" + s.clock(r.At) + "接收", nil
	}
	return "上级于" + s.clock(r.At) + "退回：" + r.Remark, nil
}

// returnSteps words how far a report has come: 草稿 → 审核 → 定稿锁定 → 上报 → 公布.
func returnSteps(versions []store.Return, waits bool, review string) []annual.StepMark {
	at, words := 0, [5]string{}
	if waits {
		at = 1
	}
	if len(versions) > 0 {
		last := versions[0]
		if !waits {
			at = 2
		}
		words[2] = "第" + strconv.Itoa(last.Version) + "版"
		if !last.SubmittedOn.IsZero() {
			at, words[3] = max(at, 3), last.SubmittedOn.String()
			if review != "" {
				words[3] += "，" + review
			}
		}
		if !last.PublishedOn.IsZero() {
			at, words[4] = 4, last.PublishedOn.String()
		}
	}
	var out []annual.StepMark
	for i, name := range []string{"草稿", "审核", "定稿锁定", "上报", "公布"} {
		out = append(out, annual.StepMark{Name: name, Note: words[i], Done: i < at, Here: i == at})
	}
	return out
}

func (s *Server) versionView(c echo.Context, q reportQuery, r store.Return, last bool, files []store.ReturnFile) (annual.Version, error) {
	names, err := s.db.NamesOf(c.Request().Context(), []string{r.LockedBy})
	if err != nil {
		return annual.Version{}, err
	}
	out := annual.Version{Number: strconv.Itoa(r.Version), Locked: s.clock(r.LockedAt) + " " + names[r.LockedBy], Hash: r.Hash, Reason: r.Reason, Submitted: r.SubmittedOn.String(), Published: r.PublishedOn.String(), Last: last}
	for _, kind := range documentKinds {
		out.Downloads = append(out.Downloads, annual.Link{Label: kind.label, Href: q.href("/document/download", "as", kind.code, "version", out.Number)})
	}
	for _, kind := range downloadKinds[:3] {
		out.Downloads = append(out.Downloads, annual.Link{Label: kind.label, Href: q.href("/document/download", "as", kind.code, "version", out.Number)})
	}
	out.Law, out.Calendar, out.Counting = r.Frozen.Law, r.Calendar, r.Frozen.Counting
	for _, k := range slices.Sorted(maps.Keys(r.Frozen.Explain)) {
		out.Explained = append(out.Explained, k+"："+r.Frozen.Explain[k])
	}
	for _, f := range files {
		if f.Version == r.Version {
			label := map[string]string{store.SignSheet: "签发单", store.SealedPage: "盖章页"}[f.Kind]
			out.Scans = append(out.Scans, annual.Link{Label: label + "：" + f.Name + "（" + sizeWord(f.Size) + "）", Href: q.href("/return/files/"+strconv.Itoa(f.Place), "version", out.Number)})
		}
	}
	return out, s.compareVersion(c.Request().Context(), q, r.Version, last, &out)
}

// compareVersion adds in what a version differs from the one before it, and the
// last one from the register as it is now.
func (s *Server) compareVersion(ctx context.Context, q reportQuery, version int, last bool, out *annual.Version) error {
	moved, cells, err := s.db.VersionDifferences(ctx, q.scope.agency.ID, q.year, q.scope.own, version)
	if err != nil {
		return err
	}
	out.Corrected, out.CorrectedCases = cells, movedCases(moved)
	if !last {
		return nil
	}
	moved, cells, err = s.db.ReturnDifferences(ctx, q.scope.agency.ID, q.year, q.scope.own, version)
	out.Cells, out.Moved = cells, movedCases(moved)
	return err
}

func movedCases(moved []store.Moved) (out []annual.MovedCase) {
	for _, m := range moved {
		out = append(out, annual.MovedCase{Number: caseNumber(m.Number, m.CaseID), Href: casePath(m.CaseID), Before: orDash(m.Before), Now: orDash(m.Now)})
	}
	return out
}

// doReturn takes the next step: the editor asks, the second person locks or sends
// back, the editor notes when it was handed up and published.
func (s *Server) doReturn(c echo.Context) error {
	q, err := s.readReport(c)
	if err != nil {
		return err
	}
	if !q.scope.found {
		return errNotFound
	}
	roles := []cases.Role{cases.Editor}
	do := c.FormValue("do")
	if do == "lock" || do == "refuse" {
		roles = settingKeepers()
	}
	if err := s.mayAct(c, q.scope.agency.ID, roles...); err != nil {
		return err
	}
	switch do {
	case "lock", "refuse":
		err = s.decideReturn(c, q, do == "lock")
	case "submitted", "published":
		on, _ := readNearDay(c.FormValue("on"), s.today()) // the store says that there is none
		err = s.db.MarkReturn(c.Request().Context(), s.stamp(c), q.scope.agency.ID, q.year, q.scope.own, do, on)
	default:
		problems, errAsk := s.proposeReturn(c, q)
		if len(problems) > 0 {
			return s.drawReturn(c, http.StatusUnprocessableEntity, q, problems)
		}
		err = errAsk
	}
	if store.Is(err, store.Invalid) || store.Is(err, store.Conflict) {
		return s.drawReturn(c, http.StatusUnprocessableEntity, q, []parts.Problem{{Field: "reason", Message: err.Error()}})
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, q.href("/return"))
}

// proposeReturn holds the checks and asks for the lock; the single user locks at
// once.
func (s *Server) proposeReturn(c echo.Context, q reportQuery) (problems []parts.Problem, err error) {
	found, err := s.findings(c.Request().Context(), q)
	if err != nil {
		return nil, err
	}
	text, err := s.db.LastText(c.Request().Context(), q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return nil, err
	}
	explain := map[string]string{}
	for _, x := range found {
		if x.blocks {
			problems = append(problems, parts.Problem{Field: "reason", Message: x.Identity + "不成立，不能定稿：" + x.Message})
			continue
		}
		field := "explain_" + x.Identity
		said := strings.TrimSpace(c.FormValue(field))
		explain[x.Identity] = said
		left := slices.DeleteFunc(slices.Clone(x.cases[:min(len(x.cases), mostExplained)]), func(n string) bool { return strings.Contains(said, n) })
		if (said == "" || len(left) > 0) && parts.Message(problems, field) == "" {
			message := x.Identity + "不一致，请写明原因并点到具体办件编号：" + x.Message
			if said != "" {
				message = x.Identity + "的说明没有点到：" + strings.Join(left, "、")
			}
			problems = append(problems, parts.Problem{Field: field, Message: message})
		}
	}
	if len(problems) > 0 {
		return problems, nil
	}
	ctx, stamp := c.Request().Context(), s.stamp(c)
	if len(explain) > 0 {
		text.Text.Explain = explain
		if err := s.db.EnterText(ctx, stamp, q.scope.agency.ID, q.year, q.scope.own, text.Place, text.Text); err != nil {
			return nil, err
		}
	}
	if err := s.db.ProposeReturn(ctx, stamp, q.scope.agency.ID, q.year, q.scope.own, strings.TrimSpace(c.FormValue("reason"))); err != nil {
		return nil, err
	}
	if s.visitor(c).Single {
		return nil, s.decideReturn(c, q, true)
	}
	return nil, nil
}

func (s *Server) decideReturn(c echo.Context, q reportQuery, agree bool) error {
	ctx := c.Request().Context()
	open, waits, err := s.db.OpenReturn(ctx, q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return err
	}
	if !waits {
		return store.Fail(store.Conflict, "没有等待锁定的年报；可能别人已经办过，请刷新页面核对。")
	}
	found, err := s.findings(c.Request().Context(), q)
	if err != nil {
		return err
	}
	for _, x := range found {
		if x.blocks && agree {
			return store.Fail(store.Invalid, "%s不成立，不能定稿：%s。", x.Identity, x.Message)
		}
	}
	facts, err := s.db.ReportFacts(ctx, q.scope.agency.ID, q.year, q.scope.own, report.FormatOf(q.year))
	if err != nil {
		return err
	}
	text, err := s.db.LastText(ctx, q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return err
	}
	stamp := s.stamp(c)
	stamp.Alone = s.visitor(c).Single
	_, err = s.db.DecideReturn(ctx, stamp, open.ID, agree, func(t report.Table) (store.Frozen, error) {
		if len(facts.Table.Differences(t)) > 0 {
			return store.Frozen{}, store.Fail(store.Conflict, "正在锁定时台账又有变动；请刷新页面，核对后再锁定。")
		}
		d := report.Compose(facts, text.Text)
		return store.Frozen{Before: d.Before, After: d.After, Charts: d.Charts, Explain: text.Text.Explain, Figures: facts.Entered}, nil
	})
	return err
}
