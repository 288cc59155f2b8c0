package store

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/internal/cases"
	"gongkai/internal/testkit"
)

// Letters, their texts and the templates come back from a backup, leave with
// everything else, and the numbers go on.
func TestLettersAreKept(t *testing.T) {
	for _, engine := range []string{SQLite, Postgres} {
		t.Run(engine, func(t *testing.T) {
			o := options(t, engine)
			db := openAt(t, o)
			ctx, s, a := context.Background(), stamp("2025-06-03"), agency(t, db)
			id := create(t, db, a, record("2025-06-02")).ID
			place := draft(t, db, id, "fee")
			if err := db.RewriteLetter(ctx, s, id, place, 1, s.Today, []byte(`{"text":"改"}`), []byte("PK docx")); err != nil {
				t.Fatal(err)
			}
			if err := db.IssueLetter(ctx, s, id, place, 2, IssueLetter{File: scan, Numbered: true}); err != nil {
				t.Fatal(err)
			}
			for _, content := range []string{"PK 套红", ""} {
				if _, err := db.AddTemplate(ctx, s, a, "fee", "套红.docx", []byte(content)); err != nil {
					t.Fatal(err)
				}
			}
			exportsLetters(t, db)
			archive := filepath.Join(t.TempDir(), "b.tar.gz")
			if _, err := db.Backup(ctx, archive); err != nil {
				t.Fatal(err)
			}
			to := options(t, engine)
			key, err := os.ReadFile(o.KeyFile)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(to.KeyFile, key, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Restore(ctx, archive, to); err != nil {
				t.Fatal(err)
			}
			back := openAt(t, to)
			l, err := back.Letter(ctx, id, place)
			if err != nil || l.Number != "榕公开〔2025〕1号" || l.Issued != 1 {
				t.Fatalf("%+v %v", l, err)
			}
			if text, err := back.LetterText(ctx, l, 0); err != nil || string(text.DOCX) != "PK docx" {
				t.Errorf("%+v %v", text, err)
			}
			second := draft(t, back, id, "fee")
			if number, err := back.NumberLetter(ctx, s, id, second, 0, ""); err != nil || number != "榕公开〔2025〕2号" {
				t.Errorf("after the restore: %q %v", number, err)
			}
			if _, err := back.AddTemplate(ctx, s, a, "fee", "b.docx", []byte("PK")); err != nil {
				t.Errorf("after the restore: %v", err)
			}
			noDifferences(t, back)
		})
	}
}

func exportsLetters(t *testing.T, db *DB) {
	t.Helper()
	rows, texts := map[string]int{}, ""
	err := db.ExportAll(context.Background(), testkit.Day("2025-06-03"), Everything{
		Agencies: func([]cases.Agency) error { return nil },
		Row: func(table string, row map[string]any) error {
			rows[table]++
			if table == "letter_templates" && rows[table] == 1 && row["content"] != "504b20e5a597e7baa2" {
				t.Errorf("the template leaves as %v", row["content"])
			}
			return nil
		},
		Case: func(string, *cases.Case, cases.Row) error { return nil },
		File: func(*cases.Case, Attachment, []byte) error { return nil },
		Letter: func(_ *cases.Case, l Letter, x LetterText) error {
			texts += fmt.Sprintf("%s %d %s %s|", l.Number, x.Version, x.Body, x.DOCX)
			return nil
		}})
	if want := `榕公开〔2025〕1号 1 {"text":"陈某：收到"} |榕公开〔2025〕1号 2 {"text":"改"} PK docx|`; err != nil || rows["letters"] != 1 || rows["letter_templates"] != 2 || texts != want {
		t.Errorf("%v %s %v", rows, texts, err)
	}
}

// issueDir names the data folder of the process that is to be killed.
const issueDir = "GONGKAI_TEST_ISSUE"

// The process that is killed: it issues letters and says so after each.
func TestIssueUntilKilled(t *testing.T) {
	dir := os.Getenv(issueDir)
	if dir == "" {
		return // only that process has something to do
	}
	db := openAt(t, Options{Driver: SQLite, Dir: dir, KeyFile: dir + ".key", Purpose: "test", Clock: testkit.Clock("2025-06-03")})
	ctx, s := context.Background(), stamp("2025-06-03")
	for {
		place := draft(t, db, 1, "fee")
		if err := db.IssueLetter(ctx, s, 1, place, 1, IssueLetter{File: scan, Numbered: true}); err != nil {
			t.Fatal(err)
		}
		l, err := db.Letter(ctx, 1, place)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("issued %d %s\n", place, l.SHA256)
	}
}

// A process killed at any moment leaves letters that have their original or were
// not issued; what it said was issued is, and no number is missing.
func TestKilledWhileIssuing(t *testing.T) {
	o := options(t, SQLite)
	db := openAt(t, o)
	create(t, db, agency(t, db), record("2025-06-02"))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	dice := rand.New(rand.NewPCG(1, 2))
	issued := map[int]string{}
	for range testkit.Kills() {
		killIssuing(t, o.Dir, dice, issued)
	}
	back := openAt(t, o)
	list, err := back.Letters(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	there := map[int]string{}
	for _, l := range list {
		if l.State != LetterIssued {
			continue
		}
		there[l.Place] = l.SHA256
		if _, content, err := back.OpenAttachment(context.Background(), stamp("2025-06-03"), 1, l.Issued); err != nil || string(content) != "%PDF-1.7 "+l.Number {
			t.Errorf("letter %d was issued without its original: %v", l.Place, err)
		}
	}
	for place, sum := range issued {
		if there[place] != sum {
			t.Errorf("letter %d was said to be issued, and is not", place)
		}
	}
	if len(issued) == 0 {
		t.Error("nothing was issued before a kill: the test proves nothing")
	}
	noDifferences(t, back)
}

// killIssuing lets a process issue letters, kills it, and notes what it said.
func killIssuing(t *testing.T, dir string, dice *rand.Rand, issued map[int]string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestIssueUntilKilled$", "-test.v")
	cmd.Env = append(os.Environ(), issueDir+"="+dir)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	after := time.Duration(20+dice.IntN(400)) * time.Millisecond
	for lines, first := bufio.NewScanner(out), true; lines.Scan(); {
		var place int
		var sum string
		if n, err := fmt.Sscanf(lines.Text(), "issued %d %s", &place, &sum); err != nil || n != 2 {
			if strings.Contains(lines.Text(), "FAIL") {
				t.Errorf("the process said: %s", lines.Text())
			}
			continue
		}
		issued[place] = sum
		if first {
			first = false
			time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		}
	}
	_ = cmd.Wait() // it was killed
}
