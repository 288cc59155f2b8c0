package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gongkai/internal/cases"
	"gongkai/internal/testkit"
)

func TestCreateAndRead(t *testing.T) {
	// A case comes back as it was stored; personal fields only through People.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, id := context.Background(), agency(t, db)
		r := record("2025-03-03")
		r.Email, r.Address = "a@example.cn", "某街 1 号"
		c := create(t, db, id, r)
		if c.Number != "榕申〔2025〕1号" || c.Version != 1 {
			t.Fatalf("number %q, version %d", c.Number, c.Version)
		}
		got, err := db.Case(ctx, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got.Content != r.Content || got.Applicant().Name != "陈某" || len(got.Events) != 1 || got.Events[0] != c.Events[0] {
			t.Fatalf("read back %+v", got)
		}
		if a := got.Applicant(); a.IDNumber+a.Phone+a.Email+a.Address != "" {
			t.Fatal("personal fields came without being asked for")
		}
		people, err := db.People(ctx, c.ID, stamp("2025-03-04"), "contact")
		if err != nil {
			t.Fatal(err)
		}
		if a := people[0].Applicant; a.IDNumber != r.IDNumber || a.Phone != r.Phone || a.Email != r.Email || a.Address != r.Address {
			t.Fatalf("opened %+v", a)
		}
		if n := count(t, db, "SELECT COUNT(*) FROM audit WHERE act = 'people_opened' AND object_id = ?", c.ID); n != 1 {
			t.Fatal("opening was not noted")
		}
		if byNumber, err := db.CaseByNumber(ctx, id, c.Number); err != nil || byNumber.ID != c.ID {
			t.Fatalf("by number: %v", err)
		}
		if _, err := db.Case(ctx, c.ID+999); !Is(err, NotFound) {
			t.Fatalf("unknown case: %v", err)
		}
	})
}

func TestSealedAtRest(t *testing.T) {
	// No personal field stands in the database in clear.
	eachEngine(t, func(t *testing.T, db *DB) {
		create(t, db, agency(t, db), record("2025-03-03"))
		var rows []applicantRow
		if err := db.read.Select(&rows, "SELECT id, "+applicantColumns+" FROM applicants"); err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			for _, field := range [][]byte{r.DataKey, r.IDNumber, r.Phone, r.IDBlind, r.PhoneBlind} {
				if len(field) == 0 || bytes.Contains(field, []byte("350102")) || bytes.Contains(field, []byte("139")) {
					t.Errorf("field %x", field)
				}
			}
		}
		var all []string
		if err := db.read.Select(&all, "SELECT data FROM events UNION ALL SELECT detail FROM audit"); err != nil {
			t.Fatal(err)
		}
		for _, text := range all {
			if strings.Contains(text, "陈某") || strings.Contains(text, "350102") {
				t.Errorf("personal data in %s", text)
			}
		}
	})
}

func TestUpdate(t *testing.T) {
	// An update appends, rewrites what is derived and moves the counts; a stale,
	// failing or empty one leaves no trace.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, id := context.Background(), agency(t, db)
		c := create(t, db, id, record("2025-03-03"))
		if err := db.Update(ctx, c.ID, stamp("2025-03-20"), answer("2025-03-20", "disclose.provided")); err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("%d|%s|2|2|2025-03-03|answered|2025-03-31|2025-03-20|disclose.provided|1|13|", id, c.Number)
		before := snapshot(t, db)
		if !strings.HasPrefix(before, want) {
			t.Fatalf("row %s\nwant %s", before, want)
		}
		if !strings.Contains(before, "natural|2025|2025|disclose.provided|1\n") || strings.Contains(before, "natural|2025|0||") {
			t.Fatalf("tallies:\n%s", before)
		}
		boom := errors.New("boom")
		for name, change := range map[string]func(*cases.Case) error{
			"失败": func(c *cases.Case) error { _ = answer("2025-03-21", "partial")(c); return boom },
			"无事": func(*cases.Case) error { return nil },
		} {
			if err := db.Update(ctx, c.ID, stamp("2025-03-21"), change); err != nil && !errors.Is(err, boom) {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if err := db.UpdateAt(ctx, c.ID, 1, stamp("2025-03-21"), answer("2025-03-21", "partial")); !Is(err, Conflict) {
			t.Fatalf("stale: %v", err)
		}
		if err := db.Update(ctx, c.ID+999, stamp("2025-03-21"), answer("2025-03-21", "partial")); !Is(err, NotFound) {
			t.Fatalf("unknown: %v", err)
		}
		if d := cmp.Diff(before, snapshot(t, db)); d != "" {
			t.Fatalf("a refused update left a trace:\n%s", d)
		}
	})
}

