package archtest

import (
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The limits of the house style: a file is one subject, a function fits on a
// screen or two. Generated code and tests are free of them.
const (
	maxFileLines = 500
	maxFuncLines = 80
)

// No file and no function is longer than the house allows, and every package
// says what it is for.
func TestHouseStyle(t *testing.T) {
	described := map[string]bool{}
	for _, s := range sources(t, "../..") {
		if s.file.Doc != nil || described[s.pkg] {
			described[s.pkg] = true
		} else if _, seen := described[s.pkg]; !seen && !s.isTest() {
			described[s.pkg] = false
		}
		for _, complaint := range tooLong(s) {
			t.Errorf("%s: %s", s.name, complaint)
		}
	}
	for pkg, ok := range described {
		if !ok {
			t.Errorf("package %s has no package comment", pkg)
		}
	}
}

// tooLong says which of a file and its functions pass the limits.
func tooLong(s source) []string {
	if s.isTest() || ast.IsGenerated(s.file) {
		return nil
	}
	var found []string
	if lines := s.set.File(s.file.Package).LineCount(); lines > maxFileLines {
		found = append(found, fmt.Sprintf("%d lines, more than %d: split it by subject", lines, maxFileLines))
	}
	for _, decl := range s.file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		lines := s.set.Position(f.End()).Line - s.set.Position(f.Pos()).Line + 1
		if lines > maxFuncLines {
			found = append(found, fmt.Sprintf("%s has %d lines, more than %d: split it", f.Name.Name, lines, maxFuncLines))
		}
		if f.Name.Name == "init" && f.Recv == nil {
			found = append(found, "has an init(): say it in main or in a constructor")
		}
	}
	return found
}

// No text of the repository leans on a folder outside it.
func TestNothingFromOutside(t *testing.T) {
	outside := []string{"/work" + "/", ".." + "/shared"} // in two parts: this file is read too
	err := filepath.WalkDir("../..", func(file string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); strings.HasPrefix(base, ".") && len(base) > 2 && base != ".ci" || base == "bin" || base == "data" {
				return filepath.SkipDir
			}
			return nil
		}
		switch filepath.Ext(file) {
		case ".go", ".md", ".sql", ".toml", ".sh", ".templ", ".css", ".js", ".txtar", ".csv", ".json", "":
		default:
			return nil
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for _, word := range outside {
			if strings.Contains(string(text), word) {
				t.Errorf("%s mentions %s", file, word)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
