package auth

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Preset is a set of rules for passwords, as the setting password_preset names it.
type Preset struct {
	Code    string
	Label   string
	Least   int           // characters
	Classes int           // of capital, small, digit, other
	History int           // that many former ones don't come back
	Age     time.Duration // then it must be changed; 0: never
}

// Presets lists the sets of rules; the first one holds if nothing is set.
func Presets() []Preset {
	return []Preset{
		{Code: "dengbao", Label: "等保", Least: 10, Classes: 3, History: 5, Age: 90 * 24 * time.Hour},
		{Code: "asvs", Label: "ASVS", Least: 12},
	}
}

// ParsePreset reads a setting; an unknown or empty one is the first.
func ParsePreset(code string) Preset {
	for _, p := range Presets() {
		if p.Code == code {
			return p
		}
	}
	return Presets()[0]
}

// mostPassword bounds what is hashed.
const mostPassword = 128

// Wrong says what a new password lacks, "" if nothing. login is whose it is.
func (p Preset) Wrong(password, login string) string {
	n := len([]rune(password))
	switch {
	case n < p.Least:
		return fmt.Sprintf("口令太短：至少%d个字符，现在是%d个", p.Least, n)
	case n > mostPassword:
		return fmt.Sprintf("口令太长：最多%d个字符", mostPassword)
	case classes(password) < p.Classes:
		return fmt.Sprintf("口令太简单：大写字母、小写字母、数字、符号中至少要有%d类", p.Classes)
	case login != "" && strings.Contains(strings.ToLower(password), login):
		return "口令中不能含有登录名"
	}
	return ""
}

// classes counts of how many kinds the signs are.
func classes(password string) int {
	var seen [4]bool
	for _, r := range password {
		switch {
		case unicode.IsUpper(r):
			seen[0] = true
		case unicode.IsLower(r):
			seen[1] = true
		case unicode.IsDigit(r):
			seen[2] = true
		default:
			seen[3] = true
		}
	}
	n := 0
	for _, s := range seen {
		if s {
			n++
		}
	}
	return n
}
