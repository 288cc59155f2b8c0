package cases

import (
	"fmt"
	"slices"

	"gongkai/internal/calendar"
)

// RowOutcome gives the one outcome by which an undivided application with
// several items counts (note to row （二） of table 三): all alike, that one;
// something given and something not, 部分公开; nothing given, the main outcome,
// which must be that of one of the items. Grounds are those of the parts not
// given, in item order, each once.
func RowOutcome(items []ItemOutcome, main Outcome) (row Outcome, grounds []Outcome, err error) {
	given := 0
	for _, it := range items {
		switch {
		case it.Outcome.Releases():
			given++
		case it.Outcome.Group() == "partial":
			return Outcome{}, nil, refuse("第%d项不能写“部分公开”，应把这一项拆成给与不给两项（表三填报说明）", it.Item)
		default:
			grounds = appendNew(grounds, it.Outcome)
		}
	}
	switch {
	case len(items) == 0:
		return Outcome{}, nil, refuse("没有逐项结果")
	case len(grounds) == 0:
		return items[0].Outcome, nil, nil
	case given > 0:
		return MustOutcome("partial"), grounds, nil
	case len(grounds) == 1:
		return grounds[0], nil, nil
	}
	for _, g := range grounds {
		if g == main {
			return main, nil, nil
		}
	}
	return Outcome{}, nil, refuse("各项均未提供且理由不同，应指定其中一项的结果作为本件的主要结果（表三一件只计一行）")
}

func appendNew(list []Outcome, o Outcome) []Outcome {
	for _, x := range list {
		if x == o {
			return list
		}
	}
	return append(list, o)
}

// Refused is the law's no: a sentence in Chinese that names the article.
type Refused struct{ Reason string }

// Error gives the sentence.
func (r *Refused) Error() string { return r.Reason }

func refuse(format string, args ...any) error {
	return &Refused{fmt.Sprintf(format, args...)}
}

// Divide makes the one answer that several items add up to: the row of table 三
// that follows (RowOutcome), with the items' own outcomes.
func Divide(items []ItemOutcome, main Outcome) (Answered, error) {
	row, grounds, err := RowOutcome(items, main)
	if err != nil {
		return Answered{}, err
	}
	a := Answered{Outcome: row, Items: items}
	if row.Group() == "partial" {
		a.Grounds = grounds
	}
	return a, nil
}

// SetItems says of which parts an application consists; what was recorded of the
// parts before is in the audit chain, not in the case.
func (c *Case) SetItems(items []string) error {
	if _, _, answered := find[Answered](Timeline(c.Events, 0)); answered {
		return refuse("本件已经答复，不能再分项")
	}
	if len(items) == 1 || len(items) > MostItems {
		return refuse("分项应为2至%d项", MostItems)
	}
	c.Items = items
	return nil
}

// MostItems is how many parts an application may be divided into.
const MostItems = 50

// itemsFit holds an answer with items against the items asked, against the row
// that follows from them, and each against what must have happened before.
func (c *Case) itemsFit(sit situation, on calendar.Date, a Answered) error {
	if len(a.Items) == 0 {
		return nil
	}
	if len(a.Items) != len(c.Items) {
		return refuse("申请分为%d项，写了%d项的结果；每一项都应有结果", len(c.Items), len(a.Items))
	}
	want, err := Divide(a.Items, a.Outcome)
	if err != nil {
		return err
	}
	if want.Outcome != a.Outcome || !slices.Equal(want.Grounds, a.Grounds) {
		return refuse("各项结果合计应为“%s”，与“%s”不符（表三填报说明）", want.Outcome.Label(), a.Outcome.Label())
	}
	for i, it := range a.Items {
		if it.Item != i+1 {
			return refuse("分项的顺序不对，应为第%d项", i+1)
		}
		if err := factsFit(sit, on, it.Outcome); err != nil {
			return refuse("第%d项：%s", it.Item, err.Error())
		}
	}
	return nil
}
