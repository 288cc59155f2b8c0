package letter

import (
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// Suggestion is a letter that a case can have as it stands.
type Suggestion struct {
	Kind Kind
	Seq  int           // of the event that it tells of, 0 for none
	On   calendar.Date // of that event
	Sent bool          // the act sends this letter: without it the act is not complete; never of history
}

// Fitting lists the letters that a case can have: one for each act that was
// recorded and sends one, that of the decision, and the office's own forms.
func Fitting(c *cases.Case) []Suggestion {
	var out []Suggestion
	timeline := cases.Timeline(c.Events, 0)
	ended := false
	for _, e := range timeline {
		for _, code := range lettersOf(e.Fact) {
			k, err := ParseKind(code)
			if err != nil {
				continue
			}
			out = append(out, Suggestion{k, e.Seq, e.On, k.Outgoing() && !k.Form() && !e.History})
		}
		switch f := e.Fact.(type) {
		case cases.Received:
			if e.On.IsZero() {
				out = out[:0]
			}
		case cases.Answered:
			ended = true
			if k, err := AnswerKind(f.Outcome); err == nil {
				out = append(out, Suggestion{k, e.Seq, e.On, k.Answers() && !e.History})
			}
		}
	}
	if p, waiting := c.Proposal(); waiting && !ended {
		if k, err := AnswerKind(p.Outcome); err == nil {
			out = append(out, Suggestion{Kind: k, Seq: p.Seq, Sent: k.Answers()})
		}
	}
	forms := []string{"register", "application", "contents", "service"}
	if !ended {
		forms = append(forms, "chaser")
	}
	for _, code := range forms {
		if k, err := ParseKind(code); err == nil {
			out = append(out, Suggestion{Kind: k})
		}
	}
	return out
}

// lettersOf names the letters that a fact brings along.
func lettersOf(f cases.Fact) []string {
	switch f := f.(type) {
	case cases.Received:
		return []string{"receipt"}
	case cases.SupplementAsked:
		return []string{"supplement"}
	case cases.ReasonsAsked:
		return []string{"reasons"}
	case cases.ConsultSent:
		if f.Party == "co_producer" || f.Party == "other_agency" {
			return []string{"consult_agency", "consult_notice"}
		}
		return []string{"consult_third", "consult_notice"}
	case cases.ReleaseDecided:
		return []string{"release_notice"}
	case cases.Extended, cases.Delayed:
		return []string{"extension"}
	case cases.FeeNoticed:
		return []string{"fee"}
	case cases.Searched:
		return []string{"search"}
	case cases.Proposed:
		return []string{"approval"}
	case cases.Withdrawn:
		return []string{"withdrawal"}
	}
	return nil
}

// Rebase gives the letter as it follows from the case now, with the open passages
// and rows as they were written before.
func Rebase(fresh, old Letter) Letter {
	body := append([]Paragraph(nil), fresh.Body...)
	for i := range body {
		for _, p := range old.Body {
			if !body[i].Locked && !p.Locked && p.Name == body[i].Name {
				body[i].Text = p.Text
			}
		}
	}
	rows := append([]Row(nil), fresh.Rows...)
	for i := range rows {
		for _, r := range old.Rows {
			if !rows[i].Locked && !r.Locked && r.Label == rows[i].Label {
				rows[i].Value = r.Value
			}
		}
	}
	fresh.Body, fresh.Rows = body, rows
	return fresh
}

// Same reports whether two states of a letter say the same.
func (l Letter) Same(other Letter) bool { return l.Text() == other.Text() }
