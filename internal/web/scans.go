package web

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/parts"
)

const (
	mostScans    = 200             // that are listed
	scanSettling = 5 * time.Second // a file written to since may not be whole
)

// scanFolder opens the folder in which an agency's scanners leave their files; nil
// where there is none.
func (s *Server) scanFolder(c echo.Context, agency int64) (*os.Root, error) {
	if s.scans == "" {
		return nil, nil
	}
	tree, err := s.db.Tree(c.Request().Context(), s.today())
	if err != nil {
		return nil, err
	}
	a, known := tree.Agency(agency)
	if !known || !filepath.IsLocal(a.Code) || strings.ContainsAny(a.Code, `/\`) {
		return nil, nil
	}
	root, err := os.OpenRoot(filepath.Join(s.scans, a.Code))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open the scanners' folder: %w", err)
	}
	return root, nil
}

// waitingScans lists what an agency's scanners have left, the newest first.
func (s *Server) waitingScans(c echo.Context, agency int64) ([]parts.Option, error) {
	root, err := s.scanFolder(c, agency)
	if err != nil || root == nil {
		return nil, err
	}
	defer root.Close()
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, fmt.Errorf("read the scanners' folder: %w", err)
	}
	var found []fs.FileInfo
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() && !strings.HasPrefix(e.Name(), ".") && info.Size() > 0 && s.now().Sub(info.ModTime()) > scanSettling {
			found = append(found, info)
		}
	}
	slices.SortFunc(found, func(a, b fs.FileInfo) int { return b.ModTime().Compare(a.ModTime()) })
	var out []parts.Option
	for _, info := range found[:min(len(found), mostScans)] {
		out = append(out, parts.Option{Value: info.Name(), Label: cases.FileName(info.Name()) + "　" + sizeWord(info.Size()) + "　" + info.ModTime().In(s.office).Format("01-02 15:04")})
	}
	return out, nil
}

// takeScans adds chosen files of the scanners to a case, all or none, and takes
// them out of the folder once they are kept.
func (s *Server) takeScans(c echo.Context) error {
	found, v, err := s.loadFiles(c)
	if err != nil {
		return err
	}
	form, err := c.FormParams()
	if err != nil {
		return badForm(err)
	}
	kind, err := cases.ParseFileKind(c.FormValue("kind"))
	if err != nil || len(form["scan"]) == 0 {
		return s.drawFileProblem(c, v, found, "还没有勾选扫描件，或没有选择材料种类")
	}
	root, err := s.scanFolder(c, found.AgencyID)
	if err != nil {
		return err
	}
	if root == nil {
		return s.drawFileProblem(c, v, found, "本机关没有扫描仪目录；请管理员在配置的 [scan] 中设置")
	}
	defer root.Close()
	var uploads []store.Upload
	for _, name := range form["scan"] {
		content, err := readScan(root, name)
		if err != nil {
			return s.drawFileProblem(c, v, found, "扫描件“"+cases.FileName(name)+"”已被取走，或读不出来；请刷新页面")
		}
		uploads = append(uploads, store.Upload{Kind: kind, Name: name, Content: content})
	}
	err = s.db.Attach(c.Request().Context(), s.stamp(c), found.ID, uploads)
	if problem, ok := userProblem(err); ok {
		return s.drawFileProblem(c, v, found, problem)
	}
	if err != nil {
		return err
	}
	for _, name := range form["scan"] {
		if err := root.Remove(name); err != nil {
			s.log.Error("a scan stays in the scanners' folder", "err", err)
		}
	}
	return c.Redirect(http.StatusSeeOther, casePath(found.ID)+"#files")
}

// readScan reads a file of the folder itself, and no more than a paper may hold.
func readScan(root *os.Root, name string) ([]byte, error) {
	if name != filepath.Base(name) || strings.HasPrefix(name, ".") {
		return nil, fs.ErrInvalid
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(err, fs.ErrInvalid)
	}
	return io.ReadAll(io.LimitReader(f, store.LargestFile+1))
}
