package store

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gongkai"
	"gongkai/internal/cases"
	"gongkai/internal/testkit"
)

func TestPurgeIsDoneAgainAfterARestore(t *testing.T) {
	// An older backup, put back, knows nothing of what was destroyed since: the list
	// beside the key does. Another case that comes to the same id is not taken for it.
	for _, engine := range []string{SQLite, Postgres} {
		t.Run(engine, func(t *testing.T) {
			ctx, o := context.Background(), options(t, engine)
			db := openAt(t, o)
			id, victim := retentionShelf(t, db)
			backup := filepath.Join(t.TempDir(), "old.backup")
			if _, err := db.Backup(ctx, backup); err != nil {
				t.Fatal(err)
			}
			later := create(t, db, id, record("2012-05-07"))
			if err := db.Update(ctx, later.ID, stamp("2012-05-20"), answer("2012-05-20", "disclose.provided")); err != nil {
				t.Fatal(err)
			}
			destroyDue(t, db, id, "2024-02-01")
			if n := count(t, db, "SELECT COUNT(*) FROM purged_cases"); n != 2 {
				t.Fatalf("%d purged", n)
			}
			db.Close()
			put := o
			put.Dir = filepath.Join(t.TempDir(), "data")
			if engine == Postgres {
				put.DSN = testkit.Postgres(t)
			}
			if _, err := Restore(ctx, backup, put); err != nil {
				t.Fatal(err)
			}
			again := openAt(t, put)
			if _, gone, err := again.Purged(ctx, victim.ID); err != nil || !gone {
				t.Fatalf("the case is back: %v %v", gone, err)
			}
			if engine == SQLite {
				if left := remains(t, put.Dir); len(left) > 0 {
					t.Errorf("still on the disk: %v", left)
				}
			} else if left := dumped(t, again); len(left) > 0 {
				t.Errorf("still in the tables: %v", left)
			}
			other := create(t, again, id, record("2012-05-08"))
			if other.ID != later.ID {
				t.Fatalf("the next case is %d, not %d: the test shows nothing", other.ID, later.ID)
			}
			again.Close()
			again = openAt(t, put)
			if _, gone, err := again.Purged(ctx, other.ID); err != nil || gone {
				t.Errorf("another case was taken for the one destroyed: %v", err)
			}
			if found, _ := differences(t, again); len(found) > 0 {
				t.Errorf("verify: %+v", found)
			}
		})
	}
}

