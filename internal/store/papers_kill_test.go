package store

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
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

// killedIn names the data folder of the process that is to be killed.
const killedIn = "GONGKAI_TEST_KILLED_IN"

// A process killed at any moment leaves papers that have their files, or were not
// added; and letters that are issued with their original, or are still drafts.
// What was acknowledged before is there.
func TestKilledWhileAddingPapers(t *testing.T) {
	if dir := os.Getenv(killedIn); dir != "" {
		addUntilKilled(t, dir)
		return
	}
	random := rand.New(rand.NewPCG(11, 12))
	for round := range testkit.PaperKills() {
		dir := filepath.Join(t.TempDir(), "data")
		o := Options{Dir: dir, KeyFile: dir + ".key", Purpose: "test", Clock: testkit.Clock("2025-06-03")}
		db := openAt(t, o)
		c := create(t, db, agency(t, db), record("2025-03-03"))
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(os.Args[0], "-test.run=TestKilledWhileAddingPapers$", "-test.count=1")
		cmd.Env = append(os.Environ(), killedIn+"="+dir)
		var out bytes.Buffer
		cmd.Stdout = &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(200+random.IntN(1500)) * time.Millisecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		wholeAfterKill(t, round, openAt(t, o), c.ID, out.String())
	}
}

// addUntilKilled adds papers and issues letters, and says so once each is there.
func addUntilKilled(t *testing.T, dir string) {
	db := openAt(t, Options{Dir: dir, KeyFile: dir + ".key", Purpose: "test", Clock: testkit.Clock("2025-06-03")})
	ctx, s := context.Background(), stamp("2025-06-03")
	for i := 1; i < 10_000; i++ {
		content := append([]byte("%PDF-1.7 "), bytes.Repeat([]byte{byte(i)}, 200_000)...)
		sum := sha256.Sum256(content)
		if err := db.Attach(ctx, s, 1, []Upload{{Kind: cases.FileReleased, Name: "材料.pdf", Content: content}}); err != nil {
			return
		}
		fmt.Printf("ACK file %s\n", hex.EncodeToString(sum[:]))
		place := draft(t, db, 1, "registration")
		how := IssueLetter{Numbered: true, File: func(Letter, LetterText) (Upload, error) {
			return Upload{Kind: cases.FileReleased, Name: "文书.pdf", Content: content}, nil
		}}
		if err := db.IssueLetter(ctx, s, 1, place, 1, how); err != nil {
			return
		}
		fmt.Printf("ACK letter %d\n", place)
	}
}

func wholeAfterKill(t *testing.T, round int, db *DB, caseID int64, said string) {
	t.Helper()
	ctx := context.Background()
	sum, err := db.Verify(ctx, VerifyJob{Found: func(d Difference) { t.Errorf("round %d: %s", round, d.Message) }})
	if err != nil || sum.Differences != 0 {
		t.Fatalf("round %d: %d differences, %v", round, sum.Differences, err)
	}
	list, err := db.Attachments(ctx, caseID)
	if err != nil {
		t.Fatal(err)
	}
	hashes := map[string]bool{}
	for _, a := range list {
		hashes[a.SHA256] = true
		if _, content, err := db.OpenAttachment(ctx, stamp("2025-06-03"), caseID, a.Place); err != nil || int64(len(content)) != a.Size {
			t.Errorf("round %d: paper %d is there without its file: %v", round, a.Place, err)
		}
	}
	letters, err := db.Letters(ctx, caseID)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range letters {
		if l.State == LetterIssued && (l.Issued == 0 || !hashes[l.SHA256]) {
			t.Errorf("round %d: letter %d is issued without its original", round, l.Place)
		}
	}
	acks := 0
	for lines := bufio.NewScanner(strings.NewReader(said)); lines.Scan(); {
		var kind, what string
		if n, _ := fmt.Sscanf(lines.Text(), "ACK %s %s", &kind, &what); n != 2 {
			continue
		}
		acks++
		if kind == "file" && !hashes[what] {
			t.Errorf("round %d: a paper was acknowledged and is gone", round)
		}
		if kind == "letter" {
			var place int
			fmt.Sscan(what, &place)
			if place > len(letters) || letters[place-1].State != LetterIssued {
				t.Errorf("round %d: letter %d was acknowledged and is not issued", round, place)
			}
		}
	}
	t.Logf("round %d: killed after %d acknowledgements, %d papers", round, acks, len(list))
}
