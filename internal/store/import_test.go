package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gongkai/internal/cases"
	"gongkai/internal/testkit"
)

// ledger makes a job of lines; Line counts from 2, as under a header.
func ledger(agency int64, lines ...cases.Record) ImportJob {
	job := ImportJob{Agency: agency, FileName: "台账.xlsx", FileHash: fmt.Sprint("hash of ", len(lines))}
	for i, r := range lines {
		job.Rows = append(job.Rows, ImportRow{Line: i + 2, Record: r})
	}
	return job
}

// sample is n lines of a year's work, some of them with a story.
func sample(n int) []cases.Record {
	var out []cases.Record
	for i := range n {
		r := record(testkit.Day("2025-01-06").AddDays(i % 140).String())
		r.Number, r.Applicant = fmt.Sprintf("榕申〔2025〕%d号", i+1), fmt.Sprint("申请人", i)
		r.Content = fmt.Sprintf("第 %d 份申请所要的信息", i)
		switch i % 5 {
		case 0:
			r = answered(r, r.ReceivedOn.AddDays(20).String(), "disclose.provided")
		case 1:
			r = answered(r, r.ReceivedOn.AddDays(40).String(), "unable.nonexistent")
			r.Remedies[0] = cases.RemedyRecord{Result: cases.Upheld, FiledOn: r.AnsweredOn.AddDays(10), ClosedOn: r.AnsweredOn.AddDays(60)}
		case 2:
			r.SupplementAskedOn, r.SupplementReceivedOn = r.ReceivedOn.AddDays(3), r.ReceivedOn.AddDays(9)
		}
		out = append(out, r)
	}
	return out
}

func take(t testing.TB, db *DB, job ImportJob) ImportResult {
	t.Helper()
	result, err := db.Import(context.Background(), stamp("2025-06-03"), job)
	if err != nil {
		t.Fatalf("import: %v", err)
	}
	return result
}

// figures are the counts of a result.
func figures(r ImportResult) string {
	return fmt.Sprintf("新增%d 更新%d 不变%d 冲突%d 消失%d", r.New, r.Updated, r.Unchanged, r.Conflicts, len(r.Vanished))
}

func expect(t testing.TB, r ImportResult, want string) {
	t.Helper()
	if got := figures(r); got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
}

func TestImport(t *testing.T) {
	// What an import writes is what the one door would have written.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, id := context.Background(), agency(t, db)
		expect(t, take(t, db, ledger(id, sample(730)...)), "新增730 更新0 不变0 冲突0 消失0")
		before := snapshot(t, db)
		if err := db.Rebuild(ctx, stamp("2025-06-03")); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(before, snapshot(t, db)); d != "" {
			t.Fatalf("caches differ from what the events give:\n%s", d)
		}
		c, err := db.CaseByNumber(ctx, id, "榕申〔2025〕2号")
		if err != nil || len(c.Events) != 4 || !c.Events[0].History || !strings.HasPrefix(c.Events[0].By, "import:") {
			t.Fatalf("%+v, %v", c, err)
		}
		people, err := db.People(ctx, c.ID, stamp("2025-06-03"), "check")
		if err != nil || people[0].Applicant.IDNumber != "350102199001011234" || people[0].Applicant.Name != "申请人1" {
			t.Fatalf("people: %v", err)
		}
		if next := create(t, db, id, record("2025-06-03")); next.Number != "榕申〔2025〕731号" {
			t.Fatalf("next number %q", next.Number)
		}
	})
}

