package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/letter"
	"gongkai/internal/store"
	"gongkai/templates/letters"
	"gongkai/templates/parts"
)

// docxMIME is the media type of a .docx.
const docxMIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

// errLetter is why a letter can't leave the house, a sentence each.
type errLetter struct{ sentences []string }

func (e *errLetter) Error() string { return strings.Join(e.sentences, "") }

// letterFile makes the word-processor file of a letter: what came back from one, or
// the template filled.
func letterFile(o openLetter, l letter.Letter, edited []byte) ([]byte, error) {
	if len(edited) > 0 {
		if l.Number == "" {
			return edited, nil
		}
		return letter.Numbered(edited, l.Number)
	}
	template := o.template.Content
	if len(template) == 0 {
		template = letter.BuiltIn(l.Kind)
	}
	return letter.Merge(template, letter.FieldsOf(l, o.in))
}

// sendLetterFile sends a draft as a word-processor file to be edited; of an issued
// letter there is the original alone.
func (s *Server) sendLetterFile(c echo.Context) error {
	o, err := s.loadLetter(c, fileHandlers()...)
	if err != nil {
		return err
	}
	if o.kept.State == store.LetterIssued {
		return c.Redirect(http.StatusSeeOther, casePath(o.found.ID)+"/files/"+strconv.Itoa(o.kept.Issued))
	}
	content, err := letterFile(o, o.now, o.text.DOCX)
	if err != nil {
		return s.drawLetter(c, o, http.StatusUnprocessableEntity, []parts.Problem{{Field: "docx", Message: "模板填不了：" + err.Error()}}, letters.LetterView{})
	}
	attach(c, o.now.Title+" "+caseNumber(o.found.Number, o.found.ID)+".docx")
	return c.Blob(http.StatusOK, docxMIME, content)
}

// takeLetterFile takes back what was edited in a word processor: every locked
// passage must be as it was composed; what was changed there is named.
func (s *Server) takeLetterFile(c echo.Context) error {
	o, err := s.loadLetter(c, letterWriters()...)
	if err != nil {
		return err
	}
	wrong := func(sentences ...string) error {
		var problems []parts.Problem
		for _, text := range sentences {
			problems = append(problems, parts.Problem{Field: "docx", Message: text})
		}
		return s.drawLetter(c, o, http.StatusUnprocessableEntity, problems, letters.LetterView{})
	}
	_, content, err := oneFile(c)
	if err != nil {
		return err
	}
	if len(content) == 0 {
		return wrong("还没有选择文件：选改好的 .docx 文件")
	}
	if len(content) > store.LargestTemplate {
		return wrong("文件超过" + strconv.Itoa(store.LargestTemplate>>20) + "兆；请压缩其中的图片")
	}
	paragraphs, err := letter.Paragraphs(content)
	if err == nil && o.now.Number != "" { // it went out before it had its number
		if content, err = letter.Numbered(content, o.now.Number); err == nil {
			paragraphs, err = letter.Paragraphs(content)
		}
	}
	if err != nil {
		return wrong(err.Error() + "。")
	}
	var changed []string
	for _, x := range letter.Compare(o.now, paragraphs) {
		changed = append(changed, x.Sentence)
	}
	if len(changed) == 0 {
		if changed, err = addedWords(o, paragraphs); err != nil {
			return err
		}
	}
	if len(changed) > 0 {
		return wrong(changed...)
	}
	body, err := json.Marshal(withoutNumber(letter.TakeBack(o.now, paragraphs)))
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(c.FormValue("version"))
	err = s.db.RewriteLetter(c.Request().Context(), s.stamp(c), o.found.ID, o.kept.Place, max(version, 1), o.now.On, body, content)
	if store.Is(err, store.Conflict) {
		return s.drawConflict(c, o, err)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, letterPath(o.found.ID, o.kept.Place))
}

// addedWords names what was written between the locked passages of a letter that
// came back.
func addedWords(o openLetter, paragraphs []string) (out []string, err error) {
	sent, err := letterFile(o, o.now, nil)
	if err != nil {
		return nil, err
	}
	baseline, err := letter.Paragraphs(sent)
	if err != nil {
		return nil, err
	}
	for _, x := range letter.Added(o.now, paragraphs, baseline) {
		out = append(out, x.Sentence)
	}
	return out, nil
}

