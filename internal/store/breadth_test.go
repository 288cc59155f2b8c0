package store

import (
	"context"
	"net/url"
	"slices"
	"testing"

	"gongkai/internal/auth"
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// person makes an account with a role in an agency.
func person(t *testing.T, db *DB, login string, agency int64, role cases.Role) int64 {
	t.Helper()
	id, err := db.CreateUser(context.Background(), stamp("2025-03-03"), NewUser{Login: login, Name: login, Password: auth.Hash("x", auth.Cost{Memory: 8, Time: 1, Threads: 1})})
	if err == nil && agency != 0 {
		err = db.Grant(context.Background(), stamp("2025-03-03"), id, auth.Grant{Agency: agency, Role: role})
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func clean(t *testing.T, db *DB) {
	t.Helper()
	sum, err := db.Verify(context.Background(), VerifyJob{Found: func(d Difference) { t.Errorf("verify: %s", d.Message) }})
	if err != nil || sum.Differences != 0 {
		t.Errorf("verify: %v %v", sum.Differences, err)
	}
}

// A draft is its owner's alone, takes the place of the one before, and says
// nothing to who reads the file.
func TestDrafts(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, a := context.Background(), agencies(t, db, "a")["a"]
		me, other := person(t, db, "me", a, cases.FrontDesk), person(t, db, "other", a, cases.FrontDesk)
		d := Draft{Key: "k1", Path: "/cases/new?agency=a", Fields: url.Values{"name": {"陈小明"}, "content": {"某地块\n批复"}}}
		for _, content := range []string{"一稿", "二稿"} {
			d.Fields.Set("content", content)
			if err := db.SaveDraft(ctx, stamp("2025-03-03"), me, d); err != nil {
				t.Fatal(err)
			}
		}
		list, err := db.Drafts(ctx, me)
		if err != nil || len(list) != 1 || list[0].Fields.Get("content") != "二稿" || list[0].Path != d.Path {
			t.Fatalf("%v %v", list, err)
		}
		if _, err := db.Draft(ctx, other, list[0].ID); !Is(err, NotFound) {
			t.Errorf("another's draft: %v", err)
		}
		if err := db.DropDraft(ctx, other, list[0].ID, ""); err != nil || count(t, db, "SELECT COUNT(*) FROM drafts") != 1 {
			t.Errorf("another dropped it: %v", err)
		}
		var data []byte
		if err := db.read.Get(&data, "SELECT data FROM drafts"); err != nil || slices.Contains([]string{string(data)}, "陈小明") || len(data) < 60 {
			t.Errorf("in clear: %q %v", data, err)
		}
		if err := db.SaveDraft(ctx, stamp("2025-08-03"), me, Draft{Key: "k2", Path: "/x", Fields: url.Values{}}); err != nil {
			t.Fatal(err)
		}
		if n, err := db.CountDrafts(ctx, me); err != nil || n != 1 {
			t.Errorf("old ones stay: %d %v", n, err)
		}
		if err := db.DropDraft(ctx, me, 0, "k2"); err != nil || count(t, db, "SELECT COUNT(*) FROM drafts") != 0 {
			t.Errorf("by its form: %v", err)
		}
		for i := range MostDrafts + 1 {
			err = db.SaveDraft(ctx, stamp("2025-08-03"), me, Draft{Key: string(rune('a' + i)), Path: "/x"})
		}
		if !Is(err, Invalid) {
			t.Errorf("too many: %v", err)
		}
	})
}

// A list kept under a name is its owner's; the name again takes its place.
func TestSavedViews(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, me := context.Background(), person(t, db, "me", 0, cases.Role{})
		for _, q := range []string{"light=late", "light=soon"} {
			if err := db.SaveView(ctx, stamp("2025-03-03"), me, "要紧的", q); err != nil {
				t.Fatal(err)
			}
		}
		list, err := db.Views(ctx, me)
		if err != nil || len(list) != 1 || list[0].Query != "light=soon" {
			t.Fatalf("%v %v", list, err)
		}
		if err := db.DropView(ctx, me+1, list[0].ID); !Is(err, NotFound) {
			t.Errorf("another's: %v", err)
		}
		if err := db.DropView(ctx, me, list[0].ID); err != nil {
			t.Error(err)
		}
		if err := db.SaveView(ctx, stamp("2025-03-03"), me, "", "x"); !Is(err, Invalid) {
			t.Errorf("no name: %v", err)
		}
	})
}

