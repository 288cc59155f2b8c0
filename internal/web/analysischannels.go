package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gongkai/internal/report"
	"gongkai/internal/store"
	"gongkai/templates/charts"
)

// yearChannels is what came by which channel in the same period of a year.
type yearChannels struct {
	year      int
	byChannel map[string]int64 // nil: the agency was not there
}

func channelYear(p report.Period) yearChannels { return yearChannels{p.To.Year(), p.NewByChannel} }

// group adds the channels of a group up; "" is what no ledger said.
func (y yearChannels) group(codes string) (n, all int64) {
	for code, k := range y.byChannel {
		all += k
		if channelGroup(code) == codes {
			n += k
		}
	}
	return n, all
}

func channelSection(a analysed) statSection {
	s := statSection{id: "channels", name: "申请渠道（新收）"}
	now, before := channelYear(a.now.Period), channelYear(a.before.Period)
	var parts []split
	for _, g := range append(slices.Clone(channelGroups), struct{ codes, label string }{"", "未记载"}) {
		codes := cmp.Or(g.codes, store.NoneGiven)
		n, _ := now.group(g.codes)
		was, _ := before.group(g.codes)
		if g.codes == "" && n+was == 0 {
			continue
		}
		parts = append(parts, split{g.label, 0, n, was, a.now.of(report.StageNew, "channel", codes), a.before.of(report.StageNew, "channel", codes)})
	}
	base, baseBefore := a.now.Stand().New, a.before.Stand().New
	s.heads, s.rows = compared(a, "渠道", parts, base, baseBefore, a.now.of(report.StageNew), a.before.of(report.StageNew))
	title := leading(a, parts, base, baseBefore, "申请")
	s.bars = []charts.Chart{barsOfParts("by-channel", title, "渠道", parts, 8)}
	if c, ok := channelTrend(a.years, parts); ok {
		s.lines = []charts.Chart{c}
	}
	s.note = "传真、电子邮件怎样并入当面、信函、网络三类，以年报所附口径为准。"
	return s
}

// channelTrend draws the shares of the channels over the years, and says how the
// greatest has moved.
func channelTrend(years []yearChannels, parts []split) (charts.Chart, bool) {
	c := charts.Chart{ID: "channel-years", Head: "年度（同期）", Unit: "%"}
	known, best := 0, 0
	for i, p := range parts {
		if p.now > parts[best].now {
			best = i
		}
	}
	var leader []report.Hundredths
	for i, g := range channelGroups {
		series := charts.Series{Name: g.label}
		some := false
		for _, y := range years {
			n, all := y.group(g.codes)
			if all == 0 {
				series.Values = append(series.Values, charts.Gap(""))
				continue
			}
			share := report.Shares(all, []report.Part{{N: n}}).Shares[0].Percent
			series.Values = append(series.Values, charts.Of(float64(share)/100, share.String()+"%"))
			some = some || n > 0
			if i == best {
				leader = append(leader, share)
			}
		}
		if some {
			c.Series = append(c.Series, series)
		}
	}
	for _, y := range years {
		c.Categories = append(c.Categories, fmt.Sprintf("%d", y.year))
		if _, all := y.group(""); all > 0 {
			known++
		}
	}
	if known < 3 || best >= len(channelGroups) || len(leader) == 0 {
		return c, false
	}
	c.Title = fmt.Sprintf("%s申请占%s%%%s", channelGroups[best].label, leader[len(leader)-1], trendWords(leader))
	return c, true
}

// trendWords says for how many years the last shares have risen or fallen.
func trendWords(shares []report.Hundredths) string {
	up, down := 0, 0
	for i := len(shares) - 1; i > 0 && shares[i] > shares[i-1]; i-- {
		up++
	}
	for i := len(shares) - 1; i > 0 && shares[i] < shares[i-1]; i-- {
		down++
	}
	years := []string{"", "，比上年同期", "，连续两年", "，连续三年", "，连续四年"}
	switch {
	case up > 0:
		return years[up] + "上升"
	case down > 0:
		return years[down] + "下降"
	}
	return ""
}

// channelGroup gives the codes of the group that a channel counts in, "" for none.
func channelGroup(code string) string {
	for _, g := range channelGroups {
		if code != "" && slices.Contains(strings.Split(g.codes, ","), code) {
			return g.codes
		}
	}
	return ""
}
