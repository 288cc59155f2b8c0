package cases

// RecordOf lays a case flat as a ledger line. Agency stays empty: the case
// knows only its id.
func RecordOf(c *Case) Record {
	r := recordFacts(Timeline(c.Events, 0))
	a := c.Applicant()
	r.Number, r.Content = c.Number, c.Content
	r.Applicant, r.IDNumber, r.Phone, r.Email, r.Address = a.Name, a.IDNumber, a.Phone, a.Email, a.Address
	return r
}

// recordFacts reads the dated columns off a timeline.
func recordFacts(timeline []Event) Record {
	var r Record
	remedies := map[int]int{}
	for _, e := range timeline {
		switch f := e.Fact.(type) {
		case Received:
			r.ReceivedOn, r.Channel, r.Kind = e.On, f.Channel, f.ApplicantKind
			r.Platform, r.PlatformNumber, r.PlatformSubmittedOn = f.Platform, f.PlatformNumber, f.PlatformSubmitted
		case SupplementAsked:
			r.SupplementAskedOn = e.On
		case SupplementReceived:
			r.SupplementReceivedOn = e.On
		case ConsultSent:
			if r.ConsultSentOn.IsZero() {
				r.ConsultSentOn = e.On
			}
		case ConsultServed:
			if f.Ref == 1 {
				r.ConsultServedOn = e.On
			}
		case ConsultReplied:
			if f.Ref == 1 {
				r.ConsultRepliedOn = e.On
			}
		case Extended:
			r.ExtendedOn, r.ExtendedDays = e.On, f.Days
		case FeeNoticed:
			r.FeeNoticedOn, r.FeeFen = e.On, f.Fen
		case FeePaid:
			r.FeePaidOn = e.On
			if f.Fen != 0 {
				r.FeeFen = f.Fen
			}
		case Answered:
			r.AnsweredOn, r.Outcome, r.Grounds = e.On, f.Outcome, f.Grounds
		case RemedyFiled:
			remedies[f.Ref] = r.fileRemedy(e, f)
		case RemedyClosed:
			if i, ok := remedies[f.Ref]; ok {
				r.Remedies[i].Result, r.Remedies[i].ClosedOn = f.Result, e.On
			}
		}
	}
	return r
}

// fileRemedy notes a remedy as pending and says in which block it stands.
func (r *Record) fileRemedy(e Event, f RemedyFiled) int {
	for i, k := range RemedyKinds() {
		if k == f.Remedy {
			r.Remedies[i] = RemedyRecord{Result: Pending}
			if !f.YearOnly {
				r.Remedies[i].FiledOn = e.On
			}
			return i
		}
	}
	return 0
}

// normal is the line as it would come back from the record: with the days that
// the ledger left out filled in, so that two lines can be compared.
func (r Record) normal() Record {
	n := recordFacts(Timeline(r.Events(Stamp{}), 0))
	n.Number, n.Agency, n.Content = r.Number, r.Agency, r.Content
	n.Applicant, n.IDNumber, n.Phone, n.Email, n.Address = r.Applicant, r.IDNumber, r.Phone, r.Email, r.Address
	return n
}
