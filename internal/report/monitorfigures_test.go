package report

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The percentile is that of the list written out, for whatever answers.
func TestPercentileOfTheListWrittenOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOfN(rapid.IntRange(0, MostDays), 0, 40).Draw(t, "days")
		var f MonitorFigures
		for _, d := range days {
			f.Days[d]++
			f.OnTime++
		}
		slices.Sort(days)
		for _, p := range []int64{50, 90} {
			got, ok := f.Percentile(p)
			if ok != (len(days) >= LeastForRate) {
				t.Fatalf("%d answers: said %v", len(days), ok)
			}
			if !ok {
				continue
			}
			within := 0
			for _, d := range days {
				if d <= got {
					within++
				}
			}
			less := 0
			for _, d := range days {
				if d < got {
					less++
				}
			}
			if int64(within*100) < p*int64(len(days)) || int64(less*100) >= p*int64(len(days)) {
				t.Fatalf("%d%% of %v: %d", p, days, got)
			}
		}
	})
}

// A rate is cut, not rounded up to a hundred, and not said of four answers.
func TestOnTimeRate(t *testing.T) {
	for _, x := range []struct {
		name       string
		onTime, no int64
		want       int64
		ok         bool
	}{{"四件不成率", 4, 0, 0, false}, {"五件", 4, 1, 8000, true}, {"一万件逾期一件不是百分之百", 99999, 1, 9999, true}, {"全部按期", 20, 0, 10000, true}} {
		f := MonitorFigures{OnTime: x.onTime, LateAnswers: x.no}
		if got, ok := f.OnTimeRate(); got != x.want || ok != x.ok {
			t.Errorf("%s: %d, %v", x.name, got, ok)
		}
	}
}
