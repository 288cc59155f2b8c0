package letter

import (
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
)

// Input is what a letter is composed of.
type Input struct {
	Kind   Kind
	Case   *cases.Case    // with the personal fields that the letter names opened; nil for letters of no case
	Book   *calendar.Book // the calendar of the case's agency
	Agency Agency
	On     calendar.Date // 成文日期
	Number string        // 发文字号, "" while there is none
	Seq    int           // of the event that the letter tells of; 0: the latest that fits

	Names   map[string]string // of those who recorded events, by their stamp
	Officer string            // who handles the case
	First   First             // the answer given before, for 不予重复处理
	Served  Related           // the letter that a 送达回证 proves
	Files   []File            // for 卷内目录
	Order   Order             // for 督办单, 催办单, 催报通知
}

// Agency is what the letters say of the agency that sends them.
type Agency struct {
	Name        string
	Letterhead  string // 发文机关标志; "" for the name
	Address     string
	Phone       string
	Hours       string
	ReviewOrgan string // 行政复议机关
	Court       string // 管辖法院
	FeeAccount  string
	Consents    string // who consents to an extension
}

// First is an answer that was given before.
type First struct {
	Number string // of the case, or of the letter
	On     calendar.Date
}

// Related is a letter that another one is about.
type Related struct{ Title, Number, To, Address, Way, Mail string }

// File is a paper of a case.
type File struct {
	Name, Number string
	On           calendar.Date
	Pages        int
	Note         string
}

// Order is what somebody is urged to do.
type Order struct {
	To     string // the agency, section or person urged
	From   string // who urges; "" for the agency
	Reason string
	Wants  string
	Due    calendar.Date // until when it is to be done, or answered
	Year   int           // of the annual report
}

// event gives the latest event of a case that a fact fits, or the one asked for.
func event[F cases.Fact](d *draft) (F, cases.Event, bool) {
	var none F
	for i := len(d.timeline) - 1; i >= 0; i-- {
		e := d.timeline[i]
		if f, ok := e.Fact.(F); ok && (d.in.Seq == 0 || d.in.Seq == e.Seq || none.Kind() != d.told) {
			return f, e, true
		}
	}
	return none, cases.Event{}, false
}

// without gives the clock of the case as it was on a day, without some events.
func (d *draft) without(on calendar.Date, drop func(cases.Event) bool) deadline.Clock {
	c := *d.in.Case
	c.Events = nil
	for _, e := range d.timeline {
		if !drop(e) && !e.On.After(on) {
			e.Replaces = 0
			c.Events = append(c.Events, e)
		}
	}
	return cases.Load(c).Clock(d.in.Book, on)
}
