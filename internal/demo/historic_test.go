package demo

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/internal/report"
)

// counted are tables three and four of a year, counted one case at a time.
type counted struct {
	New, CarriedIn, CarriedOut [7]int
	Results                    map[string][7]int
	Remedies                   map[string]map[string]int
}

// countYear counts by dates, by the plainest reading of the filling rules.
func countYear(lines []Line, year int) counted {
	c := counted{Results: map[string][7]int{}, Remedies: map[string]map[string]int{}}
	for _, l := range lines {
		r := l.Record
		received, ended := r.ReceivedOn.Year(), 9999
		if !r.AnsweredOn.IsZero() {
			ended = r.AnsweredOn.Year()
		}
		add := func(row *[7]int) { row[r.Kind.Column()]++; row[6]++ }
		if received == year {
			add(&c.New)
		}
		if received < year && ended >= year {
			add(&c.CarriedIn)
		}
		if received <= year && ended > year {
			add(&c.CarriedOut)
		}
		if ended == year {
			row := c.Results[r.Outcome.Info().Row2019]
			add(&row)
			c.Results[r.Outcome.Info().Row2019] = row
			total := c.Results["total"]
			add(&total)
			c.Results["total"] = total
		}
		for _, d := range cases.Disputes(cases.Timeline(r.Events(cases.Stamp{}), 0)) {
			if result, ok := d.In(year); ok {
				block := c.Remedies[d.Kind.Code()]
				if block == nil {
					block = map[string]int{}
					c.Remedies[d.Kind.Code()] = block
				}
				block[result.Code()]++
				block["total"]++
			}
		}
	}
	return c
}

// The made-up cases of 2019, counted, are the published table to the last cell.
func TestHistoricCountsAsPublished(t *testing.T) {
	var want struct {
		Applications struct {
			New        [7]int
			CarriedIn  [7]int `json:"carried_in"`
			Results    map[string][7]int
			CarriedOut [7]int `json:"carried_out"`
		}
		Remedies map[string]map[string]int
	}
	if err := json.Unmarshal(publishedJSON, &want); err != nil {
		t.Fatal(err)
	}
	lines := Historic()
	got := countYear(lines, 2019)
	for row, cells := range want.Applications.Results {
		if diff := cmp.Diff(cells, got.Results[row]); diff != "" {
			t.Errorf("row %s: %s", row, diff)
		}
	}
	for name, pair := range map[string][2][7]int{"new": {want.Applications.New, got.New},
		"carried in": {want.Applications.CarriedIn, got.CarriedIn}, "carried out": {want.Applications.CarriedOut, got.CarriedOut}} {
		if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for block, cells := range want.Remedies {
		for column, n := range cells {
			if got.Remedies[block][column] != n {
				t.Errorf("%s %s: %d, published %d", block, column, got.Remedies[block][column], n)
			}
		}
	}
	if len(lines) != 2761 {
		t.Errorf("%d lines, want 2738 received and 23 carried in", len(lines))
	}
}

// Channels and levels of what was received in 2019 are those of the report, and
// its four busiest agencies are ours, in its order.
func TestHistoricChannelsLevelsAndBusiest(t *testing.T) {
	agencies := map[string]AgencyLine{}
	for _, a := range Agencies() {
		agencies[a.Code] = a
	}
	channels, levels, each := map[string]int{}, map[string]int{}, map[string]int{}
	for _, l := range Historic() {
		if l.Record.ReceivedOn.Year() != 2019 {
			continue
		}
		channels[strings.SplitN(l.Record.Channel.Code(), "_", 2)[0]]++
		each[l.AgencyCode]++
		switch a := agencies[l.AgencyCode]; {
		case a.Code == Root:
			levels["own"]++
		case a.Kind == cases.Government || a.Kind == cases.Subdistrict || a.Kind == cases.Zone:
			levels["lower"]++
		default:
			levels["departments"]++
		}
	}
	if diff := cmp.Diff(map[string]int{"in": 484, "online": 1272, "letter": 982}, channels); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]int{"own": 237, "lower": 470, "departments": 2031}, levels); diff != "" {
		t.Error(diff)
	}
	codes := make([]string, 0, len(each))
	for code := range each {
		codes = append(codes, code)
	}
	slices.SortFunc(codes, func(a, b string) int { return each[b] - each[a] })
	sum := 0
	for i, name := range []string{"市自然资源和规划局", "市房管局", "市市场监督管理局", "市发改委"} {
		if got := agencies[codes[i]].Name; got != "福州"+name {
			t.Errorf("busiest %d is %s, the report names %s", i+1, got, name)
		}
		sum += each[codes[i]]
	}
	if sum*100 > 45*2738 {
		t.Errorf("the busiest four take %d of 2738", sum)
	}
	t.Logf("%d agencies had a case", len(each))
}

