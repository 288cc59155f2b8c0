package cases

import (
	"strings"

	"gongkai/internal/calendar"
)

// CheckIDNumber looks at the number of a resident's identity card (GB 11643): 18
// signs with a day of birth and a check sign, or the 15 digits of before 1999. It
// gives "" if the number agrees with itself, else a sentence that says what does
// not. It is a reason to look again, never to refuse: other papers have other
// numbers, and people miswrite their own.
func CheckIDNumber(number string, today calendar.Date) string {
	n := strings.ToUpper(strings.TrimSpace(number))
	switch {
	case n == "":
		return ""
	case len(n) == 15 && digits(n):
		return bornWrong("19"+n[6:12], today)
	case len(n) != 18 || !digits(n[:17]):
		return "不像居民身份证号码（应为18位），请对照证件核对；如是护照等其他证件，可以照录"
	case n[17] != idCheckSign(n[:17]):
		return "身份证号码校验不符，可能录错了一位，请对照证件核对"
	}
	return bornWrong(n[6:14], today)
}

// bornWrong looks at the day of birth within an identity number.
func bornWrong(yyyymmdd string, today calendar.Date) string {
	born, err := calendar.Parse(yyyymmdd[:4] + "-" + yyyymmdd[4:6] + "-" + yyyymmdd[6:])
	if err != nil || born.After(today) {
		return "身份证号码中的出生日期不存在，请对照证件核对"
	}
	return ""
}

// idCheckSign computes the last sign from the first 17 (ISO 7064, MOD 11-2).
func idCheckSign(first17 string) byte {
	const weights = "\x07\x09\x0a\x05\x08\x04\x02\x01\x06\x03\x07\x09\x0a\x05\x08\x04\x02"
	sum := 0
	for i := range len(first17) {
		sum += int(first17[i]-'0') * int(weights[i])
	}
	return "10X98765432"[sum%11]
}

// creditSigns are the signs of a unified social credit code: no I, O, S, V, Z.
const creditSigns = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// CheckCreditCode looks at a unified social credit code (GB 32100): 18 signs, the
// last of them a check sign. "" if the code agrees with itself, else a sentence.
func CheckCreditCode(code string) string {
	n := strings.ToUpper(strings.TrimSpace(code))
	if n == "" {
		return ""
	}
	if len(n) != 18 || strings.Trim(n, creditSigns) != "" {
		return "不像统一社会信用代码（应为18位，不含I、O、S、V、Z），请对照证照核对"
	}
	sum, weight := 0, 1
	for i := range 17 {
		sum += strings.IndexByte(creditSigns, n[i]) * weight
		weight = weight * 3 % 31
	}
	if n[17] != creditSigns[(31-sum%31)%31] {
		return "统一社会信用代码校验不符，可能录错了一位，请对照证照核对"
	}
	return ""
}

func digits(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }
