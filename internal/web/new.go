package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/templates/desk"
	"gongkai/templates/handling"
	"gongkai/templates/parts"
)

// newForm is the form of registering as it was typed.
type newForm struct {
	values   map[string]string
	problems []parts.Problem
	key      string // of the draft that it goes on from
	refused  string // why the store took nothing, in a sentence

	receipt deadline.Receipt
	office  calendar.Date // reached our office
	posted  calendar.Date // submitted on the platform
	follows int64         // the case, given up for want of a supplement, that this one follows
	channel deadline.Channel
	kind    cases.ApplicantKind
	joint   jointForm
	asked   bool // somebody was to be added to them, or taken out
}

// names lists every field of the form with those of the people who apply together.
func (f newForm) names() []string { return append(newFields(), jointNames(len(f.joint.people))...) }

// newFields are the names of everything typed, in the order of the form.
func newFields() []string {
	return []string{"channel", "submitted", "arrived", "signed", "office", "confirmed", "mail", "signer", "kind", "name", "id_number", "phone", "contact",
		"email", "address", "joint", "joints", "represents", "agent", "agent_phone", "warrant", "follows", "content", "more", "copies", "form", "way", "platform", "platform_number", "platform_submitted", "parcel"}
}

// newDay is a date of the form: which channels ask for it.
type newDay struct {
	name, label, hint string
	channels          []string
	needed            bool
}

func newDays() []newDay {
	waits := []string{"letter_ordinary", "online", "fax", "email"}
	return []newDay{
		{"submitted", "提交日期", "当面提交之日。", []string{"in_person"}, true},
		{"signed", "签收日期", "本机关（收发室、门卫也算）签收邮件之日。", []string{"letter_registered"}, true},
		{"mail", "邮件号", "EMS或挂号信的号码，可用扫码枪。", []string{"letter_registered"}, false},
		{"signer", "签收人", "谁签收的。", []string{"letter_registered"}, false},
		{"arrived", "来件日期", "到达本机关（收发室、信箱、网站）之日。", append([]string{"letter_registered"}, waits...), false},
		{"confirmed", "申请人确认申请表之日", "口头申请由本机关代填、申请人签名之日；平信、网络、传真、电子邮件填与申请人确认之日，还没有确认就留空。", append([]string{"oral"}, waits...), false},
		{"office", "转到本科室日期", "", []string{"letter_registered", "letter_ordinary"}, false},
	}
}

// askNew shows the empty form, with today where today is usual.
func (s *Server) askNew(c echo.Context) error {
	v, err := s.deskScope(c)
	if err != nil {
		return err
	}
	f := newForm{values: map[string]string{"channel": "in_person", "submitted": s.today().String(), "kind": "natural"}}
	fields, key, err := s.draftIn(c, "/cases/new")
	if err != nil {
		return err
	}
	for _, name := range newFields() {
		if key != "" {
			f.values[name] = fields.Get(name)
		}
	}
	f.key = key
	f.joint, _ = readJointForm(fields.Get)
	if parcel := c.QueryParam("parcel"); parcel != "" {
		if err := s.parcelNew(c, &f, parcel); err != nil {
			return err
		}
	}
	for _, like := range []string{c.QueryParam("like"), c.QueryParam("follows")} {
		if like == "" {
			continue
		}
		if err := s.copyNew(c, v, &f, like); err != nil {
			return err
		}
	}
	if f.values["follows"] = first1(c.QueryParam("follows"), f.values["follows"]); c.QueryParam("follows") != "" {
		if _, err := s.followed(c, v, f.values["follows"]); err != nil {
			return err
		}
		// The supplement came by itself: how and when is asked anew.
		for _, d := range newDays() {
			f.values[d.name] = ""
		}
		f.values["submitted"] = s.today().String()
	}
	return s.drawNew(c, v, f, http.StatusOK, "")
}

// deskScope is the agency at whose desk the visitor stands.
func (s *Server) deskScope(c echo.Context) (scope, error) {
	return s.deskOf(c, cases.FrontDesk, cases.Officer)
}

