package web

import (
	"fmt"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/store"
	"gongkai/templates/notices"
	"gongkai/templates/parts"
)

// largestNotice is more than any year's arrangement takes, in bytes.
const largestNotice = 1 << 20

// askNotice shows the form for a new notice: its sentences, a file, or the days of
// a year to tick.
func (s *Server) askNotice(c echo.Context) error {
	if err := s.entersNotice(c); err != nil {
		return err
	}
	return s.drawNotice(c, http.StatusOK, noticeForm{by: c.QueryParam("by"), year: c.QueryParam("year")}, nil)
}

func (s *Server) entersNotice(c echo.Context) error {
	enters, _, err := s.mayNotices(c)
	if err == nil && !enters {
		return errLacking{}
	}
	return err
}

// noticeForm is a notice as it was typed.
type noticeForm struct {
	by, text, year, number, published string
	amends                            bool
	off, work                         []string
	file                              *multipart.FileHeader
}

func readNoticeForm(c echo.Context) (noticeForm, error) {
	r := c.Request()
	if err := r.ParseMultipartForm(fileBody); err != nil && err != http.ErrNotMultipart {
		return noticeForm{}, badForm(err)
	}
	f := noticeForm{by: c.FormValue("by"), text: c.FormValue("text"), year: strings.TrimSpace(c.FormValue("year")), number: strings.TrimSpace(c.FormValue("number")),
		published: strings.TrimSpace(c.FormValue("published")), amends: c.FormValue("amends") == "1", off: r.PostForm["off"], work: r.PostForm["work"]}
	if r.MultipartForm != nil {
		f.off, f.work = r.MultipartForm.Value["off"], r.MultipartForm.Value["work"]
		if files := r.MultipartForm.File["file"]; len(files) > 0 && files[0].Filename != "" {
			f.file = files[0]
		}
	}
	return f, nil
}

func (s *Server) drawNotice(c echo.Context, status int, f noticeForm, problems []parts.Problem) error {
	v, err := s.frame(c)
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "录入放假通知", "notices")
	if err != nil {
		return err
	}
	p.Path, p.Wrong = "/notices", len(problems) > 0
	view := notices.EnterView{Page: p, Problems: problems, Text: f.text, Year: f.year, Number: f.number, Publicly: f.published, Amends: f.amends,
		Clicks: f.by == "days", ByText: "/notices/new", ByClicks: with("/notices/new", "by", "days", "year", f.year)}
	if !view.Clicks {
		return s.draw(c, status, notices.Enter(view))
	}
	year, err := strconv.Atoi(f.year)
	if err != nil || year < 2000 || year > 2099 {
		year = s.today().Year() + 1
		view.Year = strconv.Itoa(year)
	}
	book, err := s.db.Book(c.Request().Context())
	if err != nil {
		return err
	}
	cal := book.Latest()
	view.Months = drawMonths(cal, year, f.ticked(cal, year))
	for y := s.today().Year() - 1; y <= s.today().Year()+2; y++ {
		view.Years = append(view.Years, parts.Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y) + "年", Chosen: y == year})
	}
	return s.draw(c, status, notices.Enter(view))
}

// ticked tells which days stand ticked: those that were, or those of the calendar.
func (f noticeForm) ticked(cal *calendar.Calendar, year int) map[calendar.Date]bool {
	out := map[calendar.Date]bool{}
	for _, text := range append(append([]string{}, f.off...), f.work...) {
		if d, err := calendar.Parse(text); err == nil {
			out[d] = true
		}
	}
	for d := calendar.Of(year, 1, 1); len(f.off)+len(f.work) == 0 && d.Year() == year; d = d.AddDays(1) {
		if info := cal.Day(d); !info.Kind.IsZero() {
			weekend := drawDay(cal, d, out).Field == "work"
			out[d] = weekend == info.Working
		}
	}
	return out
}

// enterNotice reads a notice and leads to what would happen if it were adopted.
func (s *Server) enterNotice(c echo.Context) error {
	if err := s.entersNotice(c); err != nil {
		return err
	}
	f, err := readNoticeForm(c)
	if err != nil {
		return err
	}
	n, problem, err := s.readNotice(c, f)
	if err != nil {
		return err
	}
	if problem.Message != "" {
		return s.drawNotice(c, http.StatusUnprocessableEntity, f, []parts.Problem{problem})
	}
	id, err := s.db.ProposeNotice(c.Request().Context(), s.stamp(c), n)
	if store.Is(err, store.Conflict) || store.Is(err, store.Invalid) {
		field := map[bool]string{true: "days", false: "text"}[f.by == "days"]
		return s.drawNotice(c, http.StatusUnprocessableEntity, f, []parts.Problem{{Field: field, Message: err.Error()}})
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, proposalPath(id))
}

