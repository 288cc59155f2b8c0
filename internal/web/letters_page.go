package web

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/letter"
	"gongkai/internal/store"
	"gongkai/templates/letters"
	"gongkai/templates/parts"
)

// openLetter is a letter being looked at: as it is kept, and as it would follow
// from the case now.
type openLetter struct {
	found    *cases.Case
	scope    scope
	kept     store.Letter
	text     store.LetterText
	saved    letter.Letter // the text as saved
	now      letter.Letter // the same with the locked passages of today; of an issued one what was saved
	musts    []letter.Must
	in       letter.Input
	template store.LetterTemplate
}

// loadLetter reads the letter of the address for one of the roles.
func (s *Server) loadLetter(c echo.Context, roles ...cases.Role) (openLetter, error) {
	var o openLetter
	var err error
	if o.found, o.scope, err = s.loadCase(c); err != nil {
		return o, err
	}
	if err := s.mayAct(c, o.found.AgencyID, roles...); err != nil {
		return o, err
	}
	place, err := strconv.Atoi(c.Param("place"))
	if err != nil {
		return o, errNotFound
	}
	ctx := c.Request().Context()
	if o.kept, err = s.db.Letter(ctx, o.found.ID, place); err != nil {
		return o, err
	}
	if o.text, err = s.db.LetterText(ctx, o.kept, 0); err != nil {
		return o, err
	}
	if err := json.Unmarshal(o.text.Body, &o.saved); err != nil {
		return o, err
	}
	return o, s.refreshLetter(c, &o)
}

// refreshLetter composes the locked passages anew, for the day of the letter.
func (s *Server) refreshLetter(c echo.Context, o *openLetter) error {
	composed, template, in, err := s.compose(c, o.found, o.saved.Kind, o.kept.Seq, o.saved.On, o.kept.Number)
	if err != nil {
		return err
	}
	o.in, o.musts, o.template = in, composed.Musts, template
	o.now = letter.Rebase(composed.Letter, o.saved)
	if o.kept.State != store.LetterDraft {
		o.now = o.saved
		o.now.Number = o.kept.Number
		if o.kept.Template != template.ID {
			o.template = store.LetterTemplate{}
			if o.kept.Template != 0 {
				o.template, err = s.db.Template(c.Request().Context(), o.found.AgencyID, o.kept.Template)
			}
		}
	}
	return err
}

// showLetter shows a letter: a draft with its fields, else as it left.
func (s *Server) showLetter(c echo.Context) error {
	o, err := s.loadLetter(c, fileHandlers()...)
	if err != nil {
		return err
	}
	return s.drawLetter(c, o, http.StatusOK, nil, letters.LetterView{})
}

func (s *Server) drawLetter(c echo.Context, o openLetter, status int, problems []parts.Problem, view letters.LetterView) error {
	view, err := s.letterView(c, o, problems, view)
	if err != nil {
		return err
	}
	return s.draw(c, status, letters.Letter(view))
}

