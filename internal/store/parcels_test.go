package store

import (
	"context"
	"testing"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

func parcelOf(t *testing.T, agency int64, mail, on string) cases.Parcel {
	t.Helper()
	ems, err := cases.ParseCarrier("ems")
	if err != nil {
		t.Fatal(err)
	}
	return cases.Parcel{AgencyID: agency, Carrier: ems, Mail: mail, Sender: "陈小明", ArrivedOn: calendar.MustParse(on)}
}

// A parcel waits on the red list until it is a case, no application, or passed on;
// what it became is settled once.
func TestParcels(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids, s := context.Background(), agencies(t, db, "a", "b"), stamp("2025-03-05")
		add := func(mail, on string) int64 {
			t.Helper()
			id, err := db.AddParcel(ctx, s, parcelOf(t, ids["a"], mail, on))
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		old, none, passed, kept := add("E1", "2025-03-03"), add("E2", "2025-03-05"), add("E3", "2025-03-05"), add("", "2025-03-04")
		if _, err := db.AddParcel(ctx, s, parcelOf(t, ids["a"], "E1", "2025-03-05")); !Is(err, Conflict) {
			t.Errorf("the same number twice: %v", err)
		}
		add("", "2025-03-05") // ordinary letters have none
		if _, err := db.AddParcel(ctx, s, parcelOf(t, ids["a"], "E9", "2025-03-06")); !Is(err, Invalid) {
			t.Errorf("of tomorrow: %v", err)
		}
		waiting, today, err := db.Parcels(ctx, ids["a"], s.Today)
		if err != nil || len(waiting) != 2 || waiting[0].ID != old || len(today) != 3 {
			t.Fatalf("%v %v %v", waiting, today, err)
		}
		if open, late, err := db.CountParcels(ctx, []int64{ids["a"], ids["b"]}, s.Today); err != nil || open != 5 || late != 2 {
			t.Errorf("%d open, %d late, %v", open, late, err)
		}
		c := made(t, ids["a"], "陈小明", "")
		if _, _, err := db.CreateAllOnce(ctx, s, Submission{Parcel: old}, []*cases.Case{c}); err != nil {
			t.Fatal(err)
		}
		if p, err := db.Parcel(ctx, old); err != nil || p.Fate != "case" || p.CaseID != c.ID {
			t.Errorf("registered: %v %v", p, err)
		}
		if _, _, err := db.CreateAllOnce(ctx, s, Submission{Parcel: old}, []*cases.Case{made(t, ids["a"], "陈小明", "")}); !Is(err, Conflict) {
			t.Errorf("registered twice: %v", err)
		}
		if rows := all(t, db, Filter{AgencyIDs: []int64{ids["a"]}}, SortReceived, 50); len(rows) != 1 {
			t.Errorf("%d cases of one letter", len(rows))
		}
		if err := db.SettleParcel(ctx, s, none, cases.Settled{Fate: "no_application", On: s.Today}); err == nil {
			t.Error("no application, and no reason")
		}
		for id, to := range map[int64]cases.Settled{none: {Fate: "no_application", Reason: "广告", On: s.Today}, passed: {Fate: "inside", ToAgency: ids["b"], On: s.Today},
			kept: {Fate: "outside", ToName: "省厅", Reason: "写给省厅的", On: s.Today}} {
			if err := db.SettleParcel(ctx, s, id, to); err != nil {
				t.Errorf("%s: %v", to.Fate, err)
			}
			if err := db.SettleParcel(ctx, s, id, to); !Is(err, Conflict) {
				t.Errorf("%s twice: %v", to.Fate, err)
			}
		}
		_, there, err := db.Parcels(ctx, ids["b"], s.Today)
		if err != nil || len(there) != 1 || there[0].CameFrom != passed || there[0].Mail != "E3" || there[0].Fate != "" {
			t.Errorf("passed on: %v %v", there, err)
		}
		if sum, err := db.Verify(ctx, VerifyJob{}); err != nil || sum.Differences != 0 {
			t.Errorf("verify: %v %v", sum, err)
		}
		if _, err := db.write.Exec("UPDATE parcels SET arrived_on = '2025-03-01' WHERE mail_number = 'E2'"); err != nil {
			t.Fatal(err)
		}
		if sum, err := db.Verify(ctx, VerifyJob{}); err != nil || sum.Differences != 1 {
			t.Errorf("a date changed by hand: %v %v", sum, err)
		}
	})
}
