package web

import (
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// perform does the act of a form on a case. What is free text goes into a note of
// the event.
func perform(c *cases.Case, s cases.Stamp, code string, in actInput) error {
	before := len(c.Events)
	if err := performFact(c, s, code, in); err != nil {
		return err
	}
	if len(c.Events) == before {
		return nil
	}
	for _, kind := range noteFields() {
		c.Note(kind, in.one(kind))
	}
	c.Note("reasons", in.one("second"))
	c.Note("party", in.one("who"))
	c.Note("signer", in.one("approver"))
	if code == "withdrawn" {
		return c.Answer(s, in.on, cases.Answered{Outcome: cases.MustOutcome("other.withdrawn")}, cases.Evidence{})
	}
	return nil
}

// noteFields are the fields whose text becomes a note of the same name.
func noteFields() []string {
	return []string{"items", "reasons", "finding", "search", "call", "document", "signer", "opinion", "appears"}
}

func performFact(c *cases.Case, s cases.Stamp, code string, in actInput) error {
	on, ref := in.on, in.number("ref")
	switch code {
	case "confirm":
		return c.Confirm(s, on)
	case "supplement_asked":
		return c.AskSupplement(s, on, cases.SupplementAsked{Causes: in.values["causes"], Days: in.number("days"), Second: secondCode(in)})
	case "supplement_received":
		return c.ReceiveSupplement(s, on, in.one("reasons") != "")
	case "consult_sent":
		_, err := c.Consult(s, on, in.one("party"), 0)
		return err
	case "consult_served":
		return c.ConsultServed(s, on, ref)
	case "consult_replied":
		return c.ConsultReplied(s, on, ref, in.one("answer"))
	case "consult_silent":
		return c.ConsultSilent(s, on, ref)
	case "release_decided":
		return c.DecideRelease(s, on, ref)
	case "extended":
		return c.ExtendBy(s, on, in.number("days"), "paper")
	case "fee_noticed":
		return c.NoticeFee(s, on, feeOf(in))
	case "fee_paid":
		return c.PayFee(s, on, 0)
	case "reasons_asked":
		return c.AskReasons(s, on)
	case "delayed":
		until, ok := readDay(in.one("until"))
		if !ok {
			until = calendar.Date{}
		}
		return c.Delay(s, on, until)
	case "searched":
		return c.Search(s, on)
	case "withdrawn":
		return c.Withdraw(s, on)
	case "served":
		return c.Serve(s, on, in.one("way"))
	}
	return performOffice(c, s, code, in)
}

// performOffice does what the statutory clock does not see.
func performOffice(c *cases.Case, s cases.Stamp, code string, in actInput) error {
	on, ref := in.on, in.number("ref")
	switch code {
	case "assigned":
		return c.Assign(s, on, handsOf(in.one("officer")))
	case "co_asked":
		to := handsOf(in.one("to")) // nobody: the note says who
		_, err := c.AskSection(s, on, to.Section, to.Officer)
		return err
	case "co_answered":
		return c.SectionAnswered(s, on, ref)
	case "secrecy_reviewed":
		return c.ReviewSecrecy(s, on, in.one("result"))
	case "contacted":
		return c.Contact(s, on, in.one("way"))
	case "approved":
		return c.Approve(s, on, cases.Approved{})
	case "signed_on_paper":
		return c.Approve(s, on, cases.Approved{Paper: true})
	case "returned":
		return c.Return(s, on)
	case "taken_back":
		return c.TakeBack(s, on)
	case "delay_explained":
		return c.ExplainDelay(s, on, delayOf(in))
	case "remedy_filed":
		kind, err := cases.ParseRemedyKind(in.one("remedy"))
		if err != nil {
			return err
		}
		_, err = c.FileRemedy(s, on, kind)
		return err
	case "remedy_step":
		due, _ := readDay(in.one("due")) // none where none was set
		return c.StepRemedy(s, on, cases.RemedyStep{Ref: ref, Step: in.one("step"), Due: due})
	case "remedy_closed":
		result, err := cases.ParseResult(in.one("result"))
		if err != nil {
			return err
		}
		return c.CloseRemedy(s, on, ref, result)
	}
	return errNotFound
}

// secondCode marks that a reason for a second notice was written.
func secondCode(in actInput) string {
	if in.one("second") == "" {
		return ""
	}
	return "reason"
}

// feeOf computes the fee of a notice: by piece what the applicant's next piece
// costs, by page what the pages cost.
func feeOf(in actInput) cases.FeeNoticed {
	f := cases.FeeNoticed{Method: in.one("method"), Count: in.number("count"), Approver: "paper"}
	if f.Count <= 0 {
		return f
	}
	yuan := cases.FeeForPages(f.Count)
	if f.Method == "pieces" {
		yuan = cases.FeeOfPiece(f.Count)
	}
	f.Fen = int64(yuan) * 100
	return f
}

// dayWord calls today today.
func dayWord(on, today calendar.Date) string {
	if on == today {
		return "今天"
	}
	return on.Chinese()
}