func TestImportAgain(t *testing.T) {
	// The same file changes nothing; a grown one appends; a changed fact waits for
	// consent; a vanished row is listed; a dry run writes nothing.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, id := context.Background(), agency(t, db)
		lines := sample(25)
		take(t, db, ledger(id, lines...))
		before := snapshot(t, db)
		expect(t, take(t, db, ledger(id, lines...)), "新增0 更新0 不变25 冲突0 消失0")
		if d := cmp.Diff(before, snapshot(t, db)); d != "" {
			t.Fatalf("the same file changed something:\n%s", d)
		}

		grown := slices.Clone(lines)
		grown[3] = answered(grown[3], "2025-02-10", "partial")
		grown[0].AnsweredOn = grown[0].AnsweredOn.AddDays(1)
		grown[0].Phone = ""
		more := record("2025-05-30")
		more.Number = "榕申〔2025〕40号"
		grown = append(slices.Delete(grown, 7, 8), more)
		job := ledger(id, grown...)
		job.DryRun = true
		dry := take(t, db, job)
		expect(t, dry, "新增1 更新1 不变22 冲突1 消失1")
		if d := cmp.Diff(before, snapshot(t, db)); d != "" || dry.ID != 0 {
			t.Fatalf("a dry run changed something:\n%s", d)
		}
		job.DryRun = false
		result := take(t, db, job)
		expect(t, result, "新增1 更新1 不变22 冲突1 消失1")
		if result.Vanished[0].Number != "榕申〔2025〕8号" || result.Changes[0].Line != 2 || result.Changes[0].Changed[0].Key != "phone" || result.Changes[1].Taken[0].Key != "answered_on" {
			t.Fatalf("%+v", result)
		}
		if c, err := db.CaseByNumber(ctx, id, "榕申〔2025〕1号"); err != nil || len(c.Events) != 2 {
			t.Fatalf("a change was taken without consent: %+v, %v", c, err)
		}
		expect(t, take(t, db, job), "新增0 更新0 不变24 冲突1 消失1")
		job.AcceptChanges = true
		expect(t, take(t, db, job), "新增0 更新1 不变24 冲突0 消失1")
		c, err := db.CaseByNumber(ctx, id, "榕申〔2025〕1号")
		if err != nil || len(c.Events) != 3 || c.Events[2].Replaces != 2 || cases.RecordOf(c).AnsweredOn != grown[0].AnsweredOn {
			t.Fatalf("accepted change: %+v, %v", c, err)
		}
		expect(t, take(t, db, job), "新增0 更新0 不变25 冲突0 消失1")
		after := snapshot(t, db)
		if err := db.Rebuild(ctx, stamp("2025-06-03")); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(after, snapshot(t, db)); d != "" {
			t.Fatalf("caches differ from what the events give:\n%s", d)
		}
	})
}

func TestImportWithoutNumbers(t *testing.T) {
	// Rows without number are known again by what they say, equal ones by their
	// order; they are numbered after those that the file brings.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, id := context.Background(), agency(t, db)
		numbered, other := record("2025-03-01"), record("2025-03-02")
		numbered.Number, other.Number = "榕申〔2025〕5号", "外来-7"
		lines := []cases.Record{record("2025-03-03"), record("2025-03-03"), numbered, other, record("2024-12-30")}
		expect(t, take(t, db, ledger(id, lines...)), "新增5 更新0 不变0 冲突0 消失0")
		var numbers []string
		if err := db.read.Select(&numbers, "SELECT number FROM cases ORDER BY id"); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]string{"榕申〔2025〕6号", "榕申〔2025〕7号", "榕申〔2025〕5号", "外来-7", "榕申〔2024〕1号"}, numbers); d != "" {
			t.Fatal(d)
		}
		expect(t, take(t, db, ledger(id, lines...)), "新增0 更新0 不变5 冲突0 消失0")
		lines[1] = answered(lines[1], "2025-03-20", "disclose.provided")
		lines = append(lines, record("2025-03-03"))
		expect(t, take(t, db, ledger(id, lines...)), "新增1 更新1 不变4 冲突0 消失0")
		c, err := db.CaseByNumber(ctx, id, "榕申〔2025〕7号")
		if err != nil || len(c.Events) != 2 {
			t.Fatalf("%+v, %v", c, err)
		}
	})
}