// letterView words a letter.
func (s *Server) letterView(c echo.Context, o openLetter, problems []parts.Problem, view letters.LetterView) (letters.LetterView, error) {
	p, err := s.page(c, o.scope, o.now.Title+" "+caseNumber(o.found.Number, o.found.ID), "cases")
	if err != nil {
		return view, err
	}
	p.Path, p.Wrong = "/cases", len(problems) > 0
	at := letterPath(o.found.ID, o.kept.Place)
	kind := o.saved.Kind
	view.Page, view.Number, view.CasePath, view.ListPath, view.Action = p, caseNumber(o.found.Number, o.found.ID), casePath(o.found.ID), lettersPath(o.found.ID), at
	view.Title, view.To, view.Agency, view.On = o.now.Title, o.now.To, o.now.Agency, o.now.On.Chinese()
	view.OnTyped = first1(view.OnTyped, o.now.On.String())
	view.Version, view.LetterNumber, view.Outside, view.Numbered = strconv.Itoa(o.kept.Version), o.kept.Number, o.kept.Outside, kind.Numbered()
	view.State, view.Class, view.Draft = letterState(o.kept), o.kept.State, o.kept.State == store.LetterDraft
	view.Writes = s.visitor(c).May(o.found.AgencyID, letterWriters()...)
	view.Problems = problems
	if kind.Outgoing() {
		view.Letterhead = first1(o.in.Agency.Letterhead, o.in.Agency.Name)
	}
	view.Print, view.Envelope = at+"/print", at+"/envelope"
	if view.Draft {
		view.DOCX = at + "/docx"
	}
	if o.kept.Issued > 0 {
		view.Original = casePath(o.found.ID) + "/files/" + strconv.Itoa(o.kept.Issued)
	}
	view.Passages, view.Rows, view.Heads, view.List = passages(o.now), rows(o.now), o.now.Heads, o.now.List
	view.Template = templateWord(o.template)
	view.Notices = append(view.Notices, letterNotices(o)...)
	if view.Draft {
		view.Lacks = append(view.Lacks, lackSentences(o)...)
	}
	if err := s.letterPast(c, o, &view); err != nil {
		return view, err
	}
	return view, s.compareVersions(c, o, &view)
}

// letterNotices say what is remarkable about a letter.
func letterNotices(o openLetter) []string {
	var out []string
	if o.kept.State == store.LetterDraft && !o.saved.Same(withoutNumber(o.now)) {
		out = append(out, "起草之后办件或机关设置有变动，下面带底色的段落已按现在的登记写出；请核对后保存。")
	}
	if o.kept.State == store.LetterDraft && len(o.text.DOCX) > 0 {
		out = append(out, "这一稿是在 WPS 或 Word 中修改后交回的，发出的电子文件以交回的文件为准；在本页改动并保存后，以本页的文字为准。")
	}
	if o.kept.State == store.LetterVoided {
		out = append(out, "这份文书已经作废："+o.kept.Reason)
	}
	return out
}

// withoutNumber compares drafts, which are kept without their number.
func withoutNumber(l letter.Letter) letter.Letter {
	l.Number = ""
	return l
}

func templateWord(x store.LetterTemplate) string {
	if x.ID == 0 {
		return "模板：系统模板"
	}
	return "模板：" + x.Name + "（第" + strconv.Itoa(x.Version) + "版）"
}

// lackSentences say what keeps a draft from being issued.
func lackSentences(o openLetter) []string {
	var out []string
	for _, l := range o.now.Missing(o.musts) {
		out = append(out, l.Sentence)
	}
	for _, mark := range letter.Placeholders(o.now.Text(), letter.Quoted(o.found)) {
		out = append(out, "还有没填写的地方：“"+mark+"”。")
	}
	return out
}

func passages(l letter.Letter) []letters.Passage {
	var out []letters.Passage
	for i, p := range l.Body {
		lines := strings.Split(p.Text, "\n")
		out = append(out, letters.Passage{Name: p.Name, Field: "p" + strconv.Itoa(i), Text: p.Text, Lines: lines, Locked: p.Locked, Rows: len(lines) + len([]rune(p.Text))/36 + 1})
	}
	return out
}

func rows(l letter.Letter) []letters.Passage {
	var out []letters.Passage
	for i, r := range l.Rows {
		// Empty rows of a form are filled with ink: on the page they may be typed.
		out = append(out, letters.Passage{Name: r.Label, Field: "r" + strconv.Itoa(i), Text: r.Value, Locked: r.Locked, Rows: len([]rune(r.Value))/30 + 1})
	}
	return out
}

