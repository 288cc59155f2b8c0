package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
	"gongkai/internal/config"
	"gongkai/internal/store"
)

func userCommand() command {
	return command{name: "user", does: "账号：增加、列出、停用、重置口令", below: []command{{
		name: "add", args: "LOGIN --name 姓名 [--agency CODE --role ROLE[,ROLE]] [--admin system|security|audit]", does: "增加一个账号，显示一次随机口令",
		help:    "角色：front_desk 登记人员、officer 承办人、reviewer 审核人、signer 签发人、editor 年报编制人员，可用逗号写几个。\n三类管理员不能兼任业务角色。首次登录须更改口令。\n服务运行时请在网页“系统管理”中增加。",
		example: "gongkai user add zhangsan --name 张三 --agency fuzhou-zrzy --role officer,front_desk\ngongkai user add anquan2 --name 李四 --admin security",
		run:     userAdd,
	}, {
		name: "list", args: "[--json]", does: "列出全部账号，可与服务同时运行",
		example: "gongkai user list\ngongkai user list --json", run: userList,
	}, {
		name: "disable", args: "LOGIN", does: "停用一个账号，已登录的立即退出",
		example: "gongkai user disable zhangsan", run: userDisable,
	}, {
		name: "reset", args: "LOGIN", does: "重置口令并解除动态口令，显示一次新的随机口令",
		example: "gongkai user reset zhangsan", run: userReset,
	}}}
}

// withUsers runs a change of accounts on the database. Beside a running server it
// is refused (SQLite), naming the process and the page.
func withUsers(ctx context.Context, env *Env, purpose string, do func(*store.DB, cases.Stamp) error) int {
	cfg, err := env.Config()
	if err != nil {
		return env.Wrong(err)
	}
	if cfg.Database.Driver == config.SQLite {
		if _, err := os.Stat(cfg.DatabaseDSN()); errors.Is(err, os.ErrNotExist) {
			return env.Wrong(fmt.Errorf("没有数据库 %s；请先运行 gongkai serve 或 gongkai import agencies", cfg.DatabaseDSN()))
		}
	}
	db, err := store.Open(ctx, env.storeOptions(cfg, false, purpose))
	var held *store.InUse
	if errors.As(err, &held) {
		return env.Wrong(fmt.Errorf("%w账号的增加、停用和重置在网页“系统管理”的人员页（/admin/users）", err))
	}
	if err != nil {
		return env.failed(err)
	}
	stamp := cases.Stamp{At: env.Now().UnixMicro(), By: "command", Today: env.Today()}
	if err := errors.Join(do(db, stamp), db.Close()); err != nil {
		return env.failed(err)
	}
	return ExitDone
}

func userAdd(ctx context.Context, env *Env, args []string) int {
	f, err := readFlags("user add", args, []string{"name", "agency", "role", "admin"}, nil)
	if err != nil {
		return env.Wrong(err)
	}
	login, err := f.one("user add", "一个登录名", "gongkai user add zhangsan --name 张三 --agency fuzhou-zrzy --role officer")
	if err != nil {
		return env.Wrong(err)
	}
	n := store.NewUser{Login: strings.ToLower(login), Name: f.values["name"], MustChange: true}
	roles, err := userFlags(f, &n)
	if err != nil {
		return env.Wrong(err)
	}
	password := auth.RandomPassword()
	n.Password = auth.Hash(password, auth.OfficeCost())
	code := withUsers(ctx, env, "user add", func(db *store.DB, s cases.Stamp) error {
		if err := userGrants(ctx, db, s, f.values["agency"], roles, &n); err != nil {
			return err
		}
		_, err := db.CreateUser(ctx, s, n)
		return err
	})
	if code == ExitDone {
		fmt.Fprintf(env.Stdout, "已增加账号 %s（%s）。\n口令（只显示这一次，首次登录须更改）：%s\n", n.Login, n.Name, password)
	}
	return code
}

// userFlags reads what the new account is to be.
func userFlags(f flagged, n *store.NewUser) (roles []cases.Role, err error) {
	if f.has("admin") {
		if n.Admin, err = auth.ParseAdmin(f.values["admin"]); err != nil {
			return nil, err
		}
	}
	for _, word := range strings.FieldsFunc(f.values["role"], func(r rune) bool { return strings.ContainsRune(",，、 ", r) }) {
		r, err := cases.ParseRole(word)
		if err != nil {
			return nil, err
		}
		roles = append(roles, r)
	}
	switch {
	case !f.has("name"):
		return nil, errors.New("缺少 --name：请写使用人的真实姓名，如 --name 张三")
	case f.has("admin") && (f.has("agency") || f.has("role")):
		return nil, errors.New("三类管理员不能兼任业务角色：--admin 不能与 --agency、--role 同用")
	case f.has("agency") != f.has("role"):
		return nil, errors.New("--agency 和 --role 要一起写，如 --agency fuzhou-zrzy --role officer")
	}
	return roles, nil
}

func userGrants(ctx context.Context, db *store.DB, s cases.Stamp, code string, roles []cases.Role, n *store.NewUser) error {
	if code == "" {
		return nil
	}
	tree, err := db.Tree(ctx, s.Today)
	if err != nil {
		return err
	}
	agency, ok := tree.ByCode(code)
	if !ok {
		return store.Fail(store.NotFound, "没有代码为“%s”的机关；请先用 gongkai import agencies 导入机关，或核对代码。", code)
	}
	for _, r := range roles {
		n.Grants = append(n.Grants, auth.Grant{Agency: agency.ID, Role: r})
	}
	return nil
}