// A section holds people of its agency and is not closed over open cases.
func TestSections(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids := context.Background(), agencies(t, db, "a", "b")
		mine, foreign := person(t, db, "mine", ids["a"], cases.Officer), person(t, db, "foreign", ids["b"], cases.Officer)
		s := stamp("2025-03-04")
		if err := db.SaveSection(ctx, s, Section{AgencyID: ids["a"], Name: "规划科", People: []int64{foreign}}); !Is(err, Invalid) {
			t.Errorf("a stranger: %v", err)
		}
		if err := db.SaveSection(ctx, s, Section{AgencyID: ids["a"], Name: " 规划科 ", People: []int64{mine, mine}}); err != nil {
			t.Fatal(err)
		}
		if err := db.SaveSection(ctx, s, Section{AgencyID: ids["a"], Name: "规划科"}); !Is(err, Conflict) {
			t.Errorf("the name twice: %v", err)
		}
		list, err := db.Sections(ctx, ids["a"])
		if err != nil || len(list) != 1 || list[0].Name != "规划科" || !slices.Equal(list[0].People, []int64{mine}) {
			t.Fatalf("%v %v", list, err)
		}
		of, err := db.SectionsOf(ctx, mine)
		if err != nil || !slices.Equal(of, []int64{list[0].ID}) {
			t.Errorf("of one: %v %v", of, err)
		}
		c := create(t, db, ids["a"], record("2025-03-03"))
		if err := db.Update(ctx, c.ID, s, func(c *cases.Case) error {
			return c.Assign(s, s.Today, cases.Assigned{Section: list[0].ID})
		}); err != nil {
			t.Fatal(err)
		}
		rows := all(t, db, Filter{AgencyIDs: []int64{ids["a"]}, Section: list[0].ID}, SortDue, 10)
		if len(rows) != 1 {
			t.Errorf("its pool: %v", rows)
		}
		if err := db.CloseSection(ctx, s, ids["a"], list[0].ID); !Is(err, Conflict) {
			t.Errorf("closed over an open case: %v", err)
		}
		if err := db.SaveSection(ctx, s, Section{ID: list[0].ID, AgencyID: ids["b"], Name: "偷换"}); !Is(err, NotFound) {
			t.Errorf("another agency's: %v", err)
		}
		clean(t, db)
	})
}

// The tree changes from a day on; the trees of before stay; nothing open is left
// behind; verify finds what was changed by hand.
func TestAgencyTreeEdited(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids := context.Background(), agencies(t, db, "shi", "a", "b")
		s := stamp("2025-03-04")
		day := calendar.MustParse
		if err := db.AddAgency(ctx, s, cases.Agency{Code: "c", Name: "新设局", ShortName: "新", Kind: cases.Department, ParentID: ids["shi"], From: day("2025-03-01")}); err != nil {
			t.Fatal(err)
		}
		if err := db.AddAgency(ctx, s, cases.Agency{Code: "c", Name: "又一个", Kind: cases.Department}); !Is(err, Conflict) {
			t.Errorf("the code twice: %v", err)
		}
		tree, _ := db.Tree(ctx, day("2025-02-28"))
		if _, alive := tree.ByCode("c"); alive {
			t.Error("it was there before it was founded")
		}
		tree, _ = db.Tree(ctx, s.Today)
		c, alive := tree.ByCode("c")
		if !alive {
			t.Fatal("not founded")
		}
		if err := db.ChangeAgency(ctx, s, cases.Agency{ID: ids["shi"], Name: "机关shi", ShortName: "榕", Kind: cases.Government, ParentID: c.ID, From: s.Today}); !Is(err, Invalid) {
			t.Errorf("a circle: %v", err)
		}
		if err := db.ChangeAgency(ctx, s, cases.Agency{ID: ids["a"], Name: "改名局", ShortName: "改", Kind: cases.Department, ParentID: c.ID, From: s.Today}); err != nil {
			t.Fatal(err)
		}
		for on, want := range map[string]string{"2025-03-03": "机关a", "2025-03-04": "改名局"} {
			tree, _ := db.Tree(ctx, day(on))
			if a, _ := tree.Agency(ids["a"]); a.Name != want {
				t.Errorf("on %s: %s", on, a.Name)
			}
		}
		if err := db.CloseAgency(ctx, s, c.ID, 0, s.Today); !Is(err, Invalid) {
			t.Errorf("closed over its department: %v", err)
		}
		create(t, db, ids["a"], record("2025-03-03"))
		later := stamp("2025-03-06")
		if err := db.CloseAgency(ctx, later, ids["a"], 0, later.Today); !Is(err, Invalid) {
			t.Errorf("closed over an open case: %v", err)
		}
		if err := db.CloseAgency(ctx, later, ids["a"], ids["b"], later.Today); err != nil {
			t.Fatal(err)
		}
		tree, _ = db.Tree(ctx, later.Today)
		if own := tree.Own(ids["b"]); !slices.Contains(own, ids["a"]) {
			t.Errorf("not taken over: %v", own)
		}
		if err := db.ChangeAgency(ctx, later, cases.Agency{ID: ids["a"], Name: "复活", Kind: cases.Department, From: later.Today}); !Is(err, NotFound) {
			t.Errorf("changed after its end: %v", err)
		}
		clean(t, db)
		if _, err := db.write.Exec("UPDATE agency_versions SET name = 'x' WHERE name = '新设局'"); err != nil {
			t.Fatal(err)
		}
		if sum, err := db.Verify(ctx, VerifyJob{}); err != nil || sum.Differences == 0 {
			t.Errorf("a name changed by hand was not found: %v", err)
		}
	})
}

