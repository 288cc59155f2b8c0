package web

import (
	"context"
	"strconv"
	"strings"

	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/templates/annual"
)

// bars are the figures under the tables: groups, channels, levels.
func (s *Server) bars(ctx context.Context, q reportQuery, t report.Table) ([]annual.Bars, error) {
	channels, codes, err := s.channelParts(ctx, q)
	if err != nil {
		return nil, err
	}
	out := []annual.Bars{barsOf("办理结果", t.GroupShares(), nil),
		barsOf("申请渠道（新收）", t.SharesOfNew(channels), func(i int) string {
			if i >= len(codes) {
				return ""
			}
			return with("/cases", "agency", q.scope.agency.Code, "own", q.own(), "year", strconv.Itoa(q.year), "channel", codes[i])
		})}
	if q.scope.own {
		return out, nil
	}
	levels, err := s.db.Levels(ctx, q.scope.agency.ID, q.year)
	if err != nil {
		return nil, err
	}
	var split []report.Part
	for _, l := range levels {
		split = append(split, report.Part{Label: levelWord(l.Level, q.scope.agency), N: l.Received})
	}
	return append(out, barsOf("受理机关层级（新收）", t.SharesOfNew(split), nil)), nil
}

func levelWord(l cases.Level, agency cases.Agency) string {
	if l == cases.LevelOwn && agency.Kind != cases.Government {
		return "本机关"
	}
	return l.Label()
}

// channelParts counts the new applications by channel as the counting rules join
// them, with the codes of each group.
func (s *Server) channelParts(ctx context.Context, q reportQuery) (out []report.Part, codes []string, err error) {
	_, ids, err := s.db.TableAgencies(ctx, q.scope.agency.ID, q.year, q.scope.own)
	if err != nil {
		return nil, nil, err
	}
	counting, _, err := s.db.Counting(ctx, q.scope.agency.ID, q.year)
	if err != nil {
		return nil, nil, err
	}
	tallies, err := s.db.Channels(ctx, ids, q.year)
	if err != nil {
		return nil, nil, err
	}
	counts := map[string]int64{}
	for _, t := range tallies {
		counts[t.Channel] += t.Count
	}
	for _, way := range counting.ChannelWays() {
		part := report.Part{Label: way.Label}
		for _, code := range way.Codes {
			part.N += counts[code]
		}
		out, codes = append(out, part), append(codes, strings.Join(way.Codes, ","))
	}
	if counts[""] > 0 {
		out = append(out, report.Part{Label: "未记载", N: counts[""]})
	}
	return out, codes, nil
}

func barsOf(title string, set report.ShareSet, href func(i int) string) annual.Bars {
	var most int64 = 1
	for _, s := range set.Shares {
		most = max(most, s.N)
	}
	out := annual.Bars{Title: title, Note: set.Note()}
	for i, s := range set.Shares {
		bar := annual.Bar{Label: s.Label, Value: number(s.N), Share: s.Percent.String() + "%", Width: int(s.N * 1000 / most)}
		if href != nil {
			bar.Href = href(i)
		}
		out.Rows = append(out.Rows, bar)
	}
	return out
}
