package app

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gongkai/internal/calendar"
	"gongkai/internal/deadline"
)

// clockJSON asks the command and reads its JSON loosely, as a script does.
func clockJSON(t *testing.T, args string) map[string]any {
	t.Helper()
	code, out, errs := runDeadline(append(strings.Fields(args), "--json")...)
	if code != ExitDone || errs != "" {
		t.Fatalf("%s：退出码 %d，%s", args, code, errs)
	}
	var a map[string]any
	if err := json.Unmarshal([]byte(out), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// What scripts rely on, sentence by sentence: each line is a question and the keys
// that answer it. "null" is JSON's null. The command's day is 2026-11-23.
func TestDeadlineContract(t *testing.T) {
	for _, tc := range []struct{ name, args, want string }{
		// States by precedence.
		{"答复先于一切", "--received 2025-04-02 --supplement 2025-04-14 --fee 2025-04-15 --consult 2025-04-16 --answered 2025-04-17", "state=answered due=null late=null working_days_left=null"},
		{"补正先于缴费", "--received 2025-04-02 --fee 2025-04-14 --supplement 2025-04-15", "state=waiting_supplement due=null safe_due=null late=null working_days_left=null provisional=false"},
		{"缴费先于征求意见", "--received 2025-04-02 --consult 2025-04-10 --fee 2025-04-14", "state=waiting_payment due=null"},
		{"征求意见先于办理", "--received 2025-04-02 --consult 2025-04-10 --as-of 2025-04-14", "state=consulting due=2025-05-07 late=false working_days_left=15"},
		{"补正收回后仍在征求意见", "--received 2025-04-02 --consult 2025-04-10 --supplement 2025-04-11..2025-04-14 --as-of 2025-04-16", "state=consulting excluded_working_days=2 due=2025-05-16"},
		// Null rules.
		{"等待时没有期限也没有剩余", "--received 2025-04-02 --supplement 2025-04-14", "due=null safe_due=null late=null working_days_left=null supplement_notice_due=2025-04-14"},
		{"答复后没有剩余天数", "--received 2025-04-02 --answered 2025-04-10", "late=false working_days_left=null due=2025-04-30"},
		{"旧条例没有补正告知期限", "--received 2019-05-14", "law=492 supplement_notice_due=null"},
		{"届满当日剩零", "--received 2025-03-03 --as-of 2025-03-31", "late=false working_days_left=0"},
		{"次日逾期一天", "--received 2025-03-03 --as-of 2025-04-01", "late=true working_days_left=-1"},
		{"周末也已逾期", "--received 2025-02-28 --as-of 2025-03-29", "late=true working_days_left=-1"},
		// Consultations.
		{"发出当日收回不扣除", "--received 2025-09-15 --consult 2025-09-22..2025-09-22", "excluded_working_days=0 due=2025-10-17"},
		{"自次日扣到收回之日", "--received 2025-09-15 --consult 2025-09-22..2025-09-23", "excluded_working_days=1 due=2025-10-20 safe_due=2025-10-17"},
		{"重叠的只扣一次", "--received 2025-09-15 --consult 2025-09-22..2025-10-15 --consult 2025-09-24..2025-10-10", "excluded_working_days=13"},
		{"包含的只扣一次", "--received 2025-09-15 --consult 2025-09-24..2025-09-26 --consult 2025-09-22..2025-09-30", "excluded_working_days=7"},
		{"相接的两次相加", "--received 2025-09-15 --consult 2025-09-22..2025-09-24 --consult 2025-09-24..2025-09-26", "excluded_working_days=4"},
		{"期满后发出的不扣除", "--received 2025-03-03 --consult 2025-04-01..2025-04-10", "excluded_working_days=0 due=2025-03-31"},
		{"尚未收回：按截至日收回计", "--received 2025-09-15 --consult 2025-09-22 --as-of 2025-10-15", "due=2025-11-05 state=consulting late=false"},
		{"答复时未收回：当日结束", "--received 2025-09-15 --consult 2025-09-22 --answered 2025-10-15", "due=2025-11-05 excluded_working_days=13 state=answered"},
		{"沉默满十五个工作日结束", "--received 2025-09-15 --consult 2025-09-22/2025-09-24..none", "excluded_working_days=17 due=2025-11-11 state=running"},
		{"沉默未满时仍在征求", "--received 2025-09-15 --consult 2025-09-22/2025-09-24..none --as-of 2025-10-15", "state=consulting due=2025-11-05"},
		{"届满之日沉默即告结束", "--received 2025-09-15 --consult 2025-09-22/2025-09-24..none --as-of 2025-10-21", "state=running due=2025-11-11"},
		// Restarts.
		{"最后一次补正重新起算", "--received 2025-04-02 --supplement 2025-04-03..2025-04-07 --supplement 2025-04-14..2025-04-28", "due=2025-05-29"},
		{"补正后又缴费，以后者为准", "--received 2025-05-20 --supplement 2025-05-22..2025-05-26 --fee 2025-06-10..2025-07-04", "due=2025-08-01"},
		{"缴费后又补正，以后者为准", "--received 2025-05-20 --fee 2025-05-22..2025-05-26 --supplement 2025-05-27..2025-07-04", "due=2025-08-01"},
		{"重新起算前的扣除不算", "--received 2025-04-02 --consult 2025-04-03..2025-04-10 --supplement 2025-04-14..2025-04-28", "excluded_working_days=0 due=2025-05-29"},
		{"跨过重新起算的只扣其后", "--received 2025-04-02 --consult 2025-04-03..2025-04-30 --supplement 2025-04-14..2025-04-28", "excluded_working_days=2 due=2025-06-03"},
		{"重新起算后可以再延一次", "--received 2025-04-02 --extend 20@2025-04-03 --supplement 2025-04-14..2025-04-28 --extend 20@2025-05-29", "due=2025-06-27"},
		{"只补收到的那一次", "--received 2025-04-02 --supplement 2025-04-03..2025-04-07 --supplement 2025-04-14", "state=waiting_supplement due=null"},
		{"补正期限由告知定", "--received 2025-04-02 --supplement 2025-04-14 --supplement-term 5", "state=waiting_supplement"},
		// The law of the first receipt.
		{"旧条例十五日", "--received 2019-05-14 --extend 20@2019-06-04", "law=492 due=2019-06-26"},
		{"旧条例收到的补正后仍是旧条例", "--received 2019-05-10 --supplement 2019-05-16..2019-05-20", "law=492 due=2019-06-11"},
		{"新条例首日", "--received 2019-05-15", "law=711 due=2019-06-13"},
		// As-of, calendar-as-of, any order.
		{"默认截至今天", "--received 2026-11-20", "working_days_left=19 late=false"},
		{"默认截至最后一件事", "--received 2026-11-20 --extend 5@2026-12-04", "working_days_left=15 late=false"},
		{"截至以后的事还不知道", "--received 2025-04-02 --supplement 2025-04-14..2025-04-28 --as-of 2025-04-10", "state=running due=2025-04-30"},
		{"只用当时公布的通知", "--received 2019-04-15 --calendar-as-of 2019-03-21", "due=2019-05-07"},
		{"暂定时给出最早可能", "--received 2025-12-19 --extend 20@2026-01-15 --calendar-as-of 2025-11-03", "provisional=true due=2026-02-20 safe_due=2026-02-10"},
		{"次序不论", "--extend 20@2025-11-05 --consult 2025-09-22..2025-10-15 --received 2025-09-15", "due=2025-12-03 excluded_working_days=13"},
		{"给定收到与推定相符", "--received 2025-03-04 --channel online --submitted 2025-03-03 --confirmed 2025-03-04", "received=2025-03-04"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := clockJSON(t, tc.args)
			for _, pair := range strings.Fields(tc.want) {
				key, want, _ := strings.Cut(pair, "=")
				got, there := a[key]
				text := fmt.Sprint(got)
				if got == nil {
					text = "null"
				}
				if !there || text != want {
					t.Errorf("%s：%s 为 %s，应为 %s", tc.args, key, text, want)
				}
			}
			if a["due"] == nil && (a["late"] != nil || a["safe_due"] != nil) {
				t.Errorf("没有期限，却有逾期与否或内控日：%v", a)
			}
		})
	}
}

// Whatever the law does not allow is counted, named in steps, and exit code 0; what
// it only remarks on is no breach.
func TestDeadlineContractBreaches(t *testing.T) {
	for _, tc := range []struct{ name, args, event, due string }{
		{"延期超过二十日", "--received 2025-03-03 --extend 25@2025-03-31", "extended", "2025-04-28"},
		{"旧条例延期超过十五日", "--received 2019-05-14 --extend 20@2019-06-04", "extended", "2019-06-26"},
		{"第二次延期", "--received 2025-03-03 --extend 5@2025-03-20 --extend 5@2025-03-21", "extended", "2025-04-08"},
		{"期满后延期", "--received 2025-03-03 --extend 5@2025-04-01", "extended", "2025-03-31"},
		{"补正告知晚了", "--received 2025-03-03 --supplement 2025-03-13..2025-03-20", "supplement_asked", "2025-04-18"},
		{"告知时期限已过：留下原期限", "--received 2025-03-03 --supplement 2025-04-02..2025-04-20", "supplement_asked", "2025-05-20"},
		{"2021年前收费", "--received 2020-11-02 --fee 2020-11-10..2020-11-20", "fee_noticed", "2020-12-18"},
		{"逾期缴费", "--received 2025-05-20 --fee 2025-06-10..2025-07-09", "fee_paid", "2025-08-06"},
		{"第二次补正只是提示", "--received 2025-04-02 --supplement 2025-04-03..2025-04-07 --supplement 2025-04-14..2025-04-28", "", "2025-05-29"},
		{"晚收到的补正照样重新起算", "--received 2025-04-02 --supplement 2025-04-14..2025-06-16", "", "2025-07-14"},
		{"等待申请人时的延期不起作用", "--received 2025-04-02 --supplement 2025-04-14..2025-04-28 --extend 5@2025-04-20", "", "2025-05-29"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := clockJSON(t, tc.args)
			if a["due"] != tc.due {
				t.Errorf("期限 %v，应为 %s", a["due"], tc.due)
			}
			var breaches []string
			for _, s := range a["steps"].([]any) {
				step := s.(map[string]any)
				if step["effect"] == "breach" {
					breaches = append(breaches, fmt.Sprint(step["event"]))
				}
				for _, key := range []string{"on", "event", "effect", "article", "due", "text"} {
					if _, there := step[key]; !there {
						t.Errorf("步骤缺 %s：%v", key, step)
					}
				}
			}
			if strings.Join(breaches, " ") != tc.event {
				t.Errorf("指出 %v，应为 %s", breaches, tc.event)
			}
		})
	}
	kept := clockJSON(t, "--received 2025-03-03 --supplement 2025-04-02..2025-04-20")
	if !slices.ContainsFunc(kept["steps"].([]any), func(s any) bool {
		return s.(map[string]any)["effect"] == "breach" && s.(map[string]any)["due"] == "2025-03-31"
	}) {
		t.Error("steps 没有留下已经届满的原期限")
	}
}

