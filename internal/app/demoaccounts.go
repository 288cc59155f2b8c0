package app

import (
	"context"
	"fmt"
	"strings"

	"gongkai/internal/auth"
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
