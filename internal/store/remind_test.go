package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai/internal/auth"
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/testkit"
)

// house is a city with a department that has people and one that has none.
type house struct {
	*testing.T
	db     *DB
	ids    map[string]int64
	users  map[string]int64
	names  map[int64]string
	lease  Lease
	number int
}

func newHouse(t *testing.T, db *DB) *house {
	t.Helper()
	h := &house{T: t, db: db, ids: agencies(t, db, "shi", "cz", "kong"), users: map[string]int64{}, names: map[int64]string{}}
	for login, grants := range map[string][]auth.Grant{
		"cheng": {{Agency: h.ids["cz"], Role: cases.Officer}}, "dai": {{Agency: h.ids["cz"], Role: cases.Officer}}, "deng": {{Agency: h.ids["cz"], Role: cases.FrontDesk}},
		"shen": {{Agency: h.ids["cz"], Role: cases.Reviewer}}, "qian": {{Agency: h.ids["cz"], Role: cases.Signer}}, "bian": {{Agency: h.ids["cz"], Role: cases.Editor}},
		"leader": {{Agency: h.ids["shi"], Role: cases.Signer}}} {
		id, err := db.CreateUser(context.Background(), stamp("2025-01-02"), NewUser{Login: login, Name: login, Password: "x", Grants: grants})
		if err != nil {
			t.Fatal(err)
		}
		h.users[login], h.names[id] = id, login
	}
	var held bool
	var err error
	if h.lease, held, err = db.TakeLease(context.Background(), "jobs", "test"); err != nil || !held {
		t.Fatal(held, err)
	}
	return h
}

// open makes a case of an agency, handled by somebody or nobody.
func (h *house) open(agency, received, officer string) *cases.Case {
	h.Helper()
	c := create(h, h.db, h.ids[agency], record(received))
	if officer != "" {
		h.update(c.ID, received, func(c *cases.Case, s cases.Stamp) error {
			return c.Assign(s, s.Today, cases.Assigned{Officer: h.users[officer]})
		})
	}
	return c
}

func (h *house) update(id int64, day string, change func(*cases.Case, cases.Stamp) error) {
	h.Helper()
	s := stamp(day)
	if err := h.db.Update(context.Background(), id, s, func(c *cases.Case) error { return change(c, s) }); err != nil {
		h.Fatal(err)
	}
}

// sweep looks as of a day and gives what was told anew: who, of what, at which mark.
func (h *house) sweep(day string) (told []string) {
	h.Helper()
	h.number++
	slot := fmt.Sprintf("%sT%02d:%02d", day, h.number/60, h.number%60)
	if _, err := h.db.Sweep(context.Background(), SweepJob{Lease: h.lease, Job: "reminders", Slot: slot, Day: testkit.Day(day), Now: testkit.Clock(day)()}); err != nil {
		h.Fatal(err)
	}
	var rows []reminderRow
	if err := h.db.read.Select(&rows, h.db.read.Rebind("SELECT id, "+reminderColumns+" FROM reminders WHERE slot = ?"), slot); err != nil {
		h.Fatal(err)
	}
	for _, r := range rows {
		told = append(told, fmt.Sprintf("%s %s %d %s", h.names[r.User], r.Kind, r.Mark, r.Level))
	}
	slices.Sort(told)
	return told
}

func (h *house) tells(name, day string, want ...string) {
	h.Helper()
	if got := h.sweep(day); !slices.Equal(got, want) {
		h.Errorf("%s（%s）：\n得到 %s\n应为 %s", name, day, strings.Join(got, "; "), strings.Join(want, "; "))
	}
}

