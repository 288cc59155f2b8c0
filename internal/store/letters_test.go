package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"gongkai/internal/cases"
	"gongkai/internal/testkit"
)

func newLetter(kind string) NewLetter {
	return NewLetter{Kind: kind, On: testkit.Day("2025-06-03"), Body: []byte(`{"text":"陈某：收到"}`)}
}

func draft(t testing.TB, db *DB, caseID int64, kind string) int {
	t.Helper()
	place, err := db.DraftLetter(context.Background(), stamp("2025-06-03"), Submission{}, caseID, newLetter(kind))
	if err != nil {
		t.Fatal(err)
	}
	return place
}

// scan is the original of a letter.
func scan(l Letter, _ LetterText) (Upload, error) {
	kind, err := cases.ParseFileKind("answer")
	return Upload{Kind: kind, Name: l.Number + ".pdf", Content: []byte("%PDF-1.7 " + l.Number)}, err
}

func noDifferences(t *testing.T, db *DB) {
	t.Helper()
	if _, err := db.Verify(context.Background(), VerifyJob{Found: func(d Difference) { t.Errorf("verify: %s", d.Message) }}); err != nil {
		t.Fatal(err)
	}
}

// A letter is drafted, rewritten, numbered, issued with its original and voided;
// what left the house is not changed, and its number stays.
func TestLetters(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, s := context.Background(), stamp("2025-06-03")
		id := create(t, db, agency(t, db), record("2025-06-02")).ID
		form := Submission{Key: "k", Content: []string{"answer_reply"}}
		place, err := db.DraftLetter(ctx, s, form, id, newLetter("answer_reply"))
		if again, err2 := db.DraftLetter(ctx, s, form, id, newLetter("answer_reply")); err != nil || err2 != nil || again != place {
			t.Fatalf("the same form twice: %d %d %v %v", place, again, err, err2)
		}
		if err := db.RewriteLetter(ctx, s, id, place, 1, testkit.Day("2025-06-04"), []byte(`{"text":"改"}`), []byte("PK docx")); err != nil {
			t.Fatal(err)
		}
		if err := db.RewriteLetter(ctx, s, id, place, 1, s.Today, []byte("{}"), nil); !Is(err, Conflict) {
			t.Errorf("rewritten from an old version: %v", err)
		}
		if number, err := db.NumberLetter(ctx, s, id, place, 2, ""); err != nil || number != "榕公开〔2025〕1号" {
			t.Errorf("number: %q %v", number, err)
		}
		if number, err := db.NumberLetter(ctx, s, id, place, 2, ""); err != nil || number != "榕公开〔2025〕1号" {
			t.Errorf("numbered again: %q %v", number, err)
		}
		if err := db.IssueLetter(ctx, s, id, place, 2, IssueLetter{File: scan, Numbered: true}); err != nil {
			t.Fatal(err)
		}
		l, err := db.Letter(ctx, id, place)
		if err != nil || l.State != LetterIssued || l.Issued != 1 || l.SHA256 == "" || l.On != testkit.Day("2025-06-04") {
			t.Errorf("issued: %+v %v", l, err)
		}
		if _, content, err := db.OpenAttachment(ctx, s, id, l.Issued); err != nil || string(content) != "%PDF-1.7 榕公开〔2025〕1号" {
			t.Errorf("the original: %q %v", content, err)
		}
		for v, want := range []string{`{"text":"陈某：收到"}`, `{"text":"改"}`} {
			if text, err := db.LetterText(ctx, l, v+1); err != nil || string(text.Body) != want || (v == 1) != (string(text.DOCX) == "PK docx") {
				t.Errorf("text %d: %+v %v", v+1, text, err)
			}
		}
		if err := db.RewriteLetter(ctx, s, id, place, 2, s.Today, []byte("{}"), nil); !Is(err, Conflict) {
			t.Errorf("rewritten after it left: %v", err)
		}
		if err := db.VoidLetter(ctx, s, id, place, " "); !Is(err, Invalid) {
			t.Errorf("voided without a reason: %v", err)
		}
		if err := db.VoidLetter(ctx, s, id, place, "盖错章"); err != nil {
			t.Fatal(err)
		}
		second := draft(t, db, id, "answer_reply")
		if number, err := db.NumberLetter(ctx, s, id, second, 1, ""); err != nil || number != "榕公开〔2025〕2号" {
			t.Errorf("after a void one: %q %v", number, err)
		}
		if own, outside, err := db.LetterRegister(ctx, l.AgencyID, 2025, 0, 10); err != nil || len(own) != 2 || own[0].Number != l.Number || own[0].State != LetterVoided || own[0].Case == "" || len(outside) != 0 {
			t.Errorf("register: %+v %v %v", own, outside, err)
		}
		if own, _, err := db.LetterRegister(ctx, l.AgencyID, 2025, 1, 10); err != nil || len(own) != 1 {
			t.Errorf("register after the first: %+v %v", own, err)
		}
		noDifferences(t, db)
	})
}

