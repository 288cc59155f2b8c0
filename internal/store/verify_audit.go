package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"gongkai/internal/secret"
)

// auditFacts is what the chains say of things that verify looks at later.
type auditFacts struct {
	imports   map[int64]auditRow
	notices   map[int64]auditRow
	settings  map[settingKey]string
	agencies  string               // digest after the last agencies file, "" if there was none
	proactive map[proactiveKey]int // the last place of each history of table 二
}

type settingKey struct {
	Agency    int64
	Key, From string
}

func newAuditFacts() auditFacts {
	return auditFacts{imports: map[int64]auditRow{}, notices: map[int64]auditRow{}, settings: map[settingKey]string{}, proactive: map[proactiveKey]int{}}
}

// audit walks every chain, its head and the anchors.
func (v *verifier) audit() error {
	heads, err := v.heads()
	if err != nil {
		return err
	}
	sealed, err := v.anchors()
	if err != nil {
		return err
	}
	chains := map[int64]bool{}
	var all []int64
	if err := v.t.Select(&all, "SELECT DISTINCT chain FROM audit"); err != nil {
		return fmt.Errorf("list the audit chains: %w", err)
	}
	for _, chain := range all {
		chains[chain] = true
	}
	for chain := range heads {
		chains[chain] = true
	}
	for chain := range sealed {
		chains[chain] = true
	}
	for _, chain := range byID(chains) {
		if err := v.chain(chain, heads[chain], sealed[chain]); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) heads() (map[int64]headRow, error) {
	var rows []headRow
	if err := v.t.Select(&rows, "SELECT chain, seq, mac FROM audit_heads"); err != nil {
		v.found("audit_heads", "", "", "审计链的末端记录读不出来：被改动过。")
		return map[int64]headRow{}, v.t.ctx.Err()
	}
	heads := map[int64]headRow{}
	for _, h := range rows {
		heads[h.Chain] = h
	}
	return heads, nil
}

// chain walks one chain from its first entry.
func (v *verifier) chain(chain int64, head headRow, sealed map[int64]sealedHead) error {
	const page = 1000
	var previous []byte
	for last := int64(0); ; {
		var seqs []int64
		if err := v.t.Select(&seqs, "SELECT seq FROM audit WHERE chain = ? AND seq > ? ORDER BY seq LIMIT ?", chain, last, page); err != nil {
			return fmt.Errorf("walk audit chain %d: %w", chain, err)
		}
		if len(seqs) == 0 {
			v.chainEnd(chain, last, previous, head, sealed)
			return nil
		}
		rows, err := fetch[auditRow](v.t, "SELECT "+auditColumns+" FROM audit WHERE chain = "+strconv.FormatInt(chain, 10)+" AND seq IN (?) ORDER BY seq", seqs,
			func(seq int64) {
				v.found("audit", fmt.Sprintf("chain=%d, seq=%d", chain, seq), "", "审计链 %d 第 %d 条读不出来：被改动过。", chain, seq)
			})
		if err != nil {
			return err
		}
		for _, r := range rows {
			previous = v.entry(r, last, previous, sealed)
			last = r.Seq
		}
		last = seqs[len(seqs)-1]
	}
}

// entry checks one entry against the one before it and gives the mac that the
// next one follows: that which is stored, so that one change is one difference.
func (v *verifier) entry(r auditRow, last int64, previous []byte, sealed map[int64]sealedHead) []byte {
	v.sum.Entries++
	row := fmt.Sprintf("chain=%d, seq=%d", r.Chain, r.Seq)
	switch {
	case r.Seq != last+1:
		v.found("audit", row, "seq", "审计链 %d 缺少第 %d 条至第 %d 条。", r.Chain, last+1, r.Seq-1)
	case !secret.Equal(r.MAC, v.t.auditMAC(previous, r)):
		v.found("audit", row, "", "审计链 %d 第 %d 条与校验码不符：这一条或前一条被改动过。", r.Chain, r.Seq)
	}
	if s, anchored := sealed[r.Seq]; anchored {
		if !secret.Equal(s.mac, r.MAC) {
			v.found("audit", row, "mac", "审计链 %d 第 %d 条与 %s 的封存记录不符：封存后被换过。", r.Chain, r.Seq, s.on)
		}
		delete(sealed, r.Seq)
	}
	v.remember(r)
	return r.MAC
}

func (v *verifier) chainEnd(chain, last int64, mac []byte, head headRow, sealed map[int64]sealedHead) {
	row := fmt.Sprintf("chain=%d", chain)
	switch {
	case head.Seq != last:
		v.found("audit_heads", row, "seq", "审计链 %d 末端记为第 %d 条，实有 %d 条：有记录被删去或添加。", chain, head.Seq, last)
	case !secret.Equal(head.MAC, mac):
		v.found("audit_heads", row, "mac", "审计链 %d 的末端校验码与最后一条不符。", chain)
	}
	for seq, s := range sealed {
		v.found("audit", fmt.Sprintf("chain=%d, seq=%d", chain, seq), "", "审计链 %d 第 %d 条在 %s 封存过，现已不见。", chain, seq, s.on)
	}
}

// remember keeps what later steps compare with.
func (v *verifier) remember(r auditRow) {
	switch r.Act {
	case "imported":
		v.audited.imports[r.ObjectID] = r
	case "notice_adopted":
		v.audited.notices[r.ObjectID] = r
	case "agencies_imported", "agency_changed":
		var d struct{ Digest string }
		if json.Unmarshal([]byte(r.Detail), &d) == nil {
			v.audited.agencies = d.Digest
		}
	case "proactive_entered":
		v.rememberProactive(r)
	case "setting":
		var d struct{ Key, Value, From string }
		if json.Unmarshal([]byte(r.Detail), &d) == nil {
			v.audited.settings[settingKey{r.ObjectID, d.Key, d.From}] = d.Value
		}
	}
}

// sealedHead is the end of a chain as an anchor has sealed it.
type sealedHead struct {
	mac []byte
	on  string
}

// anchors checks the seals and gives what they hold, by chain and seq.
func (v *verifier) anchors() (map[int64]map[int64]sealedHead, error) {
	var ids []int64
	if err := v.t.Select(&ids, "SELECT id FROM anchors ORDER BY id"); err != nil {
		return nil, fmt.Errorf("list the anchors: %w", err)
	}
	sealed := map[int64]map[int64]sealedHead{}
	for part := range slices.Chunk(ids, 200) {
		rows, err := fetch[anchorRow](v.t, "SELECT id, sealed_at, sealed_on, chains, entries, heads, mac FROM anchors WHERE id IN (?) ORDER BY id", part,
			func(id int64) {
				v.found("anchors", fmt.Sprintf("id=%d", id), "", "第 %d 次封存记录读不出来：被改动过。", id)
			})
		if err != nil {
			return nil, err
		}
		for _, a := range rows {
			v.anchor(a, sealed)
		}
	}
	return sealed, nil
}

type anchorRow struct {
	ID       int64  `db:"id"`
	SealedAt int64  `db:"sealed_at"`
	SealedOn string `db:"sealed_on"`
	Chains   int64  `db:"chains"`
	Entries  int64  `db:"entries"`
	Heads    string `db:"heads"`
	MAC      []byte `db:"mac"`
}

func (v *verifier) anchor(a anchorRow, sealed map[int64]map[int64]sealedHead) {
	var heads []headRow
	if !secret.Equal(a.MAC, v.t.anchorMAC(a.SealedAt, a.SealedOn, a.Chains, a.Entries, a.Heads)) || json.Unmarshal([]byte(a.Heads), &heads) != nil {
		v.found("anchors", fmt.Sprintf("id=%d", a.ID), "", "%s 的封存记录（第 %d 次）与校验码不符：被改动过。", a.SealedOn, a.ID)
		return
	}
	for _, h := range heads {
		if sealed[h.Chain] == nil {
			sealed[h.Chain] = map[int64]sealedHead{}
		}
		if h.Seq > 0 {
			sealed[h.Chain][h.Seq] = sealedHead{h.MAC, a.SealedOn}
		}
	}
}

// foundations checks what everything else stands on: the key's name, the
// migrations, settings, notices and agencies.
func (v *verifier) foundations() error {
	for _, step := range []func() error{v.meta, v.settings, v.proactive, v.parcels, v.notices, v.noticeProposals, v.agencies} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) meta() error {
	var id string
	if err := v.t.Get(&id, "SELECT COALESCE(MAX(value), '') FROM meta WHERE key = 'key_check'"); err != nil {
		return fmt.Errorf("read meta: %w", err)
	}
	if id != v.t.db.key.ID() {
		v.found("meta", "key=key_check", "value", "数据库记的密钥是“%s”，实际用的是 %s。", id, v.t.db.key.ID())
	}
	known, err := readMigrations(migrationFiles)
	if err != nil {
		return err
	}
	var done []string
	if err := v.t.Select(&done, "SELECT version || ' ' || name || ' ' || checksum FROM schema_migrations ORDER BY version"); err != nil {
		return fmt.Errorf("read schema_migrations: %w", err)
	}
	for i, m := range known {
		if i >= len(done) || done[i] != fmt.Sprintf("%d %s %s", m.version, m.name, m.checksum) {
			v.found("schema_migrations", fmt.Sprintf("version=%d", m.version), "", "数据库结构版本 %d 的记录与程序的 %s 不符。", m.version, m.name)
		}
	}
	return nil
}

func (v *verifier) settings() error {
	var rows []struct {
		AgencyID int64  `db:"agency_id"`
		Key      string `db:"key"`
		FromOn   string `db:"from_on"`
		Value    string `db:"value"`
	}
	if err := v.t.Select(&rows, "SELECT agency_id, key, from_on, value FROM settings ORDER BY agency_id, key, from_on"); err != nil {
		return fmt.Errorf("read the settings: %w", err)
	}
	left := v.audited.settings
	name := func(k settingKey) string {
		return fmt.Sprintf("agency_id=%d, key=%s, from_on=%s", k.Agency, k.Key, k.From)
	}
	for _, r := range rows {
		k := settingKey{r.AgencyID, r.Key, r.FromOn}
		if want, known := left[k]; !known || want != r.Value {
			v.found("settings", name(k), "value", "设置 %s 与审计记录不符：被改动过。", name(k))
		}
		delete(left, k)
	}
	for k := range left {
		v.found("settings", name(k), "", "设置 %s 在审计记录里有，现已不见。", name(k))
	}
	return nil
}

// noticeRow is a notice as it is stored.
type noticeRow struct {
	ID          int64  `db:"id"`
	Year        int64  `db:"year"`
	Number      string `db:"number"`
	PublishedOn string `db:"published_on"`
	AdoptedOn   string `db:"adopted_on"`
	AdoptedAt   int64  `db:"adopted_at"`
	AdoptedBy   string `db:"adopted_by"`
	Data        string `db:"data"`
}

// digest is what the audit entry of a notice holds of it.
func (r noticeRow) digest() string {
	b := secret.AppendInt(nil, r.Year)
	for _, text := range []string{r.Number, r.PublishedOn, r.AdoptedOn, r.AdoptedBy, r.Data} {
		b = secret.AppendText(b, text)
	}
	sum := sha256.Sum256(secret.AppendInt(b, r.AdoptedAt))
	return hex.EncodeToString(sum[:])
}

func (v *verifier) notices() error {
	var rows []noticeRow
	if err := v.t.Select(&rows, "SELECT id, year, number, published_on, adopted_on, adopted_at, adopted_by, data FROM notices ORDER BY id"); err != nil {
		v.found("notices", "", "", "节假日通知读不出来：被改动过。")
		return v.t.ctx.Err()
	}
	for _, r := range rows {
		var d struct{ Digest string }
		if json.Unmarshal([]byte(v.audited.notices[r.ID].Detail), &d) != nil || d.Digest != r.digest() {
			v.found("notices", fmt.Sprintf("id=%d", r.ID), "", "%d 年的节假日通知（第 %d 条）与审计记录不符：被改动过。", r.Year, r.ID)
		}
		delete(v.audited.notices, r.ID)
	}
	for _, id := range byID(v.audited.notices) {
		v.found("notices", fmt.Sprintf("id=%d", id), "", "采用过的节假日通知（第 %d 条）现已不见。", id)
	}
	return nil
}

func (v *verifier) agencies() error {
	digest, err := v.t.agencyDigest()
	if err != nil {
		v.found("agency_versions", "", "", "机关名录读不出来：被改动过。")
		return v.t.ctx.Err()
	}
	if v.audited.agencies != "" && digest != v.audited.agencies {
		v.found("agency_versions", "", "", "机关名录（agencies、agency_versions）与最近一次变动时的审计记录不符：被改动过。")
	}
	return nil
}

// agencyDigest hashes all agencies in all spans, as they are stored.
func (t *tx) agencyDigest() (string, error) {
	var rows []struct {
		agencyRow
		From string `db:"f"`
		To   string `db:"u"`
		Sort int64  `db:"sort"`
	}
	if err := t.Select(&rows, `SELECT a.id AS agency_id, a.code, COALESCE(v.from_on, '') AS f, COALESCE(v.to_on, '') AS u,
		COALESCE(v.name, '') AS name, COALESCE(v.short_name, '') AS short_name, COALESCE(v.kind, '') AS kind,
		COALESCE(v.parent_id, 0) AS parent_id, COALESCE(v.successor_id, 0) AS successor_id, COALESCE(v.sort, 0) AS sort
		FROM agencies a LEFT JOIN agency_versions v ON v.agency_id = a.id ORDER BY a.id, v.from_on`); err != nil {
		return "", fmt.Errorf("read the agencies: %w", err)
	}
	h := sha256.New()
	var b []byte
	for _, r := range rows {
		b = secret.AppendInt(b[:0], r.AgencyID)
		for _, text := range []string{r.Code, r.From, r.To, r.Name, r.ShortName, r.Kind} {
			b = secret.AppendText(b, text)
		}
		for _, n := range []int64{r.ParentID, r.SuccessorID, r.Sort} {
			b = secret.AppendInt(b, n)
		}
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// imports holds each import against its audit entry and against the events that
// it has written.
func (v *verifier) imports() error {
	var rows []importRow
	if err := v.t.Select(&rows, "SELECT id, imported_at, imported_by, file_hash, rows_read, rows_new, digest FROM imports ORDER BY id"); err != nil {
		v.found("imports", "", "", "导入记录读不出来：被改动过。")
		return v.t.ctx.Err()
	}
	for _, r := range rows {
		e, known := v.audited.imports[r.ID]
		var d importDetail
		if !known || json.Unmarshal([]byte(e.Detail), &d) != nil || d != (importDetail{r.FileHash, r.RowsRead, r.RowsNew, r.Digest}) ||
			e.At != r.ImportedAt || e.Actor != r.ImportedBy {
			v.found("imports", fmt.Sprintf("id=%d", r.ID), "", "第 %d 次导入的记录与审计记录不符：被改动过。", r.ID)
		}
		delete(v.audited.imports, r.ID)
		v.importedEvents(r.ID, d.Digest)
	}
	for _, id := range byID(v.audited.imports) {
		v.found("imports", fmt.Sprintf("id=%d", id), "", "第 %d 次导入的记录现已不见。", id)
	}
	for by := range v.digests {
		v.found("events", "recorded_by="+by, "recorded_by", "有事项记为由 %s 登记，但没有这次导入。", by)
	}
	return nil
}

type importRow struct {
	ID         int64  `db:"id"`
	ImportedAt int64  `db:"imported_at"`
	ImportedBy string `db:"imported_by"`
	FileHash   string `db:"file_hash"`
	RowsRead   int64  `db:"rows_read"`
	RowsNew    int64  `db:"rows_new"`
	Digest     string `db:"digest"`
}

type importDetail struct {
	File   string `json:"file"`
	Rows   int64  `json:"rows"`
	New    int64  `json:"new"`
	Digest string `json:"digest"`
}

func (v *verifier) importedEvents(id int64, digest string) {
	by := fmt.Sprint("import:", id)
	d := v.digests[by]
	if d == nil {
		d = &importDigest{sum: sha256.New()}
	}
	delete(v.digests, by)
	if got := hex.EncodeToString(d.sum.Sum(nil)); digest != "" && got != digest {
		v.found("events", "recorded_by="+by, "", "第 %d 次导入登记的事项与当时的摘要不符：有事项被改动、删去或添加，或有办件被删除。", id)
	}
}
