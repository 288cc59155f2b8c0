package cases

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gongkai/internal/calendar"
)

// Setting is something that an agency decides for itself, from a day on.
type Setting struct {
	Key, Group  string
	Label, Hint string
	Kind        string // line, text, number, yes, chain, days, topics, terms, retention
	Two         bool   // it changes law or money: a second person confirms it
	Inherited   bool   // where an agency has set none, that of the one above it holds
}

// AgencySettings lists them, group by group.
func AgencySettings() []Setting {
	return []Setting{
		{"address", "联系方式", "地址", "登记回执和公开指南上的办公地址。", "line", false, false},
		{"phone", "联系方式", "联系电话", "", "line", false, false},
		{"hours", "联系方式", "办公时间", "如：工作日 9:00—12:00，14:00—17:30。", "line", false, false},
		{"channels", "联系方式", "公布的申请渠道", "凡从这些渠道来的，不论怎样称呼都登记。", "text", false, false},
		{"supplement_term", "办理", "补正期限（工作日）", "告知补正时的惯常期限，1至15。", "number", true, true},
		{"approval_chain", "办理", "审批环节", "每行一步，先名称后角色，如“法制审核 审核人”“分管领导 签发人”，1至4步；写“无”表示不需审批。", "chain", true, true},
		{"extension_approver", "办理", "谁同意延长期限", "条例第三十三条：政府信息公开工作机构负责人。写明姓名和职务。", "line", true, false},
		{"local_days", "办理", "地方放假与补班", "民族自治地方习惯节日等。每行一天：日期 放假或上班 名称，如“2027-04-10 放假 三月三”。未写的按国务院办公厅通知。", "days", true, true},
		{"case_number", "办理", "编号样式", "{short} 机关代字、{yyyy} 年度、{n} 顺序号，如 {short}申〔{yyyy}〕{n}号。", "line", true, false},
		{"topics", "办理", "申请主题", "统计分析用，每行一个，如“土地征收”，最多40个，每个不超过20字。", "topics", false, true},
		{"review_organ", "救济", "行政复议机关", "写进答复书的救济告知。", "line", true, false},
		{"court", "救济", "管辖法院", "写进答复书的救济告知。", "line", true, false},
		{"fee_enabled", "收费", "收取信息处理费", "国办函〔2020〕109号。没有启用时，收费通知不能发出。", "yes", true, true},
		{"fee_account", "收费", "收费账户", "户名、开户行、账号。", "text", true, false},
		{"letter_number", "文书", "发文字号样式", "{short} 机关代字、{yyyy} 年度、{n} 顺序号，如 {short}公开〔{yyyy}〕{n}号。", "line", true, false},
		{"retention", "归档", "保管期限", "每行一类：类别 期限，如“予以公开 10年”“发生复议诉讼 永久”。自办结（复议诉讼审结）次年起算，期满列入到期清单，两人办理后才销毁。", "retention", true, true},
		{"letterhead", "文书", "文头", "答复书上的发文机关，不写用机关全称。", "line", false, false},
	}
}

// Usual is what holds where nothing is set, as it is shown.
func (x Setting) Usual() string {
	switch x.Key {
	case "supplement_term":
		return "15"
	case "approval_chain":
		return x.Show(DefaultChain().String())
	case "extension_approver":
		return "政府信息公开工作机构负责人"
	case "fee_enabled":
		return "否"
	case "letter_number":
		return "{short}公开〔{yyyy}〕{n}号"
	case "retention":
		terms, _ := ParseRetention("") // the usual ones
		return terms.String()
	}
	return ""
}

// FindSetting gives one by its key.
func FindSetting(key string) (Setting, bool) {
	for _, x := range append(AgencySettings(), ReminderSettings()...) {
		if x.Key == key {
			return x, true
		}
	}
	return Setting{}, false
}

