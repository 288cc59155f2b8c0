package archtest

import "strings"

// module is the prefix of our own packages.
const module = "gongkai"

// may says which packages of ours each package may import outside its tests.
// Names are given from the module's root; a name that ends in /... stands for
// all below it. A package that is not in this table is an error, so that nobody
// adds one without saying where it stands.
//
// The first four are the rules of law: each knows only those before it.
var may = map[string][]string{
	"internal/calendar": {},
	"internal/deadline": {"internal/calendar"},
	"internal/cases":    {"internal/calendar", "internal/deadline"},
	"internal/report":   {"internal/calendar", "internal/deadline", "internal/cases"},

	"internal/cases/workflowdoc": with(rules), // writes docs/workflow.md

	"":                {}, // embed.go
	"internal/config": {},
	"internal/secret": {},
	"internal/mail":   {},
	"internal/auth":   with(rules, "internal/secret"),
	"internal/letter": with(rules),
	"internal/export": with(rules),
	"internal/store":  with(rules, "", "internal/secret", "internal/auth"),

	"internal/importer": with(rules, "internal/store"),
	"internal/bundle":   with(rules, "internal/letter", "internal/store", "internal/secret"),
	"internal/leak":     {},
	"internal/demo":     with(rules, "internal/store", "internal/importer", "internal/secret", "internal/auth"),
	"internal/jobs":     with(rules, "internal/store", "internal/mail", "internal/letter", "internal/export"),

	"templates":     with(rules, "templates/..."),
	"templates/...": with(rules, "templates", "templates/..."),
	"internal/web": with(rules, "templates", "templates/...", "internal/store", "internal/importer",
		"internal/export", "internal/letter", "internal/bundle", "internal/leak", "internal/auth", "internal/mail", "internal/secret", "internal/config"),

	"internal/app": {"", "internal/...", "templates", "templates/..."},
	"cmd/gongkai":  {"internal/app"},

	"internal/testkit":     with(rules),
	"internal/testkit/...": with(rules, "internal/testkit"),
	"internal/archtest":    {},
}

// rules are the packages of the law, which everybody may ask.
var rules = []string{"internal/calendar", "internal/deadline", "internal/cases", "internal/report"}

// testOnly may be imported by tests alone.
var testOnly = []string{
	module + "/internal/testkit", "testing", "github.com/google/go-cmp", "pgregory.net/rapid",
	"github.com/rogpeppe/go-internal",
}

// belongs says which of our packages alone may import a package from outside,
// and all below it, so that leaving a library is a change of that package.
var belongs = map[string][]string{
	"github.com/labstack/echo":        {"internal/web"},
	"github.com/jmoiron/sqlx":         {"internal/store"},
	"github.com/mattn/go-sqlite3":     {"internal/store"},
	"github.com/jackc/pgx":            {"internal/store", "internal/testkit"},
	"github.com/robfig/cron":          {"internal/jobs"},
	"github.com/xuri/excelize":        {"internal/export", "internal/importer"},
	"github.com/BurntSushi/toml":      {"internal/config"},
	"github.com/a-h/templ":            {"templates", "templates/...", "internal/web"},
	"github.com/beevik/etree":         {"internal/letter"},
	"github.com/wneessen/go-mail":     {"internal/mail"},
	"github.com/gabriel-vasile":       {"internal/web", "internal/store"},
	"github.com/andybalholm/cascadia": {"internal/testkit"},
	"golang.org/x/net/html":           {"internal/importer", "internal/testkit"},
	"golang.org/x/crypto":             {"internal/secret", "internal/auth"},
	"golang.org/x/term":               {"internal/app"},
	"crypto/aes":                      {"internal/secret"},
	"crypto/cipher":                   {"internal/secret"},
	"crypto/ed25519":                  {"internal/secret"},
	"crypto/hkdf":                     {"internal/secret"},
	"crypto/hmac":                     {"internal/secret", "internal/auth"},
}

// impure is what no rule of law imports: it would reach for the world.
// database/sql/driver is not among them: a Date says how it is stored.
var impure = []string{"database/sql", "log", "log/slog", "net", "net/http", "os", "os/exec", "path/filepath", "math/rand", "math/rand/v2", "crypto/rand"}

// clockCalls are the functions of package time that ask what time it is.
var clockCalls = []string{"Now", "Since", "Until", "After", "Tick", "Sleep", "NewTimer", "NewTicker", "AfterFunc"}

func with(base []string, more ...string) []string {
	return append(append([]string(nil), base...), more...)
}

// matches says whether a package is named by one of the patterns.
func matches(pkg string, patterns []string) bool {
	for _, p := range patterns {
		above, below := strings.CutSuffix(p, "/...")
		if pkg == p || below && strings.HasPrefix(pkg, above+"/") {
			return true
		}
	}
	return false
}

// within says whether an import path is base or lies below it.
func within(path, base string) bool {
	return path == base || strings.HasPrefix(path, base+"/")
}

// ruleOf gives the row of the table may for a package: its own, else that of
// the nearest /... above it.
func ruleOf(pkg string) ([]string, bool) {
	if allowed, ok := may[pkg]; ok {
		return allowed, true
	}
	for above := pkg; strings.Contains(above, "/"); {
		above = above[:strings.LastIndex(above, "/")]
		if allowed, ok := may[above+"/..."]; ok {
			return allowed, true
		}
	}
	return nil, false
}
