package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/internal/store"
	"gongkai/templates/desk"
	"gongkai/templates/parts"
	"gongkai/templates/register"
)

// checkNew shows what will be saved: the day of receipt with its rule, the due
// date, and what the same person asked before.
func (s *Server) checkNew(c echo.Context, v scope, f newForm) error {
	ctx, today := c.Request().Context(), s.today()
	p, err := s.page(c, v, "核对后登记", "new")
	if err != nil {
		return err
	}
	p.Path = "/cases/new"
	view := desk.CheckView{Page: p, Warnings: f.warnings(today)}
	day, rule, waits := f.receipt.Day()
	view.Rule = rule
	if waits == nil {
		book, err := s.db.BookOf(ctx, v.agency.ID)
		if err != nil {
			return err
		}
		clock := deadline.Run(book.Latest(), deadline.History{Received: day, Channel: f.channel}, today)
		view.Received, view.Due = withWeekday(day), withWeekday(clock.Due)+tentative(clock.Provisional)
	} else {
		view.Rule = rule + "。" + waits.Error() + "。"
	}
	earlier, doubles, err := s.db.Doubles(ctx, v.agency.ID, store.Likeness{Name: f.values["name"], IDNumber: f.values["id_number"],
		Phone: f.values["phone"], Content: f.values["content"], Today: today})
	if err != nil {
		return err
	}
	view.Earlier, view.Doubles = likes(earlier), likes(doubles)
	view.Facts, view.Contents = f.facts(v.agency.Name), f.contents()
	for _, name := range f.names() {
		view.Hidden = append(view.Hidden, parts.Pair{Name: name, Value: f.values[name]})
	}
	view.Hidden = append(view.Hidden, parts.Pair{Name: "agency", Value: v.agency.Code}, parts.Pair{Name: "key", Value: c.FormValue("key")})
	return s.draw(c, http.StatusOK, desk.Check(view))
}

func likes(rows []store.CaseRow) []desk.Like {
	var out []desk.Like
	for _, r := range rows {
		out = append(out, desk.Like{Href: casePath(r.ID), Number: caseNumber(r.Number, r.ID), Received: orDash(r.ReceivedOn.String()),
			Subject: oneLine(r.Subject, 60), State: r.State.Label()})
	}
	return out
}

// warnings are doubts that keep nobody from registering.
func (f newForm) warnings(today calendar.Date) []string {
	var out []string
	if doubt := doubtful(f.kind, f.values["id_number"], today); doubt != "" {
		out = append(out, doubt)
	}
	out = append(out, f.joint.warnings(today)...)
	if !f.office.IsZero() && !f.receipt.Signed.IsZero() && f.office.Before(f.receipt.Signed) {
		out = append(out, "转到本科室的日期早于签收日期，请核对。")
	}
	if f.values["agent"] != "" && f.values["warrant"] != "have" {
		out = append(out, "有代理人而没有收到授权委托书，可在补正告知中一次性要求提供（第二十九条、第三十条）。")
	}
	if f.values["phone"] == "" && f.values["address"] == "" && f.values["email"] == "" {
		out = append(out, "没有任何联系方式，答复可能无法送达。")
	}
	return out
}

func (f newForm) facts(agency string) []register.Fact {
	out := []register.Fact{{Label: "机关", Value: agency}, {Label: "渠道", Value: f.channel.Label()}, {Label: "申请人类型", Value: f.kind.Label()}}
	for _, x := range [][2]string{{"mail", "邮件号"}, {"signer", "签收人"}, {"arrived", "来件日期"}, {"name", "申请人"}, {"id_number", "证件号码"}, {"phone", "联系电话"}, {"contact", "联系人"}, {"address", "通信地址"},
		{"email", "电子邮箱"}, {"joint", "共同申请人"}, {"agent", "代理人"}, {"agent_phone", "代理人电话"}, {"platform_number", "平台编号"}, {"content", "申请内容"}} {
		if f.values[x[0]] != "" {
			out = append(out, register.Fact{Label: x[1], Value: f.values[x[0]]})
		}
	}
	return f.jointFacts(out)
}

// jointFacts adds who applies together and who represents them.
func (f newForm) jointFacts(out []register.Fact) []register.Fact {
	for i, p := range f.joint.people {
		text := []string{p.name, p.applicant().Kind.Label(), p.idNumber, p.phone, p.address, p.email}
		text = slices.DeleteFunc(text, func(x string) bool { return x == "" })
		out = append(out, register.Fact{Label: "共同申请人" + strconv.Itoa(i+1), Value: strings.Join(text, "，")})
	}
	if all := f.applicants(); len(all) > 1 {
		out = append(out, register.Fact{Label: "代表人", Value: all[0].Applicant.Name + "（计一件，按" + all[0].Applicant.Kind.Label() + "统计）"})
	}
	return out
}

// saveNew registers the application and leads to its receipt.
func (s *Server) saveNew(c echo.Context, v scope, f newForm) error {
	stamp := s.stamp(c)
	var err error
	if f.follows, err = s.followed(c, v, f.values["follows"]); err != nil {
		return err
	}
	day, _, waits := f.receipt.Day()
	if waits != nil {
		day = calendar.Date{} // 待确认
	}
	made, err := f.openAll(v.agency.ID, stamp, day)
	if err != nil {
		return err
	}
	sub := store.Submission{Key: c.FormValue("key"), Content: []string{v.agency.Code}}
	for _, name := range f.names() {
		sub.Content = append(sub.Content, f.values[name])
	}
	if f.values["parcel"] != "" {
		p, _, err := s.loadParcel(c, f.values["parcel"])
		if err != nil || p.AgencyID != v.agency.ID {
			return errNotFound
		}
		sub.Parcel = p.ID
	}
	id, _, err := s.db.CreateAllOnce(c.Request().Context(), stamp, sub, made)
	if store.Is(err, store.Conflict) {
		f.problems = append(f.problems, parts.Problem{Field: "platform_number", Message: err.Error()})
		return s.drawNew(c, v, f, http.StatusConflict, "")
	}
	if store.Is(err, store.Refused) {
		f.refused = err.Error()
		return s.drawNew(c, v, f, http.StatusServiceUnavailable, "")
	}
	if err != nil {
		return err
	}
	s.dropDraft(c)
	return c.Redirect(http.StatusSeeOther, casePath(id)+"/receipt")
}

