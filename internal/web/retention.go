package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gongkai/internal/auth"
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/parts"
	"gongkai/templates/retention"
)

// listRetention shows what is due at an agency in a year, and its lists of
// destruction; to the auditor the lists of all agencies.
func (s *Server) listRetention(c echo.Context) error {
	return s.drawRetention(c, http.StatusOK, nil)
}

// retentionStaff are who come near what is due.
func retentionStaff() policy { return staffOrAdmins(settingKeepers(), auth.Auditor) }

// yearOf reads the year that is asked for, else the present one.
func (s *Server) yearOf(text string) int {
	year, err := strconv.Atoi(text)
	if err != nil || year < 2008 || year > 2099 {
		return s.today().Year()
	}
	return year
}

func (s *Server) drawRetention(c echo.Context, status int, problems []parts.Problem) error {
	ctx, auditor := c.Request().Context(), s.visitor(c).Admin == auth.Auditor
	var v scope
	var err error
	if auditor {
		v, err = s.frame(c)
	} else if v, err = s.scope(c, s.today()); err == nil && !v.found {
		err = errNotFound
	}
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "到期销毁", "retention")
	if err != nil {
		return err
	}
	year := s.yearOf(first1(c.FormValue("year"), c.QueryParam("year")))
	p.Path, p.Wrong, p.Keep = "/retention", len(problems) > 0, []parts.Pair{{Name: "year", Value: strconv.Itoa(year)}}
	view := retention.ListView{Page: p, Problems: problems, Year: strconv.Itoa(year), Reason: c.FormValue("reason")}
	if !auditor {
		view.Agency, view.Settings = v.agency.Name, with("/settings", "agency", v.agency.Code)
		if err := s.addDue(c, v, year, &view); err != nil {
			return err
		}
	}
	lists, err := s.db.Disposals(ctx, v.agency.ID)
	if err != nil {
		return err
	}
	if view.Lists, err = s.disposalRows(ctx, v, lists); err != nil {
		return err
	}
	return s.draw(c, status, retention.List(view))
}

// dueOnPage is how many due cases stand on one page.
const dueOnPage = 50

// addDue fills in what is due in the year.
func (s *Server) addDue(c echo.Context, v scope, year int, view *retention.ListView) error {
	ctx, today := c.Request().Context(), s.today()
	value, err := s.db.Setting(ctx, v.agency.ID, store.RetentionSetting, today)
	if err != nil {
		return err
	}
	terms, err := cases.ParseRetention(value)
	if err != nil {
		return err
	}
	view.Basis = terms.String()
	for y := today.Year() - 1; y <= today.Year()+12; y++ {
		view.Years = append(view.Years, parts.Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y) + "年", Chosen: y == year})
	}
	due, more, err := s.db.ExpiredCases(ctx, v.agency.ID, year, today)
	if err != nil {
		return err
	}
	keeper := s.visitor(c).May(v.agency.ID, settingKeepers()...)
	from, _ := strconv.Atoi(c.QueryParam("from")) // none: from the beginning
	from = min(max(from, 0), len(due))
	byClass, held := map[cases.RetentionClass]int{}, 0
	for i, x := range due {
		byClass[x.Class]++
		if x.Kept != "" {
			held++
		}
		if i >= from && i < from+dueOnPage {
			view.Rows = append(view.Rows, dueRow(x, keeper))
		}
	}
	view.Counts = append(view.Counts, retention.Count{Label: "合计", Value: number(int64(len(due)))})
	for _, class := range cases.RetentionClasses() {
		if byClass[class] > 0 {
			view.Counts = append(view.Counts, retention.Count{Label: class.Label(), Value: number(int64(byClass[class]))})
		}
	}
	if held > 0 {
		view.Counts = append(view.Counts, retention.Count{Label: "其中保留", Value: number(int64(held))})
	}
	if from+dueOnPage < len(due) {
		view.Next = with("/retention", "agency", v.agency.Code, "year", view.Year, "from", strconv.Itoa(from+dueOnPage))
	}
	if more {
		view.More = fmt.Sprintf("一份清册最多%d件；办完这一批，其余的随后列出。", store.MostDisposed)
	}
	view.Proposes = keeper && year <= today.Year() && len(due) > held
	if year > today.Year() {
		view.Coming = fmt.Sprintf("%d年还没有到，这里是预览。", year)
	}
	return nil
}

