package app

import (
	"context"
	"fmt"
	"slices"

	"gongkai/internal/auth"
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/demo"
	"gongkai/internal/store"
)

// createDemoSupervision says of some late answers why they were late, and has the
// city order what is late: one order answered and closed, one answered, one waiting.
func createDemoSupervision(ctx context.Context, db *store.DB, s cases.Stamp) error {
	tree, err := db.Tree(ctx, s.Today)
	if err != nil {
		return err
	}
	users, err := db.Users(ctx, s.Today)
	if err != nil {
		return err
	}
	root, _ := tree.ByCode(demo.Root)
	below := tree.Below(root.ID)
	open, err := db.OpenOn(ctx, below, s.Today, s.Today)
	if err != nil {
		return err
	}
	if err := demoCauses(ctx, db, s, below); err != nil {
		return err
	}
	return demoOrders(ctx, db, s, users, root.ID, open)
}

// personOf is a user who holds a role in an agency; 0 for nobody.
func personOf(users []auth.User, agency int64, role cases.Role) int64 {
	for _, u := range users {
		if u.May(agency, role) && u.Admin.IsZero() {
			return u.ID
		}
	}
	return 0
}

func demoCauses(ctx context.Context, db *store.DB, s cases.Stamp, agencies []int64) error {
	late, err := db.LateAnswers(ctx, agencies, s.Today.AddMonths(-12), s.Today)
	if err != nil {
		return err
	}
	why := [][2]string{{"approval", "approver"}, {"search", "section"}, {"section", "co_section"}, {"approval", "approver"}}
	for i, x := range late {
		if i >= len(why) {
			break // of the others nobody has said it yet
		}
		var f cases.DelayExplained
		if f.Cause, err = cases.ParseDelayCause(why[i][0]); err != nil {
			return err
		}
		if f.Fault, err = cases.ParseDelayFault(why[i][1]); err != nil {
			return err
		}
		if err := db.Update(ctx, x.ID, s, func(c *cases.Case) error { return c.ExplainDelay(s, x.AnsweredOn, f) }); err != nil {
			return fmt.Errorf("demo: explain: %w", err)
		}
	}
	return nil
}

// demoOrders are three orders, some working days old.
func demoOrders(ctx context.Context, db *store.DB, s cases.Stamp, users []auth.User, root int64, open []store.OpenCase) error {
	cal := s.Book.AsOf(s.Today)
	late := slices.DeleteFunc(slices.Clone(open), func(x store.OpenCase) bool { return x.Standing != cases.StandsLate || x.AgencyID == root })
	leader := s
	leader.By = auth.By(personOf(users, root, cases.Signer))
	staffed := func(x store.OpenCase) int {
		return map[bool]int{true: 0, false: 1}[personOf(users, x.AgencyID, cases.Signer) != 0]
	}
	slices.SortStableFunc(late, func(a, b store.OpenCase) int { return staffed(a) - staffed(b) })
	for i, x := range late[:min(len(late), 3)] {
		given := workdaysBefore(cal, s.Today, 6-2*i)
		o := cases.Order{Kind: cases.Supervising, IssuerID: root, AgencyID: x.AgencyID, CaseID: x.ID, OrderedOn: given, DueOn: cal.Add(given, 3),
			Content: "请抓紧办理" + x.Number + "，查明逾期原因，依法作出答复，并在回复期限前书面报告办理情况。"}
		id, err := db.IssueOrder(ctx, leader, store.Submission{}, o)
		if err != nil {
			return fmt.Errorf("demo: order: %w", err)
		}
		if i > 1 {
			continue
		}
		unit := s
		if who := personOf(users, x.AgencyID, cases.Signer); who != 0 {
			unit.By = auth.By(who)
		}
		if err := db.ReplyOrder(ctx, unit, id, 1, cal.Add(given, 2), "答复文稿已完成会签，拟于本周内答复申请人；今后会签限两个工作日。"); err != nil {
			return fmt.Errorf("demo: reply: %w", err)
		}
		if i == 0 {
			if err := db.CloseOrder(ctx, leader, id, 2, cal.Add(given, 3), "已说明原因和整改措施，同意办结，请抓紧寄出。"); err != nil {
				return fmt.Errorf("demo: close: %w", err)
			}
		}
	}
	return nil
}

// workdaysBefore counts working days back from a day.
func workdaysBefore(cal *calendar.Calendar, day calendar.Date, n int) calendar.Date {
	for n > 0 {
		if day = day.AddDays(-1); cal.IsWorkday(day) {
			n--
		}
	}
	return day
}
