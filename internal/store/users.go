package store

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"gongkai/internal/auth"
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

const userColumns = "id, login, name, admin, single, demo, password, password_at, must_change, totp, totp_step, created_at, created_by, disabled_at, mac"

// userRow is an account as it is stored.
type userRow struct {
	ID         int64  `db:"id"`
	Login      string `db:"login"`
	Name       string `db:"name"`
	Admin      string `db:"admin"`
	Single     int    `db:"single"`
	Demo       int    `db:"demo"`
	Password   string `db:"password"`
	PasswordAt int64  `db:"password_at"`
	MustChange int    `db:"must_change"`
	TOTP       []byte `db:"totp"`
	TOTPStep   int64  `db:"totp_step"`
	CreatedAt  int64  `db:"created_at"`
	CreatedBy  string `db:"created_by"`
	DisabledAt int64  `db:"disabled_at"`
	MAC        []byte `db:"mac"`
}

// mac is over what gives an account its power.
func (r *userRow) mac(k *secret.Key) []byte {
	b := secret.AppendInt(nil, r.ID)
	for _, text := range []string{r.Login, r.Name, r.Admin, r.Password} {
		b = secret.AppendText(b, text)
	}
	for _, n := range []int64{int64(r.Single), int64(r.Demo), r.PasswordAt, int64(r.MustChange), r.DisabledAt} {
		b = secret.AppendInt(b, n)
	}
	return k.ChainMAC("user").Sum(nil, secret.AppendBytes(b, r.TOTP))
}

// user makes the account without its grants. One that was written without the
// key is a fault, not a user.
func (r *userRow) user(k *secret.Key) (auth.User, error) {
	if !secret.Equal(r.MAC, r.mac(k)) {
		return auth.User{}, fmt.Errorf("account %d was changed outside the program", r.ID)
	}
	u := auth.User{ID: r.ID, Login: r.Login, Name: r.Name, Single: r.Single == 1, Demo: r.Demo == 1,
		MustChange: r.MustChange == 1, Disabled: r.DisabledAt != 0, HasTOTP: len(r.TOTP) > 0, PasswordAt: r.PasswordAt}
	if r.Admin == "" {
		return u, nil
	}
	var err error
	u.Admin, err = auth.ParseAdmin(r.Admin)
	return u, err
}

// NewUser is an account to make.
type NewUser struct {
	Login, Name string
	Admin       auth.Admin // or the zero value for a working person
	Single      bool
	Demo        bool
	Password    string // already hashed (auth.Hash)
	MustChange  bool
	Grants      []auth.Grant // made at once: by the command line and the first start
}

var loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,31}$`)

// CheckLogin refuses a login that could be mistaken or typed in two ways.
func CheckLogin(login string) error {
	if !loginForm.MatchString(login) {
		return Fail(Invalid, "登录名“%s”不合要求；请用2至32个小写字母、数字、点、横线或下划线，以字母或数字开头。", login)
	}
	return nil
}

// CreateUser makes an account with its grants and gives its id. Conflict: the
// login is taken. Invalid: the login's form, no name, an administrator with
// working roles.
func (db *DB) CreateUser(ctx context.Context, s cases.Stamp, n NewUser) (id int64, err error) {
	if err := CheckLogin(n.Login); err != nil {
		return 0, err
	}
	if strings.TrimSpace(n.Name) == "" {
		return 0, Fail(Invalid, "没有填写姓名；请填写使用人的真实姓名。")
	}
	if !n.Admin.IsZero() && (len(n.Grants) > 0 || n.Single) {
		return 0, Fail(Invalid, "%s不能兼任业务角色；请分别建两个账号给不同的人。", n.Admin.Label())
	}
	err = db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		id, err = t.createUser(s, n)
		return err
	})
	return id, err
}

func (t *tx) createUser(s cases.Stamp, n NewUser) (int64, error) {
	r := userRow{Login: n.Login, Name: strings.TrimSpace(n.Name), Admin: n.Admin.Code(), Single: yes(n.Single), Demo: yes(n.Demo),
		Password: n.Password, PasswordAt: s.At, MustChange: yes(n.MustChange), CreatedAt: s.At, CreatedBy: s.By}
	err := t.Get(&r.ID, `INSERT INTO users (login, name, admin, single, demo, password, password_at, must_change, created_at, created_by, mac)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		r.Login, r.Name, r.Admin, r.Single, r.Demo, r.Password, r.PasswordAt, r.MustChange, r.CreatedAt, r.CreatedBy, []byte{})
	if duplicate(err) {
		return 0, &Error{Kind: Conflict, Err: err, Message: fmt.Sprintf("登录名“%s”已经有人用；请换一个。", n.Login)}
	}
	if err != nil {
		return 0, fmt.Errorf("create a user: %w", err)
	}
	if err := t.sealUser(&r); err != nil {
		return 0, err
	}
	for _, g := range n.Grants {
		if err := t.grant(s, r.ID, g); err != nil {
			return 0, err
		}
	}
	return r.ID, t.audit(SystemChain, s, Entry{Act: "user_created", Object: "user", ObjectID: r.ID,
		Detail: map[string]any{"admin": r.Admin, "single": r.Single, "grants": grantCodes(n.Grants)}})
}

