package demo

import (
	"slices"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
)

// Living makes up some 300 cases as an office would find them on a day, by order
// of receipt: received within nine months, most of them within sixty days, with
// every situation that the clock knows (Situations). Nothing in them lies after
// the day. Numbers are left to the store. There are none before 2021: the year
// 2019 and what follows it belong to Historic.
func Living(today calendar.Date, book *calendar.Book) []Line {
	if today.Year() < 2021 {
		return nil
	}
	v := view{dice: newDice(2026, today.Sub(calendar.Of(2000, 1, 1))), today: today, book: book, cal: book.AsOf(today)}
	deck := livingDeck(v.dice)
	var out []Line
	for _, s := range situations() {
		for n := range s.count {
			agency := deck[len(out)%len(deck)]
			if n == 0 {
				agency = Agencies()[1] // its officer finds one of everything
			}
			if line, ok := v.line(agency, s); ok {
				out = append(out, line)
			}
		}
	}
	sortByReceipt(out)
	return out
}

// view is the office on one day.
type view struct {
	dice
	today calendar.Date
	book  *calendar.Book
	cal   *calendar.Calendar // as known on the day
}

// ago gives the working day n working days back; 0 is the last one up to today.
func (v view) ago(n int) calendar.Date { return back(v.cal, v.today, n) }

// line makes up a case in a situation; false if the situation cannot be today.
func (v view) line(a AgencyLine, s situation) (Line, bool) {
	l := Line{AgencyCode: a.Code}
	l.Record.Channel = oneOf(v.dice, livingChannels())
	if !s.make(v, &l) || !inOrder(l.Record) {
		return l, false
	}
	kind := cases.Natural
	if v.chance(12) {
		kind = oneOf(v.dice, []cases.ApplicantKind{cases.Commercial, cases.Commercial, cases.LegalService, cases.PublicWelfare, cases.Research, cases.OtherKind})
	}
	l.Record.Agency = a.Code
	setApplicant(&l.Record, applicant(v.dice, kind))
	l.Record.Content = content(v.dice, a, l.Record.Outcome, l.Record.ReceivedOn.Year())
	l.Record.Grounds = grounds(v.dice, l.Record.Outcome)
	return l, true
}

func livingChannels() []cases.Channel {
	return slices.Concat(slices.Repeat([]cases.Channel{deadline.Online}, 11), slices.Repeat([]cases.Channel{deadline.LetterRegistered}, 5),
		slices.Repeat([]cases.Channel{deadline.InPerson}, 4), []cases.Channel{deadline.LetterOrdinary, deadline.Email, deadline.Fax})
}

// livingDeck holds the forty busiest agencies, the busiest most often.
func livingDeck(d dice) []AgencyLine {
	list := Agencies()
	slices.SortStableFunc(list, func(a, b AgencyLine) int { return b.weight - a.weight })
	list = list[:40]
	deck := dealt(list, 300)
	shuffle(d, deck)
	return deck
}

// situation is one way in which a case can stand today, and how many there are.
type situation struct {
	name  string
	count int
	make  func(v view, l *Line) bool
}

// situations lists what an office finds on its desk.
func situations() []situation {
	return slices.Concat(openSituations(), waitingSituations(), closedSituations())
}

// left gives a running case whose term ends in a to b working days.
func left(a, b int) func(view, *Line) bool {
	return func(v view, l *Line) bool {
		l.Record.ReceivedOn = v.ago(20 - v.between(a, b))
		return true
	}
}

func openSituations() []situation {
	return []situation{
		{"今日到期", 4, func(v view, l *Line) bool { return v.cal.IsWorkday(v.today) && left(0, 0)(v, l) }},
		{"三日内到期", 15, left(1, 3)},
		{"七日内到期", 20, left(4, 7)},
		{"期限充裕", 36, left(8, 20)},
		{"已逾期", 6, left(-5, -1)},
		{"待审核", 5, proposed},
		{"待送达", 3, approved},
		{"已收到补正", 6, supplemented},
		{"已收回意见", 5, consulted},
		{"已延期", 10, extended},
		{"已缴费", 1, func(v view, l *Line) bool {
			noticed := v.between(6, 12)
			feeNoticed(v, l, noticed)
			l.Record.FeePaidOn = v.ago(noticed - v.between(2, 5))
			return true
		}},
	}
}

