package cases

// Change is one column in which a ledger line differs from the record.
type Change struct {
	Key, Label string
	Old, New   string
	Grown      bool // the record had nothing there: taken without asking
}

// Compare holds a ledger line against a recorded case, both as full lines: the
// days that a ledger leaves out are filled in first. Number and agency are how
// the two were found and are not compared. The result is in column order, empty
// where nothing differs.
func Compare(old, line Record) []Change {
	old, line = old.normal(), line.normal()
	var out []Change
	for _, c := range Columns() {
		if c.Key == "number" || c.Key == "agency" {
			continue
		}
		if a, b := c.Get(old), c.Get(line); a != b {
			out = append(out, Change{Key: c.Key, Label: c.Label, Old: a, New: b, Grown: a == ""})
		}
	}
	return settle(out)
}

// settle looks at a remedy's columns together: a pending one that has now been
// decided has grown, although its result column reads otherwise than before.
func settle(changes []Change) []Change {
	for i := range changes {
		if changes[i].Old == Pending.Code() && changes[i].New != "" {
			changes[i].Grown = true
		}
	}
	return changes
}

// Take records what a ledger line adds to the case. New facts are appended;
// changed ones are taken only if accept is set, as corrections that name what
// they replace. Texts and people are taken over in the same way. It reports
// whether anything was taken.
func (c *Case) Take(s Stamp, line Record, accept bool) bool {
	old := RecordOf(c)
	changes := Compare(old, line)
	take := map[string]bool{}
	for _, ch := range changes {
		if ch.Grown || accept {
			take[ch.Key] = true
		}
	}
	if len(take) == 0 {
		return false
	}
	merged := merge(old, line, take)
	c.takeTexts(merged)
	c.takeFacts(s, merged)
	return true
}

// merge gives the old line with the taken columns of the new one.
func merge(old, line Record, take map[string]bool) Record {
	out := old
	pick := func(key string, set func()) {
		if take[key] {
			set()
		}
	}
	pick("platform", func() { out.Platform = line.Platform })
	pick("platform_number", func() { out.PlatformNumber = line.PlatformNumber })
	pick("platform_submitted_on", func() { out.PlatformSubmittedOn = line.PlatformSubmittedOn })
	pick("received_on", func() { out.ReceivedOn = line.ReceivedOn })
	pick("channel", func() { out.Channel = line.Channel })
	pick("applicant_kind", func() { out.Kind = line.Kind })
	pick("applicant", func() { out.Applicant = line.Applicant })
	pick("id_number", func() { out.IDNumber = line.IDNumber })
	pick("phone", func() { out.Phone = line.Phone })
	pick("email", func() { out.Email = line.Email })
	pick("address", func() { out.Address = line.Address })
	pick("content", func() { out.Content = line.Content })
	pick("supplement_asked_on", func() { out.SupplementAskedOn = line.SupplementAskedOn })
	pick("supplement_received_on", func() { out.SupplementReceivedOn = line.SupplementReceivedOn })
	pick("consult_sent_on", func() { out.ConsultSentOn = line.ConsultSentOn })
	pick("consult_served_on", func() { out.ConsultServedOn = line.ConsultServedOn })
	pick("consult_replied_on", func() { out.ConsultRepliedOn = line.ConsultRepliedOn })
	pick("extended_days", func() { out.ExtendedDays = line.ExtendedDays })
	pick("extended_on", func() { out.ExtendedOn = line.ExtendedOn })
	pick("fee_noticed_on", func() { out.FeeNoticedOn = line.FeeNoticedOn })
	pick("fee_paid_on", func() { out.FeePaidOn = line.FeePaidOn })
	pick("fee_amount", func() { out.FeeFen = line.FeeFen })
	pick("answered_on", func() { out.AnsweredOn = line.AnsweredOn })
	pick("outcome", func() { out.Outcome = line.Outcome })
	pick("ground", func() { out.Grounds = line.Grounds })
	for i, k := range RemedyKinds() {
		key := k.Code()
		pick(key, func() { out.Remedies[i].Result = line.Remedies[i].Result })
		pick(key+"_filed_on", func() { out.Remedies[i].FiledOn = line.Remedies[i].FiledOn })
		pick(key+"_closed_on", func() { out.Remedies[i].ClosedOn = line.Remedies[i].ClosedOn })
	}
	return out
}

