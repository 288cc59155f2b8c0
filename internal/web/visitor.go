package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
	"gongkai/internal/store"
)

// visitor is who asks.
type visitor struct {
	auth.User
	In      bool    // signed in; false only on public pages
	covers  string  // the absent colleagues whose work he does, in words; "" for none
	Reads   []int64 // the agencies whose cases the visitor may read, sorted
	session store.Session
	token   string // of the session; "" if not signed in
}

const (
	visitorKey = "visitor"
	coverKey   = "cover" // for which absent colleague the request acts
)

// visitor gives who asks.
func (s *Server) visitor(c echo.Context) visitor {
	v, _ := c.Get(visitorKey).(visitor)
	return v
}

// stamp says who acts, and when.
func (s *Server) stamp(c echo.Context) cases.Stamp {
	stamp := cases.Stamp{At: s.now().UnixMicro(), By: "local", Today: s.today()}
	if v := s.visitor(c); v.ID != 0 {
		stamp.By = v.By()
		if absent, ok := c.Get(coverKey).(int64); ok && absent != 0 {
			stamp.By = auth.ByFor(v.ID, absent)
		}
	}
	// Without the notices the acts would judge nothing: they fail themselves.
	if book, err := s.db.Book(c.Request().Context()); err == nil {
		stamp.Book = book
	}
	return stamp
}

// mayRead reports whether the visitor may read the cases of an agency.
func (v visitor) mayRead(agency int64) bool {
	_, found := slices.BinarySearch(v.Reads, agency)
	return found
}

// reads lists the agencies whose cases a user may read by a tree: those he works
// in with what they took over, and all below a government that he signs for or
// whose report he makes. An administrator reads none.
func reads(u auth.User, tree *cases.Tree) []int64 {
	var out []int64
	if u.Single {
		for _, a := range tree.All() {
			out = append(out, tree.Own(a.ID)...)
		}
	}
	for _, id := range u.Agencies() {
		out = append(out, tree.Own(id)...)
		if a, ok := tree.Agency(id); ok && a.Kind == cases.Government && u.May(id, cases.Signer, cases.Editor) {
			out = append(out, tree.Below(id)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// mayAct lets pass who holds one of the roles in exactly that agency. A foreign
// agency is "not found"; a lacking role is refused in words. Who holds the role as
// leave cover alone acts for the absent colleague: the stamp then names both.
func (s *Server) mayAct(c echo.Context, agency int64, roles ...cases.Role) error {
	v := s.visitor(c)
	switch {
	case !v.mayRead(agency):
		return errNotFound
	case !v.May(agency, roles...):
		return errLacking{roles}
	}
	c.Set(coverKey, v.CoveredFor(agency, roles...))
	return nil
}

// errLacking refuses an act for want of a role.
type errLacking struct{ roles []cases.Role }

func (e errLacking) Error() string {
	var words []string
	for _, r := range e.roles {
		words = append(words, r.Label())
	}
	if len(words) == 0 {
		return "您没有办理这一事项的权限；如确需办理，请联系系统管理员。"
	}
	return fmt.Sprintf("您在本机关没有%s的权限，不能办理这一事项；请转交有权限的同事，或联系系统管理员。", strings.Join(words, "、"))
}

// recognise finds out who asks from the session's cookie.
func (s *Server) recognise(c echo.Context) (visitor, error) {
	ctx := c.Request().Context()
	token := s.sessionToken(c)
	if token == "" {
		return visitor{}, nil
	}
	at := s.now().UnixMicro()
	u, session, found, err := s.db.SessionUser(ctx, auth.TokenHash(token), at, s.today())
	if err != nil {
		return visitor{}, err
	}
	if !found || onlyHere(u) && !s.fromHere(c) {
		return visitor{}, nil
	}
	if err := s.db.Touch(ctx, session, at); err != nil {
		return visitor{}, err
	}
	return s.visitorOf(c, visitor{User: u, In: true, session: session, token: token})
}

func (s *Server) visitorOf(c echo.Context, v visitor) (visitor, error) {
	tree, err := s.db.Tree(c.Request().Context(), s.today())
	if err != nil {
		return v, err
	}
	var absent []int64
	for _, g := range v.Grants {
		if g.ForID != 0 && !slices.Contains(absent, g.ForID) {
			absent = append(absent, g.ForID)
		}
	}
	names, err := s.db.UserNames(c.Request().Context(), absent)
	if err != nil {
		return v, err
	}
	for _, id := range absent {
		v.covers += map[bool]string{true: "、"}[v.covers != ""] + names[id]
	}
	v.Grants = withHeirs(v.Grants, tree)
	v.Reads = reads(v.User, tree)
	return v, nil
}

// withHeirs adds to the roles in an agency those in the agencies that it has taken
// over: what was open there is its own to finish.
func withHeirs(grants []auth.Grant, tree *cases.Tree) []auth.Grant {
	out := slices.Clone(grants)
	for _, g := range grants {
		if _, alive := tree.Agency(g.Agency); !alive {
			continue
		}
		for _, heir := range tree.Own(g.Agency)[1:] {
			out = append(out, auth.Grant{Agency: heir, Role: g.Role, ForID: g.ForID})
		}
	}
	return out
}

// onlyHere reports whether an account is good on the machine itself alone.
func onlyHere(u auth.User) bool { return u.Single || u.Demo }

// fromHere reports whether a request comes from the machine itself: by the
// caller's address and by the name it used. A page of the internet that had its
// own name point at this machine would come with that name.
func (s *Server) fromHere(c echo.Context) bool {
	return isLoopback(c.RealIP()) && isLoopback(hostOnly(c.Request().Host))
}

// Names of the session's cookie: a browser takes the first only over TLS.
const (
	secureCookie = "__Host-gk"
	plainCookie  = "gk"
)

// cookieName tells the cookie of this connection.
func (s *Server) cookieName(r *http.Request) string {
	if s.secure(r) {
		return secureCookie
	}
	return plainCookie
}

func (s *Server) sessionToken(c echo.Context) string {
	cookie, err := c.Cookie(s.cookieName(c.Request()))
	if err != nil || len(cookie.Value) > 64 {
		return ""
	}
	return cookie.Value
}

// setSession gives the browser its token, or ("") takes it away.
func (s *Server) setSession(c echo.Context, token string) {
	cookie := &http.Cookie{Name: s.cookieName(c.Request()), Value: token, Path: "/", HttpOnly: true,
		Secure: s.secure(c.Request()), SameSite: http.SameSiteLaxMode}
	if token == "" {
		cookie.MaxAge = -1
	}
	c.SetCookie(cookie)
}
