package store

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"gongkai/internal/cases"
	"gongkai/internal/testkit"
)

func TestFindCaller(t *testing.T) {
	// Whatever a caller can name leads to the case, in the caller's agency alone.
	eachEngine(t, func(t *testing.T, db *DB) {
		ids := agencies(t, db, "a", "b")
		r := record("2025-03-03")
		r.PlatformNumber = "FJ2025-0077"
		first := cases.NewCase(ids["a"], stamp("2025-03-03"), r)
		receipt := first.Events[0].Fact.(cases.Received)
		receipt.Mail = "1234567890123"
		first.Events[0].Fact = receipt
		if err := db.Create(context.Background(), stamp("2025-03-03"), first); err != nil {
			t.Fatal(err)
		}
		other := record("2025-03-04")
		other.Applicant, other.Phone = "陈某某", "0591-87654321"
		second := create(t, db, ids["a"], other)
		foreign := create(t, db, ids["b"], record("2025-03-05"))
		indexAll(t, db, 10)
		for _, test := range []struct {
			text, by string
			want     []int64
		}{
			{"13900000001", "phone", []int64{first.ID}}, {"139 0000 0001", "phone", []int64{first.ID}},
			{"0001", "tail", []int64{first.ID}}, {"4321", "tail", []int64{second.ID}}, {"4322", "", nil},
			{"陈某", "name", []int64{second.ID, first.ID}}, {"陈某某", "name", []int64{second.ID}},
			{first.Number, "number", []int64{first.ID}}, {"fj2025-0077", "number", []int64{first.ID}},
			{"1234567890123", "number", []int64{first.ID}}, {"改造", "", nil}, {" ", "", nil},
		} {
			hits, err := db.FindCaller(context.Background(), []int64{ids["a"]}, test.text)
			if err != nil {
				t.Fatalf("%s: %v", test.text, err)
			}
			var got []int64
			for _, h := range hits {
				got = append(got, h.ID)
				if h.By != test.by {
					t.Errorf("%s: found by %s, want %s", test.text, h.By, test.by)
				}
			}
			if !slices.Equal(got, test.want) || slices.Contains(got, foreign.ID) {
				t.Errorf("%s: %v, want %v", test.text, got, test.want)
			}
		}
	})
}

func TestPhoneTailFollowsTheTelephone(t *testing.T) {
	// A changed telephone number is found by its new end, not by its old one.
	eachEngine(t, func(t *testing.T, db *DB) {
		ids := agencies(t, db, "a")
		c := create(t, db, ids["a"], record("2025-03-03"))
		indexAll(t, db, 10)
		if err := db.Update(context.Background(), c.ID, stamp("2025-03-04"), func(c *cases.Case) error {
			c.Parties[0].Applicant.Phone = "13912349999"
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		indexAll(t, db, 10)
		for text, want := range map[string]int{"0001": 0, "9999": 1} {
			if hits, err := db.FindCaller(context.Background(), []int64{ids["a"]}, text); err != nil || len(hits) != want {
				t.Errorf("%s: %d hits (%v), want %d", text, len(hits), err, want)
			}
		}
	})
}

func TestDoublesAndTheRegister(t *testing.T) {
	// The same person's earlier applications are listed, those alike and recent as
	// doubles; the person's page takes all records together.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids := context.Background(), agencies(t, db, "a", "b")
		ask := func(agency, day, name, phone, content string) *cases.Case {
			r := record(day)
			r.Applicant, r.Phone, r.IDNumber, r.Content = name, phone, "", content
			return create(t, db, ids[agency], r)
		}
		const land = "申请公开鼓楼区某某路地块的征收补偿方案和安置名单"
		old := ask("a", "2023-01-05", "林某", "13911110000", land)
		near := ask("a", "2025-02-05", "林某", "13911110000", land+"。")
		far := ask("a", "2025-02-06", "林某", "13911110000", "本年度财政预算执行情况")
		named := ask("a", "2025-02-07", "林某", "", land)
		ask("b", "2025-02-07", "林某", "13911110000", land)
		earlier, doubles, err := db.Doubles(ctx, ids["a"], Likeness{Name: "林某", Phone: "139-1111-0000", Content: "申请公开" + land, Today: testkit.Day("2025-03-01")})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := caseIDs(earlier), []int64{named.ID, far.ID, near.ID, old.ID}; !slices.Equal(got, want) {
			t.Errorf("earlier: %v, want %v", got, want)
		}
		if got, want := caseIDs(doubles), []int64{named.ID, near.ID}; !slices.Equal(got, want) {
			t.Errorf("doubles: %v, want %v", got, want)
		}
		id := near.Parties[0].Applicant.ID
		page, err := db.Applicant(ctx, []int64{ids["a"]}, id)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(page.Months, len(page.Records), page.Name, page.Cases); got != "[{202301 1} {202502 2}] 3林某1" {
			t.Errorf("page: %s", got)
		}
		lines, err := db.Requests(ctx, []int64{ids["a"]}, id)
		if err != nil || len(lines) != 3 || lines[0].Content != land || lines[1].Similar < 0.9 || lines[2].Similar > 0.3 {
			t.Errorf("requests: %+v (%v)", lines, err)
		}
		if _, err := db.Applicant(ctx, []int64{ids["b"]}, id); !Is(err, NotFound) {
			t.Errorf("another agency's applicant: %v", err)
		}
		list, err := db.Applicants(ctx, []int64{ids["a"]}, "林", 0, 2)
		if err != nil || len(list) != 2 || list[0].ID < list[1].ID {
			t.Fatalf("register: %+v (%v)", list, err)
		}
		rest, err := db.Applicants(ctx, []int64{ids["a"]}, "林", list[1].ID, 10)
		if err != nil || len(rest) != 2 {
			t.Errorf("rest of the register: %+v (%v)", rest, err)
		}
	})
}

