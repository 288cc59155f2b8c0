package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/internal/testkit"
)

// A date that rests on a year without holiday notice says so wherever it stands;
// one that doesn't, nowhere.
func TestTentativeDatesSaySo(t *testing.T) {
	o := matrixOffice(t)
	line := func(number string, more func(*cases.Record)) store.ImportRow {
		r := cases.Record{Number: number, Agency: "cz", ReceivedOn: testkit.Day("2026-11-24"), Kind: cases.Natural, Applicant: "赵某", Content: "某事项"}
		more(&r)
		return store.ImportRow{Line: 2, Record: r}
	}
	job := store.ImportJob{FileName: "跨年.xlsx", FileHash: "tentative", Rows: []store.ImportRow{
		line("跨年", func(r *cases.Record) { r.ExtendedOn, r.ExtendedDays = testkit.Day("2026-11-24"), 20 }),
		line("待补", func(r *cases.Record) { r.SupplementAskedOn = testkit.Day("2026-11-24") }),
		line("本年", func(*cases.Record) {}),
		line("收费", func(r *cases.Record) { r.FeeNoticedOn = testkit.Day("2026-11-24") })}}
	for i := range job.Rows {
		job.Rows[i].Line = i + 2
	}
	if _, err := o.db.Import(context.Background(), o.actor(), job); err != nil {
		t.Fatal(err)
	}
	tree, err := o.db.Tree(context.Background(), testkit.Day(today))
	if err != nil {
		t.Fatal(err)
	}
	a, _ := tree.ByCode("cz")
	at := map[string]string{}
	for _, r := range job.Rows {
		c, err := o.db.CaseByNumber(context.Background(), a.ID, r.Number)
		if err != nil {
			t.Fatal(err)
		}
		at[r.Number] = casePath(c.ID)
	}
	o.signIn("deng")
	for _, x := range []struct {
		path string
		says bool
	}{
		{at["跨年"], true}, {at["跨年"] + "/clock", true}, {at["跨年"] + "/receipt", false} /* as it stood on the day of receipt */, {"/cases?text=跨年", true}, {"/cases?text=跨年&print=1", true},
		{at["本年"], false}, {at["本年"] + "/clock", false}, {at["本年"] + "/receipt", false}, {"/cases?text=本年", false},
		{at["收费"], false}, // pays by 2026-12-22
		{at["待补"], false},
		{"/calculator?received=2026-11-24&extend=20@2026-11-24", true}, {"/calculator?received=2026-11-24", false},
		{"/calculator?received=2026-12-28&supplement=2026-12-30", true}, // waits until 2027
	} {
		body := o.page(o.get(x.path), http.StatusOK)
		main := testkit.Text(o.all(body, "main")[0])
		if strings.Contains(main, "暂定") != x.says {
			t.Errorf("%s: says 暂定 %v, want %v", x.path, !x.says, x.says)
		}
	}
	if body := o.page(o.post("/callers", url.Values{"agency": {"cz"}, "number": {"跨年"}, "q": {"跨年"}, "text": {"跨年"}}), http.StatusOK); strings.Contains(body, "2027年1月20日") && !strings.Contains(body, "（暂定，可能提前）") {
		t.Error("a caller is told a date as firm that is not")
	}
	o.signIn("cheng")
	if body := o.page(o.get(at["跨年"]+"/act/supplement_asked"), http.StatusOK); body == "" {
		t.Error("no form")
	}
}
