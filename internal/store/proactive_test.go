package store

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"gongkai/internal/report"
)

func TestProactiveIsEntered(t *testing.T) {
	// A government's table 二 is the sum of what it and those below entered, until
	// it enters a total; nothing is overwritten; verify sees a change and a loss.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids := context.Background(), agencies(t, db, "fuzhou", "gulou")
		enter := func(agency string, own bool, seen int, text string) error {
			return db.EnterProactive(ctx, stamp("2025-01-10"), ids[agency], 2024, own, seen, report.ReadProactive([]byte(text)))
		}
		shows := func(agency string, own bool, want string) {
			t.Helper()
			table, err := db.Table(ctx, ids[agency], 2024, own, report.Format{})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if table.Proactive != nil {
				b, err := json.Marshal(table.Proactive)
				if err != nil {
					t.Fatal(err)
				}
				got = string(b)
			}
			if got != want {
				t.Errorf("%s own=%v: %s, want %s", agency, own, got, want)
			}
		}
		shows("fuzhou", false, "")
		one, two := `{"layout":"2021","penalties":[1]}`, `{"layout":"2021","penalties":[2]}`
		for _, err := range []error{enter("fuzhou", true, 0, one), enter("gulou", false, 0, one), enter("gulou", true, 1, two)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		shows("fuzhou", true, one)
		shows("gulou", true, two)
		shows("fuzhou", false, `{"layout":"2021","penalties":[3]}`)
		if err := enter("gulou", true, 1, one); !Is(err, Conflict) {
			t.Errorf("a second entry on the first: %v", err)
		}
		if err := enter("fuzhou", false, 0, `{"layout":"2021","penalties":[9]}`); err != nil {
			t.Fatal(err)
		}
		shows("fuzhou", false, `{"layout":"2021","penalties":[9]}`)
		if err := enter("fuzhou", false, 1, ""); err != nil {
			t.Fatal(err)
		}
		shows("fuzhou", false, `{"layout":"2021","penalties":[3]}`)
		if all, err := db.Proactive(ctx, ids["gulou"], 2024, false); err != nil || len(all) != 2 || all[1].By == "" {
			t.Errorf("%+v %v", all, err)
		}
		if found, _ := differences(t, db); len(found) > 0 {
			t.Fatalf("%v", found)
		}
		for _, q := range []string{"UPDATE proactive_entries SET data = '' WHERE place = 1 AND whole = 1", "DELETE FROM proactive_entries WHERE whole = 1"} {
			if _, err := db.write.Exec(q); err != nil {
				t.Fatal(err)
			}
			if found, _ := differences(t, db); len(found) != 1 || !strings.Contains(found[0].Message, "主动公开情况") {
				t.Errorf("%s: %v", q, found)
			}
		}
	})
}