// sealUser writes a row's mac anew after its fields were changed.
func (t *tx) sealUser(r *userRow) error {
	r.MAC = r.mac(t.db.key)
	_, err := t.Exec("UPDATE users SET mac = ? WHERE id = ?", r.MAC, r.ID)
	return err
}

func yes(b bool) int {
	if b {
		return 1
	}
	return 0
}

// lockUser reads an account and keeps others from changing it until the
// transaction ends.
func (t *tx) lockUser(id int64) (*userRow, error) {
	var r userRow
	if err := t.Get(&r, "UPDATE users SET login = login WHERE id = ? RETURNING "+userColumns, id); err != nil {
		return nil, missing(err, "这个账号")
	}
	if _, err := r.user(t.db.key); err != nil {
		return nil, err
	}
	return &r, nil
}

// changeUser is the one door by which an account changes.
func (db *DB) changeUser(ctx context.Context, s cases.Stamp, id int64, act string, change func(*tx, *userRow) error) error {
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		r, err := t.lockUser(id)
		if err != nil {
			return err
		}
		if err := change(t, r); err != nil {
			return err
		}
		if _, err := t.Exec(`UPDATE users SET name = ?, admin = ?, single = ?, password = ?, password_at = ?, must_change = ?, totp = ?,
			totp_step = ?, disabled_at = ?, mac = ? WHERE id = ?`, r.Name, r.Admin, r.Single, r.Password, r.PasswordAt, r.MustChange,
			r.TOTP, r.TOTPStep, r.DisabledAt, r.mac(db.key), id); err != nil {
			return fmt.Errorf("change a user: %w", err)
		}
		return t.audit(SystemChain, s, Entry{Act: act, Object: "user", ObjectID: id})
	})
}

// Disable closes an account and ends its sessions; what it did stays. It can be
// opened again (Enable).
func (db *DB) Disable(ctx context.Context, s cases.Stamp, id int64) error {
	return db.changeUser(ctx, s, id, "user_disabled", func(t *tx, r *userRow) error {
		if r.DisabledAt == 0 {
			r.DisabledAt = s.At
		}
		return t.endSessions(id, 0)
	})
}

// Enable opens a closed account again.
func (db *DB) Enable(ctx context.Context, s cases.Stamp, id int64) error {
	return db.changeUser(ctx, s, id, "user_enabled", func(_ *tx, r *userRow) error {
		r.DisabledAt = 0
		return nil
	})
}

// RequireChange makes an account change its password before anything else.
func (db *DB) RequireChange(ctx context.Context, s cases.Stamp, id int64) error {
	return db.changeUser(ctx, s, id, "password_expired", func(_ *tx, r *userRow) error {
		r.MustChange = 1
		return nil
	})
}

// AnyUser reports whether there is an account at all: before, the pages offer the
// first start.
func (db *DB) AnyUser(ctx context.Context) (bool, error) {
	var n int
	err := db.read.GetContext(ctx, &n, "SELECT COUNT(*) FROM (SELECT id FROM users LIMIT 1) AS one")
	return n > 0, err
}

