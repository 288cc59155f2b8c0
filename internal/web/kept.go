package web

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/auth"
	"gongkai/internal/secret"
	"gongkai/templates/parts"
	"gongkai/templates/signin"
)

// kept is a form that arrived when its session had ended. It travels sealed in
// the page of signing in, and opens for the same user alone.
type kept struct {
	User  int64 // 0: it is not known any more whose session that was
	Path  string
	Form  url.Values
	Files bool
}

// mostKept bounds what a page of signing in carries along, sealed and coded.
const mostKept = 700 << 10

// seal closes a value for a while in the hands of the browser.
func (s *Server) seal(use string, value any) string {
	plain, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	at := secret.Place{Table: "browser", Column: use}
	key, wrapped := s.db.Key().NewDataKey(at)
	return base64.RawURLEncoding.EncodeToString(key.Seal(wrapped, plain, at))
}

// unseal opens what seal has closed for the same use; false for anything else.
func (s *Server) unseal(use, text string, value any) bool {
	const wrapped = 32 + secret.Overhead
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) < wrapped {
		return false
	}
	at := secret.Place{Table: "browser", Column: use}
	key, err := s.db.Key().OpenDataKey(b[:wrapped], at)
	if err != nil {
		return false
	}
	plain, err := key.Open(nil, b[wrapped:], at)
	return err == nil && json.Unmarshal(plain, value) == nil
}

// keep seals the typed fields of a request whose session has ended; "" if there
// are none, or too many to carry.
func (s *Server) keep(c echo.Context, r route) (string, error) {
	request := c.Request()
	k := kept{Path: ownPath(request.URL.RequestURI())}
	if strings.HasPrefix(request.Header.Get("Content-Type"), "multipart/") {
		if err := request.ParseMultipartForm(r.body); err != nil {
			return "", badForm(err)
		}
		k.Files = len(request.MultipartForm.File) > 0
	} else if err := request.ParseForm(); err != nil {
		return "", badForm(err)
	}
	k.Form = request.PostForm
	k.Form.Del(tokenField)
	var err error
	if k.User, err = s.db.SessionOwner(request.Context(), auth.TokenHash(s.sessionToken(c))); err != nil {
		return "", err
	}
	if sealed := s.seal("kept", k); len(k.Form) > 0 && len(sealed) <= mostKept {
		return sealed, nil
	}
	return "", nil
}

// goOn shows to who has just signed in what was typed before.
func (s *Server) goOn(c echo.Context, k kept) error {
	p := s.plainPage(c, "接着办理")
	view := signin.Kept{Page: p, Action: k.Path, Files: k.Files}
	for name, values := range k.Form {
		for _, value := range values {
			view.Fields = append(view.Fields, parts.Pair{Name: name, Value: value})
		}
	}
	slices.SortStableFunc(view.Fields, func(a, b parts.Pair) int { return strings.Compare(a.Name, b.Name) })
	for _, f := range view.Fields {
		if strings.TrimSpace(f.Value) != "" && !strings.HasPrefix(f.Name, "_") {
			view.Shown = append(view.Shown, f)
		}
	}
	return s.draw(c, http.StatusOK, signin.GoOn(view))
}
