package archtest

import (
	"go/ast"
	"os"
	"regexp"
	"strings"
	"testing"
)

// named finds `package.Name` and `package.Type.Method` in code font.
var named = regexp.MustCompile("`([a-z]+)\\.([A-Z]\\w*)(?:\\.(\\w+))?`")

// What the documents name in the code is there: a reader who follows
// docs/words.md or docs/law.md to an identifier finds it.
func TestDocumentsNameWhatExists(t *testing.T) {
	declared := declarations(sources(t, "../.."))
	for _, doc := range []string{"words.md", "law.md"} {
		text, err := os.ReadFile("../../docs/" + doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(text), -1) {
			name := m[1] + "." + m[2]
			if m[3] != "" {
				name += "." + m[3]
			}
			if !declared[name] {
				t.Errorf("docs/%s names %s, which is not in the code", doc, name)
			}
		}
	}
}

// declarations gives the exported names of internal packages: package.Name,
// and package.Type.Name for methods and fields.
func declarations(all []source) map[string]bool {
	names := map[string]bool{}
	for _, s := range all {
		if s.isTest() || !strings.HasPrefix(s.pkg, "internal/") {
			continue
		}
		for _, decl := range s.file.Decls {
			declare(names, s.file.Name.Name+".", decl)
		}
	}
	return names
}

func declare(names map[string]bool, pkg string, decl ast.Decl) {
	if f, ok := decl.(*ast.FuncDecl); ok {
		names[pkg+receiver(f)+f.Name.Name] = true
		return
	}
	for _, spec := range decl.(*ast.GenDecl).Specs {
		switch s := spec.(type) {
		case *ast.ValueSpec:
			for _, n := range s.Names {
				names[pkg+n.Name] = true
			}
		case *ast.TypeSpec:
			names[pkg+s.Name.Name] = true
			declareFields(names, pkg+s.Name.Name+".", s.Type)
		}
	}
}

func declareFields(names map[string]bool, prefix string, typ ast.Expr) {
	fields, ok := typ.(*ast.StructType)
	if !ok {
		return
	}
	for _, f := range fields.Fields.List {
		for _, n := range f.Names {
			names[prefix+n.Name] = true
		}
	}
}

// receiver gives "Type." for a method, "" for a function.
func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	typ := f.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if id, ok := typ.(*ast.Ident); ok {
		return id.Name + "."
	}
	return ""
}