// Every case of 2019 obeys the clock except the few that are meant to be late,
// nothing is answered on a day off, and each outcome has what it presupposes.
func TestHistoricClocks(t *testing.T) {
	book, late := calendar.Builtin(), 0
	for _, l := range Historic() {
		r := l.Record
		if !inOrder(r) || r.ReceivedOn.IsZero() || r.Content == "" || !strings.Contains(r.Applicant, "演示") {
			t.Fatalf("%+v: out of order or incomplete", r)
		}
		cal := book.AsOf(r.AnsweredOn)
		if clock := clockOf(cal, r, r.AnsweredOn); clock.Late == deadline.Yes {
			late++
		}
		if !cal.IsWorkday(r.AnsweredOn) {
			t.Errorf("%s answered on %s, a day off", r.ReceivedOn, r.AnsweredOn)
		}
		checkNeeds(t, r)
		for _, m := range r.Remedies {
			if !m.Result.IsZero() && (m.FiledOn.Before(r.AnsweredOn) || m.ClosedOn.Before(m.FiledOn)) {
				t.Errorf("remedy out of order: %+v", r)
			}
		}
	}
	if late != lateIn2019 {
		t.Errorf("%d late, want %d", late, lateIn2019)
	}
}

// checkNeeds holds an outcome against the facts it presupposes.
func checkNeeds(t *testing.T, r cases.Record) {
	t.Helper()
	switch code := r.Outcome.Code(); {
	case code == "unable.still_unclear" && r.SupplementReceivedOn.IsZero(),
		code == "other.no_supplement" && (r.SupplementAskedOn.IsZero() || !r.SupplementReceivedOn.IsZero()),
		code == "withhold.third_party" && r.ConsultSentOn.IsZero(),
		(code == "partial") != (len(r.Grounds) > 0):
		t.Errorf("%s lacks what it presupposes: %+v", code, r)
	}
	if r.Outcome.IsZero() != r.AnsweredOn.IsZero() {
		t.Errorf("outcome without date or date without outcome: %+v", r)
	}
}

// The same seed gives the same year.
func TestHistoricRepeats(t *testing.T) {
	opt := cmp.AllowUnexported(calendar.Date{}, cases.Channel{}, cases.ApplicantKind{}, cases.Outcome{}, cases.Result{})
	if diff := cmp.Diff(Historic(), Historic(), opt); diff != "" {
		t.Error(diff)
	}
}

// The product's own counting rules give the published tables too.
func TestHistoricThroughReport(t *testing.T) {
	published, err := report.ReadJSON(publishedJSON)
	if err != nil {
		t.Fatal(err)
	}
	var tallies []report.Tally
	var remedies []report.RemedyTally
	for _, l := range Historic() {
		r := l.Record
		tallies = append(tallies, report.Tally{Kind: r.Kind.Column(), ReceivedYear: r.ReceivedOn.Year(),
			AnsweredYear: r.AnsweredOn.Year(), Outcome: r.Outcome.Code(), Count: 1})
		for i, m := range r.Remedies {
			if !m.Result.IsZero() {
				remedies = append(remedies, report.RemedyTally{Block: report.Block(i), FiledYear: m.FiledOn.Year(),
					ClosedYear: m.ClosedOn.Year(), Result: report.Result(slices.Index(cases.Results(), m.Result)), Count: 1})
			}
		}
	}
	for _, f := range report.CheckRegister(published, report.Count(2019, report.Format2019, tallies, remedies)) {
		t.Errorf("%+v", f)
	}
}
