package cases

import (
	"strings"
	"testing"
	"time"

	"gongkai/internal/calendar"
)

// Each mark is reached once on the way to the day, and each working day after it.
func TestMarksAreReached(t *testing.T) {
	m := Marks{Days: []int{10, 5, 3, 1, 0}, Late: true}
	for _, c := range []struct {
		left, mark int
		reached    bool
	}{{12, 0, false}, {10, 10, true}, {8, 10, true}, {5, 5, true}, {4, 5, true}, {2, 3, true}, {1, 1, true}, {0, 0, true}, {-1, -1, true}, {-7, -7, true}} {
		if mark, reached := m.At(c.left); reached != c.reached || reached && mark != c.mark {
			t.Errorf("剩%d个工作日：得到 %d %v，应为 %d %v", c.left, mark, reached, c.mark, c.reached)
		}
	}
	if _, reached := (Marks{}).At(-3); reached {
		t.Error("a kind without marks reminds")
	}
	if mark, reached := (Marks{Days: []int{0}}).At(-4); !reached || mark != 0 {
		t.Error("a milestone that has passed is forgotten")
	}
}

// A plan comes back as it was written, by code and as people write it.
func TestReminderPlanText(t *testing.T) {
	usual, err := ParseReminderPlan("")
	if err != nil || usual.String() != UsualReminders().String() {
		t.Fatalf("the empty plan is not the usual one: %v", err)
	}
	p, err := ParseReminderPlan("answer 逾期每日，8、2\nsign none\nescalate 2 0 -3")
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Marks[RemindAnswer].String(); got != "8,2,late" {
		t.Errorf("marks: %s", got)
	}
	if p.Marks[RemindSign].Show() != "不提醒" || p.Reviewer != 2 || p.Above != -3 {
		t.Errorf("plan: %+v", p)
	}
	again, err := ParseReminderPlan(p.String())
	if err != nil || again.String() != p.String() {
		t.Errorf("not the same again: %v", err)
	}
	for _, bad := range []string{"answer 三天", "答复 3", "answer 99", "escalate 1 2", "escalate -1 0 0"} {
		if _, err := ParseReminderPlan(bad); err == nil {
			t.Errorf("“%s” was taken", bad)
		}
	}
}

// What an open case owes, state by state; the milestones stand beside the legal day.
func TestOwedByState(t *testing.T) {
	cal := calendar.Builtin().Latest()
	received, due := calendar.MustParse("2026-05-06"), calendar.MustParse("2026-06-03") // 20 working days
	row := Row{ReceivedOn: received, State: StateRunning, SafeDueOn: due, Officer: 7}
	find := func(list []Owed, k ReminderKind) string {
		for _, o := range list {
			if o.Kind == k {
				return o.Due.String()
			}
		}
		return ""
	}
	for _, c := range []struct {
		name   string
		change func(*Row)
		kind   ReminderKind
		want   string
	}{
		{"办理中：答复期限", func(*Row) {}, RemindAnswer, "2026-06-03"},
		{"办理中：报批在期限前5个工作日", func(*Row) {}, RemindPropose, "2026-05-27"},
		{"办理中：补正告知7个工作日", func(*Row) {}, RemindNotice, "2026-05-14"}, // 9 May is worked
		{"已告知过补正的不再提示", func(r *Row) { r.Flags = HadSupplement }, RemindNotice, ""},
		{"有承办人的不提醒分办", func(*Row) {}, RemindAssign, ""},
		{"没有承办人：1个工作日", func(r *Row) { r.Officer = 0 }, RemindAssign, "2026-05-07"},
		{"待审核：签发在期限前3个工作日", func(r *Row) { r.State = StateProposed }, RemindSign, "2026-05-29"},
		{"待送达：寄出在期限前1个工作日", func(r *Row) { r.State = StateApproved }, RemindSend, "2026-06-02"},
		{"待补正：只等申请人", func(r *Row) { r.State, r.WaitsUntil = StateSupplement, calendar.MustParse("2026-05-20") }, RemindSupplement, "2026-05-20"},
		{"待补正：没有答复期限", func(r *Row) {
			r.State, r.WaitsUntil, r.SafeDueOn = StateSupplement, calendar.MustParse("2026-05-20"), calendar.Date{}
		}, RemindAnswer, ""},
		{"已办结的什么也不欠", func(r *Row) { r.AnsweredOn = due }, RemindAnswer, ""},
	} {
		r := row
		c.change(&r)
		if got := find(r.Owed(cal), c.kind); got != c.want {
			t.Errorf("%s：得到 %q，应为 %q", c.name, got, c.want)
		}
	}
}

