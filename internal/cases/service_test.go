package cases

import (
	"errors"
	"strings"
	"testing"

	"gongkai/internal/calendar"
	"gongkai/internal/deadline"
)

// The day on which an answer counts as given follows from how it was sent, and
// lateness is judged on it. The application came on 2025-06-03 and is due on
// 2025-07-01; the officer had typed 2025-06-30 as the day of the answer.
func TestAnswerIsGivenByItsService(t *testing.T) {
	on := calendar.MustParse
	zero := calendar.Date{}
	mail := func(posted string) Service {
		return Service{Way: ByMail, Carrier: "ems", Number: "EY1", Posted: on(posted)}
	}
	failed := func(s Service, day, why string) Service {
		s.Failed, s.Failure = on(day), Failure{why}
		return s
	}
	hand := Service{Way: InHand, By: "陈小明"}
	for _, x := range []struct {
		name     string
		attempts []Service
		given    string
		late     deadline.Tri
		proved   string
	}{
		{"邮寄：届满前一日交邮，届满后签收", []Service{func() Service { s := mail("2025-06-30"); s.Signed = on("2025-07-03"); return s }()}, "2025-06-30", deadline.No, "2025-07-03"},
		{"邮寄：届满当日交邮", []Service{mail("2025-07-01")}, "2025-07-01", deadline.No, ""},
		{"邮寄：届满次日交邮", []Service{mail("2025-07-02")}, "2025-07-02", deadline.Yes, ""},
		{"当面：届满当日签收", []Service{func() Service { s := hand; s.Signed = on("2025-07-01"); return s }()}, "2025-07-01", deadline.No, "2025-07-01"},
		{"当面：届满次日签收", []Service{func() Service { s := hand; s.Signed = on("2025-07-02"); return s }()}, "2025-07-02", deadline.Yes, "2025-07-02"},
		{"自取：届满次日领取", []Service{{Way: ByPickUp, By: "陈小明", Signed: on("2025-07-02")}}, "2025-07-02", deadline.Yes, "2025-07-02"},
		{"电子：届满当日发出，次日查阅", []Service{{Way: Electronic, Sent: on("2025-07-01"), Opened: on("2025-07-02")}}, "2025-07-01", deadline.No, "2025-07-01"},
		{"电子：退信不算，改寄以交邮之日为准", []Service{failed(Service{Way: Electronic, Sent: on("2025-06-30")}, "2025-06-30", "bounced"), mail("2025-07-02")}, "2025-07-02", deadline.Yes, ""},
		{"平台：届满当日答复", []Service{{Way: OnPlatform, Sent: on("2025-07-01")}}, "2025-07-01", deadline.No, "2025-07-01"},
		{"邮寄：按申请人的地址交邮，无人签收退回后再寄，以首次交邮为准", []Service{failed(mail("2025-06-27"), "2025-07-04", "nobody"), func() Service { s := mail("2025-07-07"); s.Signed = on("2025-07-09"); return s }()}, "2025-06-27", deadline.No, "2025-07-09"},
		{"邮寄：本机关写错地址，以再次交邮为准", []Service{failed(mail("2025-06-27"), "2025-07-04", "wrong_address"), mail("2025-07-07")}, "2025-07-07", deadline.Yes, ""},
		{"当面拒收后留置：留置之日", []Service{failed(hand, "2025-06-30", "refused"), {Way: Left, Signed: on("2025-07-01"), By: "居委会张某、李某"}}, "2025-07-01", deadline.No, "2025-07-01"},
		{"公告：期满之日", []Service{failed(Service{Way: Electronic, Sent: on("2025-06-23")}, "2025-06-24", "bounced"), {Way: PublicNotice, Published: on("2025-06-25"), By: "本机关网站"}}, "2025-07-25", deadline.Yes, "2025-07-25"},
		{"还没有送出：不改动", nil, "2025-06-30", deadline.No, ""},
	} {
		c := openCase(t)
		s := Stamp{At: 1, By: "user:1", Today: on("2025-08-29"), Book: calendar.Builtin()}
		if err := c.Answer(s, on("2025-06-30"), Answered{Outcome: MustOutcome("disclose.provided")}, Evidence{Reasons: true}); err != nil {
			t.Fatal(err)
		}
		for i := range x.attempts {
			x.attempts[i].Place = i + 1
			if err := x.attempts[i].Check(s.Today, x.attempts[:i]); err != nil {
				t.Errorf("%s: %v", x.name, err)
			}
		}
		if _, err := c.Given(s, x.attempts); err != nil {
			t.Errorf("%s: %v", x.name, err)
		}
		row := (&Deriver{Book: s.Book}).Row(c.Events)
		if row.AnsweredOn != on(x.given) || row.Late != x.late {
			t.Errorf("%s: given on %s, late %v", x.name, row.AnsweredOn, row.Late)
		}
		_, served, _ := find[Served](Timeline(c.Events, 0))
		want := zero
		if x.proved != "" {
			want = on(x.proved)
		}
		if served.On != want {
			t.Errorf("%s: proved on %s, want %s", x.name, served.On, want)
		}
		before := len(c.Events)
		if moved, err := c.Given(s, x.attempts); err != nil || moved || len(c.Events) != before {
			t.Errorf("%s: once more: %v %v", x.name, moved, err)
		}
	}
}

