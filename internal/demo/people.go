package demo

import (
	"fmt"
	"strings"

	"gongkai/internal/cases"
)

// mark stands behind every invented name and address, so that nobody takes one
// for a real one.
const mark = "（演示）"

var (
	surnames = []rune("陈林黄郑王吴张李刘杨叶许蔡何郭谢邱曾江余周徐苏朱方潘卢施魏池翁游洪薛阮赖詹姚严甘庄连兰柯程邓高官")
	ordinals = []rune("甲乙丙丁戊己庚辛壬癸")
)

const persons = 1440 // how many invented people there are to ask: every name once

// person gives the invented person of a number from 0.
func person(n int) cases.Record {
	words := [...]string{"示例", "样例", "虚构"}
	s := len(surnames)
	name := fmt.Sprintf("%c%s%c%s", surnames[n%s], words[n/s%len(words)], ordinals[n/s/len(words)%len(ordinals)], mark)
	streets := [...]string{"鼓楼区", "台江区", "仓山区", "晋安区", "马尾区", "长乐区", "福清市", "闽侯县", "连江县", "永泰县"}
	return cases.Record{Kind: cases.Natural, Applicant: name, IDNumber: wrongID(n),
		Phone:   fmt.Sprintf("000-%04d%04d", n*7%10000, n),
		Address: fmt.Sprintf("福州市%s示例路%d号%s", streets[n%len(streets)], n%199+1, mark)}
}

// wrongID gives an identity number in the usual form whose check digit is wrong:
// it can belong to nobody.
func wrongID(n int) string {
	body := fmt.Sprintf("350100%d%02d%02d%03d", 1950+n%50, n%12+1, n%28+1, n%1000)
	weights := [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(body[i]-'0') * w
	}
	return body + string("10X98765432"[(sum+1)%11])
}

// organisation gives an invented organisation of a kind.
func organisation(kind cases.ApplicantKind, n int) cases.Record {
	first := [...]string{"闽江", "鼓山", "乌山", "于山", "屏山", "旗山", "西湖", "左海", "榕城", "三坊"}
	last := map[cases.ApplicantKind][]string{
		cases.Commercial:    {"示例贸易有限公司", "示例置业有限公司", "示例建设工程有限公司", "示例科技有限公司", "示例食品有限公司"},
		cases.Research:      {"示例研究院"},
		cases.PublicWelfare: {"示例公益服务中心", "示例环保促进会"},
		cases.LegalService:  {"示例律师事务所", "示例法律服务所"},
		cases.OtherKind:     {"示例小区业主委员会", "示例村股份经济合作社"},
	}[kind]
	name := first[n%len(first)] + last[n/len(first)%len(last)]
	// The letter O is no sign of such a code: it can belong to nobody.
	return cases.Record{Kind: kind, Applicant: name + mark, IDNumber: fmt.Sprintf("91350100DEMO%06d", n),
		Phone:   fmt.Sprintf("000-8%07d", n),
		Address: fmt.Sprintf("福州市示例大道%d号%s", n%99+1, mark)}
}

// applicant throws who asks. Some people ask often: low numbers come up more.
func applicant(d dice, kind cases.ApplicantKind) cases.Record {
	if kind == cases.Natural {
		n := d.IntN(persons)
		if d.chance(30) {
			n = d.IntN(120)
		}
		return person(n)
	}
	return organisation(kind, d.IntN(50))
}

// setApplicant copies who asks into a line; an e-mail address goes with the
// electronic channels only, in a domain that cannot exist.
func setApplicant(r *cases.Record, who cases.Record) {
	r.Kind, r.Applicant, r.IDNumber, r.Phone, r.Address = who.Kind, who.Applicant, who.IDNumber, who.Phone, who.Address
	if code := r.Channel.Code(); code == "online" || code == "email" {
		r.Email = "demo" + strings.TrimPrefix(strings.ReplaceAll(who.Phone, "-", ""), "000") + "@example.invalid"
	}
}
