package importer

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// rowReader reads one line into a record.
type rowReader struct {
	*reader
	order  []column
	cols   map[string]column // by key
	line   int
	cells  map[string]cell // by key, without blank ones
	rec    cases.Record
	marks  []string
	failed map[string]bool // keys of cells with a problem
}

var errTooManyRows = fmt.Errorf("超过 %d 行；请按年度拆成几个文件", MaxRows)

// newRow makes the row reader of a sheet, which its lines share.
func (r *reader) newRow(cols []column) *rowReader {
	row := &rowReader{reader: r, order: cols, cols: map[string]column{}, cells: map[string]cell{}, failed: map[string]bool{}}
	for _, c := range cols {
		row.cols[c.key] = c
	}
	return row
}

// begin lays the next line before the reader.
func (row *rowReader) begin(l line) {
	clear(row.cells)
	clear(row.failed)
	row.line, row.rec, row.marks = l.no, cases.Record{}, nil
	for _, c := range row.order {
		if c.at < len(l.cells) && l.cells[c.at].text != "" {
			row.cells[c.key] = l.cells[c.at]
		}
	}
}

// readLine reads one line of a sheet below its head.
func (r *reader) readLine(h head, l line) error {
	if l.no <= h.last {
		return nil
	}
	if r.count++; r.count > MaxRows {
		return errTooManyRows
	}
	row := r.row
	row.begin(l)
	if why := row.noCase(l); why != "" {
		if why != "空行" {
			r.out.Skipped = append(r.out.Skipped, Skip{Sheet: r.sheet, Line: l.no, Why: why})
		}
		return nil
	}
	row.read()
	r.out.Rows = append(r.out.Rows, Row{Record: row.rec, Line: l.no, Sheet: r.sheet, Marks: row.marks})
	return nil
}

// totals begin a line of sums; remarks begin a line below the table.
var (
	totals  = regexp.MustCompile(`^(?:本?(?:月|年|页|季度|季)|全年|本年度|年度|上半年|下半年)?(?:合计|总计|小计|共计|累计)(?:[0-9]+[件条份]?)?$`)
	remarks = regexp.MustCompile(`^(?:填表|制表|审核|填报|注|备注|说明|统计|联系人|单位负责人|经办|负责人|打印)`)
)

// noCase says why a line holds no case, "" if it does.
func (row *rowReader) noCase(l line) string {
	if len(row.cells) == 0 {
		for _, c := range l.cells {
			if c.text != "" && totals.MatchString(bare(c.text)) {
				return "合计行"
			}
		}
		return "空行"
	}
	filled, names := 0, 0
	var first string
	for _, c := range l.cells {
		if c.text == "" {
			continue
		}
		if filled++; filled == 1 {
			first = c.text
		}
	}
	_, dated := row.cells["received_on"]
	for key, c := range row.cells {
		if k, ok := columnNamed(c.text); ok && k == key || c.text == row.cols[key].name {
			names++
		}
	}
	switch {
	case names >= 2 && names*2 > len(row.cells):
		return "重复的表头"
	case row.isTotal(l):
		return "合计行"
	case !dated && filled <= 2 && remarks.MatchString(bare(first)):
		return "表下说明"
	}
	return ""
}

// isTotal: a word for a sum stands in the line, and no date of receipt.
func (row *rowReader) isTotal(l line) bool {
	if c, ok := row.cells["received_on"]; ok {
		if _, _, isDay := readDay(c, 2000); isDay && !totals.MatchString(bare(c.text)) {
			return false
		}
	}
	for i, c := range l.cells {
		if i < 6 && c.text != "" && len(c.text) < 60 && totals.MatchString(bare(c.text)) {
			return true
		}
	}
	return false
}

// read fills the record from the cells, then looks at the facts together.
func (row *rowReader) read() {
	row.readTexts()
	row.readAgency()
	row.readPeople()
	row.readDates()
	row.readAmounts()
	row.readOutcome()
	row.readRemedies()
	row.refuse()
	row.mark()
}

