package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/labstack/echo/v4"

	"gongkai/internal/store"
	"gongkai/templates/plain"
)

// errNotFound is the answer to what is not there and to what is not for the
// asker: the two look the same.
var errNotFound = store.Fail(store.NotFound, "没有找到。")

// fail answers a request whose handler gave back an error: the four kinds that a
// user can act on as a page that says what to do, everything else as a fault
// with a number, logged whole.
func (s *Server) fail(err error, c echo.Context) {
	if c.Response().Committed {
		s.log.Error("answer broken off", "route", c.Path(), "err", err)
		return
	}
	v, status := s.explain(err, c)
	v.Page = s.plainPage(c, v.Heading)
	v.Page.Wrong = true
	if err := s.draw(c, status, plain.Error(v)); err != nil {
		s.log.Error("error page not sent", "route", c.Path(), "err", err)
	}
}

// explain words an error for the user.
func (s *Server) explain(err error, c echo.Context) (plain.ErrorView, int) {
	var known *store.Error
	var lacking errLacking
	var asked *echo.HTTPError
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &lacking):
		return plain.ErrorView{Heading: "没有权限", Sentences: []string{lacking.Error()}, Back: "/", BackWord: "回到工作台"}, http.StatusForbidden
	case errors.As(err, &known):
		return s.explainKnown(known, err, c)
	case errors.As(err, &tooLarge):
		return statusPage(http.StatusRequestEntityTooLarge)
	case errors.As(err, &asked) && asked.Code < 500:
		return statusPage(asked.Code)
	case errors.Is(err, context.Canceled):
		return statusPage(http.StatusBadRequest) // nobody reads it any more
	}
	return s.fault(err, c)
}

func (s *Server) explainKnown(known *store.Error, err error, c echo.Context) (plain.ErrorView, int) {
	v := plain.ErrorView{Sentences: []string{known.Message}, Back: "/", BackWord: "回到工作台"}
	switch known.Kind {
	case store.NotFound:
		return statusPage(http.StatusNotFound)
	case store.Invalid:
		v.Heading = "提交的内容有问题"
		return v, http.StatusUnprocessableEntity
	case store.Conflict:
		v.Heading = "没有保存"
		return v, http.StatusConflict
	}
	s.log.Error("refused by the store", "route", c.Path(), "err", err, "cause", known.Err)
	v.Heading, v.Typed = "现在不能办理", typedTexts(c)
	if errors.Is(err, store.ErrDamaged) && c.Request().Method == http.MethodGet {
		v.Heading = "现在不能打开"
		v.Sentences = append(v.Sentences, "打开这一页须先记入审计记录，或者要读的内容正在损坏之处；其他页面照常可以查询。")
	}
	return v, http.StatusServiceUnavailable
}

// statusPage words an error of the protocol.
func statusPage(status int) (plain.ErrorView, int) {
	v := plain.ErrorView{Back: "/", BackWord: "回到工作台"}
	switch status {
	case http.StatusNotFound:
		v.Heading, v.Search = "没有找到", true
		v.Sentences = []string{"没有这个页面或这件申请。可能是编号或地址有误，也可能不属于您的机关。"}
	case http.StatusRequestEntityTooLarge:
		v.Heading = "文件太大"
		v.Sentences = []string{"一次最多上传48兆字节。请去掉文件中的图片，或按年度分成几份再上传。没有保存任何内容。"}
	case http.StatusForbidden:
		v.Heading = "不能打开"
		v.Sentences = []string{"这个表单不是从您现在登录的页面发出的，没有保存任何内容。请回到上一页刷新后重新提交。"}
	case http.StatusMethodNotAllowed:
		status = http.StatusMethodNotAllowed
		v.Heading = "打开方式不对"
		v.Sentences = []string{"这个地址要从页面上的按钮进入。没有保存任何内容。"}
	default:
		v.Heading = "提交的内容有问题"
		v.Sentences = []string{"浏览器发来的内容读不懂。请回到上一页重新提交；没有保存任何内容。"}
	}
	return v, status
}

// fault gives an unforeseen error a number, under which it stands in the log.
// Route patterns are logged, never addresses: those may carry names.
func (s *Server) fault(err error, c echo.Context) (plain.ErrorView, int) {
	ref := s.reference()
	s.log.Error("fault", "ref", ref, "method", c.Request().Method, "route", c.Path(), "err", err)
	return plain.ErrorView{Heading: "系统错误", Reference: ref, Back: "/", BackWord: "回到工作台",
			Sentences: []string{"刚才的操作没有完成，没有保存；此前已保存的内容不受影响。", "请把下面的编号告诉系统管理员，凭它可以在日志中查到原因。"}},
		http.StatusInternalServerError
}

func (s *Server) reference() string {
	var tail [3]byte
	rand.Read(tail[:]) // never fails (crypto/rand ends the process instead)
	return fmt.Sprintf("%s-%X", s.now().In(s.office).Format("0102-150405"), tail)
}

// typedTexts gives what somebody wrote into the form of a request that was refused
// through no fault of his: texts, not choices, numbers or passwords.
func typedTexts(c echo.Context) []string {
	path := c.Path()
	if c.Request().Method != http.MethodPost || strings.HasPrefix(path, "/sign") || strings.HasPrefix(path, "/setup") || strings.HasPrefix(path, "/me") || strings.HasPrefix(path, "/admin") {
		return nil
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(c.Request().PostForm)) {
		for _, text := range c.Request().PostForm[name] {
			if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				out = append(out, strings.TrimSpace(text))
			}
		}
	}
	return out
}
