package report

import (
	"encoding/json"
	"testing"
)

func TestEnterFigures(t *testing.T) {
	lines := ProactiveLines(Format2019)
	for _, x := range []struct {
		row, col int
		typed    string
		want     Decimal
		ok       bool
	}{{0, 0, " １,2００ ", "1200", true}, {0, 0, "-1", "", false}, {0, 0, "1.5", "", false}, {0, 2, "", "", true},
		{2, 1, "-12", "-12", true}, {2, 1, "+3", "3", true}, {2, 0, "-12", "", false},
		{7, 1, "2091200052.16", "2091200052.16", true}, {7, 1, "1e9", "", false}, {7, 0, "三", "", false}} {
		got, err := lines[x.row].Enter(x.col, x.typed)
		if got != x.want || (err == nil) != x.ok {
			t.Errorf("%s %d %q: %q, %v", lines[x.row].Label, x.col, x.typed, got, err)
		}
	}
}

func TestSumProactive(t *testing.T) {
	a := ReadProactive([]byte(`{"layout":"2021","normative":[1,2,3],"fees":["0.1"]}`))
	b := ReadProactive([]byte(`{"layout":"2021","normative":[4,null,6],"fees":["0.2"],"penalties":[7]}`))
	other := ReadProactive([]byte(`{"layout":"2019","regulations":[1,1,1]}`))
	got, err := json.Marshal(SumProactive(Format2021, []*Proactive{a, nil, other, b}))
	if want := `{"layout":"2021","normative":[5,2,9],"penalties":[7],"fees":["0.3"]}`; err != nil || string(got) != want {
		t.Errorf("%s, want %s (%v)", got, want, err)
	}
	if SumProactive(Format2021, []*Proactive{nil, other}) != nil {
		t.Error("a sum of nothing")
	}
}
