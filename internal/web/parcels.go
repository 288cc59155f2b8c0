package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/internal/store"
	"gongkai/templates/desk"
	"gongkai/templates/handling"
	"gongkai/templates/parts"
)

// askParcels shows 收发登记: a line for the scanner, what waits since earlier days,
// and what came on the day.
func (s *Server) askParcels(c echo.Context) error {
	v, err := s.deskScope(c)
	if err != nil {
		return err
	}
	values := map[string]string{"carrier": "ems", "arrived_on": s.today().String()}
	if last := c.QueryParam("carrier"); last != "" {
		values["carrier"] = last
	}
	return s.drawParcels(c, v, values, nil, http.StatusOK)
}

// doParcel logs one and opens the line for the next.
func (s *Server) doParcel(c echo.Context) error {
	v, err := s.deskScope(c)
	if err != nil {
		return err
	}
	values := map[string]string{}
	for _, name := range []string{"carrier", "mail", "sender", "arrived_on"} {
		values[name] = strings.TrimSpace(c.FormValue(name))
	}
	var problems []parts.Problem
	wrong := func(field, message string) {
		problems = append(problems, parts.Problem{Field: field, Message: message})
	}
	carrier, err := cases.ParseCarrier(values["carrier"])
	if err != nil {
		wrong("carrier", "没有选择寄递方式")
	}
	on, ok := readNearDay(values["arrived_on"], s.today())
	if !ok {
		wrong("arrived_on", "到达日期“"+values["arrived_on"]+"”读不懂，应为如 "+s.today().String()+" 的日期")
	}
	if values["mail"] == "" && carrier.Channel() == deadline.LetterRegistered {
		wrong("mail", "没有邮件号；扫描或输入面单上的号码，平信请改选“平信”")
	}
	if len(problems) > 0 {
		return s.drawParcels(c, v, values, problems, http.StatusUnprocessableEntity)
	}
	_, err = s.db.AddParcel(c.Request().Context(), s.stamp(c), cases.Parcel{AgencyID: v.agency.ID, Carrier: carrier, Mail: values["mail"], Sender: values["sender"], ArrivedOn: on})
	switch {
	case store.Is(err, store.Conflict):
		wrong("mail", err.Error())
		return s.drawParcels(c, v, values, problems, http.StatusConflict)
	case store.Is(err, store.Invalid):
		wrong("arrived_on", err.Error())
		return s.drawParcels(c, v, values, problems, http.StatusUnprocessableEntity)
	case err != nil:
		return err
	}
	return c.Redirect(http.StatusSeeOther, with("/parcels", "agency", v.agency.Code, "carrier", carrier.Code()))
}

func (s *Server) drawParcels(c echo.Context, v scope, values map[string]string, problems []parts.Problem, status int) error {
	day, ok := readDay(c.QueryParam("day"))
	if !ok {
		day = s.today()
	}
	p, err := s.page(c, v, "收发登记", "parcels")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = "/parcels", len(problems) > 0
	waiting, today, err := s.db.Parcels(c.Request().Context(), v.agency.ID, day)
	if err != nil {
		return err
	}
	view := desk.ParcelsView{Page: p, Problems: problems, Day: withWeekday(day),
		Before: with("/parcels", "agency", v.agency.Code, "day", day.AddDays(-1).String())}
	if day.Before(s.today()) {
		view.After = with("/parcels", "agency", v.agency.Code, "day", day.AddDays(1).String())
	}
	line := func(name, label, hint string, optional bool) handling.Field {
		return handling.Field{Input: parts.Input{Name: name, Label: label, Hint: hint, Optional: optional, Value: values[name], Problems: problems}}
	}
	carrier := handling.Field{Kind: "choice", Input: parts.Input{Name: "carrier", Label: "寄递方式", Problems: problems}}
	for _, x := range cases.Carriers() {
		carrier.Options = append(carrier.Options, parts.Option{Value: x.Code(), Label: x.Label(), Chosen: x.Code() == values["carrier"]})
	}
	view.Carrier = carrier
	view.Fields = []handling.Field{line("mail", "邮件号", "用扫码枪扫面单即登记一件。", true), line("sender", "寄件人", "信封上写的。", true), line("arrived_on", "到达日期", "", false)}
	view.Fields[0].Focus = true // the scanner types at once
	if view.Waiting, err = s.parcelRows(c, v, waiting); err != nil {
		return err
	}
	if view.Today, err = s.parcelRows(c, v, today); err != nil {
		return err
	}
	return s.draw(c, status, desk.Parcels(view))
}

func (s *Server) parcelRows(c echo.Context, v scope, list []cases.Parcel) ([]desk.ParcelRow, error) {
	var out []desk.ParcelRow
	for _, p := range list {
		row := desk.ParcelRow{Mail: orDash(p.Mail), Carrier: p.Carrier.Label(), Sender: orDash(p.Sender), Arrived: p.ArrivedOn.String(), Fate: p.FateLabel(), Open: p.Fate == "",
			Href: "/parcels/" + strconv.FormatInt(p.ID, 10)}
		if p.Fate == "" {
			row.Register = with("/cases/new", "agency", v.agency.Code, "parcel", strconv.FormatInt(p.ID, 10))
		}
		if p.CaseID != 0 {
			found, err := s.db.Case(c.Request().Context(), p.CaseID)
			if err != nil {
				return nil, err
			}
			row.Note, row.Href = caseNumber(found.Number, found.ID), casePath(found.ID)
		}
		if p.CameFrom != 0 {
			from, err := s.db.Parcel(c.Request().Context(), p.CameFrom)
			if err != nil {
				return nil, err
			}
			agency, _ := v.tree.Agency(from.AgencyID)
			row.Note = agency.Name + "转来，原到达" + from.ArrivedOn.String()
		}
		out = append(out, row)
	}
	return out, nil
}

