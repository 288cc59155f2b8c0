package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"gongkai/internal/bundle"
	"gongkai/internal/calendar"
	"gongkai/internal/store"
	"gongkai/templates/papers"
	"gongkai/templates/parts"
)

// archiveScope is the agency in view, for whose cases the visitor may answer.
func (s *Server) archiveScope(c echo.Context) (scope, int, error) {
	v, err := s.scope(c, s.today())
	if err != nil {
		return v, 0, err
	}
	if !v.found {
		return v, 0, errNotFound
	}
	year, err := strconv.Atoi(first1(c.FormValue("year"), strconv.Itoa(s.today().Year()-1)))
	if err != nil || year < 2008 || year > s.today().Year() {
		return v, 0, errNotFound
	}
	return v, year, s.mayAct(c, v.agency.ID, servers()...)
}

// closedIn gives the cases of an agency itself that were closed in a year, by number.
func (s *Server) closedIn(ctx context.Context, agency int64, year int) ([]int64, error) {
	book, err := s.db.Book(ctx)
	if err != nil {
		return nil, err
	}
	f := store.Filter{AgencyIDs: []int64{agency}, AnsweredFrom: calendar.Of(year, 1, 1), AnsweredTo: calendar.Of(year, 12, 31), Today: s.today(), Book: book}
	var ids []int64
	for at := store.Cursor(""); ; {
		page, err := s.db.List(ctx, f, store.SortNumber, at, 200)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Rows {
			if !r.Hidden { // a sensitive case is handed over by who may read it
				ids = append(ids, r.ID)
			}
		}
		if at = page.Next; at == "" {
			return ids, nil
		}
	}
}

// askArchive shows what a year's package would hold.
func (s *Server) askArchive(c echo.Context) error {
	v, year, err := s.archiveScope(c)
	if err != nil {
		return err
	}
	return s.drawArchive(c, http.StatusOK, v, year, nil)
}

func (s *Server) drawArchive(c echo.Context, status int, v scope, year int, problems []parts.Problem) error {
	p, err := s.page(c, v, "归档移交", "cases")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = "/archive", len(problems) > 0
	ids, err := s.closedIn(c.Request().Context(), v.agency.ID, year)
	if err != nil {
		return err
	}
	view := papers.ArchiveView{Page: p, Problems: problems, Year: strconv.Itoa(year), Count: len(ids)}
	for y := s.today().Year(); y > s.today().Year()-8; y-- {
		view.Years = append(view.Years, parts.Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y) + "年", Chosen: y == year})
	}
	for from := 0; from < len(ids); from += bundle.MostArchived {
		part := from/bundle.MostArchived + 1
		view.Parcels = append(view.Parcels, parts.Option{Value: strconv.Itoa(part), Chosen: part == 1, Label: fmt.Sprintf("第%d包：第%d至%d件", part, from+1, min(len(ids), from+bundle.MostArchived))})
	}
	return s.draw(c, status, papers.Archive(view))
}

// makeArchive sends a transfer package. It is written while it is made: nothing of
// it is kept.
func (s *Server) makeArchive(c echo.Context) error {
	v, year, err := s.archiveScope(c)
	if err != nil {
		return err
	}
	ids, err := s.closedIn(c.Request().Context(), v.agency.ID, year)
	if err != nil {
		return err
	}
	part, err := strconv.Atoi(first1(c.FormValue("part"), "1"))
	from := (part - 1) * bundle.MostArchived
	if err != nil || from < 0 || from >= len(ids) {
		return s.drawArchive(c, http.StatusUnprocessableEntity, v, year, []parts.Problem{{Field: "year", Message: "这一年没有这一包；请重新选择年度"}})
	}
	ids = ids[from:min(len(ids), from+bundle.MostArchived)]
	title := fmt.Sprintf("%d年第%d包", year, part)
	head, entries, err := bundle.Archive(c.Request().Context(), s.db, s.stamp(c), v.agency, title, ids)
	if err != nil {
		return err
	}
	attach(c, "归档 "+v.agency.Code+" "+title+".zip")
	c.Response().Header().Set("Content-Type", "application/zip")
	err = bundle.Pack(c.Response(), s.db.Key(), head, entries)
	if err != nil && c.Response().Committed {
		return errors.Join(err, c.Request().Body.Close()) // the browser sees a broken file, not a short one
	}
	return err
}
