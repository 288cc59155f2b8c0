package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/letter"
	"gongkai/internal/store"
	"gongkai/templates/letters"
	"gongkai/templates/parts"
	"gongkai/templates/register"
)

// letterWriters are the roles that draft, number and issue letters.
func letterWriters() []cases.Role { return []cases.Role{cases.FrontDesk, cases.Officer} }

func lettersPath(id int64) string { return casePath(id) + "/letters" }

func letterPath(id int64, place int) string { return lettersPath(id) + "/" + strconv.Itoa(place) }

// listLetters shows the letters of a case and what can be drafted.
func (s *Server) listLetters(c echo.Context) error {
	found, v, err := s.loadCase(c)
	if err != nil {
		return err
	}
	if err := s.mayAct(c, found.AgencyID, fileHandlers()...); err != nil {
		return err
	}
	return s.drawLetters(c, v, found, http.StatusOK, nil)
}

func (s *Server) drawLetters(c echo.Context, v scope, found *cases.Case, status int, problems []parts.Problem) error {
	p, err := s.page(c, v, "文书 "+caseNumber(found.Number, found.ID), "cases")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = "/cases", len(problems) > 0
	list, err := s.db.Letters(c.Request().Context(), found.ID)
	if err != nil {
		return err
	}
	view := letters.ListView{Page: p, Number: caseNumber(found.Number, found.ID), CasePath: casePath(found.ID), Action: lettersPath(found.ID),
		Key: s.reference(), Problems: problems, Writes: s.visitor(c).May(found.AgencyID, letterWriters()...), Register: with("/letters", "agency", v.agency.Code)}
	for _, l := range list {
		view.Letters = append(view.Letters, s.letterLine(l))
	}
	view.Starts = starts(found, list)
	return s.draw(c, status, letters.List(view))
}

// letterLine words one letter.
func (s *Server) letterLine(l store.Letter) letters.Line {
	out := letters.Line{Title: letterTitle(l.Kind), Number: orDash(l.Number), State: letterState(l), Class: l.State, Href: letterPath(l.CaseID, l.Place), Note: "成文日期" + l.On.String()}
	switch l.State {
	case store.LetterIssued:
		out.Note = s.clock(l.IssuedAt) + "发出"
	case store.LetterVoided:
		out.Note = "作废：" + l.Reason
	}
	if l.Issued > 0 {
		out.Original = casePath(l.CaseID) + "/files/" + strconv.Itoa(l.Issued)
	}
	return out
}

func letterTitle(code string) string {
	k, err := letter.ParseKind(code)
	if err != nil {
		return code
	}
	return k.Title()
}

func letterState(l store.Letter) string {
	switch {
	case l.State == store.LetterIssued:
		return "已发出"
	case l.State == store.LetterVoided:
		return "已作废"
	case l.Number != "":
		return "已编号，未发出"
	}
	return "草稿"
}

// starts lists what can be drafted: what an act sends and nobody has drafted yet
// comes first.
func starts(found *cases.Case, have []store.Letter) []letters.Start {
	var due, rest []letters.Start
	for _, x := range fittingLetters(found) {
		one := letters.Start{Label: x.Kind.Title(), Kind: x.Kind.Code(), Seq: strconv.Itoa(x.Seq), Note: x.Kind.Article()}
		if !x.On.IsZero() {
			one.Note = x.On.Chinese() + "登记；" + x.Kind.Article()
		}
		drafted := slices.ContainsFunc(have, func(l store.Letter) bool {
			return l.Kind == x.Kind.Code() && l.Seq == x.Seq && l.State != store.LetterVoided
		})
		if one.Due = x.Sent && !drafted; one.Due {
			due = append(due, one)
		} else {
			rest = append(rest, one)
		}
	}
	return append(due, rest...)
}

// fittingLetters lists what can be drafted for a case: nothing for a voided entry.
func fittingLetters(found *cases.Case) []letter.Suggestion {
	if _, _, void := found.Voiding(); void {
		return nil
	}
	return letter.Fitting(found)
}

