package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/internal/report"
	"gongkai/internal/testkit"
)

// verified demands that verify finds nothing, or what contains a word.
func verified(t *testing.T, db *DB, want string) {
	t.Helper()
	var found []string
	if _, err := db.Verify(context.Background(), VerifyJob{Found: func(d Difference) { found = append(found, d.Table+": "+d.Message) }}); err != nil {
		t.Fatal(err)
	}
	switch all := strings.Join(found, "\n"); {
	case want == "" && all != "":
		t.Errorf("verify: %s", all)
	case !strings.Contains(all, want):
		t.Errorf("verify found %q, want %q", all, want)
	}
}

func order(issuer, agency, on int64, content string) cases.Order {
	return cases.Order{Kind: cases.Supervising, IssuerID: issuer, AgencyID: agency, CaseID: on, OrderedOn: testkit.Day("2025-06-03"), DueOn: testkit.Day("2025-06-10"), Content: content}
}

// An order gets the next number of its issuer's series, once for a form sent
// twice; its reply and its end are written once and in turn; a changed or missing
// one is found.
func TestOrders(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, s := context.Background(), stamp("2025-06-03")
		ids := agencies(t, db, "shi", "cz")
		c := create(t, db, ids["cz"], record("2025-04-01"))
		form := Submission{Key: "k1", Content: []string{"a"}}
		first, err := db.IssueOrder(ctx, s, form, order(ids["shi"], ids["cz"], c.ID, "请抓紧办理"))
		if err != nil {
			t.Fatal(err)
		}
		again, err := db.IssueOrder(ctx, s, form, order(ids["shi"], ids["cz"], c.ID, "请抓紧办理"))
		if err != nil || again != first {
			t.Errorf("sent twice: order %d, %v; want %d", again, err, first)
		}
		if _, err := db.IssueOrder(ctx, s, Submission{}, order(ids["shi"], ids["shi"], c.ID, "x")); !Is(err, Invalid) {
			t.Errorf("a case of another agency: %v", err)
		}
		if _, err := db.IssueOrder(ctx, s, Submission{}, order(ids["shi"], ids["cz"], 0, " ")); err == nil {
			t.Error("an order without content was given")
		}
		second, err := db.IssueOrder(ctx, s, Submission{}, order(ids["shi"], ids["cz"], 0, "请报告全年逾期情况"))
		if err != nil {
			t.Fatal(err)
		}
		numbers := []string{}
		for _, id := range []int64{first, second} {
			o, err := db.Order(ctx, id)
			if err != nil {
				t.Fatal(err)
			}
			numbers = append(numbers, o.Number)
		}
		if diff := cmp.Diff([]string{"榕督〔2025〕1号", "榕督〔2025〕2号"}, numbers); diff != "" {
			t.Error(diff)
		}
		later := stamp("2025-06-12")
		if err := db.ReplyOrder(ctx, later, first, 1, testkit.Day("2025-06-11"), "已答复申请人。"); err != nil {
			t.Fatal(err)
		}
		if err := db.ReplyOrder(ctx, later, first, 1, testkit.Day("2025-06-11"), "另一个人写的。"); !Is(err, Conflict) {
			t.Errorf("a reply to what has moved on: %v", err)
		}
		if err := db.ReplyOrder(ctx, later, first, 1, testkit.Day("2025-06-11"), "已答复申请人。"); err != nil {
			t.Errorf("the same reply twice: %v", err)
		}
		if err := db.CloseOrder(ctx, later, first, 2, testkit.Day("2025-06-02"), "同意办结。"); err == nil {
			t.Error("closed before it was given")
		}
		if err := db.CloseOrder(ctx, later, first, 2, testkit.Day("2025-06-12"), "同意办结。"); err != nil {
			t.Fatal(err)
		}
		list, err := db.OrdersOf(ctx, []int64{ids["cz"]}, testkit.Day("2025-06-01"), calendar.Date{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[int64]OrderCount{ids["cz"]: {Orders: 2, Open: 1, Late: 1}}, CountOrders(list, testkit.Day("2025-06-10"))); diff != "" {
			t.Errorf("the reply of 11 June is late by one day for ever: %s", diff)
		}
		verified(t, db, "")
		if _, err := db.write.Exec("UPDATE supervision_orders SET due_on = '2025-07-01' WHERE seq = 1"); err != nil {
			t.Fatal(err)
		}
		verified(t, db, "与其校验码不符")
		if _, err := db.write.Exec("DELETE FROM supervision_orders WHERE seq = 1"); err != nil {
			t.Fatal(err)
		}
		verified(t, db, "缺号")
		verified(t, db, "现已不见")
	})
}

