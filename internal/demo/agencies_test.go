package demo

import (
	"regexp"
	"testing"

	"gongkai/internal/cases"
)

// The tree has the 538 agencies of the report, each with its own code, name and
// short name, and every parent before its children.
func TestAgencies(t *testing.T) {
	seen, names, shorts := map[string]bool{"": true}, map[string]bool{}, map[string]bool{}
	code := regexp.MustCompile(`^[a-z]+(-[a-z]+)?$`)
	list := Agencies()
	for _, a := range list {
		if seen[a.Code] || names[a.Name] || shorts[a.ShortName] || !code.MatchString(a.Code) {
			t.Errorf("%+v: code, name or short name is taken or malformed", a)
		}
		if !seen[a.Parent] || (a.Parent == "") != (a.Code == Root) {
			t.Errorf("%s: parent %q does not stand before it", a.Code, a.Parent)
		}
		if a.Kind == (cases.AgencyKind{}) || a.topic == "" {
			t.Errorf("%s: kind or topic missing", a.Code)
		}
		seen[a.Code], names[a.Name], shorts[a.ShortName] = true, true, true
	}
	if len(list) != 538 {
		t.Errorf("%d agencies, the report covers 538", len(list))
	}
}