func dueRow(x store.Expired, keeper bool) retention.Row {
	row := retention.Row{Number: caseNumber(x.Number, x.CaseID), Href: casePath(x.CaseID), Received: x.ReceivedOn.String(), Answered: x.AnsweredOn.String(),
		Outcome: x.Outcome.Label(), Class: x.Class.Label(), Term: x.Word(), Until: x.Until().String(), Kept: x.Kept.Label(), Reason: x.Hold.Reason}
	if keeper && (x.Kept == "" || x.Kept == cases.KeptHeld) {
		row.HoldHref = holdPath(x.CaseID)
	}
	return row
}

func holdPath(caseID int64) string { return "/retention/cases/" + itoa64(caseID) }

func disposalPath(id int64) string { return "/retention/" + itoa64(id) }

func (s *Server) disposalRows(ctx context.Context, v scope, lists []store.Disposal) (out []retention.Disposal, err error) {
	var by []string
	for _, d := range lists {
		by = append(by, d.By, d.DecidedBy)
	}
	names, err := s.db.NamesOf(ctx, by)
	if err != nil {
		return nil, err
	}
	for _, d := range lists {
		a, _ := v.tree.Agency(d.AgencyID)
		row := retention.Disposal{Number: "第" + itoa64(d.ID) + "号", Href: disposalPath(d.ID), Agency: orDash(a.Name), Year: strconv.Itoa(d.Year) + "年", Cases: number(int64(d.Cases)),
			Proposed: s.clock(d.At) + " " + first1(names[d.By], d.By), Decided: "—"}
		if d.DecidedAt != 0 {
			row.Decided = s.clock(d.DecidedAt) + " " + first1(names[d.DecidedBy], d.DecidedBy)
		}
		row.Light, row.State = disposalState(d)
		out = append(out, row)
	}
	return out, nil
}

func disposalState(d store.Disposal) (light, word string) {
	switch {
	case d.DecidedAt == 0:
		return "soon", "等待确认"
	case d.Decision == "refused":
		return "closed", "没有销毁"
	case d.DoneAt == 0:
		return "waiting", fmt.Sprintf("正在销毁，已%d件", d.Purged)
	case d.Kept > 0:
		return "closed", fmt.Sprintf("已销毁%d件，留下%d件", d.Purged, d.Kept)
	}
	return "closed", fmt.Sprintf("已销毁%d件", d.Purged)
}

// proposeDisposal puts what is due on a list.
func (s *Server) proposeDisposal(c echo.Context) error {
	tree, err := s.db.Tree(c.Request().Context(), s.today())
	if err != nil {
		return err
	}
	a, found := tree.ByCode(c.FormValue("agency"))
	if !found {
		return errNotFound
	}
	if err := s.mayAct(c, a.ID, settingKeepers()...); err != nil {
		return err
	}
	id, err := s.db.ProposeDisposal(c.Request().Context(), s.stamp(c), a.ID, s.yearOf(c.FormValue("year")), strings.TrimSpace(c.FormValue("reason")))
	if store.Is(err, store.Invalid) || store.Is(err, store.Conflict) {
		c.QueryParams().Set("agency", a.Code)
		return s.drawRetention(c, http.StatusUnprocessableEntity, []parts.Problem{{Field: "reason", Message: err.Error()}})
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, disposalPath(id))
}

// openDisposal reads the list of the address, if the visitor may see it.
func (s *Server) openDisposal(c echo.Context) (d store.Disposal, err error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return d, errNotFound
	}
	if d, err = s.db.Disposal(c.Request().Context(), id); err != nil {
		return d, err
	}
	if v := s.visitor(c); v.Admin != auth.Auditor && !v.mayRead(d.AgencyID) {
		return d, errNotFound
	}
	return d, nil
}

// showDisposal draws a list of destruction (销毁清册).
func (s *Server) showDisposal(c echo.Context) error {
	return s.drawDisposal(c, http.StatusOK, nil)
}