// Whom a term is brought to mind: officer, reviewer, signer, the level above, by
// how late it is, each mark once, on working days alone. 2025-06-03 is 20 working
// days after 2025-05-06.
func TestWhoIsReminded(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		h := newHouse(t, db)
		h.open("cz", "2025-05-06", "cheng")
		h.tells("补正告知还剩3个工作日", "2025-05-12", "cheng supplement_notice 3 officer")
		h.tells("同一天再查，不重复", "2025-05-12")
		h.tells("剩10个工作日", "2025-05-20", "cheng answer 10 officer")
		h.tells("剩9个工作日", "2025-05-21")
		h.tells("报批节点", "2025-05-27", "cheng answer 5 officer", "cheng propose 0 officer")
		h.tells("周末不提醒", "2025-05-31")
		h.tells("剩1个工作日", "2025-06-03", "cheng answer 1 officer")
		h.tells("当天：审核人也要知道", "2025-06-04", "cheng answer 0 officer", "shen answer 0 reviewer")
		h.tells("逾期1个工作日：签发人也要知道", "2025-06-05", "cheng answer -1 officer", "qian answer -1 signer", "shen answer -1 reviewer")
		h.tells("逾期5个工作日：上级机关也要知道", "2025-06-11", "cheng answer -5 officer", "leader answer -5 above", "qian answer -5 signer", "shen answer -5 reviewer")
	})
}

// What was told, passed to another and came back lives again, and is not told
// twice; what is new beside it is.
func TestToldOnce(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		h := newHouse(t, db)
		c := h.open("cz", "2025-05-06", "cheng")
		give := func(to string) {
			h.update(c.ID, "2025-05-20", func(c *cases.Case, s cases.Stamp) error {
				return c.Assign(s, s.Today, cases.Assigned{Officer: h.users[to], Reason: "left"})
			})
		}
		h.tells("剩10个工作日", "2025-05-20", "cheng answer 10 officer")
		give("dai")
		h.tells("移交", "2025-05-20", "dai answer 10 officer")
		give("cheng")
		h.open("cz", "2025-05-06", "dai")
		h.tells("移交回来：只有新的一件", "2025-05-20", "dai answer 10 officer")
		for user, n := range map[string]int{"cheng": 1, "dai": 1} {
			if live, err := db.MyReminders(context.Background(), h.users[user]); err != nil || len(live) != n {
				t.Errorf("%s: %d reminders live, want %d (%v)", user, len(live), n, err)
			}
		}
		verified(t, db, "")
	})
}

// Cases without an officer go to who gives them out; those of an agency without
// people reach the level above on the day itself; who is away is covered; who
// left the house is not told.
func TestNobodyIsLeftOut(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		h := newHouse(t, db)
		h.open("cz", "2025-05-06", "")
		h.tells("当天没有分办", "2025-05-07", "deng assign 0 desk", "shen assign 0 reviewer")
		h.open("kong", "2025-05-06", "")
		h.sweep("2025-06-03")
		var above []string
		for _, line := range h.sweep("2025-06-04") {
			if strings.HasSuffix(line, "above") {
				above = append(above, line)
			}
		}
		if !slices.Equal(above, []string{"leader answer 0 above"}) {
			t.Errorf("没有人的机关，当天：%v", above)
		}
		c := h.open("cz", "2025-06-04", "cheng")
		if err := db.AddCover(context.Background(), stamp("2025-06-05"), Cover{AbsentID: h.users["cheng"], CoverID: h.users["dai"], AgencyID: h.ids["cz"],
			From: testkit.Day("2025-06-05"), To: testkit.Day("2025-06-30")}); err != nil {
			t.Fatal(err)
		}
		told := strings.Join(h.sweep("2025-06-18"), "; ")
		if !strings.Contains(told, "cheng answer 10 officer") || !strings.Contains(told, "dai answer 10 cover") {
			t.Errorf("请假：%s", told)
		}
		h.update(c.ID, "2025-06-19", func(c *cases.Case, _ cases.Stamp) error {
			return answer("2025-06-19", "disclose.provided")(c)
		})
		h.sweep("2025-06-19")
		live, err := db.MyReminders(context.Background(), h.users["cheng"])
		if err != nil || len(live) != 0 {
			t.Errorf("答复以后仍在提醒：%v %v", live, err)
		}
		if err := db.Disable(context.Background(), stamp("2025-06-19"), h.users["deng"]); err != nil {
			t.Fatal(err)
		}
		if told := strings.Join(h.sweep("2025-06-20"), "; "); strings.Contains(told, "deng") || !strings.Contains(told, "shen assign") {
			t.Errorf("停用的账号：%s", told)
		}
	})
}

