package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/handling"
	"gongkai/templates/parts"
	"gongkai/templates/remind"
)

// planForm is the plan as it was typed, or as it holds.
type planForm struct {
	marks    map[string]string
	values   map[string]string // escalation, hours, annual terms, from
	problems []parts.Problem
}

// askPlan shows when an agency is reminded of what.
func (s *Server) askPlan(c echo.Context) error {
	v, err := s.scope(c, s.today())
	if err != nil {
		return err
	}
	if !v.found {
		return errNotFound
	}
	f, err := s.presentPlan(c, v)
	if err != nil {
		return err
	}
	return s.drawPlan(c, v, f, http.StatusOK)
}

// presentPlan gives the plan that holds today.
func (s *Server) presentPlan(c echo.Context, v scope) (planForm, error) {
	ctx := c.Request().Context()
	f := planForm{marks: map[string]string{}, values: map[string]string{"from": s.today().String()}}
	plan, err := s.db.ReminderPlan(ctx, v.agency.ID, s.today())
	if err != nil {
		return f, err
	}
	for _, k := range cases.ReminderKinds() {
		f.marks[k.Code()] = plan.Marks[k].Show()
	}
	f.values["reviewer"], f.values["signer"], f.values["above"] = strconv.Itoa(plan.Reviewer), strconv.Itoa(plan.Signer), strconv.Itoa(plan.Above)
	hours, err := s.db.Setting(ctx, v.agency.ID, cases.ReminderHoursKey, s.today())
	if err != nil {
		return f, err
	}
	f.values["hours"] = first1(hours, cases.UsualHours().String())
	f.values["terms"], err = s.db.Setting(ctx, v.agency.ID, cases.AnnualTermsKey, s.today())
	return f, err
}

func (s *Server) drawPlan(c echo.Context, v scope, f planForm, status int) error {
	p, err := s.page(c, v, "提醒计划", "reminders")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = "/reminders/plan", len(f.problems) > 0
	view := remind.PlanView{Page: p, AgencyName: v.agency.Name, Problems: f.problems, Changes: s.visitor(c).May(v.agency.ID, settingKeepers()...)}
	if c.QueryParam("saved") == "1" {
		view.Saved = "已保存。"
	}
	if err := s.planSource(c, v, &view); err != nil {
		return err
	}
	for _, k := range cases.ReminderKinds() {
		if k == cases.RemindCalendar {
			continue // the installation's own
		}
		if len(view.Groups) == 0 || view.Groups[len(view.Groups)-1].Name != k.Group() {
			view.Groups = append(view.Groups, remind.PlanGroup{Name: k.Group()})
		}
		g := &view.Groups[len(view.Groups)-1]
		g.Rows = append(g.Rows, remind.PlanRow{Code: k.Code(), Label: k.Label(), Todo: k.Todo(), To: audienceWord(k.To()), Typed: f.marks[k.Code()], Usual: k.Usual().Show(),
			Problem: parts.Message(f.problems, "marks_"+k.Code())})
	}
	for _, in := range []parts.Input{{Name: "reviewer", Label: "审核人"}, {Name: "signer", Label: "签发人"}, {Name: "above", Label: "上级机关"}} {
		in.Value, in.Short, in.Problems = f.values[in.Name], true, f.problems
		view.Escalate = append(view.Escalate, in)
	}
	field := func(kind, name, label, hint string, optional bool) {
		view.Fields = append(view.Fields, handling.Field{Kind: kind, Input: parts.Input{Name: name, Label: label, Hint: hint, Value: f.values[name], Optional: optional, Problems: f.problems}})
	}
	hours, _ := cases.FindSetting(cases.ReminderHoursKey)
	terms, _ := cases.FindSetting(cases.AnnualTermsKey)
	field("line", "hours", hours.Label, hours.Hint, false)
	field("text", "terms", terms.Label, terms.Hint+"本机关设置的，下级机关没有另行设置的都照此提醒；不写按法定的1月31日、3月31日。", true)
	field("line", "from", "从哪天起", "不早于今天。", false)
	return s.draw(c, status, remind.Plan(view))
}

