package web

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/calendar"
	"gongkai/internal/deadline"
	"gongkai/templates/calculator"
	"gongkai/templates/parts"
	"gongkai/templates/register"
)

// calculate is the deadline calculator: the fields of `gongkai deadline` in an
// address.
func (s *Server) calculate(c echo.Context) error {
	v, err := s.frame(c)
	if err != nil {
		return err
	}
	p, err := s.page(c, v, "期限计算器", "calculator")
	if err != nil {
		return err
	}
	values := typedFields(c)
	view, status := calculator.View{Page: p}, http.StatusOK
	if len(values) > 0 {
		query, err := deadline.ParseQuery(normalised(values))
		var wrong *deadline.FieldError
		switch {
		case errors.As(err, &wrong):
			status, view.Page.Wrong = http.StatusUnprocessableEntity, true
			view.Problems = []parts.Problem{{Field: fieldName(wrong.Field), Message: wrongSentence(wrong)}}
		case err != nil:
			return err
		default:
			if view.Result, err = s.result(c, v, query, values); err != nil {
				return err
			}
		}
	}
	fillForm(&view, values)
	return s.draw(c, status, calculator.Show(view))
}

// typedFields reads the calculator's fields as typed; names with a hyphen, as
// the command has them, are known too.
func typedFields(c echo.Context) map[string][]string {
	out := map[string][]string{}
	for name, list := range c.QueryParams() {
		field := strings.ReplaceAll(name, "-", "_")
		if !contains(deadline.Fields(), field) {
			continue
		}
		for _, v := range list {
			if v = strings.TrimSpace(v); v != "" {
				out[field] = append(out[field], v)
			}
		}
	}
	return out
}

func fieldName(name string) string { return strings.ReplaceAll(name, "-", "_") }

var (
	anyDay    = regexp.MustCompile(`\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?|\b\d{8}\b`)
	separator = regexp.MustCompile(`[\s,，、;；]+`)
	between   = regexp.MustCompile(`\s*(?:\.\.|至|到|～|~|—+)\s*`)
)

// normalised turns what people type into what the calculator's grammar knows:
// days in any usual form, several values in one field, 至 for "..".
func normalised(values map[string][]string) map[string][]string {
	out := map[string][]string{}
	for field, list := range values {
		for _, text := range list {
			text = anyDay.ReplaceAllStringFunc(text, func(d string) string {
				if day, ok := readDay(d); ok {
					return day.String()
				}
				return d
			})
			text = between.ReplaceAllString(text, "..")
			text = strings.ReplaceAll(text, "＠", "@")
			for _, v := range separator.Split(text, -1) {
				if v != "" {
					out[field] = append(out[field], v)
				}
			}
		}
	}
	return out
}

// wrongSentence names the field in the form's words instead of the command's.
func wrongSentence(e *deadline.FieldError) string {
	return calculatorLabel(fieldName(e.Field)) + "：" + strings.NewReplacer("--channel", "渠道", "yyyy-mm-dd", "如2025-09-30").Replace(e.Text)
}

// calculatorField is one field of the form.
type calculatorField struct{ name, label, hint string }

func calculatorFields() []calculatorField {
	return []calculatorField{
		{"received", "收到申请之日", "例如 2025-09-30。不知道的，在下面按渠道推算"},
		{"supplement", "补正", "告知日..收到日，例如 2025-10-10..2025-10-20；还没收到的只写告知日"},
		{"extend", "延期", "工作日数@告知日，例如 20@2025-11-05"},
		{"answered", "答复日期", "已答复的才填"},
		{"consult", "征求意见", "发出日..收回日，例如 2025-10-10..2025-10-25；第三方未答复的写 发出日/签收日..none"},
		{"fee", "收费", "通知日..缴费日，例如 2025-10-10..2025-10-25；还没缴的只写通知日"},
		{"as_of", "算到哪一天", "不填为今天或最后一次经过之日"},
		{"submitted", "提交日期", ""}, {"arrived", "到达日期", ""}, {"signed", "签收日期", "邮寄（挂号、EMS）"},
		{"confirmed", "双方确认日期", "平信、网络、传真、电子邮件、口头"},
		{"supplement_term", "补正期限（工作日）", "不填为15个工作日"},
		{"served", "送达日期", "填了就算出救济期限"},
		{"calendar_as_of", "只用哪天以前公布的放假通知", "用来回看当时的判断"},
	}
}

func calculatorLabel(name string) string {
	for _, f := range calculatorFields() {
		if f.name == name {
			return f.label
		}
	}
	return "渠道"
}

// fillForm puts into the form what was typed.
func fillForm(view *calculator.View, values map[string][]string) {
	for i, f := range calculatorFields() {
		in := parts.Input{Name: f.name, Label: f.label, Hint: f.hint, Value: strings.Join(values[f.name], " "),
			Optional: f.name != "received", Problems: view.Problems}
		switch {
		case i < 4:
			view.Fields = append(view.Fields, in)
		case i < 7:
			view.Consult = append(view.Consult, in)
		default:
			view.More = append(view.More, in)
			view.Open = view.Open || in.Value != ""
		}
	}
	chosen := strings.Join(values["channel"], "")
	view.Open = view.Open || chosen != ""
	view.Channel = []parts.Option{{Value: "", Label: "（不按渠道推算）"}}
	for _, ch := range deadline.Channels() {
		view.Channel = append(view.Channel, parts.Option{Value: ch.Code(), Label: ch.Label(), Chosen: ch.Code() == chosen})
	}
}