// bad reports a problem of one cell.
func (row *rowReader) bad(key, message, expected string) {
	row.failed[key] = true
	name := row.cols[key].name
	if name == "" {
		name = columnLabel(key)
	}
	row.problem(row.line, name, row.cells[key].text, message, expected)
}

func (row *rowReader) note(format string, args ...any) {
	row.marks = append(row.marks, fmt.Sprintf(format, args...))
}

// textField is a column that is taken as it is.
type textField struct {
	key string
	at  func(*cases.Record) *string
}

var textFields = sync.OnceValue(func() []textField {
	return []textField{
		{"number", func(r *cases.Record) *string { return &r.Number }},
		{"platform", func(r *cases.Record) *string { return &r.Platform }},
		{"platform_number", func(r *cases.Record) *string { return &r.PlatformNumber }},
		{"applicant", func(r *cases.Record) *string { return &r.Applicant }},
		{"id_number", func(r *cases.Record) *string { return &r.IDNumber }},
		{"phone", func(r *cases.Record) *string { return &r.Phone }},
		{"email", func(r *cases.Record) *string { return &r.Email }},
		{"address", func(r *cases.Record) *string { return &r.Address }},
		{"content", func(r *cases.Record) *string { return &r.Content }},
	}
})

func (row *rowReader) readTexts() {
	for _, f := range textFields() {
		key := f.key
		c, ok := row.cells[key]
		if !ok {
			continue
		}
		*f.at(&row.rec) = c.text
		if utf8.RuneCountInString(c.text) > MaxCellRunes && len(c.text) > MaxCellRunes {
			row.bad(key, "文字太长", fmt.Sprintf("应在 %d 字以内；如果不是这一格的内容，请检查引号", MaxCellRunes))
		}
	}
	if c := row.cells["id_number"]; c.isNum && len(c.text) > 15 {
		row.note("证件号码是数值格式，Excel 只保留前15位，末几位可能已变成0")
	}
	for _, field := range []*string{&row.rec.IDNumber, &row.rec.Phone} {
		if len(*field) > 1 && (*field)[0] == '\'' && (*field)[1] >= '0' && (*field)[1] <= '9' {
			*field = (*field)[1:] // the sign by which Excel users keep digits as text
		}
	}
}

func (row *rowReader) readAgency() {
	text := row.opt.Agency
	if c, ok := row.cells["agency"]; ok {
		text = c.text
	}
	row.rec.Agency = text
	switch {
	case text == "" && (row.opt.Agency != "" || row.cols["agency"].name != ""):
		row.bad("agency", "没有填写", "应填机关代码或机关名称，或用 --agency 指明")
	case text != "" && row.opt.FindAgency != nil:
		code, ok := row.opt.FindAgency(text)
		if !ok {
			row.bad("agency", "不是已登记的机关", "应为机关代码或机关全称；新机关先用 gongkai import agencies 导入")
			return
		}
		row.rec.Agency = code
	}
}

func (row *rowReader) readPeople() {
	if c, ok := row.cells["channel"]; !ok || isBlankWord(c.text) {
		row.note("渠道未填")
	} else if ch, known := channelOf(c.text); known {
		row.rec.Channel = ch
	} else {
		row.bad("channel", "不是认识的渠道", "应为当面、口头、信函（邮寄、EMS）、平信、网络、传真、电子邮件之一")
	}
	c := row.cells["applicant_kind"]
	if isBlankWord(c.text) {
		c.text = ""
	}
	kind, sure, ok := kindOf(c.text, row.rec.Applicant)
	if !ok {
		row.bad("applicant_kind", "不是认识的申请人类型", "应为自然人、商业企业、科研机构、社会公益组织、法律服务机构、其他之一")
		return
	}
	if row.rec.Kind = kind; !sure {
		row.note("申请人类型%s，按申请人名称推定为“%s”", map[bool]string{true: "未填", false: "“" + c.text + "”不够具体"}[c.text == ""], kind.Label())
	}
}

