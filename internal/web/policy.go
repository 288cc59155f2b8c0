package web

import (
	"slices"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
)

// policy says who may use a route. The zero value is none: a route without
// policy keeps the server from starting. What a policy can't say, the handler
// does: which agency (mayAct, scope) and which case (loadCase).
type policy struct {
	name   string
	roles  []cases.Role
	admins []auth.Admin
	alone  bool // and the user of 单机版, who has no administrators
}

// Everybody who reaches the port.
func public() policy { return policy{name: "public"} }

// loopbackOrIn is for whoever sits at the machine, and for those signed in.
func loopbackOrIn() policy { return policy{name: "loopback or in"} }

// signedIn is for everybody who has an account.
func signedIn() policy { return policy{name: "signed in"} }

// working is for those who hold any working role.
func working() policy { return staff(cases.Roles()...) }

// staff is for those who hold one of the roles in some agency.
func staff(roles ...cases.Role) policy { return policy{name: "staff", roles: roles} }

// admins is for those administrators.
func admins(kinds ...auth.Admin) policy { return policy{name: "admins", admins: kinds} }

// staffOrAdmins is for those who hold one of the roles in some agency, and for
// those administrators.
func staffOrAdmins(roles []cases.Role, kinds ...auth.Admin) policy {
	return policy{name: "staff or admins", roles: roles, admins: kinds}
}

// adminsOrAlone is for those administrators, and for the user of 单机版, who does
// their work himself.
func adminsOrAlone(kinds ...auth.Admin) policy {
	return policy{name: "admins", admins: kinds, alone: true}
}

func (p policy) isZero() bool { return p.name == "" }

// admits reports whether a visitor may use the route; at is whether the request
// comes from the machine itself.
func (p policy) admits(v visitor, at bool) bool {
	switch p.name {
	case "public":
		return true
	case "loopback or in":
		return at || v.In
	case "signed in":
		return v.In
	case "staff":
		return v.In && v.Has(p.roles...)
	case "staff or admins":
		return v.In && (v.Has(p.roles...) || slices.Contains(p.admins, v.Admin))
	case "admins":
		return v.In && (slices.Contains(p.admins, v.Admin) || p.alone && v.Single)
	}
	return false
}
