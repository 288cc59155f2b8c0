package app

import (
	"context"
	"fmt"

	"gongkai/internal/cases"
	"gongkai/internal/demo"
	"gongkai/internal/report"
	"gongkai/internal/store"
)

// createDemoAnnual enters what Fuzhou published for 2019 beside its cases: table 二,
// the figures that no case tells, the opening of the cumulative number, the text.
func createDemoAnnual(ctx context.Context, db *store.DB, s cases.Stamp) error {
	tree, err := db.Tree(ctx, report.YearSpan(2019).To)
	if err != nil {
		return err
	}
	root, ok := tree.ByCode(demo.Root)
	if !ok {
		return fmt.Errorf("demo: no agency %s", demo.Root)
	}
	if err := db.EnterProactive(ctx, s, root.ID, 2019, false, 0, demoProactive()); err != nil {
		return err
	}
	figures := report.Figures{Opening: &report.Opening{Since: 2008, Through: 2018, Own: 982, Lower: 1750, Departments: 11475},
		Named: []report.Named{{Name: "主动公开数", Value: "19116", Unit: "条"}, {Name: "累计主动公开数", Value: "321796", Unit: "条"}, {Name: "网站访问量", Value: "1514.82", Unit: "万人次"},
			{Name: "专职人员", Value: "13", Unit: "人"}, {Name: "兼职人员", Value: "587", Unit: "人"}, {Name: "工作经费", Value: "54.39", Unit: "万元"}, {Name: "培训次数", Value: "19", Unit: "次"}, {Name: "培训人次", Value: "1067", Unit: "人次"}}}
	if err := db.EnterFigures(ctx, s, root.ID, 2019, false, 0, figures); err != nil {
		return err
	}
	return db.EnterText(ctx, s, root.ID, 2019, false, 0, report.Text{Bent: true, Free: map[string]string{
		"proactive":   "2019年全市主动公开政府信息{主动公开数}条，累计主动公开{累计主动公开数}条，政府网站信息公开专栏访问量{网站访问量}万人次。",
		"management":  "各机关按照条例修订的要求，清理了政府信息公开指南和目录，完善了公开前的审查。",
		"platform":    "政府网站、政务微博微信和公共查阅点协同发布，查阅点方便群众就近查询。",
		"supervision": "全市有专职工作人员{专职人员}人、兼职人员{兼职人员}人，工作经费{工作经费}万元；举办培训{培训次数}次，培训{培训人次}人次。",
		"problems":    "依申请公开的办理还不够规范，少数机关答复不及时。下一步将加强培训和督促，提高办理质量。"}})
}

func demoProactive() *report.Proactive {
	published := map[string][]report.Decimal{"regulations": {"10", "13", "13"}, "normative": {"343", "343", "343"}, "licensing": {"1288", "0", "863748"}, "other_services": {"1083", "0", "956602"},
		"penalties": {"7954", "0", "192679"}, "coercion": {"140", "0", "10567"}, "fees": {"238", "0"}, "procurement": {"6632", "2091200052.16"}}
	p := report.NewProactive(report.Format2019)
	for _, line := range report.ProactiveLines(report.Format2019) {
		p.Rows[line.Key] = published[line.Key.String()]
	}
	return p
}
