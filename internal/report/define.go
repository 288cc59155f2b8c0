package report

import (
	"fmt"
	"slices"
	"strings"
)

// CellRef names a cell of table 三 (Row set) or of table 四 (Row zero).
type CellRef struct {
	Row    RowKey
	Column Column
	Block  Block
	Result Result
}

// RowCell names a cell of table 三.
func RowCell(row RowKey, c Column) CellRef { return CellRef{Row: row, Column: c} }

// RemedyCell names a cell of table 四.
func RemedyCell(b Block, r Result) CellRef { return CellRef{Block: b, Result: r} }

// String gives a stable address of the cell for links: "applications/new/natural",
// "remedies/review/upheld" with the keys of the JSON form.
func (r CellRef) String() string {
	if r.Row.IsZero() {
		return "remedies/" + r.Block.Code() + "/" + r.Result.Code()
	}
	return "applications/" + r.Row.key + "/" + r.Column.Code()
}

// ParseCellRef reads what String wrote.
func ParseCellRef(text string) (CellRef, error) {
	parts := strings.Split(text, "/")
	if len(parts) == 3 && parts[0] == "applications" {
		for c := range columnNames {
			if key, err := ParseRow(parts[1]); err == nil && Column(c).Code() == parts[2] {
				return RowCell(key, Column(c)), nil
			}
		}
	}
	if len(parts) == 3 && parts[0] == "remedies" {
		for b := range blockNames {
			for r := range remedyNames {
				if Block(b).Code() == parts[1] && Result(r).Code() == parts[2] {
					return RemedyCell(Block(b), Result(r)), nil
				}
			}
		}
	}
	return CellRef{}, fmt.Errorf("没有“%s”这一格", text)
}

// Selection says in values which cases (or, with Remedy, which reviews and suits)
// stand in a cell. All conditions hold together; 0 and nil ask nothing.
type Selection struct {
	ReceivedFrom, ReceivedTo int      // years of the receipt date, inclusive
	AnsweredFrom, AnsweredTo int      // years of the answer, inclusive; an open case fails
	OpenAtEnd                int      // open on 31 December of this year: no answer, or a later one
	Outcomes                 []string // any of these codes
	Kinds                    []int    // any of these columns, 0 to 5
	Remedy                   *RemedySelection
	Span                     *Span // years are SpanBefore, SpanIn, SpanAfter of it; nil: calendar years
}

// RemedySelection says which reviews and suits stand in a cell of table 四.
type RemedySelection struct {
	Block     Block
	DecidedIn int      // year of the decision
	PendingAt int      // or: pending on 31 December of this year
	Results   []Result // of the decided ones; nil for any
}

// Define says in one sentence which cases a cell counts and by what rule, and
// gives the same as a selection. Count and the selections agree for every cell.
func Define(ref CellRef, year int, f Format) (string, Selection) {
	if ref.Row.IsZero() {
		return defineRemedy(ref, year, f)
	}
	sentence, s := defineRow(ref.Row, year, f)
	whom := "全部申请人"
	if ref.Column != TotalColumn {
		s.Kinds = []int{int(ref.Column)}
		whom = "申请人类型为“" + ref.Column.Label() + "”"
	}
	return fmt.Sprintf("%s；%s。依据：%s表三“%s”。", sentence, whom, f.Source(), ref.Row.Path()), s
}

func defineRow(row RowKey, year int, f Format) (string, Selection) {
	switch row {
	case RowNew:
		return fmt.Sprintf("收到申请之日（条例第三十一条）在%d年1月1日至12月31日之间的申请，不论是否办结", year),
			Selection{ReceivedFrom: year, ReceivedTo: year}
	case RowCarriedIn:
		return fmt.Sprintf("收到申请之日（条例第三十一条）在%d年12月31日以前、到该日尚未答复的申请", year-1),
			Selection{ReceivedTo: year - 1, OpenAtEnd: year - 1}
	case RowCarriedOut:
		return fmt.Sprintf("收到申请之日在%d年12月31日以前、到该日尚未答复的申请（待补正、待缴费的也在内）", year),
			Selection{ReceivedTo: year, OpenAtEnd: year}
	}
	s := Selection{AnsweredFrom: year, AnsweredTo: year, ReceivedTo: year}
	when := fmt.Sprintf("答复日期（送达或交邮之日）在%d年、不论何年收到的申请", year)
	if row == RowTotal {
		return when + "，各种办理结果之和", s
	}
	s.Outcomes = OutcomesOf(row, f)
	return when + "，办理结果计入“" + strings.TrimPrefix(row.Path(), "三") + "”" + rowRemark(row), s
}

// rowRemark adds what is known to be asked about a row.
func rowRemark(row RowKey) string {
	switch row.key {
	case "disclose":
		return "（已主动公开而告知获取方式的也在内，条例第三十六条第一、二项）"
	case "partial":
		return "（区分处理的只计这一情形，条例第三十七条）"
	case "unable.not_held":
		return "（经检索不存在、不属于本机关负责、已移交国家档案馆的都在内，条例第三十六条第四、五项）"
	case "other", "other.misc":
		return "（申请人撤回、不属于政府信息、咨询等也在内）"
	}
	return ""
}

func defineRemedy(ref CellRef, year int, f Format) (string, Selection) {
	r := &RemedySelection{Block: ref.Block}
	var sentence string
	switch ref.Result {
	case Pending:
		r.PendingAt = year
		sentence = fmt.Sprintf("%d年12月31日以前提起、到该日尚未审结的", year)
	case TotalResult:
		r.DecidedIn, r.PendingAt = year, year
		sentence = fmt.Sprintf("%d年内审结的和到该年12月31日尚未审结的", year)
	default:
		r.DecidedIn, r.Results = year, []Result{ref.Result}
		sentence = fmt.Sprintf("%d年内审结、结果计入“%s”的", year, ref.Result.Label())
	}
	return fmt.Sprintf("%s%s案件，一案计一件，两审以生效裁判为准；由作出信息公开行为的机关统计（国办公开办函〔2016〕201号）。依据：%s表四。",
		sentence, ref.Block.Label(), f.Source()), Selection{Remedy: r}
}

// Matches reports whether the tally's cases are selected.
func (s Selection) Matches(t Tally) bool {
	switch {
	case s.Remedy != nil:
		return false
	case s.ReceivedFrom > 0 && t.ReceivedYear < s.ReceivedFrom:
		return false
	case s.ReceivedTo > 0 && t.ReceivedYear > s.ReceivedTo:
		return false
	case s.AnsweredFrom > 0 && t.AnsweredYear < s.AnsweredFrom:
		return false
	case s.AnsweredTo > 0 && (t.AnsweredYear == 0 || t.AnsweredYear > s.AnsweredTo):
		return false
	case s.OpenAtEnd > 0 && t.AnsweredYear != 0 && t.AnsweredYear <= s.OpenAtEnd:
		return false
	case s.Outcomes != nil && !slices.Contains(s.Outcomes, t.Outcome):
		return false
	}
	return s.Kinds == nil || slices.Contains(s.Kinds, t.Kind)
}

// MatchesRemedy reports whether the tally's reviews or suits are selected.
func (s Selection) MatchesRemedy(t RemedyTally) bool {
	r := s.Remedy
	if r == nil || r.Block != t.Block {
		return false
	}
	year := max(r.DecidedIn, r.PendingAt)
	col, ok := t.column(year)
	if !ok {
		return false
	}
	if col == Pending {
		return r.PendingAt > 0
	}
	return r.DecidedIn > 0 && (r.Results == nil || slices.Contains(r.Results, col))
}
