package app

import (
	"context"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/demo"
	"gongkai/internal/store"
)

// demoLeft is how many open cases have one without an officer among them, so that
// the demonstration has something to give out.
const demoLeft = 5

// assignDemo gives the open cases of the agencies whose people have accounts to
// their officers, but for some.
func assignDemo(ctx context.Context, db *store.DB, s cases.Stamp) error {
	tree, err := db.Tree(ctx, s.Today)
	if err != nil {
		return err
	}
	for _, a := range demo.Accounts() {
		agency, found := tree.ByCode(a.Agency)
		if !found || len(a.Roles) != 1 || a.Roles[0] != cases.Officer {
			continue
		}
		u, err := db.UserByLogin(ctx, a.Login, s.Today)
		if err != nil {
			return err
		}
		page, err := db.List(ctx, store.Filter{AgencyIDs: []int64{agency.ID}, Light: "open", Today: s.Today, Book: s.Book}, store.SortDue, "", store.MostRows)
		if err != nil {
			return err
		}
		for i, row := range page.Rows {
			if i%demoLeft == demoLeft-1 {
				continue
			}
			give := func(c *cases.Case) error {
				return c.Assign(s, laterDay(row.ReceivedOn, s.Today), cases.Assigned{Officer: u.ID, Reason: "assign"})
			}
			if err := db.Update(ctx, row.ID, s, give); err != nil {
				return err
			}
		}
	}
	return nil
}

// laterDay is the day of receipt, or today for what waits to be confirmed.
func laterDay(received, today calendar.Date) calendar.Date {
	if received.IsZero() {
		return today
	}
	return received
}