// deskOf is the agency of a page or form in which the visitor holds a role.
func (s *Server) deskOf(c echo.Context, roles ...cases.Role) (scope, error) {
	v, err := s.scope(c, s.today())
	if err != nil {
		return v, err
	}
	if code := c.FormValue("agency"); code != "" && c.QueryParam("agency") == "" {
		a, known := v.tree.ByCode(code)
		if !known {
			return v, errNotFound
		}
		v.agency, v.found = a, true
	}
	if !v.found {
		return v, errNotFound
	}
	return v, s.mayAct(c, v.agency.ID, roles...)
}

// doNew checks what was typed, shows it once more, and registers it.
func (s *Server) doNew(c echo.Context) error {
	v, err := s.deskScope(c)
	if err != nil {
		return err
	}
	f := s.readNew(c)
	switch {
	case c.FormValue("recognise") != "":
		said := f.recognise(c.FormValue("paste"))
		f.problems = nil
		return s.drawNew(c, v, f, http.StatusOK, said)
	case f.asked:
		f.problems = nil
		return s.drawNew(c, v, f, http.StatusOK, "")
	case c.FormValue("edit") != "":
		f.problems = nil
		return s.drawNew(c, v, f, http.StatusOK, "")
	case len(f.problems) > 0:
		return s.drawNew(c, v, f, http.StatusUnprocessableEntity, "")
	case c.FormValue("save") != "":
		return s.saveNew(c, v, f)
	}
	return s.checkNew(c, v, f)
}

// readNew reads the form; what can't be is noted with the field.
func (s *Server) readNew(c echo.Context) newForm {
	f := newForm{values: map[string]string{}}
	for _, name := range newFields() {
		f.values[name] = strings.TrimSpace(c.FormValue(name))
	}
	wrong := func(field, message string) {
		f.problems = append(f.problems, parts.Problem{Field: field, Message: message})
	}
	if f.joint, f.asked = readJointForm(c.FormValue); f.asked && c.FormValue("add_joint") != "" {
		f.values["joint"] = "" // the names have become people
	} else if !f.asked && c.FormValue("recognise") == "" && c.FormValue("edit") == "" {
		f.joint.settle()
		f.problems = append(f.problems, f.joint.problems...)
	}
	f.joint.put(func(name, value string) { f.values[name] = value })
	var err error
	if f.channel, err = deadline.ParseChannel(f.values["channel"]); err != nil {
		wrong("channel", "没有选择渠道，收到申请之日要按渠道确定（第三十一条）")
	}
	for _, d := range newDays() {
		if !slices.Contains(d.channels, f.channel.Code()) {
			f.values[d.name] = "" // of another channel
		}
	}
	day := func(name, label string, needed bool) calendar.Date {
		text := f.values[name]
		if text == "" {
			if needed {
				wrong(name, "没有填写"+label)
			}
			return calendar.Date{}
		}
		on, ok := readNearDay(text, s.today())
		switch {
		case !ok:
			wrong(name, label+"“"+text+"”读不懂，应为如 "+s.today().String()+" 或 11.24 的日期")
		case on.After(s.today()):
			wrong(name, label+on.Chinese()+"在今天之后，只能登记已经收到的申请")
		default:
			f.values[name] = on.String()
		}
		return on
	}
	f.receipt = deadline.Receipt{Channel: f.channel}
	f.receipt.Submitted = day("submitted", "提交日期", f.channel == deadline.InPerson)
	f.receipt.Signed = day("signed", "签收日期", f.channel == deadline.LetterRegistered)
	f.receipt.Confirmed = day("confirmed", "确认日期", f.channel == deadline.Oral)
	f.receipt.Arrived = day("arrived", "来件日期", false)
	f.office = day("office", "转到本科室日期", false)
	f.posted = day("platform_submitted", "平台提交日期", false)
	if f.kind, err = cases.ParseApplicantKind(f.values["kind"]); err != nil || f.kind.IsZero() {
		wrong("kind", "没有选择申请人类型，年度报告表三按六类统计")
	}
	f.readWho(wrong)
	if f.values["name"] == "" {
		wrong("name", "没有填写申请人姓名或名称")
	}
	if f.values["content"] == "" {
		wrong("content", "没有填写所需信息的内容描述（第二十九条）")
	}
	f.readBundle(wrong)
	f.agree(wrong)
	if (f.values["platform"] == "") != (f.values["platform_number"] == "") {
		wrong("platform_number", "平台名称和平台编号要一起填写")
	}
	return f
}

