package cases

import (
	"encoding/json"
	"fmt"
	"sync"

	"gongkai/internal/calendar"
	"gongkai/internal/deadline"
)

// Event is one dated fact as it was recorded. Events are never changed: a
// correction is a further event that names the one it replaces.
type Event struct {
	ID       int64         // given by the store
	Seq      int           // place in the case's record, from 1
	On       calendar.Date // the day on which it happened in law
	At       int64         // the instant of recording, microseconds UTC
	By       string        // who recorded it: a user's id, or "import:N"
	History  bool          // taken over from a ledger: marked, not judged
	Replaces int           // Seq of the event that this one replaces, or 0
	Fact     Fact
}

// Fact is the content of an event. It holds ids, codes, dates, numbers and
// hashes; never personal data or free text (those stand in tables of their own,
// so that purging them breaks no chain).
type Fact interface{ Kind() string }

// Received opens the case: the application reached the agency (Art 31).
type Received struct {
	Channel           Channel       `json:"channel,omitzero"`
	ApplicantKind     ApplicantKind `json:"applicant_kind,omitzero"`
	Submitted         calendar.Date `json:"submitted,omitzero"`
	Arrived           calendar.Date `json:"arrived,omitzero"` // in the building
	Signed            calendar.Date `json:"signed,omitzero"`  // signed for by the agency
	Confirmed         calendar.Date `json:"confirmed,omitzero"`
	ReachedOffice     calendar.Date `json:"reached_office,omitzero"`
	Mail              string        `json:"mail,omitempty"` // number of the registered or EMS letter
	Platform          string        `json:"platform,omitempty"`
	PlatformNumber    string        `json:"platform_number,omitempty"`
	PlatformSubmitted calendar.Date `json:"platform_submitted,omitzero"`
	Items             int           `json:"items,omitempty"` // several items asked; 0 for one
	Form              string        `json:"form,omitempty"`  // wanted: paper, file, copy, read
	Way               string        `json:"way,omitempty"`   // of getting it: mail, fax, email, online, pick_up, read
	// Remade: the case whose answer was quashed and has to be given anew. Such a
	// task has its own term and stands in no column of table 三: the application
	// was counted once.
	Remade int64 `json:"remade,omitempty"`
	// Follows: the case that was closed because its supplement was not there in
	// time; what came afterwards is this application, counted like any other.
	Follows int64 `json:"follows,omitempty"`
}

// SupplementAsked: 补正告知 (Art 30).
type SupplementAsked struct {
	Causes []string `json:"causes,omitempty"` // identity, description, form
	Days   int      `json:"days,omitempty"`   // term in working days; 0 for the usual 15
	Second string   `json:"second,omitempty"` // code of the reason for a second notice
}

// SupplementReceived: the applicant's supplement came (Art 30): the clock restarts.
type SupplementReceived struct{}

// ConsultSent: an opinion was asked (Arts 32, 33(3), 34).
type ConsultSent struct {
	Ref    int    `json:"ref"`
	Party  string `json:"party"` // third_party, co_producer, other_agency
	Agency int64  `json:"agency,omitempty"`
}

// ConsultServed: the consulted party received the letter: its term runs.
type ConsultServed struct {
	Ref int `json:"ref"`
}

// ConsultReplied: the opinion reached the agency.
type ConsultReplied struct {
	Ref    int    `json:"ref"`
	Answer string `json:"answer,omitempty"` // agree, refuse
}

// ConsultSilent: it is established that no opinion came within the term.
type ConsultSilent struct {
	Ref int `json:"ref"`
}

// Extended: the applicant was told of the extension (Art 33(2)).
type Extended struct {
	Days     int    `json:"days"`               // working days
	Approver string `json:"approver,omitempty"` // who consented: a user, or "paper"
}

// FeeNoticed: 收费通知 (Art 42, 国办函〔2020〕109号).
type FeeNoticed struct {
	Fen    int64  `json:"fen,omitempty"` // amount in fen
	Method string `json:"method,omitempty"`
	Count  int    `json:"count,omitempty"` // pieces or pages
	// Approver found that the number is beyond reason: a user, or "paper".
	Approver string `json:"approver,omitempty"`
}

// FeePaid: payment completed: the clock restarts.
type FeePaid struct {
	Fen int64 `json:"fen,omitempty"`
}

// ReasonsAsked: reasons of an excessive request were asked for (Art 35).
type ReasonsAsked struct{}

// Delayed: Art 35: a reasonable date was set and told.
type Delayed struct {
	Until calendar.Date `json:"until"`
}

// Proposed: an officer proposed a decision.
type Proposed struct {
	Outcome     Outcome       `json:"outcome"`
	Grounds     []Outcome     `json:"grounds,omitempty"`
	Items       []ItemOutcome `json:"items,omitempty"`
	Reasons     bool          `json:"reasons,omitempty"`      // what the answer must state is written
	FirstAnswer int64         `json:"first_answer,omitempty"` // 36(6)
}

// Approved: a step of the chain of approval was taken.
type Approved struct {
	Step  int  `json:"step"`
	Paper bool `json:"paper,omitempty"` // 线下签批
	Last  bool `json:"last,omitempty"`
}

// Returned: the proposal went back for rework.
type Returned struct{}

// Answered ends the case: the day on which the answer counts as given
// (国办公开办函〔2016〕235号).
type Answered struct {
	Outcome  Outcome       `json:"outcome"`
	Grounds  []Outcome     `json:"grounds,omitempty"` // for each part not given, in a partial answer
	Items    []ItemOutcome `json:"items,omitempty"`
	Document string        `json:"document,omitempty"` // number of the letter
	Way      string        `json:"way,omitempty"`      // by which it was given (cases.ServiceWay), as who answered says
}