// Courts, annual reports and the missing notice.
func TestOtherReminders(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		h := newHouse(t, db)
		c := h.open("cz", "2025-03-03", "cheng")
		h.update(c.ID, "2025-03-10", func(c *cases.Case, _ cases.Stamp) error { return answer("2025-03-10", "unable.nonexistent")(c) })
		h.update(c.ID, "2025-05-12", func(c *cases.Case, s cases.Stamp) error {
			s.History = true
			line := cases.RecordOf(c)
			line.Remedies[1] = cases.RemedyRecord{Result: cases.Pending, FiledOn: testkit.Day("2025-05-08")}
			if !c.Take(s, line, true) {
				return errors.New("the suit was not taken")
			}
			return c.StepRemedy(s, testkit.Day("2025-05-12"), cases.RemedyStep{Ref: refOf(c), Step: "complaint_received"})
		})
		h.tells("举证期限（15日）剩5个工作日", "2025-05-20", "cheng evidence 5 officer")
		if rows, err := db.MyReminders(context.Background(), h.users["cheng"]); err != nil || len(rows) != 1 || rows[0].Urgent != 1 {
			t.Errorf("不是红色：%+v %v", rows, err)
		}
		h.update(c.ID, "2025-05-21", func(c *cases.Case, s cases.Stamp) error {
			return c.StepRemedy(s, s.Today, cases.RemedyStep{Ref: refOf(c), Step: "evidence_filed"})
		})
		h.tells("已提交证据", "2025-05-27")
		if err := db.Set(context.Background(), stamp("2025-12-01"), h.ids["shi"], cases.AnnualTermsKey, "政府工作部门 01-15 01-28", testkit.Day("2025-12-01")); err != nil {
			t.Fatal(err)
		}
		h.tells("年报：主管部门设定的预审日期剩10个工作日", "2026-01-01")
		h.tells("年报：主管部门设定的预审日期剩5个工作日", "2026-01-08", "bian annual_precheck 5 editor", "leader annual_below 5 signer")
		h.tells("年报：公布日期剩5个工作日", "2026-01-21", "bian annual_precheck -4 editor", "bian annual_publish 5 editor", "leader annual_below -4 signer", "qian annual_precheck -4 signer", "shen annual_precheck -4 reviewer")
		h.tells("没有账号的机关，上级每个工作日一次提醒", "2026-01-22", "bian annual_precheck -5 editor", "leader annual_below -5 signer", "leader annual_precheck -5 above",
			"qian annual_precheck -5 signer", "shen annual_precheck -5 reviewer")
		table := randomReturn(rand.New(rand.NewPCG(1, 2)), "机关kong", 2025)
		if err := db.EnterOutside(context.Background(), stamp("2026-01-22"), OutsideEntry{Agency: h.ids["kong"], Year: 2025, Table: &table, Source: "workbook"}); err != nil {
			t.Fatal(err)
		}
		h.tells("没有账号的机关报来以后", "2026-01-23", "bian annual_precheck -6 editor", "bian annual_publish 3 editor", "leader annual_precheck -6 above",
			"qian annual_precheck -6 signer", "shen annual_precheck -6 reviewer")
		h.tells("2027年放假通知：11月起", "2026-11-02", "leader calendar 22 keeper")
		h.tells("2027年放假通知：12月起每天", "2026-12-02", "leader calendar -1 keeper")
		if _, err := db.AdoptNotice(context.Background(), stamp("2026-12-02"), calendar.Notice{Year: 2027, Number: "国办发明电〔2026〕1号", PublishedOn: testkit.Day("2026-12-02")}); err != nil {
			t.Fatal(err)
		}
		h.tells("采用以后", "2026-12-03")
	})
}

func refOf(c *cases.Case) (ref int) {
	for _, e := range c.Events {
		if f, ok := e.Fact.(cases.RemedyFiled); ok {
			ref = f.Ref
		}
	}
	return ref
}