func TestUpdateTextsAndPeople(t *testing.T) {
	// Texts and people change without an event; a second party can join.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx := context.Background()
		c := create(t, db, agency(t, db), record("2025-03-03"))
		err := db.Update(ctx, c.ID, stamp("2025-03-05"), func(c *cases.Case) error {
			c.Content, c.Items = "某路改造的批复和图纸", []string{"批复", "图纸"}
			c.Parties[0].Applicant.Phone = "13900000002"
			c.Parties = append(c.Parties, cases.Party{Role: "agent", Applicant: cases.Applicant{Kind: cases.LegalService, Name: "某律师", Phone: "13800000000"}})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := db.Case(ctx, c.ID)
		if err != nil || got.Content != "某路改造的批复和图纸" || len(got.Items) != 2 || got.Version != 2 || len(got.Events) != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
		people, err := db.People(ctx, c.ID, stamp("2025-03-05"), "contact")
		if err != nil || len(people) != 2 || people[0].Applicant.Phone != "13900000002" || people[0].Applicant.IDNumber != "350102199001011234" || people[1].Applicant.Phone != "13800000000" {
			t.Fatalf("people: %v", err)
		}
	})
}

func TestPlatformNumberTwice(t *testing.T) {
	// One application of the platform is one case of an agency.
	eachEngine(t, func(t *testing.T, db *DB) {
		ids := agencies(t, db, "a", "b")
		r := record("2025-03-03")
		r.Platform, r.PlatformNumber = "省平台", "P-1"
		create(t, db, ids["a"], r)
		c := cases.NewCase(ids["a"], stamp("2025-03-03"), r)
		if err := db.Create(context.Background(), stamp("2025-03-03"), c); !Is(err, Conflict) || c.ID != 0 {
			t.Fatalf("twice: %v", err)
		}
		if c := create(t, db, ids["b"], r); c.Number != "榕b申〔2025〕1号" {
			t.Fatalf("number %q", c.Number)
		}
		if c := create(t, db, ids["a"], record("2025-03-04")); c.Number != "榕申〔2025〕2号" {
			t.Fatalf("the refused case left a gap: %q", c.Number)
		}
	})
}

func TestNumbersGapless(t *testing.T) {
	// 64 clients of one series, a fifth of whom give up: no number is missing.
	eachEngine(t, func(t *testing.T, db *DB) {
		id, other := agency(t, db), int64(0)
		boom := errors.New("gave up")
		var made atomic.Int64
		var wg sync.WaitGroup
		for g := range 64 {
			wg.Go(func() {
				r := rand.New(rand.NewPCG(uint64(g), 1))
				for range 4 {
					s := stamp("2025-03-03")
					err := db.inTx(context.Background(), func(t *tx) error {
						if err := t.create(s, cases.NewCase(id, s, record("2025-03-03"))); err != nil {
							return err
						}
						if r.IntN(5) == 0 {
							return boom
						}
						return nil
					})
					switch {
					case err == nil:
						made.Add(1)
					case !errors.Is(err, boom):
						t.Errorf("create: %v", err)
					}
				}
			})
		}
		wg.Wait()
		if n := count(t, db, "SELECT COUNT(*) FROM cases"); n != made.Load() || n == 256 {
			t.Fatalf("%d cases, %d made", n, made.Load())
		}
		if last := count(t, db, "SELECT MAX(number_seq) FROM cases"); last != made.Load() {
			t.Fatalf("last number %d of %d", last, made.Load())
		}
		if n := count(t, db, "SELECT COUNT(DISTINCT number) FROM cases"); n != made.Load() {
			t.Fatalf("%d different numbers of %d", n, made.Load())
		}
		if seq := count(t, db, "SELECT seq FROM audit_heads WHERE chain = ?", id); seq != made.Load() {
			t.Fatalf("audit chain ends at %d of %d", seq, made.Load())
		}
		_ = other
	})
}

