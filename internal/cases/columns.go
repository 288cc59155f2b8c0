package cases

import (
	"strconv"
	"strings"
	"sync"
)

// Column is one column of the case ledger.
type Column struct {
	Key   string // stable key, the header of machine files
	Label string // Chinese header
	Fact  string // kind of event that holds it, "" for what stands beside the events
	Get   func(Record) string
}

// Columns lists the ledger's columns in their order. Get writes codes and
// yyyy-mm-dd; amounts in yuan.
var Columns = sync.OnceValue(func() []Column {
	cols := []Column{
		{"number", "编号", "", func(r Record) string { return r.Number }},
		{"platform", "来源平台", "received", func(r Record) string { return r.Platform }},
		{"platform_number", "平台编号", "received", func(r Record) string { return r.PlatformNumber }},
		{"platform_submitted_on", "平台提交时间", "received", func(r Record) string { return r.PlatformSubmittedOn.String() }},
		{"agency", "机关", "", func(r Record) string { return r.Agency }},
		{"received_on", "收到日期", "received", func(r Record) string { return r.ReceivedOn.String() }},
		{"channel", "渠道", "received", func(r Record) string { return r.Channel.Code() }},
		{"applicant_kind", "申请人类型", "received", func(r Record) string { return r.Kind.Code() }},
		{"applicant", "申请人", "", func(r Record) string { return r.Applicant }},
		{"id_number", "证件号码", "", func(r Record) string { return r.IDNumber }},
		{"phone", "联系电话", "", func(r Record) string { return r.Phone }},
		{"email", "电子邮箱", "", func(r Record) string { return r.Email }},
		{"address", "地址", "", func(r Record) string { return r.Address }},
		{"content", "申请内容", "", func(r Record) string { return r.Content }},
		{"supplement_asked_on", "补正告知日期", "supplement_asked", func(r Record) string { return r.SupplementAskedOn.String() }},
		{"supplement_received_on", "补正收到日期", "supplement_received", func(r Record) string { return r.SupplementReceivedOn.String() }},
		{"consult_sent_on", "征求意见发出日期", "consult_sent", func(r Record) string { return r.ConsultSentOn.String() }},
		{"consult_served_on", "第三方签收日期", "consult_served", func(r Record) string { return r.ConsultServedOn.String() }},
		{"consult_replied_on", "征求意见收回日期", "consult_replied", func(r Record) string { return r.ConsultRepliedOn.String() }},
		{"extended_days", "延期天数", "extended", func(r Record) string { return count(r.ExtendedDays) }},
		{"extended_on", "延期告知日期", "extended", func(r Record) string { return r.ExtendedOn.String() }},
		{"fee_noticed_on", "收费告知日期", "fee_noticed", func(r Record) string { return r.FeeNoticedOn.String() }},
		{"fee_paid_on", "缴费日期", "fee_paid", func(r Record) string { return r.FeePaidOn.String() }},
		{"fee_amount", "收费金额", "fee_noticed", func(r Record) string { return Yuan(r.FeeFen) }},
		{"answered_on", "答复日期", "answered", func(r Record) string { return r.AnsweredOn.String() }},
		{"outcome", "办理结果", "answered", func(r Record) string { return r.Outcome.Code() }},
		{"ground", "依据", "answered", func(r Record) string { return joinCodes(r.Grounds) }},
	}
	labels := [3][3]string{
		{"行政复议", "复议申请日期", "复议决定日期"},
		{"直接起诉", "直接起诉日期", "直接起诉判决日期"},
		{"复议后起诉", "复议后起诉日期", "复议后起诉判决日期"},
	}
	for i, k := range RemedyKinds() {
		key := k.Code()
		cols = append(cols,
			Column{key, labels[i][0], key, func(r Record) string { return r.Remedies[i].Result.Code() }},
			Column{key + "_filed_on", labels[i][1], key, func(r Record) string { return r.Remedies[i].FiledOn.String() }},
			Column{key + "_closed_on", labels[i][2], key, func(r Record) string { return r.Remedies[i].ClosedOn.String() }})
	}
	return cols
})

func count(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func joinCodes(outcomes []Outcome) string {
	codes := make([]string, len(outcomes))
	for i, o := range outcomes {
		codes[i] = o.Code()
	}
	return strings.Join(codes, ";")
}

// Yuan writes fen as yuan: "" for nothing, "380", "12.50".
func Yuan(fen int64) string {
	if fen == 0 {
		return ""
	}
	text := strconv.FormatInt(fen/100, 10)
	if rest := fen % 100; rest != 0 {
		return text + "." + strconv.Itoa(int(rest/10)) + strconv.Itoa(int(rest%10))
	}
	return text
}
