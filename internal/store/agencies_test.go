package store

import (
	"context"
	"strings"
	"testing"

	"gongkai/internal/cases"
	"gongkai/internal/testkit"
)

func TestImportAgencies(t *testing.T) {
	// Parents may come after children; an agency that reads otherwise changes from
	// that day on, and past years keep their tree.
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx := context.Background()
		line := func(n int, code, name, parent string) AgencyLine {
			return AgencyLine{Agency: cases.Agency{Code: code, Name: name, Kind: cases.Department}, ParentCode: parent, Line: n}
		}
		file := []AgencyLine{line(2, "gtj", "国土局", "fz"), line(3, "fz", "福州市", ""), line(4, "ghj", "规划局", "fz")}
		got, err := db.ImportAgencies(ctx, stamp("2018-01-02"), file)
		if err != nil || got != (AgencyImport{New: 3}) {
			t.Fatalf("%+v, %v", got, err)
		}
		if got, err = db.ImportAgencies(ctx, stamp("2018-01-02"), file); err != nil || got != (AgencyImport{Same: 3}) {
			t.Fatalf("again: %+v, %v", got, err)
		}
		file[0].Name = "自然资源局"
		file[2].ParentCode = "gtj"
		if got, err = db.ImportAgencies(ctx, stamp("2019-05-06"), file); err != nil || got != (AgencyImport{Changed: 2, Same: 1}) {
			t.Fatalf("changed: %+v, %v", got, err)
		}
		for day, want := range map[string]string{"2018-12-31": "国土局 2", "2019-12-31": "自然资源局 1"} {
			tree, err := db.Tree(ctx, testkit.Day(day))
			if err != nil {
				t.Fatal(err)
			}
			a, _ := tree.ByCode("gtj")
			root, _ := tree.ByCode("fz")
			if got := a.Name + " " + string(rune('0'+len(tree.Children(root.ID)))); got != want {
				t.Errorf("%s: %s, want %s", day, got, want)
			}
		}
		for name, c := range map[string]struct {
			file []AgencyLine
			want string
		}{
			"代码重复": {[]AgencyLine{line(2, "x", "甲", ""), line(3, "x", "乙", "")}, "第 3 行"},
			"没有上级": {[]AgencyLine{line(2, "x", "甲", "nowhere")}, "nowhere"},
			"绕成圈":  {[]AgencyLine{line(2, "fz", "福州市", "ghj")}, "绕成了圈"},
			"自为上级": {[]AgencyLine{line(2, "x", "甲", "x")}, "绕成了圈"},
			"没有名称": {[]AgencyLine{line(2, "x", "", "")}, "第 2 行"},
		} {
			if _, err := db.ImportAgencies(ctx, stamp("2020-01-02"), c.file); !Is(err, Invalid) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := count(t, db, "SELECT COUNT(*) FROM agencies"); n != 3 {
			t.Fatalf("%d agencies", n)
		}
	})
}
