package web

import (
	"fmt"
	"net/http"
	"path/filepath"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/templates/ledger"
	"gongkai/templates/parts"
)

// askImport shows the form for a ledger.
func (s *Server) askImport(c echo.Context) error {
	return s.showUpload(c, http.StatusOK, c.QueryParam("agency"), nil)
}

func (s *Server) showUpload(c echo.Context, status int, agency string, problems []parts.Problem) error {
	v, err := s.scope(c, s.today())
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "导入台账", "import")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = "/import", len(problems) > 0
	if agency == "" {
		agency = v.agency.Code
	}
	return s.draw(c, status, ledger.Upload(ledger.UploadView{Page: p, Problems: problems, Choices: v.options(agency)}))
}

// uploadLedger keeps the file and leads to its preview. Nothing is written into
// the register.
func (s *Server) uploadLedger(c echo.Context) error {
	// All in memory: an upload must not leave personal data in the machine's
	// folder of temporary files.
	if err := c.Request().ParseMultipartForm(fileBody); err != nil {
		return badForm(err)
	}
	agency := c.FormValue("agency")
	refuse := func(message string) error {
		return s.showUpload(c, http.StatusUnprocessableEntity, agency, []parts.Problem{{Field: "file", Message: message}})
	}
	files := c.Request().MultipartForm.File["file"]
	if len(files) == 0 || files[0].Filename == "" {
		return refuse("还没有选择台账文件：选一份 XLSX 或 CSV 文件")
	}
	data, err := uploaded(files[0])
	if err != nil {
		return err
	}
	code, err := s.agencyCode(c, agency)
	if err != nil {
		return err
	}
	_, known, err := s.columnsOf(c, code)
	if err != nil {
		return err
	}
	name := filepath.Base(files[0].Filename)
	if _, err := s.readLedger(c, parcel{Name: name, Agency: code, Map: known}, data); err != nil {
		return refuse(fmt.Sprintf("“%s”读不了：%v", name, err))
	}
	token, err := s.shelf.put(parcel{Name: name, Agency: code, Map: known, Owner: s.visitor(c).ID}, data)
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, with("/import/"+token, "agency", code))
}

// importers are who may bring a ledger into an agency's register.
func importers() []cases.Role {
	return []cases.Role{cases.FrontDesk, cases.Officer, cases.Editor}
}

// agencyCode takes the code that was chosen, or that of the first agency into
// which the visitor may bring a ledger.
func (s *Server) agencyCode(c echo.Context, code string) (string, error) {
	tree, err := s.db.Tree(c.Request().Context(), s.today())
	if err != nil {
		return "", err
	}
	if a, ok := tree.ByCode(code); ok {
		return a.Code, s.mayAct(c, a.ID, importers()...)
	}
	for _, a := range tree.All() {
		if code == "" && s.visitor(c).May(a.ID, importers()...) {
			return a.Code, nil
		}
	}
	return "", errNotFound
}

// parcelOf gives what is known of a waiting file. Somebody else's is "not found":
// it holds personal data of who knows which agency.
func (s *Server) parcelOf(c echo.Context, token string) (parcel, error) {
	p, err := s.shelf.get(token)
	if err == nil && p.Owner != s.visitor(c).ID {
		return parcel{}, errNotFound
	}
	return p, err
}
