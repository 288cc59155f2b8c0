package cases

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"gongkai/internal/calendar"
)

// desk is a stamp of an officer with a chain.
func desk(by string, chain Chain) Stamp {
	return Stamp{At: 1, By: by, Today: calendar.MustParse("2025-06-20"), Book: calendar.Builtin(), Chain: chain}
}

func openCase(t *testing.T) *Case {
	t.Helper()
	r := Received{Channel: mustChannel(t, "in_person"), ApplicantKind: Natural}
	c, err := Open(1, desk("user:1", nil), calendar.MustParse("2025-06-03"), r, "征收批文", nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func mustChannel(t *testing.T, code string) (ch Channel) {
	t.Helper()
	if err := ch.UnmarshalText([]byte(code)); err != nil {
		t.Fatal(err)
	}
	return ch
}

func TestChainOfApproval(t *testing.T) {
	// An answer goes out as it was signed, step by step, and not by the hand that
	// proposed it.
	on := calendar.MustParse("2025-06-16")
	chain := Chain{{"科室负责人", Reviewer}, {"分管领导", Signer}}
	officer, reviewer := desk("user:1", chain), desk("user:2", chain)
	given := MustOutcome("disclose.provided")
	wants := func(err error, part string) {
		t.Helper()
		var no *Refused
		if !errors.As(err, &no) || !strings.Contains(no.Reason, part) {
			t.Fatalf("got %v, want a refusal with %q", err, part)
		}
	}
	c := openCase(t)
	wants(c.Answer(officer, on, Answered{Outcome: given}, Evidence{Reasons: true}), "先提请审核")
	wants(c.Propose(officer, on, Proposed{Outcome: given}), "应当写明")
	for _, err := range []error{c.Propose(officer, on, Proposed{Outcome: given, Reasons: true})} {
		if err != nil {
			t.Fatal(err)
		}
	}
	wants(c.Approve(officer, on, Approved{}), "提请人不能审批")
	if err := c.Approve(reviewer, on, Approved{}); err != nil {
		t.Fatal(err)
	}
	wants(c.Answer(officer, on, Answered{Outcome: given}, Evidence{Reasons: true}), "还没有签发完毕")
	if err := c.Return(reviewer, on); err != nil {
		t.Fatal(err)
	}
	if _, ok := c.Proposal(); ok {
		t.Fatal("a returned proposal is still before the chain")
	}
	if err := c.Propose(officer, on, Proposed{Outcome: given, Reasons: true}); err != nil {
		t.Fatal(err)
	}
	for i, a := range []Approved{{}, {Paper: true}} {
		who := reviewer
		if a.Paper {
			who = officer
		}
		if err := c.Approve(who, on, a); err != nil {
			t.Fatalf("step %d: %v", i+1, err)
		}
	}
	last, _, _ := find[Approved](Timeline(c.Events, 0))
	if last.Step != 2 || !last.Last || !last.Paper {
		t.Fatalf("last step: %+v", last)
	}
	wants(c.Answer(officer, on, Answered{Outcome: MustOutcome("disclose.already_public")}, Evidence{Reasons: true}), "与签发的不一致")
	if err := c.Answer(officer, on, Answered{Outcome: given}, Evidence{Reasons: true}); err != nil {
		t.Fatal(err)
	}
}

func TestAnswersWithoutApproval(t *testing.T) {
	// What is given on the spot, and what the applicant ends himself, needs no signature.
	on, s := calendar.MustParse("2025-06-16"), desk("user:1", DefaultChain())
	c := openCase(t)
	if err := c.Answer(s, on, Answered{Outcome: MustOutcome("disclose.provided")}, Evidence{Reasons: true, OnSpot: true}); err != nil {
		t.Errorf("当场答复: %v", err)
	}
	c = openCase(t)
	if err := c.Withdraw(s, on); err != nil {
		t.Fatal(err)
	}
	if err := c.Answer(s, on, Answered{Outcome: MustOutcome("other.withdrawn")}, Evidence{}); err != nil {
		t.Errorf("撤回: %v", err)
	}
	c = openCase(t)
	if err := c.Answer(s, on, Answered{Outcome: MustOutcome("withhold.law_forbids")}, Evidence{Reasons: true, OnSpot: true}); err == nil {
		t.Error("不予公开不能当场答复而不经审批")
	}
}

func TestAloneSigns(t *testing.T) {
	// In single-user mode there is no second person.
	s := desk("user:1", DefaultChain())
	s.Alone = true
	c, on := openCase(t), calendar.MustParse("2025-06-16")
	for _, err := range []error{c.Propose(s, on, Proposed{Outcome: MustOutcome("disclose.provided"), Reasons: true}),
		c.Approve(s, on, Approved{}), c.Approve(s, on, Approved{}),
		c.Answer(s, on, Answered{Outcome: MustOutcome("disclose.provided")}, Evidence{Reasons: true})} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestGuideReachesEveryOutcome(t *testing.T) {
	// Every outcome that is a decision is at the end of a way; the others follow
	// from what the applicant did.
	reached := map[string]bool{}
	var walk func(answers []string)
	walk = func(answers []string) {
		_, next, end, err := Walk(answers)
		if err != nil {
			t.Fatal(err)
		}
		if next == nil {
			if end.Act != "" {
				act(end.Act) // panics for an unknown one
			} else {
				reached[MustOutcome(end.Outcome).Code()] = true
			}
			return
		}
		for _, o := range next.Options {
			walk(append(slices.Clone(answers), o.Code))
		}
	}
	walk(nil)
	for _, o := range Outcomes() {
		if NeedsApproval(o, false) != reached[o.Code()] {
			t.Errorf("%s: reached %v", o.Code(), reached[o.Code()])
		}
	}
	if _, _, _, err := Walk([]string{"nowhere"}); err == nil {
		t.Error("an unknown answer passed")
	}
}

func TestPreview(t *testing.T) {
	// What would happen is said before it happens, and nothing is recorded.
	s := desk("user:1", nil)
	on := calendar.MustParse("2025-06-10")
	for _, x := range []struct {
		name, want string
		act        func(*Case) error
	}{
		{"补正", "重新计算答复期限", func(c *Case) error { return c.AskSupplement(s, on, SupplementAsked{Causes: []string{"description"}}) }},
		{"延期", "改为2025年7月29日", func(c *Case) error { return c.Extend(s, on, 20) }},
		{"协办", "不影响答复期限，仍为2025年7月1日", func(c *Case) error { _, err := c.AskSection(s, on, 3, 0); return err }},
	} {
		t.Run(x.name, func(t *testing.T) {
			c := openCase(t)
			p, err := c.Preview(s, on, x.act)
			if err != nil || !strings.Contains(p.Sentence, x.want) {
				t.Fatalf("%q, %v; want %q", p.Sentence, err, x.want)
			}
			if len(c.Events) != 1 {
				t.Fatal("the preview recorded something")
			}
		})
	}
	c := openCase(t)
	if _, err := c.Preview(s, on, func(c *Case) error { return c.Extend(s, on, 21) }); err == nil {
		t.Error("a refusal was not passed on")
	}
}

func TestNext(t *testing.T) {
	// The usual act comes first, and days that are over say so.
	s := desk("user:1", DefaultChain())
	c := openCase(t)
	if n := c.Next(s)[0]; n.Code != "assigned" || !n.Primary {
		t.Errorf("first: %s", n.Code)
	}
	if err := c.Assign(s, s.Today, Assigned{Officer: 7, Reason: "assign"}); err != nil {
		t.Fatal(err)
	}
	if n := c.Next(s)[0]; n.Code != "proposed" || n.Last.String() != "2025-07-01" {
		t.Errorf("then: %s until %s", n.Code, n.Last)
	}
	for _, n := range c.Next(s) {
		if n.Code == "supplement_asked" && (!n.Passed || n.Last.String() != "2025-06-12") {
			t.Errorf("补正: %+v", n)
		}
	}
	d := Deriver{Book: calendar.Builtin()}
	if row := d.Row(c.Events); row.Officer != 7 {
		t.Errorf("officer %d", row.Officer)
	}
}

func TestSectionsAndThirdParties(t *testing.T) {
	// 协办 lets the clock run; release against a third party's will needs its refusal.
	s, on := desk("user:1", nil), calendar.MustParse("2025-06-10")
	c := openCase(t)
	ref, err := c.AskSection(s, on, 3, 0)
	if err != nil {
		t.Fatal(err)
	}
	if end := c.OpenCoAsked(calendar.Builtin().Latest())[ref]; end.String() != "2025-06-17" {
		t.Errorf("internal term %s", end)
	}
	if err := c.SectionAnswered(s, on, ref+1); err == nil {
		t.Error("an answer to nothing passed")
	}
	if err := c.SectionAnswered(s, on, ref); err != nil || len(c.OpenCoAsked(calendar.Builtin().Latest())) != 0 {
		t.Error(err)
	}
	if err := c.DecideRelease(s, on, 1); err == nil {
		t.Error("release without a refusal passed")
	}
	party, _ := c.Consult(s, on, "third_party", 0)
	if err := c.ConsultReplied(s, on, party, "refuse"); err != nil {
		t.Fatal(err)
	}
	if err := c.DecideRelease(s, on, party); err != nil {
		t.Error(err)
	}
}

func TestRemadeIsNotCounted(t *testing.T) {
	// An answer that has to be given anew has a term of its own and is in no column.
	s := desk("user:1", nil)
	c, err := Open(1, s, calendar.MustParse("2025-06-03"), Received{Channel: mustChannel(t, "in_person"), ApplicantKind: Natural, Remade: 9}, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	d := Deriver{Book: calendar.Builtin()}
	if row := d.Row(c.Events); !row.Kind.IsZero() || !row.Flags.Has(IsRemade) || row.DueOn.IsZero() {
		t.Errorf("%+v", row)
	}
}

func TestRemedyLine(t *testing.T) {
	// From 2024 what is withheld goes to review first; a partial answer has both lines.
	for _, x := range []struct {
		a     Answered
		on    string
		lines int
		first bool
	}{
		{Answered{Outcome: MustOutcome("withhold.law_forbids")}, "2025-06-16", 1, true},
		{Answered{Outcome: MustOutcome("withhold.law_forbids")}, "2023-12-29", 1, false},
		{Answered{Outcome: MustOutcome("unable.nonexistent")}, "2025-06-16", 1, false},
		{Answered{Outcome: MustOutcome("withhold.admin_query")}, "2025-06-16", 1, false},
		{Answered{Outcome: MustOutcome("partial"), Grounds: []Outcome{MustOutcome("withhold.law_forbids")}}, "2025-06-16", 2, true},
		{Answered{Outcome: MustOutcome("other.withdrawn")}, "2025-06-16", 0, false},
	} {
		lines := x.a.RemedyLine(calendar.MustParse(x.on), "福州市人民政府", "")
		if len(lines) != x.lines || len(lines) > 0 && strings.Contains(lines[0], "先向福州市人民政府") != x.first {
			t.Errorf("%s on %s: %v", x.a.Outcome.Code(), x.on, lines)
		}
	}
}

func TestNotes(t *testing.T) {
	// A text hangs on the event before it.
	c := openCase(t)
	c.Note("document", "")
	c.Note("document", "登记表")
	if n := c.NotesOf(1); len(n) != 1 || n[0].Text != "登记表" || n[0].By != "user:1" {
		t.Errorf("%+v", c.Notes)
	}
	if d := Load(*c); len(d.FreshNotes()) != 0 {
		t.Error("loaded notes are fresh")
	}
}

func TestWhatWasSignedStays(t *testing.T) {
	// A signed decision is not corrected, not signed by its own hand in another's
	// name, and a repeat answer keeps the first answer that was signed.
	on := calendar.MustParse("2025-06-16")
	chain := Chain{{"签发", Signer}}
	officer := desk("user:12", chain)
	c := openCase(t)
	repeat := Proposed{Outcome: MustOutcome("not_processed.repeat"), Reasons: true, FirstAnswer: 5}
	if err := c.Propose(officer, on, repeat); err != nil {
		t.Fatal(err)
	}
	if err := c.Approve(desk("user:12/9", chain), on, Approved{}); err == nil {
		t.Error("the proposer signed as leave cover")
	}
	if err := c.Correct(officer, 2, on, Proposed{Outcome: MustOutcome("disclose.provided")}); err == nil {
		t.Error("a proposal was corrected")
	}
	if err := c.Void(officer, 2); err == nil {
		t.Error("a proposal was voided")
	}
	if err := c.Approve(desk("user:9", chain), on, Approved{}); err != nil {
		t.Fatal(err)
	}
	a := Answered{Outcome: repeat.Outcome}
	if err := c.Answer(officer, on, a, Evidence{Reasons: true, FirstAnswer: 6}); err == nil {
		t.Error("another first answer than the signed one")
	}
	if err := c.Answer(officer, on, a, Evidence{Reasons: true, FirstAnswer: 5}); err != nil {
		t.Error(err)
	}
}

func TestWhoConsents(t *testing.T) {
	// An extension names who consented; a supplement names known causes.
	s, on := desk("user:1", nil), calendar.MustParse("2025-06-10")
	c := openCase(t)
	if err := c.ExtendBy(s, on, 20, ""); err == nil {
		t.Error("extended without consent")
	}
	if err := c.AskSupplement(s, on, SupplementAsked{Causes: []string{"weather"}}); err == nil {
		t.Error("an unknown cause passed")
	}
	if err := c.ExtendBy(s, on, 20, "paper"); err != nil {
		t.Error(err)
	}
	if f, _, ok := find[Extended](Timeline(c.Events, 0)); !ok || f.Approver != "paper" {
		t.Errorf("%+v", f)
	}
}
