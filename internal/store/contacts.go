package store

import (
	"context"
	"fmt"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// Contact is where a colleague is reached, and by what he wants to be.
type Contact struct {
	Email, Phone      string
	ByMail, ByMessage bool
}

type contactRow struct {
	UserID    int64  `db:"user_id"`
	Email     []byte `db:"email"`
	Phone     []byte `db:"phone"`
	ByMail    int    `db:"by_mail"`
	ByMessage int    `db:"by_message"`
	SetAt     int64  `db:"set_at"`
	MAC       []byte `db:"mac"`
}

const contactColumns = "user_id, email, phone, by_mail, by_message, set_at, mac"

func (r *contactRow) mac(k *secret.Key) []byte {
	b := secret.AppendInt(nil, r.UserID)
	for _, n := range []int64{int64(r.ByMail), int64(r.ByMessage), r.SetAt} {
		b = secret.AppendInt(b, n)
	}
	return k.ChainMAC("user contact").Sum(nil, secret.AppendBytes(secret.AppendBytes(b, r.Email), r.Phone))
}

func contactPlace(user int64, column string) secret.Place {
	return secret.Place{Table: "user_contacts", Row: user, Column: column}
}

// sealContact seals a text under a key of its own; "" is nothing.
func sealContact(k *secret.Key, user int64, column, text string) []byte {
	if text == "" {
		return nil
	}
	at := contactPlace(user, column)
	key, wrapped := k.NewDataKey(at)
	return key.Seal(wrapped, []byte(text), at)
}

func openContact(k *secret.Key, user int64, column string, sealed []byte) (string, error) {
	if len(sealed) <= wrappedKey {
		return "", nil
	}
	at := contactPlace(user, column)
	key, err := k.OpenDataKey(sealed[:wrappedKey], at)
	if err != nil {
		return "", fmt.Errorf("open the %s of user %d: %w", column, user, err)
	}
	plain, err := key.Open(nil, sealed[wrappedKey:], at)
	if err != nil {
		return "", fmt.Errorf("open the %s of user %d: %w", column, user, err)
	}
	return string(plain), nil
}

// contacts reads those for which a condition holds. One that was written without
// the key is left out: messages go nowhere but where the program was told.
func (t *tx) contacts(where string, args ...any) (map[int64]Contact, error) {
	var rows []contactRow
	if err := t.Select(&rows, "SELECT "+contactColumns+" FROM user_contacts WHERE "+where, args...); err != nil {
		return nil, fmt.Errorf("read where people are reached: %w", err)
	}
	out := map[int64]Contact{}
	for i, r := range rows {
		if !secret.Equal(r.MAC, rows[i].mac(t.db.key)) {
			continue
		}
		c := Contact{ByMail: r.ByMail == 1, ByMessage: r.ByMessage == 1}
		var err error
		if c.Email, err = openContact(t.db.key, r.UserID, "email", r.Email); err != nil {
			return nil, err
		}
		if c.Phone, err = openContact(t.db.key, r.UserID, "phone", r.Phone); err != nil {
			return nil, err
		}
		out[r.UserID] = c
	}
	return out, nil
}

// wants reports whether he takes messages that way.
func (c Contact) wants(channel string) bool {
	switch channel {
	case ChannelMail:
		return c.ByMail && c.Email != ""
	case ChannelMessage:
		return c.ByMessage && c.Phone != ""
	}
	return false
}

// address gives where a channel reaches him, "" for nowhere.
func (c Contact) address(channel string) string {
	if channel == ChannelMail {
		return c.Email
	}
	return c.Phone
}

// Contact gives where a user is reached; nothing set is the zero value.
func (db *DB) Contact(ctx context.Context, user int64) (c Contact, err error) {
	err = db.look(ctx, func(t *tx) error {
		all, err := t.contacts("user_id = ?", user)
		c = all[user]
		return err
	})
	return c, err
}

// SetContact writes where a user is reached.
func (db *DB) SetContact(ctx context.Context, s cases.Stamp, user int64, c Contact) error {
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		r := contactRow{UserID: user, Email: sealContact(db.key, user, "email", c.Email), Phone: sealContact(db.key, user, "phone", c.Phone),
			ByMail: yes(c.ByMail), ByMessage: yes(c.ByMessage), SetAt: s.At}
		if _, err := t.Exec("INSERT INTO user_contacts ("+contactColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (user_id) DO UPDATE SET email = excluded.email,
			phone = excluded.phone, by_mail = excluded.by_mail, by_message = excluded.by_message, set_at = excluded.set_at, mac = excluded.mac`,
			r.UserID, r.Email, r.Phone, r.ByMail, r.ByMessage, r.SetAt, r.mac(db.key)); err != nil {
			return fmt.Errorf("write where user %d is reached: %w", user, err)
		}
		return t.audit(SystemChain, s, Entry{Act: "contact_set", Object: "user", ObjectID: user, Detail: map[string]any{"mail": c.ByMail, "message": c.ByMessage}})
	})
}

// NewFeed gives a user a calendar feed and its token, which is shown this once; a
// former one no longer works.
func (db *DB) NewFeed(ctx context.Context, s cases.Stamp, user int64) (token string, err error) {
	token = auth.NewToken()
	err = db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		if _, err := t.Exec(`INSERT INTO calendar_feeds (user_id, token_hash, made_at) VALUES (?, ?, ?)
			ON CONFLICT (user_id) DO UPDATE SET token_hash = excluded.token_hash, made_at = excluded.made_at`, user, auth.TokenHash(token), s.At); err != nil {
			return fmt.Errorf("make the calendar feed of user %d: %w", user, err)
		}
		return t.audit(SystemChain, s, Entry{Act: "feed_made", Object: "user", ObjectID: user})
	})
	return token, err
}

// DropFeed ends a user's calendar feed.
func (db *DB) DropFeed(ctx context.Context, s cases.Stamp, user int64) error {
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		if _, err := t.Exec("DELETE FROM calendar_feeds WHERE user_id = ?", user); err != nil {
			return fmt.Errorf("end the calendar feed of user %d: %w", user, err)
		}
		return t.audit(SystemChain, s, Entry{Act: "feed_dropped", Object: "user", ObjectID: user})
	})
}

// FeedSince tells when a user's calendar feed was made, 0 if there is none.
func (db *DB) FeedSince(ctx context.Context, user int64) (at int64, err error) {
	err = db.read.GetContext(ctx, &at, db.read.Rebind("SELECT COALESCE(MAX(made_at), 0) FROM calendar_feeds WHERE user_id = ?"), user)
	return at, err
}

// FeedUser gives whose feed a token opens. NotFound: nobody's, or an account that
// is closed.
func (db *DB) FeedUser(ctx context.Context, token string) (user int64, err error) {
	err = db.look(ctx, func(t *tx) error {
		return t.Get(&user, `SELECT f.user_id FROM calendar_feeds f JOIN users u ON u.id = f.user_id
			WHERE f.token_hash = ? AND u.disabled_at = 0`, auth.TokenHash(token))
	})
	return user, missing(err, "这个日历")
}
