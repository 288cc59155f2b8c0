package report

import (
	"fmt"
	"time"

	"gongkai/internal/calendar"
)

// Span is a period from a day to a day, both in it. Tables of a span are counted
// like those of a year: what is said of 1 January holds of its first day, of 31
// December of its last.
type Span struct{ From, To calendar.Date }

// YearSpan is a whole year.
func YearSpan(year int) Span {
	return Span{calendar.Of(year, time.January, 1), calendar.Of(year, time.December, 31)}
}

// WholeYear reports whether the span is exactly one year.
func (s Span) WholeYear() bool { return s == YearSpan(s.From.Year()) }

// YearBefore is the same span a year earlier; 29 February becomes 28.
func (s Span) YearBefore() Span {
	return Span{yearBefore(s.From), yearBefore(s.To)}
}

func yearBefore(d calendar.Date) calendar.Date {
	y, m, day := d.YMD()
	if m == time.February && day == 29 {
		day = 28
	}
	return calendar.Of(y-1, m, day)
}

// String words the span.
func (s Span) String() string {
	if s.WholeYear() {
		return fmt.Sprintf("%d年", s.From.Year())
	}
	return s.From.Chinese() + "至" + s.To.Chinese()
}

// The years as which the tallies of a span are counted: before it, in it, after it.
const (
	SpanBefore = 1
	SpanIn     = 2
	SpanAfter  = 3
)

// CountSpan is Count for a span: the years of the tallies are SpanBefore, SpanIn,
// SpanAfter and 0. The table's year is that of the span's end.
func CountSpan(s Span, f Format, tallies []Tally, remedies []RemedyTally) Table {
	t := Count(SpanIn, f, tallies, remedies)
	t.Year = s.To.Year()
	return t
}

// Place gives the year as which a day counts in the span; 0 for no day.
func (s Span) Place(d calendar.Date) int {
	switch {
	case d.IsZero():
		return 0
	case d.Before(s.From):
		return SpanBefore
	case d.After(s.To):
		return SpanAfter
	}
	return SpanIn
}

// DefineSpan is Define for a span. Years in the selection are those of the span.
func DefineSpan(ref CellRef, s Span, f Format) (string, Selection) {
	if s.WholeYear() {
		return Define(ref, s.From.Year(), f)
	}
	_, selection := Define(ref, SpanIn, f)
	selection.Span = &s
	from, to := s.From.Chinese(), s.To.Chinese()
	if ref.Row.IsZero() {
		return fmt.Sprintf("%s“%s”，以%s至%s代替年度。依据：%s表四。", ref.Block.Label(), ref.Result.Label(), from, to, f.Source()), selection
	}
	var what string
	switch ref.Row {
	case RowNew:
		what = fmt.Sprintf("收到申请之日（条例第三十一条）在%s至%s之间的申请，不论是否办结", from, to)
	case RowCarriedIn:
		what = fmt.Sprintf("收到申请之日在%s以前、到该日尚未答复的申请", from)
	case RowCarriedOut:
		what = fmt.Sprintf("收到申请之日在%s以前（含当日）、到该日终了尚未答复的申请", to)
	default:
		what = fmt.Sprintf("答复日期在%s至%s之间的申请，办理结果计入“%s”%s", from, to, ref.Row.Path(), rowRemark(ref.Row))
	}
	whom := "全部申请人"
	if ref.Column != TotalColumn {
		whom = "申请人类型为“" + ref.Column.Label() + "”"
	}
	return fmt.Sprintf("%s；%s。依据：%s表三。", what, whom, f.Source()), selection
}