// ItemOutcome is the outcome of one of several items asked.
type ItemOutcome struct {
	Item    int     `json:"item"` // from 1
	Outcome Outcome `json:"outcome"`
}

// Served: the answer reached the applicant; remedy terms run from here.
type Served struct {
	Way string `json:"way,omitempty"`
}

// Withdrawn: the applicant withdrew in writing.
type Withdrawn struct{}

// Searched: a search record was made (needed by 36(4)).
type Searched struct{}

// RemedyFiled: review or suit was brought.
type RemedyFiled struct {
	Ref    int        `json:"ref"` // unique in the case
	Remedy RemedyKind `json:"remedy"`
	// YearOnly: the day is not known; the dispute counts as pending on the 31
	// December of the event's year alone (日期不详).
	YearOnly bool `json:"year_only,omitempty"`
}

// RemedyClosed: the last effective ruling on the dispute.
type RemedyClosed struct {
	Ref    int        `json:"ref"`
	Remedy RemedyKind `json:"remedy"`
	Result Result     `json:"result"`
}

// Voided annuls the event that it replaces and puts nothing in its place.
type Voided struct{}

// Kind names the event.
func (Received) Kind() string           { return "received" }
func (SupplementAsked) Kind() string    { return "supplement_asked" }
func (SupplementReceived) Kind() string { return "supplement_received" }
func (ConsultSent) Kind() string        { return "consult_sent" }
func (ConsultServed) Kind() string      { return "consult_served" }
func (ConsultReplied) Kind() string     { return "consult_replied" }
func (ConsultSilent) Kind() string      { return "consult_silent" }
func (Extended) Kind() string           { return "extended" }
func (FeeNoticed) Kind() string         { return "fee_noticed" }
func (FeePaid) Kind() string            { return "fee_paid" }
func (ReasonsAsked) Kind() string       { return "reasons_asked" }
func (Delayed) Kind() string            { return "delayed" }
func (Proposed) Kind() string           { return "proposed" }
func (Approved) Kind() string           { return "approved" }
func (Returned) Kind() string           { return "returned" }
func (Answered) Kind() string           { return "answered" }
func (Served) Kind() string             { return "served" }
func (Withdrawn) Kind() string          { return "withdrawn" }
func (Searched) Kind() string           { return "searched" }
func (RemedyFiled) Kind() string        { return "remedy_filed" }
func (RemedyClosed) Kind() string       { return "remedy_closed" }
func (Voided) Kind() string             { return "voided" }

// EncodeFact writes a fact as the store keeps it.
func EncodeFact(f Fact) ([]byte, error) { return json.Marshal(f) }

// DecodeFact reads what EncodeFact wrote; an unknown kind is an error.
func DecodeFact(kind string, data []byte) (Fact, error) {
	if read, known := decoders()[kind]; known {
		return read(data)
	}
	return nil, fmt.Errorf("unknown event kind %q", kind)
}

// decoders reads each kind of fact.
var decoders = sync.OnceValue(func() map[string]func([]byte) (Fact, error) {
	return map[string]func([]byte) (Fact, error){
		"received": decode[Received], "supplement_asked": decode[SupplementAsked], "supplement_received": decode[SupplementReceived],
		"consult_sent": decode[ConsultSent], "consult_served": decode[ConsultServed], "consult_replied": decode[ConsultReplied],
		"consult_silent": decode[ConsultSilent], "release_decided": decode[ReleaseDecided], "extended": decode[Extended],
		"fee_noticed": decode[FeeNoticed], "fee_paid": decode[FeePaid], "reasons_asked": decode[ReasonsAsked],
		"delayed": decode[Delayed], "proposed": decode[Proposed], "approved": decode[Approved], "returned": decode[Returned],
		"taken_back": decode[TakenBack], "answered": decode[Answered], "served": decode[Served], "withdrawn": decode[Withdrawn],
		"searched": decode[Searched], "secrecy_reviewed": decode[SecrecyReviewed], "assigned": decode[Assigned],
		"co_asked": decode[CoAsked], "co_answered": decode[CoAnswered], "contacted": decode[Contacted],
		"remedy_filed": decode[RemedyFiled], "remedy_closed": decode[RemedyClosed], "remedy_step": decode[RemedyStep],
		"delay_explained": decode[DelayExplained], "voided": decode[Voided],
		"case_voided": decode[CaseVoided], "case_restored": decode[CaseRestored],
	}
})

func decode[F Fact](data []byte) (Fact, error) {
	var f F
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("read %s: %w", f.Kind(), err)
	}
	return f, nil
}

// rank is the order of acts of one day: what must have come before stands
// before, whatever order it was typed in.
func rank(f Fact) int {
	switch f.(type) {
	case Received:
		return 0
	case SupplementReceived, FeePaid, ConsultReplied, ConsultSilent:
		return 2
	case Answered:
		return 4
	case Served:
		return 5
	case RemedyFiled:
		return 6
	case RemedyStep:
		return 7
	case RemedyClosed, DelayExplained:
		return 8
	}
	return 1
}

// clockParty translates the consulted party for the clock.
func clockParty(code string) deadline.Party {
	switch code {
	case "co_producer":
		return deadline.CoProducer
	case "other_agency":
		return deadline.OtherAgency
	}
	return deadline.ThirdParty
}
