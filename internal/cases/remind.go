package cases

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"gongkai/internal/calendar"
)

// ReminderKind is something that somebody is reminded of. The zero value is none.
type ReminderKind struct{ code string }

// The kinds of reminders.
var (
	RemindConfirm     = ReminderKind{"confirm"}           // 待确认 over a working day
	RemindAssign      = ReminderKind{"assign"}            // nobody handles it
	RemindNotice      = ReminderKind{"supplement_notice"} // the last days on which a supplement may be asked
	RemindCoAnswer    = ReminderKind{"co_answer"}         // 协办回复
	RemindPropose     = ReminderKind{"propose"}           // 报批
	RemindSign        = ReminderKind{"sign"}              // 签发
	RemindSend        = ReminderKind{"send"}              // 寄出
	RemindApproved    = ReminderKind{"approved"}          // approved, not sent
	RemindAnswer      = ReminderKind{"answer"}            // 答复期限
	RemindConsult     = ReminderKind{"consult"}           // third party, co-producer
	RemindOtherAgency = ReminderKind{"other_agency"}      // another agency's opinion: no term in law
	RemindSupplement  = ReminderKind{"supplement_reply"}  // the applicant's supplement did not come
	RemindPayment     = ReminderKind{"payment"}           // nor the payment
	RemindReview      = ReminderKind{"review_answer"}     // 复议答复
	RemindEvidence    = ReminderKind{"evidence"}          // 答辩举证
	RemindHearing     = ReminderKind{"hearing"}
	RemindAppeal      = ReminderKind{"appeal"}
	RemindPrecheck    = ReminderKind{"annual_precheck"} // 年报预审
	RemindPublish     = ReminderKind{"annual_publish"}  // 年报公布
	RemindBelow       = ReminderKind{"annual_below"}    // those of agencies without accounts, to the office above them
	RemindCalendar    = ReminderKind{"calendar"}        // next year's working days are missing
)

// Audience says whom a reminder reaches first; the plan's escalation adds those
// above, by how late it is.
type Audience uint8

// The audiences.
const (
	ToOfficer  Audience = iota // who handles the case, else its section, else the desk
	ToDesk                     // 登记人员 and reviewers: who gives cases out
	ToAsked                    // the section or colleague that was asked
	ToApprover                 // reviewers and signers
	ToEditor                   // 年报编制人员
	ToKeeper                   // the root government's reviewers, and the system administrator
)

// Marks say when a kind reminds: at so many working days left, most first;
// negative ones come after the day. Late: each working day after it.
type Marks struct {
	Days []int
	Late bool
}

// At gives the mark that a number of working days left has reached last: the
// slot of the reminder. Each mark is reached once for a due day, however many
// days nobody looked. False: none yet.
func (m Marks) At(left int) (mark int, reached bool) {
	if m.Late && left < 0 {
		return left, true
	}
	for _, d := range m.Days { // descending: the last that holds is the nearest
		if d >= left {
			mark, reached = d, true
		}
	}
	return mark, reached
}

// String writes marks as settings keep them: 10,5,0,late.
func (m Marks) String() string {
	var words []string
	for _, d := range m.Days {
		words = append(words, strconv.Itoa(d))
	}
	if m.Late {
		words = append(words, "late")
	}
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ",")
}

// reminderInfo is the line of one kind.
type reminderInfo struct {
	kind     ReminderKind
	group    string
	label    string // what the day is: 答复期限
	todo     string // what is to be done
	usual    Marks
	to       Audience
	urgent   int  // urgent at so many days left and fewer
	escalate bool // goes up the house by how late it is
	passes   bool // its day once past, nothing is left to do
}

const never = math.MinInt

