package deadline_test

import (
	"encoding/csv"
	"os"
	"strconv"
	"strings"
	"testing"

	"gongkai/internal/calendar"
	"gongkai/internal/deadline"
)

// Every worked example of testdata/deadlines.csv comes out as it says.
func TestWorkedExamples(t *testing.T) {
	f, err := os.Open("testdata/deadlines.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		id, events, question, want := row[0], row[2], row[3], row[4]
		if question == "report" {
			continue // a question to the statutory tables, asked there
		}
		t.Run(id+"/"+question, func(t *testing.T) {
			q, err := deadline.ParseQuery(vectorQuery(t, events))
			if err != nil {
				t.Fatal(err)
			}
			c := q.Clock(calendar.Builtin(), day("2026-11-23"))
			if got := vectorAnswer(t, c, q, question); got != want {
				t.Errorf("%s 得 %s，应为 %s（%s）", events, got, want, row[7])
			}
			if d, err := calendar.Parse(want); err == nil && !strings.HasPrefix(d.Time().Weekday().String(), row[5]) {
				t.Errorf("%s 不是 %s", want, row[5])
			}
		})
	}
}

func vectorQuery(t *testing.T, events string) map[string][]string {
	e, values := map[string]string{}, map[string][]string{}
	for _, part := range strings.Split(events, ";") {
		key, value, _ := strings.Cut(part, ":")
		e[key] = value
	}
	set := func(field, value string) {
		if value != "" {
			values[field] = []string{value}
		}
	}
	set("received", e["received"])
	if e["email"] != "" {
		set("channel", "email")
		set("confirmed", e["email"])
	}
	if e["answer_served"] != "" { // the question leaves out the receipt
		set("received", "2025-08-01")
		set("served", e["answer_served"])
	}
	if e["supplement_notice"] != "" {
		set("supplement", e["supplement_notice"]+".."+e["supplement_received"])
	}
	if e["fee_notice_served"] != "" {
		set("fee", e["fee_notice_served"]+".."+e["paid"])
	}
	set("answered", e["answered"])
	if sent := e["consult_sent"]; sent != "" {
		if e["third_received"] != "" {
			sent += "/" + e["third_received"]
		}
		reply := e["reply_received"]
		if _, silent := e["no_reply"]; silent {
			reply = "none"
		}
		set("consult", sent+".."+reply)
	}
	if n, on, ok := strings.Cut(e["extended"], "wd on "); ok {
		set("extend", n+"@"+on)
	}
	return values
}

func vectorAnswer(t *testing.T, c deadline.Clock, q deadline.Query, question string) string {
	cal := calendar.Builtin().Latest()
	term := func(kind string) string {
		for _, x := range c.Terms {
			if x.Kind == kind {
				return x.Due.String()
			}
		}
		return ""
	}
	step := func(event string) deadline.Step {
		for _, s := range c.Steps {
			if s.Event == event {
				return s
			}
		}
		return deadline.Step{}
	}
	switch question {
	case "supplement_notice_due":
		return c.SupplementNoticeDue.String()
	case "answer_due", "answer_due_15wd_literal":
		return c.Due.String()
	case "answer_due_provisional":
		if !c.Provisional {
			t.Error("应标明暂定")
		}
		return c.Due.String()
	case "answer_due_before_supplement", "answer_due_without_exclusion", "fee_notice_due":
		return step("received").Due.String()
	case "third_party_due":
		return term("third_party")
	case "payment_due":
		return term("payment")
	case "sue_by":
		return term("suit_direct")
	case "excluded_working_days":
		return strconv.Itoa(c.Excluded)
	case "consult_ends":
		return step("consult_lapsed").On.String()
	case "extension_must_be_decided_and_told_by":
		h := q.History
		h.Events = h.Events[:len(h.Events)-1]
		return deadline.Run(cal, h, day("2026-11-23")).Due.String()
	case "answer_due_15wd_deemed_next_workday": // the reading that we do not take
		return cal.Add(cal.Roll(q.History.Received), 15).String()
	}
	t.Fatalf("unknown question %s", question)
	return ""
}