func TestPurgeSurvivesACrash(t *testing.T) {
	// A crash after the list, after the files, or in the middle of a line: the next
	// start finishes what was begun, and what was cut short counts for nothing.
	for _, crash := range []string{"列入登记之后", "文件删去之后", "写了半行"} {
		t.Run(crash, func(t *testing.T) {
			ctx, o := context.Background(), options(t, SQLite)
			db := openAt(t, o)
			_, victim := retentionShelf(t, db)
			var first string
			if err := db.look(ctx, func(t *tx) (err error) { first, err = t.firstEvent(victim.ID); return err }); err != nil {
				t.Fatal(err)
			}
			line := purgeLine{Case: victim.ID, First: first, On: testkit.Day("2024-02-01"), Disposal: 7}
			if err := db.noteOnPurgeList(line); err != nil {
				t.Fatal(err)
			}
			switch crash {
			case "文件删去之后":
				if err := db.raw(ctx, func(t *tx) error { _, err := t.removeFiles(victim.ID); return err }); err != nil {
					t.Fatal(err)
				}
			case "写了半行":
				text, err := os.ReadFile(db.purgeListPath())
				if err == nil {
					err = os.WriteFile(db.purgeListPath(), text[:len(text)-9], 0o600)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			db.Close()
			db = openAt(t, o)
			_, gone, err := db.Purged(ctx, victim.ID)
			if want := crash != "写了半行"; err != nil || gone != want {
				t.Fatalf("purged: %v, want %v (%v)", gone, want, err)
			}
			if gone {
				if left := remains(t, o.Dir); len(left) > 0 {
					t.Errorf("still on the disk: %v", left)
				}
			} else if err := db.noteOnPurgeList(line); err != nil {
				t.Errorf("the half line is in the way: %v", err)
			} else if list, err := db.readPurgeList(); err != nil || len(list.lines) != 1 || list.wrong != 0 {
				t.Errorf("the list reads %+v, %v", list, err)
			}
			if found, _ := differences(t, db); gone && len(found) > 0 {
				t.Errorf("verify: %+v", found)
			}
		})
	}
}

func TestRetentionKeeps(t *testing.T) {
	// Held, pending, open again, or with a longer term by the time: kept, and the
	// list says why; one person alone destroys nothing; a list waits for its end.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, id := context.Background(), agency(t, db)
		closed := func(received, outcome string) *cases.Case {
			c := create(t, db, id, record(received))
			if err := db.Update(ctx, c.ID, stamp(received), answer(received, outcome)); err != nil {
				t.Fatal(err)
			}
			return c
		}
		held, sued, plain, longer := closed("2012-03-05", "disclose.provided"), closed("2012-03-06", "disclose.provided"), closed("2012-03-07", "disclose.provided"), closed("2012-03-08", "unable.nonexistent")
		if err := db.PlaceHold(ctx, stamp("2024-01-03"), held.ID, "审计正在进行"); err != nil {
			t.Fatal(err)
		}
		if err := db.PlaceHold(ctx, stamp("2024-01-03"), held.ID, "再一次"); !Is(err, Conflict) {
			t.Errorf("held twice: %v", err)
		}
		if err := db.PlaceHold(ctx, stamp("2024-01-03"), plain.ID, ""); !Is(err, Invalid) {
			t.Errorf("held without a reason: %v", err)
		}
		due, _, err := db.ExpiredCases(ctx, id, 2024, testkit.Day("2024-02-01"))
		if err != nil || len(due) != 4 || due[0].Kept != cases.KeptHeld || due[0].Hold.Reason != "审计正在进行" {
			t.Fatalf("due: %+v, %v", due, err)
		}
		if _, err := db.ProposeDisposal(ctx, stamp("2024-02-01"), id, 2025, ""); !Is(err, Invalid) {
			t.Errorf("a year that has not begun: %v", err)
		}
		list, err := db.ProposeDisposal(ctx, stamp("2024-02-01"), id, 2024, "到期")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ProposeDisposal(ctx, stamp("2024-02-01"), id, 2024, ""); !Is(err, Conflict) {
			t.Errorf("a second list: %v", err)
		}
		if err := db.DecideDisposal(ctx, stamp("2024-02-01"), list, true); !Is(err, Invalid) {
			t.Errorf("one person alone: %v", err)
		}
		// Between proposal and end: a suit, and a longer term.
		if err := db.Update(ctx, sued.ID, stamp("2024-02-02"), func(c *cases.Case) error {
			line := cases.RecordOf(c)
			line.Remedies[0] = cases.RemedyRecord{Result: cases.Pending, FiledOn: testkit.Day("2024-02-02")}
			if !c.Take(stamp("2024-02-02"), line, true) {
				t.Error("no suit taken")
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := db.Set(ctx, stamp("2024-02-02"), id, RetentionSetting, "无法提供 30年", testkit.Day("2024-02-02")); err != nil {
			t.Fatal(err)
		}
		second := stamp("2024-02-03")
		second.By = "user:2"
		if err := db.DecideDisposal(ctx, second, list, true); err != nil {
			t.Fatal(err)
		}
		if n, err := db.CarryOutDisposals(ctx, second); err != nil || n != 1 {
			t.Fatalf("%d destroyed, %v", n, err)
		}
		if n, err := db.CarryOutDisposals(ctx, second); err != nil || n != 0 {
			t.Errorf("carried out again: %d, %v", n, err)
		}
		lines, err := db.DisposalCases(ctx, list)
		if err != nil || len(lines) != 3 {
			t.Fatalf("%+v, %v", lines, err)
		}
		fates := map[int64]string{}
		for _, l := range lines {
			fates[l.CaseID] = l.Fate + string(l.Kept)
		}
		// A suit makes the class one that is kept for ever.
		if fates[sued.ID] != "keptterm" && fates[sued.ID] != "keptpending" || fates[plain.ID] != "purged" || fates[longer.ID] != "keptterm" {
			t.Errorf("fates %v", fates)
		}
		if err := db.DecideDisposal(ctx, second, list, false); !Is(err, Conflict) {
			t.Errorf("decided twice: %v", err)
		}
		if found, _ := differences(t, db); len(found) > 0 {
			t.Errorf("verify: %+v", found)
		}
	})
}

func TestVerifyFindsMeddledPurges(t *testing.T) {
	// Whoever makes a case look destroyed, takes the record of a purge away, or
	// meddles with lists and holds, is found.
	for name, statement := range map[string]string{
		"假作已销毁":   "INSERT INTO purged_cases (case_id, disposal_id, purged_on, purged_at, purged_by, mac) VALUES (2, 1, '2024-02-01', 1, 'user:1', 'x')",
		"销毁记录不见":  "DELETE FROM purged_cases",
		"换了销毁的人":  "UPDATE purged_cases SET purged_by = 'user:9'",
		"又有了内容":   "UPDATE case_texts SET content = '回来了' WHERE case_id = 1",
		"换了确认的人":  "UPDATE disposals SET decided_by = 'user:9'",
		"改了清册的一行": "UPDATE disposal_cases SET years = 3",
		"改了保留":    "UPDATE retention_holds SET lifted_by = 'user:9'",
	} {
		t.Run(name, func(t *testing.T) {
			db := openAt(t, options(t, SQLite))
			id, _ := retentionShelf(t, db)
			destroyDue(t, db, id, "2024-02-01")
			if _, err := db.write.Exec(statement); err != nil {
				t.Fatal(err)
			}
			if found, _ := differences(t, db); len(found) == 0 {
				t.Error("not found")
			}
		})
	}
	t.Run("改了登记", func(t *testing.T) {
		db := openAt(t, options(t, SQLite))
		id, _ := retentionShelf(t, db)
		destroyDue(t, db, id, "2024-02-01")
		text, err := os.ReadFile(db.purgeListPath())
		if err == nil {
			err = os.WriteFile(db.purgeListPath(), []byte(strings.Replace(string(text), "2024-02-01", "2023-02-01", 1)), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		if found, _ := differences(t, db); len(found) == 0 {
			t.Error("a changed line was not found")
		}
		if err := db.noteOnPurgeList(purgeLine{Case: 2}); !Is(err, Refused) {
			t.Errorf("a line after a changed one: %v", err)
		}
		if err := os.Remove(db.purgeListPath()); err != nil {
			t.Fatal(err)
		}
		if found, _ := differences(t, db); len(found) == 0 {
			t.Error("a list that is gone was not found")
		}
	})
}

func TestApplicantGoesWithTheLastCase(t *testing.T) {
	// Who stands in another case keeps name and key there, and is out of the one that
	// was destroyed; an old ledger brings nothing back.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, id := context.Background(), agency(t, db)
		old := answered(record("2012-03-05"), "2012-03-12", "disclose.provided")
		old.Number = "旧1"
		fresh := answered(record("2022-03-07"), "2022-03-14", "disclose.provided")
		fresh.Number = "新1"
		nameless := answered(record("2012-04-05"), "2012-04-12", "disclose.provided")
		nameless.Number, nameless.Content = "", "没有编号的一件"
		take(t, db, ledger(id, old, fresh, nameless))
		oldCase, err := db.CaseByNumber(ctx, id, "旧1")
		if err != nil {
			t.Fatal(err)
		}
		destroyDue(t, db, id, "2024-02-01")
		if n := count(t, db, "SELECT COUNT(*) FROM purged_cases"); n != 2 {
			t.Fatalf("%d purged", n)
		}
		freshCase, err := db.CaseByNumber(ctx, id, "新1")
		if err != nil {
			t.Fatal(err)
		}
		people, err := db.People(ctx, freshCase.ID, stamp("2024-02-02"), "contact")
		if err != nil || len(people) != 1 || people[0].Applicant.IDNumber == "" {
			t.Errorf("the other case lost its applicant: %+v, %v", people, err)
		}
		before := count(t, db, "SELECT COUNT(*) FROM cases")
		take(t, db, ledger(id, old, fresh, nameless))
		if n := count(t, db, "SELECT COUNT(*) FROM cases"); n != before {
			t.Errorf("the old ledger made %d cases of %d", n, before)
		}
		if again, err := db.Case(ctx, oldCase.ID); err != nil || again.Content != "" {
			t.Errorf("the old ledger brought it back: %v", err)
		}
		if found, _ := differences(t, db); len(found) > 0 {
			t.Errorf("verify: %+v", found)
		}
	})
}

func TestEveryTableOfACaseIsPurgedOrKeptOnPurpose(t *testing.T) {
	// A table that speaks of a case must be named here: emptied by purge, or kept
	// because it holds ids, codes and days alone.
	emptied := []string{"case_texts", "case_parties", "case_notes", "case_keys", "attachments", "parcels", "search_queue", "retention_holds"}
	kept := []string{"events", "disputes", "case_readers", "disposal_cases", "purged_cases"}
	for _, m := range regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n\);`).FindAllStringSubmatch(gongkai.Schema, -1) {
		if strings.Contains(m[2], "case_id") && !slices.Contains(emptied, m[1]) && !slices.Contains(kept, m[1]) {
			t.Errorf("%s holds a case_id: empty it in purge, or say here that it holds no text", m[1])
		}
	}
}
