package demo

import (
	"gongkai/internal/auth"
	"gongkai/internal/cases"
)

// Password is that of all accounts of the demonstration, which listens on the
// machine itself alone and says so on its page.
const Password = "gongkai-demo"

// Account is a person of the demonstration.
type Account struct {
	Login, Name string
	Admin       auth.Admin
	Agency      string // code
	Roles       []cases.Role
}

// Accounts lists one person for each role in the city government and in its
// planning and land office, one who does everything in a small office, and the
// three administrators.
func Accounts() []Account {
	people := func(prefix, agency string, names ...string) []Account {
		var out []Account
		for i, r := range cases.Roles() {
			out = append(out, Account{Login: prefix + "-" + loginWords()[i], Name: names[i], Agency: agency, Roles: []cases.Role{r}})
		}
		return out
	}
	out := people("shi", Root, "林登记", "陈承办", "黄审核", "郑签发", "王年报")
	out = append(out, people("zrzy", Root+"-zrzy", "吴登记", "刘承办", "张审核", "李签发", "杨年报")...)
	out = append(out, Account{Login: "banshi", Name: "周办事", Agency: smallOffice(), Roles: cases.Roles()},
		Account{Login: "xitong", Name: "系统管理员（演示）", Admin: auth.SystemAdmin},
		Account{Login: "anquan", Name: "安全管理员（演示）", Admin: auth.SecurityAdmin},
		Account{Login: "shenji", Name: "审计管理员（演示）", Admin: auth.Auditor})
	return out
}

// loginWords are the roles in the order of cases.Roles, as a login spells them.
func loginWords() []string { return []string{"dengji", "chengban", "shenhe", "qianfa", "nianbao"} }

// smallOffice is an office of few cases a year: one part-timer does everything.
func smallOffice() string { return "gulou-xinfang" }