// Steps and terms use the words of the contract and no others; each kind and each
// event comes about.
func TestDeadlineContractWords(t *testing.T) {
	kinds, events, effects := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, args := range questions() {
		a := clockJSON(t, args)
		for _, x := range a["terms"].([]any) {
			term := x.(map[string]any)
			kinds[fmt.Sprint(term["kind"])] = true
			if len(term) != 4 || term["from"] == nil || term["due"] == nil || term["article"] == "" {
				t.Errorf("%s：%v", args, term)
			}
		}
		for _, x := range a["steps"].([]any) {
			events[fmt.Sprint(x.(map[string]any)["event"])], effects[fmt.Sprint(x.(map[string]any)["effect"])] = true, true
		}
	}
	// What only a case can have: a co-producer, Art 35, a decision of a review.
	day := calendar.MustParse
	h := deadline.History{Received: day("2025-03-03"), Events: []deadline.Event{
		{Kind: deadline.ConsultSent, On: day("2025-03-05"), Ref: 1, Party: deadline.CoProducer}, {Kind: deadline.ConsultServed, On: day("2025-03-06"), Ref: 1},
		{Kind: deadline.ConsultReplied, On: day("2025-03-10"), Ref: 1}, {Kind: deadline.Delayed, On: day("2025-03-20"), Until: day("2025-06-30")},
		{Kind: deadline.Answered, On: day("2025-06-25")}, {Kind: deadline.ReviewDecided, On: day("2025-08-25")}}}
	c := deadline.Explain(calendar.Builtin().Latest(), h, day("2025-09-01"))
	for _, x := range c.Terms {
		kinds[x.Kind] = true
	}
	for _, s := range c.Steps {
		events[s.Event], effects[s.Effect] = true, true
	}
	for what, pair := range map[string][2]any{
		"terms":   {kinds, "supplement_notice supplement_reply third_party co_producer payment review suit_direct suit_after_review"},
		"events":  {events, "received supplement_asked supplement_received consult_sent consult_replied consult_lapsed extended fee_noticed fee_paid delayed answered"},
		"effects": {effects, "starts waits restarts excludes adds none breach ends"},
	} {
		got, want := pair[0].(map[string]bool), strings.Fields(pair[1].(string))
		for _, w := range want {
			if !got[w] {
				t.Errorf("%s 没有出现 %s", what, w)
			}
			delete(got, w)
		}
		for w := range got {
			t.Errorf("%s 多出 %s", what, w)
		}
	}
}
