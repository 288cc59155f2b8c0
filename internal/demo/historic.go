package demo

import (
	"fmt"
	"slices"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
)

// draft is a case of 2019 while it is being made up.
type draft struct {
	line    Line
	outcome cases.Outcome
	kind    cases.ApplicantKind
	agency  AgencyLine
	era     era
	course  course
}

// era says where a case stands to the year 2019.
type era uint8

const (
	within     era = iota // received and answered in 2019
	carriedIn             // received in 2018, answered in 2019
	carriedOut            // received in 2019, answered in January 2020
)

// lateIn2019 is how many answers of 2019 came late; the report does not say,
// the number is made up so that clocks have something to tell.
const lateIn2019 = 9

// Historic makes up the cases behind Fuzhou's published report for 2019, by
// order of receipt: 2,738 received in the year and 23 carried into it, 2,703 of
// them answered in it and 58 carried out and answered in January 2020. Counted
// by date they give the published tables three and four, the channels and the
// levels; everything else about them is invented. Numbers are left to the store.
func Historic() []Line {
	d, table := newDice(2019, 1), readPublished()
	drafts := append(answered(d, table), open(d, table)...)
	chooseEras(d, table, drafts)
	dealAgencies(d, table, drafts)
	dealChannels(d, table, drafts)
	chooseLate(d, drafts)
	book := calendar.Builtin()
	for i := range drafts {
		drafts[i].finish(d, book)
	}
	dealRemedies(d, book.Latest(), table, drafts)
	return linesOf(drafts)
}

// answered makes a draft for each case counted in the rows of results.
func answered(d dice, table published) []draft {
	var out []draft
	done := map[string]bool{}
	for _, o := range cases.Outcomes() {
		row := o.Info().Row2019
		if done[row] {
			continue
		}
		done[row] = true
		codes := takeApart(d, row, table.Applications.Results[row][6])
		for i, kind := range cases.ApplicantKinds() {
			for range table.Applications.Results[row][i] {
				out = append(out, draft{kind: kind, outcome: cases.MustOutcome(codes[0])})
				codes = codes[1:]
			}
		}
	}
	return out
}

// takeApart gives the outcomes of a row's cases, in no order.
func takeApart(d dice, row string, total int) []string {
	list := leaves(row)
	weights := make([]int, len(list))
	for i, l := range list {
		weights[i] = l.share
	}
	var codes []string
	for i, n := range share(total, weights) {
		codes = append(codes, slices.Repeat([]string{list[i].code}, n)...)
	}
	shuffle(d, codes)
	return codes
}

// open makes a draft for each case carried into 2020.
func open(d dice, table published) []draft {
	later := []string{"disclose.provided", "disclose.already_public", "partial", "unable.nonexistent",
		"unable.nonexistent", "unable.other_agency", "withhold.process_info", "withhold.third_party"}
	var out []draft
	for i, kind := range cases.ApplicantKinds() {
		for range table.Applications.CarriedOut[i] {
			out = append(out, draft{kind: kind, era: carriedOut, outcome: cases.MustOutcome(oneOf(d, later))})
		}
	}
	return out
}

// chooseEras picks the cases that came over from 2018.
func chooseEras(d dice, table published, drafts []draft) {
	left := table.Applications.CarriedIn
	for _, i := range d.Perm(len(drafts)) {
		x := &drafts[i]
		col := x.kind.Column()
		if x.era == within && left[col] > 0 && x.outcome.Group() != "not_processed" && x.outcome.Group() != "other" {
			x.era = carriedIn
			left[col]--
		}
	}
}

// dealAgencies hands the cases received in 2019 to the agencies, in the numbers
// of the levels; those that fit few agencies choose first. What was carried in
// lies with the busiest.
func dealAgencies(d dice, table published, drafts []draft) {
	deck := agencyDeck(table.Narrative.Levels)
	busiest := Agencies()[1:5]
	shuffle(d, deck)
	order := d.Perm(len(drafts))
	slices.SortStableFunc(order, func(a, b int) int { return len(wants(drafts[b].outcome)) - len(wants(drafts[a].outcome)) })
	for _, i := range order {
		x := &drafts[i]
		if x.era == carriedIn {
			x.agency = oneOf(d, busiest)
			continue
		}
		at := max(0, slices.IndexFunc(deck, func(a AgencyLine) bool { return slices.Contains(wants(x.outcome), a.topic) }))
		x.agency = deck[at]
		deck = slices.Delete(deck, at, at+1)
	}
}

// wants gives the topics of the agencies that end cases in this way, or none.
func wants(o cases.Outcome) []string {
	switch o.Code() {
	case "not_processed.excessive":
		return []string{"land", "housing", "plan", "market", "gov"}
	case "withhold.admin_query":
		return []string{"land", "market"}
	}
	return nil
}

