package web

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/internal/importer"
	"gongkai/internal/store"
	"gongkai/templates/ledger"
	"gongkai/templates/parts"
)

// What a preview lists at most; the rest is counted.
const (
	mostChanges = 200
	mostListed  = 100
)

// readLedger reads a waiting file. Whatever is wrong with the file as a whole is
// an error with a sentence.
func (s *Server) readLedger(c echo.Context, p parcel, data []byte) (*importer.Ledger, error) {
	tree, err := s.db.Tree(c.Request().Context(), s.today())
	if err != nil {
		return nil, err
	}
	who := s.visitor(c)
	return importer.ReadLedger(p.Name, data, importer.Options{Map: p.Map, Agency: p.Agency, Today: s.today(),
		FindAgency: func(text string) (string, bool) {
			a, ok := tree.ByCode(text)
			return a.Code, ok && who.May(a.ID, importers()...)
		}})
}

// previewLedger shows what a waiting file would do.
func (s *Server) previewLedger(c echo.Context) error {
	token := c.Param("token")
	p, err := s.parcelOf(c, token)
	if err != nil {
		return err
	}
	if p.Done != nil {
		return c.Redirect(http.StatusSeeOther, donePath(token, p, false))
	}
	data, err := s.shelf.data(token)
	if err != nil {
		return err
	}
	book, err := s.readLedger(c, p, data)
	if err != nil {
		return &store.Error{Kind: store.Invalid, Message: fmt.Sprintf("“%s”读不了：%v", p.Name, err), Err: err}
	}
	view, err := s.previewView(c, token, p, book)
	if err != nil {
		return err
	}
	if view.CanAdopt {
		if err := s.dryRun(c, &view, p, book); err != nil {
			return err
		}
	}
	return s.draw(c, http.StatusOK, ledger.Preview(view))
}

func donePath(token string, p parcel, again bool) string {
	mark := ""
	if again {
		mark = "1"
	}
	return with("/import/"+token+"/done", "agency", p.Agency, "again", mark)
}

func (s *Server) previewView(c echo.Context, token string, p parcel, book *importer.Ledger) (ledger.PreviewView, error) {
	v, err := s.scope(c, s.today())
	if err != nil {
		return ledger.PreviewView{}, err
	}
	page, err := s.page(c, v, "导入预览", "import")
	if err != nil {
		return ledger.PreviewView{}, err
	}
	page.Path, page.Wide = "/import", true
	view := ledger.PreviewView{Page: page, File: p.Name, Token: token, AgencyName: v.agency.Name, Read: whatWasRead(book),
		CanAdopt: book.ProblemCount == 0, Unknown: unknownColumns(book)}
	if a, ok := v.tree.ByCode(p.Agency); ok {
		view.AgencyName = a.Name
	}
	for _, x := range book.Problems {
		if isUnknown(book, x) {
			continue // the form above asks for it
		}
		view.Problems = append(view.Problems, ledger.Problem{Line: lineWord(x.Sheet, x.Line), Column: x.Column, Value: x.Value,
			Expected: joinWords(x.Message, x.Expected)})
	}
	if more := book.ProblemCount - len(book.Problems); more > 0 {
		view.More = fmt.Sprintf("共%d处问题，这里列出前%d处。", book.ProblemCount, len(book.Problems))
	}
	if len(view.Problems) > 0 {
		view.Marked = "/import/" + token + "/marked"
	}
	for _, r := range book.Rows {
		for _, m := range r.Marks {
			view.Marks = append(view.Marks, lineWord(r.Sheet, r.Line)+"："+m)
		}
	}
	view.Marks = cut(view.Marks, "标注")
	return view, nil
}

// isUnknown reports whether a problem is about an unknown column.
func isUnknown(book *importer.Ledger, p importer.Problem) bool {
	for _, u := range book.Unknown {
		if u.Name == p.Column && u.Sheet == p.Sheet && p.Value == "" {
			return true
		}
	}
	return false
}

// cut keeps a long list readable and says how much is left out.
func cut(list []string, what string) []string {
	if len(list) <= mostListed {
		return list
	}
	return append(list[:mostListed:mostListed], fmt.Sprintf("……共%d条%s，这里列出前%d条", len(list), what, mostListed))
}

func lineWord(sheet string, line int) string {
	if sheet == "" {
		return fmt.Sprintf("第%d行", line)
	}
	return fmt.Sprintf("“%s”第%d行", sheet, line)
}

