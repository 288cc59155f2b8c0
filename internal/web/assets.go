package web

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"path"

	"github.com/labstack/echo/v4"

	"gongkai/templates/static"
)

// assets are the pages' own files, and a mark of their content for browsers that
// keep them.
type assets struct {
	files   map[string][]byte
	version string
}

func readAssets() assets {
	a := assets{files: map[string][]byte{}}
	entries, err := static.Files.ReadDir(".")
	if err != nil {
		panic(err) // the files are part of the program
	}
	sum := sha256.New()
	for _, e := range entries {
		data, err := static.Files.ReadFile(e.Name())
		if err != nil {
			panic(err)
		}
		a.files[e.Name()] = data
		sum.Write(data)
	}
	a.version = hex.EncodeToString(sum.Sum(nil)[:6])
	return a
}

// staticFile answers with a style sheet, the script or the icon.
func (s *Server) staticFile(c echo.Context) error {
	name := c.Param("name")
	data, ok := s.assets.files[name]
	if !ok {
		return errNotFound
	}
	kind := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".png": "image/png"}[path.Ext(name)]
	if c.QueryParam("v") == s.assets.version {
		c.Response().Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	return c.Blob(http.StatusOK, kind, data)
}