// oneFile reads the file of a form, in memory alone.
func oneFile(c echo.Context) (name string, content []byte, err error) {
	if err := c.Request().ParseMultipartForm(fileBody); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return "", nil, badForm(err)
	}
	if form := c.Request().MultipartForm; form != nil {
		for _, head := range form.File["file"] {
			if head.Filename != "" {
				content, err := uploaded(head)
				return head.Filename, content, err
			}
		}
	}
	return "", nil, nil
}

// numberLetter gives a draft its number: ours, or that of the office automation.
func (s *Server) numberLetter(c echo.Context) error {
	o, err := s.loadLetter(c, letterWriters()...)
	if err != nil {
		return err
	}
	view := letters.LetterView{Typed: letters.Typed{Outside: c.FormValue("outside")}}
	wrong := func(status int, text string) error {
		return s.drawLetter(c, o, status, []parts.Problem{{Field: "outside", Message: text}}, view)
	}
	outside := ""
	if c.FormValue("do") == "outside" {
		if outside = strings.Join(strings.Fields(letter.Tidy(c.FormValue("outside"))), " "); outside == "" {
			return wrong(http.StatusUnprocessableEntity, "没有填写办公系统的文号")
		}
	}
	if !o.saved.Kind.Numbered() {
		return wrong(http.StatusUnprocessableEntity, o.now.Title+"不编发文字号")
	}
	if err := s.signedFor(c, o); err != nil {
		return wrong(http.StatusUnprocessableEntity, err.Error())
	}
	_, err = s.db.NumberLetter(c.Request().Context(), s.stamp(c), o.found.ID, o.kept.Place, 0, outside)
	switch {
	case store.Is(err, store.Conflict):
		return wrong(http.StatusConflict, err.Error())
	case store.Is(err, store.Invalid):
		return wrong(http.StatusUnprocessableEntity, err.Error())
	case err != nil:
		return err
	}
	return c.Redirect(http.StatusSeeOther, letterPath(o.found.ID, o.kept.Place))
}

// signedFor refuses an answer that nobody has signed, and one whose text was
// changed after the leader saw it.
func (s *Server) signedFor(c echo.Context, o openLetter) error {
	if !o.saved.Kind.Answers() {
		return nil
	}
	chain, err := s.chainOf(c.Request().Context(), o.found.AgencyID)
	if err != nil {
		return err
	}
	p, waiting := o.found.Proposal()
	if !waiting || len(chain) == 0 || !cases.NeedsApproval(p.Outcome, false) {
		return nil // answered already, or nobody has to sign
	}
	if p.Place < len(chain) {
		return &errLetter{[]string{"处理决定还没有签发完毕，签发后才能编号和发出。"}}
	}
	signed := p.Approved[len(p.Approved)-1].At
	bare := func(text string) string { return strings.TrimSuffix(letter.Tidy(text), "。") } // which the draft adds
	if o.text.At >= signed && bare(openText(o.saved)) != bare(noteOf(o.found, p.Seq, "answer")) {
		return &errLetter{[]string{"签发之后改动了答复内容；请恢复签发时的文字，或撤回后重新提请。"}}
	}
	return nil
}

// openText is what the officer wrote in a letter.
func openText(l letter.Letter) string {
	var out []string
	for _, p := range l.Body {
		if !p.Locked {
			out = append(out, p.Text)
		}
	}
	return strings.Join(out, "\n")
}

