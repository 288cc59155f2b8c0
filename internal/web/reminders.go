package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/parts"
	"gongkai/templates/remind"
)

// listReminders shows what its visitor has to be mindful of.
func (s *Server) listReminders(c echo.Context) error {
	v, err := s.frame(c)
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "提醒", "reminders")
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	list, err := s.db.MyReminders(ctx, s.visitor(c).ID)
	if err != nil {
		return err
	}
	bell, err := s.db.Bell(ctx, s.visitor(c).ID)
	if err != nil {
		return err
	}
	view := remind.ListView{Page: p, All: bell.Live, Unread: strconv.Itoa(bell.Unread), Cut: bell.Live > len(list), Feed: "/me#field-email"}
	if who := s.visitor(c); who.Works() {
		view.Plan = with("/reminders/plan", "agency", v.agency.Code)
		if s.pages["/reminders/sent"].admits(who, false) {
			view.Sent = with("/reminders/sent", "agency", v.agency.Code)
		}
	}
	groups := []remind.Group{{Title: "逾期", Kind: "late"}, {Title: "今日到期", Kind: "today"}, {Title: "已过内部节点或他方期限", Kind: "passed"}, {Title: "3个工作日内到期", Kind: "soon"}, {Title: "以后到期", Kind: "open"}}
	words := s.reminderWords(ctx, v.tree)
	agencies, newest := map[int64]bool{}, int64(0)
	for _, r := range list {
		row, err := words.row(r)
		if err != nil {
			return err
		}
		agencies[r.AgencyID] = agencies[r.AgencyID] || r.AgencyID != 0
		newest = max(newest, r.ID)
		if r.CaseID != 0 && s.visitor(c).mayRead(r.CaseAgency) && r.Level != "officer" {
			row.Urge = casePath(r.CaseID) + "/urge"
		}
		kind := row.Light.Kind
		if kind == "soon" && r.Due.Before(s.today()) {
			kind = "passed"
		}
		for i := range groups {
			if groups[i].Kind == kind {
				groups[i].Rows = append(groups[i].Rows, row)
			}
		}
	}
	for _, g := range groups {
		if len(g.Rows) > 0 {
			view.Groups = append(view.Groups, g)
		}
	}
	view.Many, view.Newest = len(agencies) > 1, itoa64(newest)
	return s.draw(c, http.StatusOK, remind.List(view))
}

// reminderWords words reminders as pages show them; the books of the agencies are
// read once.
func (s *Server) reminderWords(ctx context.Context, tree *cases.Tree) *reminderWording {
	return &reminderWording{s: s, ctx: ctx, tree: tree, cals: map[int64]*calendar.Calendar{}}
}

type reminderWording struct {
	s    *Server
	ctx  context.Context
	tree *cases.Tree
	cals map[int64]*calendar.Calendar
}

func (w *reminderWording) calendar(agency int64) (*calendar.Calendar, error) {
	if cal, found := w.cals[agency]; found {
		return cal, nil
	}
	book, err := w.s.db.BookOf(w.ctx, agency)
	if err != nil {
		return nil, err
	}
	w.cals[agency] = book.Latest()
	return w.cals[agency], nil
}

func (w *reminderWording) row(r store.Reminder) (remind.Row, error) {
	cal, err := w.calendar(r.AgencyID)
	if err != nil {
		return remind.Row{}, err
	}
	agency, _ := w.tree.Agency(r.AgencyID)
	what, href := w.what(r, agency)
	return remind.Row{ID: itoa64(r.ID), Light: reminderLight(r.Kind, r.Due, cal, w.s.today()), What: what, Href: href, Day: r.Kind.Label(), On: r.Due.String(), Weekday: r.Due.WeekdayChinese(),
		Todo: r.Kind.Todo(), Agency: agency.Name, Why: store.LevelWord(r.Level), Unread: r.ReadAt == 0, Urgent: r.Urgent == 1, Provisional: cal.Provisional(r.Due)}, nil
}