// letterPast lists the texts that a letter has had, the latest first, and when it
// left.
func (s *Server) letterPast(c echo.Context, o openLetter, view *letters.LetterView) error {
	actors := []string{o.kept.By, o.kept.IssuedBy, o.kept.VoidedBy}
	var texts []store.LetterText
	for v := o.kept.Version; v > 0 && v > o.kept.Version-20; v-- {
		text := o.text
		if v != o.text.Version {
			var err error
			if text, err = s.db.LetterText(c.Request().Context(), o.kept, v); err != nil {
				return err
			}
		}
		texts, actors = append(texts, text), append(actors, text.By)
	}
	names, err := s.db.NamesOf(c.Request().Context(), actors)
	if err != nil {
		return err
	}
	for _, text := range texts {
		one := letters.Version{Label: "第" + strconv.Itoa(text.Version) + "稿 " + names[text.By] + " " + s.clock(text.At)}
		if len(text.DOCX) > 0 {
			one.Label += "（交回的修改稿）"
		}
		if text.Version != o.kept.Version {
			one.Compare = view.Action + "?with=" + strconv.Itoa(text.Version) + "#compare"
		}
		view.Versions = append(view.Versions, one)
	}
	switch o.kept.State {
	case store.LetterIssued:
		view.StateNote = names[o.kept.IssuedBy] + "于" + s.clock(o.kept.IssuedAt) + "发出；原件 SHA-256：" + o.kept.SHA256
	case store.LetterVoided:
		view.StateNote = names[o.kept.VoidedBy] + "于" + s.clock(o.kept.VoidedAt) + "作废。"
	}
	return nil
}

// compareVersions fills in the comparison that ?with= asks for.
func (s *Server) compareVersions(c echo.Context, o openLetter, view *letters.LetterView) error {
	with, err := strconv.Atoi(c.QueryParam("with"))
	if err != nil || with < 1 || with >= o.kept.Version {
		return nil
	}
	text, err := s.db.LetterText(c.Request().Context(), o.kept, with)
	if err != nil {
		return err
	}
	var old letter.Letter
	if err := json.Unmarshal(text.Body, &old); err != nil {
		return err
	}
	view.ComparedWith = "与第" + strconv.Itoa(with) + "稿比较"
	view.Compared = compareLetters(old, o.saved)
	return nil
}

// compareLetters sets two texts of a letter side by side, passage by passage.
func compareLetters(old, now letter.Letter) []letters.Compared {
	before := map[string]string{"成文日期": old.On.Chinese(), "主送": old.To}
	for _, p := range old.Body {
		before[p.Name] = p.Text
	}
	for _, r := range old.Rows {
		before[r.Label] = r.Value
	}
	var out []letters.Compared
	add := func(name, text string) {
		out = append(out, letters.Compared{Name: name, Before: before[name], Now: text, Changed: before[name] != text})
		delete(before, name)
	}
	add("主送", now.To)
	for _, p := range now.Body {
		add(p.Name, p.Text)
	}
	for _, r := range now.Rows {
		add(r.Label, r.Value)
	}
	add("成文日期", now.On.Chinese())
	for _, p := range old.Body {
		if text, gone := before[p.Name]; gone {
			out = append(out, letters.Compared{Name: p.Name, Before: text, Changed: true})
		}
	}
	return out
}