// issueLetter lets a letter leave the house with its original: the signed and sealed
// scan, or the electronic file.
func (s *Server) issueLetter(c echo.Context) error {
	o, err := s.loadLetter(c, letterWriters()...)
	if err != nil {
		return err
	}
	name, scan, err := oneFile(c)
	if err != nil {
		return err
	}
	how := store.IssueLetter{Numbered: o.saved.Kind.Numbered() && c.FormValue("do") == "docx"}
	how.File = func(l store.Letter, text store.LetterText) (store.Upload, error) {
		return s.original(o, l, text, c.FormValue("do"), name, scan)
	}
	err = s.signedFor(c, o)
	if err == nil {
		version, _ := strconv.Atoi(c.FormValue("version"))
		err = s.db.IssueLetter(c.Request().Context(), s.stamp(c), o.found.ID, o.kept.Place, max(version, 1), how)
	}
	var lacks *errLetter
	switch {
	case err == nil:
		return c.Redirect(http.StatusSeeOther, letterPath(o.found.ID, o.kept.Place))
	case errors.As(err, &lacks):
		var problems []parts.Problem
		for _, text := range lacks.sentences {
			problems = append(problems, parts.Problem{Field: "scan", Message: text})
		}
		return s.drawLetter(c, o, http.StatusUnprocessableEntity, problems, letters.LetterView{})
	case isRefused(err) || store.Is(err, store.Invalid):
		return s.drawLetter(c, o, http.StatusUnprocessableEntity, []parts.Problem{{Field: "scan", Message: err.Error()}}, letters.LetterView{})
	case store.Is(err, store.Conflict) && o.kept.State == store.LetterIssued && s.justDone(c, o.kept.IssuedBy, o.kept.IssuedAt):
		return c.Redirect(http.StatusSeeOther, letterPath(o.found.ID, o.kept.Place)) // sent twice
	case store.Is(err, store.Conflict):
		return s.drawConflict(c, o, err)
	}
	return err
}

// original judges a letter as it is to leave and gives the file that it leaves as.
// It runs inside the transaction that freezes it: nothing here asks the database.
func (s *Server) original(o openLetter, l store.Letter, text store.LetterText, do, name string, scan []byte) (store.Upload, error) {
	kind := o.saved.Kind
	var saved letter.Letter
	if err := json.Unmarshal(text.Body, &saved); err != nil {
		return store.Upload{}, err
	}
	in := o.in
	in.Number, in.On = l.Number, l.On
	composed := letter.Compose(in)
	out := letter.Rebase(composed.Letter, saved)
	if !saved.Same(withoutNumber(out)) {
		return store.Upload{}, &errLetter{[]string{"起草之后办件或机关设置有变动；请打开文书核对、保存后再发出。"}}
	}
	o.now, o.musts = out, composed.Musts
	if lacks := lackSentences(o); len(lacks) > 0 {
		return store.Upload{}, &errLetter{lacks}
	}
	if do != "docx" {
		return scanned(kind, l, name, scan)
	}
	content, err := letterFile(o, out, text.DOCX)
	if err != nil {
		return store.Upload{}, &errLetter{[]string{"模板填不了：" + err.Error() + "。"}}
	}
	wrong, err := letter.Final(out, composed.Musts, content, letter.Quoted(o.found))
	if err != nil {
		return store.Upload{}, &errLetter{[]string{err.Error() + "。"}}
	}
	if len(wrong) > 0 {
		return store.Upload{}, &errLetter{wrong}
	}
	return store.Upload{Kind: kind.File(), Name: strings.TrimSpace(kind.Title()+" "+l.Number) + ".docx", Content: content}, nil
}

// scanned takes a scan as the original: a PDF or OFD, of a letter that has its
// number, which must stand on the paper.
func scanned(kind letter.Kind, l store.Letter, name string, scan []byte) (store.Upload, error) {
	switch {
	case len(scan) == 0:
		return store.Upload{}, &errLetter{[]string{"还没有选择签字盖章后的扫描件。"}}
	case kind.Numbered() && l.Number == "":
		return store.Upload{}, &errLetter{[]string{"还没有编发文字号；请先编号、打印、签字盖章，再上传扫描件。"}}
	}
	mime, err := cases.FileType(name, scan)
	if err != nil {
		return store.Upload{}, err
	}
	if mime != "application/pdf" && mime != "application/ofd" {
		return store.Upload{}, &errLetter{[]string{"签字盖章后的扫描件应为 PDF 或 OFD。"}}
	}
	return store.Upload{Kind: kind.File(), Name: name, Content: scan}, nil
}

