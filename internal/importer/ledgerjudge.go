package importer

import (
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// refuse looks for what can't be true: a date before the receipt; a reply,
// payment or supplement before its request; an outcome without its date or the
// other way round; a number twice. All else is history and only marked.
func (row *rowReader) refuse() {
	row.refuseBeforeReceipt()
	r := &row.rec
	row.refuseOrder("supplement_received_on", r.SupplementReceivedOn, "supplement_asked_on", r.SupplementAskedOn)
	row.refuseOrder("consult_replied_on", r.ConsultRepliedOn, "consult_sent_on", r.ConsultSentOn)
	row.refuseOrder("fee_paid_on", r.FeePaidOn, "fee_noticed_on", r.FeeNoticedOn)
	for i, k := range cases.RemedyKinds() {
		row.refuseOrder(k.Code()+"_closed_on", r.Remedies[i].ClosedOn, k.Code()+"_filed_on", r.Remedies[i].FiledOn)
	}
	switch {
	case row.failed["outcome"] || row.failed["ground"] || row.failed["answered_on"]:
	case !r.Outcome.IsZero() && r.AnsweredOn.IsZero():
		row.bad("answered_on", "没有填写", "有办理结果就应有答复日期")
	case r.Outcome.IsZero() && !r.AnsweredOn.IsZero():
		row.bad("outcome", "没有办理结果", "有答复日期就应有办理结果")
	}
	row.refuseTwice("number", r.Number, r.Number)
	row.refuseTwice("platform_number", r.PlatformNumber, r.Platform+"\x00"+r.PlatformNumber)
}

func (row *rowReader) refuseBeforeReceipt() {
	from := row.rec.ReceivedOn
	if from.IsZero() {
		return
	}
	for _, f := range dateFields() {
		if f.key == "received_on" || f.key == "platform_submitted_on" {
			continue // what a platform took in may reach the agency later
		}
		if day := *f.at(&row.rec); !day.IsZero() && day.Before(from) {
			row.bad(f.key, "早于收到日期 "+from.String(), "应不早于收到日期")
		}
	}
}

func (row *rowReader) refuseOrder(key string, day calendar.Date, beforeKey string, first calendar.Date) {
	if day.IsZero() || first.IsZero() || !day.Before(first) || row.failed[key] {
		return
	}
	row.bad(key, "早于“"+columnLabel(beforeKey)+"” "+first.String(), "应不早于它")
}

func (row *rowReader) refuseTwice(key, value, id string) {
	if value == "" {
		return
	}
	id = key + "\x00" + row.rec.Agency + "\x00" + id
	if first, twice := row.numbers[id]; twice {
		at := Problem{Sheet: first.sheet, Line: first.line}.place()
		row.bad(key, "与"+at+"重复", "同一机关的编号应各不相同")
		return
	}
	row.numbers[id] = place{row.sheet, row.line}
}

// mark notes what the law would not have allowed, and what was completed so
// that the line can be counted.
func (row *rowReader) mark() {
	row.completeExtension()
	row.completeRemedies()
	r := &row.rec
	for _, m := range []struct {
		when bool
		text string
	}{
		{!r.PlatformSubmittedOn.IsZero() && r.PlatformSubmittedOn.After(r.ReceivedOn), "平台提交时间晚于收到日期"},
		{!r.SupplementReceivedOn.IsZero() && r.SupplementAskedOn.IsZero(), "有补正收到日期而没有补正告知日期"},
		{!r.ConsultRepliedOn.IsZero() && r.ConsultSentOn.IsZero(), "有征求意见收回日期而没有发出日期"},
		{!r.ConsultServedOn.IsZero() && !r.ConsultSentOn.IsZero() && r.ConsultServedOn.Before(r.ConsultSentOn), "第三方签收早于征求意见发出"},
		{!r.FeePaidOn.IsZero() && r.FeeNoticedOn.IsZero(), "有缴费日期而没有收费告知日期"},
		{r.FeeFen != 0 && r.FeePaidOn.IsZero() && r.FeeNoticedOn.IsZero(), "有收费金额而没有收费日期，金额未采用"},
		{!r.FeeNoticedOn.IsZero() && r.FeeNoticedOn.Year() < 2021, "收费告知早于2021年，当时尚无信息处理费"},
		{r.ExtendedDays > usualExtension, "延期超过20个工作日"},
		{r.Outcome.Code() == "other.no_supplement" && r.SupplementAskedOn.IsZero(), "逾期未补正结案而没有补正告知日期"},
		{r.Outcome.Code() == "other.fee_unpaid" && r.FeeNoticedOn.IsZero(), "逾期未缴费结案而没有收费告知日期"},
		{r.Outcome.Code() == "unable.still_unclear" && r.SupplementAskedOn.IsZero(), "补正后仍不明确而没有补正告知日期"},
		{!r.Remedies[2].Result.IsZero() && r.Remedies[0].Result.IsZero(), "复议后起诉而没有行政复议"},
		{r.Outcome.ReviewFirst(r.AnsweredOn) && !r.Remedies[1].Result.IsZero(), "2024年起不予公开应先复议，而未经复议直接起诉"},
	} {
		if m.when {
			row.note("%s", m.text)
		}
	}
	if r.FeePaidOn.IsZero() && r.FeeNoticedOn.IsZero() {
		r.FeeFen = 0
	}
	row.markAfterAnswer()
	row.markFuture()
}

// completeExtension fills in the half of an extension that the line leaves out.
func (row *rowReader) completeExtension() {
	r := &row.rec
	switch {
	case r.ExtendedDays != 0 && r.ExtendedOn.IsZero() && !r.ReceivedOn.IsZero() && !row.failed["extended_on"]:
		r.ExtendedOn = calendar.Later(r.ReceivedOn, calendar.Later(r.SupplementReceivedOn, r.FeePaidOn))
		row.note("没有延期告知日期，按%s计", r.ExtendedOn)
	case r.ExtendedDays == 0 && !r.ExtendedOn.IsZero() && !row.failed["extended_days"]:
		r.ExtendedDays = usualExtension
		row.note("延期天数未填，按20个工作日计")
	}
}

// completeRemedies settles remedies whose columns do not agree.
func (row *rowReader) completeRemedies() {
	for i, k := range cases.RemedyKinds() {
		m := &row.rec.Remedies[i]
		switch {
		case row.failed[k.Code()]:
		case m.Result.IsZero() && (!m.FiledOn.IsZero() || !m.ClosedOn.IsZero()):
			m.Result = cases.Pending
			row.note("%s有日期而没有结果，按尚未审结计", k.Label())
		case m.Result == cases.Pending && m.FiledOn.IsZero():
			row.note("%s尚未审结，日期不详，计入答复当年", k.Label())
		}
		if m.Result == cases.Pending && !m.ClosedOn.IsZero() {
			row.note("%s按尚未审结计，决定日期未采用", k.Label())
			m.ClosedOn = calendar.Date{}
		}
	}
}

// markAfterAnswer notes acts of the procedure that came after its end.
func (row *rowReader) markAfterAnswer() {
	end := row.rec.AnsweredOn
	if end.IsZero() {
		return
	}
	for _, f := range dateFields()[2:10] {
		if day := *f.at(&row.rec); day.After(end) {
			row.note("“%s”晚于答复日期", columnLabel(f.key))
		}
	}
}

// markFuture notes days that have not come yet.
func (row *rowReader) markFuture() {
	if row.opt.Today.IsZero() {
		return
	}
	for _, f := range dateFields() {
		if day := *f.at(&row.rec); day.After(row.opt.Today) {
			row.note("“%s”%s尚未到来", columnLabel(f.key), day)
		}
	}
}