// What only the record tells: terms of sections, other agencies and courts.
func TestOwedByRecord(t *testing.T) {
	cal := calendar.Builtin().Latest()
	day := calendar.MustParse
	at := func(text string, f Fact) Event { return Event{On: day(text), Fact: f} }
	received := at("2026-05-06", Received{})
	for _, c := range []struct {
		name   string
		events []Event
		want   string
	}{
		{"协办5个工作日", []Event{received, at("2026-05-11", CoAsked{Ref: 1, Section: 4})}, "co_answer 2026-05-18"},
		{"协办已回复", []Event{received, at("2026-05-11", CoAsked{Ref: 1}), at("2026-05-12", CoAnswered{Ref: 1})}, ""},
		{"签发后没有寄出", []Event{received, at("2026-05-20", Approved{Last: true})}, "approved 2026-05-21"},
		{"其他机关15个工作日", []Event{received, at("2026-05-11", ConsultSent{Ref: 1, Party: "other_agency"})}, "other_agency 2026-06-01"},
		{"复议答复期限", []Event{received, at("2026-06-01", Answered{}), at("2026-06-10", RemedyFiled{Ref: 1, Remedy: Review}),
			at("2026-06-12", RemedyStep{Ref: 1, Step: "complaint_received", Due: day("2026-06-29")})}, "review_answer 2026-06-29"},
		{"诉讼举证期限", []Event{received, at("2026-06-01", Answered{}), at("2026-06-10", RemedyFiled{Ref: 1, Remedy: LitigationDirect}),
			at("2026-06-12", RemedyStep{Ref: 1, Step: "complaint_received", Due: day("2026-06-29")})}, "evidence 2026-06-29"},
		{"已提交证据", []Event{received, at("2026-06-01", Answered{}), at("2026-06-10", RemedyFiled{Ref: 1, Remedy: LitigationDirect}),
			at("2026-06-12", RemedyStep{Ref: 1, Step: "complaint_received", Due: day("2026-06-29")}), at("2026-06-20", RemedyStep{Ref: 1, Step: "evidence_filed"})}, ""},
		{"登记复议的当天就收到申请书副本", []Event{received, at("2026-06-01", Answered{}), at("2026-06-12", RemedyFiled{Ref: 1, Remedy: Review}),
			at("2026-06-12", RemedyStep{Ref: 1, Step: "complaint_received", Due: day("2026-06-29")})}, "review_answer 2026-06-29"},
		{"当天审结", []Event{received, at("2026-06-01", Answered{}), at("2026-06-12", RemedyFiled{Ref: 1, Remedy: Review}),
			at("2026-06-12", RemedyStep{Ref: 1, Step: "complaint_received", Due: day("2026-06-29")}), at("2026-06-12", RemedyClosed{Ref: 1})}, ""},
		{"已审结", []Event{received, at("2026-06-01", Answered{}), at("2026-06-10", RemedyFiled{Ref: 1, Remedy: LitigationDirect}),
			at("2026-06-12", RemedyStep{Ref: 1, Step: "complaint_received", Due: day("2026-06-29")}), at("2026-07-20", RemedyClosed{Ref: 1})}, ""},
		{"上诉期限", []Event{received, at("2026-06-01", Answered{}), at("2026-06-10", RemedyFiled{Ref: 1, Remedy: LitigationDirect}),
			at("2026-08-12", RemedyStep{Ref: 1, Step: "judgment", Due: day("2026-08-27")})}, "appeal 2026-08-27"},
	} {
		var got []string
		for _, o := range OwedByRecord(Timeline(c.events, 0), cal) {
			got = append(got, o.Kind.Code()+" "+o.Due.String())
		}
		if strings.Join(got, ";") != c.want {
			t.Errorf("%s：得到 %q，应为 %q", c.name, got, c.want)
		}
	}
}

// Messages wait for the hours of a working day.
func TestHoursOfMessages(t *testing.T) {
	cal := calendar.Builtin().Latest()
	office := time.FixedZone("CST", 8*3600)
	for _, c := range []struct{ now, want string }{
		{"2026-05-29 06:00", "2026-05-29 08:30"}, {"2026-05-29 09:10", "2026-05-29 09:10"},
		{"2026-05-29 17:30", "2026-06-01 08:30"}, {"2026-05-30 10:00", "2026-06-01 08:30"},
		{"2026-05-09 10:00", "2026-05-09 10:00"}, // a Saturday that is worked
	} {
		now, err := time.ParseInLocation("2006-01-02 15:04", c.now, office)
		if err != nil {
			t.Fatal(err)
		}
		if got := UsualHours().Next(now, cal).Format("2006-01-02 15:04"); got != c.want {
			t.Errorf("%s：%s，应为 %s", c.now, got, c.want)
		}
	}
	if _, err := ParseHours("17:00-08:00"); err == nil {
		t.Error("hours turned round were taken")
	}
}

// The supervising office sets two days for each tier, never later than the law.
func TestAnnualTerms(t *testing.T) {
	terms, err := ParseAnnualTerms("部门 01-10 01-25\n政府 - 03-20")
	if err != nil {
		t.Fatal(err)
	}
	if x := terms.Of(Department); x.Precheck.In(2027).String() != "2027-01-10" || x.Publish.In(2027).String() != "2027-01-25" {
		t.Errorf("部门：%+v", x)
	}
	if x := terms.Of(Zone); x.Publish.In(2027).String() != "2027-01-31" || x.Precheck.Month != 0 {
		t.Errorf("没有设置的按法定：%+v", x)
	}
	for _, bad := range []string{"部门 01-10 02-01", "政府 - 04-01", "部门 01-30 01-20", "部门 01-25", "机关 - 01-20", "部门 - 13-01", "部门 - -"} {
		if _, err := ParseAnnualTerms(bad); err == nil {
			t.Errorf("“%s” was taken", bad)
		}
	}
}