// Read turns what was typed into the value that is kept, "" for nothing set. The
// error says what is expected.
func (x Setting) Read(text string) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case len([]rune(text)) > x.longest():
		return "", fmt.Errorf("%s太长，最多%d字", x.Label, x.longest())
	case text == "":
		return "", nil
	case x.Kind == "number":
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 15 {
			return "", fmt.Errorf("%s“%s”应为1至15的整数", x.Label, text)
		}
		return strconv.Itoa(n), nil
	case x.Kind == "yes" && text != "yes" && text != "no":
		return "", fmt.Errorf("%s应选“是”或“否”", x.Label)
	case x.Kind == "chain":
		return readChainLines(text)
	case x.Kind == "days":
		return readLocalDays(text)
	case x.Kind == "topics":
		topics, err := ParseTopics(text)
		return strings.Join(topics, "\n"), err
	case x.Kind == "retention":
		terms, err := ParseRetention(text)
		if err != nil {
			return "", err
		}
		return terms.String(), nil
	case x.Group == "提醒" || x.Kind == "terms":
		return x.readReminder(text)
	}
	return text, nil
}

// Show turns a kept value into what is typed and read.
func (x Setting) Show(value string) string {
	switch {
	case x.Kind == "yes" && value != "":
		return map[bool]string{true: "是", false: "否"}[value == "yes"]
	case x.Kind != "chain" || value == "":
		return value
	}
	chain, err := ParseChain(value)
	if err != nil {
		return value
	}
	if len(chain) == 0 {
		return "无"
	}
	lines := make([]string, len(chain))
	for i, step := range chain {
		lines[i] = step.Name + " " + step.Role.Label()
	}
	return strings.Join(lines, "\n")
}

// readChainLines reads a chain as it is typed, a step on each line.
func readChainLines(text string) (string, error) {
	chain := Chain{}
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || len(words) == 1 && words[0] == "无":
			continue
		case len(words) < 2:
			return "", fmt.Errorf("审批环节“%s”应先写名称、空一格再写角色，如：法制审核 审核人", strings.TrimSpace(line))
		}
		role, err := ParseRole(words[len(words)-1])
		if err != nil || role != Reviewer && role != Signer {
			return "", fmt.Errorf("审批环节“%s”的角色应为审核人或签发人", strings.TrimSpace(line))
		}
		chain = append(chain, Step{strings.Join(words[:len(words)-1], " "), role})
	}
	if len(chain) > MostSteps {
		return "", fmt.Errorf("审批环节最多%d步，填写了%d步", MostSteps, len(chain))
	}
	return chain.String(), nil
}

// longest is how many characters a value may have.
func (x Setting) longest() int {
	if x.Kind == "days" || x.Kind == "topics" || x.Kind == "reminders" {
		return 4000
	}
	return 500
}

// ParseLocalDays reads the days that an agency has off or works by a local rule,
// one on each line: the date, 放假 or 上班, a name. Weekends need no line to be off.
func ParseLocalDays(text string) ([]calendar.LocalDay, error) {
	var out []calendar.LocalDay
	seen := map[calendar.Date]bool{}
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		day, err := calendar.Parse(words[0])
		kind := map[string]calendar.DayKind{"放假": calendar.Off, "上班": calendar.Work}
		var what calendar.DayKind
		known := false
		if len(words) > 1 {
			what, known = kind[words[1]]
		}
		switch {
		case err != nil:
			return nil, fmt.Errorf("“%s”应先写日期，如：2027-04-10 放假 三月三", strings.TrimSpace(line))
		case !known:
			return nil, fmt.Errorf("“%s”的日期之后应写“放假”或“上班”，如：2027-04-10 放假 三月三", strings.TrimSpace(line))
		case seen[day]:
			return nil, fmt.Errorf("%s写了两次", day.Chinese())
		}
		seen[day] = true
		out = append(out, calendar.LocalDay{Date: day, Kind: what, Name: strings.Join(words[2:], " ")})
	}
	slices.SortFunc(out, func(a, b calendar.LocalDay) int { return a.Date.Compare(b.Date) })
	return out, nil
}

// readLocalDays brings what was typed into the form that is kept.
func readLocalDays(text string) (string, error) {
	days, err := ParseLocalDays(text)
	if err != nil {
		return "", err
	}
	lines := make([]string, len(days))
	for i, d := range days {
		lines[i] = strings.TrimSpace(d.Date.String() + " " + map[calendar.DayKind]string{calendar.Off: "放假", calendar.Work: "上班"}[d.Kind] + " " + d.Name)
	}
	return strings.Join(lines, "\n"), nil
}
