package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gongkai/internal/auth"
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/demo"
	"gongkai/internal/store"
	"gongkai/internal/web"
	"gongkai/templates/signin"
)

// createDemoAccounts makes the people of the demonstration.
func createDemoAccounts(ctx context.Context, db *store.DB, s cases.Stamp) error {
	tree, err := db.Tree(ctx, s.Today)
	if err != nil {
		return err
	}
	hash := auth.Hash(demo.Password, auth.OfficeCost())
	for _, a := range demo.Accounts() {
		n := store.NewUser{Login: a.Login, Name: a.Name, Admin: a.Admin, Demo: true, Password: hash}
		for _, r := range a.Roles {
			agency, ok := tree.ByCode(a.Agency)
			if !ok {
				return fmt.Errorf("demo: no agency %s", a.Agency)
			}
			n.Grants = append(n.Grants, auth.Grant{Agency: agency.ID, Role: r})
		}
		if _, err := db.CreateUser(ctx, s, n); err != nil {
			return err
		}
	}
	return nil
}

// demoOfficers gives the demonstration's officer of each agency that has one.
func demoOfficers(ctx context.Context, db *store.DB, s cases.Stamp) (map[int64]int64, error) {
	out := map[int64]int64{}
	for _, a := range demo.Accounts() {
		if !slices.Contains(a.Roles, cases.Officer) {
			continue
		}
		u, err := db.UserByLogin(ctx, a.Login, s.Today)
		if err != nil {
			return nil, err
		}
		for _, g := range u.Grants {
			if g.Role == cases.Officer {
				out[g.Agency] = u.ID
			}
		}
	}
	return out, nil
}

// setDemo gives the agencies with people of their own what letters and receipts
// name: where they are, and who reviews.
func setDemo(ctx context.Context, db *store.DB, s cases.Stamp, officers map[int64]int64) error {
	tree, err := db.Tree(ctx, s.Today)
	if err != nil {
		return err
	}
	for _, agency := range slices.Sorted(maps.Keys(officers)) {
		own, _ := tree.Agency(agency)
		organ := "福建省人民政府"
		if above, below := tree.Agency(own.ParentID); below {
			organ = above.Name
		}
		for _, x := range [][2]string{{"address", "福州市示例路1号（演示）"}, {"phone", "0591-00000000"}, {"hours", "工作日 9:00—12:00，14:00—17:30"},
			{"review_organ", organ}, {"court", "福州市鼓楼区人民法院"}} {
			if err := db.Set(ctx, s, agency, x[0], x[1], calendar.Date{}); err != nil {
				return err
			}
		}
	}
	return nil
}

// assignDemo gives each officer most of his agency's open cases on the day of their
// receipt; every fourth still waits to be assigned.
func assignDemo(ctx context.Context, db *store.DB, s cases.Stamp, officers map[int64]int64) error {
	s.History = false
	for _, agency := range slices.Sorted(maps.Keys(officers)) {
		page, err := db.List(ctx, store.Filter{AgencyIDs: []int64{agency}, Light: "open", Today: s.Today, Book: s.Book}, store.SortDue, "", store.MostRows)
		if err != nil {
			return err
		}
		s.By = auth.By(officers[agency])
		for i, r := range page.Rows {
			if i%4 == 3 || r.ReceivedOn.IsZero() {
				continue
			}
			err := db.Update(ctx, r.ID, s, func(c *cases.Case) error {
				return c.Assign(s, r.ReceivedOn, cases.Assigned{Officer: officers[agency], Reason: "claim"})
			})
			if err != nil {
				return fmt.Errorf("demo: assign %s: %w", r.Number, err)
			}
		}
	}
	return nil
}

// demoAccountsText lists the accounts for the terminal.
func demoAccountsText() string {
	names := map[string]string{}
	for _, a := range demo.Agencies() {
		names[a.Code] = a.Name
	}
	var b strings.Builder
	fmt.Fprintf(&b, "演示账号（口令都是 %s，不受口令规则约束，仅限本机）：\n", demo.Password)
	for _, a := range demo.Accounts() {
		fmt.Fprintf(&b, "  %-14s %s\n", a.Login, strings.TrimSpace(names[a.Agency]+" "+accountWords(a)))
	}
	return b.String()
}

func accountWords(a demo.Account) string {
	var words []string
	for _, r := range a.Roles {
		words = append(words, r.Label())
	}
	if !a.Admin.IsZero() {
		words = append(words, a.Admin.Label())
	}
	return strings.Join(words, "、")
}

// demoOnPage is what the sign-in page of the demonstration shows.
func demoOnPage() web.Demo {
	names := map[string]string{}
	for _, a := range demo.Agencies() {
		names[a.Code] = a.Name
	}
	out := web.Demo{Password: demo.Password}
	for _, a := range demo.Accounts() {
		out.Accounts = append(out.Accounts, signin.Account{Login: a.Login, Name: a.Name, Roles: accountWords(a), Agency: names[a.Agency]})
	}
	return out
}