// Each way is held against what it needs; what is missing is named.
func TestServiceNeeds(t *testing.T) {
	on := calendar.MustParse
	today := on("2025-07-10")
	refused := Service{Place: 1, Way: InHand, Failed: on("2025-07-01"), Failure: Failure{"refused"}}
	for _, x := range []struct {
		name   string
		s      Service
		before []Service
		want   string
	}{
		{"没有方式", Service{}, nil, "送达方式"},
		{"快递公司", Service{Way: ByMail, Carrier: "courier", Number: "SF1", Posted: on("2025-07-01")}, nil, "邮政法第五十五条"},
		{"没有交邮日期", Service{Way: ByMail, Carrier: "ems", Number: "EY1"}, nil, "交邮"},
		{"没有邮件号", Service{Way: ByMail, Carrier: "ems", Posted: on("2025-07-01")}, nil, "邮件号"},
		{"签收早于交邮", Service{Way: ByMail, Carrier: "ems", Number: "EY1", Posted: on("2025-07-02"), Signed: on("2025-07-01")}, nil, "早于送出"},
		{"交邮在将来", Service{Way: ByMail, Carrier: "ems", Number: "EY1", Posted: on("2025-07-11")}, nil, "在今天"},
		{"当面没有签收人", Service{Way: InHand, Signed: on("2025-07-01")}, nil, "签收人"},
		{"电子没有发出日期", Service{Way: Electronic}, nil, "发出日期"},
		{"有退回日期没有原因", Service{Way: Electronic, Sent: on("2025-07-01"), Failed: on("2025-07-02")}, nil, "一起填写"},
		{"没有拒收就留置", Service{Place: 1, Way: Left, Signed: on("2025-07-02"), By: "张某、李某"}, nil, "拒绝签收"},
		{"留置没有见证人", Service{Place: 2, Way: Left, Signed: on("2025-07-02")}, []Service{refused}, "见证人"},
		{"没有失败就公告", Service{Place: 1, Way: PublicNotice, Published: on("2025-07-02"), By: "网站"}, nil, "其他方式无法送达"},
		{"拒收后留置", Service{Place: 2, Way: Left, Signed: on("2025-07-02"), By: "张某、李某"}, []Service{refused}, ""},
		{"挂号信", Service{Way: ByMail, Carrier: "registered", Number: "XA1", Posted: on("2025-07-01")}, nil, ""},
	} {
		err := x.s.Check(today, x.before)
		var no *Refused
		if x.want == "" && err != nil || x.want != "" && (!errors.As(err, &no) || !strings.Contains(no.Reason, x.want)) {
			t.Errorf("%s: %v, want %q", x.name, err, x.want)
		}
	}
}

// What was posted before it was signed is a slip of the pen, not a service.
func TestNothingIsSentBeforeItIsSigned(t *testing.T) {
	on := calendar.MustParse
	c := openCase(t)
	s := Stamp{At: 1, By: "user:1", Today: on("2025-06-30"), Book: calendar.Builtin(), Chain: Chain{{"签发", Signer}}}
	given := MustOutcome("disclose.provided")
	for _, err := range []error{c.Propose(s, on("2025-06-20"), Proposed{Outcome: given, Reasons: true}), c.Approve(s, on("2025-06-23"), Approved{Paper: true}),
		c.Answer(s, on("2025-06-24"), Answered{Outcome: given}, Evidence{Reasons: true})} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Given(s, []Service{{Place: 1, Way: Electronic, Sent: on("2025-06-20")}}); err == nil || !strings.Contains(err.Error(), "早于签发") {
		t.Errorf("sent before signed: %v", err)
	}
}

// The way that the applicant asked for comes first.
func TestWayAsked(t *testing.T) {
	for want, r := range map[ServiceWay]Received{ByMail: {}, ByPickUp: {Way: "pick_up"}, Electronic: {Way: "email"}, OnPlatform: {Way: "online", Platform: "省平台"}, InHand: {Way: "read"}} {
		r.Channel, r.ApplicantKind = mustChannel(t, "in_person"), Natural
		c, err := Open(1, desk("user:1", nil), calendar.MustParse("2025-06-03"), r, "批文", nil)
		if err != nil {
			t.Fatal(err)
		}
		if way, named := c.WayAsked(); way != want || named != (r.Way != "") {
			t.Errorf("%v: %v %v", want, way, named)
		}
	}
}
