package report

import (
	"fmt"

	"gongkai/internal/calendar"
)

// Stage is one of the four parts that the cases of a period stand in, by the same
// dates as 一, 二, 三 and 四 of table 三: for any period 新收 and 期初结转 together
// are 办结 and 期末未办结.
type Stage struct{ code string }

// The stages of a period.
var (
	StageNew  = Stage{"new"}         // received in it (Art 31)
	StageIn   = Stage{"carried_in"}  // received before it, not answered before it
	StageDone = Stage{"done"}        // answered in it
	StageOut  = Stage{"carried_out"} // received by its end, not answered by then
)

// Stages lists them in the order of table 三.
func Stages() []Stage { return []Stage{StageNew, StageIn, StageDone, StageOut} }

// ParseStage reads a code; false for anything else.
func ParseStage(code string) (Stage, bool) {
	for _, s := range Stages() {
		if s.code == code {
			return s, true
		}
	}
	return Stage{}, false
}

// String gives the code.
func (s Stage) String() string { return s.code }

// Label gives the office's word.
func (s Stage) Label() string {
	return map[string]string{"new": "新收", "carried_in": "期初结转", "done": "办结", "carried_out": "期末未办结"}[s.code]
}

// Define says which cases stand in the stage of a period, and by which row of the
// statutory table they are counted alike.
func (s Stage) Define(from, to calendar.Date) string {
	switch s {
	case StageNew:
		return fmt.Sprintf("收到申请之日（条例第三十一条）在%s至%s之间的申请，不论是否办结；与年报表三“一”同一口径", from.Chinese(), to.Chinese())
	case StageIn:
		return fmt.Sprintf("收到申请之日在%s以前、到前一日尚未答复的申请；与年报表三“二”同一口径", from.Chinese())
	case StageDone:
		return fmt.Sprintf("答复日期（送达或交邮之日）在%s至%s之间、不论何时收到的申请；与年报表三“三（七）”同一口径", from.Chinese(), to.Chinese())
	}
	return fmt.Sprintf("收到申请之日在%s以前（含当日）、到该日尚未答复的申请，待补正、待缴费的也在内；与年报表三“四”同一口径", to.Chinese())
}

// StageSpan selects the cases of a stage of a period. A case without a kind of
// applicant stands in no table, nor here.
type StageSpan struct {
	Stage    Stage
	From, To calendar.Date // inclusive
	Outcomes []string      // any of these codes; nil asks nothing
}

// Kinds is a count for each kind of applicant, in the order of the columns.
type Kinds [TotalColumn]int64

// Sum adds them.
func (k Kinds) Sum() int64 {
	var n int64
	for _, x := range k {
		n += x
	}
	return n
}

// Stand is how many cases of a period stand in each stage.
type Stand struct{ New, In, Done, Out int64 }

// Of gives the count of a stage.
func (s Stand) Of(stage Stage) int64 {
	switch stage {
	case StageNew:
		return s.New
	case StageIn:
		return s.In
	case StageDone:
		return s.Done
	}
	return s.Out
}

// Period is what a set of agencies received and answered in a period.
type Period struct {
	From, To           calendar.Date
	New, In, Done, Out Kinds
	NewByMonth         map[int]int64 // yyyymm
	DoneByMonth        map[int]int64
	NewByChannel       map[string]int64 // code, "" where a ledger did not say
	DoneByOutcome      map[string]Kinds // by code
	ByAgency           map[int64]*Stand // by id; none where nothing stands
	NewByTopic         map[string]int64 // "" where none is given
}

// NewPeriod gives an empty one.
func NewPeriod(from, to calendar.Date) Period {
	return Period{From: from, To: to, NewByMonth: map[int]int64{}, DoneByMonth: map[int]int64{}, NewByChannel: map[string]int64{},
		DoneByOutcome: map[string]Kinds{}, ByAgency: map[int64]*Stand{}, NewByTopic: map[string]int64{}}
}

// At gives the stand of an agency, to be counted up.
func (p *Period) At(agency int64) *Stand {
	s := p.ByAgency[agency]
	if s == nil {
		s = &Stand{}
		p.ByAgency[agency] = s
	}
	return s
}

// Stand is that of all agencies together.
func (p Period) Stand() Stand {
	return Stand{p.New.Sum(), p.In.Sum(), p.Done.Sum(), p.Out.Sum()}
}

// Table puts the period into the form of table 三; of a calendar year it is the
// table of that year.
func (p Period) Table(f Format) Table {
	t := NewTable("", p.To.Year(), f)
	put := func(row *Row, counts Kinds) {
		for i, n := range counts {
			row[i].N += n
			row[TotalColumn].N += n
		}
	}
	put(&t.New, p.New)
	put(&t.CarriedIn, p.In)
	put(&t.Total, p.Done)
	put(&t.CarriedOut, p.Out)
	for code, counts := range p.DoneByOutcome {
		if key, ok := RowOf(code, f); ok {
			put(t.Row(key), counts)
		}
	}
	return t
}

// YearBefore gives the same period a year earlier. A period that ends with a month
// ends with it in both years.
func YearBefore(from, to calendar.Date) (calendar.Date, calendar.Date) {
	before := to.AddMonths(-12)
	if next := to.AddDays(1); next.Time().Day() == 1 {
		before = next.AddMonths(-12).AddDays(-1)
	}
	return from.AddMonths(-12), before
}
