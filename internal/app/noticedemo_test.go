package app

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
)

// rowsOfDemo gives every row of the register, by the case's id.
func rowsOfDemo(t *testing.T, db *store.DB, today calendar.Date) map[int64]cases.Row {
	t.Helper()
	out := map[int64]cases.Row{}
	err := db.ExportAll(context.Background(), today, store.Everything{
		Agencies: func([]cases.Agency) error { return nil },
		Row:      func(string, map[string]any) error { return nil },
		File:     func(*cases.Case, store.Attachment, []byte) error { return nil },
		Case:     func(_ string, c *cases.Case, row cases.Row) error { out[c.ID] = row; return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// madeUp gives arrangements that no State Council made: one for 2027 and changes
// inside the present year.
func madeUp(today calendar.Date) []calendar.Notice {
	dice := rand.New(rand.NewPCG(2027, 1))
	whole := calendar.Notice{Number: "演示〔2026〕1号", PublishedOn: today, Year: today.Year() + 1}
	for d := calendar.Of(whole.Year, 1, 1); d.Year() == whole.Year; d = d.AddDays(1) {
		switch weekend := d.Weekday() == 0 || d.Weekday() == 6; {
		case weekend && dice.IntN(6) == 0:
			whole.Days = append(whole.Days, calendar.NoticeDay{Date: d, Kind: calendar.Work, Name: "调休"})
		case !weekend && dice.IntN(12) == 0:
			whole.Days = append(whole.Days, calendar.NoticeDay{Date: d, Kind: calendar.Off, Name: "假日"})
		}
	}
	out := []calendar.Notice{whole}
	for i := range 3 {
		n := calendar.Notice{Number: fmt.Sprintf("演示〔2026〕%d号", i+2), PublishedOn: today, Year: today.Year(), Amends: true}
		for d := today.AddDays(-15 * (i + 1)); d.Year() == today.Year(); d = d.AddDays(1) {
			if dice.IntN(7) == 0 {
				n.Days = append(n.Days, calendar.NoticeDay{Date: d, Kind: []calendar.DayKind{calendar.Off, calendar.Work}[dice.IntN(2)], Name: "调整"})
			}
		}
		out = append(out, n)
	}
	return out
}

// Over the living demonstration, the preview of a made-up notice is exactly what
// then happens to each row: those named move so, no other does, and closed cases
// keep what they were judged by; the timeline of each moved case tells it.
func TestNoticePreviewIsWhatHappens(t *testing.T) {
	ctx := context.Background()
	env, _, _ := at("")
	db, _ := openDemo(t, env, filepath.Join(t.TempDir(), "data"))
	today, late := env.Today(), 0
	before := rowsOfDemo(t, db, today)
	for i, n := range madeUp(today) {
		today, at := today.AddDays(i), env.Now().AddDate(0, 0, i).UnixMicro()
		n.PublishedOn = today
		preview, err := db.PreviewNotice(ctx, today, n)
		if err != nil {
			t.Fatal(err)
		}
		book, err := db.Book(ctx)
		if err != nil {
			t.Fatal(err)
		}
		id, err := db.ProposeNotice(ctx, cases.Stamp{At: at, By: "user:1", Today: today, Book: book}, n)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.DecideNotice(ctx, cases.Stamp{At: at, By: "user:2", Today: today, Book: book}, id, true); err != nil {
			t.Fatal(err)
		}
		after := rowsOfDemo(t, db, today)
		moved := map[int64]store.Move{}
		for _, m := range preview.Moves {
			moved[m.CaseID] = m
		}
		open, firm, closed := 0, 0, 0
		for id, was := range before {
			is := after[id]
			if !is.AnsweredOn.IsZero() {
				if was != is && (was.DueOn != is.DueOn || was.Late != is.Late) {
					closed++
				}
				if is.AnsweredOn != today && was != is {
					t.Errorf("%s：已办结的第 %d 件动了", n.Number, id)
				}
				continue
			}
			if !is.ReceivedOn.IsZero() {
				open++
			}
			if was.Provisional && !is.Provisional && !is.DueOn.IsZero() {
				firm++
			}
			changed := was.DueOn != is.DueOn || was.WaitsUntil != is.WaitsUntil || was.LateOn(today) != is.LateOn(today)
			m, told := moved[id]
			if changed != told || told && (m.OldDue != was.DueOn || m.NewDue != is.DueOn || m.OldWaits != was.WaitsUntil || m.NewWaits != is.WaitsUntil ||
				m.WasLate != was.LateOn(today) || m.IsLate != is.LateOn(today)) {
				t.Errorf("%s：第 %d 件 %+v → %+v，预览是 %+v", n.Number, id, was, is, m)
			}
			if told && m.IsLate != m.WasLate {
				late++
			}
			if told && m.OldDue != m.NewDue {
				c, err := db.Case(ctx, id)
				if err != nil {
					t.Fatal(err)
				}
				book, err := db.BookOf(ctx, c.AgencyID)
				if err != nil {
					t.Fatal(err)
				}
				if r := cases.Recalculations(book, c.Events); len(r) == 0 || r[len(r)-1].On != today || r[len(r)-1].New != m.NewDue {
					t.Errorf("第 %d 件的经过写的是 %+v，实为 %s", id, r, m.NewDue)
				}
			}
		}
		if open != preview.Open || firm != preview.Firm || closed != preview.Closed || n.Amends && len(moved) < 20 {
			t.Errorf("%s：在办 %d、不再暂定 %d、重判 %d，预览是 %+v", n.Number, open, firm, closed, preview)
		}
		before = after
	}
	if late == 0 {
		t.Error("no made-up notice made any case late, or in time: the test shows nothing")
	}
	if sum, err := db.Verify(ctx, store.VerifyJob{Found: func(d store.Difference) { t.Errorf("%+v", d) }}); err != nil || sum.Differences > 0 {
		t.Errorf("verify: %v, %d", err, sum.Differences)
	}
}
