package deadline

import (
	"time"

	"gongkai/internal/calendar"
)

// Law is one text of the Regulation (政府信息公开条例): the terms that it sets,
// with the day from which it counts. The zero value is no law.
type Law struct{ i uint8 }

// The two texts.
var (
	Order492 = Law{1} // 国务院令第492号, of 2007
	Order711 = Law{2} // 国务院令第711号, of 2019
)

var laws = [...]struct {
	code, label           string
	inForce               calendar.Date
	answer, extension     int
	supplementNotice      int
	artAnswer, artExclude string
	artExtend, artSupply  string
	artThird, artCo       string
}{
	{},
	{code: "492", label: "《政府信息公开条例》（国务院令第492号）", inForce: calendar.Of(2008, time.May, 1),
		answer: 15, extension: 15,
		artAnswer: "第二十四条第二款", artExtend: "第二十四条第二款", artExclude: "第二十四条第三款",
		artSupply: "第二十一条第四项", artThird: "第二十三条", artCo: "第二十四条第三款"},
	{code: "711", label: "《政府信息公开条例》（国务院令第711号）", inForce: calendar.Of(2019, time.May, 15),
		answer: 20, extension: 20, supplementNotice: 7,
		artAnswer: "第三十三条第二款", artExtend: "第三十三条第二款", artExclude: "第三十三条第三款",
		artSupply: "第三十条", artThird: "第三十二条", artCo: "第三十四条"},
}

// LawAt gives the text under which an application received on that day is
// handled to its end. Before the first one came into force it gives that one.
func LawAt(received calendar.Date) Law {
	if received.Before(Order711.InForce()) {
		return Order492
	}
	return Order711
}

// Code gives 492 or 711.
func (l Law) Code() string { return laws[l.i].code }

// Label gives the text's title with its order number.
func (l Law) Label() string { return laws[l.i].label }

// InForce gives the day from which applications received fall under l.
func (l Law) InForce() calendar.Date { return laws[l.i].inForce }

// AnswerDays gives the working days for the answer: 15 or 20.
func (l Law) AnswerDays() int { return laws[l.i].answer }

// MaxExtension gives the most working days that one extension may add.
func (l Law) MaxExtension() int { return laws[l.i].extension }

// SupplementNoticeDays gives the working days within which a supplement has to
// be asked for (第三十条), or 0 where the text sets none.
func (l Law) SupplementNoticeDays() int { return laws[l.i].supplementNotice }

// Terms in working days that do not change with the text.
const (
	usualSupplementTerm = 15 // 合理期限: local practice, a notice may set another
	consultTerm         = 15 // 第三十二条、第三十四条
	paymentTerm         = 20 // 国办函〔2020〕109号第六条
)

// Terms of the remedies.
const (
	reviewDays         = 60 // 行政复议法第二十条第一款, calendar days
	suitMonths         = 6  // 行政诉讼法第四十六条第一款
	suitAfterReviewDay = 15 // 行政诉讼法第四十五条, calendar days
)

const (
	feeArticle             = "国办函〔2020〕109号第六条"
	delayArticle           = "第三十五条"
	reviewArticle          = "行政复议法第二十条第一款"
	suitDirectArticle      = "行政诉讼法第四十六条第一款"
	suitAfterReviewArticle = "行政诉讼法第四十五条"
)

// FeeRulesInForce reports whether a fee for processing may be asked on that day
// (国办函〔2020〕109号, from 2021-01-01).
func FeeRulesInForce(day calendar.Date) bool {
	return !day.Before(calendar.Of(2021, time.January, 1))
}

// ReviewFirstInForce reports whether an answer of that day that withholds
// information has to go to review before court (行政复议法第二十三条, from
// 2024-01-01).
func ReviewFirstInForce(answered calendar.Date) bool {
	return !answered.Before(calendar.Of(2024, time.January, 1))
}

func (l Law) answerArticle() string     { return laws[l.i].artAnswer }
func (l Law) extendArticle() string     { return laws[l.i].artExtend }
func (l Law) excludeArticle() string    { return laws[l.i].artExclude }
func (l Law) supplementArticle() string { return laws[l.i].artSupply }

func (l Law) consultArticle(p Party) string {
	switch p {
	case ThirdParty:
		return laws[l.i].artThird
	case CoProducer:
		return laws[l.i].artCo
	}
	return laws[l.i].artExclude
}
