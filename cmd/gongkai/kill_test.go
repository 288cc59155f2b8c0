package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/internal/testkit"
)

// A SIGKILL in the middle of an import leaves nothing half-done, and the same
// import again leaves no doubles: all rows once, verify clean.
func TestKilledImport(t *testing.T) {
	const rows = 4000
	dir := t.TempDir()
	bin := buildProgram(t, dir)
	ledger := filepath.Join(dir, "ledger.csv")
	writeFile(t, ledger, bigLedger(rows))
	agencies := filepath.Join(dir, "agencies.csv")
	writeFile(t, agencies, "code,name,kind,parent,short_name\ncity,某市人民政府,government,,某政\n")
	whole := 0 * time.Second
	random := rand.New(rand.NewPCG(7, 7))
	for i := range testkit.Kills() {
		data := filepath.Join(dir, fmt.Sprintf("data%d", i))
		run(t, bin, "import", "agencies", agencies, "--data", data)
		again := []string{"import", "cases", ledger, "--agency", "city", "--data", data}
		if whole == 0 { // the first round measures, unkilled
			start := time.Now()
			run(t, bin, again...)
			whole = time.Since(start)
		} else {
			kill(t, exec.Command(bin, again...), time.Duration(random.Int64N(int64(whole)*11/10)))
		}
		run(t, bin, again...)
		if got := received(t, bin, data); got != rows {
			t.Fatalf("kill %d: the table counts %d, want %d", i, got, rows)
		}
		run(t, bin, "verify", "--data", data)
		_ = os.RemoveAll(data)
		_ = os.Remove(data + ".key")
	}
}

func buildProgram(t *testing.T, dir string) string {
	t.Helper()
	bin := filepath.Join(dir, "gongkai")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return bin
}

// bigLedger is a ledger of one agency over three years.
func bigLedger(rows int) string {
	var b strings.Builder
	b.WriteString("received_on,channel,applicant_kind,applicant,content,answered_on,outcome\n")
	day := time.Date(2023, 1, 3, 0, 0, 0, 0, time.UTC)
	for i := range rows {
		on := day.AddDate(0, 0, i%300)
		fmt.Fprintf(&b, "%s,online,natural,测试%d,第%d号批复,%s,disclose.provided\n", on.Format(time.DateOnly), i, i, on.AddDate(0, 0, 9).Format(time.DateOnly))
	}
	return b.String()
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, bin string, args ...string) []byte {
	t.Helper()
	out, err := exec.Command(bin, args...).Output()
	if err != nil {
		t.Fatalf("gongkai %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// kill starts a command and kills it after a while; it may have ended by then.
func kill(t *testing.T, cmd *exec.Cmd, after time.Duration) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// received is how many cases the table of 2023 counts as new.
func received(t *testing.T, bin, data string) int {
	t.Helper()
	var table struct {
		Applications struct{ New [7]int }
	}
	out := run(t, bin, "report", "2023", "--agency", "city", "--as", "json", "--data", data)
	if err := json.Unmarshal(out, &table); err != nil {
		t.Fatal(err)
	}
	return table.Applications.New[6]
}
