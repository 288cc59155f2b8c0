package cases

import (
	"encoding/json"
	"fmt"

	"gongkai/internal/calendar"
)

// Step is one signature that a decision needs.
type Step struct {
	Name string // 科室负责人, 法制审核, 分管领导 ...
	Role Role
}

// Chain is the order in which an agency approves its decisions, one to four
// steps. The empty chain asks for no approval.
type Chain []Step

// MostSteps is the longest chain.
const MostSteps = 4

// DefaultChain is what an agency has that has set nothing.
func DefaultChain() Chain { return Chain{{"审核", Reviewer}, {"签发", Signer}} }

type stepText struct {
	Name string `json:"name"`
	Role string `json:"role"`
}

// String writes the chain as the setting keeps it.
func (c Chain) String() string {
	texts := make([]stepText, len(c))
	for i, s := range c {
		texts[i] = stepText{s.Name, s.Role.Code()}
	}
	b, err := json.Marshal(texts)
	if err != nil {
		panic(err) // strings always encode
	}
	return string(b)
}

// ParseChain reads what String wrote; "" is the default chain, "[]" none.
func ParseChain(text string) (Chain, error) {
	if text == "" {
		return DefaultChain(), nil
	}
	var texts []stepText
	if err := json.Unmarshal([]byte(text), &texts); err != nil {
		return nil, fmt.Errorf("审批环节读不懂：%w", err)
	}
	if len(texts) > MostSteps {
		return nil, fmt.Errorf("审批环节最多%d步，填写了%d步", MostSteps, len(texts))
	}
	out := make(Chain, len(texts))
	for i, t := range texts {
		role, err := ParseRole(t.Role)
		if err != nil {
			return nil, err
		}
		if t.Name == "" || role != Reviewer && role != Signer {
			return nil, fmt.Errorf("审批环节第%d步应有名称，并由审核人或签发人办理", i+1)
		}
		out[i] = Step{t.Name, role}
	}
	return out, nil
}

// Proposal is a decision before the chain.
type Proposal struct {
	Proposed
	Seq      int    // of the event
	By       string // who proposed
	Place    int    // of the next step, from 0; len(chain): all have signed
	Approved []Event
}

// Proposal gives the decision that is before the chain, or signed and not sent.
func (c *Case) Proposal() (Proposal, bool) { return proposalOf(Timeline(c.Events, 0)) }

func proposalOf(timeline []Event) (p Proposal, ok bool) {
	for _, e := range timeline {
		switch f := e.Fact.(type) {
		case Proposed:
			p, ok = Proposal{Proposed: f, Seq: e.Seq, By: e.By}, true
		case Approved:
			p.Place, p.Approved = p.Place+1, append(p.Approved, e)
		case Returned, TakenBack, Answered:
			p, ok = Proposal{}, false
		}
	}
	return p, ok
}

// Version is a decision that was put before the chain, with how it went back.
type Version struct {
	Proposed
	Seq        int // of the event
	On         calendar.Date
	By         string        // who proposed
	Text       string        // what was to be answered
	ReturnedOn calendar.Date // zero if nobody sent it back
	Opinion    string        // with which it went back
}

// Versions gives every decision that was put before the chain, oldest first.
func (c *Case) Versions() []Version {
	var out []Version
	for _, e := range Timeline(c.Events, 0) {
		switch f := e.Fact.(type) {
		case Proposed:
			out = append(out, Version{Proposed: f, Seq: e.Seq, On: e.On, By: e.By, Text: c.noteText(e.Seq, "answer")})
		case Returned:
			if len(out) > 0 {
				v := &out[len(out)-1]
				v.ReturnedOn, v.Opinion = e.On, c.noteText(e.Seq, "opinion")
			}
		}
	}
	return out
}

// noteText gives the text of a kind that belongs to an event, "" for none.
func (c *Case) noteText(seq int, kind string) string {
	for _, n := range c.NotesOf(seq) {
		if n.Kind == kind {
			return n.Text
		}
	}
	return ""
}
