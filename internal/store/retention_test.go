package store

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gongkai/internal/cases"
	"gongkai/internal/report"
	"gongkai/internal/testkit"
)

// What is planted in the case that is to be destroyed, and must be nowhere after.
func planted() []string {
	return []string{"欧阳植名", "110101194910010017", "13912345678", "zhi@example.test", "植入的地址甲路1号", "植入的申请内容某某地块", "植入的答复理由", "植入寄件人", "植入草稿",
		"植入材料名", "植入的材料内容", "植入保留理由", "植入收回理由"}
}

// shelf gives a database with a closed case of 2013 that is full of planted
// personal data, and cases around it that must not change.
func retentionShelf(t *testing.T, db *DB) (agencyID int64, victim *cases.Case) {
	t.Helper()
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	agencyID = agency(t, db)
	ems, err := cases.ParseCarrier("ems")
	must(err)
	parcel, err := db.AddParcel(ctx, stamp("2013-03-04"), cases.Parcel{AgencyID: agencyID, Carrier: ems, Mail: "EMS植1", Sender: "植入寄件人", ArrivedOn: testkit.Day("2013-03-04")})
	must(err)
	r := record("2013-03-04")
	r.Applicant, r.IDNumber, r.Phone, r.Email, r.Address, r.Content = "欧阳植名", "110101194910010017", "13912345678", "zhi@example.test", "植入的地址甲路1号", "植入的申请内容某某地块"
	victim = create(t, db, agencyID, r)
	must(db.SettleParcel(ctx, stamp("2013-03-04"), parcel, cases.Settled{Fate: "case", CaseID: victim.ID, On: testkit.Day("2013-03-04")}))
	must(db.Attach(ctx, stamp("2013-03-05"), victim.ID, []Upload{{Kind: fileKind(t, "application"), Name: "植入材料名.pdf", Content: []byte("%PDF-1.7 植入的材料内容")}}))
	must(db.WithdrawAttachment(ctx, stamp("2013-03-06"), victim.ID, 1, "植入收回理由"))
	must(db.Update(ctx, victim.ID, stamp("2013-03-20"), func(c *cases.Case) error {
		if err := answer("2013-03-20", "disclose.provided")(c); err != nil {
			return err
		}
		c.Note("answer", "植入的答复理由")
		return nil
	}))
	must(db.PlaceHold(ctx, stamp("2014-01-05"), victim.ID, "植入保留理由"))
	must(db.LiftHold(ctx, stamp("2014-01-06"), victim.ID))
	sibling := record("2013-04-08") // stays: withheld, thirty years
	sibling.Applicant = "留存人"
	create(t, db, agencyID, sibling)
	must(db.Update(ctx, victim.ID+1, stamp("2013-04-20"), answer("2013-04-20", "withhold.third_party")))
	create(t, db, agencyID, record("2023-05-06"))
	for range 3 {
		if _, err := db.IndexPending(ctx, 100); err != nil {
			t.Fatal(err)
		}
	}
	user := person(t, db, "draft", 0, cases.Officer)
	must(db.SaveDraft(ctx, stamp("2013-03-10"), user, Draft{Key: "k1", Path: fmt.Sprintf("/cases/%d/act/extended", victim.ID), Fields: map[string][]string{"x": {"植入草稿"}}}))
	must(db.SaveDraft(ctx, stamp("2013-03-10"), user, Draft{Key: "k2", Path: "/cases/new", Fields: map[string][]string{"x": {"别的草稿"}}}))
	return agencyID, victim
}

