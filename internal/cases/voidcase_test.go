package cases

import (
	"errors"
	"strings"
	"testing"

	"gongkai/internal/calendar"
)

// twice is one letter registered twice, the second time on a day.
func twice(t *testing.T) (stands, double *Case) {
	t.Helper()
	make := func(id int64) *Case {
		c := openCase(t)
		c.ID, c.Number = id, "榕申〔2025〕"+string(rune('0'+id))+"号"
		c.Parties = []Party{{Role: "applicant", Applicant: Applicant{Kind: Natural, Name: "陈某", IDNumber: "350102199001011234"}}}
		return c
	}
	return make(1), make(2)
}

func TestVoidedCaseCountsNowhere(t *testing.T) {
	// A case registered twice leaves the counts and what is to be done, keeps its
	// day of receipt, and comes back whole when it is restored.
	on := calendar.MustParse("2025-06-16")
	stands, double := twice(t)
	d := Deriver{Book: calendar.Builtin()}
	before := d.Row(double.Events)
	if err := double.VoidCase(desk("user:2", nil), on, CaseVoided{}, stands); err != nil {
		t.Fatal(err)
	}
	row := d.Row(double.Events)
	if row.State != StateVoided || !row.Kind.IsZero() || !row.Flags.Has(IsVoided) || row.AnsweredOn != on || !row.DueOn.IsZero() ||
		row.Origin != 1 || row.ReceivedOn != before.ReceivedOn {
		t.Errorf("voided: %+v", row)
	}
	if owed := row.Owed(calendar.Builtin().Latest()); len(owed) > 0 {
		t.Errorf("a voided case owes %v", owed)
	}
	for _, n := range double.Next(desk("user:1", nil)) {
		if n.Code != "case_restored" {
			t.Errorf("a voided case can still be handled: %s", n.Code)
		}
	}
	if err := double.RestoreCase(desk("user:3", nil), on, CaseRestored{}); err != nil {
		t.Fatal(err)
	}
	if after := d.Row(double.Events); after != before {
		t.Errorf("restored: %+v, before: %+v", after, before)
	}
}

func TestVoidingIsRefused(t *testing.T) {
	// What keeps a case counted, each with the sentence that says what to do.
	on := calendar.MustParse("2025-06-16")
	second := desk("user:2", nil)
	for _, x := range []struct {
		name string
		do   func(stands, double *Case) error
		part string
	}{
		{"登记的人自己作废", func(stands, double *Case) error {
			return double.VoidCase(desk("user:1", nil), on, CaseVoided{}, stands)
		}, "登记本件的人不能自己作废"},
		{"代班的仍是登记的人", func(stands, double *Case) error {
			return double.VoidCase(desk("user:1/9", nil), on, CaseVoided{}, stands)
		}, "登记本件的人不能自己作废"},
		{"保留的就是本件", func(_, double *Case) error { return double.VoidCase(second, on, CaseVoided{}, double) }, "另一件办件"},
		{"保留的属于别的机关", func(stands, double *Case) error {
			stands.AgencyID = 2
			return double.VoidCase(second, on, CaseVoided{}, stands)
		}, "另一件办件"},
		{"保留的已经作废", func(stands, double *Case) error {
			if err := stands.VoidCase(second, on, CaseVoided{}, double); err != nil {
				return err
			}
			return double.VoidCase(second, on, CaseVoided{}, stands)
		}, "已经作废"},
		{"申请人不同", func(stands, double *Case) error {
			stands.Parties[0].Applicant.IDNumber = "350102199001011250"
			return double.VoidCase(second, on, CaseVoided{}, stands)
		}, "申请人与本件不同"},
		{"已经办结", func(stands, double *Case) error {
			double.append(second, on, Answered{Outcome: MustOutcome("disclose.provided")}, 0)
			return double.VoidCase(second, on, CaseVoided{}, stands)
		}, "其他需要报告的事项"},
		{"有复议诉讼", func(stands, double *Case) error {
			double.append(second, on, RemedyFiled{Ref: 1, Remedy: Review}, 0)
			return double.VoidCase(second, on, CaseVoided{}, stands)
		}, "表四按它计数"},
		{"作废两次", func(stands, double *Case) error {
			if err := double.VoidCase(second, on, CaseVoided{}, stands); err != nil {
				return err
			}
			return double.VoidCase(second, on, CaseVoided{}, stands)
		}, "现为“作废”"},
		{"没有作废就恢复", func(_, double *Case) error { return double.RestoreCase(second, on, CaseRestored{}) }, "不能恢复办理"},
		{"作废的人自己恢复", func(stands, double *Case) error {
			if err := double.VoidCase(second, on, CaseVoided{}, stands); err != nil {
				return err
			}
			return double.RestoreCase(second, on, CaseRestored{})
		}, "作废本件的人不能自己恢复"},
		{"更正作废的记录", func(stands, double *Case) error {
			if err := double.VoidCase(second, on, CaseVoided{}, stands); err != nil {
				return err
			}
			return double.Void(second, 2)
		}, "办理恢复"},
	} {
		stands, double := twice(t)
		err := x.do(stands, double)
		var no *Refused
		if !errors.As(err, &no) || !strings.Contains(no.Reason, x.part) {
			t.Errorf("%s: got %v, want %q", x.name, err, x.part)
		}
	}
}

func TestWhoMayVoidAlone(t *testing.T) {
	// A signature on paper and single-user mode stand for the second person; other
	// names with one identity number are one applicant, confirmed others too.
	on := calendar.MustParse("2025-06-16")
	alone := desk("user:1", nil)
	alone.Alone = true
	for _, x := range []struct {
		name  string
		s     Stamp
		f     CaseVoided
		other func(*Case)
	}{
		{"线下签批", desk("user:1", nil), CaseVoided{Paper: true}, nil},
		{"单机版", alone, CaseVoided{}, nil},
		{"同一证件号，姓名录错", desk("user:2", nil), CaseVoided{}, func(c *Case) { c.Parties[0].Applicant.Name = "程某" }},
		{"全角证件号", desk("user:2", nil), CaseVoided{}, func(c *Case) {
			c.Parties[0].Applicant.IDNumber = "３５０１０２１９９００１０１１２３４"
		}},
		{"已确认系同一申请", desk("user:2", nil), CaseVoided{OtherApplicant: true}, func(c *Case) { c.Parties[0].Applicant = Applicant{Name: "李某"} }},
	} {
		stands, double := twice(t)
		if x.other != nil {
			x.other(stands)
		}
		if err := double.VoidCase(x.s, on, x.f, stands); err != nil {
			t.Errorf("%s: %v", x.name, err)
		}
	}
}
