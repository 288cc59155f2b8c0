package importer_test

import (
	"fmt"
	"strings"

	"gongkai/internal/report"
)

// The writers of these tests share nothing with package export or with the reader:
// the official form stands here once more, word by word, as offices print it.

// formCell is a cell of a drawn form: its text and what it covers.
type formCell struct {
	text       string
	rows, cols int
}

// formTable is a form as an office draws it: its rows of cells.
type formTable [][]formCell

// paper is a whole published report: title, chapters, tables.
type paper struct {
	agency          string
	year            int
	before, after   []string // paragraphs of chapter 一, and of 五 and 六
	two, three, fur formTable
}

func (p paper) title() string {
	return fmt.Sprintf("%s%d年政府信息公开工作年度报告", p.agency, p.year)
}

// formRow is a row of table 三: its key in the exchange form and its own label.
type formRow struct{ key, label string }

func formRows(format string) []formRow {
	rows := []formRow{{"new", "一、本年新收政府信息公开申请数量"}, {"carried_in", "二、上年结转政府信息公开申请数量"},
		{"disclose", "（一）予以公开"}, {"partial", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"},
		{"withhold.state_secret", "1.属于国家秘密"}, {"withhold.law_forbids", "2.其他法律行政法规禁止公开"},
		{"withhold.security_stability", "3.危及“三安全一稳定”"}, {"withhold.third_party", "4.保护第三方合法权益"},
		{"withhold.internal_affairs", "5.属于三类内部事务信息"}, {"withhold.process_info", "6.属于四类过程性信息"},
		{"withhold.enforcement_file", "7.属于行政执法案卷"}, {"withhold.admin_query", "8.属于行政查询事项"},
		{"unable.not_held", "1.本机关不掌握相关政府信息"}, {"unable.needs_creation", "2.没有现成信息需要另行制作"},
		{"unable.still_unclear", "3.补正后申请内容仍不明确"}, {"not_processed.petition", "1.信访举报投诉类申请"},
		{"not_processed.repeat", "2.重复申请"}, {"not_processed.publication", "3.要求提供公开出版物"},
		{"not_processed.excessive", "4.无正当理由大量反复申请"}, {"not_processed.confirm_reissue", "5.要求行政机关确认或重新出具已获取信息"}}
	if format == "2019" {
		rows = append(rows, formRow{"other", "（六）其他处理"})
	} else {
		rows = append(rows, formRow{"other.no_supplement", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"},
			formRow{"other.fee_unpaid", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"}, formRow{"other.misc", "3.其他"})
	}
	return append(rows, formRow{"total", "（七）总计"}, formRow{"carried_out", "四、结转下年度继续办理"})
}

// groupHeads are the headings left of the rows of a group.
var groupHeads = map[string]string{"withhold": "（三）不予公开", "unable": "（四）无法提供", "not_processed": "（五）不予处理", "other": "（六）其他处理"}

// formThree draws table 三 with its merged cells.
func formThree(t report.Table) formTable {
	rows := formRows(t.Format.String())
	out := formTable{
		{{"（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 3, 3}, {"申请人情况", 1, 7}},
		{{"自然人", 2, 1}, {"法人或其他组织", 1, 5}, {"总计", 2, 1}},
		{{"商业企业", 1, 1}, {"科研机构", 1, 1}, {"社会公益组织", 1, 1}, {"法律服务机构", 1, 1}, {"其他", 1, 1}},
	}
	size := map[string]int{}
	for _, r := range rows {
		if group, _, sub := strings.Cut(r.key, "."); sub {
			size[group]++
		}
	}
	above := ""
	for i, r := range rows {
		var line []formCell
		group, _, sub := strings.Cut(r.key, ".")
		switch {
		case i < 2 || r.key == "carried_out":
			line = append(line, formCell{r.label, 1, 3})
		case sub && group != above:
			line = append(line, formCell{groupHeads[group], size[group], 1}, formCell{r.label, 1, 1})
		case sub:
			line = append(line, formCell{r.label, 1, 1})
		default:
			line = append(line, formCell{r.label, 1, 2})
		}
		if r.key == "disclose" {
			line = append([]formCell{{"三、本年度办理结果", len(rows) - 3, 1}}, line...)
		}
		above = group
		out = append(out, append(line, figureCells(rowOf(t, r.key))...))
	}
	return out
}

func rowOf(t report.Table, key string) []report.Cell {
	k, err := report.ParseRow(key)
	if err != nil {
		panic(err)
	}
	return t.Row(k)[:]
}

func figureCells(cells []report.Cell) []formCell {
	var out []formCell
	for _, c := range cells {
		out = append(out, formCell{c.String(), 1, 1})
	}
	return out
}

// formFour draws table 四 with its three rows of heads.
func formFour(t report.Table) formTable {
	parts := []string{"结果维持", "结果纠正", "其他结果", "尚未审结", "总计"}
	out := formTable{{{"行政复议", 1, 5}, {"行政诉讼", 1, 10}}, {}, {}, {}}
	for _, p := range parts {
		out[1] = append(out[1], formCell{p, 2, 1})
	}
	out[1] = append(out[1], formCell{"未经复议直接起诉", 1, 5}, formCell{"复议后起诉", 1, 5})
	for range 2 {
		for _, p := range parts {
			out[2] = append(out[2], formCell{p, 1, 1})
		}
	}
	for b := range t.Remedies {
		out[3] = append(out[3], figureCells(t.Remedies[b][:])...)
	}
	return out
}

// twoLines is table 二: for each block its number, its heads and its rows by key.
func twoLines(layout string) []struct {
	item  string
	heads []string
	rows  []formRow
} {
	type block = struct {
		item  string
		heads []string
		rows  []formRow
	}
	if layout == "2019" {
		acts := []string{"信息内容", "上一年项目数量", "本年增/减", "处理决定数量"}
		return []block{
			{"第二十条第（一）项", []string{"信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"}, []formRow{{"regulations", "规章"}, {"normative", "规范性文件"}}},
			{"第二十条第（五）项", acts, []formRow{{"licensing", "行政许可"}, {"other_services", "其他对外管理服务事项"}}},
			{"第二十条第（六）项", acts, []formRow{{"penalties", "行政处罚"}, {"coercion", "行政强制"}}},
			{"第二十条第（八）项", acts[:3], []formRow{{"fees", "行政事业性收费"}}},
			{"第二十条第（九）项", []string{"信息内容", "采购项目数量", "采购总金额"}, []formRow{{"procurement", "政府集中采购"}}},
		}
	}
	acts := []string{"信息内容", "本年处理决定数量"}
	return []block{
		{"第二十条第（一）项", []string{"信息内容", "本年制发件数", "本年废止件数", "现行有效件数"}, []formRow{{"regulations", "规章"}, {"normative", "行政规范性文件"}}},
		{"第二十条第（五）项", acts, []formRow{{"licensing", "行政许可"}}},
		{"第二十条第（六）项", acts, []formRow{{"penalties", "行政处罚"}, {"coercion", "行政强制"}}},
		{"第二十条第（八）项", []string{"信息内容", "本年收费金额（单位：万元）"}, []formRow{{"fees", "行政事业性收费"}}},
	}
}

// formTwo draws table 二; nil where none was entered.
func formTwo(p *report.Proactive) formTable {
	if p == nil {
		return nil
	}
	var out formTable
	for _, b := range twoLines(p.Layout.String()) {
		out = append(out, []formCell{{b.item, 1, 4}})
		var heads []formCell
		for i, h := range b.heads {
			cell := formCell{h, 1, 1}
			if i == len(b.heads)-1 {
				cell.cols = 5 - len(b.heads)
			}
			heads = append(heads, cell)
		}
		out = append(out, heads)
		for _, r := range b.rows {
			line := []formCell{{r.label, 1, 1}}
			for i, v := range p.Values(r.key) {
				cell := formCell{string(v), 1, 1}
				if i == len(b.heads)-2 {
					cell.cols = 5 - len(b.heads)
				}
				line = append(line, cell)
			}
			out = append(out, line)
		}
	}
	return out
}

// paperOf puts a report together around a table and the sentences given.
func paperOf(t report.Table, prose []string) paper {
	return paper{agency: t.Agency, year: t.Year, before: prose,
		after: []string{"一是公开意识有待加强，2件事项整改到位。", "本机关全年未发出收费通知。"},
		two:   formTwo(t.Proactive), three: formThree(t), fur: formFour(t)}
}
