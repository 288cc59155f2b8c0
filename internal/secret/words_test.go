package secret

import (
	"strings"
	"testing"
)

func TestHiddenWords(t *testing.T) {
	k, other := New(), New()
	for _, text := range []string{"陈小明", "13900001234", "a", "~", strings.Repeat("字", 300), ""} {
		hidden := k.HideWords(text)
		switch {
		case hidden != k.HideWords(text):
			t.Errorf("%q: hidden in two ways", text)
		case text != "" && (strings.Contains(hidden, text) && text != "~" && text != "a" || strings.ContainsAny(hidden, "+/=&?# ")):
			t.Errorf("%q: hidden as %q", text, hidden)
		case k.ShowWords(hidden) != text:
			t.Errorf("%q: comes back as %q", text, k.ShowWords(hidden))
		case text != "" && (other.ShowWords(hidden) != "" || k.ShowWords(hidden[:len(hidden)-3]+"AAA") != ""):
			t.Errorf("%q: is read with another key, or after a change", text)
		}
	}
	for typed, want := range map[string]string{"陈小明": "陈小明", "~": "", "~不是": "", "榕〔2026〕5号": "榕〔2026〕5号"} {
		if got := k.ShowWords(typed); got != want {
			t.Errorf("%q gives %q, want %q", typed, got, want)
		}
	}
}
