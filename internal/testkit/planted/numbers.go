package planted

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// dice throws everything from one seed.
type dice struct{ *rand.Rand }

func newDice(seed uint64) dice { return dice{rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))} }

func (d dice) pick(options ...string) string { return options[d.IntN(len(options))] }

func (d dice) digits(n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(byte('0' + d.IntN(10)))
	}
	return b.String()
}

// citizen makes an identity number; wrong gives it a check sign that does not fit.
func (d dice) citizen(wrong bool) string {
	body := d.pick("350102", "110105", "440305", "620102", "310115", "513401", "820101") +
		fmt.Sprintf("%04d%02d%02d", 1930+d.IntN(85), 1+d.IntN(12), 1+d.IntN(28)) + d.digits(3)
	// GB 11643: the sum of all digits times powers of two, with the check sign, is 1 modulo 11.
	sum, weight := 0, 1
	for i := len(body) - 1; i >= 0; i-- {
		weight = weight * 2 % 11
		sum += int(body[i]-'0') * weight
	}
	check := (12 - sum%11) % 11
	if wrong {
		check = (check + 1 + d.IntN(9)) % 11
	}
	if check == 10 {
		return body + d.pick("X", "X", "x")
	}
	return body + fmt.Sprint(check)
}

func (d dice) mobile() string {
	return d.pick("130", "133", "138", "139", "147", "150", "159", "166", "173", "186", "189", "191", "199") + d.digits(8)
}

// card makes the number of a bank card; wrong gives it another last digit.
func (d dice) card(wrong bool) string {
	body := d.pick("622202", "621700", "622848", "621661", "622908", "623094") + d.digits(12)
	if d.IntN(3) == 0 {
		body = body[:15]
	}
	sum := 0
	for i := range body {
		n := int(body[len(body)-1-i] - '0')
		if i%2 == 0 {
			n *= 2
			n = n/10 + n%10
		}
		sum += n
	}
	last := (10 - sum%10) % 10
	if wrong {
		last = (last + 1 + d.IntN(8)) % 10
	}
	return body + fmt.Sprint(last)
}

// broken cuts a number into groups.
func broken(number, between string, lengths ...int) string {
	var parts []string
	for _, n := range lengths {
		if len(number) <= n {
			break
		}
		parts, number = append(parts, number[:n]), number[n:]
	}
	return strings.Join(append(parts, number), between)
}

func fullWidth(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r - '0' + '０'
		}
		return r
	}, text)
}