// dateField is one date column and where it stands in the record.
type dateField struct {
	key string
	at  func(*cases.Record) *calendar.Date
}

// dateFields lists the date columns in the order of a case, receipt first.
var dateFields = sync.OnceValue(func() []dateField {
	out := []dateField{
		{"received_on", func(r *cases.Record) *calendar.Date { return &r.ReceivedOn }},
		{"platform_submitted_on", func(r *cases.Record) *calendar.Date { return &r.PlatformSubmittedOn }},
		{"supplement_asked_on", func(r *cases.Record) *calendar.Date { return &r.SupplementAskedOn }},
		{"supplement_received_on", func(r *cases.Record) *calendar.Date { return &r.SupplementReceivedOn }},
		{"consult_sent_on", func(r *cases.Record) *calendar.Date { return &r.ConsultSentOn }},
		{"consult_served_on", func(r *cases.Record) *calendar.Date { return &r.ConsultServedOn }},
		{"consult_replied_on", func(r *cases.Record) *calendar.Date { return &r.ConsultRepliedOn }},
		{"extended_on", func(r *cases.Record) *calendar.Date { return &r.ExtendedOn }},
		{"fee_noticed_on", func(r *cases.Record) *calendar.Date { return &r.FeeNoticedOn }},
		{"fee_paid_on", func(r *cases.Record) *calendar.Date { return &r.FeePaidOn }},
		{"answered_on", func(r *cases.Record) *calendar.Date { return &r.AnsweredOn }},
	}
	for i, k := range cases.RemedyKinds() {
		out = append(out,
			dateField{k.Code() + "_filed_on", func(r *cases.Record) *calendar.Date { return &r.Remedies[i].FiledOn }},
			dateField{k.Code() + "_closed_on", func(r *cases.Record) *calendar.Date { return &r.Remedies[i].ClosedOn }})
	}
	return out
})

const dateForms = "应为 2019-05-06、2019/5/6、20190506、2019年5月6日 一类的日期"

func (row *rowReader) readDates() {
	for _, f := range dateFields() {
		c, ok := row.cells[f.key]
		if !ok || isBlankWord(c.text) {
			if f.key == "received_on" {
				row.bad(f.key, "没有填写", dateForms)
			}
			continue
		}
		day, yearless, ok := readDay(c, row.year)
		switch {
		case !ok && yearless && row.year == 0:
			row.bad(f.key, "没有年份", dateForms+"；工作表名或标题写明年份时可以省去年份")
		case !ok:
			row.bad(f.key, "不是有效日期", dateForms)
		default:
			if yearless && f.key != "received_on" {
				day = row.nextSuch(f.key, day)
			}
			*f.at(&row.rec) = day
		}
	}
}

// nextSuch moves a date that named no year into the next one, where that is
// plainly meant: received in December, answered in January.
func (row *rowReader) nextSuch(key string, day calendar.Date) calendar.Date {
	from := row.rec.ReceivedOn
	if from.IsZero() || !day.Before(from) || key == "platform_submitted_on" {
		return day
	}
	if next := day.AddMonths(12); next.Sub(from) <= 183 && from.Year() == day.Year() {
		row.note("“%s”未写年份，按收到日期推定为%s", row.cols[key].name, next.Chinese())
		return next
	}
	return day
}

var dayCount = regexp.MustCompile(`^(?:延长|延期)?([0-9]{1,3})(?:\.0+)?(?:个)?(?:工作日|天|日)?$`)