// Merging takes two people, and leaves the register clean.
func TestMergeByTwoPeople(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, a := context.Background(), agencies(t, db, "a")["a"]
		one, two := stamp("2025-03-04"), stamp("2025-03-05")
		one.By, two.By = "user:12", "user:9"
		first, second := made(t, a, "陈小明", ""), made(t, a, "陈晓明", "")
		for i, c := range []*cases.Case{first, second} {
			c.Events[0].At += int64(i)
			if err := db.Create(ctx, stamp("2025-03-03"), c); err != nil {
				t.Fatal(err)
			}
		}
		from, to := first.Parties[0].Applicant.ID, second.Parties[0].Applicant.ID
		if err := db.ProposeMerge(ctx, one, a, from, to, ""); !Is(err, Invalid) {
			t.Errorf("without reason: %v", err)
		}
		if err := db.ProposeMerge(ctx, one, a, from, to, "同一人，误写"); err != nil {
			t.Fatal(err)
		}
		if err := db.ProposeMerge(ctx, one, a, to, from, "再来"); !Is(err, Conflict) {
			t.Errorf("waits already: %v", err)
		}
		open, err := db.MergeProposals(ctx, []int64{a})
		if err != nil || len(open) != 1 || open[0].FromName != "陈小明" || open[0].ToName != "陈晓明" {
			t.Fatalf("%v %v", open, err)
		}
		if err := db.DecideMerge(ctx, one, open[0].ID, true); !Is(err, Invalid) {
			t.Errorf("alone: %v", err)
		}
		if err := db.DecideMerge(ctx, two, open[0].ID, true); err != nil {
			t.Fatal(err)
		}
		if err := db.DecideMerge(ctx, two, open[0].ID, true); !Is(err, Conflict) {
			t.Errorf("twice: %v", err)
		}
		page, err := db.Applicant(ctx, []int64{a}, to)
		if err != nil || len(page.Rows) != 2 {
			t.Errorf("%d cases, %v", len(page.Rows), err)
		}
		clean(t, db)
	})
}

// Who is not named does not find a sensitive case: not by its number, not by what
// it says, and in lists only that it is there.
func TestSensitiveCase(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, a := context.Background(), agencies(t, db, "a")["a"]
		named, other := person(t, db, "named", a, cases.Signer), person(t, db, "other", a, cases.Officer)
		c := create(t, db, a, record("2025-03-03"))
		s := stamp("2025-03-04")
		if err := db.SetReaders(ReadBy(ctx, named), s, c.ID, []int64{named, named}); err != nil {
			t.Fatal(err)
		}
		if err := db.SetReaders(ReadBy(ctx, other), s, c.ID, nil); !Is(err, NotFound) {
			t.Errorf("lifted by who is not named: %v", err)
		}
		if _, err := db.IndexPending(ctx, 100); err != nil {
			t.Fatal(err)
		}
		for user, sees := range map[int64]bool{named: true, other: false} {
			as := ReadBy(ctx, user)
			if _, err := db.Case(as, c.ID); (err == nil) != sees || !sees && !Is(err, NotFound) {
				t.Errorf("%d opens: %v", user, err)
			}
			page, err := db.List(as, Filter{AgencyIDs: []int64{a}}, SortDue, "", 10)
			if err != nil || len(page.Rows) != 1 || page.Rows[0].Hidden == sees || (page.Rows[0].Applicant != "") != sees || (page.Rows[0].Subject != "") != sees {
				t.Errorf("%d lists: %+v %v", user, page.Rows, err)
			}
			page, err = db.List(as, Filter{AgencyIDs: []int64{a}, Text: "改造"}, SortDue, "", 10)
			if err != nil || (len(page.Rows) == 1) != sees {
				t.Errorf("%d searches: %v %v", user, page.Rows, err)
			}
			hits, err := db.FindCaller(as, []int64{a}, "陈某")
			if err != nil || (len(hits) == 1) != sees {
				t.Errorf("%d asks for the caller: %v %v", user, hits, err)
			}
		}
		if _, err := db.Case(ctx, c.ID); err != nil {
			t.Errorf("a command: %v", err)
		}
		clean(t, db)
		if _, err := db.write.Exec(db.write.Rebind("INSERT INTO case_readers (case_id, user_id, added_at, added_by, mac) VALUES (?, ?, 1, 'x', ?)"), c.ID, other, []byte("x")); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Case(ReadBy(ctx, other), c.ID); !Is(err, NotFound) {
			t.Errorf("by a row of his own making: %v", err)
		}
		if sum, err := db.Verify(ctx, VerifyJob{}); err != nil || sum.Differences == 0 {
			t.Errorf("a reader by hand was not found: %v", err)
		}
		if _, err := db.write.Exec("DELETE FROM case_readers"); err != nil {
			t.Fatal(err)
		}
		if sum, err := db.Verify(ctx, VerifyJob{}); err != nil || sum.Differences == 0 {
			t.Errorf("a limit lifted by hand was not found: %v", err)
		}
	})
}

