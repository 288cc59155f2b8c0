package store

import (
	"context"
	"testing"

	"gongkai/internal/calendar"
)

// A setting that takes two people is not confirmed by the one who asked, nor by
// him in the place of an absent colleague; it holds from its day, never before the
// decision.
func TestSettingByTwoPeople(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, a := context.Background(), agencies(t, db, "a")["a"]
		one, two := stamp("2025-03-03"), stamp("2025-03-05")
		one.By, two.By = "user:12", "user:9"
		if err := db.ProposeSetting(ctx, one, a, "court", "某法院", calendar.MustParse("2025-03-04"), "首次"); err != nil {
			t.Fatal(err)
		}
		if err := db.ProposeSetting(ctx, one, a, NumberSetting, "无序号", one.Today, "试"); !Is(err, Invalid) {
			t.Errorf("a pattern without a number: %v", err)
		}
		open, err := db.SettingProposals(ctx, a)
		if err != nil || len(open) != 1 {
			t.Fatalf("%v %v", open, err)
		}
		for _, by := range []string{"user:12", "user:12/9"} {
			self := two
			self.By = by
			if err := db.DecideSetting(ctx, self, open[0].ID, true); !Is(err, Invalid) {
				t.Errorf("%s confirms himself: %v", by, err)
			}
		}
		if err := db.DecideSetting(ctx, two, open[0].ID, true); err != nil {
			t.Fatal(err)
		}
		if err := db.DecideSetting(ctx, two, open[0].ID, true); !Is(err, Conflict) {
			t.Errorf("decided twice: %v", err)
		}
		for day, want := range map[string]string{"2025-03-04": "", "2025-03-05": "某法院"} {
			if got, err := db.Setting(ctx, a, "court", calendar.MustParse(day)); err != nil || got != want {
				t.Errorf("on %s: %q %v", day, got, err)
			}
		}
		if sum, err := db.Verify(ctx, VerifyJob{}); err != nil || sum.Differences != 0 {
			t.Errorf("verify: %v %v", sum, err)
		}
	})
}
