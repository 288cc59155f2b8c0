package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/handling"
	"gongkai/templates/parts"
)

// servers are the roles that bring letters to their addressees.
func servers() []cases.Role {
	act, _ := cases.FindAct("served")
	return act.Who
}

// loadServed reads the case of the address for who serves its letters.
func (s *Server) loadServed(c echo.Context) (*cases.Case, scope, error) {
	found, v, err := s.loadCase(c)
	if err != nil {
		return nil, v, err
	}
	return found, v, s.mayAct(c, found.AgencyID, servers()...)
}

// askServices lists the attempts of a case and, ?way= or ?place=, draws the form of
// a new one or of what became of one.
func (s *Server) askServices(c echo.Context) error {
	found, v, err := s.loadServed(c)
	if err != nil {
		return err
	}
	all, err := s.db.Services(c.Request().Context(), found.ID)
	if err != nil {
		return err
	}
	in := cases.Service{}
	if place, err := strconv.Atoi(c.QueryParam("place")); err == nil && place >= 1 && place <= len(all) {
		in = all[place-1]
	} else {
		in.Way, _ = cases.ParseServiceWay(c.QueryParam("way")) // none chosen: the ways are shown
		in.Again, _ = strconv.Atoi(c.QueryParam("again"))      // not a number: it repeats none
		in.Letter, _ = strconv.Atoi(c.QueryParam("letter"))
		in.Carrier = "ems"
	}
	return s.drawServices(c, http.StatusOK, v, found, all, serviceTyped(in), nil)
}

// typedService is an attempt as it was typed.
type typedService struct {
	place, letter, again int
	way                  cases.ServiceWay
	version              int64
	values               map[string]string
}

func serviceTyped(in cases.Service) typedService {
	t := typedService{place: in.Place, letter: in.Letter, again: in.Again, way: in.Way, version: in.Version, values: map[string]string{"carrier": in.Carrier, "number": in.Number, "signer": in.By, "failure": in.Failure.Code()}}
	for name, on := range serviceDays(&in) {
		t.values[name] = on.String()
	}
	return t
}

// serviceDays names the days of an attempt as the form does.
func serviceDays(in *cases.Service) map[string]*calendar.Date {
	return map[string]*calendar.Date{"posted_on": &in.Posted, "sent_on": &in.Sent, "opened_on": &in.Opened, "signed_on": &in.Signed, "published_on": &in.Published, "failed_on": &in.Failed}
}

// doServe records an attempt, what became of one, or that the day is reached.
func (s *Server) doServe(c echo.Context) error {
	found, v, err := s.loadServed(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	all, err := s.db.Services(ctx, found.ID)
	if err != nil {
		return err
	}
	stamp, err := s.actStamp(c, found.AgencyID)
	if err != nil {
		return err
	}
	if c.FormValue("do") == "settle" {
		err = s.settleService(c, found, all, stamp)
		if problem, ok := userProblem(err); ok {
			return s.drawServices(c, http.StatusUnprocessableEntity, v, found, all, typedService{}, []parts.Problem{{Field: "services", Message: problem}})
		}
		if err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, casePath(found.ID)+"/services")
	}
	t, in, problems := s.readService(c)
	look := actInput{}
	scans, err := actScans(c, "served", &look)
	if err != nil {
		return err
	}
	problems = append(problems, look.problems...)
	status := http.StatusUnprocessableEntity
	if len(problems) == 0 {
		answer, err := s.answerOf(c, found, stamp)
		if err != nil {
			return err
		}
		_, err = s.db.Serve(ctx, stamp, found.ID, store.Service{Service: in, Form: s.serviceForm(c, t), Answer: answer})
		problem, ok := userProblem(err)
		switch {
		case err == nil:
			return s.servedWith(c, found, scans)
		case !ok:
			return err
		case store.Is(err, store.Conflict):
			status = http.StatusConflict
		}
		problems = append(problems, parts.Problem{Field: firstDay(t.way), Message: problem})
	}
	return s.drawServices(c, status, v, found, all, t, problems)
}

