package cases

import "gongkai/internal/calendar"

// Consult asks a third party or another agency (Arts 32 to 34) and gives the
// number by which the replies refer to it. Sent after the due date it excludes no
// day, but must still be possible: without it nothing can be withheld for a third
// party's sake.
func (c *Case) Consult(s Stamp, on calendar.Date, party string, agency int64) (ref int, err error) {
	sit, err := c.begin(s, "consult_sent", on)
	if err != nil {
		return 0, err
	}
	for _, e := range sit.timeline {
		if f, ok := e.Fact.(ConsultSent); ok {
			ref = max(ref, f.Ref)
		}
	}
	ref++
	c.append(s, on, ConsultSent{Ref: ref, Party: party, Agency: agency}, 0)
	return ref, nil
}

// ConsultServed records when the consulted party received the letter.
func (c *Case) ConsultServed(s Stamp, on calendar.Date, ref int) error {
	return c.onConsult(s, "consult_served", on, ref, ConsultServed{Ref: ref})
}

// ConsultReplied records the opinion that came; one that comes after the party's
// own term is waited for no longer, but heard (law: the agency decides).
func (c *Case) ConsultReplied(s Stamp, on calendar.Date, ref int, answer string) error {
	return c.onConsult(s, "consult_replied", on, ref, ConsultReplied{Ref: ref, Answer: answer})
}

// consultation is what is recorded of one consultation.
type consultation struct {
	party                 string
	sent, served, replied calendar.Date
	silent                calendar.Date
}

// consultationOf gives what is recorded of a consultation.
func consultationOf(timeline []Event, ref int) (k consultation, known bool) {
	for _, e := range timeline {
		switch f := e.Fact.(type) {
		case ConsultSent:
			if f.Ref == ref {
				k.party, k.sent, known = f.Party, e.On, true
			}
		case ConsultServed:
			if f.Ref == ref {
				k.served = e.On
			}
		case ConsultReplied:
			if f.Ref == ref {
				k.replied = e.On
			}
		case ConsultSilent:
			if f.Ref == ref {
				k.silent = e.On
			}
		}
	}
	return k, known
}

// open reports whether an act on the consultation is still to come.
func (k consultation) open(code string) bool {
	switch code {
	case "consult_served":
		return k.served.IsZero() && k.replied.IsZero() && k.silent.IsZero()
	}
	return k.replied.IsZero() && k.silent.IsZero()
}

// OpenConsults lists the consultations, by their number, on which an act
// (consult_served, consult_replied, consult_silent) is still to come.
func (c *Case) OpenConsults(code string) []int {
	return openConsults(Timeline(c.Events, 0), code)
}

func openConsults(timeline []Event, code string) (refs []int) {
	for _, e := range timeline {
		if f, ok := e.Fact.(ConsultSent); ok {
			if k, _ := consultationOf(timeline, f.Ref); k.open(code) {
				refs = append(refs, f.Ref)
			}
		}
	}
	return refs
}

// RefusedConsults lists the consultations, by their number, in which the party
// did not agree.
func (c *Case) RefusedConsults() (refs []int) {
	for _, e := range Timeline(c.Events, 0) {
		if f, ok := e.Fact.(ConsultReplied); ok && f.Answer == "refuse" {
			refs = append(refs, f.Ref)
		}
	}
	return refs
}

// onConsult appends a fact of one consultation, after its sending and once.
func (c *Case) onConsult(s Stamp, code string, on calendar.Date, ref int, f Fact) error {
	sit, err := c.begin(s, code, on)
	if err != nil {
		return err
	}
	k, known := consultationOf(sit.timeline, ref)
	switch {
	case !known:
		return refuse("没有第%d次征求意见的记录", ref)
	case on.Before(k.sent):
		return refuse("日期早于征求意见发出之日%s（第三十二条）", k.sent.Chinese())
	case !s.History && !k.open(code):
		return refuse("第%d次征求意见的这一步已经登记过；日期或内容写错了，在“办理经过”里更正", ref)
	}
	c.append(s, on, f, 0)
	return nil
}

// consultTerm is how many working days a consulted party has (Arts 32, 34).
const consultTerm = 15

// ConsultSilent establishes that no opinion came: only after the 15 working
// days from its service, or from its sending where nobody signed for it (Arts 32,
// 34: a third party's silence leaves the decision to the agency, a co-producing
// agency's is consent).
func (c *Case) ConsultSilent(s Stamp, on calendar.Date, ref int) error {
	sit, err := c.begin(s, "consult_silent", on)
	if err != nil {
		return err
	}
	k, known := consultationOf(sit.timeline, ref)
	switch {
	case !known:
		return refuse("没有第%d次征求意见的记录", ref)
	case s.History:
	case !k.replied.IsZero():
		return refuse("第%d次征求意见已于%s收回意见", ref, k.replied.Chinese())
	case !k.silent.IsZero():
		return refuse("第%d次征求意见已登记过逾期未答复", ref)
	default:
		from, word := k.served, "签收"
		if from.IsZero() {
			from, word = k.sent, "发出（没有签收的登记）"
		}
		if end := sit.cal.Add(from, consultTerm); !on.After(end) {
			return refuse("对方自%s%s起15个工作日，至%s；届满后才能按逾期未答复处理（第三十二条、第三十四条）", from.Chinese(), word, end.Chinese())
		}
	}
	c.append(s, on, ConsultSilent{Ref: ref}, 0)
	return nil
}
