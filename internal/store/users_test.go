package store

import (
	"context"
	"testing"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
	"gongkai/internal/testkit"
)

// Whoever writes himself an account, a role or a cover with SQL gains nothing,
// and verify names the row; leave cover gives a colleague's roles on its days and
// on no other.
func TestPeople(t *testing.T) {
	for _, engine := range []string{SQLite, Postgres} {
		t.Run(engine, func(t *testing.T) {
			ctx := context.Background()
			db := openAt(t, options(t, engine))
			id := agency(t, db)
			s := cases.Stamp{At: 1, By: "test", Today: testkit.Day("2026-11-24")}
			user := func(login string, role cases.Role) int64 {
				t.Helper()
				n, err := db.CreateUser(ctx, s, NewUser{Login: login, Name: "张三", Password: auth.Hash("x", auth.TestCost()), Grants: []auth.Grant{{Agency: id, Role: role}}})
				if err != nil {
					t.Fatal(err)
				}
				return n
			}
			absent, covers := user("zhang", cases.Signer), user("li", cases.Officer)
			if _, err := db.CreateUser(ctx, s, NewUser{Login: "li", Name: "李四"}); !Is(err, Conflict) {
				t.Error(err)
			}
			if err := db.AddCover(ctx, s, Cover{AbsentID: absent, CoverID: covers, AgencyID: id, From: testkit.Day("2026-11-25"), To: testkit.Day("2026-11-27")}); err != nil {
				t.Fatal(err)
			}
			for day, want := range map[string]int64{"2026-11-24": 0, "2026-11-25": absent, "2026-11-27": absent, "2026-11-28": 0} {
				u, err := db.User(ctx, covers, testkit.Day(day))
				if err != nil || u.CoveredFor(id, cases.Signer) != want || u.May(id, cases.Signer) != (want != 0) {
					t.Errorf("%s: %+v %v", day, u, err)
				}
			}
			if sum, err := db.Verify(ctx, VerifyJob{}); err != nil || sum.Differences != 0 {
				t.Fatalf("%d differences, %v", sum.Differences, err)
			}
			for _, forged := range []string{"UPDATE user_grants SET role = 'editor' WHERE role = 'officer'", "UPDATE users SET admin = 'audit' WHERE login = 'zhang'",
				"UPDATE covers SET to_on = '2099-12-31'"} {
				if err := db.raw(ctx, func(x *tx) error { _, err := x.Exec(forged); return err }); err != nil {
					t.Fatal(err)
				}
			}
			if u, err := db.User(ctx, covers, s.Today); err != nil || u.Works() {
				t.Errorf("a forged role counts: %+v %v", u, err)
			}
			if u, err := db.User(ctx, absent, s.Today); err == nil {
				t.Errorf("a forged account counts: %+v", u)
			}
			named := map[string]int{}
			if _, err := db.Verify(ctx, VerifyJob{Found: func(d Difference) { named[d.Table]++ }}); err != nil {
				t.Fatal(err)
			}
			if named["users"] != 1 || named["user_grants"] != 1 || named["covers"] != 1 {
				t.Errorf("verify names %v", named)
			}
		})
	}
}