// A number from the office automation is unique in its agency; one of ours that it
// took is passed over.
func TestOutsideNumbers(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, s := context.Background(), stamp("2025-06-03")
		id := create(t, db, agency(t, db), record("2025-06-02")).ID
		places := []int{draft(t, db, id, "fee"), draft(t, db, id, "fee"), draft(t, db, id, "fee")}
		if _, err := db.NumberLetter(ctx, s, id, places[0], 1, "榕公开〔2025〕1号"); err != nil {
			t.Fatal(err)
		}
		if _, err := db.NumberLetter(ctx, s, id, places[1], 1, "榕公开〔2025〕1号"); !Is(err, Conflict) {
			t.Errorf("the same number twice: %v", err)
		}
		if _, err := db.NumberLetter(ctx, s, id, places[1], 1, strings.Repeat("长", 61)); !Is(err, Invalid) {
			t.Errorf("a long one: %v", err)
		}
		if number, err := db.NumberLetter(ctx, s, id, places[1], 1, ""); err != nil || number != "榕公开〔2025〕2号" {
			t.Errorf("ours: %q %v", number, err)
		}
		if own, outside, err := db.LetterRegister(ctx, 1, 2025, 0, 10); err != nil || len(own) != 1 || len(outside) != 1 {
			t.Errorf("register: %+v %+v %v", own, outside, err)
		}
		noDifferences(t, db)
	})
}

// A file that can't be made leaves neither letter nor number nor file behind.
func TestIssueLeavesNothingHalfDone(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, s := context.Background(), stamp("2025-06-03")
		id := create(t, db, agency(t, db), record("2025-06-02")).ID
		place := draft(t, db, id, "answer_reply")
		for _, file := range []func(Letter, LetterText) (Upload, error){
			func(Letter, LetterText) (Upload, error) { return Upload{}, errors.New("no paper") },
			func(l Letter, x LetterText) (Upload, error) {
				u, err := scan(l, x)
				u.Content = []byte("no document")
				return u, err
			},
		} {
			if err := db.IssueLetter(ctx, s, id, place, 1, IssueLetter{File: file, Numbered: true}); err == nil {
				t.Fatal("issued without an original")
			}
		}
		if l, err := db.Letter(ctx, id, place); err != nil || l.State != LetterDraft || l.Number != "" {
			t.Errorf("%+v %v", l, err)
		}
		files, err := filepath.Glob(filepath.Join(db.dir, attachmentsDir, "*", "*"))
		if err != nil || len(files) != 0 {
			t.Errorf("left behind: %v %v", files, err)
		}
		if err := db.IssueLetter(ctx, s, id, place, 1, IssueLetter{File: scan, Numbered: true}); err != nil {
			t.Fatal(err)
		}
		if l, _ := db.Letter(ctx, id, place); l.Number != "榕公开〔2025〕1号" {
			t.Errorf("the number was spent: %s", l.Number)
		}
		noDifferences(t, db)
	})
}