func (s *Server) drawDisposal(c echo.Context, status int, problems []parts.Problem) error {
	ctx := c.Request().Context()
	d, err := s.openDisposal(c)
	if err != nil {
		return err
	}
	v, err := s.frame(c)
	if err != nil {
		return err
	}
	if a, alive := v.tree.Agency(d.AgencyID); alive && s.visitor(c).mayRead(a.ID) {
		v.agency, v.found = a, true
	}
	p, err := s.page(c, v, fmt.Sprintf("销毁清册第%d号", d.ID), "retention")
	if err != nil {
		return err
	}
	p.Path, p.Wrong, p.Wide = "/retention", len(problems) > 0, true
	lines, err := s.db.DisposalCases(ctx, d.ID)
	if err != nil {
		return err
	}
	summary, err := s.disposalRows(ctx, v, []store.Disposal{d})
	if err != nil {
		return err
	}
	one := summary[0]
	view := retention.ProtocolView{Page: p, Problems: problems, Heading: "第" + itoa64(d.ID) + "号", Agency: one.Agency, Path: disposalPath(d.ID), Back: with("/retention", "agency", v.agency.Code),
		Waits: d.DecidedAt == 0 && s.visitor(c).May(d.AgencyID, settingKeepers()...), Own: cases.SameHand(d.By, s.stamp(c).By), Aln: s.visitor(c).Single, Done: d.DoneAt != 0,
		Facts: []retention.Count{{Label: "机关", Value: one.Agency}, {Label: "清册", Value: one.Number}, {Label: "保管期限届满于", Value: strconv.Itoa(d.Year) + "年以前"}, {Label: "件数", Value: one.Cases},
			{Label: "提出", Value: one.Proposed}, {Label: "确认", Value: one.Decided}, {Label: "状态", Value: one.State}}}
	view.Agrees = view.Waits && (view.Aln || !view.Own)
	if d.Reason != "" {
		view.Facts = append(view.Facts, retention.Count{Label: "说明", Value: d.Reason})
	}
	view.Note = "销毁的是申请内容、申请人、答复文字、材料和加密密钥；编号、日期、办理结果和审计记录留存，各年统计不变。"
	for i, l := range lines {
		row := retention.Row{Place: strconv.Itoa(i + 1), Number: caseNumber(l.Number, l.CaseID), Href: casePath(l.CaseID), Received: l.ReceivedOn.String(), Answered: l.AnsweredOn.String(),
			Outcome: l.Outcome.Label(), Class: l.Class.Label(), Term: cases.Retention{Years: l.Years}.Word(), Until: strconv.Itoa(l.ClosedOn.Year()+l.Years) + "-12-31",
			Fate: map[string]string{"purged": "已销毁", "kept": "留下：" + l.Kept.Label(), "": map[bool]string{true: "没有销毁", false: "待销毁"}[d.Decision == "refused"]}[l.Fate]}
		if l.Files > 0 {
			row.Files = strconv.Itoa(l.Files) + "份"
		}
		view.Rows = append(view.Rows, row)
	}
	return s.draw(c, status, retention.Protocol(view))
}

// carryOutFor is how long a page waits for the destruction; what is left is done
// beside the pages.
const carryOutFor = 3 * time.Second

// decideDisposal agrees to a list, and destroys, or not.
func (s *Server) decideDisposal(c echo.Context) error {
	d, err := s.openDisposal(c)
	if err != nil {
		return err
	}
	if err := s.mayAct(c, d.AgencyID, settingKeepers()...); err != nil {
		return err
	}
	stamp, agree := s.stamp(c), c.FormValue("do") == "agree"
	stamp.Alone = s.visitor(c).Single
	err = s.db.DecideDisposal(c.Request().Context(), stamp, d.ID, agree)
	if store.Is(err, store.Invalid) || store.Is(err, store.Conflict) {
		return s.drawDisposal(c, http.StatusConflict, []parts.Problem{{Field: "do", Message: err.Error()}})
	}
	if err != nil {
		return err
	}
	if agree {
		ctx, done := context.WithTimeout(c.Request().Context(), carryOutFor)
		defer done()
		if _, err := s.db.CarryOutDisposals(ctx, stamp); err != nil && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
			return err
		}
	}
	return c.Redirect(http.StatusSeeOther, disposalPath(d.ID))
}

// openHoldCase reads the case of the address for who may hold it.
func (s *Server) openHoldCase(c echo.Context) (*cases.Case, scope, error) {
	found, v, err := s.loadCase(c)
	if err != nil {
		return nil, v, err
	}
	return found, v, s.mayAct(c, found.AgencyID, settingKeepers()...)
}

// askHold shows how long a case is kept, and the form that keeps it longer.
func (s *Server) askHold(c echo.Context) error { return s.drawHold(c, http.StatusOK, nil) }

