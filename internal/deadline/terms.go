package deadline

import "gongkai/internal/calendar"

// terms lists the terms of every party that have begun by a day, in the order
// in which they began. Each but Art 35's own date ends on a working day.
func terms(cal *calendar.Calendar, h History, asOf calendar.Date) []Term {
	law := LawAt(h.Received)
	var out []Term
	add := func(kind string, from, due calendar.Date, article string) {
		out = append(out, Term{Kind: kind, From: from, Due: due, Article: article})
	}
	if days := law.SupplementNoticeDays(); days > 0 {
		add("supplement_notice", h.Received, cal.Add(h.Received, days), law.supplementArticle())
	}
	parties := map[int]Party{}
	var answer *Event
	var served calendar.Date
	for i := range h.Events {
		e := &h.Events[i]
		if e.On.After(asOf) {
			break
		}
		switch e.Kind {
		case SupplementAsked:
			days := e.Days
			if days <= 0 {
				days = usualSupplementTerm
			}
			add("supplement_reply", e.On, cal.Add(e.On, days), law.supplementArticle())
		case ConsultSent:
			parties[e.Ref] = e.Party
		case ConsultServed:
			if p := parties[e.Ref]; p != OtherAgency {
				add(consultTermKind(p), e.On, cal.Add(e.On, consultTerm), law.consultArticle(p))
			}
		case FeeNoticed:
			add("payment", e.On, cal.Add(e.On, paymentTerm), feeArticle)
		case Answered:
			answer = e
		case Served:
			served = e.On
		case ReviewDecided:
			add("suit_after_review", e.On, cal.Roll(e.On.AddDays(suitAfterReviewDay)), suitAfterReviewArticle)
		}
	}
	return append(out, remedies(cal, answer, served)...)
}

func consultTermKind(p Party) string {
	if p == CoProducer {
		return "co_producer"
	}
	return "third_party"
}

// remedies gives the terms to challenge the answer. They run from the day on
// which it reached the applicant or, where that is not known, on which it was
// given. What the law sends to review first has no direct way to court, but for
// the rest of a partial answer.
func remedies(cal *calendar.Calendar, answer *Event, served calendar.Date) []Term {
	var end Ending
	reviewOnly := false
	from := served
	if answer != nil {
		end = answer.End
		reviewOnly = answer.ReviewFirst && !answer.Partial && ReviewFirstInForce(answer.On)
		if from.IsZero() {
			from = answer.On
		}
	}
	if from.IsZero() || end == Break || end == NoRemedy {
		return nil
	}
	out := []Term{{Kind: "review", From: from, Due: cal.Roll(from.AddDays(reviewDays)), Article: reviewArticle}}
	if !reviewOnly {
		out = append(out, Term{Kind: "suit_direct", From: from, Due: cal.Roll(from.AddMonths(suitMonths)), Article: suitDirectArticle})
	}
	return out
}
