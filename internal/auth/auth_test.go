package auth

import (
	"strings"
	"testing"

	"gongkai/internal/cases"
)

// The codes are those of RFC 6238, appendix B (its last six digits); a code
// counts once, and for a neighbouring step.
func TestTOTP(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		if got := TOTPCode(secret, at/30); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
	step, ok := CheckTOTP(secret, "287082", 59, 0)
	if !ok || step != 1 {
		t.Fatal(step, ok)
	}
	if _, again := CheckTOTP(secret, "287082", 59, step); again {
		t.Error("a code counts twice")
	}
	if _, ok := CheckTOTP(secret, "287082", 89, 0); !ok {
		t.Error("a clock half a minute off is refused")
	}
	if _, ok := CheckTOTP(secret, "287082", 120, 0); ok {
		t.Error("an old code counts")
	}
	if link := TOTPLink(secret, "zhang"); !strings.HasPrefix(link, "otpauth://totp/") || !strings.Contains(link, TOTPKey(secret)) {
		t.Error(link)
	}
}

// A password matches its own hash alone; broken hashes match nothing.
func TestPasswords(t *testing.T) {
	hash := Hash("闽江Shui-2026", TestCost())
	if !Matches(hash, "闽江Shui-2026") || Matches(hash, "闽江shui-2026") || Hash("闽江Shui-2026", TestCost()) == hash {
		t.Error(hash)
	}
	for _, broken := range []string{"", "x", "$argon2id$v=19$m=0,t=0,p=0$$", strings.Replace(hash, "t=1", "t=1000", 1), hash[:len(hash)-3]} {
		if Matches(broken, "闽江Shui-2026") {
			t.Errorf("%q matches", broken)
		}
	}
	for range 50 {
		p := RandomPassword()
		for _, rules := range Presets() {
			if wrong := rules.Wrong(p, "zhang"); wrong != "" {
				t.Errorf("%s: %s", p, wrong)
			}
		}
	}
	for password, good := range map[string]bool{"Ab1": false, "abcdefghij": false, "abcdefghi1": false, "Abcdefghi1": true, "abcdefgh1!": true,
		"Zhang-12345": false, strings.Repeat("aB1", 50): false} {
		if got := Presets()[0].Wrong(password, "zhang") == ""; got != good {
			t.Errorf("%s: good %v, want %v", password, got, good)
		}
	}
}

// A user may do what he was granted, where it was granted, and a single user
// everything; a role held for a colleague is known as such.
func TestGrants(t *testing.T) {
	u := User{Grants: []Grant{{Agency: 2, Role: cases.Officer}, {Agency: 3, Role: cases.Reviewer, ForID: 9}}}
	if !u.May(2, cases.Officer) || u.May(2, cases.Reviewer) || u.May(3, cases.Officer) || !u.Has(cases.Reviewer) || u.Has(cases.Signer) {
		t.Error("wrong grants")
	}
	if u.CoveredFor(2, cases.Officer) != 0 || u.CoveredFor(3, cases.Reviewer) != 9 {
		t.Error("wrong cover")
	}
	if s := (User{Single: true}); !s.May(7, cases.Signer) || s.May(0, cases.Signer) || !s.Works() {
		t.Error("wrong single user")
	}
	for _, a := range Admins() {
		if got, err := ParseAdmin(a.Code()); err != nil || got != a || a.Label() == "" {
			t.Errorf("%v %v", a, err)
		}
	}
	for _, r := range cases.Roles() {
		if got, err := cases.ParseRole(r.Label()); err != nil || got != r || r.Code() == "" {
			t.Errorf("%v %v", r, err)
		}
	}
}