// Days of the region hold for who is below, for open cases at once, and are
// verified like the rest; those of elsewhere stay as they are.
func TestLocalDays(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids := context.Background(), agencies(t, db, "shi", "a")
		if err := db.AddAgency(ctx, stamp("2025-03-01"), cases.Agency{Code: "wai", Name: "外市", Kind: cases.Government}); err != nil {
			t.Fatal(err)
		}
		tree, _ := db.Tree(ctx, calendar.MustParse("2025-03-01"))
		wai, _ := tree.ByCode("wai")
		mine, theirs := create(t, db, ids["a"], record("2025-03-03")), create(t, db, wai.ID, record("2025-03-03"))
		due := func(id int64) string {
			var on string
			if err := db.read.Get(&on, db.read.Rebind("SELECT due_on FROM cases WHERE id = ?"), id); err != nil {
				t.Fatal(err)
			}
			return on
		}
		before := due(mine.ID)
		value := "2025-03-31 放假 三月三\n2025-04-01 放假"
		if err := db.Set(ctx, stamp("2025-03-10"), ids["shi"], LocalDaysSetting, value, calendar.MustParse("2025-03-10")); err != nil {
			t.Fatal(err)
		}
		if before != "2025-03-31" || due(mine.ID) != "2025-04-02" || due(theirs.ID) != before {
			t.Errorf("due %s, then %s; elsewhere %s", before, due(mine.ID), due(theirs.ID))
		}
		clean(t, db)
		again := create(t, db, ids["a"], record("2025-03-04"))
		if got := due(again.ID); got != "2025-04-03" {
			t.Errorf("a new case: %s", got)
		}
		book, err := db.BookOf(ctx, ids["a"])
		if err != nil || book.AsOf(calendar.MustParse("2025-03-09")).IsWorkday(calendar.MustParse("2025-03-31")) != true || book.Latest().IsWorkday(calendar.MustParse("2025-03-31")) {
			t.Errorf("as of the day before it was set: %v", err)
		}
		if err := db.Set(ctx, stamp("2025-03-12"), ids["a"], LocalDaysSetting, "", calendar.MustParse("2025-03-12")); err != nil {
			t.Fatal(err)
		}
		if got := due(mine.ID); got != before {
			t.Errorf("with none of its own again: %s", got)
		}
		if err := db.Rebuild(ctx, stamp("2025-03-13")); err != nil {
			t.Fatal(err)
		}
		clean(t, db)
	})
}

// Where an agency has set nothing, what the one above it has set holds, for what
// is inherited and nothing else.
func TestSettingsInherited(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids, s := context.Background(), agencies(t, db, "shi", "a"), stamp("2025-03-04")
		for key, value := range map[string]string{"supplement_term": "10", "phone": "0591-1"} {
			if err := db.Set(ctx, s, ids["shi"], key, value, s.Today); err != nil {
				t.Fatal(err)
			}
		}
		for key, want := range map[string]string{"supplement_term": "10", "phone": ""} {
			if got, err := db.Setting(ctx, ids["a"], key, s.Today); err != nil || got != want {
				t.Errorf("%s: %q %v", key, got, err)
			}
		}
		if _, from, err := db.SettingFrom(ctx, ids["a"], "supplement_term", s.Today); err != nil || from != ids["shi"] {
			t.Errorf("from %d %v", from, err)
		}
		if err := db.Set(ctx, s, ids["a"], "supplement_term", "7", s.Today); err != nil {
			t.Fatal(err)
		}
		if got, _ := db.Setting(ctx, ids["a"], "supplement_term", s.Today); got != "7" {
			t.Errorf("its own: %q", got)
		}
	})
}
