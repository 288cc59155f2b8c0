package leak

import (
	"slices"
	"strings"
)

// kindOf says what a row of whole groups is.
func kindOf(r run, s signs) Kind {
	text := r.text()
	switch {
	case len(text) > 20 || len(text) < 7:
		return Kind{}
	case isIdentity(text) || len(text) == 15 && isOldIdentity(text) && saysIdentity(s.before(r[0].from, 16)):
		return Identity
	}
	word := context(r, s)
	if word == aboutPaper {
		return Kind{}
	}
	for _, shape := range r.shapes(s) {
		switch {
		case len(shape) > 6 && !single(shape):
		case isMobile(text, shape):
			return Mobile
		case isLandline(text, shape, word, s.before(r[0].from, 6)):
			return Landline
		case isCard(text, shape, word):
			return BankCard
		}
	}
	return Kind{}
}

// isIdentity: 17 digits and the check sign of GB 11643-1999, with a province and a
// day of birth.
func isIdentity(text string) bool {
	if len(text) != 18 || strings.Contains(text[:17], "X") || !provinces[text[:2]] || !birthday(text[6:14]) {
		return false
	}
	sum := 0
	for i, w := range [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += w * int(text[i]-'0')
	}
	return text[17] == "10X98765432"[sum%11]
}

// isOldIdentity: the 15 digits in use until 1999; they carry no check, so that they
// count only where the words say so.
func isOldIdentity(text string) bool {
	return !strings.Contains(text, "X") && provinces[text[:2]] && birthday("19"+text[6:12])
}

func saysIdentity(before string) bool {
	return strings.Contains(before, "身份证") || strings.Contains(before, "证件")
}

// provinces are the first two digits of an identity number.
var provinces = func() map[string]bool {
	out := map[string]bool{}
	for _, p := range strings.Fields("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83") {
		out[p] = true
	}
	return out
}()

func birthday(text string) bool {
	year, month, day := text[:4], text[4:6], text[6:]
	days := map[string]string{"01": "31", "02": "29", "03": "31", "04": "30", "05": "31", "06": "30", "07": "31", "08": "31", "09": "30", "10": "31", "11": "30", "12": "31"}
	return year >= "1890" && year <= "2099" && day >= "01" && day <= days[month]
}

// isMobile: eleven digits from 13 to 19, with or without the country before them.
func isMobile(text string, shape []int) bool {
	shape = slices.Clone(shape)
	for _, country := range []string{"0086", "86"} {
		if rest, ok := strings.CutPrefix(text, country); ok && len(rest) == 11 && rest[0] == '1' {
			text = rest
			if len(shape) > 1 && shape[0] == len(country) {
				shape = shape[1:]
			} else {
				shape[0] -= len(country)
			}
			break
		}
	}
	return len(text) == 11 && text[0] == '1' && text[1] >= '3' && !strings.Contains(text, "X") && together(shape, mobileShapes())
}

// mobileShapes are the groups in which people write one.
func mobileShapes() [][]int {
	return [][]int{{11}, {3, 4, 4}, {3, 8}, {7, 4}, {3, 3, 5}, {4, 4, 3}, {4, 3, 4}, {5, 6}, {6, 5}, {2, 3, 3, 3}, {3, 2, 2, 2, 2}, {9, 2}, {8, 3}, {10, 1}, {4, 7}, {1, 10}, {2, 9}}
}

func together(shape []int, known [][]int) bool {
	if single(shape) {
		return true
	}
	return slices.ContainsFunc(known, func(k []int) bool { return slices.Equal(k, shape) })
}

// single: the digits stand one by one, as in the boxes of a form.
func single(shape []int) bool { return len(shape) > 6 && slices.Max(shape) == 1 }

// isLandline: area code and seven or eight digits, an extension after them or not;
// without the area code only where the words say that it is a telephone.
func isLandline(text string, shape []int, word about, before string) bool {
	if strings.Contains(text, "X") {
		return false
	}
	shape = slices.Clone(shape)
	if rest, ok := strings.CutPrefix(text, "86"); ok && len(shape) > 1 && shape[0] == 2 && (rest[0] == '0' || len(rest) >= 9) {
		text, shape = rest, shape[1:]
		if text[0] != '0' {
			text, shape[0] = "0"+text, shape[0]+1
		}
	}
	if len(shape) == 1 && (len(text) == 7 || len(text) == 8) || slices.Equal(shape, []int{4, 4}) || slices.Equal(shape, []int{3, 4}) {
		return word == aboutPhone && text[0] >= '2' && !dateLike(text) && wordIn(before, phoneWords()) >= 0
	}
	area := areaOf(text)
	if area == 0 {
		return false
	}
	number := text[area:]
	if len(shape) > 1 && shape[0] != area && shape[0] != area+len(number) || len(number) < 7 || number[0] == '0' || number[0] == '1' {
		return false
	}
	switch {
	case len(number) <= 8:
		// "0591-2024-0012" is a paper's number, "0591-8765-4321" a telephone.
		return (word == aboutPhone || !dateLike(number)) && (len(shape) > 1 || word == aboutPhone || area == 3 && len(number) == 8 || area == 4 && len(number) >= 7)
	case len(shape) >= 3 && len(number) <= 13: // with an extension
		return shape[1] == 7 || shape[1] == 8 || shape[1] == 4
	}
	return false
}

// areaOf gives the length of the area code that a number begins with, 0 for none.
func areaOf(text string) int {
	switch {
	case len(text) < 10 || text[0] != '0':
		return 0
	case text[1] == '1' && text[2] == '0', text[1] == '2' && text[2] != '6':
		return 3
	case text[1] >= '3' && text[2] != '0':
		return 4
	}
	return 0
}

// dateLike: 20240012, as papers are numbered.
func dateLike(number string) bool {
	return len(number) >= 7 && (number[:2] == "19" || number[:2] == "20") && number[2:4] <= "39"
}

// isCard: the digits of a card with the check digit of ISO/IEC 7812. UnionPay's own
// prefix is enough; others need a word that speaks of a bank.
func isCard(text string, shape []int, word about) bool {
	if len(text) < 15 || len(text) > 19 || strings.Contains(text, "X") || !luhn(text) {
		return false
	}
	if len(shape) > 1 && !single(shape) && !fours(shape) && word != aboutBank {
		return false
	}
	switch {
	case strings.HasPrefix(text, "62") && (len(text) == 16 || len(text) == 19):
		return true
	case text[0] == '4' || text[0] == '5' && text[1] >= '1' && text[1] <= '5' || strings.HasPrefix(text, "60") || strings.HasPrefix(text, "81") ||
		strings.HasPrefix(text, "3") || text[0] == '9' || text[0] == '2' || text[0] == '6' || text[0] == '1':
		return word == aboutBank
	}
	return false
}

// fours: groups of four, the last shorter or not; or six and the rest.
func fours(shape []int) bool {
	for i, n := range shape {
		if n != 4 && (i != len(shape)-1 || n > 4) {
			return len(shape) == 2
		}
	}
	return true
}

func luhn(text string) bool {
	sum := 0
	for i := range text {
		d := int(text[len(text)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
