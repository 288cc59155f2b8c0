package cases

import "gongkai/internal/calendar"

// The facts of the office's own work. None of them moves the statutory clock.

// Assigned: 分办、认领、转交: who handles the case from here on.
type Assigned struct {
	Officer int64  `json:"officer,omitempty"` // a user's id; 0: the section's pool
	Section int64  `json:"section,omitempty"`
	Reason  string `json:"reason,omitempty"` // assign, claim, hand_on, leave
}

// CoAsked: 内部协办: a section of the own agency was asked for its part. The
// clock runs on (unlike 征求意见); the internal term is 5 working days.
type CoAsked struct {
	Ref     int   `json:"ref"` // unique in the case
	Section int64 `json:"section,omitempty"`
	Officer int64 `json:"officer,omitempty"`
}

// CoAnswered: the section gave its part.
type CoAnswered struct {
	Ref int `json:"ref"`
}

// Contacted: a call, a visit or a talk with the applicant was noted.
type Contacted struct {
	Way string `json:"way,omitempty"` // phone, visit, mail, attempt (no contact was made)
}

// SecrecyReviewed: 保密审查 before release (Art 17).
type SecrecyReviewed struct {
	Result string `json:"result"` // clear, secret, uncertain
}

// ReleaseDecided: 第三方不同意公开, but public interest demands release; the third
// party is told in writing (Art 32).
type ReleaseDecided struct {
	Ref int `json:"ref"` // of the consultation
}

// TakenBack: the officer withdrew a proposal before it was decided.
type TakenBack struct{}

// RemedyStep: what happened in a review or suit between filing and ruling, or a
// term that was set in it. Table 四 does not count it.
type RemedyStep struct {
	Ref  int           `json:"ref"`  // of the dispute
	Step string        `json:"step"` // complaint_received, summary_received, answered, evidence_filed, hearing, judgment, appealed, carried_out
	Due  calendar.Date `json:"due,omitzero"`
}

// Kind names the event.
func (Assigned) Kind() string        { return "assigned" }
func (CoAsked) Kind() string         { return "co_asked" }
func (CoAnswered) Kind() string      { return "co_answered" }
func (Contacted) Kind() string       { return "contacted" }
func (SecrecyReviewed) Kind() string { return "secrecy_reviewed" }
func (ReleaseDecided) Kind() string  { return "release_decided" }
func (TakenBack) Kind() string       { return "taken_back" }
func (RemedyStep) Kind() string      { return "remedy_step" }
