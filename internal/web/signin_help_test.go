package web

import (
	"context"
	"net/http"
	"strings"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
	"gongkai/internal/store"
)

// testPassword is that of every account of the tests.
const testPassword = "Ceshi-Kouling-2026"

// actor is a stamp for what the tests set up.
func (o *office) actor() cases.Stamp {
	o.Helper()
	now := o.server.now().UnixMicro()
	book, err := o.db.Book(context.Background())
	if err != nil {
		o.Fatal(err)
	}
	return cases.Stamp{At: now, By: "user:1", Today: o.server.today(), Book: book}
}

// agencyID gives the id of an agency by its code.
func (o *office) agencyID(code string) int64 {
	o.Helper()
	tree, err := o.db.Tree(context.Background(), o.server.today())
	if err != nil {
		o.Fatal(err)
	}
	a, ok := tree.ByCode(code)
	if !ok {
		o.Fatalf("no agency %s", code)
	}
	return a.ID
}

// addUser makes an account; roles are written "shi:officer".
func (o *office) addUser(login string, admin auth.Admin, single bool, roles ...string) int64 {
	o.Helper()
	n := store.NewUser{Login: login, Name: "测试" + login, Admin: admin, Single: single, Password: auth.Hash(testPassword, auth.TestCost())}
	for _, r := range roles {
		code, word, _ := strings.Cut(r, ":")
		role, err := cases.ParseRole(word)
		if err != nil {
			o.Fatal(err)
		}
		n.Grants = append(n.Grants, auth.Grant{Agency: o.agencyID(code), Role: role})
	}
	id, err := o.db.CreateUser(context.Background(), o.actor(), n)
	if err != nil {
		o.Fatal(err)
	}
	return id
}

// signIn makes the requests that follow those of a user; "" those of nobody. The
// session is made in the store: tests of the page itself go through the page.
func (o *office) signIn(login string) *office {
	o.Helper()
	o.token = ""
	if login == "" {
		return o
	}
	ctx := context.Background()
	u, err := o.db.UserByLogin(ctx, login, o.server.today())
	if err != nil {
		o.Fatal(err)
	}
	token := auth.NewToken()
	if err := o.db.StartSession(ctx, o.actor(), u.ID, auth.TokenHash(token), "127.0.0.1", "测试"); err != nil {
		o.Fatal(err)
	}
	o.token = token
	return o
}

// dress gives a request the session's cookie.
func (o *office) dress(r *http.Request) {
	if o.token != "" {
		r.AddCookie(&http.Cookie{Name: plainCookie, Value: o.token})
	}
}

// userID gives an account's id as forms carry it.
func (o *office) userID(login string) string {
	o.Helper()
	u, err := o.db.UserByLogin(context.Background(), login, o.server.today())
	if err != nil {
		o.Fatal(err)
	}
	return itoa64(u.ID)
}
