package cases

import "fmt"

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