// saveLetter keeps what was written in the open passages. Locked ones are never
// read from the form.
func (s *Server) saveLetter(c echo.Context) error {
	o, err := s.loadLetter(c, letterWriters()...)
	if err != nil {
		return err
	}
	on, ok := readDay(c.FormValue("on"))
	view := letters.LetterView{OnTyped: c.FormValue("on")}
	if ok && o.kept.State == store.LetterDraft {
		o.saved.On = on
		if err := s.refreshLetter(c, &o); err != nil {
			return err
		}
	}
	typed(c, &o.now)
	if !ok {
		return s.drawLetter(c, o, http.StatusUnprocessableEntity, []parts.Problem{{Field: "on", Message: "成文日期“" + c.FormValue("on") + "”读不懂，应为如 " + s.today().String() + " 的日期"}}, view)
	}
	if o.kept.Year != 0 && o.kept.Year != on.Year() {
		return s.drawLetter(c, o, http.StatusUnprocessableEntity, []parts.Problem{{Field: "on", Message: "已编" + strconv.Itoa(o.kept.Year) + "年的文号，成文日期不能改到别的年度；需要时作废后另行起草"}}, view)
	}
	if len([]rune(o.now.Text())) > longestLetter {
		return s.drawLetter(c, o, http.StatusUnprocessableEntity, []parts.Problem{{Field: "text", Message: "文书太长，最多" + strconv.Itoa(longestLetter) + "字；请用附件"}}, view)
	}
	body, err := json.Marshal(withoutNumber(o.now))
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(c.FormValue("version")) // -1 below: none was sent
	err = s.db.RewriteLetter(c.Request().Context(), s.stamp(c), o.found.ID, o.kept.Place, max(version, 1), on, body, nil)
	if store.Is(err, store.Conflict) && o.saved.Same(withoutNumber(o.now)) && s.justDone(c, o.text.By, o.text.At) && o.kept.State == store.LetterDraft {
		err = nil // this very text, sent twice
	}
	if store.Is(err, store.Conflict) {
		return s.drawConflict(c, o, err)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, letterPath(o.found.ID, o.kept.Place))
}

// longestLetter is in characters.
const longestLetter = 30000

// typed puts what the form holds into the open passages.
func typed(c echo.Context, l *letter.Letter) {
	form, err := c.FormParams()
	if err != nil {
		return
	}
	for i := range l.Body {
		if text, sent := form["p"+strconv.Itoa(i)]; sent && !l.Body[i].Locked {
			l.Body[i].Text = letter.Tidy(text[0])
		}
	}
	for i := range l.Rows {
		if text, sent := form["r"+strconv.Itoa(i)]; sent && !l.Rows[i].Locked {
			l.Rows[i].Value = letter.Tidy(text[0])
		}
	}
}

// drawConflict shows the loser of a race both texts; what was typed stays in the
// fields. A letter that has left the house is shown as it left.
func (s *Server) drawConflict(c echo.Context, o openLetter, cause error) error {
	problem := []parts.Problem{{Field: "text", Message: cause.Error()}}
	fresh, err := s.loadLetter(c, letterWriters()...)
	if err != nil {
		return err
	}
	if fresh.kept.State != store.LetterDraft {
		return s.drawLetter(c, fresh, http.StatusConflict, problem, letters.LetterView{})
	}
	view := letters.LetterView{}
	for _, p := range passages(fresh.saved) {
		if !p.Locked {
			view.Meanwhile = append(view.Meanwhile, p)
		}
	}
	for _, r := range rows(fresh.saved) {
		if !r.Locked && r.Text != "" {
			view.Meanwhile = append(view.Meanwhile, r)
		}
	}
	o.kept, o.text, o.saved = fresh.kept, fresh.text, fresh.saved
	return s.drawLetter(c, o, http.StatusConflict, problem, view)
}

// printLetter shows a letter for paper.
func (s *Server) printLetter(c echo.Context) error {
	o, err := s.loadLetter(c, fileHandlers()...)
	if err != nil {
		return err
	}
	view, err := s.letterView(c, o, nil, letters.LetterView{})
	if err != nil {
		return err
	}
	if view.Writes = false; len(view.Lacks) > 0 {
		view.Notices = append(view.Notices, "这是草稿，必备内容还不齐全，不能发出。")
	}
	return s.draw(c, http.StatusOK, letters.Print(view))
}

// justDone reports whether this person has done something to a letter just now: a
// form that came too late was sent twice.
func (s *Server) justDone(c echo.Context, by string, at int64) bool {
	stamp := s.stamp(c)
	return by == stamp.By && stamp.At-at < sameTime.Microseconds()
}