// voidLetter takes a letter back.
func (s *Server) voidLetter(c echo.Context) error {
	o, err := s.loadLetter(c, letterWriters()...)
	if err != nil {
		return err
	}
	err = s.db.VoidLetter(c.Request().Context(), s.stamp(c), o.found.ID, o.kept.Place, letter.Tidy(c.FormValue("reason")))
	switch {
	case store.Is(err, store.Invalid):
		return s.drawLetter(c, o, http.StatusUnprocessableEntity, []parts.Problem{{Field: "reason", Message: err.Error()}}, letters.LetterView{})
	case store.Is(err, store.Conflict): // done already: sent twice
	case err != nil:
		return err
	}
	return c.Redirect(http.StatusSeeOther, letterPath(o.found.ID, o.kept.Place))
}

// showEnvelope draws the envelope of a letter and the label of a courier letter. Who
// saw the address is in the audit chain.
func (s *Server) showEnvelope(c echo.Context) error {
	o, err := s.loadLetter(c, fileHandlers()...)
	if err != nil {
		return err
	}
	p, err := s.page(c, o.scope, "信封 "+caseNumber(o.found.Number, o.found.ID), "cases")
	if err != nil {
		return err
	}
	p.Path = "/cases"
	view := letters.EnvelopeView{Page: p, Number: caseNumber(o.found.Number, o.found.ID), Back: letterPath(o.found.ID, o.kept.Place), To: o.now.To,
		From: o.in.Agency.Name, FromAddress: o.in.Agency.Address, FromPhone: o.in.Agency.Phone, What: o.now.Title}
	if o.kept.Number != "" {
		view.What += "（" + o.kept.Number + "）"
	}
	if o.saved.Kind.To() == "applicant" || o.saved.Kind.Form() {
		parties, err := s.db.People(c.Request().Context(), o.found.ID, s.stamp(c), "envelope")
		if err != nil {
			return err
		}
		if len(parties) > 0 {
			a := parties[0].Applicant
			view.To, view.Address, view.Phone = a.Name, a.Address, a.Phone
		}
	} else {
		view.Address = consultedAt(o.found, o.kept.Seq)
	}
	view.Postcode, view.FromPC = postcode.FindString(view.Address), postcode.FindString(view.FromAddress)
	return s.draw(c, http.StatusOK, letters.Envelope(view))
}

// lastAnswerNumber gives the number of the latest letter that answers a case, to be
// written into the answer.
func (s *Server) lastAnswerNumber(c echo.Context, found *cases.Case) (string, error) {
	list, err := s.db.Letters(c.Request().Context(), found.ID)
	if err != nil {
		return "", err
	}
	number := ""
	for _, l := range list {
		if k, err := letter.ParseKind(l.Kind); err == nil && k.Answers() && l.State != store.LetterVoided && l.Number != "" {
			number = l.Number
		}
	}
	return number, nil
}

// postcode finds the six digits of a Chinese address.
var postcode = regexp.MustCompile(`\b[0-9]{6}\b`)

// consultedAt is what was written of who is consulted: name and how to reach it.
func consultedAt(found *cases.Case, seq int) string {
	ref := 0
	for _, e := range found.Events {
		if f, ok := e.Fact.(cases.ReleaseDecided); ok && e.Seq == seq {
			ref = f.Ref
		}
	}
	for _, e := range found.Events {
		if f, ok := e.Fact.(cases.ConsultSent); ok && (e.Seq == seq || ref != 0 && f.Ref == ref) {
			return noteOf(found, e.Seq, "party")
		}
	}
	return ""
}

// letterToSign leads from a decision that waits for a signature to the letter that
// will say it.
func (s *Server) letterToSign(c echo.Context, found *cases.Case) (path, label string, err error) {
	list, err := s.db.Letters(c.Request().Context(), found.ID)
	if err != nil {
		return "", "", err
	}
	for _, l := range list {
		if k, err := letter.ParseKind(l.Kind); err == nil && k.Answers() && l.State == store.LetterDraft {
			path, label = letterPath(found.ID, l.Place)+"/print", k.Title()+"（"+letterState(l)+"）"
		}
	}
	return path, label, nil
}

// withNumber fills the number of the letter that answers into the form of the
// decision, as it opens.
func (s *Server) withNumber(c echo.Context, found *cases.Case, in actInput) (actInput, error) {
	if c.Request().Method != http.MethodGet || in.one("document") != "" {
		return in, nil
	}
	number, err := s.lastAnswerNumber(c, found)
	if err == nil && number != "" {
		in.values["document"] = []string{number}
	}
	return in, err
}
