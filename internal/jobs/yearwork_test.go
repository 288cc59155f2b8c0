package jobs_test

import (
	"context"
	"fmt"

	"gongkai/internal/auth"
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/internal/store"
)

// The land office has people for every role in the demonstration, the small one a
// single person, the third nobody.
const (
	landOffice  = "fuzhou-zrzy"
	smallOffice = "gulou-xinfang"
	noPeople    = "fuzhou-fagai"
)

// work is what the office does during the year: the same acts on the same days in
// every run. They bring in what the demonstration has on no desk of its own: an
// application that waits to be confirmed, a colleague's part, disputes with terms,
// a 预审.
type work struct {
	*year
	agencies map[string]int64
	users    map[string]int64 // by login
	named    map[string]int64 // cases
	arrived  []int64
}

func newWork(y *year) *work {
	ctx, today := context.Background(), calendar.FromTime(y.now().In(office()))
	w := &work{year: y, agencies: map[string]int64{}, users: map[string]int64{}, named: map[string]int64{}}
	tree, err := y.db.Tree(ctx, today)
	w.must(err)
	for _, a := range tree.All() {
		w.agencies[a.Code] = a.ID
	}
	users, err := y.db.Users(ctx, today)
	w.must(err)
	for _, u := range users {
		w.users[u.Login] = u.ID
	}
	return w
}

func (w *work) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// by is the stamp of what a person does now.
func (w *work) by(login string) cases.Stamp {
	w.Helper()
	book, err := w.db.Book(context.Background())
	w.must(err)
	if w.users[login] == 0 {
		w.Fatal("nobody is called ", login)
	}
	return cases.Stamp{At: w.now().UnixMicro(), By: auth.By(w.users[login]), Today: calendar.FromTime(w.now().In(office())), Book: book}
}

// do does what a day brings.
func (w *work) do(day int) {
	if act, planned := w.plan()[day]; planned {
		act()
	}
	if day%7 < 5 && day%3 == 1 {
		w.usual(day)
	}
}

// usual takes in four applications, answers what two of three of them have come to
// three weeks later, and hands one on.
func (w *work) usual(day int) {
	for i, code := range []string{landOffice, "fuzhou", smallOffice, noPeople} {
		id := w.receive(code, fmt.Sprintf("第%d日第%d件", day, i+1))
		if officer := officerOf(code); officer != "" && (day+i)%4 != 0 {
			w.assign(id, officer)
		}
		w.arrived = append(w.arrived, id)
	}
	const waits = 4 * 8 // what arrived on the last eight of these days
	if n := len(w.arrived) - waits; n > 0 {
		for i, id := range w.arrived[n-1 : n+3] {
			if (day+i)%3 != 0 {
				w.answer(id)
			}
		}
	}
	w.assign(w.arrived[len(w.arrived)-4], "zrzy-shenhe")
}

func officerOf(code string) string {
	return map[string]string{landOffice: "zrzy-chengban", "fuzhou": "shi-chengban", smallOffice: "banshi"}[code]
}

// plan is what happens once, by day.
func (w *work) plan() map[int]func() {
	ctx := context.Background()
	land := w.agencies[landOffice]
	return map[int]func(){
		1: func() {
			w.must(w.db.Set(ctx, w.by("shi-qianfa"), w.agencies["fuzhou"], cases.AnnualTermsKey, "政府工作部门 01-15 01-28\n政府 01-20 03-20", calendar.Date{}))
			w.named["待确认"] = w.receive(landOffice, "")
		},
		2: func() {
			w.named["协办"] = w.receive(landOffice, "请规划处协办")
			w.assign(w.named["协办"], "zrzy-chengban")
			w.act("协办", "zrzy-chengban", func(c *cases.Case, s cases.Stamp) error {
				_, err := c.AskSection(s, s.Today, 0, w.users["zrzy-shenhe"])
				return err
			})
		},
		3: func() {
			w.dispute("复议", cases.Review)
			w.dispute("诉讼", cases.LitigationDirect)
		},
		8: func() {
			s := w.by("zrzy-chengban")
			w.must(w.db.AddCover(ctx, s, store.Cover{AbsentID: w.users["zrzy-chengban"], CoverID: w.users["zrzy-shenhe"], AgencyID: land, From: s.Today.AddDays(1), To: s.Today.AddDays(30)}))
		},
		9: func() {
			w.act("待确认", "zrzy-dengji", func(c *cases.Case, s cases.Stamp) error { return c.Confirm(s, s.Today) })
		},
		10: func() {
			w.act("协办", "zrzy-shenhe", func(c *cases.Case, s cases.Stamp) error { return c.SectionAnswered(s, s.Today, 1) })
		},
		18: func() {
			w.step("诉讼", "evidence_filed", 0)
			w.step("诉讼", "hearing", 20)
		},
		43: func() { w.step("诉讼", "judgment", 15) },
		47: w.adoptNotice,
		50: func() {
			s := w.by("shi-qianfa")
			w.must(w.db.CloseAgency(ctx, s, w.agencies[noPeople], w.agencies["fuzhou"], s.Today))
		},
		101: func() { w.must(w.db.ProposeReturn(ctx, w.by("zrzy-nianbao"), land, 2026, true, "")) },
	}
}