// proposed waits for the head's approval.
func proposed(v view, l *Line) bool {
	n := v.between(10, 18)
	l.Record.ReceivedOn = v.ago(n)
	o := cases.MustOutcome(oneOf(v.dice, []string{"disclose.provided", "unable.other_agency", "withhold.process_info"}))
	l.Further = []Dated{{v.ago(v.between(2, 4)), cases.Proposed{Outcome: o}}}
	return true
}

// approved waits to be sent.
func approved(v view, l *Line) bool {
	proposed(v, l)
	l.Further = append(l.Further, Dated{v.ago(v.between(0, 1)), cases.Approved{Step: 1, Last: true}})
	return true
}

func supplemented(v view, l *Line) bool {
	n := v.between(1, 15)
	l.Record.SupplementReceivedOn = v.ago(n)
	n += v.between(2, 12)
	askedFrom(v, l, n)
	return true
}

// askedFrom dates a supplement notice n working days back, in time after receipt.
func askedFrom(v view, l *Line, n int) {
	l.Record.SupplementAskedOn = v.ago(n)
	l.Record.ReceivedOn = v.ago(n + v.between(1, 6))
}

// consulted has its opinion back, and less than half of its term used.
func consulted(v view, l *Line) bool {
	sent := v.between(8, 14)
	sentFrom(v, l, sent)
	l.Record.ConsultServedOn = v.ago(sent - 1)
	l.Record.ConsultRepliedOn = v.ago(v.between(1, 5))
	return true
}

// sentFrom dates a consultation n working days back.
func sentFrom(v view, l *Line, n int) {
	l.Record.ConsultSentOn = v.ago(n)
	l.Record.ReceivedOn = v.ago(n + v.between(2, 6))
}

// extended runs in its extension.
func extended(v view, l *Line) bool {
	n := v.between(21, 33)
	l.Record.ReceivedOn = v.ago(n)
	l.Record.ExtendedOn, l.Record.ExtendedDays = v.ago(n-v.between(16, 20)), 20
	if n < 30 {
		l.Record.ExtendedDays = oneOf(v.dice, []int{15, 20})
	}
	return true
}

// feeNoticed dates a fee notice n working days back, for pages over the free ones.
func feeNoticed(v view, l *Line, n int) {
	l.Record.FeeNoticedOn = v.ago(n)
	l.Record.ReceivedOn = v.ago(n + v.between(3, 9))
	l.Record.FeeFen = int64(cases.FeeForPages(v.between(40, 160))) * 100
}

// waitingSituations lists the cases in which somebody else has to act.
func waitingSituations() []situation {
	return []situation{
		{"待补正", 10, func(v view, l *Line) bool { askedFrom(v, l, v.between(1, 12)); return true }},
		{"补正逾期", 4, func(v view, l *Line) bool { askedFrom(v, l, v.between(17, 22)); return true }},
		{"待缴费", 3, func(v view, l *Line) bool { feeNoticed(v, l, v.between(1, 14)); return true }},
		{"征求第三方意见", 8, func(v view, l *Line) bool {
			sent := v.between(2, 10)
			sentFrom(v, l, sent)
			l.Record.ConsultServedOn = v.ago(sent - v.between(1, 2))
			return true
		}},
		{"征求意见未签收", 2, func(v view, l *Line) bool { sentFrom(v, l, v.between(0, 2)); return true }},
		{"征求其他机关意见", 3, func(v view, l *Line) bool {
			n := v.between(1, 8)
			l.Record.ReceivedOn = v.ago(n + v.between(2, 6))
			l.Further = []Dated{{v.ago(n), cases.ConsultSent{Ref: 1, Party: "other_agency"}}}
			return true
		}},
	}
}