func (row *rowReader) readAmounts() {
	if c, ok := row.cells["extended_days"]; ok && !isBlankWord(c.text) {
		switch w := fold(c.text); {
		case w == "否" || w == "未延期" || w == "不延期" || w == "没有":
		case w == "是" || w == "延期" || w == "已延期":
			row.rec.ExtendedDays = usualExtension
			row.note("延期天数未写明，按20个工作日计")
		default:
			m := dayCount.FindStringSubmatch(w)
			if m == nil {
				row.bad("extended_days", "不是天数", "应为工作日数，如 20")
				break
			}
			row.rec.ExtendedDays, _ = strconv.Atoi(m[1]) // digits by the pattern
		}
	}
	if c, ok := row.cells["fee_amount"]; ok && !isBlankWord(c.text) {
		fen, err := parseYuan(c.text)
		if err != nil {
			row.bad("fee_amount", "不是金额", "应为元，如 380 或 12.50")
		}
		row.rec.FeeFen = fen
	}
}

const usualExtension = 20 // Art 33(2): at most 20 working days

// parseYuan reads an amount in yuan as fen: 380, 1,200.50元, ￥12.5.
func parseYuan(text string) (int64, error) {
	s := strings.NewReplacer(",", "", "，", "", "元", "", "¥", "", "￥", "", "人民币", "", "整", "", "rmb", "", "cny", "").Replace(fold(text))
	whole, part, _ := strings.Cut(s, ".")
	part = strings.TrimRight(part, "0")
	if whole == "" || len(whole) > 12 || len(part) > 2 {
		return 0, errAmount
	}
	fen, err := strconv.ParseUint(whole+(part + "00")[:2], 10, 63)
	if err != nil {
		return 0, errAmount
	}
	return int64(fen), nil
}

var errAmount = errors.New("not an amount")

// withinGroup lists what a group's outcomes are called.
func withinGroup(group string) string {
	var labels []string
	for _, o := range cases.Outcomes() {
		if o.Group() == group {
			labels = append(labels, o.Label())
		}
	}
	return strings.Join(labels, "、")
}

func (row *rowReader) readOutcome() {
	c, ok := row.cells["outcome"]
	if !ok || isBlankWord(c.text) || isOpenWord(c.text) {
		return
	}
	ground := row.cells["ground"].text
	s, known := row.outcomes[[2]string{c.text, ground}]
	if !known {
		s = settleOutcome(c.text, ground)
		row.outcomes[[2]string{c.text, ground}] = s
	}
	switch {
	case s.unknown == "ground":
		row.bad("ground", "不是认识的依据", "应为结果表中的代码、名称或常用说法，如国家秘密、个人隐私、过程性信息、信息不存在，或条款如第三十六条第（五）项")
	case s.unknown != "":
		row.bad("outcome", "不是认识的办理结果", "应为结果表中的代码、名称或常用说法，如予以公开、部分公开、不存在、非本机关、逾期未补正、撤回")
	case s.missing != "":
		row.bad("outcome", "没有写明是其中哪一种", "应在办理结果或依据中写明："+withinGroup(s.missing))
	}
	row.rec.Outcome, row.rec.Grounds = s.outcome, s.grounds
	row.marks = append(row.marks, s.marks...)
}

// isOpenWord reports words that say that a case has not ended.
func isOpenWord(text string) bool {
	switch bare(text) {
	case "办理中", "未办结", "在办", "待办", "待答复", "未答复", "正在办理", "处理中", "办理过程中", "尚未答复", "尚未办结", "未办理", "结转", "结转下年":
		return true
	}
	return false
}

func (row *rowReader) readRemedies() {
	for i, k := range cases.RemedyKinds() {
		c := row.cells[k.Code()]
		result, none, ok := remedyResult(c.text)
		if isBlankWord(c.text) {
			none, ok = true, true
		}
		if !ok {
			row.bad(k.Code(), "不是认识的复议诉讼结果", "应为维持、纠正、其他、未审结之一")
			continue
		}
		if !none {
			row.rec.Remedies[i].Result = result
		}
	}
}