// The same period, number and seed draw the same answers; scores are written in
// turn; a changed score is found.
func TestSpotChecks(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, id, s := context.Background(), agency(t, db), stamp("2025-06-03")
		for i := range 12 {
			r := answered(record("2025-04-01"), "2025-04-10", "disclose.provided")
			r.Number = string(rune('A' + i))
			if i == 5 {
				r = answered(r, "2025-04-10", "other.withdrawn") // is no answer
			}
			create(t, db, id, r)
		}
		x := SpotCheck{AgencyID: id, From: testkit.Day("2025-04-01"), To: testkit.Day("2025-04-30"), N: 4, Seed: "20250603"}
		var drawn [2][]int64
		for i := range drawn {
			check, err := db.DrawSpotCheck(ctx, s, Submission{}, x, []int64{id})
			if err != nil {
				t.Fatal(err)
			}
			got, list, err := db.SpotCheck(ctx, check)
			if err != nil || got.Pool != 11 || len(list) != 4 {
				t.Fatalf("pool %d, drawn %d, %v; want 11 and 4", got.Pool, len(list), err)
			}
			for _, d := range list {
				drawn[i] = append(drawn[i], d.CaseID)
			}
		}
		if diff := cmp.Diff(drawn[0], drawn[1]); diff != "" {
			t.Errorf("the same seed drew others: %s", diff)
		}
		if _, err := db.DrawSpotCheck(ctx, s, Submission{}, SpotCheck{AgencyID: id, From: x.From, To: x.To, N: 4}, []int64{id}); !Is(err, Invalid) {
			t.Errorf("no seed: %v", err)
		}
		if err := db.ScoreSpotCase(ctx, s, 1, 1, 1, cases.Scores{"basis": 3}, ""); err == nil {
			t.Error("three points of two were given")
		}
		if err := db.ScoreSpotCase(ctx, s, 1, 1, 1, cases.Scores{"basis": 1, "remedy": 2}, "条款不全"); err != nil {
			t.Fatal(err)
		}
		if err := db.ScoreSpotCase(ctx, s, 1, 1, 1, cases.Scores{"basis": 2}, ""); !Is(err, Conflict) {
			t.Errorf("scored over another's points: %v", err)
		}
		_, list, err := db.SpotCheck(ctx, 1)
		if share, ok := list[0].Scores.Share(); err != nil || !ok || share != 7500 {
			t.Errorf("3 of 4 points are %d, %v, %v", share, ok, err)
		}
		verified(t, db, "")
		if _, err := db.write.Exec(`UPDATE spot_check_cases SET scores = '{"basis":2}' WHERE check_id = 1 AND place = 1`); err != nil {
			t.Fatal(err)
		}
		verified(t, db, "第 1 次抽查第 1 件与其校验码不符")
	})
}

// A hand-over moves every open case but the exceptions, each by its own event; a
// sensitive one stays; a refusal leaves all where they were.
func TestHandOver(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, id, s := context.Background(), agency(t, db), stamp("2025-06-03")
		var mine []int64
		for i := range 4 {
			r := record("2025-05-20")
			r.Number = string(rune('A' + i))
			c := create(t, db, id, r)
			mine = append(mine, c.ID)
			if err := db.Update(ctx, c.ID, s, func(c *cases.Case) error { return c.Assign(s, testkit.Day("2025-05-20"), cases.Assigned{Officer: 7}) }); err != nil {
				t.Fatal(err)
			}
		}
		done := create(t, db, id, answered(record("2025-05-20"), "2025-05-26", "disclose.provided"))
		for _, q := range []string{"INSERT INTO users (login, name, password, password_at, created_at, created_by, mac) VALUES ('a', 'a', '', 0, 0, '', ?)",
			fmt.Sprintf("INSERT INTO case_readers (case_id, user_id, added_at, added_by, mac) VALUES (%d, 1, 0, '', ?)", mine[3])} {
			if _, err := db.write.Exec(db.write.Rebind(q), []byte{1}); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err := db.HandOver(ctx, s, HandOver{AgencyID: id, From: 7, To: cases.Assigned{Officer: 7}}); !Is(err, Invalid) {
			t.Errorf("to himself: %v", err)
		}
		moved, kept, err := db.HandOver(ctx, s, HandOver{AgencyID: id, From: 7, To: cases.Assigned{Officer: 8, Reason: "left"}, Except: mine[1:2]})
		if diff := cmp.Diff([]int64{mine[0], mine[2]}, moved); err != nil || kept != 1 || diff != "" {
			t.Fatalf("moved %v, kept %d, %v", moved, kept, err)
		}
		for i, want := range []int64{8, 7, 8, 7} {
			if got := count(t, db, "SELECT officer_id FROM cases WHERE id = ?", mine[i]); got != want {
				t.Errorf("case %d is with %d, want %d", i, got, want)
			}
		}
		if got := count(t, db, "SELECT officer_id FROM cases WHERE id = ?", done.ID); got != 0 {
			t.Errorf("the finished case went to %d", got)
		}
		if again, _, err := db.HandOver(ctx, s, HandOver{AgencyID: id, From: 7, To: cases.Assigned{Officer: 8}, Except: mine[1:2]}); err != nil || len(again) != 0 {
			t.Errorf("sent twice it moved %v, %v", again, err)
		}
	})
}

