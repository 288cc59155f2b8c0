package store

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/testkit"
)

func TestTableTallies(t *testing.T) {
	// Table 三 from the tallies is table 三 counted case by case, for every year and
	// set of agencies; carried in is what was carried out.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids := context.Background(), agencies(t, db, "fuzhou", "gulou")
		var lines []cases.Record
		for i, day := range []string{"2023-12-28", "2024-01-03", "2024-12-20", "2024-12-30", "2025-01-02"} {
			for j, agency := range []string{"fuzhou", "gulou"} {
				r := record(day)
				r.Agency, r.Kind = agency, cases.ApplicantKinds()[(i+j)%6]
				if i != 3 {
					r = answered(r, r.ReceivedOn.AddDays(15).String(), []string{"disclose.provided", "withhold.state_secret", "other.withdrawn"}[i%3])
				}
				lines = append(lines, r)
			}
		}
		take(t, db, ledger(0, lines...))
		for year := 2022; year <= 2026; year++ {
			for name, set := range map[string][]int64{"本级": {ids["fuzhou"]}, "全部": {ids["fuzhou"], ids["gulou"]}, "无": nil} {
				tallies, err := db.TableTallies(ctx, set, year)
				if err != nil {
					t.Fatal(err)
				}
				var oneByOne []report.Tally
				for _, r := range lines {
					if name == "无" || name == "本级" && r.Agency != "fuzhou" {
						continue
					}
					y := report.Tally{Kind: r.Kind.Column(), ReceivedYear: r.ReceivedOn.Year(), Outcome: r.Outcome.Code(), Count: 1}
					if !r.AnsweredOn.IsZero() {
						y.AnsweredYear = r.AnsweredOn.Year()
					}
					oneByOne = append(oneByOne, y)
				}
				want := report.Count(year, report.Format2021, oneByOne, nil)
				got := report.Count(year, report.Format2021, tallies, nil)
				if d := cmp.Diff(want, got, cmp.AllowUnexported(report.RowKey{}, report.Format{})); d != "" {
					t.Errorf("%d %s:\n%s", year, name, d)
				}
			}
		}
		channels, err := db.Channels(ctx, []int64{ids["gulou"]}, 2024)
		if d := cmp.Diff([]ChannelTally{{ids["gulou"], 202401, "online", 1}, {ids["gulou"], 202412, "online", 2}}, channels); d != "" || err != nil {
			t.Errorf("channels: %v\n%s", err, d)
		}
		days, err := db.Days(ctx, []int64{ids["fuzhou"]}, 2025)
		if err != nil || len(days) != 1 || days[0].Month != 202501 || days[0].Late != 1 || days[0].Count != 1 {
			t.Errorf("days: %+v, %v (a withdrawal is no answer)", days, err)
		}
	})
}

func TestRemadeIsCountedOnce(t *testing.T) {
	// An answer given anew adds nothing, neither to the tallies nor to the rows, nor to
	// the ledger, by which others count.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, id := context.Background(), agency(t, db)
		first := create(t, db, id, record("2025-03-03"))
		s := stamp("2025-06-03")
		again, err := cases.Open(id, s, testkit.Day("2025-06-03"), cases.Received{Channel: record("2025-06-03").Channel, ApplicantKind: cases.Natural, Remade: first.ID}, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Create(ctx, s, again); err != nil {
			t.Fatal(err)
		}
		for name, count := range map[string]func(context.Context, []int64, int) ([]report.Tally, error){"tallies": db.TableTallies, "rows": db.CountRows} {
			n := int64(0)
			tallies, err := count(ctx, []int64{id}, 2025)
			for _, y := range tallies {
				n += y.Count
			}
			if err != nil || n != 1 {
				t.Errorf("%s: %d cases, want 1 (%v)", name, n, err)
			}
		}
		var lines []string
		if err := db.ExportCases(ctx, []int64{id}, 0, func(r cases.Record) error { lines = append(lines, r.Number); return nil }); err != nil || !slices.Equal(lines, []string{first.Number}) {
			t.Errorf("the ledger holds %v, want %s alone (%v)", lines, first.Number, err)
		}
	})
}

func TestRemedyTallies(t *testing.T) {
	// Table 四 counts a dispute as pending until the year of its ruling.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, id := context.Background(), agency(t, db)
		r := answered(record("2023-03-01"), "2023-03-20", "withhold.third_party")
		r.Remedies[0] = cases.RemedyRecord{Result: cases.Upheld, FiledOn: testkit.Day("2023-05-01"), ClosedOn: testkit.Day("2023-07-01")}
		r.Remedies[2] = cases.RemedyRecord{Result: cases.Corrected, FiledOn: testkit.Day("2023-07-10"), ClosedOn: testkit.Day("2025-02-01")}
		q := answered(record("2024-03-01"), "2024-03-20", "withhold.third_party")
		q.Remedies[1] = cases.RemedyRecord{Result: cases.Pending}
		take(t, db, ledger(id, r, q))
		for year, want := range map[int][3][4]int64{
			2022: {},
			2023: {{1, 0, 0, 0}, {}, {0, 0, 0, 1}},
			2024: {{}, {0, 0, 0, 1}, {0, 0, 0, 1}},
			2025: {{}, {}, {0, 1, 0, 0}},
		} {
			remedies, err := db.RemedyTallies(ctx, []int64{id}, year)
			if err != nil {
				t.Fatal(err)
			}
			table := report.Count(year, report.Format2021, nil, remedies)
			for b := range want {
				for c := range want[b] {
					if got := table.Remedies[b][c].N; got != want[b][c] {
						t.Errorf("%d block %d column %d: %d, want %d", year, b, c, got, want[b][c])
					}
				}
			}
		}
	})
}
