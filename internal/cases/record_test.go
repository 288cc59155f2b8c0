package cases_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
)

// full is a ledger line with every column filled.
func full() cases.Record {
	return cases.Record{Number: "1", Platform: "省平台", PlatformNumber: "P1", PlatformSubmittedOn: day("2025-03-02"),
		ReceivedOn: day("2025-03-03"), Channel: deadline.Online, Kind: cases.Natural, Applicant: "陈示例", IDNumber: "1",
		Phone: "000", Email: "a@b", Address: "某路", Content: "某批复",
		SupplementAskedOn: day("2025-03-05"), SupplementReceivedOn: day("2025-03-10"),
		ConsultSentOn: day("2025-03-11"), ConsultServedOn: day("2025-03-12"), ConsultRepliedOn: day("2025-03-20"),
		ExtendedDays: 20, ExtendedOn: day("2025-04-10"), FeeNoticedOn: day("2025-04-11"), FeePaidOn: day("2025-04-14"),
		FeeFen: 10050, AnsweredOn: day("2025-05-06"), Outcome: cases.MustOutcome("partial"),
		Grounds:  []cases.Outcome{cases.MustOutcome("withhold.third_party"), cases.MustOutcome("unable.nonexistent")},
		Remedies: [3]cases.RemedyRecord{{Result: cases.Upheld, FiledOn: day("2025-06-01"), ClosedOn: day("2025-07-01")}, {}, {Result: cases.Pending, FiledOn: day("2025-07-10")}}}
}

var sameRecord = cmp.Options{
	cmp.Comparer(func(a, b calendar.Date) bool { return a == b }),
	cmp.Comparer(func(a, b cases.Outcome) bool { return a == b }),
	cmp.Comparer(func(a, b cases.Result) bool { return a == b }),
	cmp.Comparer(func(a, b cases.Channel) bool { return a == b }),
	cmp.Comparer(func(a, b cases.ApplicantKind) bool { return a == b }),
	cmpopts.EquateEmpty(),
}

// A line laid out as events and read back is the same line.
func TestRecordRoundTrip(t *testing.T) {
	line := full()
	got := cases.RecordOf(cases.NewCase(1, cases.Stamp{History: true}, line))
	if d := cmp.Diff(line, got, sameRecord); d != "" {
		t.Error(d)
	}
}

// Facts survive the store's encoding.
func TestFactsSurviveEncoding(t *testing.T) {
	c := cases.NewCase(1, cases.Stamp{History: true}, full())
	for i, e := range c.Events {
		data, err := cases.EncodeFact(e.Fact)
		must(t, err)
		c.Events[i].Fact, err = cases.DecodeFact(e.Fact.Kind(), data)
		must(t, err)
	}
	if d := cmp.Diff(full(), cases.RecordOf(c), sameRecord); d != "" {
		t.Error(d)
	}
	if _, err := cases.DecodeFact("nonsense", nil); err == nil {
		t.Error("an unknown kind was read")
	}
}

// Each column by itself: left out, it grows; changed, it waits for consent and
// is then taken as a correction; the same again changes nothing.
func TestLedgerGrowsAndChanges(t *testing.T) {
	for _, col := range cases.Columns() {
		if col.Key == "number" || col.Key == "agency" {
			continue
		}
		t.Run(col.Label, func(t *testing.T) {
			line := full()
			c := cases.NewCase(1, cases.Stamp{History: true}, changed(line, col.Key))
			if col.Get(line) != "" && col.Get(cases.RecordOf(c)) == col.Get(line) {
				t.Skip("this column can't differ alone")
			}
			n := len(c.Events)
			if c.Take(cases.Stamp{History: true}, line, false) && grownOnly(cases.Compare(cases.RecordOf(c), line)) {
				t.Error("a change was taken without consent")
			}
			_ = n
			c.Take(cases.Stamp{History: true}, line, true)
			if d := cases.Compare(cases.RecordOf(c), line); len(d) != 0 {
				t.Errorf("after taking all: %+v", d)
			}
			n = len(c.Events)
			if c.Take(cases.Stamp{History: true}, line, true) || len(c.Events) != n {
				t.Error("the same line again changed something")
			}
		})
	}
}

func grownOnly(changes []cases.Change) bool {
	for _, c := range changes {
		if !c.Grown {
			return false
		}
	}
	return len(changes) > 0
}