// A slot is done once; broken off at any step it has done nothing; under a lease
// that another has taken over it is refused.
func TestSweepIsWholeOrNothing(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		h := newHouse(t, db)
		h.open("cz", "2025-05-06", "cheng")
		job := SweepJob{Lease: h.lease, Job: "reminders", Slot: "2025-06-04T06:00", Day: testkit.Day("2025-06-04"), Now: testkit.Clock("2025-06-04")()}
		for step := 1; step <= SweepSteps; step++ {
			reached := false
			job.Step = func(n int) {
				if n == step {
					reached = true
					panic("broken off")
				}
			}
			func() {
				defer func() { _ = recover() }()
				_, _ = db.Sweep(context.Background(), job)
			}()
			if n := count(t, db, "SELECT (SELECT COUNT(*) FROM reminders) + (SELECT COUNT(*) FROM job_slots)"); !reached || n != 0 {
				t.Errorf("step %d: reached %v, %d rows", step, reached, n)
			}
		}
		job.Step = nil
		if got, err := db.Sweep(context.Background(), job); err != nil || got.Made == 0 || got.Again {
			t.Fatalf("%+v %v", got, err)
		}
		if got, err := db.Sweep(context.Background(), job); err != nil || !got.Again || got.Made != 0 {
			t.Errorf("once more: %+v %v", got, err)
		}
		if err := db.DropLease(context.Background(), h.lease); err != nil {
			t.Fatal(err)
		}
		if _, taken, err := db.TakeLease(context.Background(), "jobs", "other"); err != nil || !taken {
			t.Fatal(taken, err)
		}
		job.Slot = "2025-06-05T06:00"
		if _, err := db.Sweep(context.Background(), job); !Is(errors.Unwrap(err), Refused) && !Is(err, Refused) {
			t.Errorf("a stale holder wrote: %v", err)
		}
	})
}

// Who adds, changes or takes away a reminder, a message or an address with SQL is
// found; a plan that can't be read keeps nobody from being reminded.
func TestVerifyReminders(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		h := newHouse(t, db)
		h.open("cz", "2025-05-06", "cheng")
		if err := db.Set(context.Background(), stamp("2025-05-06"), h.ids["cz"], cases.ReminderPlanKey, "nonsense", calendar.Date{}); err != nil {
			t.Fatal(err)
		}
		if err := db.SetContact(context.Background(), stamp("2025-05-06"), h.users["cheng"], Contact{Email: "c@example.gov.cn", ByMail: true}); err != nil {
			t.Fatal(err)
		}
		if got, err := db.Sweep(context.Background(), SweepJob{Lease: h.lease, Job: "reminders", Slot: "2025-06-04T06:00", Day: testkit.Day("2025-06-04"),
			Now: testkit.Clock("2025-06-04")().In(time.FixedZone("CST", 8*3600)), Send: true, Channels: []string{ChannelMail}}); err != nil || got.Made < 2 || got.Messages != 1 {
			t.Fatalf("%+v %v", got, err)
		}
		found := func() (tables []string) {
			if _, err := db.Verify(context.Background(), VerifyJob{Found: func(d Difference) { tables = append(tables, d.Table) }}); err != nil {
				t.Fatal(err)
			}
			return tables
		}
		if got := found(); len(got) != 0 {
			t.Fatalf("clean, and found %v", got)
		}
		for _, x := range []struct{ table, do, undo string }{
			{"reminders", "UPDATE reminders SET user_id = 99 WHERE kind = 'answer' AND level = 'officer'", "UPDATE reminders SET user_id = " + fmt.Sprint(h.users["cheng"]) + " WHERE user_id = 99"},
			{"reminders", "UPDATE reminders SET slot = '2025-06-03T06:00' WHERE level = 'reviewer'", "UPDATE reminders SET slot = '2025-06-04T06:00'"},
			{"outbox", "UPDATE outbox SET slot = '2025-06-01T06:00'", "UPDATE outbox SET slot = '2025-06-04T06:00'"},
			{"user_contacts", "UPDATE user_contacts SET by_mail = 0", "UPDATE user_contacts SET by_mail = 1"},
		} {
			if _, err := db.write.Exec(x.do); err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(found(), x.table) {
				t.Errorf("%s: not found", x.do)
			}
			if _, err := db.write.Exec(x.undo); err != nil {
				t.Fatal(err)
			}
		}
		if got := found(); len(got) != 0 {
			t.Errorf("put right, and still %v", got)
		}
	})
}
