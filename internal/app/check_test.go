package app

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
		{}, {"--json"}, {"--wrong", "a"}, {"没有.json"}, {text}, {reports}, {reports + "fuzhou-2019.json", text},
	} {
		code, out, errs := runCheck(args...)
		if code != ExitWrong || out != "" || strings.Count(errs, "\n") != 1 || !strings.HasPrefix(errs, "错误：") {
			t.Errorf("%v: %d %q %q", args, code, out, errs)
		}
	}
}
