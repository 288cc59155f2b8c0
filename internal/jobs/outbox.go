package jobs

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/mail"
	"gongkai/internal/store"
)

// Channel is a way of messages out of the house.
type Channel struct {
	Name string // store.ChannelMail, store.ChannelMessage
	Send func(ctx context.Context, m mail.Message) error
}

// mostSent is how many messages one run sends: the others wait a minute, so that
// no other job waits long.
const mostSent = 200

// Outbox sends what is due. The try is counted before it is made; whatever happens
// to the process in between, the message goes out again, under the same id.
func Outbox(db *store.DB, now func() time.Time, channels []Channel) func(context.Context, Slot) error {
	ways := names(channels)
	send := map[string]func(context.Context, mail.Message) error{}
	for _, c := range channels {
		send[c.Name] = c.Send
	}
	return func(ctx context.Context, slot Slot) error {
		for range mostSent {
			today := calendar.FromTime(slot.Now)
			m, found, err := db.NextMessage(ctx, slot.Lease, ways, today)
			if err != nil || !found {
				return err
			}
			book, err := db.Book(ctx)
			if err != nil {
				return err
			}
			result := "sent"
			sendErr := send[m.Channel](ctx, mail.Message{ID: m.MessageID, To: m.To, Subject: subject(m), Text: text(m, book.Latest(), today), Short: short(m, book.Latest(), today), At: now()})
			if sendErr != nil {
				if ctx.Err() != nil {
					return ctx.Err() // it stays as it is, and is tried again
				}
				result = mail.Code(sendErr)
			}
			if err := db.MessageSent(ctx, slot.Lease, m.ID, sendErr == nil, result); err != nil {
				return err
			}
			if result == "timeout" || result == "connect" {
				return nil // the server is not there: the others wait a minute too
			}
		}
		return nil
	}
}

// subject says how many things a message tells of.
func subject(m store.Message) string {
	switch {
	case len(m.Reminders) == 0:
		return "依申请公开系统：试发消息"
	case m.Urgent == 1:
		return fmt.Sprintf("依申请公开系统：%d项紧急事项", len(m.Reminders))
	}
	return fmt.Sprintf("依申请公开系统：%d项待办提醒", len(m.Reminders))
}

// text words a message: numbers, kinds and days, no names.
func text(m store.Message, cal *calendar.Calendar, today calendar.Date) string {
	if len(m.Reminders) == 0 {
		return "这是一封试发的消息。收到它，说明依申请公开系统的这一发送渠道可以使用。\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "截至%s，您有%d项事项：\n\n", today.Chinese(), len(m.Reminders))
	for i, r := range m.Reminders {
		fmt.Fprintf(&b, "%d. %s\n", i+1, Line(r, cal, today))
	}
	b.WriteString("\n请登录依申请公开系统办理；“提醒”页上可以逐项打开。本邮件由系统自动发出，请勿回复。\n")
	return b.String()
}

// short is the same in the length of a text message.
func short(m store.Message, cal *calendar.Calendar, today calendar.Date) string {
	if len(m.Reminders) == 0 {
		return "依申请公开系统试发消息，收到说明该渠道可以使用。"
	}
	r := m.Reminders[0]
	return fmt.Sprintf("依申请公开：您有%d项事项，最早的是%s。请登录系统办理。", len(m.Reminders), Line(r, cal, today))
}

// Line words one reminder: what, which day, how many working days.
func Line(r store.Reminder, cal *calendar.Calendar, today calendar.Date) string {
	what := r.Number
	switch {
	case r.Kind.Group() == "年报":
		what = fmt.Sprintf("%d年度报告", r.Ref)
	case r.Kind == cases.RemindCalendar:
		what = fmt.Sprintf("%d年", r.Ref)
	case what == "":
		what = fmt.Sprintf("待确认件%d", r.CaseID)
	}
	return fmt.Sprintf("%s %s %s（%s）：%s", what, r.Kind.Label(), r.Due, r.Kind.LeftWord(cal.Count(today, r.Due)), r.Kind.Todo())
}
