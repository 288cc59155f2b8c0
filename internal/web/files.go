package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/parts"
	"gongkai/templates/register"
)

// fileHandlers are the roles that see and add the papers of a case: they name
// people and how to reach them.
func fileHandlers() []cases.Role {
	return []cases.Role{cases.FrontDesk, cases.Officer, cases.Reviewer, cases.Signer}
}

// addFiles adds the chosen files to a case, all or none.
func (s *Server) addFiles(c echo.Context) error {
	found, v, err := s.loadCase(c)
	if err != nil {
		return err
	}
	if err := s.mayAct(c, found.AgencyID, fileHandlers()...); err != nil {
		return err
	}
	uploads, problem, err := readFiles(c)
	if err != nil {
		return err
	}
	if problem == "" {
		err = s.db.Attach(c.Request().Context(), s.stamp(c), found.ID, uploads)
		switch {
		case err == nil:
			return c.Redirect(http.StatusSeeOther, casePath(found.ID)+"#files")
		case isRefused(err) || store.Is(err, store.Invalid):
			problem = err.Error()
		default:
			return err
		}
	}
	return s.drawFileProblem(c, v, found, problem)
}

// readFiles reads the files of a form, in memory alone: nothing personal in the
// machine's folder of temporary files.
func readFiles(c echo.Context) (uploads []store.Upload, problem string, err error) {
	if err := c.Request().ParseMultipartForm(fileBody); err != nil {
		return nil, "", badForm(err)
	}
	kind, err := cases.ParseFileKind(c.FormValue("kind"))
	if err != nil {
		return nil, "没有选择材料种类", nil
	}
	event, err := strconv.Atoi(first1(c.FormValue("event"), "0"))
	if err != nil {
		return nil, "没有选择材料属于哪一项", nil
	}
	for _, head := range c.Request().MultipartForm.File["file"] {
		if head.Filename == "" {
			continue
		}
		content, err := uploaded(head)
		if err != nil {
			return nil, "", err
		}
		uploads = append(uploads, store.Upload{Kind: kind, Name: head.Filename, Content: content, Event: event})
	}
	if len(uploads) == 0 {
		return nil, "还没有选择文件：可以一次选几份", nil
	}
	return uploads, "", nil
}

// scanKind says what the scans of an act's form are; false where it takes none.
func scanKind(act string) (cases.FileKind, bool) {
	code := map[string]string{"signed_on_paper": "approval_sheet", "served": "receipt", "supplement_received": "supplement", "consult_replied": "opinion",
		"extended": "approval_sheet", "withdrawn": "other", "confirm": "other", "remedy_filed": "evidence", "remedy_step": "evidence", "remedy_closed": "evidence"}[act]
	kind, err := cases.ParseFileKind(code)
	return kind, err == nil
}

// actScans reads the scans that came with an act's form, and judges them before
// anything is recorded: a scan that can't be kept must not leave an act without
// its paper.
func actScans(c echo.Context, act string, in *actInput) (scans []store.Upload, err error) {
	kind, takes := scanKind(act)
	form := c.Request().MultipartForm
	if !takes || form == nil {
		return nil, nil
	}
	for _, head := range form.File["file"] {
		if head.Filename == "" {
			continue
		}
		content, err := uploaded(head)
		if err != nil {
			return nil, err
		}
		if _, err := cases.FileType(head.Filename, content); err != nil {
			in.problems = append(in.problems, parts.Problem{Field: "file", Message: err.Error()})
		} else if len(content) > store.LargestFile {
			in.problems = append(in.problems, parts.Problem{Field: "file", Message: fmt.Sprintf("“%s”超过%d兆，请降低扫描的分辨率", cases.FileName(head.Filename), store.LargestFile>>20)})
		}
		scans = append(scans, store.Upload{Kind: kind, Name: head.Filename, Content: content})
	}
	return scans, nil
}

// sendFile sends a file to be kept, never to be shown by the browser. Who took it
// is in the audit chain before it leaves.
func (s *Server) sendFile(c echo.Context) error {
	found, _, err := s.loadCase(c)
	if err != nil {
		return err
	}
	if err := s.mayAct(c, found.AgencyID, fileHandlers()...); err != nil {
		return err
	}
	place, err := strconv.Atoi(c.Param("place"))
	if err != nil {
		return errNotFound
	}
	a, content, err := s.db.OpenAttachment(c.Request().Context(), s.stamp(c), found.ID, place)
	if err != nil {
		return err
	}
	attach(c, a.Name)
	c.Response().Header().Set("Content-Security-Policy", "sandbox; default-src 'none'")
	return c.Blob(http.StatusOK, a.MIME, content)
}