func (s *Server) drawHold(c echo.Context, status int, problems []parts.Problem) error {
	ctx := c.Request().Context()
	found, v, err := s.openHoldCase(c)
	if err != nil {
		return err
	}
	title := "保管期限 " + caseNumber(found.Number, found.ID)
	p, err := s.page(c, v, title, "retention")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = "/retention", len(problems) > 0
	view := retention.HoldView{Page: p, Problems: problems, Number: caseNumber(found.Number, found.ID), CasePath: casePath(found.ID), Path: holdPath(found.ID), Reason: c.FormValue("reason")}
	fact, _, err := s.retentionFact(ctx, found.ID)
	if err != nil {
		return err
	}
	view.Facts = []retention.Count{{Label: "保管期限", Value: orDash(fact)}}
	h, held, err := s.db.HoldOf(ctx, found.ID)
	if err != nil {
		return err
	}
	if held {
		names, err := s.db.NamesOf(ctx, []string{h.By})
		if err != nil {
			return err
		}
		view.Held = h.Reason + "（" + s.clock(h.At) + " " + first1(names[h.By], h.By) + "）"
	}
	return s.draw(c, status, retention.Hold(view))
}

// doHold keeps a case beyond its term, or no longer.
func (s *Server) doHold(c echo.Context) error {
	found, _, err := s.openHoldCase(c)
	if err != nil {
		return err
	}
	if c.FormValue("do") == "lift" {
		err = s.db.LiftHold(c.Request().Context(), s.stamp(c), found.ID)
	} else {
		err = s.db.PlaceHold(c.Request().Context(), s.stamp(c), found.ID, strings.TrimSpace(c.FormValue("reason")))
	}
	if store.Is(err, store.Invalid) || store.Is(err, store.Conflict) {
		return s.drawHold(c, http.StatusUnprocessableEntity, []parts.Problem{{Field: "reason", Message: err.Error()}})
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, holdPath(found.ID))
}

// retentionFact words how long a closed case is kept; false: it is open.
func (s *Server) retentionFact(ctx context.Context, caseID int64) (text string, closed bool, err error) {
	r, closed, err := s.db.RetentionOf(ctx, caseID, s.today())
	if err != nil || !closed {
		return "", false, err
	}
	switch {
	case r.Pending:
		text = r.Word() + "（" + r.Class.Label() + "，审结后起算）"
	case r.Ever:
		text = "永久（" + r.Class.Label() + "）"
	default:
		text = r.Word() + "（" + r.Class.Label() + "），至" + r.Until().Chinese()
	}
	return text, true, nil
}

// refuseDestroyed keeps pages from showing or handling a destroyed case: its own
// page says what is left.
func (s *Server) refuseDestroyed(c echo.Context, caseID int64) error {
	if c.Path() == "/cases/:id" && c.Request().Method == http.MethodGet {
		return nil
	}
	_, gone, err := s.db.Purged(c.Request().Context(), caseID)
	if err == nil && gone {
		return store.Fail(store.Conflict, "本件已按保管期限销毁，只留编号、日期和结果。")
	}
	return err
}

// showPurged draws what is left of a destroyed case.
func (s *Server) showPurged(c echo.Context, v scope, found *cases.Case, gone store.Purge) error {
	p, err := s.page(c, v, caseNumber(found.Number, found.ID), "cases")
	if err != nil {
		return err
	}
	p.Path = "/cases"
	book, err := s.db.BookOf(c.Request().Context(), found.AgencyID)
	if err != nil {
		return err
	}
	row := (&cases.Deriver{Book: book}).Row(found.Events)
	view := retention.PurgedView{Page: p, Number: caseNumber(found.Number, found.ID), Back: with("/cases", "agency", v.agency.Code), Light: lightOf(row, book.Latest(), s.today()),
		Says: gone.On.Chinese() + "按保管期限销毁。"}
	if gone.DisposalID != 0 && s.visitor(c).May(found.AgencyID, settingKeepers()...) {
		if _, err := s.db.Disposal(c.Request().Context(), gone.DisposalID); err == nil {
			view.Protocol = disposalPath(gone.DisposalID)
		} else if !store.Is(err, store.NotFound) { // a restored database does not know it
			return err
		}
	}
	for _, f := range s.facts(c, v, found, row) {
		view.Facts = append(view.Facts, retention.Count{Label: f.Label, Value: f.Value})
	}
	if row.DueOn != (calendar.Date{}) {
		view.Facts = append(view.Facts, retention.Count{Label: "答复期限", Value: withWeekday(row.DueOn)})
	}
	return s.draw(c, http.StatusOK, retention.Purged(view))
}
