package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// source is one Go file of ours.
type source struct {
	pkg  string // the package's folder from the module's root, "" for the root
	name string // the file's path from there
	set  *token.FileSet
	file *ast.File
}

func (s source) isTest() bool { return strings.HasSuffix(s.name, "_test.go") }

// Nobody imports what the table forbids, and no rule of law asks the clock.
func TestImports(t *testing.T) {
	for _, s := range sources(t, "../..") {
		for _, complaint := range complaints(s) {
			t.Errorf("%s: %s", s.name, complaint)
		}
	}
}

// complaints says what a file imports or calls against the tables.
func complaints(s source) []string {
	var found []string
	if _, known := ruleOf(s.pkg); !known {
		return []string{fmt.Sprintf("package %s is not in the table of internal/archtest/rules_test.go", s.pkg)}
	}
	for _, spec := range s.file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return append(found, err.Error())
		}
		if c := forbidden(s, imported); c != "" {
			found = append(found, c)
		}
	}
	if slices.Contains(rules, s.pkg) && !s.isTest() {
		found = append(found, clockAsked(s)...)
	}
	return found
}

// forbidden says why a file may not import a package, or "".
func forbidden(s source, imported string) string {
	if s.isTest() {
		return "" // a test may look at everything
	}
	for _, base := range testOnly {
		if within(imported, base) && !within(s.pkg, "internal/testkit") {
			return imported + " is for tests alone"
		}
	}
	if within(imported, module) {
		allowed, _ := ruleOf(s.pkg)
		target := strings.TrimPrefix(strings.TrimPrefix(imported, module), "/")
		if !matches(target, allowed) {
			return fmt.Sprintf("%q may not import %q", s.pkg, target)
		}
		return ""
	}
	for base, owners := range belongs {
		if within(imported, base) && !matches(s.pkg, owners) {
			return fmt.Sprintf("%s belongs to %v", imported, owners)
		}
	}
	if slices.Contains(rules, s.pkg) && slices.Contains(impure, imported) {
		return "a rule of law imports " + imported
	}
	return ""
}

// clockAsked finds calls that ask what time it is.
func clockAsked(s source) []string {
	var found []string
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains(clockCalls, sel.Sel.Name) {
			found = append(found, fmt.Sprintf("line %d: a rule of law calls time.%s", s.set.Position(n.Pos()).Line, sel.Sel.Name))
		}
		return true
	})
	return found
}

// sources reads the Go files of our module, without those of modules inside it
// and of testdata.
func sources(t *testing.T, root string) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if d.IsDir() {
			return skipFolder(root, name, d.Name())
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		all = append(all, source{folder(name), name, set, parsed})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 10 {
		t.Fatalf("only %d Go files found: looked in the wrong place", len(all))
	}
	return all
}

// skipFolder leaves out what is not of our module.
func skipFolder(root, name, base string) error {
	if name == "." {
		return nil
	}
	if base == "testdata" || base == "node_modules" || strings.HasPrefix(base, ".") {
		return fs.SkipDir
	}
	if _, err := os.Stat(filepath.Join(root, name, "go.mod")); err == nil {
		return fs.SkipDir
	}
	return nil
}

func folder(name string) string {
	if dir := path.Dir(name); dir != "." {
		return dir
	}
	return ""
}

// The checker itself finds what is planted for it, and nothing in what is
// allowed.
func TestCheckerFindsWhatIsPlanted(t *testing.T) {
	cases := []struct {
		name, file, text, want string // want "" means no complaint
	}{
		{"规则包用数据库", "internal/deadline/a.go", `import "database/sql"`, "a rule of law imports"},
		{"日期可说明如何存放", "internal/calendar/a.go", `import "database/sql/driver"`, ""},
		{"规则包问时间", "internal/cases/a.go", "import \"time\"\nvar t = time.Now()", "calls time.Now"},
		{"规则包用时间类型", "internal/cases/a.go", "import \"time\"\nvar t time.Time", ""},
		{"下层引用上层", "internal/deadline/a.go", `import "gongkai/internal/cases"`, `may not import "internal/cases"`},
		{"规则包引用机器", "internal/report/a.go", `import "gongkai/internal/store"`, "may not import"},
		{"网页写 SQL", "internal/web/a.go", `import "github.com/jmoiron/sqlx"`, "belongs to [internal/store]"},
		{"存储用网页框架", "internal/store/a.go", `import "github.com/labstack/echo/v4"`, "belongs to [internal/web]"},
		{"网页用网页框架", "internal/web/a.go", `import "github.com/labstack/echo/v4/middleware"`, ""},
		{"模板引用存储", "templates/caselist/a.go", `import "gongkai/internal/store"`, "may not import"},
		{"模板引用部件", "templates/caselist/a.go", `import "gongkai/templates/parts"`, ""},
		{"程序引用测试工具", "internal/app/a.go", `import "gongkai/internal/testkit"`, "for tests alone"},
		{"测试引用测试工具", "internal/app/a_test.go", `import "gongkai/internal/testkit"`, ""},
		{"自行加密", "internal/store/a.go", `import "crypto/aes"`, "belongs to [internal/secret]"},
		{"主程序绕过 app", "cmd/gongkai/a.go", `import "gongkai/internal/store"`, "may not import"},
		{"未登记的包", "internal/misc/a.go", ``, "not in the table"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			set := token.NewFileSet()
			parsed, err := parser.ParseFile(set, c.file, "package p\n"+c.text, 0)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(complaints(source{folder(c.file), c.file, set, parsed}), "; ")
			if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