func TestConcurrentUpdates(t *testing.T) {
	// Concurrent writers of one case lose nothing and see each other's events.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx := context.Background()
		c := create(t, db, agency(t, db), record("2025-03-03"))
		var wg sync.WaitGroup
		for g := range 24 {
			wg.Go(func() {
				err := db.Update(ctx, c.ID, stamp("2025-03-10"), func(c *cases.Case) error {
					c.Content += fmt.Sprint(" ", g)
					return answer("2025-03-10", []string{"partial", "disclose.provided"}[len(c.Events)%2])(c)
				})
				if err != nil {
					t.Errorf("update: %v", err)
				}
			})
		}
		wg.Wait()
		got, err := db.Case(ctx, c.ID)
		if err != nil || got.Version != 25 || len(got.Events) != 25 || len(strings.Fields(got.Content)) != 25 {
			t.Fatalf("version %d, %d events, content %q, %v", got.Version, len(got.Events), got.Content, err)
		}
		if n := count(t, db, "SELECT SUM(n) FROM tally_outcomes"); n != 1 {
			t.Fatalf("tally %d", n)
		}
	})
}

func TestManyAgenciesAtOnce(t *testing.T) {
	// Writers of several agencies and cases never wait for each other in a circle.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids := context.Background(), agencies(t, db, "a", "b", "c")
		var all []int64
		for _, code := range []string{"a", "b", "c"} {
			for range 4 {
				all = append(all, create(t, db, ids[code], record("2025-03-03")).ID)
			}
		}
		var wg sync.WaitGroup
		for g := range 12 {
			wg.Go(func() {
				r := rand.New(rand.NewPCG(uint64(g), 2))
				for range 8 {
					id := all[r.IntN(len(all))]
					err := db.Update(ctx, id, stamp("2025-03-10"), func(c *cases.Case) error {
						return answer("2025-03-10", []string{"partial", "disclose.provided"}[len(c.Events)%2])(c)
					})
					if err != nil {
						t.Errorf("update: %v", err)
					}
				}
			})
		}
		wg.Wait()
		before := snapshot(t, db)
		if err := db.Rebuild(ctx, stamp("2025-03-11")); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(before, snapshot(t, db)); d != "" {
			t.Fatalf("caches differ from what the events give:\n%s", d)
		}
	})
}

func TestUnconfirmed(t *testing.T) {
	// A case without receipt date has no number and counts nowhere until it has.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, id := context.Background(), agency(t, db)
		s := stamp("2024-12-31")
		c := &cases.Case{AgencyID: id, Content: "某事", Events: []cases.Event{{Seq: 1, At: s.At, By: s.By, On: s.Today, Fact: cases.Searched{}}}}
		if err := db.Create(ctx, s, c); err != nil {
			t.Fatal(err)
		}
		if c.Number != "" || count(t, db, "SELECT COUNT(*) FROM tally_outcomes") != 0 {
			t.Fatalf("number %q before the receipt", c.Number)
		}
		err := db.Update(ctx, c.ID, stamp("2025-01-06"), func(c *cases.Case) error {
			c.Events = append(c.Events, cases.Event{Seq: 2, At: s.At, By: s.By, On: testkit.Day("2025-01-06"),
				Fact: cases.Received{Channel: mustChannel("online"), ApplicantKind: cases.Natural}})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := db.Case(ctx, c.ID)
		if err != nil || got.Number != "榕申〔2025〕1号" || count(t, db, "SELECT SUM(n) FROM tally_outcomes") != 1 {
			t.Fatalf("number %q, %v", got.Number, err)
		}
	})
}

func TestNumberPattern(t *testing.T) {
	// A pattern of the agency's own counts from its day; taken numbers are passed
	// over; a pattern that can't count is refused.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, id := context.Background(), agency(t, db)
		s := stamp("2025-01-02")
		if err := db.Set(ctx, s, id, NumberSetting, "{short}公开[{yyyy}]{n}", testkit.Day("2025-04-01")); err != nil {
			t.Fatal(err)
		}
		taken := record("2025-03-03")
		taken.Number = "榕公开[2025]2"
		create(t, db, id, taken)
		var got []string
		for _, day := range []string{"2025-03-31", "2025-04-01", "2025-04-02"} {
			got = append(got, create(t, db, id, record(day)).Number)
		}
		if d := cmp.Diff([]string{"榕申〔2025〕1号", "榕公开[2025]3", "榕公开[2025]4"}, got); d != "" {
			t.Fatal(d)
		}
		if err := db.Set(ctx, s, id, NumberSetting, "榕", testkit.Day("2025-05-01")); !Is(err, Invalid) {
			t.Fatalf("pattern without {n}: %v", err)
		}
	})
}
