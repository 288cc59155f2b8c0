package store

import (
	"encoding/hex"
	"encoding/json"
	"fmt"

	"gongkai/internal/secret"
)

// reminders holds what was told to whom against the audit: for each slot how many
// reminders and messages were made, with a hash over the reminders. Where people
// are reached is held against its mac.
func (v *verifier) reminders() error {
	var rows []reminderRow
	if err := v.t.Select(&rows, "SELECT id, "+reminderColumns+" FROM reminders ORDER BY slot, id"); err != nil {
		return fmt.Errorf("read the reminders: %w", err)
	}
	made := map[string][]reminderRow{}
	for _, r := range rows {
		made[r.Slot] = append(made[r.Slot], r)
	}
	var counts []struct {
		Slot string `db:"slot"`
		N    int    `db:"n"`
	}
	if err := v.t.Select(&counts, "SELECT slot, COUNT(*) AS n FROM outbox WHERE slot NOT LIKE 'try-%' GROUP BY slot ORDER BY slot"); err != nil {
		return fmt.Errorf("count the messages: %w", err)
	}
	messages := map[string]int{}
	for _, c := range counts {
		messages[c.Slot] = c.N
	}
	var told []string
	if err := v.t.Select(&told, "SELECT detail FROM audit WHERE object = 'slot' AND act = 'reminded' ORDER BY seq"); err != nil {
		return fmt.Errorf("read which slots were told: %w", err)
	}
	for _, text := range told {
		var d struct {
			Slot, Digest   string
			Made, Messages int
		}
		if json.Unmarshal([]byte(text), &d) != nil {
			continue // the audit's own mac names it
		}
		name := "slot=" + d.Slot
		if n := len(made[d.Slot]); n != d.Made {
			v.found("reminders", name, "", "%s 的提醒现有 %d 条，操作日志中登记的是 %d 条：有增删。", d.Slot, n, d.Made)
		} else if hex.EncodeToString(reminderDigest(v.t.db.key, made[d.Slot])) != d.Digest {
			v.found("reminders", name, "", "%s 的提醒与操作日志中的校验值不符：被改动过。", d.Slot)
		}
		if messages[d.Slot] != d.Messages {
			v.found("outbox", name, "", "%s 的消息现有 %d 条，操作日志中登记的是 %d 条：有增删。", d.Slot, messages[d.Slot], d.Messages)
		}
		delete(made, d.Slot)
		delete(messages, d.Slot)
	}
	for slot, rows := range made {
		v.found("reminders", "slot="+slot, "", "%s 的 %d 条提醒，操作日志中没有登记。", slot, len(rows))
	}
	for slot, n := range messages {
		v.found("outbox", "slot="+slot, "", "%s 的 %d 条消息，操作日志中没有登记。", slot, n)
	}
	return v.contacts()
}

func (v *verifier) contacts() error {
	var rows []contactRow
	if err := v.t.Select(&rows, "SELECT "+contactColumns+" FROM user_contacts ORDER BY user_id"); err != nil {
		return fmt.Errorf("read where people are reached: %w", err)
	}
	for i, r := range rows {
		if !secret.Equal(r.MAC, rows[i].mac(v.t.db.key)) {
			v.found("user_contacts", fmt.Sprintf("user_id=%d", r.UserID), "mac", "联系方式不是由本系统登记的，或登记后被改动过。")
		}
	}
	return nil
}
