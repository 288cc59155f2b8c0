package cases

import (
	"strings"

	"gongkai/internal/calendar"
)

// Propose puts a decision before the chain of approval. What the outcome needs
// must be there already: a leader doesn't sign what can't be sent.
func (c *Case) Propose(s Stamp, on calendar.Date, p Proposed) error {
	sit, err := c.begin(s, "proposed", on)
	if err != nil {
		return err
	}
	if !s.History {
		a := Answered{Outcome: p.Outcome, Grounds: p.Grounds, Items: p.Items}
		if err := c.meets(sit, on, a, Evidence{Reasons: p.Reasons, FirstAnswer: p.FirstAnswer}); err != nil {
			return err
		}
	}
	c.append(s, on, p, 0)
	return nil
}

// Approve takes the next step of the chain; the last one leaves only the sending.
// On paper (线下签批) the officer records what the leader signed; online nobody
// signs what he proposed himself. Step and Last follow from the chain.
func (c *Case) Approve(s Stamp, on calendar.Date, a Approved) error {
	sit, err := c.begin(s, "approved", on)
	if err != nil {
		return err
	}
	if !s.History && len(s.Chain) > 0 {
		p, ok := proposalOf(sit.timeline)
		switch {
		case !ok || p.Place >= len(s.Chain):
			return refuse("没有等待审批的处理决定")
		case SameHand(p.By, s.By) && !a.Paper && !s.Alone:
			return refuse("提请人不能审批自己提请的决定；请由他人审批，或登记领导的线下签批")
		}
		a.Step, a.Last = p.Place+1, p.Place+1 == len(s.Chain)
	}
	c.append(s, on, a, 0)
	return nil
}

// SameHand reports whether two stamps are of one person; who stands in for an
// absent colleague signs as user:12/9 and stays user:12.
func SameHand(a, b string) bool {
	a, _, _ = strings.Cut(a, "/")
	b, _, _ = strings.Cut(b, "/")
	return a == b
}

// Return sends a proposal back for rework; the opinion is a note.
func (c *Case) Return(s Stamp, on calendar.Date) error {
	if _, err := c.begin(s, "returned", on); err != nil {
		return err
	}
	c.append(s, on, Returned{}, 0)
	return nil
}

// TakeBack withdraws a proposal, signed or not, before the answer goes out.
func (c *Case) TakeBack(s Stamp, on calendar.Date) error {
	if _, err := c.begin(s, "taken_back", on); err != nil {
		return err
	}
	c.append(s, on, TakenBack{}, 0)
	return nil
}
