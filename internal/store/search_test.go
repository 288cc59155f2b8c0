package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gongkai/internal/cases"
)

// indexAll fills the search index to its end, a few cases at a time.
func indexAll(t testing.TB, db *DB, most int) {
	t.Helper()
	for {
		left, err := db.IndexPending(context.Background(), most)
		if err != nil {
			t.Fatal(err)
		}
		if left == 0 {
			return
		}
	}
}

func TestSearchFindsWhatALookAtEveryCaseFinds(t *testing.T) {
	// In every state of the index, in every order and page size, a search lists
	// exactly the cases that hold the text.
	eachEngine(t, func(t *testing.T, db *DB) {
		ids := register(t, db, 300)
		sets := [][]int64{{ids["a"]}, {ids["root"], ids["a"], ids["b"], ids["c"]}}
		for _, state := range []string{"未索引", "索引了一部分", "已索引"} {
			switch state {
			case "索引了一部分":
				if _, err := db.IndexPending(context.Background(), 130); err != nil {
					t.Fatal(err)
				}
			case "已索引":
				indexAll(t, db, 77)
			}
			for _, set := range sets {
				whole := all(t, db, Filter{AgencyIDs: set}, SortReceived.Desc(), 500)
				for _, text := range []string{"7", "第7", "地块", "征收批文", "申请人12", "12", "202", "2020", "第12", "〔2020〕1", "[2020]1", "１２", "没有这样的词", "申 请 人 1", "号地块的征收", "批征"} {
					checkSearch(t, db, state, set, whole, text)
				}
			}
		}
	})
}

func checkSearch(t *testing.T, db *DB, state string, set []int64, whole []CaseRow, text string) {
	t.Helper()
	var want []int64
	for _, r := range whole {
		for _, field := range []string{r.Number, r.Applicant, r.Subject} {
			if strings.Contains(fold(field), fold(text)) {
				want = append(want, r.ID)
				break
			}
		}
	}
	for _, limit := range []int{20, 500} {
		got := caseIDs(all(t, db, Filter{AgencyIDs: set, Text: text}, SortReceived.Desc(), limit))
		if !slices.Equal(got, want) {
			t.Errorf("%s, %q, by %d: %d cases, want %d", state, text, limit, len(got), len(want))
		}
	}
	byDue := caseIDs(all(t, db, Filter{AgencyIDs: set, Text: text}, SortDue, 7))
	slices.Sort(byDue)
	slices.Sort(want)
	if !slices.Equal(byDue, want) {
		t.Errorf("%s, %q, by due date: %d cases, want %d", state, text, len(byDue), len(want))
	}
}

func TestSearchGoesBackAsItCame(t *testing.T) {
	// The page before the next page is the first page.
	eachEngine(t, func(t *testing.T, db *DB) {
		ids := register(t, db, 200)
		indexAll(t, db, 1000)
		ctx, f := context.Background(), Filter{AgencyIDs: []int64{ids["a"], ids["b"]}, Text: "地块"}
		first, err := db.List(ctx, f, SortDue, "", 15)
		if err != nil {
			t.Fatal(err)
		}
		second, err := db.List(ctx, f, SortDue, first.Next, 15)
		if err != nil {
			t.Fatal(err)
		}
		back, err := db.List(ctx, f, SortDue, second.Prev, 15)
		if err != nil || !slices.Equal(caseIDs(back.Rows), caseIDs(first.Rows)) {
			t.Errorf("back: %v %v, want %v", err, caseIDs(back.Rows), caseIDs(first.Rows))
		}
	})
}

func TestSearchWalksWhereMuchIsPossible(t *testing.T) {
	// Where more cases are possible than are read by id, the walk along the list
	// finds the same.
	eachEngine(t, func(t *testing.T, db *DB) {
		ids := register(t, db, 100)
		set := []int64{ids["a"], ids["b"]}
		if err := db.inTx(context.Background(), func(t *tx) error {
			var ghosts []int64
			for i := range int64(fewFound + 10) {
				ghosts = append(ghosts, 1_000_000+i)
			}
			return t.queueIndex(ghosts...)
		}); err != nil {
			t.Fatal(err)
		}
		whole := all(t, db, Filter{AgencyIDs: set}, SortReceived.Desc(), 500)
		for _, text := range []string{"7", "地块", "没有这样的词"} {
			checkSearch(t, db, "走列表", set, whole, text)
		}
	})
}

func TestSearchSeesWhatWasWrittenSince(t *testing.T) {
	// A changed content, a new case and a letter's number are found at once and
	// after indexing; the old content no more.
	eachEngine(t, func(t *testing.T, db *DB) {
		ids := agencies(t, db, "a", "b")
		c := create(t, db, ids["a"], record("2025-03-03"))
		indexAll(t, db, 10)
		finds := func(text string, want int) {
			t.Helper()
			page, err := db.Search(context.Background(), []int64{ids["a"]}, text, "", 50)
			if err != nil || len(page.Rows) != want {
				t.Errorf("%q: %d cases (%v), want %d", text, len(page.Rows), err, want)
			}
		}
		finds("某路", 1)
		if err := db.Update(context.Background(), c.ID, stamp("2025-03-04"), func(c *cases.Case) error {
			c.Content = "另一条街的规划"
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			finds("某路", 0)
			finds("街的", 1)
			indexAll(t, db, 10)
		}
		if page, err := db.Search(context.Background(), []int64{ids["b"]}, "街的", "", 50); err != nil || len(page.Rows) != 0 {
			t.Errorf("another agency finds %d cases (%v)", len(page.Rows), err)
		}
	})
}

func TestBlocksKeepWhatTheyAreGiven(t *testing.T) {
	// Any number of places comes back as it went in, few as a list, many as a bitmap.
	for _, n := range []int64{0, 1, 255, 256, 257, 4096} {
		var in, out blockSet
		for i := range n {
			in.add(i * 4095 / max(n-1, 1))
		}
		text := in.encode()
		if err := out.merge(text); err != nil || in != out || len(text) > bitmapBytes {
			t.Errorf("%d places: %v, %d bytes", n, err, len(text))
		}
	}
	for _, bad := range [][]byte{{1}, {0xff, 0xff}} {
		if new(blockSet).merge(bad) == nil {
			t.Errorf("%v is taken for an entry", bad)
		}
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{"Ａｂ　Ｃ １２": "abc12", "榕〔2025〕1号": "榕(2025)1号", "［２］": "(2)", "a\x00b\n": "ab"} {
		if got := fold(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := fmt.Sprint(queryTerms("第4242号")); got != "[424 242 第4 2号]" {
		t.Errorf("第4242号: %s", got)
	}
	if got := fmt.Sprint(queryTerms("征地征地")); got != "[征地 地征]" {
		t.Errorf("terms: %s", got)
	}
}

func TestALargeImportIsIndexedByALookAtTheIndexAlone(t *testing.T) {
	// PostgreSQL reads the whole index for each block until it knows its size.
	db := openAt(t, options(t, Postgres))
	register(t, db, 30)
	db.untidy.Store(tidyAfter - 1)
	indexAll(t, db, 100)
	var known float64
	if err := db.read.Get(&known, "SELECT reltuples FROM pg_class WHERE relname = 'search_terms'"); err != nil {
		t.Fatal(err)
	}
	if known <= 0 {
		t.Errorf("the planner takes the index for %v entries", known)
	}
	if n := db.untidy.Load(); n != 0 {
		t.Errorf("%d cases are said to be indexed since", n)
	}
}
