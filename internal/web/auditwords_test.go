package web

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every act and object that the code writes into a chain has a Chinese name, and
// no name stands for nothing.
func TestAuditWords(t *testing.T) {
	for _, x := range []struct {
		find  *regexp.Regexp
		words []auditWord
	}{
		{regexp.MustCompile(`(?:\bAct: |\bact :?= |changeUser\(ctx, s, id, |sealCover\([^"\n]*)"([a-z_]+)"`), auditActs()},
		{regexp.MustCompile(`Entry\{[^}\n]*\bObject: "([a-z_]+)"`), auditObjects()},
	} {
		written := auditCodes(t, x.find)
		for code, file := range written {
			if wordIn(x.words, code) == code {
				t.Errorf("%s writes %q, which has no Chinese name", file, code)
			}
		}
		for _, w := range x.words {
			if written[w.code] == "" {
				t.Errorf("nothing writes %q (%s)", w.code, w.label)
			}
		}
	}
}

// auditCodes finds the codes in the sources, each with a file that writes it.
func auditCodes(t *testing.T, find *regexp.Regexp) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, pattern := range []string{"../store/*.go", "../web/*.go", "../app/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, m := range find.FindAllStringSubmatch(string(text), -1) {
				out[m[1]] = file
			}
		}
	}
	return out
}
