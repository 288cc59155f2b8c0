package importer

import (
	"bytes"
	"strings"
	"testing"

	"gongkai/internal/cases"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// readText reads a text ledger of agency "fz".
func readText(t *testing.T, text string) *Ledger {
	t.Helper()
	l, err := ReadLedger("台账.csv", []byte(text), Options{Agency: "fz"})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// only gives the one row of a clean ledger.
func only(t *testing.T, l *Ledger) Row {
	t.Helper()
	if l.ProblemCount != 0 || len(l.Rows) != 1 {
		t.Fatalf("want one clean row, got %d rows and problems %v", len(l.Rows), l.Problems)
	}
	return l.Rows[0]
}

// line shows a record by column, without empty ones.
func show(r cases.Record) map[string]string {
	out := map[string]string{}
	for _, c := range cases.Columns() {
		if v := c.Get(r); v != "" {
			out[c.Key] = v
		}
	}
	return out
}

// The same ledger reads the same in every encoding and with every delimiter.
func TestLedgerTextForms(t *testing.T) {
	const plain = "编号,收到日期,渠道,申请人类型,申请人,答复日期,办理结果\n榕公开1号,2019-05-06,网络,自然人,张三,2019-05-20,予以公开\n"
	want := map[string]string{"number": "榕公开1号", "agency": "fz", "received_on": "2019-05-06", "channel": "online",
		"applicant_kind": "natural", "applicant": "张三", "answered_on": "2019-05-20", "outcome": "disclose.provided"}
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(plain)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"UTF-8": plain, "带BOM": "\xef\xbb\xbf" + plain, "GB18030": gb,
		"分号":      strings.ReplaceAll(plain, ",", ";"),
		"制表符":     strings.ReplaceAll(plain, ",", "\t"),
		"全角逗号":    strings.ReplaceAll(plain, ",", "，"),
		"sep行":    "sep=;\r\n" + strings.ReplaceAll(plain, ",", ";"),
		"回车换行":    strings.ReplaceAll(plain, "\n", "\r\n"),
		"引号":      `"` + strings.NewReplacer(",", `","`, "\n榕", "\"\n\"榕").Replace(strings.TrimSpace(plain)) + `"`,
		"空行与标题":   "某市2019年依申请公开台账\n\n" + strings.Replace(plain, "\n", "\n\n,,,\n", 1) + "\n\n",
		"合计与填表人":  plain + "合计,,,,1件,,\n填表人：李四\n",
		"键作列名":    strings.Replace(plain, "编号,收到日期,渠道,申请人类型,申请人,答复日期,办理结果", "number,received_on,channel,applicant_kind,applicant,answered_on,outcome", 1),
		"别名":      strings.Replace(plain, "编号,收到日期,渠道,申请人类型,申请人,答复日期,办理结果", "受理编号,签收时间,信息公开申请方式,申请人类别,申请人姓名或名称,答复时间,答复类型", 1),
		"序号一列":    "序号," + strings.Replace(plain, "\n榕", "\n1,榕", 1),
		"列名带括号换行": strings.Replace(plain, "收到日期", "\" 收到\n日期（年月日） \"", 1),
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(want, show(only(t, readText(t, text)).Record)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Every form of date that ledgers use is read; days that do not exist are not.
func TestLedgerDates(t *testing.T) {
	for text, want := range map[string]string{
		"2019-05-06": "2019-05-06", "2019/5/6": "2019-05-06", "2019.5.6": "2019-05-06", "20190506": "2019-05-06",
		"2019年5月6日": "2019-05-06", "5月6日": "2018-05-06", "２０１９年５月６日": "2019-05-06", "2019 年 5 月 6 日": "2019-05-06",
		"2019-05-06 14:30": "2019-05-06", "2019/5/6 0:00:00": "2019-05-06", "2019-05-06T00:00:00Z": "2019-05-06",
		"2019年5月6日下午": "2019-05-06", "2019-5-6（星期一）": "2019-05-06", "２０１９－０５－０６": "2019-05-06", "05月06日": "2018-05-06",
		"2020-02-29": "2020-02-29", "2019年5月6号": "2019-05-06", "2019年5月6日14时30分": "2019-05-06",
		"2019-02-30": "", "2019-13-01": "", "2019-5": "", "19-5-6": "", "5-6": "", "2019-05-06x": "", "0219-05-06": "",
		"2019年": "", "20190230": "", "201905061": "", "2019-05/06": "", "去年": "", "2月30日": "", "12345": "", "2019-05-06-07": "",
	} {
		day, _, ok := parseDay(text, 2018)
		if got := day.String(); ok != (want != "") || ok && got != want {
			t.Errorf("%s: got %s %v, want %q", text, got, ok, want)
		}
	}
}

// Every usual word of an outcome leads to its leaf, with its ground where the
// outcome alone is only a group.
func TestOutcomeWords(t *testing.T) {
	for in, want := range map[[2]string]string{
		{"不存在", ""}: "unable.nonexistent", {"非本机关", ""}: "unable.other_agency", {"已主动公开", ""}: "disclose.already_public",
		{"同意公开", ""}: "disclose.provided", {"逾期未补正", ""}: "other.no_supplement", {"撤销申请", ""}: "other.withdrawn",
		{"（一）予以公开", ""}: "disclose.provided", {"１．属于国家秘密", ""}: "withhold.state_secret", {"其他", ""}: "other.misc",
		{"不予公开", "国家秘密"}: "withhold.state_secret", {"不予公开（国家秘密）", ""}: "withhold.state_secret", {"不予公开-个人隐私", ""}: "withhold.third_party",
		{"不予公开", "第十六条第一款"}: "withhold.internal_affairs", {"无法提供", "《政府信息公开条例》第三十六条第（五）项"}: "unable.other_agency",
		{"无法提供", "36(4)"}: "unable.nonexistent", {"（四）无法提供1.信息不存在", ""}: "unable.nonexistent",
		{"部分公开", "国家秘密；不存在"}: "partial[withhold.state_secret unable.nonexistent]", {"部分公开", ""}: "partial[]",
		{"部分公开（过程性信息）", ""}: "partial[withhold.process_info]", {"予以公开；不存在", ""}: "partial[unable.nonexistent]",
		{"不予公开", ""}: "?withhold", {"无法提供", ""}: "?unable", {"已处理", ""}: "!outcome", {"不予公开", "领导不同意"}: "!ground",
		{"disclose.provided", ""}: "disclose.provided", {"危及\"三安全一稳定\"", ""}: "withhold.security_stability",
		{"不 存 在", "第三十六条第四项"}: "unable.nonexistent", {"其他处理", "撤回"}: "other.withdrawn", {"withhold.admin_query", ""}: "withhold.admin_query",
		{"不予公开", "其他法律、行政法规禁止公开"}: "withhold.law_forbids", {"partial", "withhold.state_secret;unable.archived"}: "partial[withhold.state_secret unable.archived]",
		{"予以公开", "第三十六条第（二）项"}: "disclose.provided", {"不存在", "国家秘密"}: "unable.nonexistent",
		{"本机关不掌握相关政府信息（信息不存在）", ""}: "unable.nonexistent", {"申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", ""}: "other.no_supplement",
	} {
		s := settleOutcome(in[0], in[1])
		got := s.outcome.Code()
		switch {
		case s.unknown != "":
			got = "!" + s.unknown
		case s.missing != "":
			got = "?" + s.missing
		case got == "partial":
			var g []string
			for _, o := range s.grounds {
				g = append(g, o.Code())
			}
			got += "[" + strings.Join(g, " ") + "]"
		}
		if got != want {
			t.Errorf("%v: got %s, want %s", in, got, want)
		}
	}
}

// Every code and label of every closed set is read, full-width and with blanks.
func TestCodesAndLabels(t *testing.T) {
	for _, o := range cases.Outcomes() {
		for _, text := range []string{o.Code(), o.Label(), " " + o.Label() + "　"} {
			if s := settleOutcome(text, ""); s.outcome != o {
				t.Errorf("%q: got %q, want %s", text, s.outcome.Code(), o.Code())
			}
		}
	}
	for _, k := range cases.ApplicantKinds() {
		for _, text := range []string{k.Code(), k.Label()} {
			if got, sure, ok := kindOf(text, ""); got != k || !sure || !ok {
				t.Errorf("%q: got %v", text, got)
			}
		}
	}
	for _, r := range cases.Results() {
		for _, text := range []string{r.Code(), r.Label()} {
			if got, _, ok := remedyResult(text); got != r || !ok {
				t.Errorf("%q: got %v", text, got)
			}
		}
	}
	for _, c := range cases.Columns() {
		for _, text := range []string{c.Key, c.Label, strings.ReplaceAll(c.Label, "日期", "时间")} {
			if got, ok := columnNamed(text); got != c.Key || !ok {
				t.Errorf("%q: got %q, want %s", text, got, c.Key)
			}
		}
	}
	for text, want := range map[string]string{"当面申请": "in_person", "网上": "online", "信函": "letter_registered", "EMS": "letter_registered",
		"ＥＭＳ": "letter_registered", "平信": "letter_ordinary", "传真": "fax", "电子邮件": "email", "口头申请": "oral", "E-mail": "email",
		"邮寄（挂号、EMS，有签收）": "letter_registered", "网络申请": "online", "当面递交": "in_person"} {
		if got, ok := channelOf(text); !ok || got.Code() != want {
			t.Errorf("%q: got %q, want %s", text, got.Code(), want)
		}
	}
}

// No word and no name stands for two things.
func TestWordsAreUnambiguous(t *testing.T) {
	check := func(what string, lists map[string]string, norm func(string) string) {
		seen := map[string]string{}
		for meaning, list := range lists {
			for w := range strings.FieldsSeq(list) {
				if other, twice := seen[norm(w)]; twice && other != meaning {
					t.Errorf("%s: %q stands for %s and %s", what, w, other, meaning)
				}
				seen[norm(w)] = meaning
			}
		}
	}
	check("columns", aliases(), spelling)
	check("outcomes", outcomeSynonyms(), bare)
	check("groups", groupSynonyms(), bare)
	for group, list := range groupSynonyms() {
		for w := range strings.FieldsSeq(list) {
			if f := outcomeWords()[bare(w)]; f.group != group || !f.leaf.IsZero() {
				t.Errorf("group word %q of %s is also an outcome %s", w, group, f.leaf.Code())
			}
		}
	}
}

// What can't be true refuses the file, and every bad line is named at once.
func TestLedgerRefusals(t *testing.T) {
	const head = "编号,收到日期,补正告知日期,补正收到日期,征求意见发出日期,征求意见收回日期,收费告知日期,缴费日期,答复日期,办理结果,行政复议\n"
	for name, c := range map[string]struct{ line, want string }{
		"没有收到日期":    {"1,,,,,,,,,,", "第2行“收到日期”：没有填写"},
		"日期不存在":     {"1,2019-02-30,,,,,,,,,", "第2行“收到日期”：“2019-02-30”不是有效日期"},
		"答复早于收到":    {"1,2019-05-06,,,,,,,2019-05-05,予以公开,", "早于收到日期 2019-05-06"},
		"补正早于告知":    {"1,2019-05-06,2019-05-10,2019-05-09,,,,,,,", "第2行“补正收到日期”：“2019-05-09”早于“补正告知日期” 2019-05-10"},
		"意见早于征求":    {"1,2019-05-06,,,2019-05-10,2019-05-09,,,,,", "早于“征求意见发出日期”"},
		"缴费早于通知":    {"1,2021-05-06,,,,,2021-05-10,2021-05-09,,,", "早于“收费告知日期”"},
		"有结果没有日期":   {"1,2019-05-06,,,,,,,,予以公开,", "第2行“答复日期”：没有填写"},
		"有日期没有结果":   {"1,2019-05-06,,,,,,,2019-05-20,,", "第2行“办理结果”：没有办理结果"},
		"结果不认识":     {"1,2019-05-06,,,,,,,2019-05-20,办妥了,", "“办妥了”不是认识的办理结果"},
		"不予公开没有种类":  {"1,2019-05-06,,,,,,,2019-05-20,不予公开,", "属于国家秘密"},
		"复议结果不认识":   {"1,2019-05-06,,,,,,,2019-05-20,予以公开,赢了", "“赢了”不是认识的复议诉讼结果"},
		"编号重复":      {"1,2019-05-06,,,,,,,,,\n1,2019-05-07,,,,,,,,,", "第3行“编号”：“1”与第2行重复"},
		"一行有两处问题":   {"1,2019-02-30,,,,,,,2019-05-20,办妥了,", "“办妥了”不是"},
		"没有年份":      {"1,5月6日,,,,,,,,,", "没有年份"},
		"读得的行也不要了吗": {"1,2019-05-06,,,,,,,,,\n2,x,,,,,,,,,", "第3行"},
	} {
		t.Run(name, func(t *testing.T) {
			l := readText(t, head+c.line+"\n")
			var all []string
			for _, p := range l.Problems {
				all = append(all, p.String())
			}
			if text := strings.Join(all, "\n"); !strings.Contains(text, c.want) {
				t.Errorf("got %s", text)
			}
		})
	}
}

// History that the law would not have allowed is read and marked.
func TestLedgerMarks(t *testing.T) {
	for name, c := range map[string]struct{ head, line, want string }{
		"部分公开没有依据":   {"答复日期,办理结果", "2019-05-20,部分公开", "部分公开未写明"},
		"未复议的复议后起诉":  {"答复日期,办理结果,复议后起诉", "2019-05-20,予以公开,维持", "没有行政复议"},
		"未告知补正的补正":   {"补正收到日期", "2019-05-20", "没有补正告知日期"},
		"没有告知的逾期不补正": {"答复日期,办理结果", "2019-05-20,逾期未补正", "没有补正告知日期"},
		"没有日期的延期":    {"延期天数", "20个工作日", "没有延期告知日期，按2019-05-06计"},
		"没有天数的延期":    {"延期告知日期", "2019-05-20", "按20个工作日计"},
		"未审结没有日期":    {"答复日期,办理结果,行政复议", "2019-05-20,予以公开,未审结", "日期不详"},
		"没有渠道":       {"申请人", "张三", "渠道未填"},
		"没有类型":       {"申请人", "福州某某有限公司", "推定为“商业企业”"},
		"2021年前的收费":  {"收费告知日期,收费金额", "2020-05-20,\"1,200.50元\"", "尚无信息处理费"},
	} {
		t.Run(name, func(t *testing.T) {
			row := only(t, readText(t, "编号,收到日期,"+c.head+"\n1,2019-05-06,"+c.line+"\n"))
			if got := strings.Join(row.Marks, "；"); !strings.Contains(got, c.want) {
				t.Errorf("got %s", got)
			}
		})
	}
}

// An unknown column is named with its nearest and refused, unless it is mapped
// or left out by the user.
func TestUnknownColumns(t *testing.T) {
	const text = "编号,收到日期,答复日朝,备注\n1,2019-05-06,,好\n"
	l := readText(t, text)
	if len(l.Unknown) != 2 || l.Unknown[0].Nearest != "answered_on" || l.ProblemCount != 2 {
		t.Errorf("got %+v %v", l.Unknown, l.Problems)
	}
	mapped, err := ReadLedger("a.csv", []byte(text), Options{Agency: "fz", Map: map[string]string{"答复日朝": "答复日期", "备注": "-"}})
	if err != nil || mapped.ProblemCount != 0 || len(mapped.Rows) != 1 {
		t.Errorf("got %v %v", mapped, err)
	}
	if _, err := ReadLedger("a.csv", []byte(text), Options{Map: map[string]string{"备注": "remark"}}); err == nil {
		t.Error("a mapping to no column was taken")
	}
}

// book makes a workbook of sheets of rows.
func makeBook(t *testing.T, sheets map[string][][]any, more ...func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	for name, rows := range sheets {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			at, _ := excelize.CoordinatesToCellName(1, i+1)
			if err := f.SetSheetRow(name, at, &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	for _, m := range more {
		m(f)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A ledger as offices keep it: title, merged two-row head, serial dates, a
// sheet a month whose title names the year, totals.
func TestLedgerMessyBook(t *testing.T) {
	month := func(n any, day any, answer any) [][]any {
		return [][]any{
			{"某市2019年度政府信息公开申请台账"},
			{"填报单位：市政府办公厅"},
			{"序号", "编号", "收到日期", "申请人信息", nil, nil, "答复", nil, nil, "行政复议", nil, nil, "行政诉讼", nil},
			{nil, nil, nil, "姓名或名称", "类型", "联系电话", "日期", "结果", "依据", "申请日期", "决定日期", "结果", "未经复议直接起诉", "复议后起诉"},
			{1, n, day, "张三", "公民", 13800000000, answer, "不予公开", "国家秘密", "2019/7/1", 43700, "维持", "无", "/"},
			{"合计", nil, 1},
		}
	}
	data := makeBook(t, map[string][][]any{"5月": month("a1", 43591, "5月20日"), "6月": month("a2", "6月３日", "2019.6.20"), "说明": {{"本表由办公室填写"}}},
		func(f *excelize.File) {
			_ = f.MergeCell("5月", "D3", "F3")
			_ = f.MergeCell("5月", "A1", "N1")
		})
	l, err := ReadLedger("x.xlsx", data, Options{Agency: "fz"})
	if err != nil {
		t.Fatal(err)
	}
	if l.ProblemCount != 0 || len(l.Rows) != 2 {
		t.Fatalf("rows %d, problems %v", len(l.Rows), l.Problems)
	}
	got := map[string]map[string]string{}
	for _, r := range l.Rows {
		got[r.Sheet] = show(r.Record)
	}
	want := map[string]string{"number": "a1", "agency": "fz", "received_on": "2019-05-06", "applicant_kind": "natural", "applicant": "张三",
		"phone": "13800000000", "answered_on": "2019-05-20", "outcome": "withhold.state_secret", "review": "upheld",
		"review_filed_on": "2019-07-01", "review_closed_on": "2019-08-23"}
	if diff := cmp.Diff(want, got["5月"]); diff != "" {
		t.Error(diff)
	}
	if got["6月"]["received_on"] != "2019-06-03" {
		t.Errorf("6月: %v", got["6月"])
	}
}

// Files that are no ledgers are refused with a sentence that says what to do.
func TestForeignFiles(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"空文件":   {nil, "空"},
		"旧版xls": {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xxxx"), ".xlsx"},
		"坏的压缩包": {[]byte("PK\x03\x04xxxx"), "损坏"},
		"网页":    {[]byte("<html><table></table></html>"), "网页"},
		"没有表头":  {[]byte("a,b\n1,2\n"), "表头"},
		"二进制":   {[]byte("\x00\x01\x02"), "CSV"},
		"引号不成对": {[]byte("编号,收到日期\n\"1,2019-05-06\n"), "引号"},
	} {
		if _, err := ReadLedger("台账.xlsx", c.data, Options{Agency: "fz"}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// The marked workbook carries each problem in a column beside the line, from a
// text file and from a workbook.
func TestWriteProblems(t *testing.T) {
	for name, data := range map[string][]byte{
		"csv":  []byte("编号,收到日期\n1,2019-02-30\n2,2019-05-06\n"),
		"xlsx": makeBook(t, map[string][][]any{"台账": {{"编号", "收到日期"}, {"1", "2019-02-30"}, {"2", "2019-05-06"}}}),
	} {
		l, err := ReadLedger("a", data, Options{Agency: "fz"})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := WriteProblems(&out, data, l); err != nil {
			t.Fatal(err)
		}
		f, err := OpenWorkbook(out.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.GetRows("台账")
		if err != nil || len(rows) != 3 || len(rows[2]) != 2 || rows[0][2] != "问题" || !strings.Contains(rows[1][2], "不是有效日期") {
			t.Errorf("%s: %q %v", name, rows, err)
		}
		f.Close()
	}
}
