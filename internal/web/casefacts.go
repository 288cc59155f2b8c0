package web

import (
	"fmt"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/templates/register"
)

// facts are the summary of a case: how it came and what proves it, what is wanted,
// how it ended. What the visitor may set right has a link to its correction.
func (s *Server) facts(c echo.Context, v scope, found *cases.Case, row cases.Row, cal *calendar.Calendar) []register.Fact {
	agency, _ := v.tree.Agency(found.AgencyID)
	may := s.visitor(c).May(found.AgencyID, cases.Officer, cases.Reviewer, cases.Signer)
	out := []register.Fact{{Label: "机关", Value: orDash(agency.Name)}}
	for _, e := range cases.Timeline(found.Events, 0) {
		change := ""
		if may {
			change = correctPath(found.ID, e)
		}
		switch f := e.Fact.(type) {
		case cases.Received:
			out = append(out, register.Fact{Label: "收到申请之日", Value: orDash(withWeekday(row.ReceivedOn)), Note: receiptNote(found), Change: change},
				register.Fact{Label: "渠道", Value: orDash(row.Channel.Label()), Change: change},
				register.Fact{Label: "申请人类型", Value: orDash(f.ApplicantKind.Label()), Change: change})
			out = append(out, receiptFacts(f, row.ReceivedOn)...)
			out = append(out, strictTerm(f, e.On, row, cal)...)
		case cases.Answered:
			out = append(out, register.Fact{Label: "答复日期", Value: withWeekday(row.AnsweredOn), Note: fmt.Sprintf("用时%d个工作日", row.DaysTaken), Change: change},
				register.Fact{Label: "办理结果", Value: row.Outcome.Label(), Note: articleNote(row.Outcome.Info().Article), Change: change})
			if way, err := cases.ParseServiceWay(f.Way); err == nil {
				out = append(out, register.Fact{Label: "送达方式", Value: way.Label(), Note: "答复时登记"})
			}
		}
	}
	return out
}

// strictTerm is until when an answer would be due if the term ran from the day on
// which the application came, not from the day on which both sides confirmed it: a
// court may see it so (指导案例26号).
func strictTerm(r cases.Received, confirmed calendar.Date, row cases.Row, cal *calendar.Calendar) []register.Fact {
	came := calendar.Earlier(first1Day(r.Arrived, r.PlatformSubmitted), first1Day(r.PlatformSubmitted, r.Arrived))
	switch r.Channel {
	case deadline.LetterOrdinary, deadline.Online, deadline.Fax, deadline.Email:
	default:
		return nil
	}
	if came.IsZero() || came == confirmed || !row.AnsweredOn.IsZero() {
		return nil
	}
	due := deadline.Run(cal, deadline.History{Received: came, Channel: r.Channel}, came).Due
	return []register.Fact{{Label: "若自来件之日起算，期限", Value: withWeekday(due), Note: "法定期限自双方确认之日起算（第三十一条）；尽量赶在这一天以前答复。"}}
}

// first1Day gives the first of two days that is there.
func first1Day(a, b calendar.Date) calendar.Date {
	if !a.IsZero() {
		return a
	}
	return b
}

// receiptFacts are what proves the day of receipt, where it is recorded, and in
// which form and way the information is wanted.
func receiptFacts(r cases.Received, received calendar.Date) []register.Fact {
	var out []register.Fact
	text := func(label, value string) {
		if value != "" {
			out = append(out, register.Fact{Label: label, Value: value})
		}
	}
	day := func(label string, on calendar.Date) {
		if !on.IsZero() && on != received {
			text(label, withWeekday(on))
		}
	}
	text("邮件号", r.Mail)
	day("来件日期", r.Arrived)
	day("提交日期", r.Submitted)
	day("平台提交日期", r.PlatformSubmitted)
	day("签收日期", r.Signed)
	day("转到本科室日期", r.ReachedOffice)
	text("提供方式", choiceWord(formChoices, r.Form))
	text("获取途径", choiceWord(wayChoices, r.Way))
	return out
}