// User gives an account with what it may do on a day, leave cover included.
func (db *DB) User(ctx context.Context, id int64, on calendar.Date) (u auth.User, err error) {
	err = db.look(ctx, func(t *tx) error {
		u, err = t.user("id = ?", id, on)
		return err
	})
	return u, err
}

// UserByLogin is User by the name that people type.
func (db *DB) UserByLogin(ctx context.Context, login string, on calendar.Date) (u auth.User, err error) {
	err = db.look(ctx, func(t *tx) error {
		u, err = t.user("login = ?", login, on)
		return err
	})
	return u, err
}

func (t *tx) user(where string, arg any, on calendar.Date) (auth.User, error) {
	var r userRow
	if err := t.Get(&r, "SELECT "+userColumns+" FROM users WHERE "+where, arg); err != nil {
		return auth.User{}, missing(err, "这个账号")
	}
	u, err := r.user(t.db.key)
	if err != nil {
		return u, err
	}
	u.Grants, err = t.grants(u.ID, on)
	return u, err
}

// Users lists all accounts with what they may do on a day, by login.
func (db *DB) Users(ctx context.Context, on calendar.Date) (out []auth.User, err error) {
	err = db.look(ctx, func(t *tx) error {
		var rows []userRow
		if err := t.Select(&rows, "SELECT "+userColumns+" FROM users ORDER BY login"); err != nil {
			return fmt.Errorf("list the users: %w", err)
		}
		for i := range rows {
			u, err := rows[i].user(db.key)
			if err != nil {
				return err
			}
			if u.Grants, err = t.grants(u.ID, on); err != nil {
				return err
			}
			out = append(out, u)
		}
		return nil
	})
	return out, err
}

// UsersWith lists who holds a role in an agency on a day, by name: for 分办. In
// single-user mode that is the single user.
func (db *DB) UsersWith(ctx context.Context, agency int64, role cases.Role, on calendar.Date) ([]auth.User, error) {
	all, err := db.Users(ctx, on)
	var out []auth.User
	for _, u := range all {
		if !u.Disabled && u.May(agency, role) {
			out = append(out, u)
		}
	}
	return out, err
}

// UserNames gives the names of accounts; unknown ids are left out.
func (db *DB) UserNames(ctx context.Context, ids []int64) (map[int64]string, error) {
	names := map[int64]string{}
	if len(ids) == 0 {
		return names, nil
	}
	err := db.look(ctx, func(t *tx) error {
		var rows []struct {
			ID   int64  `db:"id"`
			Name string `db:"name"`
		}
		if err := t.SelectIn(&rows, "SELECT id, name FROM users WHERE id IN (?)", ids); err != nil {
			return fmt.Errorf("read the users' names: %w", err)
		}
		for _, r := range rows {
			names[r.ID] = r.Name
		}
		return nil
	})
	return names, err
}

// NamesOf words actors as pages show them: "user:12" as the name, "user:12/9"
// with for whom he acted, others ("import:3") as they are.
func (db *DB) NamesOf(ctx context.Context, actors []string) (map[string]string, error) {
	var ids []int64
	for _, a := range actors {
		who, absent := actorIDs(a)
		ids = append(ids, who, absent)
	}
	names, err := db.UserNames(ctx, ids)
	out := map[string]string{}
	for _, a := range actors {
		out[a] = a
		who, absent := actorIDs(a)
		if name := names[who]; name != "" {
			out[a] = name
			if absent != 0 {
				out[a] += "（代" + names[absent] + "）"
			}
		}
	}
	return out, err
}

// actorIDs reads an actor that is a user, and the absent colleague for whom he
// acted; 0 for none.
func actorIDs(actor string) (who, absent int64) {
	text, ours := strings.CutPrefix(actor, "user:")
	if !ours {
		return 0, 0
	}
	first, second, _ := strings.Cut(text, "/")
	who, _ = strconv.ParseInt(first, 10, 64) // what is no number is nobody
	absent, _ = strconv.ParseInt(second, 10, 64)
	return who, absent
}
