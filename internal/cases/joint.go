package cases

import (
	"slices"
	"strconv"
	"strings"
)

// A joint application (联合申请) is one 件. The representative (代表人) stands first
// among its parties, with the role applicant: by its kind the application is
// counted, to it papers go. The others are joint.

// MostApplicants is how many people one application may name.
const MostApplicants = 50

// Applicants gives all who apply, the representative first; agents and contacts
// apply for nothing.
func (c *Case) Applicants() (out []Applicant) {
	for _, p := range c.Parties {
		if p.Role == "applicant" || p.Role == "joint" {
			out = append(out, p.Applicant)
		}
	}
	return out
}

// NamesOf names applicants as a letter does: 张三; 张三、李四; 张三、李四等3人.
func NamesOf(list []Applicant) string {
	var names []string
	persons := true
	for _, a := range list {
		if a.Name != "" {
			names = append(names, a.Name)
			persons = persons && a.Kind == Natural
		}
	}
	if len(names) < 3 {
		return strings.Join(names, "、")
	}
	word := "名申请人"
	if persons {
		word = "人"
	}
	return strings.Join(names[:2], "、") + "等" + strconv.Itoa(len(names)) + word
}

// Represent makes one of those who apply, counted from 0, their representative.
func (c *Case) Represent(i int) error {
	at := -1
	for place, p := range c.Parties {
		if p.Role == "applicant" || p.Role == "joint" {
			if i == 0 {
				at = place
			}
			i--
		}
	}
	if at < 0 {
		return refuse("没有这一位申请人，不能作代表人")
	}
	now := c.Parties[at]
	c.Parties = slices.Insert(slices.Delete(slices.Clone(c.Parties), at, at+1), 0, now)
	for place, p := range c.Parties {
		if p.Role == "applicant" || p.Role == "joint" {
			c.Parties[place].Role = "joint"
		}
	}
	c.Parties[0].Role = "applicant"
	return nil
}
