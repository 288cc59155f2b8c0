package web

import (
	"regexp"
	"strings"

	"golang.org/x/text/width"

	"gongkai/internal/cases"
)

// block is what was recognised in a pasted piece of text about a person or an
// organisation. What was not recognised is empty.
type block struct {
	name, idNumber, phone, email, address string
}

var (
	mailText   = regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`)
	idText     = regexp.MustCompile(`(?:^|[^0-9A-Za-z])(\d{17}[\dXx]|\d{15}|[0-9A-HJ-NP-RTUW-Y]{18})(?:[^0-9A-Za-z]|$)`)
	mobileText = regexp.MustCompile(`(?:^|\D)(?:\+?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4})(?:\D|$)`)
	lineText   = regexp.MustCompile(`(?:^|\D)(0\d{2,3}[- ]?\d{7,8}(?:[-转]\d{1,6})?)(?:\D|$)`)
	postCode   = regexp.MustCompile(`(?:邮政编码|邮编)\s*[:：]?\s*\d{6}|(?:^|\s)\d{6}(?:\s|$)`)
	blockCut   = regexp.MustCompile(`[\s,，;；、|]+`)
	blockLabel = regexp.MustCompile(`(姓名|申请人|法人名称|单位名称|名称|收件人|寄件人|公民身份号码|身份证号码|身份证号|身份证|证件号码|统一社会信用代码|联系电话|手机号码|手机|电话|电子邮箱|邮箱|通信地址|通讯地址|联系地址|住址|地址)\s*[:：]?\s*`)
	orgName    = regexp.MustCompile(`(公司|事务所|研究院|研究所|大学|学院|学校|协会|学会|基金会|中心|合作社|委员会|工作室|商行|厂|店|局|社|会)$`)
	personName = regexp.MustCompile(`^[\p{Han}·•]{2,15}$`)
	placeWord  = regexp.MustCompile(`[省市区县镇乡村路街巷弄号栋幢室]`)
)

// readBlock recognises what a clerk pastes in one piece: from an identity card,
// a mail label or an e-mail's foot, with or without labels, in any order.
func readBlock(text string) block {
	var b block
	text = strings.ReplaceAll(width.Narrow.String(text), "：", ":")
	b.email, text = take(text, mailText, 0)
	b.idNumber, text = take(text, idText, 1)
	b.idNumber = strings.ToUpper(b.idNumber)
	b.phone, text = take(text, mobileText, 1)
	if b.phone == "" {
		b.phone, text = take(text, lineText, 1)
	}
	b.phone = strings.ReplaceAll(strings.ReplaceAll(b.phone, " ", ""), "--", "-")
	text = postCode.ReplaceAllString(text, " ")
	text = blockLabel.ReplaceAllString(text, " ")
	for _, piece := range blockCut.Split(text, -1) {
		b.place(piece)
	}
	return b
}

// place decides what a piece without digits of its own is: a name or a part of
// the address.
func (b *block) place(piece string) {
	piece = strings.Trim(piece, ":：。.")
	switch {
	case piece == "" || piece == "男" || piece == "女" || piece == "汉族":
	case b.name == "" && orgName.MatchString(piece):
		b.name = piece
	case b.name == "" && personName.MatchString(piece) && (len([]rune(piece)) <= 4 || strings.Contains(piece, "·")):
		b.name = piece
	case placeWord.MatchString(piece):
		b.address += piece
	}
}

// take cuts the first find of a pattern out of a text.
func take(text string, pattern *regexp.Regexp, group int) (found, rest string) {
	m := pattern.FindStringSubmatchIndex(text)
	if m == nil {
		return "", text
	}
	from, to := m[2*group], m[2*group+1]
	return text[from:to], text[:from] + " " + text[to:]
}

// isOrganisation reports whether a block speaks of an organisation.
func (b block) isOrganisation() bool {
	return orgName.MatchString(b.name) || len(b.idNumber) == 18 && cases.CheckCreditCode(b.idNumber) == "" && strings.HasPrefix(b.idNumber, "9")
}
