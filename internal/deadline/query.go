package deadline

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"gongkai/internal/calendar"
)

// FieldError says what is wrong with one entry: its name as in a form, and a
// sentence in Chinese.
type FieldError struct{ Field, Text string }

// Error gives the sentence.
func (e *FieldError) Error() string { return e.Text }

// Query is what the calculator is asked, by the command or by the page: the
// same fields under the same names.
type Query struct {
	ReceiptRule string
	History     History
	// AsOf and CalendarAsOf are zero where they were not given.
	AsOf         calendar.Date
	CalendarAsOf calendar.Date
}

// Fields lists the names that ParseQuery knows, in the order of the form. A
// name with an underscore is also known with a hyphen.
func Fields() []string {
	return []string{"received", "channel", "submitted", "arrived", "signed", "confirmed", "supplement", "supplement_term",
		"consult", "extend", "fee", "answered", "served", "as_of", "calendar_as_of"}
}

// ParseQuery reads the calculator's fields, each with any number of values;
// empty values are as good as none. Every error is a *FieldError.
func ParseQuery(values map[string][]string) (Query, error) {
	p := queryParser{values: map[string][]string{}}
	if err := p.take(values); err != nil {
		return Query{}, err
	}
	q := Query{
		AsOf:         p.date("as_of"),
		CalendarAsOf: p.date("calendar_as_of"),
	}
	q.History.Received, q.ReceiptRule = p.receipt()
	q.History.Channel = p.channel()
	p.supplements()
	p.fees()
	p.consults()
	p.extensions()
	p.ends()
	if p.err != nil {
		return Query{}, p.err
	}
	q.History.Events = p.sorted()
	return q, p.checkOrder(q)
}

type queryParser struct {
	values map[string][]string
	events []ranked
	err    error
}

// ranked orders events of one day: what ends comes before what begins, and
// the answer comes last.
type ranked struct {
	Event
	rank int
}

func (p *queryParser) take(values map[string][]string) error {
	known := map[string]bool{}
	for _, f := range Fields() {
		known[f] = true
	}
	for name, list := range values {
		field := strings.ReplaceAll(name, "-", "_")
		if !known[field] {
			return &FieldError{name, fmt.Sprintf("没有“%s”这一项", name)}
		}
		for _, v := range list {
			if v = strings.TrimSpace(v); v != "" {
				p.values[field] = append(p.values[field], v)
			}
		}
	}
	return nil
}

func (p *queryParser) fail(field, format string, args ...any) {
	if p.err == nil {
		p.err = &FieldError{field, fmt.Sprintf(format, args...)}
	}
}

// Flag writes the field as the command names it: --as-of.
func (e *FieldError) Flag() string { return "--" + strings.ReplaceAll(e.Field, "_", "-") }

func (p *queryParser) add(kind Kind, on calendar.Date, rank int, more func(*Event)) {
	e := ranked{Event{Kind: kind, On: on}, rank}
	if more != nil {
		more(&e.Event)
	}
	p.events = append(p.events, e)
}