// takeTexts replaces what stands beside the events.
func (c *Case) takeTexts(r Record) {
	c.Content = r.Content
	if len(c.Parties) == 0 {
		c.Parties = []Party{{Role: "applicant"}}
	}
	a := &c.Parties[0].Applicant
	a.Kind, a.Name, a.IDNumber, a.Phone, a.Email, a.Address = r.Kind, r.Applicant, r.IDNumber, r.Phone, r.Email, r.Address
}

// takeFacts appends the events by which the record becomes the given line.
func (c *Case) takeFacts(s Stamp, line Record) {
	timeline := Timeline(c.Events, 0)
	now := facted(timeline)
	next := line.Events(s)
	for _, e := range next {
		old, known := now[factKey(e)]
		delete(now, factKey(e))
		switch {
		case !known:
			c.append(s, e.On, e.Fact, 0)
		case old.On != e.On || !sameLine(old, e):
			c.append(s, e.On, completed(old, e), old.Seq)
		}
	}
	for _, e := range timeline {
		if _, left := now[factKey(e)]; left {
			c.append(s, e.On, Voided{}, e.Seq)
		}
	}
}

// facted indexes the events of a timeline that a ledger line can speak of; of
// several of a kind the one that the line shows.
func facted(timeline []Event) map[string]Event {
	out := map[string]Event{}
	for _, e := range timeline {
		key := factKey(e)
		if _, first := e.Fact.(ConsultSent); first && out[key].Seq != 0 || key == "" {
			continue
		}
		out[key] = e
	}
	return out
}

// factKey names the place of a fact in a ledger line, "" for facts that have none.
func factKey(e Event) string {
	switch f := e.Fact.(type) {
	case ConsultSent:
		return "consult_sent"
	case ConsultServed:
		return onlyFirst("consult_served", f.Ref)
	case ConsultReplied:
		return onlyFirst("consult_replied", f.Ref)
	case RemedyFiled:
		return "filed/" + f.Remedy.Code()
	case RemedyClosed:
		return "closed/" + f.Remedy.Code()
	case Received, SupplementAsked, SupplementReceived, Extended, FeeNoticed, FeePaid, Answered:
		return f.Kind()
	}
	return ""
}

func onlyFirst(key string, ref int) string {
	if ref == 1 {
		return key
	}
	return ""
}

// sameLine reports whether two events of one place read the same in a ledger.
func sameLine(a, b Event) bool {
	one, two := recordFacts([]Event{a}), recordFacts([]Event{b})
	for _, c := range Columns() {
		if c.Get(one) != c.Get(two) {
			return false
		}
	}
	if x, ok := a.Fact.(RemedyClosed); ok {
		return x.Result == b.Fact.(RemedyClosed).Result
	}
	return true
}

// completed keeps what the ledger has no column for when a fact is corrected.
func completed(old, line Event) Fact {
	switch f := line.Fact.(type) {
	case Received:
		o := old.Fact.(Received)
		o.Channel, o.ApplicantKind = f.Channel, f.ApplicantKind
		o.Platform, o.PlatformNumber, o.PlatformSubmitted = f.Platform, f.PlatformNumber, f.PlatformSubmitted
		return o
	case SupplementAsked, SupplementReceived, ConsultSent, ConsultServed:
		return old.Fact
	case ConsultReplied:
		return old.Fact
	case Answered:
		o := old.Fact.(Answered)
		o.Outcome, o.Grounds = f.Outcome, f.Grounds
		return o
	case FeeNoticed:
		o := old.Fact.(FeeNoticed)
		o.Fen = f.Fen
		return o
	}
	return line.Fact
}

// NewCase lays a ledger line out as a new case of an agency.
func NewCase(agency int64, s Stamp, r Record) *Case {
	c := &Case{AgencyID: agency, Number: r.Number, Content: r.Content, Events: r.Events(s)}
	c.Parties = []Party{{Role: "applicant", Applicant: Applicant{Kind: r.Kind, Name: r.Applicant,
		IDNumber: r.IDNumber, Phone: r.Phone, Email: r.Email, Address: r.Address}}}
	return c
}