// readNotice makes the notice of the form, or says what is wrong with it.
func (s *Server) readNotice(c echo.Context, f noticeForm) (n calendar.Notice, problem parts.Problem, err error) {
	year := 0
	if f.year != "" {
		if year, err = strconv.Atoi(f.year); err != nil || year < 2000 || year > 2099 {
			return n, parts.Problem{Field: "year", Message: fmt.Sprintf("年份“%s”应为四位数字，如 %d", oneLine(f.year, 20), s.today().Year()+1)}, nil
		}
	}
	switch {
	case f.by == "days":
		n, problem, err = s.clickedNotice(c, f, year)
	case f.file != nil:
		n, problem, err = uploadedNotice(f, year)
	default:
		n, problem = typedNotice(f, year)
	}
	if err != nil || problem.Message != "" {
		return n, problem, err
	}
	n.Amends = n.Amends || f.amends
	if n.Number = first1(f.number, n.Number); len([]rune(n.Number)) > 60 {
		return n, parts.Problem{Field: "number", Message: "文号太长，最多60字"}, nil
	}
	if f.published != "" {
		day, ok := readNearDay(f.published, s.today())
		if !ok {
			return n, parts.Problem{Field: "published", Message: "公布日期“" + oneLine(f.published, 20) + "”读不懂，应为如 " + s.today().String() + " 的日期"}, nil
		}
		n.PublishedOn = day
	}
	if n.PublishedOn.After(s.today()) {
		return n, parts.Problem{Field: "published", Message: "公布日期" + n.PublishedOn.String() + "在今天之后"}, nil
	}
	return n, problem, nil
}

func typedNotice(f noticeForm, year int) (calendar.Notice, parts.Problem) {
	switch {
	case strings.TrimSpace(f.text) == "":
		return calendar.Notice{}, parts.Problem{Field: "text", Message: "还没有粘贴通知原文，也没有选择文件"}
	case len(f.text) > largestNotice/32:
		return calendar.Notice{}, parts.Problem{Field: "text", Message: "内容太长，不像一份放假通知；请只粘贴通知本身"}
	}
	n, err := calendar.ParseNotice([]byte(f.text), year)
	if err != nil {
		return n, parts.Problem{Field: "text", Message: err.Error()}
	}
	n.Source = "粘贴原文"
	return n, parts.Problem{}
}

func uploadedNotice(f noticeForm, year int) (n calendar.Notice, problem parts.Problem, err error) {
	name := oneLine(filepath.Base(f.file.Filename), 60)
	if f.file.Size > largestNotice {
		return n, parts.Problem{Field: "file", Message: fmt.Sprintf("“%s”大得不像一年的放假安排", name)}, nil
	}
	data, err := uploaded(f.file)
	if err != nil {
		return n, problem, err
	}
	if n, err = calendar.ParseNotice(data, year); err != nil {
		return n, parts.Problem{Field: "file", Message: fmt.Sprintf("“%s”读不了：%v", name, err)}, nil
	}
	n.Source = "上传文件"
	return n, problem, nil
}

func (s *Server) clickedNotice(c echo.Context, f noticeForm, year int) (n calendar.Notice, problem parts.Problem, err error) {
	if year == 0 {
		return n, parts.Problem{Field: "year", Message: "没有选择年份"}, nil
	}
	book, err := s.db.Book(c.Request().Context())
	if err != nil {
		return n, problem, err
	}
	var days [2][]calendar.Date
	for i, list := range [][]string{f.off, f.work} {
		for _, text := range list {
			d, err := calendar.Parse(text)
			if err != nil || d.Year() != year {
				return n, parts.Problem{Field: "days", Message: "勾选的日子“" + oneLine(text, 20) + "”不在这一年"}, nil
			}
			days[i] = append(days[i], d)
		}
	}
	if n, err = book.Latest().Working(year, days[0], days[1]); err != nil {
		return n, parts.Problem{Field: "days", Message: err.Error()}, nil
	}
	n.Source = "逐日勾选"
	return n, problem, nil
}