// receive takes in an application of today; without content, one whose day is not
// known yet.
func (w *work) receive(code, content string) int64 {
	w.Helper()
	s := w.by("zrzy-dengji")
	on := s.Today
	if content == "" {
		on = calendar.Date{}
	}
	c, err := cases.Open(w.agencies[code], s, on, cases.Received{Channel: deadline.Online, ApplicantKind: cases.Natural, Submitted: s.Today}, content, nil)
	w.must(err)
	w.must(w.db.Create(context.Background(), s, c))
	return c.ID
}

func (w *work) assign(id int64, login string) {
	w.Helper()
	s := w.by(login)
	w.must(w.db.Update(context.Background(), id, s, func(c *cases.Case) error {
		return c.Assign(s, s.Today, cases.Assigned{Officer: w.users[login]})
	}))
}

// answer gives the answer to a case that is not answered yet.
func (w *work) answer(id int64) {
	w.Helper()
	s := w.by("zrzy-chengban")
	s.History = true
	w.must(w.db.Update(context.Background(), id, s, func(c *cases.Case) error {
		line := cases.RecordOf(c)
		line.AnsweredOn, line.Outcome = s.Today, cases.MustOutcome("unable.nonexistent")
		if !c.Take(s, line, true) {
			return fmt.Errorf("case %d: no answer taken", id)
		}
		return nil
	}))
}

func (w *work) act(name, login string, do func(*cases.Case, cases.Stamp) error) {
	w.Helper()
	s := w.by(login)
	w.must(w.db.Update(context.Background(), w.named[name], s, func(c *cases.Case) error { return do(c, s) }))
}

// dispute brings an application that was answered at once before a review or court,
// which asks for the agency's answer.
func (w *work) dispute(name string, kind cases.RemedyKind) {
	w.Helper()
	w.named[name] = w.receive(landOffice, name)
	w.assign(w.named[name], "zrzy-chengban")
	w.answer(w.named[name])
	w.act(name, "zrzy-chengban", func(c *cases.Case, s cases.Stamp) error {
		ref, err := c.FileRemedy(s, s.Today, kind)
		if err != nil {
			return err
		}
		return c.StepRemedy(s, s.Today, cases.RemedyStep{Ref: ref, Step: "complaint_received"})
	})
}

// step records a step of a dispute, with what is due some days later (0: nothing).
func (w *work) step(name, step string, days int) {
	w.Helper()
	w.act(name, "zrzy-chengban", func(c *cases.Case, s cases.Stamp) error {
		f := cases.RemedyStep{Ref: 1, Step: step}
		if days > 0 {
			f.Due = s.Today.AddDays(days)
		}
		return c.StepRemedy(s, s.Today, f)
	})
}

// adoptNotice adopts arrangements for the next year that no State Council made: many
// due days move.
func (w *work) adoptNotice() {
	w.Helper()
	ctx, s := context.Background(), w.by("shi-shenhe")
	n := calendar.Notice{Number: "演示〔2026〕1号", PublishedOn: s.Today, Year: 2027}
	for d := calendar.Of(2027, 2, 5); d.Before(calendar.Of(2027, 2, 13)); d = d.AddDays(1) {
		n.Days = append(n.Days, calendar.NoticeDay{Date: d, Kind: calendar.Off, Name: "春节"})
	}
	id, err := w.db.ProposeNotice(ctx, s, n)
	w.must(err)
	_, err = w.db.DecideNotice(ctx, w.by("shi-qianfa"), id, true)
	w.must(err)
}