func TestImportByPlatformNumber(t *testing.T) {
	// A row is known by the platform's number when it brings none of ours.
	eachEngine(t, func(t *testing.T, db *DB) {
		id := agency(t, db)
		r := record("2025-03-03")
		r.Platform, r.PlatformNumber = "省平台", "P-1"
		create(t, db, id, r)
		r.Content += "（更正）"
		result := take(t, db, ledger(id, r))
		expect(t, result, "新增0 更新0 不变0 冲突1 消失0")
		if len(result.Changes[0].Changed) != 1 || result.Changes[0].Changed[0].Key != "content" {
			t.Fatalf("%+v", result.Changes)
		}
	})
}

func TestImportRefuses(t *testing.T) {
	// A file with one impossible row leaves nothing, and says where it is.
	eachEngine(t, func(t *testing.T, db *DB) {
		id := agency(t, db)
		lines := sample(450)
		for name, c := range map[string]struct {
			spoil func(*ImportJob)
			want  string
		}{
			"无此机关":  {func(j *ImportJob) { j.Rows[449].Agency = "nowhere" }, "第 451 行"},
			"未指明机关": {func(j *ImportJob) { j.Agency = 0 }, "第 2 行"},
			"编号重复":  {func(j *ImportJob) { j.Rows[449].Number = j.Rows[0].Number }, "第 451 行"},
		} {
			job := ledger(id, lines...)
			c.spoil(&job)
			_, err := db.Import(context.Background(), stamp("2025-06-03"), job)
			if !Is(err, Invalid) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := count(t, db, "SELECT (SELECT COUNT(*) FROM cases) + (SELECT COUNT(*) FROM imports) + (SELECT COUNT(*) FROM counters)"); n != 0 {
			t.Fatalf("%d rows stayed", n)
		}
	})
}

func TestImportCancelled(t *testing.T) {
	// An import that is interrupted half-way leaves nothing; again, it is whole.
	eachEngine(t, func(t *testing.T, db *DB) {
		id := agency(t, db)
		job := ledger(id, sample(900)...)
		ctx, cancel := context.WithCancel(context.Background())
		done := 0
		job.Progress = func(rows int) {
			if done += rows; done >= 400 {
				cancel()
			}
		}
		if _, err := db.Import(ctx, stamp("2025-06-03"), job); !errors.Is(err, context.Canceled) {
			t.Fatalf("interrupted: %v", err)
		}
		if n := count(t, db, "SELECT (SELECT COUNT(*) FROM cases) + (SELECT COUNT(*) FROM events) + (SELECT COUNT(*) FROM tally_outcomes)"); n != 0 {
			t.Fatalf("%d rows stayed", n)
		}
		job.Progress = nil
		expect(t, take(t, db, job), "新增900 更新0 不变0 冲突0 消失0")
	})
}

func TestImportManyAgencies(t *testing.T) {
	// One file may speak of many agencies, by code or name; each keeps its own
	// series and counts.
	eachEngine(t, func(t *testing.T, db *DB) {
		ids := agencies(t, db, "fuzhou", "gulou", "taijiang")
		a, b, c := record("2025-03-03"), record("2025-03-04"), record("2025-03-05")
		a.Agency, b.Agency, c.Agency = "gulou", "机关taijiang", "gulou"
		expect(t, take(t, db, ledger(0, a, b, c)), "新增3 更新0 不变0 冲突0 消失0")
		if n := count(t, db, "SELECT n FROM tally_outcomes WHERE agency_id = ?", ids["gulou"]); n != 2 {
			t.Fatalf("%d of gulou", n)
		}
		if n := count(t, db, "SELECT MAX(number_seq) FROM cases WHERE agency_id = ?", ids["taijiang"]); n != 1 {
			t.Fatalf("last number of taijiang %d", n)
		}
	})
}

// BenchmarkImport takes 100,000 rows in: the promise is under 60 s and 500 MiB on
// SQLite, within twice that on PostgreSQL. Run it with -benchtime=1x.
func BenchmarkImport(b *testing.B) {
	for _, engine := range []string{SQLite, Postgres} {
		b.Run(engine, func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				db := openAt(b, options(b, engine))
				job := ledger(agency(b, db), sample(100_000)...)
				b.StartTimer()
				take(b, db, job)
				take(b, db, job)
			}
		})
	}
}