// changed gives a line that differs in one column from the full one.
func changed(r cases.Record, key string) cases.Record {
	shift := func(d *calendar.Date) { *d = d.AddDays(1) }
	switch key {
	case "platform":
		r.Platform = "别的"
	case "platform_number":
		r.PlatformNumber = "P2"
	case "platform_submitted_on":
		shift(&r.PlatformSubmittedOn)
	case "received_on":
		r.ReceivedOn = r.ReceivedOn.AddDays(-1)
	case "channel":
		r.Channel = deadline.InPerson
	case "applicant_kind":
		r.Kind = cases.Commercial
	case "applicant":
		r.Applicant = "林示例"
	case "id_number":
		r.IDNumber = "2"
	case "phone":
		r.Phone = "001"
	case "email":
		r.Email = "c@d"
	case "address":
		r.Address = "别处"
	case "content":
		r.Content = "别的批复"
	case "supplement_asked_on":
		shift(&r.SupplementAskedOn)
	case "supplement_received_on":
		shift(&r.SupplementReceivedOn)
	case "consult_sent_on":
		shift(&r.ConsultSentOn)
	case "consult_served_on":
		shift(&r.ConsultServedOn)
	case "consult_replied_on":
		r.ConsultRepliedOn = calendar.Date{}
	case "extended_days":
		r.ExtendedDays = 10
	case "extended_on":
		shift(&r.ExtendedOn)
	case "fee_noticed_on":
		r.FeeNoticedOn = r.FeeNoticedOn.AddDays(-1)
	case "fee_paid_on":
		r.FeePaidOn = calendar.Date{}
	case "fee_amount":
		r.FeeFen = 38000
	case "answered_on":
		shift(&r.AnsweredOn)
	case "outcome":
		r.Outcome = cases.MustOutcome("disclose.provided")
	case "ground":
		r.Grounds = r.Grounds[:1]
	case "review":
		r.Remedies[0].Result = cases.Corrected
	case "review_filed_on":
		shift(&r.Remedies[0].FiledOn)
	case "review_closed_on":
		shift(&r.Remedies[0].ClosedOn)
	case "litigation_direct":
		r.Remedies[1] = cases.RemedyRecord{Result: cases.Pending, FiledOn: day("2025-08-01")}
	case "litigation_after_review":
		r.Remedies[2] = cases.RemedyRecord{}
	case "litigation_after_review_filed_on":
		shift(&r.Remedies[2].FiledOn)
	}
	return r
}

// Growth alone: an open case gets its answer without anybody's consent.
func TestAnswerGrows(t *testing.T) {
	line := full()
	open := line
	open.AnsweredOn, open.Outcome, open.Grounds, open.Remedies = calendar.Date{}, cases.Outcome{}, nil, [3]cases.RemedyRecord{}
	c := cases.NewCase(1, cases.Stamp{History: true}, open)
	if !c.Take(cases.Stamp{History: true}, line, false) {
		t.Fatal("nothing was taken")
	}
	if d := cases.Compare(cases.RecordOf(c), line); len(d) != 0 {
		t.Errorf("left over: %+v", d)
	}
	for _, e := range c.Events {
		if e.Replaces != 0 {
			t.Error("growth was recorded as a correction")
		}
	}
}

// Remedies without dates: on the day of the answer; pending ones in that year.
func TestRemedyDates(t *testing.T) {
	line := full()
	line.Remedies = [3]cases.RemedyRecord{{Result: cases.Upheld}, {Result: cases.Pending}, {Result: cases.OtherResult, FiledOn: day("2026-01-05")}}
	c := cases.NewCase(1, cases.Stamp{History: true}, line)
	got := cases.Disputes(cases.Timeline(c.Events, 0))
	want := []cases.Dispute{
		{Kind: cases.Review, FiledOn: line.AnsweredOn, ClosedOn: line.AnsweredOn, Result: cases.Upheld},
		{Kind: cases.LitigationDirect, FiledOn: line.AnsweredOn, Result: cases.Pending, YearOnly: true},
		{Kind: cases.LitigationAfterReview, FiledOn: day("2026-01-05"), ClosedOn: day("2026-01-05"), Result: cases.OtherResult},
	}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%+v, want %+v", got[i], want[i])
		}
	}
	if d := cases.Compare(cases.RecordOf(c), line); len(d) != 0 {
		t.Errorf("the same line reads as changed: %+v", d)
	}
}
