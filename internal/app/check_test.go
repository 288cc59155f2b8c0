package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/internal/export"
	"gongkai/internal/report"
)

const reports = "../report/testdata/"

func runCheck(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = Check(args, &out, &errs)
	return code, out.String(), errs.String()
}

// check finds what is known of the published reports, in words and by exit code.
func TestCheckCommand(t *testing.T) {
	for _, c := range []struct {
		file string
		code int
		want string
	}{
		{"fuzhou-2019", ExitDone, "勾稽关系一致"},
		{"pingtan-2021", ExitDone, "勾稽关系一致"},
		{"pingtan-2020", ExitFinding, "K2 表三“总计”列：三（七）总计为21，各项办理结果之和为27，相差6"},
		{"hongze-2023", ExitFinding, "K5 表四“行政复议”：总计为0"},
	} {
		code, out, errs := runCheck(reports + c.file + ".json")
		if code != c.code || !strings.Contains(out, c.want) || errs != "" {
			t.Errorf("%s: %d\n%s%s", c.file, code, out, errs)
		}
	}
}

// One file gives an object, several an array in their order, lists never null.
func TestCheckJSON(t *testing.T) {
	code, out, _ := runCheck("--json", reports+"hongze-2023.json")
	var one map[string]any
	if err := json.Unmarshal([]byte(out), &one); err != nil || code != ExitFinding {
		t.Fatalf("%d %v\n%s", code, err, out)
	}
	if one["consistent"] != false || one["format"] != "2019" || len(one["failures"].([]any)) != 2 || one["warnings"] == nil || one["unseen"] == nil {
		t.Errorf("got %s", out)
	}
	code, out, _ = runCheck(reports+"pingtan-2021.json", reports+"fuzhou-2019.json", "--json")
	var files []struct{ File, Agency string }
	if err := json.Unmarshal([]byte(out), &files); err != nil || code != ExitDone || len(files) != 2 ||
		!strings.HasSuffix(files[1].File, "fuzhou-2019.json") {
		t.Errorf("%d %v\n%s", code, err, out)
	}
}

// Following years of one agency are joined: K6 stands under the later year.
func TestCheckBetweenYears(t *testing.T) {
	data, err := os.ReadFile(reports + "pingtan-2021.json")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(`"year": 2021`, `"year": 2022`).Replace(string(data))
	next := filepath.Join(t.TempDir(), "next.json")
	if err := os.WriteFile(next, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, _ := runCheck(next, reports+"pingtan-2021.json")
	if code != ExitFinding || strings.Count(out, "K6") != 2 || !strings.Contains(out, "2022年二、上年结转为0，2021年四、结转下年度为1") {
		t.Errorf("%d\n%s", code, out)
	}
	if strings.Index(out, "K6") > strings.Index(out, "pingtan-2021.json") {
		t.Errorf("K6 stands under the earlier year:\n%s", out)
	}
}

// A wrong call or file is one sentence and exit code 2; nothing is printed.
func TestCheckWrong(t *testing.T) {
	text := filepath.Join(t.TempDir(), "a.xlsx")
	if err := os.WriteFile(text, []byte("文字"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{}, {"--json"}, {"--wrong", "a"}, {"没有.json"}, {text}, {t.TempDir()}, {reports + "fuzhou-2019.json", text},
	} {
		code, out, errs := runCheck(args...)
		if code != ExitWrong || out != "" || strings.Count(errs, "\n") != 1 || !strings.HasPrefix(errs, "错误：") {
			t.Errorf("%v: %d %q %q", args, code, out, errs)
		}
	}
}

// A folder stands for the reports in it and below; what can't be read is named at
// the end and costs the others nothing. As JSON it is a list, even of one.
func TestCheckFolder(t *testing.T) {
	dir := t.TempDir()
	put := func(name string, data []byte) {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	good, err := os.ReadFile(reports + "pingtan-2021.json")
	if err != nil {
		t.Fatal(err)
	}
	put("区/平潭.json", good)
	put("区/图.png", []byte("PNG"))
	put("区/平潭_files/frame.html", []byte("<p>广告</p>"))
	code, out, errs := runCheck("--json", dir)
	var list []struct{ Agency string }
	if err := json.Unmarshal([]byte(out), &list); err != nil || code != ExitDone || len(list) != 1 || errs != "" {
		t.Errorf("%d %v %q\n%s", code, err, errs, out)
	}
	put("坏.docx", []byte("文字"))
	code, out, errs = runCheck(dir)
	if code != ExitWrong || !strings.Contains(out, "勾稽关系一致") || strings.Count(errs, "没有读出") != 1 || !strings.Contains(errs, "坏.docx") {
		t.Errorf("%d\n%s%s", code, out, errs)
	}
}

// Five hundred pages are judged within half a minute.
func TestCheckManyFiles(t *testing.T) {
	data, err := os.ReadFile(reports + "fuzhou-2019.json")
	if err != nil {
		t.Fatal(err)
	}
	table, err := report.ReadJSON(data)
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := export.WriteReport(&page, "html", table, export.Meta{}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for i := range 500 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%03d.html", i)), page.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	start := time.Now()
	code, out, errs := runCheck(dir)
	if took := time.Since(start); code != ExitDone || strings.Count(out, "勾稽关系一致") != 500 || took > 30*time.Second {
		t.Errorf("%d after %s: %s", code, took, errs)
	} else {
		t.Logf("500 pages in %s", took)
	}
}
