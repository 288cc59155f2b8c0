package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gongkai/internal/auth"
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/admin"
	"gongkai/templates/parts"
)

const auditRows = 50

// searchAudit answers the auditor from all chains.
func (s *Server) searchAudit(c echo.Context) error {
	ctx := c.Request().Context()
	view := admin.AuditView{Page: s.plainPage(c, "审计记录")}
	view.Page.Place, view.Page.Wide = "admin", true
	view.Acts, view.Objects = auditOptions(auditActs(), c.QueryParam("act")), auditOptions(auditObjects(), c.QueryParam("object"))
	f, err := s.auditFilter(c, &view)
	if err != nil {
		return err
	}
	if view.Page.Wrong = len(view.Problems) > 0; view.Page.Wrong {
		return s.draw(c, http.StatusUnprocessableEntity, admin.Audit(view))
	}
	rows, next, err := s.db.AuditSearch(ctx, f, store.AuditCursor(c.QueryParam("after")), auditRows)
	if err != nil {
		return err
	}
	if next != "" {
		view.Next = with("/admin/audit", "from", view.From, "to", view.To, "login", view.Login, "act", view.Act, "object", view.Object, "after", string(next))
	}
	if view.Entries, err = s.auditEntries(c, rows); err != nil {
		return err
	}
	return s.draw(c, http.StatusOK, admin.Audit(view))
}

// auditFilter reads the question; what can't be read is a problem of the view.
func (s *Server) auditFilter(c echo.Context, view *admin.AuditView) (f store.AuditFilter, err error) {
	ask := func(name string) string { return strings.TrimSpace(c.QueryParam(name)) }
	view.From, view.To, view.Login, view.Act, view.Object = ask("from"), ask("to"), ask("login"), ask("act"), ask("object")
	f.Act, f.Object = view.Act, view.Object
	for _, d := range []struct {
		name, text string
		day        *calendar.Date
	}{{"from", view.From, &f.From}, {"to", view.To, &f.To}} {
		if d.text == "" {
			continue
		}
		if *d.day, err = calendar.Parse(d.text); err != nil {
			view.Problems = append(view.Problems, parts.Problem{Field: d.name, Message: "日期“" + d.text + "”无法识别；写成2026-05-29这样的日期"})
		}
	}
	if view.Login != "" {
		u, err := s.db.UserByLogin(c.Request().Context(), view.Login, s.today())
		var known *store.Error
		if errors.As(err, &known) && known.Kind == store.NotFound {
			view.Problems = append(view.Problems, parts.Problem{Field: "login", Message: "没有登录名为“" + view.Login + "”的账号；核对后重新填写"})
		} else if err != nil {
			return f, err
		}
		f.Actor = auth.By(u.ID)
	}
	f.Chains, err = s.db.AuditChains(c.Request().Context())
	return f, err
}

func (s *Server) auditEntries(c echo.Context, rows []store.AuditEntry) ([]admin.Entry, error) {
	tree, err := s.db.Tree(c.Request().Context(), s.today())
	if err != nil {
		return nil, err
	}
	var actors []string
	for _, r := range rows {
		actors = append(actors, r.Actor)
	}
	names, err := s.db.NamesOf(c.Request().Context(), actors)
	if err != nil {
		return nil, err
	}
	var out []admin.Entry
	for _, r := range rows {
		out = append(out, auditEntry(r, names, tree))
	}
	return out, nil
}

func auditEntry(r store.AuditEntry, names map[string]string, tree *cases.Tree) admin.Entry {
	china := time.FixedZone("CST", 8*60*60)
	e := admin.Entry{At: time.UnixMicro(r.At).In(china).Format("2006-01-02 15:04:05"), Chain: "系统", Seq: strconv.FormatInt(r.Seq, 10),
		Actor: names[r.Actor], Act: actWord(r.Act), Object: objectWord(r.Object), Detail: r.Detail}
	if e.Actor == "" {
		e.Actor = r.Actor
	}
	if r.Chain != 0 {
		agency, found := tree.Agency(r.Chain)
		if e.Chain = agency.Name; !found {
			e.Chain = "已撤销机关" + strconv.FormatInt(r.Chain, 10)
		}
	}
	if r.ObjectID != 0 {
		e.Object += " " + strconv.FormatInt(r.ObjectID, 10)
	}
	return e
}
