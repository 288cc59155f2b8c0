// Package deadline is the law of the answer's term as data with its dates of
// effect, and the clock that folds a case's dated facts into a due date.
//
// Three kinds of effect are never mixed up: a supplement or a payment restarts
// the period, a consultation excludes days, an extension adds them. Lateness is
// judged on the day of the answer and then stands still. Every value can be
// explained event by event, with the article (Explain).
//
// It reads no clock, no database and no configuration: the day and the calendar
// are passed in. It decides nothing about who may act, and it refuses nothing
// that happened: what the law does not allow is counted as the law counts it,
// and named as a breach.
package deadline

import "gongkai/internal/calendar"

// Channel is the way an application came in. The zero value is no channel.
type Channel struct{ code string }

// The channels, in the order in which forms offer them.
var (
	InPerson         = Channel{"in_person"}
	Oral             = Channel{"oral"}
	LetterRegistered = Channel{"letter_registered"}
	LetterOrdinary   = Channel{"letter_ordinary"}
	Online           = Channel{"online"}
	Fax              = Channel{"fax"}
	Email            = Channel{"email"}
)

// Kind is what an event does in the eyes of the clock.
type Kind uint8

// The kinds of clock events.
const (
	_ Kind = iota
	SupplementAsked
	SupplementReceived
	ConsultSent
	ConsultServed  // the consulted party received the letter
	ConsultReplied // its opinion reached the agency
	ConsultSilent  // it is known that no opinion came: ends with the lapse of its 15 working days
	Extended
	FeeNoticed
	FeePaid
	Delayed // Art 35: a reasonable date set and told
	Answered
	Served // the answer reached the applicant: remedy terms run from here
	// ReviewDecided: the decision of the review reached the applicant, who may
	// now sue within 15 days (行政诉讼法第四十五条).
	ReviewDecided
)

// Party says who is consulted: what its silence means differs (Arts 32, 34).
type Party uint8

// The consulted parties.
const (
	ThirdParty  Party = iota // Art 32: silence leaves the decision to the agency
	CoProducer               // Art 34: silence is consent
	OtherAgency              // Art 33(3): no term of its own
)

// Ending says how a case ended, because endings that are no answers are judged
// differently (law of the house, see docs/law.md).
type Ending uint8

// The endings.
const (
	Answer   Ending = iota
	Lapse           // no supplement, fee unpaid: never late
	Break           // withdrawn, unreachable: late only if the due date had passed before
	NoRemedy        // answered, but the outcome carries no remedy line
)

// Event is one dated fact that the clock looks at.
type Event struct {
	Kind  Kind
	On    calendar.Date
	Ref   int           // pairs what was asked with what came: any number; 0 where one follows the other
	Party Party         // ConsultSent
	Days  int           // SupplementAsked: the term in working days, 0 for the usual 15; Extended: working days
	Until calendar.Date // Delayed: the date that was set and told
	End   Ending        // Answered
	// ReviewFirst marks an Answered whose outcome the law sends to review
	// before court (withholding under Arts 14 to 16, or the withheld part of a
	// partial answer), from 2024-01-01.
	ReviewFirst bool
	Partial     bool // Answered: both remedy lines apply
}

// History is everything that the clock needs to know of a case.
type History struct {
	Received calendar.Date
	Channel  Channel // may be zero where the receipt date was given as such
	Events   []Event // ordered by On; events of one day in the order of acts
}

// State is what the case waits for, in the eyes of the clock.
type State uint8

// The states, by precedence from last to first.
const (
	Running State = iota
	Consulting
	WaitingPayment
	WaitingSupplement
	StateAnswered
)

// Clock is the result of the fold.
type Clock struct {
	Law                 Law
	Received            calendar.Date
	SupplementNoticeDue calendar.Date // zero under Order 492
	Due                 calendar.Date // zero while the applicant has to act
	SafeDue             calendar.Date // the stricter internal date
	Provisional         bool
	Excluded            int // working days excluded in the period now running
	State               State
	Late                Tri
	DaysLeft            int  // working days to Due, 0 on the day, negative when late
	HasDaysLeft         bool // false when answered or waiting
	// WaitsUntil is the day on which what the case waits for lapses: the end of
	// the supplement, payment or third-party term; zero where nothing lapses.
	WaitsUntil calendar.Date
	Breach     bool   // something in the history is not what the law allows
	Terms      []Term // only from Explain
	Steps      []Step // only from Explain
}

// Tri is yes, no or not yet known.
type Tri uint8

// The three answers.
const (
	Unknown Tri = iota
	No
	Yes
)

// Term is a term of some party: what must happen until when, by which article.
type Term struct {
	Kind    string // supplement_notice, supplement_reply, third_party, co_producer, payment, review, suit_direct, suit_after_review
	From    calendar.Date
	Due     calendar.Date
	Article string
}

// Step is one line of the deadline's explanation (期限说明).
type Step struct {
	On      calendar.Date
	Event   string // received, supplement_asked, ... answered
	Effect  string // starts, waits, restarts, excludes, adds, none, breach, ends
	Article string
	Due     calendar.Date
	Text    string // a sentence that a judge can read
}

var stateWords = [...]struct{ code, label string }{
	Running: {"running", "办理中"}, Consulting: {"consulting", "征求意见"}, WaitingPayment: {"waiting_payment", "等待缴费"},
	WaitingSupplement: {"waiting_supplement", "等待补正"}, StateAnswered: {"answered", "已答复"},
}

// Code gives the state's stable word: running, consulting, waiting_payment,
// waiting_supplement or answered.
func (s State) Code() string { return stateWords[s].code }

// Label gives the state in Chinese.
func (s State) Label() string { return stateWords[s].label }

// Label gives the term's kind in Chinese.
func (t Term) Label() string {
	switch t.Kind {
	case "supplement_notice":
		return "补正告知"
	case "supplement_reply":
		return "申请人补正"
	case "third_party":
		return "第三方意见"
	case "co_producer":
		return "共同制作机关意见"
	case "payment":
		return "申请人缴费"
	case "review":
		return "申请行政复议"
	case "suit_direct":
		return "直接提起行政诉讼"
	case "suit_after_review":
		return "复议后提起行政诉讼"
	}
	return t.Kind
}