// servedWith keeps the scans of a service and leads back to the list.
func (s *Server) servedWith(c echo.Context, found *cases.Case, scans []store.Upload) error {
	if len(scans) > 0 {
		if err := s.db.Attach(c.Request().Context(), s.stamp(c), found.ID, scans); err != nil {
			return err
		}
	}
	return c.Redirect(http.StatusSeeOther, casePath(found.ID)+"/services")
}

// userProblem gives the sentence of an error that the user can mend.
func userProblem(err error) (string, bool) {
	if err != nil && (isRefused(err) || store.Is(err, store.Invalid) || store.Is(err, store.Conflict) || store.Is(err, store.NotFound)) {
		return err.Error(), true
	}
	return "", false
}

// serviceForm is the form as it was sent, so that a second press records nothing.
func (s *Server) serviceForm(c echo.Context, t typedService) store.Submission {
	if t.place != 0 {
		return store.Submission{}
	}
	return store.Submission{Key: c.FormValue("key"), Content: []string{casePath(t.version), c.Param("id"), t.way.Code(), t.values["carrier"], t.values["number"], t.values["posted_on"],
		t.values["sent_on"], t.values["signed_on"], t.values["published_on"], t.values["signer"], t.values["failed_on"], t.values["failure"]}}
}

// waitsForSending reports whether a decision is signed and not yet sent.
func waitsForSending(found *cases.Case, stamp cases.Stamp) bool {
	p, waiting := found.Proposal()
	if !waiting || len(p.Approved) == 0 {
		return waiting && len(stamp.Chain) == 0
	}
	last, _ := p.Approved[len(p.Approved)-1].Fact.(cases.Approved)
	return last.Last || p.Place >= len(stamp.Chain)
}

// answerOf answers what was signed and waits for its sending, under the number of
// its letter; nil where nothing waits.
func (s *Server) answerOf(c echo.Context, found *cases.Case, stamp cases.Stamp) (func(*cases.Case, calendar.Date) error, error) {
	if !waitsForSending(found, stamp) {
		return nil, nil
	}
	number, err := s.lastAnswerNumber(c, found)
	return func(c *cases.Case, on calendar.Date) error {
		p, waiting := c.Proposal()
		if !waiting {
			return nil // somebody has answered meanwhile
		}
		if err := c.MaySend(on); err != nil {
			return err
		}
		versions := c.Versions()
		text := versions[len(versions)-1].Text
		if err := c.Answer(stamp, on, cases.Answered{Outcome: p.Outcome, Grounds: p.Grounds, Items: p.Items, Document: number}, cases.Evidence{Reasons: p.Reasons, FirstAnswer: p.FirstAnswer}); err != nil {
			return err
		}
		c.Note("answer", text)
		return nil
	}, err
}

// settleService records what the passing of time has brought: a public notice that
// has hung long enough.
func (s *Server) settleService(c echo.Context, found *cases.Case, all []cases.Service, stamp cases.Stamp) error {
	by, ok := cases.GivenBy(ofAnswer(all), stamp.Today)
	if !ok {
		return nil
	}
	answer, err := s.answerOf(c, found, stamp)
	if err == nil {
		_, err = s.db.Serve(c.Request().Context(), stamp, found.ID, store.Service{Service: by, Answer: answer})
	}
	return err
}

func ofAnswer(all []cases.Service) []cases.Service {
	return slices.DeleteFunc(slices.Clone(all), func(s cases.Service) bool { return s.Letter != 0 })
}

