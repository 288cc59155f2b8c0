package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/leak"
	"gongkai/internal/store"
	"gongkai/templates/papers"
	"gongkai/templates/parts"
)

// loadFiles reads the case of the address for who handles its papers.
func (s *Server) loadFiles(c echo.Context) (*cases.Case, scope, error) {
	found, v, err := s.loadCase(c)
	if err != nil {
		return nil, v, err
	}
	return found, v, s.mayAct(c, found.AgencyID, fileHandlers()...)
}

// askRelease shows what the check finds in the files that are to be released.
func (s *Server) askRelease(c echo.Context) error {
	found, v, err := s.loadFiles(c)
	if err != nil {
		return err
	}
	return s.drawRelease(c, http.StatusOK, v, found, nil)
}

// doRelease confirms a file in the visitor's name, or gives confirmed ones to the
// applicant.
func (s *Server) doRelease(c echo.Context) error {
	found, v, err := s.loadFiles(c)
	if err != nil {
		return err
	}
	field := "on"
	if c.FormValue("do") == "release" {
		err = s.releaseFiles(c, found)
	} else {
		field = "place-" + c.FormValue("place")
		err = s.confirmFile(c, found)
	}
	if problem, ok := userProblem(err); ok {
		status := http.StatusUnprocessableEntity
		if store.Is(err, store.Conflict) {
			status = http.StatusConflict
		}
		return s.drawRelease(c, status, v, found, []parts.Problem{{Field: field, Message: problem}})
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, casePath(found.ID)+"/release")
}

func (s *Server) confirmFile(c echo.Context, found *cases.Case) error {
	place, err := strconv.Atoi(c.FormValue("place"))
	if err != nil {
		return errNotFound
	}
	if c.FormValue("sure") == "" {
		return store.Fail(store.Invalid, "请先逐处核对，并勾选“我已逐处核对”。")
	}
	report, _, err := s.checkFile(c.Request().Context(), s.stamp(c), found.ID, place)
	if err != nil {
		return err
	}
	return s.db.ConfirmRelease(c.Request().Context(), s.stamp(c), found.ID, place, len(report.Findings), len(report.Unread) > 0)
}

func (s *Server) releaseFiles(c echo.Context, found *cases.Case) error {
	on, ok := readNearDay(c.FormValue("on"), s.today())
	if !ok {
		return store.Fail(store.Invalid, "提供日期“%s”读不懂，应为如 %s 的日期。", c.FormValue("on"), s.today().String())
	}
	form, err := c.FormParams()
	if err != nil {
		return badForm(err)
	}
	var places []int
	for _, text := range form["places"] {
		place, err := strconv.Atoi(text)
		if err != nil {
			return errNotFound
		}
		places = append(places, place)
	}
	return s.db.Release(c.Request().Context(), s.stamp(c), found.ID, places, on)
}

// checkFile looks through a file of a case. Taking it for that is noted like any
// other taking.
func (s *Server) checkFile(ctx context.Context, stamp cases.Stamp, caseID int64, place int) (leak.Report, store.Attachment, error) {
	a, content, err := s.db.OpenAttachment(ctx, stamp, caseID, place)
	if err != nil {
		return leak.Report{}, a, err
	}
	return leak.Check(a.MIME, content), a, nil
}

func (s *Server) drawRelease(c echo.Context, status int, v scope, found *cases.Case, problems []parts.Problem) error {
	ctx := c.Request().Context()
	p, err := s.page(c, v, "公开前核对 "+caseNumber(found.Number, found.ID), "cases")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = "/cases", len(problems) > 0
	view := papers.ReleaseView{Page: p, Crumb: papers.Crumb{Number: caseNumber(found.Number, found.ID), CasePath: casePath(found.ID)}, Problems: problems, Day: first1(c.FormValue("on"), s.today().String())}
	list, err := s.db.Attachments(ctx, found.ID)
	if err != nil {
		return err
	}
	confirmed, err := s.db.Releases(ctx, found.ID)
	if err != nil {
		return err
	}
	var actors []string
	for _, r := range confirmed {
		actors = append(actors, r.ConfirmedBy)
	}
	names, err := s.db.NamesOf(ctx, actors)
	if err != nil {
		return err
	}
	given := map[int][]string{}
	for _, a := range list {
		if a.Kind != cases.FileReleased || a.WithdrawnAt != 0 {
			continue
		}
		i := slices.IndexFunc(confirmed, func(r store.Release) bool { return r.Place == a.Place })
		file, err := s.releaseFile(c, found, a, i < 0)
		if err != nil {
			return err
		}
		if i >= 0 {
			r := confirmed[i]
			file.State = fmt.Sprintf("%s于%s核对确认可以公开（查到%d处）。", names[r.ConfirmedBy], s.clock(r.ConfirmedAt), r.Findings)
			if r.Part == 0 {
				view.Ready = append(view.Ready, parts.Option{Value: strconv.Itoa(a.Place), Label: a.Name, Chosen: true})
			} else {
				given[r.Part] = append(given[r.Part], a.Name)
			}
		}
		view.Files = append(view.Files, file)
	}
	for part := 1; len(given[part]) > 0; part++ {
		i := slices.IndexFunc(confirmed, func(r store.Release) bool { return r.Part == part })
		view.Parts = append(view.Parts, papers.ReleasePart{Label: fmt.Sprintf("第%d次　%s", part, confirmed[i].ReleasedOn.Chinese()), Names: given[part]})
	}
	return s.draw(c, status, papers.Release(view))
}

// releaseFile words a file; one that waits is looked through now.
func (s *Server) releaseFile(c echo.Context, found *cases.Case, a store.Attachment, waits bool) (papers.ReleaseFile, error) {
	file := papers.ReleaseFile{Place: strconv.Itoa(a.Place), Name: a.Name, Href: casePath(found.ID) + "/files/" + strconv.Itoa(a.Place)}
	if !waits {
		return file, nil
	}
	report, _, err := s.checkFile(c.Request().Context(), s.stamp(c), found.ID, a.Place)
	if err != nil {
		return file, err
	}
	file.Clean, file.Unread = report.Clean(), report.Unread
	for _, f := range report.Findings {
		file.Findings = append(file.Findings, papers.Finding{Kind: f.Kind.Label(), Masked: f.Masked, Place: f.Place, Around: f.Around})
	}
	return file, nil
}