// followed gives the case that a new application follows: one of this agency that
// was closed because its supplement was not there in time; 0 for none.
func (s *Server) followed(c echo.Context, v scope, text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, errNotFound
	}
	found, err := s.db.Case(c.Request().Context(), id)
	if err != nil {
		return 0, err
	}
	if found.AgencyID != v.agency.ID || !abandoned(found) {
		return 0, errNotFound
	}
	return id, nil
}

// abandoned reports whether a case was closed because no supplement came in time.
func abandoned(found *cases.Case) bool {
	a, on := found.GivenAnswer()
	return !on.IsZero() && a.Outcome.Code() == "other.no_supplement"
}

// open makes a case of the form that asks for a content.
func (f newForm) open(agency int64, s cases.Stamp, day calendar.Date, content string) (*cases.Case, error) {
	parties := f.applicants()
	if f.values["agent"] != "" {
		parties = append(parties, cases.Party{Role: "agent", Applicant: cases.Applicant{Kind: cases.Natural, Name: f.values["agent"], Phone: f.values["agent_phone"]}})
	}
	if f.values["contact"] != "" {
		parties = append(parties, cases.Party{Role: "contact", Applicant: cases.Applicant{Kind: cases.Natural, Name: f.values["contact"]}})
	}
	made, err := cases.Open(agency, s, day, cases.Received{Channel: f.channel, ApplicantKind: parties[0].Applicant.Kind, Submitted: f.receipt.Submitted,
		Arrived: f.receipt.Arrived, Signed: f.receipt.Signed, Follows: f.follows, Confirmed: f.receipt.Confirmed, ReachedOffice: f.office, Mail: f.values["mail"],
		Platform: f.values["platform"], PlatformNumber: f.values["platform_number"], PlatformSubmitted: f.posted,
		Form: f.values["form"], Way: f.values["way"]}, content, parties)
	if err != nil {
		return nil, err
	}
	if f.values["signer"] != "" {
		made.Note("document", "签收人："+f.values["signer"])
	}
	if word := map[string]string{"have": "已收到", "lack": "没有收到"}[f.values["warrant"]]; word != "" {
		made.Note("document", "授权委托书："+word)
	}
	return made, nil
}

// applicants gives those who apply, the representative first.
func (f newForm) applicants() []cases.Party {
	people := []cases.Applicant{{Kind: f.kind, Name: f.values["name"], IDNumber: f.values["id_number"], Phone: f.values["phone"], Email: f.values["email"], Address: f.values["address"]}}
	for _, p := range f.joint.people {
		people = append(people, p.applicant())
	}
	for _, name := range splitNames(f.values["joint"]) {
		people = append(people, cases.Applicant{Kind: f.kind, Name: name})
	}
	out := []cases.Party{{Role: "applicant", Applicant: people[f.joint.represents]}}
	for i, a := range people {
		if i != f.joint.represents {
			out = append(out, cases.Party{Role: "joint", Applicant: a})
		}
	}
	return out
}

// showReceipt draws 登记回执.
func (s *Server) showReceipt(c echo.Context) error {
	found, v, err := s.loadCase(c)
	if err != nil {
		return err
	}
	if err := s.mayAct(c, found.AgencyID, cases.FrontDesk, cases.Officer); err != nil {
		return err
	}
	ctx, today := c.Request().Context(), s.today()
	p, err := s.page(c, v, "登记回执 "+caseNumber(found.Number, found.ID), "new")
	if err != nil {
		return err
	}
	book, err := s.db.BookOf(ctx, found.AgencyID)
	if err != nil {
		return err
	}
	row := (&cases.Deriver{Book: book}).Row(found.Events)
	view := desk.ReceiptView{Page: p, Number: caseNumber(found.Number, found.ID), Agency: v.agency.Name, Applicant: cases.NamesOf(found.Applicants()),
		Channel: row.Channel.Label(), Content: found.Content, CasePath: casePath(found.ID), Issued: today.Chinese(), Unconfirmed: row.ReceivedOn.IsZero(),
		Next: with("/cases/new", "agency", v.agency.Code)}
	if view.Number, view.Contents, err = s.numbersOf(c, found); err != nil {
		return err
	}
	if view.Sentences, err = s.receiptSentences(c, found, view.Number); err != nil {
		return err
	}
	view.FileKinds = fileKindOptions("")
	view.Like = with("/cases/new", "agency", v.agency.Code, "like", strconv.FormatInt(found.ID, 10))
	for _, x := range [][2]string{{"address", "地址"}, {"phone", "联系电话"}, {"hours", "办公时间"}} {
		value, err := s.db.Setting(ctx, found.AgencyID, x[0], today)
		if err != nil {
			return err
		}
		if value != "" {
			view.Contact = append(view.Contact, register.Fact{Label: x[1], Value: value})
		}
	}
	return s.draw(c, http.StatusOK, desk.Receipt(view))
}