// Many clients number letters at once while a fifth of them fails after the number
// was given: no number is missing, none is there twice.
func TestLetterNumbersUnderLoad(t *testing.T) {
	const clients = 32
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, s := context.Background(), stamp("2025-06-03")
		id := create(t, db, agency(t, db), record("2025-06-02")).ID
		total := testkit.Letters()
		work, abort := make(chan int), errors.New("aborted")
		var wg sync.WaitGroup
		for c := range clients {
			wg.Go(func() {
				dice := rand.New(rand.NewPCG(uint64(c), 7))
				for range work {
					place, err := db.DraftLetter(ctx, s, Submission{}, id, newLetter("fee"))
					if err != nil {
						t.Error(err)
						continue
					}
					for {
						fails := dice.IntN(5) == 0
						err := db.changeDraft(ctx, id, place, 0, func(x *tx, r *letterRow) error {
							if _, err := x.numberLetter(s, r, ""); err != nil || !fails {
								return err
							}
							return abort
						})
						if err == nil {
							break
						}
						if !errors.Is(err, abort) && !Is(err, Conflict) {
							t.Error(err)
							break
						}
					}
				}
			})
		}
		for i := range total {
			work <- i
		}
		close(work)
		wg.Wait()
		var got []int64
		if err := db.read.Select(&got, "SELECT number_seq FROM letters"); err != nil {
			t.Fatal(err)
		}
		slices.Sort(got)
		for i, n := range got {
			if n != int64(i+1) {
				t.Fatalf("place %d holds number %d", i+1, n)
			}
		}
		if len(got) != total {
			t.Fatalf("%d of %d", len(got), total)
		}
	})
}

// Templates are kept version by version; one without content goes back to the
// program's own.
func TestLetterTemplates(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, s, a := context.Background(), stamp("2025-06-03"), agency(t, db)
		if x, err := db.TemplateOf(ctx, a, "fee"); err != nil || x.ID != 0 {
			t.Errorf("none: %+v %v", x, err)
		}
		var ids []int64
		for i, content := range []string{"PK 一", "PK 二", ""} {
			id, err := db.AddTemplate(ctx, s, a, "fee", fmt.Sprintf("套红%d.docx", i), []byte(content))
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		if x, err := db.TemplateOf(ctx, a, "fee"); err != nil || x.ID != 0 {
			t.Errorf("back to the built-in one: %+v %v", x, err)
		}
		list, err := db.Templates(ctx, a)
		if err != nil || len(list) != 3 || list[0].Version != 3 || !list[0].BuiltIn() || list[1].Size != 6 {
			t.Errorf("list: %+v %v", list, err)
		}
		if x, err := db.Template(ctx, a, ids[0]); err != nil || string(x.Content) != "PK 一" || x.Name != "套红0.docx" {
			t.Errorf("first: %+v %v", x, err)
		}
		if _, err := db.Template(ctx, a+1, ids[0]); !Is(err, NotFound) {
			t.Errorf("of another agency: %v", err)
		}
		if _, err := db.AddTemplate(ctx, s, a, "fee", "大.docx", make([]byte, LargestTemplate+1)); !Is(err, Invalid) {
			t.Errorf("too large: %v", err)
		}
		noDifferences(t, db)
	})
}

// Verify names every column of letters, texts, templates and counters that was
// changed behind the program's back, and what was taken away.
func TestVerifyLetters(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, s, a := context.Background(), stamp("2025-06-03"), agency(t, db)
		id := create(t, db, a, record("2025-06-02")).ID
		place := draft(t, db, id, "fee")
		if err := db.RewriteLetter(ctx, s, id, place, 1, s.Today, []byte("{}"), []byte("PK")); err != nil {
			t.Fatal(err)
		}
		if err := db.IssueLetter(ctx, s, id, place, 0, IssueLetter{File: scan, Numbered: true}); err != nil {
			t.Fatal(err)
		}
		if _, err := db.AddTemplate(ctx, s, a, "fee", "a.docx", []byte("PK")); err != nil {
			t.Fatal(err)
		}
		noDifferences(t, db)
		conn := owner(t, db)
		for _, f := range []struct{ table, columns, pick string }{
			{"letters", strings.Join(strings.Fields(letterColumns), " "), "place = 1"}, {"letter_texts", letterTextColumns, "version = 2"},
			{"letter_templates", templateColumns, "kind = 'fee'"}, {"counters", "agency_id, series, year, last", "series = 'letter'"},
		} {
			for _, column := range strings.Split(f.columns, ", ") {
				if column != "id" && f.table+"."+column != "letter_texts.version" { // another version is there already
					tamper(t, db, conn, f.table, column, f.pick)
				}
			}
		}
		noDifferences(t, db)
		for _, gone := range []string{"DELETE FROM letter_texts WHERE version = 2", "DELETE FROM letter_texts", "DELETE FROM letters"} {
			if _, err := conn.ExecContext(ctx, gone); err != nil {
				t.Fatal(err)
			}
			if found, _ := differences(t, db); len(found) == 0 {
				t.Errorf("%s: not found", gone)
			}
		}
	})
}