// loadParcel reads the parcel of the address, of an agency at whose desk the
// visitor stands.
func (s *Server) loadParcel(c echo.Context, text string) (cases.Parcel, scope, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return cases.Parcel{}, scope{}, errNotFound
	}
	v, err := s.scope(c, s.today())
	if err != nil {
		return cases.Parcel{}, v, err
	}
	p, err := s.db.Parcel(c.Request().Context(), id)
	if err != nil {
		return p, v, err
	}
	if err := s.mayAct(c, p.AgencyID, cases.FrontDesk, cases.Officer); err != nil {
		return p, v, err
	}
	v.agency, v.found = v.tree.Agency(p.AgencyID)
	return p, v, nil
}

// askParcel shows one parcel and the three ways on.
func (s *Server) askParcel(c echo.Context) error {
	p, v, err := s.loadParcel(c, c.Param("id"))
	if err != nil {
		return err
	}
	return s.drawParcel(c, v, p, nil, http.StatusOK)
}

func (s *Server) drawParcel(c echo.Context, v scope, p cases.Parcel, problems []parts.Problem, status int) error {
	page, err := s.page(c, v, "来件", "parcels")
	if err != nil {
		return err
	}
	page.Path, page.Wrong = "/parcels", len(problems) > 0
	rows, err := s.parcelRows(c, v, []cases.Parcel{p})
	if err != nil {
		return err
	}
	view := desk.ParcelView{Page: page, Row: rows[0], Problems: problems, Back: with("/parcels", "agency", v.agency.Code),
		Action: "/parcels/" + strconv.FormatInt(p.ID, 10), Settled: p.Reason}
	if p.Fate == "outside" {
		view.Settled = "转寄" + p.ToName + "：" + p.Reason
	}
	if agency, known := v.tree.Agency(p.ToAgency); known {
		view.Settled = "转给" + agency.Name
	}
	fates := []parts.Option{{Value: "no_application", Label: "不是政府信息公开申请（信中没有这样称呼，也不是按公布的渠道寄来的）"},
		{Value: "inside", Label: "转办：本系统内其他机关的申请"}, {Value: "outside", Label: "误投：写给别的单位的，转寄"}}
	for i := range fates {
		fates[i].Chosen = fates[i].Value == c.FormValue("fate")
	}
	field := func(kind, name, label, hint string, value string) handling.Field {
		return handling.Field{Kind: kind, Input: parts.Input{Name: name, Label: label, Hint: hint, Value: value, Optional: name != "fate" && name != "on", Problems: problems}}
	}
	choice := field("choice", "fate", "怎样处理", "凡自称政府信息公开申请的都要登记编号，信访、咨询、找错机关是以后的处理结果。", "")
	choice.Options = fates
	to := field("select", "to", "转给哪个机关（转办）", "", "")
	to.Options = []parts.Option{{Label: "请选择"}}
	for _, a := range v.tree.All() {
		if a.ID != p.AgencyID {
			to.Options = append(to.Options, parts.Option{Value: a.Code, Label: a.Name, Chosen: a.Code == c.FormValue("to")})
		}
	}
	view.Fields = []handling.Field{choice, to, field("line", "to_name", "转寄给谁（误投）", "单位名称。", c.FormValue("to_name")),
		field("text", "reason", "理由", "来件是什么、凭什么判断；留存复印件。", c.FormValue("reason")), field("line", "on", "处理日期", "", first1(c.FormValue("on"), s.today().String()))}
	return s.draw(c, status, desk.Parcel(view))
}

// doSettle records what became of a parcel.
func (s *Server) doSettle(c echo.Context) error {
	p, v, err := s.loadParcel(c, c.Param("id"))
	if err != nil {
		return err
	}
	to := cases.Settled{Fate: c.FormValue("fate"), ToName: strings.TrimSpace(c.FormValue("to_name")), Reason: strings.TrimSpace(c.FormValue("reason"))}
	if to.Fate == "case" {
		return errNotFound // that is registering
	}
	if a, known := v.tree.ByCode(c.FormValue("to")); known && to.Fate == "inside" {
		to.ToAgency = a.ID
	}
	var ok bool
	if to.On, ok = readNearDay(c.FormValue("on"), s.today()); !ok {
		to.On = calendar.Date{}
	}
	err = s.db.SettleParcel(c.Request().Context(), s.stamp(c), p.ID, to)
	switch {
	case isRefused(err):
		return s.drawParcel(c, v, p, []parts.Problem{{Field: "fate", Message: err.Error()}}, http.StatusUnprocessableEntity)
	case store.Is(err, store.Conflict):
		return s.drawParcel(c, v, p, []parts.Problem{{Field: "fate", Message: err.Error()}}, http.StatusConflict)
	case err != nil:
		return err
	}
	return c.Redirect(http.StatusSeeOther, with("/parcels", "agency", v.agency.Code))
}

// parcelNew fills the form of registering from what arrived.
func (s *Server) parcelNew(c echo.Context, f *newForm, text string) error {
	p, _, err := s.loadParcel(c, text)
	if err != nil {
		return err
	}
	f.values["channel"], f.values["parcel"], f.values["mail"], f.values["name"] = p.Carrier.Channel().Code(), text, p.Mail, p.Sender
	for _, name := range []string{"submitted", "arrived", "signed"} { // the channel keeps its own
		f.values[name] = p.ArrivedOn.String()
	}
	return nil
}