// readWho drops what only the other kind of applicant is asked.
func (f *newForm) readWho(wrong func(field, message string)) {
	if f.kind == cases.Natural {
		f.values["contact"] = ""
	}
	if f.values["agent"] == "" {
		f.values["warrant"] = ""
		if f.values["agent_phone"] != "" {
			wrong("agent", "填写了代理人电话，没有填写代理人姓名")
		}
	}
}

// agree holds the days against one another: what contradicts the day of receipt is
// said, not registered as 待确认.
func (f *newForm) agree(wrong func(field, message string)) {
	fixed := map[string]calendar.Date{"submitted": f.receipt.Submitted, "signed": f.receipt.Signed, "confirmed": f.receipt.Confirmed}
	var at *deadline.FieldError
	if _, _, err := f.receipt.Day(); errors.As(err, &at) && !fixed[at.Field].IsZero() {
		wrong(at.Field, at.Text)
	}
}

// recognise fills the form from a pasted text and says what was found.
func (f *newForm) recognise(text string) string {
	found := readPlatform(text)
	if len(found) < 3 {
		b := readBlock(text)
		found = map[string]string{"name": b.name, "id_number": b.idNumber, "phone": b.phone, "email": b.email, "address": b.address}
		if b.isOrganisation() {
			found["kind_word"] = "商业企业"
		}
	}
	found["agent"] = found["agent_name"]
	if number := found["file_number"]; number != "" && !strings.Contains(found["content"], number) {
		found["content"] = strings.TrimSpace(found["content"] + "\n文号：" + number)
	}
	for name, codes := range map[string]string{"form": formChoices, "way": wayChoices} {
		found[name] = choiceIn(codes, found[name+"_word"])
	}
	n := 0
	for _, name := range newFields() {
		if found[name] != "" {
			f.values[name] = found[name]
			n++
		}
	}
	if k, err := cases.ParseApplicantKind(found["kind_word"]); err == nil && !k.IsZero() {
		f.values["kind"] = k.Code()
	}
	if found["platform_number"] != "" {
		f.values["channel"] = "online"
		f.values["platform"] = first1(f.values["platform"], "省政府信息公开平台")
		if on, ok := readNearDay(found["platform_signed"], calendar.Date{}); ok {
			f.values["confirmed"] = on.String()
		}
		if on, ok := readNearDay(found["platform_submitted"], calendar.Date{}); ok {
			f.values["arrived"] = on.String()
		}
	}
	if n == 0 {
		return "没有识别出可以填入的内容，请手工填写。"
	}
	return "已填入识别出的内容，请逐项核对。"
}