// readService reads the form.
func (s *Server) readService(c echo.Context) (t typedService, in cases.Service, problems []parts.Problem) {
	t.values = map[string]string{}
	for _, name := range []string{"carrier", "number", "signer", "failure", "posted_on", "sent_on", "opened_on", "signed_on", "published_on", "failed_on"} {
		t.values[name] = strings.TrimSpace(c.FormValue(name))
	}
	wrong := func(field, message string) {
		problems = append(problems, parts.Problem{Field: field, Message: message})
	}
	var err error
	if t.way, err = cases.ParseServiceWay(c.FormValue("way")); err != nil {
		wrong("services", "没有选择送达方式")
	}
	t.place, _ = strconv.Atoi(c.FormValue("place")) // what is no number is none
	t.letter, _ = strconv.Atoi(c.FormValue("letter"))
	t.again, _ = strconv.Atoi(c.FormValue("again"))
	t.version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64)
	in = cases.Service{Place: t.place, Letter: t.letter, Again: t.again, Way: t.way, Carrier: t.values["carrier"], Number: t.values["number"], By: t.values["signer"], Version: t.version}
	if len([]rune(in.Number)) > 60 || len([]rune(in.By)) > 200 {
		wrong("number", "邮件号最多60个字，签收人或载体最多200个字")
	}
	if in.Failure, err = cases.ParseFailure(t.values["failure"]); err != nil {
		wrong("failure", "没有送达的原因没有这一项")
	}
	for name, on := range serviceDays(&in) {
		if t.values[name] == "" {
			continue
		}
		day, ok := readNearDay(t.values[name], s.today())
		if !ok {
			wrong(name, "日期“"+t.values[name]+"”读不懂，应为如 "+s.today().String()+" 的日期")
			continue
		}
		*on, t.values[name] = day, day.String()
	}
	return t, in, problems
}

// firstDay is the field at which a refusal stands.
func firstDay(way cases.ServiceWay) string {
	for _, f := range serviceFields(way) {
		if strings.HasSuffix(f.Name, "_on") {
			return f.Name
		}
	}
	return "services"
}

// serviceFields are what a way of service asks.
func serviceFields(way cases.ServiceWay) []handling.Field {
	line := func(name, label, hint string, optional bool) handling.Field {
		return handling.Field{Input: parts.Input{Name: name, Label: label, Hint: hint, Optional: optional, Short: strings.HasSuffix(name, "_on")}}
	}
	signed := func(label, hint string, optional bool) handling.Field {
		return line("signed_on", label, hint, optional)
	}
	failed := []handling.Field{line("failed_on", "退回或得知未送达的日期", "送到了不填。", true), {Kind: "select", Input: parts.Input{Name: "failure", Label: "没有送达的原因", Optional: true}}}
	switch way {
	case cases.ByMail:
		carrier := handling.Field{Kind: "choice", Input: parts.Input{Name: "carrier", Label: "寄递企业"}, Options: []parts.Option{{Value: "ems", Label: "邮政 EMS"}, {Value: "registered", Label: "邮政挂号信"}, {Value: "courier", Label: "其他快递公司"}}}
		return append([]handling.Field{carrier, line("number", "邮件号", "扫描或输入面单上的号码。", false), line("posted_on", "交邮日期", "邮政收寄的日期：这一天是答复之日。", false),
			signed("签收日期", "查到签收后再填。", true), line("signer", "签收人", "", true)}, failed...)
	case cases.Electronic:
		return append([]handling.Field{line("sent_on", "发出日期", "发送成功的日期：这一天是答复之日。", false), line("number", "发送记录", "邮件主题、传真报告号等能够核对的记录。", true), line("opened_on", "查阅日期", "有已读回执的填写。", true)}, failed...)
	case cases.OnPlatform:
		return append([]handling.Field{line("sent_on", "发出日期", "在平台上答复的日期。", false), line("number", "平台编号", "", true), line("opened_on", "查阅日期", "", true)}, failed...)
	case cases.InHand, cases.ByPickUp:
		return append([]handling.Field{signed("签收日期", "送达回证上签的日期：这一天是答复之日。没有送到的不填。", true), line("signer", "签收人", "本人、代理人或其法定代表人的姓名。", true)}, failed...)
	case cases.Left:
		return []handling.Field{signed("留置日期", "", false), line("signer", "见证人，或拍照、录像的情况", "两名见证人的姓名和单位，或者影像资料的保存处。", false)}
	case cases.PublicNotice:
		return []handling.Field{line("published_on", "公告日期", "自公告之日起满30日视为送达（民事诉讼法第九十五条，参照）。", false), line("signer", "公告的载体", "网站、报纸、公告栏。", false)}
	}
	return nil
}