// agencyDeck holds each agency once for each case that it received in 2019: the
// city government, lower governments and departments in the numbers of the
// report, the four busiest departments in numbers of their own.
func agencyDeck(levels map[string]int) []AgencyLine {
	list := Agencies()
	busiest, busy := list[1:5], 0
	for _, a := range busiest {
		busy += a.weight
	}
	var lower, departments []AgencyLine
	for i, a := range list {
		switch {
		case i < 5:
		case a.Kind == cases.Department || a.Kind == cases.Authorized:
			departments = append(departments, a)
		default:
			lower = append(lower, a)
		}
	}
	deck := dealt(list[:1], levels["市本级政府"])
	deck = append(deck, dealt(lower, levels["下级政府"])...)
	deck = append(deck, dealt(busiest, busy)...)
	return append(deck, dealt(departments, levels["各级政府工作部门"]-busy)...)
}

// dealt repeats each agency as often as its weight asks for of a total.
func dealt(agencies []AgencyLine, total int) []AgencyLine {
	weights := make([]int, len(agencies))
	for i, a := range agencies {
		weights[i] = a.weight
	}
	var out []AgencyLine
	for i, n := range share(total, weights) {
		out = append(out, slices.Repeat(agencies[i:i+1], n)...)
	}
	return out
}

// dealChannels hands out the channels of the report; its letters are taken apart
// into those signed for and ordinary ones, which it does not do.
func dealChannels(d dice, table published, drafts []draft) {
	var deck []cases.Channel
	for _, c := range []struct {
		word    string
		channel cases.Channel
	}{{"当面", deadline.InPerson}, {"网络", deadline.Online}, {"信函", deadline.LetterRegistered}} {
		deck = append(deck, slices.Repeat([]cases.Channel{c.channel}, int(table.Narrative.Channels[c.word][0]))...)
	}
	shuffle(d, deck)
	for i := range drafts {
		r := &drafts[i].line.Record
		if drafts[i].era == carriedIn {
			r.Channel = oneOf(d, []cases.Channel{deadline.InPerson, deadline.Online, deadline.LetterRegistered})
			continue
		}
		r.Channel, deck = deck[0], deck[1:]
		if r.Channel == deadline.LetterRegistered && d.chance(12) {
			r.Channel = deadline.LetterOrdinary
		}
	}
}

// chooseLate throws the course of each case, and picks those answered late.
func chooseLate(d dice, drafts []draft) {
	late := 0
	for _, i := range d.Perm(len(drafts)) {
		x := &drafts[i]
		x.course = usual(d, x.outcome)
		plain := x.era == within && (x.outcome.Group() == "unable" || x.outcome.Group() == "disclose") && !x.course.spot
		if plain && late < lateIn2019 {
			x.course.late = d.between(1, 6)
			late++
		}
	}
}

// finish throws the days, the applicant and the text of a case.
func (x *draft) finish(d dice, book *calendar.Book) {
	r := &x.line.Record
	r.Outcome = x.outcome
	got, ok := x.course.lay(d, book, x.era.window(x.outcome), *r)
	if !ok {
		panic(fmt.Sprintf("demo: no days fit %+v of %s", x.course, x.outcome.Code())) // the seed is fixed: a test sees it
	}
	*r = got
	r.Agency, x.line.AgencyCode = x.agency.Code, x.agency.Code
	who := applicant(d, x.kind)
	if x.outcome.Code() == "not_processed.excessive" {
		who = person(d.IntN(5))
	}
	setApplicant(r, who)
	r.Content = content(d, x.agency, x.outcome, r.ReceivedOn.Year())
	r.Grounds = grounds(d, x.outcome)
}

// window gives the days of an era. Requests were refused as excessive only from
// the day on which Art 35 was in force.
func (e era) window(o cases.Outcome) window {
	w := window{calendar.Of(2019, 1, 2), calendar.Of(2019, 12, 27), calendar.Of(2019, 1, 2), calendar.Of(2019, 12, 31)}
	switch {
	case e == carriedIn:
		w.receivedFrom, w.receivedTo = calendar.Of(2018, 12, 10), calendar.Of(2018, 12, 29)
	case e == carriedOut:
		w.receivedFrom, w.receivedTo = calendar.Of(2019, 12, 5), calendar.Of(2019, 12, 31)
		w.answeredFrom, w.answeredTo = calendar.Of(2020, 1, 2), calendar.Of(2020, 1, 31)
	case o.Code() == "not_processed.excessive":
		w.receivedFrom = calendar.Of(2019, 5, 20)
	}
	return w
}

// grounds gives the grounds of what a partial answer withholds.
func grounds(d dice, o cases.Outcome) []cases.Outcome {
	if o.Code() != "partial" {
		return nil
	}
	list := []string{"withhold.third_party", "withhold.third_party", "withhold.process_info", "withhold.internal_affairs", "unable.nonexistent"}
	out := []cases.Outcome{cases.MustOutcome(oneOf(d, list))}
	if second := cases.MustOutcome(oneOf(d, list)); second != out[0] && d.chance(25) {
		out = append(out, second)
	}
	return out
}

// linesOf gives the lines in the order of receipt.
func linesOf(drafts []draft) []Line {
	out := make([]Line, len(drafts))
	for i, x := range drafts {
		out[i] = x.line
	}
	sortByReceipt(out)
	return out
}

func sortByReceipt(lines []Line) {
	slices.SortStableFunc(lines, func(a, b Line) int { return a.Record.ReceivedOn.Compare(b.Record.ReceivedOn) })
}
