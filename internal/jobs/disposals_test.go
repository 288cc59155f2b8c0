package jobs

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/internal/store"
)

// A list of destruction that two people have agreed to and that broke off half way
// is carried out by the scheduler, by one of three processes; one that has lost the
// lease destroys nothing. On both engines.
func TestDisposalsAreCarriedOut(t *testing.T) {
	for _, engine := range []string{store.SQLite, store.Postgres} {
		t.Run(engine, func(t *testing.T) {
			ctx, dir, c, set := context.Background(), folder(t), &sharedClock{}, &clock{}
			set.set("2026-03-02 12:00")
			c.ahead = set.ahead
			db := openOffice(t, engine, dir, c.now)
			defer db.Close()
			list := halfDestroyed(t, db, dir, stampAt(c.now()))
			half := []string{"purged", "", "", ""}
			if got := fates(t, db, list); !slices.Equal(got, half) {
				t.Fatalf("half way: %q", got)
			}
			takeLease := func(holder string) store.Lease {
				l, held, err := db.TakeLease(ctx, leaseName, holder)
				if err != nil || !held {
					t.Fatal(held, err)
				}
				return l
			}
			stale := takeLease("silent")
			c.add(time.Hour)
			next := takeLease("next")
			if n, err := db.CarryOutDisposalsUnder(ctx, stale, stampAt(c.now())); !store.Is(err, store.Refused) || n != 0 {
				t.Errorf("one that lost the lease destroyed %d: %v", n, err)
			}
			if got := fates(t, db, list); !slices.Equal(got, half) {
				t.Errorf("one that lost the lease: %q", got)
			}
			if err := db.DropLease(ctx, next); err != nil {
				t.Fatal(err)
			}
			if who := destroying(t, db, c, list); len(slices.Compact(slices.Sorted(slices.Values(who)))) != 1 {
				t.Errorf("carried out by the processes %v", who)
			}
			if got := fates(t, db, list); !slices.Equal(got, slices.Repeat([]string{"purged"}, 4)) {
				t.Errorf("at the end: %q", got)
			}
			if n := countActs(t, db, "case_purged"); n != 4 {
				t.Errorf("the audit tells of %d", n)
			}
			verified(t, db)
		})
	}
}

// halfDestroyed makes a list of four old cases, which one proposes and another
// agrees to; its destruction breaks off at the second, whose file can't be removed.
func halfDestroyed(t *testing.T, db *store.DB, dir string, s cases.Stamp) (list int64) {
	t.Helper()
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := db.ImportAgencies(ctx, s, []store.AgencyLine{{Agency: cases.Agency{Code: "city", Name: "示例市", ShortName: "示例", Kind: cases.Government}}})
	must(err)
	spans, err := db.Agencies(ctx)
	must(err)
	var ids []int64
	for i := range 4 {
		on := calendar.MustParse("2012-03-05").AddDays(i)
		c := cases.NewCase(spans[0].ID, s, cases.Record{ReceivedOn: on, Channel: deadline.Online, Kind: cases.Natural, Applicant: "陈某", Content: "某批复",
			AnsweredOn: on.AddDays(7), Outcome: cases.MustOutcome("disclose.provided")})
		must(db.Create(ctx, s, c))
		ids = append(ids, c.ID)
	}
	kind, err := cases.ParseFileKind("application")
	must(err)
	must(db.Attach(ctx, s, ids[1], []store.Upload{{Kind: kind, Name: "申请表.pdf", Content: []byte("%PDF-1.7 申请")}}))
	list, err = db.ProposeDisposal(ctx, s, spans[0].ID, s.Today.Year(), "")
	must(err)
	second := s
	second.By = "user:2"
	must(db.DecideDisposal(ctx, second, list, true))
	found, err := filepath.Glob(filepath.Join(dir, "attachments", "*", "*"))
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	must(os.Rename(found[0], found[0]+".aside"))
	must(os.MkdirAll(filepath.Join(found[0], "in the way"), 0o700))
	if _, err := db.CarryOutDisposals(ctx, second); err == nil {
		t.Fatal("it did not break off")
	}
	must(os.RemoveAll(found[0]))
	must(os.Rename(found[0]+".aside", found[0]))
	return list
}

// destroying lets three processes run until a list is done, and tells which ran.
func destroying(t *testing.T, db *store.DB, c *sharedClock, list int64) []int {
	t.Helper()
	ctx := context.Background()
	var mu sync.Mutex
	var who []int
	for n := range 3 {
		list := Office(db, c.now, quiet())
		job := list[slices.IndexFunc(list, func(j Job) bool { return j.Name == disposalsJob })]
		run := job.Run
		job.Run = func(ctx context.Context, slot Slot) error {
			mu.Lock()
			who = append(who, n)
			mu.Unlock()
			return run(ctx, slot)
		}
		s, err := New(db, c.now, quiet(), job)
		if err != nil {
			t.Fatal(err)
		}
		s.Start(ctx)
		defer s.Stop()
	}
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		d, err := db.Disposal(ctx, list)
		if err != nil {
			t.Fatal(err)
		}
		if d.DoneAt != 0 {
			break
		}
	}
	mu.Lock()
	defer mu.Unlock()
	return slices.Clone(who)
}

func fates(t *testing.T, db *store.DB, list int64) (out []string) {
	t.Helper()
	lines, err := db.DisposalCases(context.Background(), list)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		out = append(out, l.Fate)
	}
	return out
}

// countActs counts the lines of the audit that tell of an act.
func countActs(t *testing.T, db *store.DB, act string) (n int) {
	t.Helper()
	err := db.ExportAll(context.Background(), calendar.MustParse("2026-12-31"), store.Everything{
		Agencies: func([]cases.Agency) error { return nil },
		Case:     func(string, *cases.Case, cases.Row) error { return nil },
		File:     func(*cases.Case, store.Attachment, []byte) error { return nil },
		Row: func(table string, row map[string]any) error {
			if row["act"] == act {
				n++
			}
			return nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