// single gives the one value of a field, or "".
func (p *queryParser) single(field string) string {
	list := p.values[field]
	if len(list) > 1 {
		p.fail(field, "只能写一次，写了 %d 次", len(list))
	}
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func (p *queryParser) date(field string) calendar.Date {
	if text := p.single(field); text != "" {
		return p.parse(field, text)
	}
	return calendar.Date{}
}

func (p *queryParser) parse(field, text string) calendar.Date {
	d, err := calendar.Parse(strings.TrimSpace(text))
	switch {
	case err != nil:
		p.fail(field, "%v", err)
	case d.Year() < 1990 || d.Year() > 2099:
		p.fail(field, "日期“%s”应在 1990 年至 2099 年之间", text)
	}
	return d
}

func (p *queryParser) channel() Channel {
	text := p.single("channel")
	if text == "" {
		return Channel{}
	}
	c, err := ParseChannel(text)
	if err != nil {
		p.fail("channel", "%v", err)
	}
	return c
}

// receipt gives the day of receipt: as given, or by the rule of the channel. If
// both can be had they must agree.
func (p *queryParser) receipt() (calendar.Date, string) {
	given := p.date("received")
	r := Receipt{Channel: p.channel(), Submitted: p.date("submitted"), Arrived: p.date("arrived"),
		Signed: p.date("signed"), Confirmed: p.date("confirmed")}
	if p.err != nil {
		return given, ""
	}
	hasDates := r != Receipt{Channel: r.Channel}
	if !given.IsZero() && !hasDates {
		return given, "按给定的收到申请之日计算"
	}
	if given.IsZero() && r.Channel.IsZero() {
		p.fail("received", "请写明收到申请之日（yyyy-mm-dd），或者写明 --channel 和相应日期")
		return given, ""
	}
	day, rule, err := r.Day()
	if err != nil {
		if bad, ok := err.(*FieldError); ok {
			p.fail(bad.Field, "%s", bad.Text)
		}
		return given, rule
	}
	if !given.IsZero() && given != day {
		p.fail("received", "写的收到日期 %s 与按渠道推定的 %s 不一致", given, day)
	}
	return day, rule
}

// span reads FROM..TO or FROM alone.
func (p *queryParser) span(field, text string) (from, to calendar.Date) {
	a, b, both := strings.Cut(text, "..")
	from = p.parse(field, a)
	if !both {
		return from, to
	}
	if to = p.parse(field, b); p.err == nil && to.Before(from) {
		p.fail(field, "“%s”后一个日期早于前一个", text)
	}
	return from, to
}

func (p *queryParser) supplements() {
	list, days := p.values["supplement"], p.supplementTerms()
	for i, text := range list {
		from, to := p.span("supplement", text)
		p.add(SupplementAsked, from, 5, func(e *Event) { e.Ref, e.Days = i+1, days[min(i, len(days)-1)] })
		if !to.IsZero() {
			p.add(SupplementReceived, to, pairRank(from, to), func(e *Event) { e.Ref = i + 1 })
		}
	}
}

// pairRank lets the end of a pair come first on its day, unless it began then.
func pairRank(from, to calendar.Date) int {
	if from == to {
		return 7
	}
	return 1
}

// supplementTerms gives one term for all notices, or one for each in order.
func (p *queryParser) supplementTerms() []int {
	list := p.values["supplement_term"]
	if len(list) > 1 && len(list) != len(p.values["supplement"]) {
		p.fail("supplement_term", "写了 %d 个期限，补正有 %d 次", len(list), len(p.values["supplement"]))
	}
	days := make([]int, 0, len(list)+1)
	for _, text := range list {
		days = append(days, p.number("supplement_term", text))
	}
	if len(days) == 0 {
		days = append(days, usualSupplementTerm)
	}
	return days
}

// number reads a count of working days.
func (p *queryParser) number(field, text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 1 || n > 1000 {
		p.fail(field, "“%s”应为 1 到 1000 的工作日数", text)
	}
	return n
}

func (p *queryParser) fees() {
	for i, text := range p.values["fee"] {
		ref := func(e *Event) { e.Ref = i + 1 }
		from, to := p.span("fee", text)
		p.add(FeeNoticed, from, 5, ref)
		if !to.IsZero() {
			p.add(FeePaid, to, pairRank(from, to), ref)
		}
	}
}

// consults reads SENT, SENT..REPLIED, SENT/SERVED..none and, with the day on
// which the party received the letter, SENT/SERVED and SENT/SERVED..REPLIED.
func (p *queryParser) consults() {
	for i, text := range p.values["consult"] {
		head, end, ended := strings.Cut(text, "..")
		sentText, servedText, hasServed := strings.Cut(head, "/")
		ref := func(e *Event) { e.Ref = i + 1 }
		sent := p.parse("consult", sentText)
		p.add(ConsultSent, sent, 3, ref)
		served := sent
		if hasServed {
			served = p.parse("consult", servedText)
			if p.err == nil && served.Before(sent) {
				p.fail("consult", "“%s”签收日期早于发出日期", text)
			}
			p.add(ConsultServed, served, 4, ref)
		}
		switch {
		case !ended:
		case end == "none" && hasServed:
			p.add(ConsultSilent, served, 5, ref)
		case end == "none":
			p.fail("consult", "“%s”没有写第三方签收日期，应为 发出日期/签收日期..none", text)
		default:
			replied := p.parse("consult", end)
			if p.err == nil && replied.Before(served) {
				p.fail("consult", "“%s”收回日期早于发出或签收日期", text)
			}
			p.add(ConsultReplied, replied, pairRank(served, replied), ref)
		}
	}
}

func (p *queryParser) extensions() {
	for _, text := range p.values["extend"] {
		days, on, ok := strings.Cut(text, "@")
		if !ok {
			p.fail("extend", "“%s”应为 工作日数@告知日期，例如 20@2025-11-05", text)
			return
		}
		n := p.number("extend", days)
		p.add(Extended, p.parse("extend", on), 6, func(e *Event) { e.Days = n })
	}
}

func (p *queryParser) ends() {
	answered, served := p.date("answered"), p.date("served")
	if !answered.IsZero() {
		p.add(Answered, answered, 8, nil)
	}
	if !served.IsZero() {
		p.add(Served, served, 9, nil)
	}
	if !answered.IsZero() && served.Before(answered) && !served.IsZero() {
		p.fail("served", "送达日期 %s 早于答复日期 %s", served, answered)
	}
}

func (p *queryParser) sorted() []Event {
	sort.SliceStable(p.events, func(i, j int) bool {
		a, b := p.events[i], p.events[j]
		if a.On != b.On {
			return a.On.Before(b.On)
		}
		return a.rank < b.rank
	})
	out := make([]Event, len(p.events))
	for i, e := range p.events {
		out[i] = e.Event
	}
	return out
}

// checkOrder refuses what cannot have happened: anything before the receipt.
func (p *queryParser) checkOrder(q Query) error {
	if len(q.History.Events) > 0 && q.History.Events[0].On.Before(q.History.Received) {
		e := q.History.Events[0]
		return &FieldError{fieldOf[e.Kind], fmt.Sprintf("日期 %s 早于收到申请之日 %s", e.On, q.History.Received)}
	}
	if !q.AsOf.IsZero() && q.AsOf.Before(q.History.Received) {
		return &FieldError{"as_of", fmt.Sprintf("截至日期 %s 早于收到申请之日 %s", q.AsOf, q.History.Received)}
	}
	return nil
}

var fieldOf = [...]string{SupplementAsked: "supplement", SupplementReceived: "supplement", ConsultSent: "consult",
	ConsultServed: "consult", ConsultReplied: "consult", ConsultSilent: "consult", Extended: "extend", FeeNoticed: "fee",
	FeePaid: "fee", Delayed: "extend", Answered: "answered", Served: "served", ReviewDecided: "served"}

// Clock answers the query: explained as of the day that was asked for, else the
// later of today and the last event; by the notices of the day that was asked
// for, else those of the answer or, while there is none, of the as-of day.
func (q Query) Clock(book *calendar.Book, today calendar.Date) Clock {
	asOf := q.AsOf
	if asOf.IsZero() {
		asOf = calendar.Later(today, q.History.Received)
		if n := len(q.History.Events); n > 0 {
			asOf = calendar.Later(asOf, q.History.Events[n-1].On)
		}
	}
	view := asOf
	for _, e := range q.History.Events {
		if e.Kind == Answered && !e.On.After(asOf) {
			view = e.On
		}
	}
	if !q.CalendarAsOf.IsZero() {
		return Explain(book.PublishedBy(q.CalendarAsOf), q.History, asOf)
	}
	return Explain(book.AsOf(view), q.History, asOf)
}
