package deadline_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"gongkai/internal/testkit"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if err := testkit.SetRapid(testkit.Random()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// parse reads "field=value field=value" into a form's values.
func parse(fields string) map[string][]string {
	values := map[string][]string{}
	for _, f := range strings.Fields(fields) {
		name, value, _ := strings.Cut(f, "=")
		values[name] = append(values[name], value)
	}
	return values
}

func contains(text, part string) bool { return strings.Contains(text, part) }