// reminderLight is dueLight for what brings a day to mind: red is the law's lateness
// alone, a day of the house's own that has passed is amber.
func reminderLight(kind cases.ReminderKind, due calendar.Date, cal *calendar.Calendar, today calendar.Date) parts.Light {
	if left := cal.Count(today, due); due.Before(today) && !kind.Legal() {
		return parts.Light{Kind: "soon", Word: kind.LeftWord(min(left, -1))}
	}
	return dueLight(due, cal, today)
}

// what names what a reminder is about, and where that is.
func (w *reminderWording) what(r store.Reminder, agency cases.Agency) (what, href string) {
	switch {
	case r.CaseID != 0:
		return caseNumber(r.Number, r.CaseID), casePath(r.CaseID)
	case r.Kind == cases.RemindCalendar:
		if _, built := w.s.pages["/notices"]; built {
			href = "/notices"
		}
		return fmt.Sprintf("%d年工作日", r.Ref), href
	case r.Kind == cases.RemindBelow:
		return fmt.Sprintf("%d年度报告", r.Ref), with(fmt.Sprintf("/report/%d/board", r.Ref), "agency", agency.Code)
	}
	return fmt.Sprintf("%d年度报告", r.Ref), with(fmt.Sprintf("/report/%d/return", r.Ref), "agency", agency.Code)
}

// readReminders marks one's own reminders as read.
func (s *Server) readReminders(c echo.Context) error {
	one, _ := strconv.ParseInt(c.FormValue("id"), 10, 64)     // what is no number is none
	upTo, _ := strconv.ParseInt(c.FormValue("up_to"), 10, 64) // the same
	if err := s.db.ReadReminders(c.Request().Context(), s.visitor(c).ID, max(one, 0), max(upTo, 0), s.now().UnixMicro()); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/reminders")
}

// bell fills in what the top bar shows of the visitor's reminders.
func (s *Server) bell(c echo.Context, p *parts.Page) error {
	bell, err := s.db.Bell(c.Request().Context(), s.visitor(c).ID)
	if err != nil {
		return err
	}
	p.Bell = bell.Unread
	if bell.Urgent > 0 {
		p.Toast, p.ToastID = fmt.Sprintf("有%d项紧急提醒：今日到期、已经逾期或者法院、复议机关的期限临近。", bell.Urgent), itoa64(bell.Newest)
	}
	return s.alarm(c, p)
}

// mostSentRows is how many lines of what was sent stand on a page.
const mostSentRows = 100

// sentReminders lists what was told to whom in the agencies in view.
func (s *Server) sentReminders(c echo.Context) error {
	v, err := s.scope(c, s.today())
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "提醒发送记录", "reminders")
	if err != nil {
		return err
	}
	p.Path = "/reminders/sent"
	ctx, year := c.Request().Context(), s.today().Year()
	before, _ := strconv.ParseInt(c.QueryParam("before"), 10, 64) // what is no number begins at the newest
	list, err := s.db.RemindersSent(ctx, v.ids(), before, mostSentRows)
	if err != nil {
		return err
	}
	total, err := s.db.CountReminders(ctx, v.ids(), year)
	if err != nil {
		return err
	}
	view := remind.SentView{Page: p, Year: strconv.Itoa(year), Total: number(int64(total))}
	var users []int64
	for _, r := range list {
		users = append(users, r.User)
	}
	names, err := s.db.UserNames(ctx, users)
	if err != nil {
		return err
	}
	words := s.reminderWords(ctx, v.tree)
	for _, r := range list {
		agency, _ := v.tree.Agency(r.AgencyID)
		what, href := words.what(r, agency)
		left, err := words.leftThen(r)
		if err != nil {
			return err
		}
		row := remind.SentRow{At: s.clock(r.MadeAt), Who: names[r.User], Why: store.LevelWord(r.Level), What: what, Href: href, Day: r.Kind.Label(), On: r.Due.String(),
			Mark: r.Kind.LeftWord(left), State: reminderState(r)}
		for _, x := range r.Sent {
			row.Sent = append(row.Sent, remind.Sent{Channel: channelWord(x.Channel), Result: resultWord(x.State, x.Result), Kind: resultLight(x.State)})
		}
		view.Rows = append(view.Rows, row)
	}
	if len(list) == mostSentRows {
		view.Next = with("/reminders/sent", "agency", v.agency.Code, "before", itoa64(list[len(list)-1].ID))
	}
	return s.draw(c, http.StatusOK, remind.SentList(view))
}