// whatWasRead says how the file was understood.
func whatWasRead(book *importer.Ledger) []string {
	var out []string
	for _, sh := range book.Sheets {
		name := ""
		if sh.Name != "" {
			name = "工作表“" + sh.Name + "”："
		}
		out = append(out, fmt.Sprintf("%s表头在第%d行，读到%d件，认出%d列", name, sh.HeadLine, sh.Rows, len(sh.Columns)))
	}
	var skipped []string
	for _, k := range book.Skipped {
		place := "工作表“" + k.Sheet + "”"
		if k.Line > 0 {
			place = lineWord(k.Sheet, k.Line)
		}
		skipped = append(skipped, "略过"+place+"："+k.Why)
	}
	return append(out, cut(skipped, "略过的行")...)
}

// unknownColumns offers for each unknown column every known one.
func unknownColumns(book *importer.Ledger) []ledger.Unknown {
	var out []ledger.Unknown
	seen := map[string]bool{}
	for _, u := range book.Unknown {
		if seen[u.Name] {
			continue
		}
		seen[u.Name] = true
		row := ledger.Unknown{Name: u.Name, Field: fmt.Sprintf("column-%d", len(out)),
			Options: []parts.Option{{Value: "", Label: "请选择"}, {Value: "-", Label: "不导入这一列"}}}
		for _, col := range cases.Columns() {
			row.Options = append(row.Options, parts.Option{Value: col.Key, Label: col.Label, Chosen: col.Key == u.Nearest})
		}
		out = append(out, row)
	}
	return out
}

// dryRun tries the import and shows what would come of it.
func (s *Server) dryRun(c echo.Context, view *ledger.PreviewView, p parcel, book *importer.Ledger) error {
	job, err := s.importJob(c, p, book)
	if err != nil {
		return err
	}
	job.DryRun = true
	result, err := s.db.Import(c.Request().Context(), s.stamp(c), job)
	var known *store.Error
	if errors.As(err, &known) && known.Kind == store.Invalid {
		view.CanAdopt = false
		view.Problems = []ledger.Problem{{Expected: known.Message}}
		return nil
	}
	if err != nil {
		return err
	}
	view.Counts = importCounts(adoptedOf(result))
	view.Nothing = result.New+result.Updated+result.Conflicts == 0
	view.Conflicts = result.Conflicts
	for _, r := range result.Changes {
		for _, ch := range r.Changed {
			view.Changes = append(view.Changes, ledger.Change{Number: r.Number, Label: ch.Label,
				Old: columnWord(ch.Key, ch.Old), New: columnWord(ch.Key, ch.New)})
		}
	}
	if n := len(view.Changes); n > mostChanges {
		view.Changes, view.MoreChanges = view.Changes[:mostChanges], fmt.Sprintf("共%d处变更，这里列出前%d处。", n, mostChanges)
	}
	var gone []string
	for _, x := range result.Vanished {
		gone = append(gone, caseNumber(x.Number, x.CaseID))
	}
	view.Vanished = cut(gone, "申请件")
	return nil
}

// columnWord shows codes as the office's words, and hides what reaches or
// identifies a person.
func columnWord(key, value string) string {
	switch key {
	case "channel":
		if ch, err := deadline.ParseChannel(value); err == nil {
			return ch.Label()
		}
	case "applicant_kind":
		if k, err := cases.ParseApplicantKind(value); err == nil {
			return k.Label()
		}
	case "outcome", "ground":
		if o, err := cases.ParseOutcome(value); err == nil {
			return o.Label()
		}
	case "applicant", "id_number", "phone", "email", "address":
		if value != "" {
			return "（个人信息，已隐去）"
		}
	case "content":
		return oneLine(value, 60)
	}
	return orDash(value)
}

func importCounts(a adopted) []ledger.Count {
	row := func(label string, n int, note string) ledger.Count {
		return ledger.Count{Label: label, N: number(int64(n)), Note: note}
	}
	return []ledger.Count{row("新增", a.New, "台账里有、系统里没有"), row("更新", a.Updated, "已有的件，补上新的经过"),
		row("不变", a.Unchanged, "与记录一致"), row("冲突", a.Conflicts, "与记录不同，要您决定"), row("消失", a.Vanished, "只列出，不删除")}
}

func adoptedOf(r store.ImportResult) adopted {
	return adopted{New: r.New, Updated: r.Updated, Unchanged: r.Unchanged, Conflicts: r.Conflicts, Vanished: len(r.Vanished)}
}