func first1(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// drawNew draws the form with what was typed.
func (s *Server) drawNew(c echo.Context, v scope, f newForm, status int, said string) error {
	p, err := s.page(c, v, "申请登记", "new")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = "/cases/new", len(f.problems) > 0 || f.refused != ""
	view := desk.NewView{Page: p, Refused: f.refused, Problems: f.problems, Key: first1(first1(c.FormValue("key"), f.key), s.reference()), Paste: c.FormValue("paste"), Pasted: said,
		MoreOpen: said != "" || f.values["platform"] != ""}
	view.Parcel = f.values["parcel"]
	for _, ch := range deadline.Channels() {
		view.Channels = append(view.Channels, desk.Channel{Code: ch.Code(), Label: ch.Label(), Chosen: ch.Code() == f.values["channel"]})
	}
	for _, d := range newDays() {
		view.Days = append(view.Days, desk.Day{For: d.channels, Input: parts.Input{Name: d.name, Label: d.label, Hint: d.hint, Optional: !d.needed,
			Value: f.values[d.name], Short: true, Problems: f.problems}})
	}
	for _, k := range cases.ApplicantKinds() {
		view.Kinds = append(view.Kinds, desk.Kind{Code: k.Code(), Label: k.Label(), Chosen: k.Code() == f.values["kind"]})
	}
	line := func(name, label, hint string, optional bool) handling.Field {
		return handling.Field{Input: parts.Input{Name: name, Label: label, Hint: hint, Optional: optional, Value: f.values[name], Problems: f.problems}}
	}
	number := line("id_number", "身份证号", "", true)
	number.Label = "" // worded by the kind of applicant
	view.Name, view.IDNumber = line("name", "", "", false), number
	view.Who = []handling.Field{line("phone", "联系电话", "", true)}
	view.Contact = line("contact", "联系人", "单位的经办人或法定代表人。", true)
	view.More = []handling.Field{line("address", "通信地址", "", true), line("email", "电子邮箱", "", true)}
	f.joint.names = true
	view.Joint, view.Added = f.joint.view(f.values["name"], f.values["joint"], f.problems), f.joint.focus > 0
	view.Agent = []handling.Field{line("agent", "代理人", "", true), line("agent_phone", "代理人电话", "", true), chooser("warrant", "授权委托书", f.values["warrant"], "have 已收到", "lack 没有收到")}
	view.AgentOpen, view.Follows = f.values["agent"]+f.values["agent_phone"] != "", f.values["follows"]
	content := line("content", "所需信息的内容描述", "照录申请表：名称、文号或者其他特征性描述。", false)
	content.Kind = "text"
	view.What = []handling.Field{content, chooser("form", "提供方式", f.values["form"], strings.Split(formChoices, "|")...),
		chooser("way", "获取途径", f.values["way"], strings.Split(wayChoices, "|")...)}
	more := line("more", "同一封信里的其他申请", "每行一件，写内容描述；收到日期、申请人相同，各自编号。", true)
	more.Kind = "text"
	copies := line("copies", "内容相同的份数", "上面的内容一式几份、份份都要答复时填写。", true)
	copies.Short = true
	view.Bundle, view.BundleOpen = []handling.Field{more, copies}, f.values["more"] != "" || f.values["copies"] != ""
	view.Platform = []handling.Field{line("platform", "平台名称", "", true), line("platform_number", "平台编号", "", true), line("platform_submitted", "平台提交日期", "", true)}
	return s.draw(c, status, desk.New(view))
}

// The forms in which information is wanted, and the ways of getting it.
const (
	formChoices = "paper 纸质|file 电子文档|copy 复制件|read 阅读、抄录"
	wayChoices  = "mail 邮寄|pick_up 自行领取|email 电子邮件|fax 传真|online 网上获取|read 当面查阅"
)

// choiceWord gives the word of a choice's code, none for an unknown one.
func choiceWord(choices, code string) string {
	for _, o := range strings.Split(choices, "|") {
		if c, word, _ := strings.Cut(o, " "); c == code {
			return word
		}
	}
	return ""
}

// choiceIn gives the code of the choice that a platform's words name: 纸质版,
// 邮寄送达; none where they name none or several.
func choiceIn(choices, words string) string {
	code := ""
	for _, o := range strings.Split(choices, "|") {
		c, word, _ := strings.Cut(o, " ")
		for _, w := range append(strings.Split(word, "、"), platformWords[c]...) {
			if words == "" || !strings.Contains(words, w) {
				continue
			}
			if code != "" && code != c {
				return ""
			}
			code = c
		}
	}
	return code
}

// platformWords are how platforms call the choices beside our own words.
var platformWords = map[string][]string{"file": {"电子", "光盘"}, "mail": {"邮递", "快递", "挂号", "EMS"}, "pick_up": {"自取", "领取"}, "online": {"网上", "在线"}, "read": {"查阅"}}

// chooser is an optional choice written "code word".
func chooser(name, label, chosen string, options ...string) handling.Field {
	f := handling.Field{Kind: "select", Input: parts.Input{Name: name, Label: label}, Options: []parts.Option{{Label: "未写明"}}}
	for _, o := range options {
		code, word, _ := strings.Cut(o, " ")
		f.Options = append(f.Options, parts.Option{Value: code, Label: word, Chosen: code == chosen})
	}
	return f
}