func TestAskedBySeveral(t *testing.T) {
	// Three applicants with nearly the same question are one group; twice the same
	// applicant is not three.
	eachEngine(t, func(t *testing.T, db *DB) {
		ids := agencies(t, db, "a")
		ask := func(name, content string) {
			r := record("2025-03-03")
			r.Applicant, r.Content = name, content
			create(t, db, ids["a"], r)
		}
		for i, name := range []string{"甲", "乙", "丙"} {
			ask(name, "申请公开某某小学新校区的环境影响评价报告书"+[]string{"", "。", "！"}[i])
			ask("丁", "申请公开城区道路维修的招标结果")
			ask(name, fmt.Sprintf("申请公开第%d号别的什么事情", i*1111))
		}
		got, err := db.AskedBySeveral(context.Background(), []int64{ids["a"]}, testkit.Day("2025-01-01"), testkit.Day("2025-12-31"), 3)
		if err != nil || len(got) != 1 || got[0].Applicants != 3 || len(got[0].Rows) != 3 {
			t.Errorf("%+v (%v)", got, err)
		}
	})
}

func TestAuditFindsLeaveCover(t *testing.T) {
	// What 12 does for 9 is found by either of them, and by nobody whose number
	// only begins or ends alike.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx := context.Background()
		for _, by := range []string{"user:12/9", "user:12", "user:9", "user:112/99"} {
			s := stamp("2025-03-03")
			s.By = by
			if err := db.Audit(ctx, SystemChain, s, Entry{Act: "signed_in", Object: "user"}); err != nil {
				t.Fatal(err)
			}
		}
		for actor, want := range map[string]int{"user:12": 2, "user:9": 2, "user:1": 0, "user:112": 1, "user:99": 1, "user:2": 0} {
			rows, _, err := db.AuditSearch(ctx, AuditFilter{Chains: []int64{SystemChain}, Actor: actor, Act: "signed_in"}, "", 10)
			if err != nil || len(rows) != want {
				t.Errorf("%s: %d entries, want %d (%v)", actor, len(rows), want, err)
			}
		}
	})
}