// reminderTable is the table of the kinds, in the order of the work.
var reminderTable = sync.OnceValue(func() []reminderInfo {
	days := func(late bool, days ...int) Marks { return Marks{Days: days, Late: late} }
	return []reminderInfo{
		{RemindConfirm, "受理", "确认期限", "与申请人联系确认收到之日", days(true), ToDesk, never, true, false},
		{RemindAssign, "受理", "分办", "确定承办人", days(true, 0), ToDesk, never, true, false},
		{RemindNotice, "受理", "补正告知期限", "内容不明确的，一次性告知补正", days(false, 3, 1, 0), ToOfficer, 0, false, true},
		{RemindCoAnswer, "内部节点", "协办回复", "回复协办事项", days(true, 1, 0), ToAsked, never, true, false},
		{RemindPropose, "内部节点", "报批", "拟出答复并报批", days(false, 0), ToOfficer, never, false, false},
		{RemindSign, "内部节点", "签发", "审核、签发答复", days(false, 0), ToApprover, never, false, false},
		{RemindSend, "内部节点", "寄出", "寄出答复", days(false, 0), ToOfficer, never, false, false},
		{RemindApproved, "内部节点", "签发后寄出", "签发的答复还没有寄出", days(true, 0), ToOfficer, never, true, false},
		{RemindAnswer, "法定期限", "答复期限", "答复申请人", days(true, 10, 5, 3, 1, 0), ToOfficer, 0, true, false},
		{RemindConsult, "他方期限", "征求意见期限", "收回意见；逾期未回的按法律规定处理，恢复办理", days(false, 1, 0, -1), ToOfficer, never, false, false},
		{RemindOtherAgency, "他方期限", "其他机关意见", "催回意见：法律没有规定上限，期限一直在扣除", days(false, 0, -5, -10), ToOfficer, never, true, false},
		{RemindSupplement, "他方期限", "申请人补正期限", "没有补正的，按逾期未补正办结", days(true), ToOfficer, never, false, false},
		{RemindPayment, "他方期限", "申请人缴费期限", "没有缴费的，按逾期未缴费办结", days(true), ToOfficer, never, false, false},
		{RemindReview, "复议诉讼", "复议答复期限", "提交复议答复书和证据", days(true, 5, 3, 1, 0), ToOfficer, 3, true, false},
		{RemindEvidence, "复议诉讼", "答辩举证期限", "提交答辩状、证据和依据；逾期视为没有证据", days(true, 10, 5, 3, 1, 0), ToOfficer, 5, true, false},
		{RemindHearing, "复议诉讼", "开庭、听证", "到场", days(false, 3, 1, 0), ToOfficer, 1, true, true},
		{RemindAppeal, "复议诉讼", "上诉期限", "决定是否上诉", days(false, 5, 3, 1, 0), ToOfficer, 1, true, true},
		{RemindPrecheck, "年报", "年报预审", "提交预审", days(true, 10, 5, 3, 1, 0), ToEditor, never, true, false},
		{RemindPublish, "年报", "年报公布", "报送并公布", days(true, 10, 5, 3, 1, 0), ToEditor, 0, true, false},
		{RemindBelow, "年报", "下级机关年报", "没有账号的下级机关还没有报来的，催报或代为收录", days(true, 10, 5, 3, 1, 0), ToEditor, never, true, false},
		{RemindCalendar, "工作日", "下一年放假通知", "采用下一年的放假通知", days(true, 22, 17, 12, 7, 2, 0), ToKeeper, never, false, false},
	}
})

func (k ReminderKind) info() reminderInfo {
	for _, i := range reminderTable() {
		if i.kind == k {
			return i
		}
	}
	return reminderInfo{}
}

// ReminderKinds lists the kinds in the order of the work.
func ReminderKinds() []ReminderKind {
	var out []ReminderKind
	for _, i := range reminderTable() {
		out = append(out, i.kind)
	}
	return out
}

// ParseReminderKind reads a code.
func ParseReminderKind(code string) (ReminderKind, error) {
	for _, i := range reminderTable() {
		if i.kind.code == code {
			return i.kind, nil
		}
	}
	return ReminderKind{}, fmt.Errorf("没有“%s”这种提醒", code)
}

// Code gives the stable code.
func (k ReminderKind) Code() string { return k.code }

// Label says what day it is: 答复期限.
func (k ReminderKind) Label() string { return k.info().label }

// Todo says what is to be done by then.
func (k ReminderKind) Todo() string { return k.info().todo }

// Group names the kinds that belong together.
func (k ReminderKind) Group() string { return k.info().group }

// To gives who is reminded first.
func (k ReminderKind) To() Audience { return k.info().to }

// Escalates reports whether those above are told by how late it is.
func (k ReminderKind) Escalates() bool { return k.info().escalate }

// Legal reports whether the day is one that the law sets for the agency itself.
func (k ReminderKind) Legal() bool {
	switch k.Group() {
	case "法定期限", "复议诉讼", "年报":
		return true
	}
	return false
}

// Passes reports whether nothing is left to do once the day is past.
func (k ReminderKind) Passes() bool { return k.info().passes }

// Usual gives the marks where an agency has set none.
func (k ReminderKind) Usual() Marks { return k.info().usual }

// Urgent reports whether a reminder with so many working days left goes out at
// once: due today, late, or a court's or a reviewing organ's term close by.
func (k ReminderKind) Urgent(left int) bool {
	return k.info().urgent != never && left <= k.info().urgent
}

