package store

import (
	"context"
	"slices"
	"testing"

	"gongkai/internal/cases"
)

// Each of several applicants is sealed, found and counted like the first; another may
// represent them, one may join, one may be struck out, and nothing of him stays.
func TestJointApplicants(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, a, s := context.Background(), agency(t, db), stamp("2025-06-03")
		person := func(name, id, phone string) cases.Applicant {
			return cases.Applicant{Kind: cases.Natural, Name: name, IDNumber: id, Phone: phone, Address: name + "家"}
		}
		c, err := cases.Open(a, s, s.Today, cases.Received{Channel: mustChannel("in_person"), ApplicantKind: cases.Natural}, "某路改造的批复",
			[]cases.Party{{Role: "applicant", Applicant: person("张三", "350102199001010011", "13900001111")}, {Role: "joint", Applicant: person("李四", "350102199001010022", "13900002222")},
				{Role: "joint", Applicant: cases.Applicant{Kind: cases.Natural, Name: "王五"}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Create(ctx, s, c); err != nil {
			t.Fatal(err)
		}
		if _, err := db.IndexPending(ctx, 100); err != nil {
			t.Fatal(err)
		}
		found := func(text string) int {
			t.Helper()
			hits, err := db.FindCaller(ctx, []int64{a}, text)
			if err != nil {
				t.Fatal(err)
			}
			return len(hits)
		}
		for _, text := range []string{"张三", "李四", "王五", "139-0000-2222", "2222"} {
			if found(text) != 1 {
				t.Errorf("%s finds %d cases", text, found(text))
			}
		}
		page, err := db.List(ctx, Filter{AgencyIDs: []int64{a}}, SortReceived, "", 10)
		if err != nil || page.Rows[0].Joint != 2 || page.Rows[0].Applicant != "张三" || page.Rows[0].Who != cases.Natural {
			t.Errorf("%+v %v", page.Rows, err)
		}
		for _, x := range []string{"张三", "李四", "王五"} {
			lines, err := db.FindApplicants(ctx, []int64{a}, x)
			if err != nil || len(lines) != 1 || lines[0].Cases != 1 {
				t.Errorf("the register of %s: %+v %v", x, lines, err)
				continue
			}
			if asked, err := db.Requests(ctx, []int64{a}, lines[0].ID); err != nil || len(asked) != 1 {
				t.Errorf("the evidence of %s: %+v %v", x, asked, err)
			}
		}
		_, doubles, err := db.Doubles(ctx, a, Likeness{Name: "别名", IDNumber: "350102199001010022", Content: "某路改造的批复", Today: s.Today})
		if err != nil || len(doubles) != 1 {
			t.Errorf("a double of the second applicant: %v %v", doubles, err)
		}
		// 李四 represents them, 王五 was none of them, 赵六 is.
		if err := db.Update(ctx, c.ID, s, func(c *cases.Case) error {
			if err := c.Represent(1); err != nil {
				return err
			}
			c.Parties = slices.DeleteFunc(c.Parties, func(p cases.Party) bool { return p.Applicant.Name == "王五" })
			c.Parties = append(c.Parties, cases.Party{Role: "joint", Applicant: person("赵六", "350102199001010033", "13900003333")})
			c.Note("correction", "照申请表更正")
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := db.IndexPending(ctx, 100); err != nil {
			t.Fatal(err)
		}
		people, err := db.People(ctx, c.ID, s, "test")
		if err != nil || len(people) != 3 || people[0].Role != "applicant" || people[0].Applicant.IDNumber != "350102199001010022" || people[0].Applicant.Address != "李四家" ||
			people[1].Applicant.Phone != "13900001111" || people[2].Applicant.IDNumber != "350102199001010033" {
			t.Errorf("%+v %v", people, err)
		}
		if found("王五") != 0 || found("赵六") != 1 || found("3333") != 1 || count(t, db, "SELECT COUNT(*) FROM applicants") != 3 {
			t.Error("who was struck out is still there, or who joined is not")
		}
		clean(t, db)
	})
}