func userDisable(ctx context.Context, env *Env, args []string) int {
	return oneUser(ctx, env, args, "disable", func(db *store.DB, s cases.Stamp, u auth.User) (string, error) {
		return fmt.Sprintf("已停用账号 %s（%s），其登录已全部结束。", u.Login, u.Name), db.Disable(ctx, s, u.ID)
	})
}

func userReset(ctx context.Context, env *Env, args []string) int {
	return oneUser(ctx, env, args, "reset", func(db *store.DB, s cases.Stamp, u auth.User) (string, error) {
		password := auth.RandomPassword()
		err := db.SetPassword(ctx, s, u.ID, auth.Hash(password, auth.OfficeCost()), true, 0)
		return fmt.Sprintf("已重置账号 %s（%s）的口令。\n口令（只显示这一次，首次登录须更改）：%s", u.Login, u.Name, password), err
	})
}

// oneUser changes the account that the only argument names, and says what was
// done.
func oneUser(ctx context.Context, env *Env, args []string, name string, do func(*store.DB, cases.Stamp, auth.User) (string, error)) int {
	f, err := readFlags("user "+name, args, nil, nil)
	if err != nil {
		return env.Wrong(err)
	}
	login, err := f.one("user "+name, "一个登录名", "gongkai user "+name+" zhangsan")
	if err != nil {
		return env.Wrong(err)
	}
	said := ""
	code := withUsers(ctx, env, "user "+name, func(db *store.DB, s cases.Stamp) error {
		u, err := db.UserByLogin(ctx, strings.ToLower(login), s.Today)
		if store.Is(err, store.NotFound) {
			return store.Fail(store.NotFound, "没有登录名为“%s”的账号；用 gongkai user list 查看全部账号。", login)
		}
		if err != nil {
			return err
		}
		said, err = do(db, s, u)
		return err
	})
	if code == ExitDone {
		fmt.Fprintln(env.Stdout, said)
	}
	return code
}

// listedUser is an account as `user list --json` writes it.
type listedUser struct {
	Login    string       `json:"login"`
	Name     string       `json:"name"`
	Admin    string       `json:"admin,omitempty"`
	Single   bool         `json:"single,omitempty"`
	Disabled bool         `json:"disabled,omitempty"`
	TOTP     bool         `json:"totp,omitempty"`
	Roles    []listedRole `json:"roles"`
}

type listedRole struct {
	Agency string   `json:"agency"`
	Roles  []string `json:"roles"`
}

func userList(ctx context.Context, env *Env, args []string) int {
	f, err := readFlags("user list", args, nil, []string{"json"})
	if err == nil && len(f.rest) > 0 {
		err = fmt.Errorf("user list 不带“%s”；用法：gongkai user list [--json]", f.rest[0])
	}
	if err != nil {
		return env.Wrong(err)
	}
	db, err := env.openDB(ctx, true, "user list")
	if err != nil {
		return env.failed(err)
	}
	list, err := listUsers(ctx, env, db)
	if err = errors.Join(err, db.Close()); err != nil {
		return env.failed(err)
	}
	if f.has("json") {
		out := json.NewEncoder(env.Stdout)
		out.SetEscapeHTML(false)
		out.SetIndent("", "  ")
		if err := out.Encode(list); err != nil {
			return env.Broken(err)
		}
		return ExitDone
	}
	for _, u := range list {
		fmt.Fprintf(env.Stdout, "%-16s %s  %s\n", u.Login, u.Name, u.words())
	}
	return ExitDone
}

func listUsers(ctx context.Context, env *Env, db *store.DB) ([]listedUser, error) {
	users, err := db.Users(ctx, env.Today())
	if err != nil {
		return nil, err
	}
	tree, err := db.Tree(ctx, env.Today())
	if err != nil {
		return nil, err
	}
	list := []listedUser{}
	for _, u := range users {
		l := listedUser{Login: u.Login, Name: u.Name, Admin: u.Admin.Code(), Single: u.Single, Disabled: u.Disabled, TOTP: u.HasTOTP, Roles: []listedRole{}}
		for _, id := range u.Agencies() {
			agency, _ := tree.Agency(id)
			r := listedRole{Agency: agency.Code}
			for _, role := range u.Roles(id) {
				r.Roles = append(r.Roles, role.Code())
			}
			l.Roles = append(l.Roles, r)
		}
		slices.SortFunc(l.Roles, func(a, b listedRole) int { return strings.Compare(a.Agency, b.Agency) })
		list = append(list, l)
	}
	return list, nil
}

// words says what an account is, for the terminal.
func (u listedUser) words() string {
	var out []string
	if u.Disabled {
		out = append(out, "已停用")
	}
	if u.Single {
		out = append(out, "单机版")
	}
	if kind, err := auth.ParseAdmin(u.Admin); err == nil {
		out = append(out, kind.Label())
	}
	for _, r := range u.Roles {
		var labels []string
		for _, code := range r.Roles {
			if role, err := cases.ParseRole(code); err == nil {
				labels = append(labels, role.Label())
			}
		}
		out = append(out, r.Agency+"："+strings.Join(labels, "、"))
	}
	return strings.Join(out, "；")
}