// withdrawFile marks a file as not belonging there.
func (s *Server) withdrawFile(c echo.Context) error {
	found, v, err := s.loadCase(c)
	if err != nil {
		return err
	}
	if err := s.mayAct(c, found.AgencyID, fileHandlers()...); err != nil {
		return err
	}
	place, err := strconv.Atoi(c.Param("place"))
	if err != nil {
		return errNotFound
	}
	err = s.db.WithdrawAttachment(c.Request().Context(), s.stamp(c), found.ID, place, strings.TrimSpace(c.FormValue("reason")))
	if store.Is(err, store.Invalid) || store.Is(err, store.Conflict) {
		return s.drawFileProblem(c, v, found, err.Error())
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, casePath(found.ID)+"#files")
}

// drawFileProblem shows the case with a sentence at its papers.
func (s *Server) drawFileProblem(c echo.Context, v scope, found *cases.Case, problem string) error {
	view, err := s.caseView(c, v, found)
	if err != nil {
		return err
	}
	view.Wrong, view.Problems = true, []parts.Problem{{Field: "files", Message: problem}}
	return s.draw(c, http.StatusUnprocessableEntity, register.Case(view))
}

// addFilesView lists the papers of a case for who handles it.
func (s *Server) addFilesView(c echo.Context, view *register.CaseView, found *cases.Case) error {
	if !s.visitor(c).May(found.AgencyID, fileHandlers()...) {
		return nil
	}
	list, err := s.db.Attachments(c.Request().Context(), found.ID)
	if err != nil {
		return err
	}
	var actors []string
	for _, a := range list {
		actors = append(actors, a.By, a.WithdrawnBy)
	}
	names, err := s.db.NamesOf(c.Request().Context(), actors)
	if err != nil {
		return err
	}
	view.FilesPath = casePath(found.ID) + "/files"
	for _, a := range list {
		path := view.FilesPath + "/" + strconv.Itoa(a.Place)
		row := register.File{Kind: a.Kind.Label(), Name: a.Name, Size: sizeWord(a.Size), Href: path, Note: names[a.By] + " " + s.clock(a.At), Withdraw: path + "/withdraw"}
		if a.WithdrawnAt != 0 {
			row.Withdrawn, row.Withdraw = "已收回："+a.Reason, ""
		} else if hasSmall(a.MIME, a.Kind) {
			row.Small = path + "/small"
		}
		for i, e := range view.Timeline {
			if a.Event != 0 && e.Seq == a.Event {
				row.Of = e.OnText + " " + e.What
				if a.WithdrawnAt == 0 {
					view.Timeline[i].Files = append(view.Timeline[i].Files, row)
				}
			}
		}
		view.Files = append(view.Files, row)
	}
	if view.Scans, err = s.waitingScans(c, found.AgencyID); err != nil {
		return err
	}
	view.FileKinds, view.FileEvents = fileKindOptions(c.FormValue("kind")), fileEventOptions(view.Timeline, c.FormValue("event"))
	return nil
}

// fileEventOptions are the facts to which a file may belong, newest first.
func fileEventOptions(timeline []register.Entry, chosen string) []parts.Option {
	out := []parts.Option{{Value: "0", Label: "属于整件"}}
	for _, e := range timeline {
		seq := strconv.Itoa(e.Seq)
		out = append(out, parts.Option{Value: seq, Label: e.On + " " + e.What, Chosen: seq == chosen})
	}
	return out
}

func fileKindOptions(chosen string) []parts.Option {
	var out []parts.Option
	for _, k := range cases.FileKinds() {
		out = append(out, parts.Option{Value: k.Code(), Label: k.Label(), Chosen: k.Code() == chosen})
	}
	return out
}

// sizeWord words a size as offices read it.
func sizeWord(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d KB", max(1, n>>10))
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}

// toFact puts scans to the fact that an act has just recorded.
func (s *Server) toFact(c echo.Context, caseID int64, kind string, scans []store.Upload) error {
	now, err := s.db.Case(c.Request().Context(), caseID)
	if err != nil {
		return err
	}
	for _, e := range now.Events {
		if e.Fact.Kind() != kind {
			continue
		}
		for i := range scans {
			scans[i].Event = e.Seq
		}
	}
	return nil
}