// draftLetter begins a letter with what the case gives, once for a form.
func (s *Server) draftLetter(c echo.Context) error {
	found, v, err := s.loadCase(c)
	if err != nil {
		return err
	}
	if err := s.mayAct(c, found.AgencyID, letterWriters()...); err != nil {
		return err
	}
	seq, _ := strconv.Atoi(c.FormValue("seq")) // 0: of no event
	kind, on, fits := fitting(found, c.FormValue("kind"), seq)
	if !fits {
		return s.drawLetters(c, v, found, http.StatusUnprocessableEntity, []parts.Problem{{Field: "kind", Message: "本件现在没有这种文书可以起草；请从下面选择。"}})
	}
	if on.IsZero() {
		on = s.today()
	}
	composed, template, _, err := s.compose(c, found, kind, seq, on, "")
	if err != nil {
		return err
	}
	body, err := json.Marshal(composed.Letter)
	if err != nil {
		return err
	}
	sub := store.Submission{Key: c.FormValue("key"), Content: []string{strconv.FormatInt(found.ID, 10), kind.Code(), strconv.Itoa(seq)}}
	place, err := s.db.DraftLetter(c.Request().Context(), s.stamp(c), sub, found.ID, store.NewLetter{Kind: kind.Code(), Seq: seq, On: on, Template: template.ID, Body: body})
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, letterPath(found.ID, place))
}

// fitting reports whether a case can have a letter of that kind about that event.
func fitting(found *cases.Case, code string, seq int) (letter.Kind, calendar.Date, bool) {
	for _, x := range fittingLetters(found) {
		if x.Kind.Code() == code && x.Seq == seq {
			return x.Kind, x.On, true
		}
	}
	return letter.Kind{}, calendar.Date{}, false
}

// compose composes a letter of a case as things stand. Letters that name more of a
// person than the name open it, which the audit chain notes.
func (s *Server) compose(c echo.Context, found *cases.Case, kind letter.Kind, seq int, on calendar.Date, number string) (letter.Composed, store.LetterTemplate, letter.Input, error) {
	ctx := c.Request().Context()
	in, err := s.letterInput(c, found, kind, seq, on, number)
	if err != nil {
		return letter.Composed{}, store.LetterTemplate{}, in, err
	}
	template, err := s.db.TemplateOf(ctx, found.AgencyID, kind.Code())
	return letter.Compose(in), template, in, err
}

// letterInput gathers what a letter is composed of.
func (s *Server) letterInput(c echo.Context, found *cases.Case, kind letter.Kind, seq int, on calendar.Date, number string) (letter.Input, error) {
	ctx := c.Request().Context()
	in := letter.Input{Kind: kind, Case: found, Seq: seq, On: on, Number: number}
	var err error
	if in.Book, err = s.db.BookOf(ctx, found.AgencyID); err != nil {
		return in, err
	}
	if in.Agency, err = s.letterAgency(ctx, found.AgencyID, on); err != nil {
		return in, err
	}
	if in.Names, err = s.db.NamesOf(ctx, actorsOf(found)); err != nil {
		return in, err
	}
	row := (&cases.Deriver{Book: in.Book}).Row(found.Events)
	if row.Officer != 0 {
		names, err := s.db.UserNames(ctx, []int64{row.Officer})
		if err != nil {
			return in, err
		}
		in.Officer = names[row.Officer]
	}
	if err := s.firstAnswered(ctx, found, &in); err != nil {
		return in, err
	}
	return in, s.letterPapers(c, found, kind, &in)
}

// letterAgency reads what the letters say of an agency on a day.
func (s *Server) letterAgency(ctx context.Context, id int64, on calendar.Date) (out letter.Agency, err error) {
	tree, err := s.db.Tree(ctx, on)
	if err != nil {
		return out, err
	}
	if a, alive := tree.Agency(id); alive {
		out.Name = a.Name
	}
	for _, x := range []struct {
		key string
		to  *string
	}{{"letterhead", &out.Letterhead}, {"address", &out.Address}, {"phone", &out.Phone}, {"hours", &out.Hours}, {"review_organ", &out.ReviewOrgan},
		{"court", &out.Court}, {"fee_account", &out.FeeAccount}, {"extension_approver", &out.Consents}} {
		if *x.to, err = s.db.Setting(ctx, id, x.key, on); err != nil {
			return out, err
		}
	}
	return out, nil
}

