package web

import (
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/templates/parts"
)

// needCause is the refusal of a late answer that does not say why it is late.
const needCause = "答复已逾期，应选择逾期原因和责任环节，用于督办统计"

// delayFields ask why an answer is late and where the time was lost.
func delayFields(optional bool) []actField {
	cause := actField{name: "delay_cause", label: "逾期原因", kind: "select", optional: optional, options: []parts.Option{{Label: "请选择"}}}
	for _, x := range cases.DelayCauses() {
		cause.options = append(cause.options, parts.Option{Value: x.Code(), Label: x.Label()})
	}
	fault := actField{name: "delay_fault", label: "责任环节", kind: "select", optional: optional, options: []parts.Option{{Label: "请选择"}}}
	for _, x := range cases.DelayFaults() {
		fault.options = append(fault.options, parts.Option{Value: x.Code(), Label: x.Label()})
	}
	return []actField{cause, fault}
}

// lateFields asks for the cause in the form of a decision if an answer given today
// would be late. An earlier day may be in time: then nothing is asked for.
func lateFields(found *cases.Case, stamp cases.Stamp, o cases.Outcome) []actField {
	if !o.CountsAsAnswer() || stamp.Book == nil {
		return nil
	}
	clock := found.Clock(stamp.Book, stamp.Today)
	if clock.State == deadline.StateAnswered || clock.Due.IsZero() || !stamp.Today.After(clock.Due) {
		return nil
	}
	fields := delayFields(true)
	fields[0].hint = "期限为" + clock.Due.Chinese() + "。在期限内已经答复、只是今天补登的，不用选。"
	return fields
}

// explainLate records, with a late answer, why it is late.
func explainLate(c *cases.Case, s cases.Stamp, in actInput) error {
	if s.Book == nil || !c.AnsweredLate(s.Book) {
		return nil
	}
	f := delayOf(in)
	if f.Cause.IsZero() || f.Fault.IsZero() {
		return &cases.Refused{Reason: needCause}
	}
	return c.ExplainDelay(s, in.on, f)
}

// delayOf reads the two fields; a word that is none of theirs is nothing chosen.
func delayOf(in actInput) (f cases.DelayExplained) {
	var err error
	if f.Cause, err = cases.ParseDelayCause(in.one("delay_cause")); err != nil {
		f.Cause = cases.DelayCause{}
	}
	if f.Fault, err = cases.ParseDelayFault(in.one("delay_fault")); err != nil {
		f.Fault = cases.DelayFault{}
	}
	return f
}
