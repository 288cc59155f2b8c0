package importer_test

import (
	"fmt"

	"gongkai/internal/report"
)

// proseOf tells the figures of a table as reports tell them. Every number in it is
// one that a check can hold against the tables.
func proseOf(t report.Table) []string {
	at := func(key string) int64 { return rowOf(t, key)[report.TotalColumn].N }
	group := t.GroupTotal
	fresh, answered := at("new"), at("total")
	pct := func(n, base int64) string {
		if base == 0 {
			return "0.00"
		}
		return fmt.Sprintf("%.2f", float64(n)*100/float64(base))
	}
	letters, online := fresh/5, fresh/2
	local, below := fresh/7, fresh/6
	review := t.Remedies[report.Review]
	direct, after := t.Remedies[report.LitigationDirect], t.Remedies[report.LitigationAfterReview]
	out := []string{
		fmt.Sprintf("共收到政府信息公开申请%d件，其中当面申请%d件，占%s%%；网络申请%d件，占%s%%；信函申请%d件，占%s%%。",
			fresh, fresh-letters-online, pct(fresh-letters-online, fresh), online, pct(online, fresh), letters, pct(letters, fresh)),
		fmt.Sprintf("从受理机关看，市本级政府受理申请%d件，下级政府受理申请%d件，各级政府工作部门受理申请%d件。", local, below, fresh-local-below),
		fmt.Sprintf("全年答复政府信息公开申请%d件，其中上年结转%d件，另有%d件结转下年度继续办理。", answered, at("carried_in"), at("carried_out")),
		fmt.Sprintf("其中自然人申请%d件。", t.New[report.Natural].N),
		fmt.Sprintf("行政复议方面，因政府信息公开引起的行政复议%d件，其中结果维持%d件，结果纠正%d件，其他结果%d件，尚未审结%d件；因政府信息公开引起的行政诉讼%d件。",
			review[4].N, review[0].N, review[1].N, review[2].N, review[3].N, direct[4].N+after[4].N),
	}
	for _, g := range []report.Group{report.GroupDisclose, report.GroupWithhold, report.GroupUnable, report.GroupNotProcessed, report.GroupOther} {
		out = append(out, fmt.Sprintf("%s%d件，占%s%%。", g.Name(), group(g), pct(group(g), answered)))
	}
	return append(out, fmt.Sprintf("不予公开中，属于国家秘密%d件，占不予公开总数的%s%%；涉及第三方合法权益%d件；属于三类内部事务信息%d件；属于行政执法案卷%d件。",
		at("withhold.state_secret"), pct(at("withhold.state_secret"), group(report.GroupWithhold)), at("withhold.third_party"),
		at("withhold.internal_affairs"), at("withhold.enforcement_file")))
}

// innocent are sentences of real reports whose figures no table has.
var innocent = []string{
	"全年主动公开政府信息2602条，其中政策类1136条，占43.66%。",
	"2018年收到政府信息公开申请17件，自2008年以来累计收到政府信息公开申请16945件，答复16887件。",
	"12345热线共受理诉求30000件，办结29000件，按期办结率96.67%。",
	"办公室本级收到申请9件，较上年同期增加3件。",
	"办理人大代表建议52件、政协提案47件，全部答复。",
	"政府网站收到留言340条，办结留言335条。",
	"新媒体账号6个，发布信息7113条；废止规范性文件3件，备案登记5件。",
	"举办培训班4期、560人次；对12家单位开展检查，不予处理投诉的单位1家。",
	"信息公开专栏改版2次，公开行政许可结果2293件、行政处罚1282件。",
	"依法答复率100%，未发生因答复不当被责令重新答复的情况。",
	"全年新增政府信息公开500条，收到政府信息公开类咨询电话300件次。",
	"因政府信息公开引起的行政复议（含上年结转1件）均已办结2件，无行政复议纠正、无行政诉讼败诉案件。",
	"征求第三方意见后依申请公开答复3件。",
	"予以公开类信息、部分公开类信息均在门户网站公布。",
	"收到第三方意见征询回函6件，征求意见8次。",
}