// firstAnswered reads the answer that a 不予重复处理 refers to.
func (s *Server) firstAnswered(ctx context.Context, found *cases.Case, in *letter.Input) error {
	first := int64(0)
	for _, e := range found.Events {
		if p, ok := e.Fact.(cases.Proposed); ok && p.FirstAnswer != 0 {
			first = p.FirstAnswer
		}
	}
	if first == 0 {
		return nil
	}
	earlier, err := s.db.Case(ctx, first)
	if store.Is(err, store.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	in.First.Number = "编号" + earlier.Number + "的答复"
	for _, e := range cases.Timeline(earlier.Events, 0) {
		if a, ok := e.Fact.(cases.Answered); ok {
			in.First.On = e.On
			if a.Document != "" {
				in.First.Number = a.Document
			}
		}
	}
	return nil
}

// letterPapers opens what forms name beside the case's own facts: the personal
// fields, the papers, the letter that is served.
func (s *Server) letterPapers(c echo.Context, found *cases.Case, kind letter.Kind, in *letter.Input) error {
	ctx := c.Request().Context()
	switch kind.Code() {
	case "application", "register", "service":
		parties, err := s.db.People(ctx, found.ID, s.stamp(c), "letter")
		if err != nil {
			return err
		}
		opened := *found
		opened.Parties = parties
		in.Case = &opened
	}
	switch kind.Code() {
	case "contents":
		return s.letterContents(ctx, found, in)
	case "service":
		list, err := s.db.Letters(ctx, found.ID)
		if err != nil {
			return err
		}
		for _, l := range list {
			if k, err := letter.ParseKind(l.Kind); err == nil && l.State == store.LetterIssued && k.Outgoing() {
				in.Served.Title, in.Served.Number = k.Title(), l.Number
			}
		}
	}
	return nil
}

// letterContents lists letters and papers for 卷内目录, by day.
func (s *Server) letterContents(ctx context.Context, found *cases.Case, in *letter.Input) error {
	list, err := s.db.Letters(ctx, found.ID)
	if err != nil {
		return err
	}
	originals := map[int]bool{}
	for _, l := range list {
		if l.State == store.LetterIssued {
			originals[l.Issued] = true
			in.Files = append(in.Files, letter.File{Name: letterTitle(l.Kind), Number: l.Number, On: l.On})
		}
	}
	files, err := s.db.Attachments(ctx, found.ID)
	if err != nil {
		return err
	}
	for _, a := range files {
		if a.WithdrawnAt == 0 && !originals[a.Place] {
			in.Files = append(in.Files, letter.File{Name: a.Kind.Label(), On: dayOfInstant(a.At), Note: a.Name})
		}
	}
	slices.SortStableFunc(in.Files, func(a, b letter.File) int { return a.On.Compare(b.On) })
	return nil
}

// addLettersView lists the letters on the page of a case for who handles it, and
// what an act has sent that nobody drafted.
func (s *Server) addLettersView(c echo.Context, view *register.CaseView, found *cases.Case) error {
	if !s.visitor(c).May(found.AgencyID, fileHandlers()...) {
		return nil
	}
	list, err := s.db.Letters(c.Request().Context(), found.ID)
	if err != nil {
		return err
	}
	view.Letters.Path = lettersPath(found.ID)
	for _, l := range list {
		line := s.letterLine(l)
		text := line.Title
		if l.Number != "" {
			text += " " + l.Number
		}
		view.Letters.Lines = append(view.Letters.Lines, register.LetterLine{Label: text, State: line.State, Class: line.Class, Href: line.Href})
	}
	if s.visitor(c).May(found.AgencyID, letterWriters()...) {
		for _, x := range starts(found, list) {
			if x.Due {
				view.Letters.Due = append(view.Letters.Due, register.LetterStart{Label: x.Label, Kind: x.Kind, Seq: x.Seq, Key: fmt.Sprintf("letter-%d-%s-%s-%d", found.ID, x.Kind, x.Seq, len(list))})
			}
		}
	}
	return nil
}

// dayOfInstant is the office's day of an instant in microseconds UTC.
func dayOfInstant(at int64) calendar.Date {
	return calendar.FromTime(time.UnixMicro(at).UTC().Add(8 * time.Hour))
}
