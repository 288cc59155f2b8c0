package testkit

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// HTMLCheck looks at an element of a page and says what is wrong with it.
type HTMLCheck func(*html.Node) error

// CheckHTML parses a page and demands that every check holds:
//
//	testkit.CheckHTML(t, body,
//		testkit.In("h1", testkit.HasText("依申请公开台账")),
//		testkit.NotIn(".error-summary"))
func CheckHTML(t testing.TB, page io.Reader, checks ...HTMLCheck) {
	t.Helper()
	root, err := html.Parse(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, check := range checks {
		if err := check(root); err != nil {
			t.Error(err)
		}
	}
}

// In demands an element that the CSS selector finds, and that the first one
// passes the checks.
func In(selector string, checks ...HTMLCheck) HTMLCheck {
	sel := cascadia.MustCompile(selector)
	return func(n *html.Node) error {
		found := sel.MatchFirst(n)
		if found == nil {
			return fmt.Errorf("%s: no such element", selector)
		}
		for _, check := range checks {
			if err := check(found); err != nil {
				return fmt.Errorf("%s: %w", selector, err)
			}
		}
		return nil
	}
}

// InAll demands at least one element, and that each one passes the checks.
func InAll(selector string, checks ...HTMLCheck) HTMLCheck {
	sel := cascadia.MustCompile(selector)
	return func(n *html.Node) error {
		found := sel.MatchAll(n)
		if len(found) == 0 {
			return fmt.Errorf("%s: no such element", selector)
		}
		for i, element := range found {
			for _, check := range checks {
				if err := check(element); err != nil {
					return fmt.Errorf("%s no. %d: %w", selector, i+1, err)
				}
			}
		}
		return nil
	}
}

// NotIn demands that the selector finds nothing.
func NotIn(selector string) HTMLCheck { return Count(selector, 0) }

// Count demands exactly n elements that the selector finds.
func Count(selector string, n int) HTMLCheck {
	sel := cascadia.MustCompile(selector)
	return func(node *html.Node) error {
		if got := len(sel.MatchAll(node)); got != n {
			return fmt.Errorf("%s: %d elements, want %d", selector, got, n)
		}
		return nil
	}
}

// HasText demands that the element's text contains want; runs of white space
// count as one blank on both sides.
func HasText(want string) HTMLCheck {
	return func(n *html.Node) error {
		if got := Text(n); !strings.Contains(got, oneLine(want)) {
			return fmt.Errorf("text %q does not contain %q", got, want)
		}
		return nil
	}
}

// HasExactText demands that the element's text is want, apart from white space.
func HasExactText(want string) HTMLCheck {
	return func(n *html.Node) error {
		if got := Text(n); got != oneLine(want) {
			return fmt.Errorf("text %q, want %q", got, want)
		}
		return nil
	}
}

// LacksText demands that the element's text does not contain unwanted.
func LacksText(unwanted string) HTMLCheck {
	return func(n *html.Node) error {
		if got := Text(n); strings.Contains(got, oneLine(unwanted)) {
			return fmt.Errorf("text %q contains %q", got, unwanted)
		}
		return nil
	}
}

// HasAttr demands an attribute with that value.
func HasAttr(name, want string) HTMLCheck {
	return func(n *html.Node) error {
		got, ok := Attr(n, name)
		if !ok || got != want {
			return fmt.Errorf("attribute %s is %q (there: %v), want %q", name, got, ok, want)
		}
		return nil
	}
}

// Attr gives an element's attribute, and whether it has it.
func Attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// Text gives the text below a node, its white space collapsed.
func Text(n *html.Node) string {
	var b strings.Builder
	for node := range n.Descendants() {
		if node.Type == html.TextNode {
			b.WriteString(node.Data)
		}
	}
	return oneLine(b.String())
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
