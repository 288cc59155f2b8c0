package app

import (
	"context"
	"strings"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/demo"
	"gongkai/internal/report"
	"gongkai/internal/store"
)

// tellDemoTopics gives the living cases of the demonstration their topics, as the
// officers would; what fits none stays untold.
func tellDemoTopics(ctx context.Context, db *store.DB, s cases.Stamp) error {
	tree, err := db.Tree(ctx, s.Today)
	if err != nil {
		return err
	}
	root, found := tree.ByCode(demo.Root)
	if !found {
		return nil
	}
	if err := db.Set(ctx, s, root.ID, "topics", strings.Join(demo.Topics(), "\n"), calendar.Of(s.Today.Year(), 1, 1)); err != nil {
		return err
	}
	year := report.StageSpan{Stage: report.StageNew, From: s.Today.AddDays(-366), To: s.Today}
	byTopic := map[string][]int64{}
	for after := store.Cursor(""); ; {
		page, err := db.List(ctx, store.Filter{AgencyIDs: tree.Below(root.ID), Span: &year}, store.SortReceived, after, store.MostRows)
		if err != nil {
			return err
		}
		for _, c := range page.Rows {
			topic := demo.TopicOf(c.Subject)
			byTopic[topic] = append(byTopic[topic], c.ID)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	for _, topic := range demo.Topics() {
		if _, err := db.SetTopics(ctx, s, byTopic[topic], topic); err != nil {
			return err
		}
	}
	return nil
}