// planSource says where the plan comes from and what is to hold later.
func (s *Server) planSource(c echo.Context, v scope, view *remind.PlanView) error {
	ctx := c.Request().Context()
	value, from, err := s.db.SettingFrom(ctx, v.agency.ID, cases.ReminderPlanKey, s.today())
	if err != nil {
		return err
	}
	above, _ := v.tree.Agency(from)
	switch {
	case value == "":
		view.Source = v.agency.Name + "没有另行设置，按惯例提醒。"
	case from == v.agency.ID:
		view.Source = v.agency.Name + "自己设置的计划。"
	default:
		view.Source = "沿用" + above.Name + "的计划。"
	}
	all, err := s.db.Settings(ctx, v.agency.ID)
	if err != nil {
		return err
	}
	for _, x := range all {
		if known, ok := cases.FindSetting(x.Key); ok && x.From.After(s.today()) && known.Inherited && (known.Group == "提醒" || x.Key == cases.AnnualTermsKey) {
			view.Later = append(view.Later, known.Label+"已设置自"+x.From.Chinese()+"起更改。")
		}
	}
	return nil
}

func audienceWord(a cases.Audience) string {
	switch a {
	case cases.ToDesk:
		return "登记人员、审核人"
	case cases.ToAsked:
		return "协办人、承办人"
	case cases.ToApprover:
		return "审核人、签发人"
	case cases.ToEditor:
		return "年报编制人员"
	case cases.ToKeeper:
		return "审核人、系统管理员"
	}
	return "承办人"
}

// doPlan sets the plan from a day on.
func (s *Server) doPlan(c echo.Context) error {
	v, err := s.deskOf(c, settingKeepers()...)
	if err != nil {
		return err
	}
	f, plan, from := s.readPlan(c)
	hours, err := cases.ParseHours(f.values["hours"])
	if err != nil {
		f.wrong("hours", err.Error())
	}
	terms, err := cases.ParseAnnualTerms(f.values["terms"])
	if err != nil {
		f.wrong("terms", err.Error())
	}
	if len(f.problems) > 0 {
		return s.drawPlan(c, v, f, http.StatusUnprocessableEntity)
	}
	now, err := s.presentPlan(c, v)
	if err != nil {
		return err
	}
	values := []store.SettingValue{{Key: cases.ReminderPlanKey, Value: plan.String()}, {Key: cases.ReminderHoursKey, Value: hours.String()}, {Key: cases.AnnualTermsKey, Value: terms.String()}}
	was := map[string]string{cases.ReminderHoursKey: now.values["hours"], cases.AnnualTermsKey: now.values["terms"]}
	held, err := s.db.ReminderPlan(c.Request().Context(), v.agency.ID, s.today())
	if err != nil {
		return err
	}
	was[cases.ReminderPlanKey] = held.String()
	for _, x := range values {
		if x.Value == was[x.Key] {
			continue
		}
		if err := s.db.Set(c.Request().Context(), s.stamp(c), v.agency.ID, x.Key, x.Value, from); err != nil {
			return err
		}
	}
	return c.Redirect(http.StatusSeeOther, with("/reminders/plan", "agency", v.agency.Code, "saved", "1"))
}

func (f *planForm) wrong(field, message string) {
	f.problems = append(f.problems, parts.Problem{Field: field, Message: message})
}

// readPlan reads what was typed.
func (s *Server) readPlan(c echo.Context) (f planForm, plan cases.ReminderPlan, from calendar.Date) {
	f = planForm{marks: map[string]string{}, values: map[string]string{}}
	plan = cases.UsualReminders()
	for _, k := range cases.ReminderKinds() {
		if k == cases.RemindCalendar {
			continue
		}
		text := strings.TrimSpace(c.FormValue("marks_" + k.Code()))
		f.marks[k.Code()] = text
		marks, err := cases.ParseMarks(text)
		if err != nil {
			f.wrong("marks_"+k.Code(), k.Label()+"："+err.Error())
		}
		plan.Marks[k] = marks
	}
	for _, name := range []string{"reviewer", "signer", "above", "hours", "terms", "from"} {
		f.values[name] = strings.TrimSpace(c.FormValue(name))
	}
	levels, err := cases.ParseReminderPlan("escalate " + f.values["reviewer"] + " " + f.values["signer"] + " " + f.values["above"])
	if err != nil {
		f.wrong("reviewer", err.Error())
	}
	plan.Reviewer, plan.Signer, plan.Above = levels.Reviewer, levels.Signer, levels.Above
	from, ok := readNearDay(f.values["from"], s.today())
	if !ok || from.Before(s.today()) {
		f.wrong("from", "生效日期“"+f.values["from"]+"”应为今天或以后的日期，如 "+s.today().String())
	}
	return f, plan, from
}