// leftThen gives how many working days were left on the day that a reminder is of.
func (w *reminderWording) leftThen(r store.Reminder) (int, error) {
	cal, err := w.calendar(r.AgencyID)
	if err != nil {
		return 0, err
	}
	day, err := calendar.Parse(r.Slot[:min(len(r.Slot), 10)])
	if err != nil {
		return 0, err
	}
	return cal.Count(day, r.Due), nil
}

func reminderState(r store.Reminder) string {
	switch {
	case r.SettledAt != 0:
		return "已办结或已再次提醒"
	case r.ReadAt != 0:
		return "已读"
	}
	return "未读"
}

func channelWord(channel string) string {
	if channel == store.ChannelMail {
		return "邮件"
	}
	return "短信、工作群"
}

// resultWord words the code of how a message went.
func resultWord(state, result string) string {
	switch state {
	case "sent":
		return "已发出"
	case "void":
		return "不必再发"
	}
	words := map[string]string{"": "等待发送", "trying": "正在发送", "timeout": "对方服务器没有应答", "connect": "连不上服务器", "broken": "发送中断", "answer": "对方没有返回约定的结果",
		"from": "发件人地址不对", "address": "收件人地址不对", "settings": "设置不对"}
	word, known := words[result]
	if !known {
		word = "对方拒收（" + result + "）"
	}
	if state == "failed" {
		return "发送失败：" + word
	}
	if result == "" {
		return word
	}
	return word + "，将再发"
}

func resultLight(state string) string {
	return map[string]string{"sent": "open", "failed": "late", "waiting": "soon", "void": "closed"}[state]
}

// showUrge draws the 催办单 of a case: what is owed, and since when.
func (s *Server) showUrge(c echo.Context) error {
	found, v, err := s.loadCase(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	book, err := s.db.BookOf(ctx, found.AgencyID)
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "催办单 "+caseNumber(found.Number, found.ID), "cases")
	if err != nil {
		return err
	}
	p.Path = "/cases"
	row := (&cases.Deriver{Book: book}).Row(found.Events)
	names, err := s.db.UserNames(ctx, []int64{row.Officer})
	if err != nil {
		return err
	}
	agency, _ := v.tree.Agency(found.AgencyID)
	view := remind.UrgeView{Page: p, Number: caseNumber(found.Number, found.ID), CasePath: casePath(found.ID), Agency: agency.Name, Officer: first1(names[row.Officer], "未确定"),
		Received: orDash(row.ReceivedOn.Chinese()), State: lightOf(row, book.Latest(), s.today()).Word, Issued: s.today().Chinese(), Above: agency.Name}
	if mine, ok := firstAgency(s.visitor(c), v); ok {
		view.Above = mine.Name
	}
	owed := append(row.Owed(book.Latest()), cases.OwedByRecord(cases.Timeline(found.Events, 0), book.Latest())...)
	for _, o := range owed {
		if left := book.Latest().Count(s.today(), o.Due); left < 0 && o.Kind.Passes() {
			continue
		}
		view.Owed = append(view.Owed, remind.Row{Light: reminderLight(o.Kind, o.Due, book.Latest(), s.today()), Day: o.Kind.Label(), On: o.Due.String(), Weekday: o.Due.WeekdayChinese(), Todo: o.Kind.Todo(), Provisional: o.Provisional})
	}
	return s.draw(c, http.StatusOK, remind.Urge(view))
}
