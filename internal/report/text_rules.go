package report

import (
	"regexp"
	"sync"
)

const (
	// soup is what may stand between a verb and its figure.
	soup = `(?:(?:各类|有效|书面|政府|信息|公开|依申请|依法|依|申请|事项|办理|的|数量|数|共计|总计|合计|共|为|:)*)`
	// asked is soup that names applications: 新增政府信息500条 are none.
	asked  = soup + `申请` + soup
	pieces = `(\d[\d,]*)件`
	count  = `(\d[\d,]*)(?:件|条|宗|份)`
	next   = `(?:下年度?|下一年度?|次年)`
	last   = `(?:上年度?|上一年度?)`
)

// quotesOnce compiles the patterns when they are first needed.
var quotesOnce = sync.OnceValue(quotes)

// quotes is the table of what prose says. Patterns run over text without blanks
// and in half-width signs.
func quotes() []quote {
	p := regexp.MustCompile
	onlyNew := sums(func(t Table) []Cell { return total(t.New) })
	handled := sums(func(t Table) []Cell { return total(t.New) }, func(t Table) []Cell { return total(t.New, t.CarriedIn) })
	answered := sums(func(t Table) []Cell { return total(t.Total) })
	in := sums(func(t Table) []Cell { return total(t.CarriedIn) })
	out := sums(func(t Table) []Cell { return total(t.CarriedOut) })
	q := []quote{
		{"本年新收申请", p(`(?:新收|收到|新增)` + asked + count), true, onlyNew},
		{"本年新收申请", p(`(?:新收|收到)(?:共计|共|了|到)?` + count + `(?:政府)?信息公开申请`), true, onlyNew},
		{"本年新收申请", p(`(?:新收|收到)(?:共计|总计|合计|共|:)*` + pieces), true, onlyNew},
		{"本年受理申请", p(`受理` + asked + count), true, handled},
		{"本年办结申请", p(`(?:办结|答复)` + asked + count), true, answered},
		{"本年办结申请", p(`(?:办结|答复)(?:共计|总计|合计|共|:)*` + pieces), true, answered},
		{"本年办结申请", p(pieces + `(?:申请)?(?:均|都|全部)?(?:已)?(?:按期|按时|如期|依法)?(?:办结|答复完毕)`), true, answered},
		{"上年结转申请", p(last + `结转` + soup + count), false, in},
		{"结转下年申请", p(`结转(?:至|到)?` + next + `(?:继续)?(?:办理|答复)?` + soup + count), false, out},
		{"结转下年申请", p(count + `(?:申请)?(?:将)?结转(?:至|到)?` + next), false, out},
		{"行政复议", p(`行政复议(?:案件|申请|案)?(?:共计|共|总计|为)?` + count), true,
			sums(func(t Table) []Cell { return t.remedyTotals(Review) })},
		{"行政诉讼", p(`行政诉讼(?:案件|案)?(?:共计|共|总计|为)?` + count), true, suitTotals},
		{"予以公开、部分公开", p(`(?:予以)?公开(?:和|及|与|、)部分公开` + soup + count), true,
			sums(func(t Table) []Cell { return append(t.groupCells(GroupDisclose), t.groupCells(GroupPartial)...) })},
	}
	for _, g := range Groups() {
		q = append(q, quote{g.Name(), p(`(?:^|[^、和及与]|[件条%)]、)["“]?` + g.Name() + `["”]?(?:的)?(?:申请)?(?:共计|共|为|:)?` + count), false,
			sums(func(t Table) []Cell { return t.groupCells(g) })})
	}
	return append(append(q, kindQuotes()...), rowQuotes()...)
}

// sums makes a list of the sums that a figure may be.
func sums(each ...func(Table) []Cell) func(Table) [][]Cell {
	return func(t Table) [][]Cell {
		var out [][]Cell
		for _, f := range each {
			out = append(out, f(t))
		}
		return out
	}
}

// suitTotals are the suits of both kinds, or those of each.
func suitTotals(t Table) [][]Cell {
	return [][]Cell{t.remedyTotals(LitigationDirect, LitigationAfterReview), t.remedyTotals(LitigationDirect), t.remedyTotals(LitigationAfterReview)}
}

// kindQuotes are the applications of natural persons and of organisations: of the
// new, of all to be handled, or of the answered.
func kindQuotes() []quote {
	of := func(columns ...Column) func(Table) [][]Cell {
		pick := func(rows ...Row) []Cell {
			var out []Cell
			for _, r := range rows {
				for _, c := range columns {
					out = append(out, r[c])
				}
			}
			return out
		}
		return func(t Table) [][]Cell { return [][]Cell{pick(t.New), pick(t.New, t.CarriedIn), pick(t.Total)} }
	}
	return []quote{
		{"自然人申请", regexp.MustCompile(`自然人(?:提出|提交)?(?:的)?申请(?:的)?(?:共|为|:)?` + count), false, of(Natural)},
		{"法人或其他组织申请", regexp.MustCompile(`(?:法人(?:或|和|及|、)其他组织|法人组织|单位)(?:提出|提交)?(?:的)?申请(?:的)?(?:共|为|:)?` + count), false,
			of(Commercial, Research, PublicWelfare, LegalService, OtherKind)},
	}
}

// rowQuotes are single reasons, by phrases that stand nowhere else.
func rowQuotes() []quote {
	var out []quote
	for _, r := range []struct{ row, phrase string }{
		{"withhold.state_secret", `属于国家秘密`}, {"withhold.law_forbids", `法律、?行政法规禁止公开`},
		{"withhold.security_stability", `三安全一稳定["”]?`}, {"withhold.third_party", `第三方合法权益`},
		{"withhold.internal_affairs", `内部事务(?:性)?信息`}, {"withhold.process_info", `过程性信息`},
		{"withhold.enforcement_file", `(?:行政)?执法案卷(?:信息)?`}, {"withhold.admin_query", `行政查询事项`},
		{"unable.not_held", `本机关不掌握(?:相关)?(?:政府)?信息`}, {"unable.needs_creation", `没有现成信息(?:、?需要另行制作)?`},
		{"unable.still_unclear", `补正后(?:申请内容)?仍不明确`}, {"not_processed.petition", `信访、?举报、?投诉类申请`},
		{"not_processed.repeat", `(?:属于|系|为|,|、|;|^)重复申请`}, {"not_processed.publication", `要求提供公开出版物`},
		{"not_processed.excessive", `大量反复申请`}, {"not_processed.confirm_reissue", `重新出具已获取信息`},
	} {
		key, err := ParseRow(r.row)
		if err != nil {
			continue
		}
		out = append(out, quote{key.Group().Name() + "“" + key.Label()[2:] + "”",
			regexp.MustCompile(r.phrase + `(?:的)?(?:共|为|:)?` + count), false,
			sums(func(t Table) []Cell { return total(*t.Row(key)) })})
	}
	return out
}

func total(rows ...Row) []Cell {
	var out []Cell
	for _, c := range rows {
		out = append(out, c[TotalColumn])
	}
	return out
}

func (t Table) remedyTotals(blocks ...Block) []Cell {
	var out []Cell
	for _, b := range blocks {
		out = append(out, t.Remedies[b][TotalResult])
	}
	return out
}

func (t Table) groupCells(g Group) []Cell {
	var out []Cell
	for _, r := range t.Results {
		if r.Key.Group() == g {
			out = append(out, r.Cells[TotalColumn])
		}
	}
	return out
}
