package auth

import (
	"fmt"
	"slices"
	"strconv"

	"gongkai/internal/cases"
)

// Admin is one of the three administrators of the installation. They exclude one
// another and every working role, and can open no case. The zero value is none.
type Admin struct{ code string }

// The administrators.
var (
	SystemAdmin   = Admin{"system"}   // people and settings
	SecurityAdmin = Admin{"security"} // confirms who may do what
	Auditor       = Admin{"audit"}    // reads what was done
)

// Admins lists the administrators.
func Admins() []Admin { return []Admin{SystemAdmin, SecurityAdmin, Auditor} }

// Code gives the stable code.
func (a Admin) Code() string { return a.code }

// IsZero reports whether it is none.
func (a Admin) IsZero() bool { return a.code == "" }

// Label gives the office's word.
func (a Admin) Label() string {
	switch a {
	case SystemAdmin:
		return "系统管理员"
	case SecurityAdmin:
		return "安全管理员"
	case Auditor:
		return "审计管理员"
	}
	return ""
}

// ParseAdmin reads a code or the office's word.
func ParseAdmin(text string) (Admin, error) {
	for _, a := range Admins() {
		if a.code == text || a.Label() == text {
			return a, nil
		}
	}
	return Admin{}, fmt.Errorf("管理员“%s”不在三类之中（系统管理员 system、安全管理员 security、审计管理员 audit）", text)
}

// Grant is a working role in an agency.
type Grant struct {
	Agency int64
	Role   cases.Role
	ForID  int64 // whose work one does as leave cover (代办); 0: one's own
}

// User is an account as of the day on which it was asked for.
type User struct {
	ID         int64
	Login      string
	Name       string
	Admin      Admin
	Grants     []Grant
	Single     bool // 单机版: every working role in every agency, no second person
	MustChange bool // the password is to be changed before anything else
	Disabled   bool
	HasTOTP    bool  // a second factor is set
	PasswordAt int64 // when the password was set, microseconds UTC
	Demo       bool  // an account of the demonstration: exempt from the rules on passwords
}

// By is how the user stands in events and in the audit chain: "user:12".
func (u User) By() string { return By(u.ID) }

// By gives the actor of a user's id.
func By(id int64) string { return "user:" + strconv.FormatInt(id, 10) }

// ByFor gives the actor who does an absent colleague's work: "user:12/9".
func ByFor(id, absent int64) string { return By(id) + "/" + strconv.FormatInt(absent, 10) }

// May reports whether the user holds one of the roles in exactly that agency.
func (u User) May(agency int64, roles ...cases.Role) bool {
	if u.Single {
		return agency != 0 && len(roles) > 0
	}
	return slices.ContainsFunc(u.Grants, func(g Grant) bool { return g.Agency == agency && slices.Contains(roles, g.Role) })
}

// Has reports whether the user holds one of the roles in any agency.
func (u User) Has(roles ...cases.Role) bool {
	if u.Single {
		return len(roles) > 0
	}
	return slices.ContainsFunc(u.Grants, func(g Grant) bool { return slices.Contains(roles, g.Role) })
}

// Works reports whether the user holds any working role.
func (u User) Works() bool { return u.Has(cases.Roles()...) }

// Roles lists the roles that the user holds in an agency, in their order.
func (u User) Roles(agency int64) []cases.Role {
	var out []cases.Role
	for _, r := range cases.Roles() {
		if u.May(agency, r) {
			out = append(out, r)
		}
	}
	return out
}

// Agencies lists the agencies in which the user holds a working role, by id. Of
// a single user it is empty: the answer is all there are.
func (u User) Agencies() []int64 {
	var out []int64
	for _, g := range u.Grants {
		out = append(out, g.Agency)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// CoveredFor names for whom the user holds a role only as leave cover in an
// agency: the id of the absent colleague, or 0 if the role is the user's own.
func (u User) CoveredFor(agency int64, roles ...cases.Role) int64 {
	found := int64(0)
	for _, g := range u.Grants {
		if g.Agency == agency && slices.Contains(roles, g.Role) {
			if g.ForID == 0 {
				return 0
			}
			found = g.ForID
		}
	}
	return found
}
