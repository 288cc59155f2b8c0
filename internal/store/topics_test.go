package store

import (
	"context"
	"testing"

	"gongkai/internal/calendar"
	"gongkai/internal/report"
	"gongkai/internal/testkit"
)

// A topic of the agency's list is kept, counted, found by the list and changed; one
// that is not in the list is refused; what was written by hand is named by verify.
func TestTopics(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, s := context.Background(), stamp("2025-03-10")
		ids := agencies(t, db, "shi", "cz")
		a, b := create(t, db, ids["cz"], record("2025-03-03")), create(t, db, ids["cz"], record("2025-03-04"))
		if _, err := db.SetTopics(ctx, s, []int64{a.ID}, "土地征收"); !Is(err, Invalid) {
			t.Errorf("a topic that nobody lists: %v", err)
		}
		if err := db.Set(ctx, s, ids["shi"], "topics", "土地征收\n房屋拆迁", testkit.Day("2025-01-01")); err != nil {
			t.Fatal(err)
		}
		for _, topic := range []string{"房屋拆迁", "土地征收", "土地征收"} {
			if _, err := db.SetTopics(ctx, s, []int64{a.ID, b.ID}, topic); err != nil {
				t.Fatal(err)
			}
		}
		if n, err := db.SetTopics(ctx, s, []int64{b.ID}, ""); n != 1 || err != nil {
			t.Errorf("taken away: %d, %v", n, err)
		}
		if _, err := db.SetTopics(ctx, s, []int64{a.ID, 999}, "土地征收"); !Is(err, NotFound) {
			t.Errorf("a case that is not there: %v", err)
		}
		all := []int64{ids["shi"], ids["cz"]}
		p, err := db.Period(ctx, all, calendar.Of(2025, 3, 1), calendar.Of(2025, 3, 31))
		if err != nil || p.NewByTopic["土地征收"] != 1 || p.NewByTopic[""] != 1 {
			t.Errorf("counted: %v, %v", p.NewByTopic, err)
		}
		for topic, want := range map[string]int64{"土地征收": a.ID, NoneGiven: b.ID} {
			page, err := db.List(ctx, Filter{AgencyIDs: all, Topic: topic, Span: &report.StageSpan{Stage: report.StageNew, From: p.From, To: p.To}}, SortReceived, "", 9)
			if err != nil || len(page.Rows) != 1 || page.Rows[0].ID != want {
				t.Errorf("%s: %v, %v", topic, page.Rows, err)
			}
		}
		clean(t, db)
		for _, by := range []string{"UPDATE case_topics SET topic = '房屋拆迁'", "DELETE FROM case_topics"} {
			if _, err := db.write.Exec(by); err != nil {
				t.Fatal(err)
			}
			if sum, err := db.Verify(ctx, VerifyJob{}); err != nil || sum.Differences == 0 {
				t.Errorf("%s was not found: %v", by, err)
			}
		}
	})
}