// The figures of the monitor, read off tallies and indexes, are what a count over
// all rows gives, group by group and month by month.
func TestMonitorEqualsARecount(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx := context.Background()
		codes := []string{"shi", "cz", "gh", "wai", "jy", "ws", "ga", "mz", "sl", "sw"}
		ids := agencies(t, db, codes...)
		r := rand.New(rand.NewPCG(7, 9))
		for range 700 {
			c := cases.NewCase(ids[codes[r.IntN(len(codes))]], stamp("2022-01-05"), randomRecord(r))
			if err := db.Create(ctx, stamp("2022-01-05"), c); err != nil {
				t.Fatal(err)
			}
		}
		of := func(codes ...string) (out []int64) {
			for _, code := range codes {
				out = append(out, ids[code])
			}
			return out
		}
		trend, day := Months{201901, 202012}, testkit.Day("2021-09-30")
		for name, groups := range map[string][][]int64{
			"少数机关":       {of("shi"), of("cz", "gh")},
			"只有一个机关不在内":  {of("shi"), of("cz", "gh", "jy"), of("ws", "ga", "mz", "sl", "sw")},
			"全部机关，分组不连续": {of("sw", "shi"), of("cz", "gh", "jy"), of("ws"), of("ga", "wai", "sl"), of("mz")},
		} {
			for _, period := range []Months{{201904, 202003}, {201901, 201912}, {202004, 202006}} {
				got, err := db.Monitor(ctx, groups, period, trend, day)
				if err != nil {
					t.Fatal(err)
				}
				want := recountMonitor(t, db, groups, period, trend, day)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s, %v: recounted, counted: %s", name, period, diff)
				}
				if f := got.Groups[1]; period.To-period.From > 10 && (f.Answers() < 20 || f.LateAnswers == 0 || f.Supplements == 0 || f.Corrected == 0 || f.Late == 0) {
					t.Errorf("%s, %v: the draw is too tame: %+v", name, period, f)
				}
			}
		}
		verified(t, db, "")
		// An older database is brought forward with the same counts.
		text, err := migrationFiles.ReadFile("migrations/0018_supervision.sql")
		if err != nil {
			t.Fatal(err)
		}
		_, fill, _ := strings.Cut(string(text), "INSERT INTO tally_courses")
		fill, _, _ = strings.Cut(fill, ";")
		before := snapshot(t, db)
		for _, q := range []string{"DELETE FROM tally_courses", "INSERT INTO tally_courses" + fill} {
			if _, err := db.write.Exec(q); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(before, snapshot(t, db)); diff != "" {
			t.Errorf("filled by the migration: %s", diff)
		}
		if _, err := db.write.Exec("UPDATE tally_courses SET n = n + 1 WHERE agency_id = (SELECT MAX(agency_id) FROM tally_courses)"); err != nil {
			t.Fatal(err)
		}
		verified(t, db, "统计表 tally_courses")
	})
}

// eachCase gives every case of some agencies with its row.
func eachCase(db *DB, agencies []int64, yield func(*cases.Case, cases.Row)) error {
	return db.look(context.Background(), func(t *tx) error {
		for _, id := range agencies {
			if err := t.casesReceived(id, "", "9999-12-31", func(c *cases.Case, r cases.Row) error { yield(c, r); return nil }); err != nil {
				return err
			}
		}
		return nil
	})
}