// ReminderPlan is when an agency is reminded of what, and from how many working
// days left on those above the officer are told too.
type ReminderPlan struct {
	Marks                   map[ReminderKind]Marks
	Reviewer, Signer, Above int
}

// UsualReminders is the plan where nothing is set: on the day itself the
// reviewer, one working day later the signer, five later the level above.
func UsualReminders() ReminderPlan {
	p := ReminderPlan{Marks: map[ReminderKind]Marks{}, Reviewer: 0, Signer: -1, Above: -5}
	for _, i := range reminderTable() {
		p.Marks[i.kind] = i.usual
	}
	return p
}

// String writes a plan as it is kept: a kind and its marks on each line, the
// escalation last.
func (p ReminderPlan) String() string {
	var b strings.Builder
	for _, k := range ReminderKinds() {
		fmt.Fprintf(&b, "%s %s\n", k.code, p.Marks[k])
	}
	fmt.Fprintf(&b, "escalate %d %d %d", p.Reviewer, p.Signer, p.Above)
	return b.String()
}

// ParseReminderPlan reads what String writes; kinds that are not named keep their
// usual marks. "" is the usual plan.
func ParseReminderPlan(text string) (ReminderPlan, error) {
	p := UsualReminders()
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
			continue
		case words[0] == "escalate":
			if err := p.readEscalation(words[1:]); err != nil {
				return p, err
			}
			continue
		}
		kind, err := ParseReminderKind(words[0])
		if err != nil {
			return p, err
		}
		marks, err := ParseMarks(strings.Join(words[1:], ","))
		if err != nil {
			return p, fmt.Errorf("%s：%w", kind.Label(), err)
		}
		p.Marks[kind] = marks
	}
	return p, nil
}

func (p *ReminderPlan) readEscalation(words []string) error {
	to := []*int{&p.Reviewer, &p.Signer, &p.Above}
	if len(words) != len(to) {
		return fmt.Errorf("逐级上报应写三个数：审核人、签发人、上级机关")
	}
	for i, w := range words {
		n, err := strconv.Atoi(w)
		if err != nil || n < -farthest || n > farthest {
			return fmt.Errorf("逐级上报的“%s”应为-%d到%d的整数，负数表示逾期后", w, farthest, farthest)
		}
		*to[i] = n
	}
	if p.Reviewer < p.Signer || p.Signer < p.Above {
		return fmt.Errorf("逐级上报应先审核人、再签发人、后上级机关：剩余工作日数一个不大于前一个")
	}
	return nil
}

// farthest is the most working days before or after a day at which a mark may
// stand.
const farthest = 30

// ParseMarks reads marks as people write them: numbers of working days left,
// parted by commas, 逾期 (or late) for each working day after; 不提醒, none or
// nothing for no reminder at all.
func ParseMarks(text string) (Marks, error) {
	var m Marks
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，、 ;；", r) }) {
		switch w {
		case "逾期", "逾期每日", "逾期每个工作日", "late":
			m.Late = true
			continue
		case "不提醒", "none", "无":
			continue
		}
		n, err := strconv.Atoi(w)
		if err != nil || n < -farthest || n > farthest {
			return m, fmt.Errorf("“%s”应为剩余工作日数（-%d到%d），或“逾期每日”", w, farthest, farthest)
		}
		m.Days = append(m.Days, n)
	}
	slices.Sort(m.Days)
	slices.Reverse(m.Days)
	m.Days = slices.Compact(m.Days)
	return m, nil
}

// Show writes marks as people read them.
func (m Marks) Show() string {
	if len(m.Days) == 0 && !m.Late {
		return "不提醒"
	}
	var words []string
	for _, d := range m.Days {
		words = append(words, strconv.Itoa(d))
	}
	if m.Late {
		words = append(words, "逾期每日")
	}
	return strings.Join(words, ", ")
}

// LeftWord words working days left: 剩3个工作日, 今日到期, 逾期2个工作日. Only the
// law's terms are 逾期; past an internal day, or somebody else's, it is 已过.
func (k ReminderKind) LeftWord(left int) string {
	switch {
	case left == 0:
		return "今日到期"
	case left < 0 && k.Legal():
		return fmt.Sprintf("逾期%d个工作日", -left)
	case left < 0:
		return fmt.Sprintf("已过%d个工作日", -left)
	}
	return fmt.Sprintf("剩%d个工作日", left)
}

// Owed is one thing that somebody still has to do, and by when.
type Owed struct {
	Kind        ReminderKind
	Ref         int // which consultation, part or dispute; 0 where there is one alone
	Due         calendar.Date
	Officer     int64 // who was asked, of ToAsked
	Section     int64
	Provisional bool // the day rests on a year without notice
}
