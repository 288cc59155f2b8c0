package cases

import "fmt"

// Roles lists the working roles in the order of a day's work.
func Roles() []Role { return []Role{FrontDesk, Officer, Reviewer, Signer, Editor} }

// Code gives the stable code, as files, commands and the database write it.
func (r Role) Code() string { return r.code }

// IsZero reports whether it is no role.
func (r Role) IsZero() bool { return r.code == "" }

// ParseRole reads a code or the office's word.
func ParseRole(text string) (Role, error) {
	for _, r := range Roles() {
		if r.code == text || r.Label() == text {
			return r, nil
		}
	}
	return Role{}, fmt.Errorf("角色“%s”不在五类之中（登记人员 front_desk、承办人 officer、审核人 reviewer、签发人 signer、年报编制人员 editor）", text)
}