func recountMonitor(t *testing.T, db *DB, groups [][]int64, period, trend Months, day calendar.Date) Monitored {
	t.Helper()
	out := Monitored{Groups: make([]report.MonitorFigures, len(groups)), Trend: map[int]*report.MonitorFigures{}}
	watch := cases.WatchOn(calendar.Builtin().AsOf(day), day)
	in := func(m Months, d calendar.Date) (int, bool) {
		n := month(d.YMD())
		return n, !d.IsZero() && n >= m.From && n <= m.To
	}
	at := func(n int) *report.MonitorFigures {
		if out.Trend[n] == nil {
			out.Trend[n] = &report.MonitorFigures{}
		}
		return out.Trend[n]
	}
	answer := func(f *report.MonitorFigures, r cases.Row) {
		f.Days[min(r.DaysTaken, report.MostDays)]++
		switch r.Late {
		case deadline.Yes:
			f.LateAnswers++
		case deadline.No:
			f.OnTime++
		default:
			f.Unjudged++
		}
	}
	for i, ids := range groups {
		f := &out.Groups[i]
		if err := eachCase(db, ids, func(c *cases.Case, r cases.Row) {
			if n, ok := in(trend, r.ReceivedOn); ok {
				at(n).Received++
			}
			if _, ok := in(period, r.ReceivedOn); ok {
				f.Received++
			}
			if r.AnsweredOn.IsZero() {
				f.Open++
				f.Unassigned++
				switch watch.Of(r) {
				case cases.StandsLate:
					f.Late++
				case cases.StandsToday:
					f.Today++
				case cases.StandsSoon:
					f.Soon++
				case cases.StandsWaiting:
					f.Waiting++
				}
			}
			if n, ok := in(trend, r.AnsweredOn); ok && r.Outcome.CountsAsAnswer() {
				answer(at(n), r)
			}
			if _, ok := in(period, r.AnsweredOn); ok {
				f.Closed++
				if r.Outcome.CountsAsAnswer() {
					answer(f, r)
				}
				if r.Flags.Has(cases.HadSupplement) {
					f.Supplements++
				}
				if r.Flags.Has(cases.HadConsultation) {
					f.Consultations++
				}
				if r.Flags.Has(cases.HadExtension) {
					f.Extensions++
				}
			}
			for _, d := range cases.Disputes(cases.Timeline(c.Events, 0)) {
				if _, ok := in(period, d.ClosedOn); ok {
					f.Ruled++
					if d.Result == cases.Corrected {
						f.Corrected++
					}
				}
			}
		}); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// What the same person, or the same content, brought to several agencies is found
// by those who may see them all; one agency's own doubles are not.
func TestAlikeAcross(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx := context.Background()
		ids := agencies(t, db, "shi", "cz", "gh")
		add := func(code, number, name, identity, phone, content string) {
			r := record("2025-05-20")
			r.Number, r.Applicant, r.IDNumber, r.Phone, r.Content = number, name, identity, phone, content
			create(t, db, ids[code], r)
		}
		add("cz", "A", "陈某", "350102199001011234", "13900000001", "某路改造工程征收补偿安置方案的批复文件")
		add("gh", "B", "陈某", "350102 1990 0101 1234", "13900000002", "规划设计条件")
		add("gh", "C", "林某", "350102198801011235", "13900000003", "某路改造工程征收补偿安置方案的批复文件。")
		add("cz", "D", "黄某", "350102198801011299", "13900000004", "年度预算")
		add("cz", "E", "黄某", "350102198801011299", "13900000004", "年度决算及审计报告")
		add("gh", "F", "陈某", "", "", "其他同名人的申请")
		from, to := testkit.Day("2025-05-01"), testkit.Day("2025-05-31")
		got, err := db.AlikeAcross(ctx, []int64{ids["shi"], ids["cz"], ids["gh"]}, from, to)
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, g := range got {
			word := map[bool]string{true: "person", false: "content"}[g.Person]
			for _, r := range g.Rows {
				word += " " + r.Number
			}
			found = append(found, word)
		}
		if diff := cmp.Diff([]string{"content A C", "person A B"}, found); diff != "" {
			t.Error(diff)
		}
		if got, err := db.AlikeAcross(ctx, []int64{ids["cz"]}, from, to); err != nil || got != nil {
			t.Errorf("of one agency: %v, %v", got, err)
		}
	})
}
