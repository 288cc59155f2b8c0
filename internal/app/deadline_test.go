package app

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"gongkai/internal/calendar"
)

func runDeadline(args ...string) (code int, out, errs string) {
	var stdout, stderr bytes.Buffer
	code = Deadline(args, calendar.Builtin(), calendar.MustParse("2026-11-23"), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// The JSON has exactly the keys that scripts rely on, in their order.
func TestDeadlineJSON(t *testing.T) {
	code, out, errs := runDeadline("--received=2025-09-15", "--json", "--extend", "20@2025-11-05", "--consult", "2025-09-22/2025-09-24..2025-10-15")
	if code != ExitDone || errs != "" {
		t.Fatalf("退出码 %d，%s", code, errs)
	}
	dec := json.NewDecoder(strings.NewReader(out))
	var keys []string
	depth := 0
	for expectKey := false; dec.More() || depth > 0; {
		tok, err := dec.Token()
		if err != nil {
			t.Fatal(err)
		}
		switch v := tok.(type) {
		case json.Delim:
			if v == '{' || v == '[' {
				depth++
			} else {
				depth--
			}
			expectKey = depth == 1
		case string:
			if depth == 1 && expectKey {
				keys = append(keys, v)
				expectKey = false
				continue
			}
			expectKey = depth == 1
		default:
			expectKey = depth == 1
		}
	}
	want := "law received receipt_rule supplement_notice_due due safe_due provisional excluded_working_days state late working_days_left terms steps"
	if got := strings.Join(keys, " "); got != want {
		t.Errorf("键为 %s", got)
	}
	for _, part := range []string{`"law": "711"`, `"due": "2025-12-03"`, `"safe_due": "2025-12-02"`, `"excluded_working_days": 13`, `"late": true`,
		`"kind": "third_party"`, `"effect": "adds"`} {
		if !strings.Contains(out, part) {
			t.Errorf("缺少 %s：\n%s", part, out)
		}
	}
}

// While the applicant has to act there is no due date, and nothing that hangs on it.
func TestDeadlineJSONWaiting(t *testing.T) {
	_, out, _ := runDeadline("--received", "2025-04-02", "--supplement", "2025-04-14", "--json")
	for _, part := range []string{`"due": null`, `"safe_due": null`, `"late": null`, `"working_days_left": null`, `"state": "waiting_supplement"`} {
		if !strings.Contains(out, part) {
			t.Errorf("缺少 %s：\n%s", part, out)
		}
	}
	_, out, _ = runDeadline("--received", "2019-05-14", "--json")
	if !strings.Contains(out, `"supplement_notice_due": null`) || !strings.Contains(out, `"law": "492"`) {
		t.Errorf("旧条例没有补正告知期限：\n%s", out)
	}
}

// What cannot be read is one sentence on stderr, and exit code 2.
func TestDeadlineRefusals(t *testing.T) {
	for _, tc := range []struct {
		name string
		args []string
		part string
	}{
		{"没有收到日期", nil, "--received"},
		{"日期不存在", []string{"--received", "2025-02-30"}, "2025-02-30"},
		{"未知选项", []string{"--recieved", "2025-02-03"}, "--recieved"},
		{"选项缺内容", []string{"--received"}, "缺少内容"},
		{"多余的词", []string{"2025-02-03"}, "不是选项"},
		{"未知渠道", []string{"--channel", "pigeon"}, "in_person"},
		{"网络尚未确认", []string{"--channel", "online", "--submitted", "2025-03-03"}, "待确认"},
		{"补正收到早于告知", []string{"--received", "2025-03-03", "--supplement", "2025-03-10..2025-03-05"}, "早于"},
		{"事情早于收到", []string{"--received", "2025-03-03", "--answered", "2025-03-02"}, "早于收到申请之日"},
		{"延期写法", []string{"--received", "2025-03-03", "--extend", "20"}, "20@2025-11-05"},
		{"延期天数", []string{"--received", "2025-03-03", "--extend", "0@2025-03-20"}, "工作日数"},
		{"沉默没有签收日期", []string{"--received", "2025-03-03", "--consult", "2025-03-05..none"}, "签收"},
		{"送达早于答复", []string{"--received", "2025-03-03", "--answered", "2025-03-20", "--served", "2025-03-19"}, "早于答复"},
		{"收到日期写两次", []string{"--received", "2025-03-03", "--received", "2025-03-04"}, "只能写一次"},
		{"截至早于收到", []string{"--received", "2025-03-03", "--as-of", "2025-03-01"}, "早于收到申请之日"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			code, out, errs := runDeadline(tc.args...)
			if code != ExitWrong || out != "" || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, tc.part) {
				t.Errorf("退出码 %d，%q，%q", code, out, errs)
			}
		})
	}
}

// The text answers a reader: which law, until when, and why.
func TestDeadlineText(t *testing.T) {
	code, out, _ := runDeadline("--received", "2026-12-21")
	for _, part := range []string{"2027年1月19日（周二）", "暂定", "第三十三条第二款", "国务院令第711号", "补正告知"} {
		if code != ExitDone || !strings.Contains(out, part) {
			t.Errorf("缺少“%s”：\n%s", part, out)
		}
	}
}

// The list names every notice; a year is shown with what it rests on.
func TestCalendarTexts(t *testing.T) {
	var b bytes.Buffer
	if err := CalendarList(&b, calendar.Builtin()); err != nil || !strings.Contains(b.String(), "国办发明电〔2025〕7号") {
		t.Errorf("%v\n%s", err, b.String())
	}
	b.Reset()
	if err := CalendarShow(&b, calendar.Builtin(), 2026); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"248 个工作日", "2026-02-14（周六）上班", "2026-02-15（周日）至 2026-02-23（周一）放假", "国办发明电〔2025〕7号"} {
		if !strings.Contains(b.String(), part) {
			t.Errorf("缺少“%s”：\n%s", part, b.String())
		}
	}
	b.Reset()
	if err := CalendarShow(&b, calendar.Builtin(), 2027); err != nil || !strings.Contains(b.String(), "暂定") {
		t.Errorf("%v\n%s", err, b.String())
	}
	if err := CalendarShow(&b, calendar.Builtin(), 1800); err == nil {
		t.Error("没有日历的年份应拒绝")
	}
}