func TestAuditQuestions(t *testing.T) {
	// The chains asked for answer, newest first and page by page; who opened a
	// person's data is named, others are not.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids := context.Background(), agencies(t, db, "a", "b")
		c := create(t, db, ids["a"], record("2025-03-03"))
		other := create(t, db, ids["a"], record("2025-03-03"))
		for i, id := range []int64{c.ID, other.ID, c.ID} {
			if _, err := db.People(ctx, id, stamp([]string{"2025-03-04", "2025-03-05", "2025-03-06"}[i]), "answer"); err != nil {
				t.Fatal(err)
			}
		}
		f := AuditFilter{Chains: []int64{ids["a"]}, Act: "people_opened"}
		seen := 0
		for after, last := AuditCursor(""), int64(0); ; {
			rows, next, err := db.AuditSearch(ctx, f, after, 2)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				if seen++; last != 0 && r.At > last {
					t.Errorf("entry %d is newer than the one before", r.Seq)
				}
				last = r.At
			}
			if after = next; next == "" {
				break
			}
		}
		if seen != 3 {
			t.Errorf("%d entries, want 3", seen)
		}
		person := c.Parties[0].Applicant.ID
		for _, test := range []struct {
			from, to string
			chain    int64
			want     int
		}{{"2025-03-01", "2025-03-31", ids["a"], 2}, {"2025-03-05", "2025-03-06", ids["a"], 1}, {"2025-03-04", "2025-03-04", ids["a"], 1}, {"2025-03-01", "2025-03-31", ids["b"], 0}} {
			rows, err := db.WhoSaw(ctx, []int64{test.chain}, person, testkit.Day(test.from), testkit.Day(test.to))
			if err != nil || len(rows) != test.want {
				t.Errorf("%s to %s: %d entries (%v), want %d", test.from, test.to, len(rows), err, test.want)
			}
		}
		if _, _, err := db.AuditSearch(ctx, f, "x", 2); !Is(err, Invalid) {
			t.Errorf("a foreign cursor: %v", err)
		}
	})
}

func TestDeskCountsAreTheLights(t *testing.T) {
	// The counts of the desk are those of the lists behind them.
	eachEngine(t, func(t *testing.T, db *DB) {
		ids := register(t, db, 300)
		ctx, today := context.Background(), testkit.Day("2021-06-15")
		set := []int64{ids["a"], ids["root"]}
		book, err := db.Book(ctx)
		if err != nil {
			t.Fatal(err)
		}
		desk, err := db.DeskCounts(ctx, set, today, book)
		if err != nil {
			t.Fatal(err)
		}
		for light, n := range map[string]int{"late": desk.Late, "today": desk.Today, "soon": desk.Within3, "week": desk.Within3 + desk.Within7, "waiting": desk.Waiting, "open": desk.Open} {
			if got := len(all(t, db, Filter{AgencyIDs: set, Light: light, Today: today, Book: book}, SortDue, 500)); got != n {
				t.Errorf("%s: %d, listed %d", light, n, got)
			}
		}
		for state, n := range map[string]int{"unconfirmed": desk.Unconfirmed, "proposed": desk.ToApprove, "approved": desk.ToServe} {
			if got := len(all(t, db, Filter{AgencyIDs: set, State: state}, SortDue, 500)); got != n {
				t.Errorf("%s: %d, listed %d", state, n, got)
			}
		}
		if desk.Late == 0 || desk.Open == 0 {
			t.Errorf("%+v proves nothing", desk)
		}
	})
}

func TestMergedApplicantsAreOne(t *testing.T) {
	// After a merge all cases are the one record's, and verify finds nothing amiss;
	// records of two agencies or a record with itself are refused.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids := context.Background(), agencies(t, db, "a", "b")
		first, second := create(t, db, ids["a"], record("2025-03-03")), create(t, db, ids["a"], record("2025-03-04"))
		foreign := create(t, db, ids["b"], record("2025-03-05"))
		indexAll(t, db, 10)
		from, to := first.Parties[0].Applicant.ID, second.Parties[0].Applicant.ID
		merge := func(from, to int64) error {
			return db.inTx(ctx, func(t *tx) error { return t.mergeApplicants(from, to) })
		}
		for _, bad := range [][2]int64{{from, from}, {from, foreign.Parties[0].Applicant.ID}} {
			if err := merge(bad[0], bad[1]); !Is(err, Invalid) {
				t.Errorf("merge %v: %v", bad, err)
			}
		}
		if err := merge(from, to); err != nil {
			t.Fatal(err)
		}
		if err := merge(from, to); !Is(err, NotFound) {
			t.Errorf("merged twice: %v", err)
		}
		indexAll(t, db, 10)
		page, err := db.Applicant(ctx, []int64{ids["a"]}, to)
		if err != nil || page.Cases != 2 || len(page.Rows) != 2 || len(page.Records) != 1 {
			t.Errorf("page: %+v (%v)", page, err)
		}
		sum, err := db.Verify(ctx, VerifyJob{Found: func(d Difference) { t.Error(d.Message) }})
		if err != nil || sum.Differences != 0 {
			t.Errorf("verify: %+v (%v)", sum, err)
		}
	})
}