// result runs the clock. As-of is the later of today and the last event unless
// said otherwise.
func (s *Server) result(c echo.Context, v scope, q deadline.Query, values map[string][]string) (*calculator.Result, error) {
	book, err := s.db.BookOf(c.Request().Context(), v.agency.ID)
	if err != nil {
		return nil, err
	}
	cal, asOf := judgedBy(q, book, s.today())
	clock := q.Clock(book, s.today())
	r := &calculator.Result{Lead: lead(clock), Light: clockLight(clock, cal, asOf), Provisional: clock.Provisional && !clock.Due.IsZero(),
		Ruler: drawRuler(cal, q.History, clock, asOf), Steps: steps(clock), Terms: terms(clock), Command: command(values)}
	if !clock.Due.IsZero() {
		r.Due, r.Weekday = clock.Due.Chinese(), clock.Due.WeekdayChinese()
	}
	r.Facts = resultFacts(q, clock, asOf)
	basis, _, _ := strings.Cut(cal.Version(), "#")
	local, err := s.localNote(c, v)
	if err != nil {
		return nil, err
	}
	if r.Facts = append(r.Facts, register.Fact{Label: "工作日依据", Value: basis, Note: local}); local != "" {
		r.Command += " --agency " + v.agency.Code
	}
	return r, nil
}

// judgedBy gives the calendar and the day by which Query.Clock judges, for the
// ruler beside it.
func judgedBy(q deadline.Query, book *calendar.Book, today calendar.Date) (*calendar.Calendar, calendar.Date) {
	asOf := q.AsOf
	if asOf.IsZero() {
		asOf = calendar.Later(today, q.History.Received)
		if n := len(q.History.Events); n > 0 {
			asOf = calendar.Later(asOf, q.History.Events[n-1].On)
		}
	}
	view := asOf
	for _, e := range q.History.Events {
		if e.Kind == deadline.Answered && !e.On.After(asOf) {
			view = e.On
		}
	}
	if !q.CalendarAsOf.IsZero() {
		return book.PublishedBy(q.CalendarAsOf), asOf
	}
	return book.AsOf(view), asOf
}

func lead(clock deadline.Clock) string {
	if clock.Due.IsZero() {
		return strings.TrimSuffix(verdict(clock), "。")
	}
	if clock.State == deadline.Consulting {
		return "如果意见在计算之日收到，答复期限为"
	}
	return "答复期限"
}

func resultFacts(q deadline.Query, clock deadline.Clock, asOf calendar.Date) []register.Fact {
	law := "政府信息公开条例（国务院令第711号）"
	if clock.Law.AnswerDays() == 15 {
		law = "政府信息公开条例（国务院令第492号）"
	}
	out := []register.Fact{{Label: "适用", Value: law},
		{Label: "收到申请之日", Value: withWeekday(clock.Received), Note: q.ReceiptRule}}
	if !clock.SupplementNoticeDue.IsZero() {
		out = append(out, register.Fact{Label: "告知补正最迟", Value: withWeekday(clock.SupplementNoticeDue), Note: "第三十条"})
	}
	if clock.Excluded > 0 {
		out = append(out, register.Fact{Label: "扣除", Value: fmt.Sprintf("%d个工作日", clock.Excluded), Note: "第三十三条第三款"})
	}
	if text := safeWords(clock); text != "" {
		out = append(out, register.Fact{Label: "内控", Value: text})
	}
	return append(out, register.Fact{Label: "算到", Value: withWeekday(asOf)})
}

// command writes the same question for the command line.
func command(values map[string][]string) string {
	text := "gongkai deadline"
	normal := normalised(values)
	for _, f := range deadline.Fields() {
		for _, v := range normal[f] {
			text += " --" + strings.ReplaceAll(f, "_", "-") + " " + v
		}
	}
	return text
}

// calculatorLink gives the clock of a case as an address of the calculator.
func calculatorLink(h deadline.History) string {
	pairs := []string{"received", h.Received.String()}
	open := map[int]string{}
	var asked, noticed string
	for _, e := range h.Events {
		on := e.On.String()
		switch e.Kind {
		case deadline.SupplementAsked:
			pairs, asked = flush(pairs, "supplement", asked), on
		case deadline.SupplementReceived:
			pairs, asked = append(pairs, "supplement", asked+".."+on), ""
		case deadline.FeeNoticed:
			pairs, noticed = flush(pairs, "fee", noticed), on
		case deadline.FeePaid:
			pairs, noticed = append(pairs, "fee", noticed+".."+on), ""
		case deadline.ConsultSent:
			open[e.Ref] = on
		case deadline.ConsultServed:
			open[e.Ref] += "/" + on
		case deadline.ConsultReplied:
			pairs = append(pairs, "consult", open[e.Ref]+".."+on)
			delete(open, e.Ref)
		case deadline.ConsultSilent:
			pairs = append(pairs, "consult", open[e.Ref]+"..none")
			delete(open, e.Ref)
		case deadline.Extended:
			pairs = append(pairs, "extend", fmt.Sprintf("%d@%s", e.Days, on))
		case deadline.Answered:
			pairs = append(pairs, "answered", on)
		case deadline.Served:
			pairs = append(pairs, "served", on)
		}
	}
	pairs = flush(flush(pairs, "supplement", asked), "fee", noticed)
	for _, sent := range open {
		pairs = append(pairs, "consult", sent)
	}
	return with("/calculator", pairs...)
}

// flush adds a value that has waited for its end in vain.
func flush(pairs []string, name, value string) []string {
	if value == "" {
		return pairs
	}
	return append(pairs, name, value)
}
