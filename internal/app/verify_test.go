package app

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A byte of an event changed in the file of the database: verify names the
// event and ends with exit code 1.
func TestVerifyFindsAChangedByte(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "d")
	env, _, stderr := at("")
	if code := Run(context.Background(), env, []string{"--data", dir, "demo", "--load-only"}); code != ExitDone {
		t.Fatalf("demo: %d, %s", code, stderr)
	}
	file := filepath.Join(dir, "gongkai.db")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	// Twice: the first place may be what a split page has left behind.
	content = bytes.Replace(content, []byte(`"channel":"online"`), []byte(`"channel":"onlinf"`), 2)
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	env, stdout, _ := at("")
	code := Run(context.Background(), env, []string{"--data", dir, "verify"})
	if code != ExitFinding || !strings.Contains(stdout.String(), "差异　events　case_id=") || !strings.Contains(stdout.String(), "（received）") {
		t.Errorf("code %d\n%s", code, stdout)
	}
	env, stdout, _ = at("")
	code = Run(context.Background(), env, []string{"--data", dir, "verify", "--json"})
	if code != ExitFinding || !strings.Contains(stdout.String(), `"consistent":false`) || !strings.Contains(stdout.String(), `"kind":"received"`) {
		t.Errorf("code %d\n%s", code, stdout)
	}
}