func fileKind(t *testing.T, code string) cases.FileKind {
	t.Helper()
	k, err := cases.ParseFileKind(code)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// everyTable counts the tables of all years of an agency, both formats.
func everyTable(t *testing.T, db *DB, id int64) (out []string) {
	t.Helper()
	for year := 2012; year <= 2027; year++ {
		tallies, err := db.TableTallies(context.Background(), []int64{id}, year)
		if err != nil {
			t.Fatal(err)
		}
		remedies, err := db.RemedyTallies(context.Background(), []int64{id}, year)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range []report.Format{report.Format2019, report.Format2021} {
			out = append(out, fmt.Sprintf("%+v", report.Count(year, f, tallies, remedies)))
		}
	}
	return out
}

// destroyDue lets one propose and another agree, and carries it out.
func destroyDue(t *testing.T, db *DB, agencyID int64, day string) (id int64) {
	t.Helper()
	ctx, second := context.Background(), stamp(day)
	second.By = "user:2"
	id, err := db.ProposeDisposal(ctx, stamp(day), agencyID, testkit.Day(day).Year(), "")
	if err == nil {
		err = db.DecideDisposal(ctx, second, id, true)
	}
	if err == nil {
		_, err = db.CarryOutDisposals(ctx, second)
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// remains looks for planted data in everything that stands on the disk.
func remains(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		for _, p := range planted() {
			if bytes.Contains(text, []byte(p)) {
				out = append(out, p+" in "+filepath.Base(path))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestPurge(t *testing.T) {
	// When the term has run out and two people agree, the case's texts, people, key
	// and files are gone from the database and the disk; tables of all years, chains
	// and every other case are as before.
	for _, engine := range []string{SQLite, Postgres} {
		t.Run(engine, func(t *testing.T) {
			ctx, o := context.Background(), options(t, engine)
			db := openAt(t, o)
			id, victim := retentionShelf(t, db)
			if engine == SQLite && len(remains(t, o.Dir)) == 0 {
				t.Fatal("the planted data are not found before: the test shows nothing")
			}
			tables, shot := everyTable(t, db, id), snapshot(t, db)
			due, more, err := db.ExpiredCases(ctx, id, 2023, testkit.Day("2023-02-01"))
			if err != nil || more || len(due) != 0 {
				t.Fatalf("due in 2023: %+v, %v", due, err)
			}
			due, _, err = db.ExpiredCases(ctx, id, 2024, testkit.Day("2024-02-01"))
			if err != nil || len(due) != 1 || due[0].CaseID != victim.ID || due[0].Until().String() != "2023-12-31" {
				t.Fatalf("due in 2024: %+v, %v", due, err)
			}
			list := destroyDue(t, db, id, "2024-02-01")
			if got := everyTable(t, db, id); !slices.Equal(got, tables) {
				t.Error("a table of some year is another one")
			}
			if got := snapshot(t, db); got != shot {
				t.Errorf("rows or tallies moved:\n%s\n%s", shot, got)
			}
			if found, _ := differences(t, db); len(found) > 0 {
				t.Errorf("verify: %+v", found)
			}
			checkPurged(t, db, victim, list)
			if engine == SQLite {
				if left := remains(t, o.Dir); len(left) > 0 {
					t.Errorf("still on the disk: %v", left)
				}
			} else if left := dumped(t, db); len(left) > 0 {
				t.Errorf("still in the tables: %v", left)
			}
		})
	}
}

// checkPurged demands that a destroyed case says nothing, takes nothing, and that
// its list tells.
func checkPurged(t *testing.T, db *DB, victim *cases.Case, list int64) {
	t.Helper()
	ctx := context.Background()
	got, err := db.Case(ctx, victim.ID)
	if err != nil || got.Content != "" || len(got.Parties) != 0 || len(got.Events) < 2 || got.Number != victim.Number {
		t.Errorf("the case reads %+v, %v", got, err)
	}
	p, gone, err := db.Purged(ctx, victim.ID)
	if err != nil || !gone || p.On.String() != "2024-02-01" || p.DisposalID != list || p.By != "user:2" {
		t.Errorf("purged: %+v %v %v", p, gone, err)
	}
	if err := db.Update(ctx, victim.ID, stamp("2024-02-02"), answer("2024-02-02", "partial")); !Is(err, Conflict) {
		t.Errorf("written again: %v", err)
	}
	if err := db.Attach(ctx, stamp("2024-02-02"), victim.ID, []Upload{{Kind: fileKind(t, "application"), Name: "a.pdf", Content: []byte("%PDF-1.7")}}); !Is(err, Conflict) {
		t.Errorf("a file added: %v", err)
	}
	if _, _, err := db.OpenAttachment(ctx, stamp("2024-02-02"), victim.ID, 1); !Is(err, NotFound) {
		t.Errorf("a file opened: %v", err)
	}
	for _, text := range []string{"植入", "欧阳植名"} {
		page, err := db.List(ctx, Filter{AgencyIDs: []int64{victim.AgencyID}, Text: text}, SortReceived, "", 50)
		if err != nil || len(page.Rows) > 0 {
			t.Errorf("found by %s: %d, %v", text, len(page.Rows), err)
		}
	}
	if _, err := db.IndexPending(ctx, 100); err != nil {
		t.Fatal(err)
	}
	page, err := db.List(ctx, Filter{AgencyIDs: []int64{victim.AgencyID}, Text: victim.Number}, SortReceived, "", 50)
	if err != nil || len(page.Rows) != 1 || !page.Rows[0].Purged {
		t.Errorf("by its number: %+v, %v", page.Rows, err)
	}
	lines, err := db.DisposalCases(ctx, list)
	if err != nil || len(lines) != 1 || lines[0].Fate != "purged" || lines[0].Files != 1 || lines[0].Class != cases.KeptDisclosed || lines[0].Years != 10 {
		t.Errorf("its list: %+v, %v", lines, err)
	}
	d, err := db.Disposal(ctx, list)
	if err != nil || d.DoneAt == 0 || d.Purged != 1 || d.Cases != 1 {
		t.Errorf("its list: %+v, %v", d, err)
	}
	if n := count(t, db, "SELECT COUNT(*) FROM drafts"); n != 1 {
		t.Errorf("%d drafts left, want the other one", n)
	}
	if n := count(t, db, "SELECT COUNT(*) FROM phone_tails"); n != 2 {
		t.Errorf("%d telephone tails left", n)
	}
}

// dumped looks for planted data in every column of every table.
func dumped(t *testing.T, db *DB) (out []string) {
	t.Helper()
	err := db.look(context.Background(), func(tx *tx) error {
		for _, table := range schemaTables() {
			err := tx.exportTable(table, "t.* FROM "+table+" t", func(_ string, row map[string]any) error {
				for _, p := range planted() {
					if strings.Contains(fmt.Sprint(row), p) {
						out = append(out, p+" in "+table)
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
