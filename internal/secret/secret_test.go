package secret

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fixedKey has the master key 00 01 .. 1f and dataKey the raw key 64 65 .. 83.
func fixedKey() *Key {
	var master [masterSize]byte
	for i := range master {
		master[i] = byte(i)
	}
	return fromMaster(master)
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What was sealed, indexed, chained or signed by an earlier release stays
// readable: these answers were computed by another implementation (Python's
// hmac and cryptography) and may never change.
func TestKnownAnswers(t *testing.T) {
	k := fixedKey()
	entry := AppendBytes(AppendInt(AppendText(nil, "受理"), 7), []byte{1, 2})
	chain := k.ChainMAC("audit")
	first := chain.Link(nil, nil, entry)
	answers := []struct{ name, got, want string }{
		{"密钥编号", k.ID(), "76e9de122ccbdd2e"},
		{"签名指纹", k.Fingerprint(), "e89f-3bd6-bb9b-d6cd-3a93-6bb0-f6f3-aea6"},
		{"公钥", hex.EncodeToString(k.PublicKey()), "6ce328533a3c6d6aaafd90ec6c0b30d23183ce387398613e9cb4e1fdb7aacf63"},
		{"盲索引", hex.EncodeToString(k.BlindIndex("applicant.id_number", "110101199003077777")), "8d903c1f6dc86f4486769b1340a528820b3a27dfda903e0f34ef3127358e4ae9"},
		{"链的第一环", hex.EncodeToString(first), "d0c1ecbb4be3c82a38651b8ba2d783a6a9850170937e5d0bf3c1b64534acd707"},
		{"链的第二环", hex.EncodeToString(chain.Link(nil, first, entry)), "e37c2251b40d5d1145d83d7a576e5e856de0f37caf85b1c098b95f88cba0fb25"},
		{"事件散列", hex.EncodeToString(k.ChainMAC("event").Sum(nil, entry)), "064abf9d0552f955fbb5dfe9e8e75661861d2521c95142553436571d2dae3dc8"},
		{"签名", hex.EncodeToString(k.Sign("bundle", []byte("abc"))), "f3597d18a113e058296201ca2cd3f5f8711efe36dbf8878bd45928a8e370fa758fd3c923cdb65e996bd46628729c1386b6e3fe803364fdc70678865e81b50407"},
	}
	for _, a := range answers {
		if a.got != a.want {
			t.Errorf("%s: %s, want %s", a.name, a.got, a.want)
		}
	}
}

// A data key wrapped and a field sealed by an earlier release still open.
func TestKnownSealedText(t *testing.T) {
	wrapped := unhex(t, "0176e9de122ccbdd2e000102030405060708090a0b2614650c1c2b056ed4da7f53cc394f01fd7b1b509dd880c346d3c1208cd3a17aa21b1c273e949065f1f2ed36bf37a25c")
	sealed := unhex(t, "0146deaf1c0414b357000102030405060708090a0bae98007c8d7df1d9ad23ae0d831e988f90fa3adc8a723c2f484314")
	data, err := fixedKey().OpenDataKey(wrapped, Place{"data_keys", 1, "key"})
	if err != nil {
		t.Fatal(err)
	}
	plain, err := data.Open(nil, sealed, Place{"applicants", 42, "phone"})
	if err != nil || string(plain) != "13800000000" {
		t.Errorf("%q, %v", plain, err)
	}
}

// A sealed text opens unchanged at its own place with its own key, and nowhere
// else; any altered byte is refused.
func TestSealedTextIsBound(t *testing.T) {
	k := New()
	home := Place{"applicants", 7, "id_number"}
	data, wrapped := k.NewDataKey(home)
	again, err := k.OpenDataKey(wrapped, home)
	if err != nil {
		t.Fatal(err)
	}
	sealed := data.Seal([]byte("前缀"), []byte("身份证号"), home)[len("前缀"):]
	if plain, err := again.Open([]byte("甲"), sealed, home); err != nil || string(plain) != "甲身份证号" {
		t.Fatalf("%q, %v", plain, err)
	}
	if bytes.Equal(sealed, data.Seal(nil, []byte("身份证号"), home)) {
		t.Error("the same text sealed twice looks the same")
	}
	for _, elsewhere := range []Place{{"cases", 7, "id_number"}, {"applicants", 8, "id_number"}, {"applicants", 7, "phone"}} {
		if _, err := data.Open(nil, sealed, elsewhere); !errors.Is(err, ErrSealed) {
			t.Errorf("opened at %v: %v", elsewhere, err)
		}
		if _, err := k.OpenDataKey(wrapped, elsewhere); !errors.Is(err, ErrSealed) {
			t.Errorf("data key opened at %v: %v", elsewhere, err)
		}
	}
	for i := range sealed {
		altered := bytes.Clone(sealed)
		altered[i] ^= 1
		if _, err := data.Open(nil, altered, home); !errors.Is(err, ErrSealed) {
			t.Errorf("byte %d altered: %v", i, err)
		}
		if _, err := data.Open(nil, sealed[:i], home); !errors.Is(err, ErrSealed) {
			t.Errorf("cut to %d: %v", i, err)
		}
	}
	if _, err := New().OpenDataKey(wrapped, home); !errors.Is(err, ErrSealed) {
		t.Errorf("another installation's key: %v", err)
	}
}

// Different sequences of values never encode alike.
func TestEncodingIsUnambiguous(t *testing.T) {
	seen := map[string]string{}
	for name, b := range map[string][]byte{
		"甲、乙":  AppendText(AppendText(nil, "甲"), "乙"),
		"甲乙、空": AppendText(AppendText(nil, "甲乙"), ""),
		"空、甲乙": AppendText(AppendText(nil, ""), "甲乙"),
		"甲乙":   AppendText(nil, "甲乙"),
		"字节甲乙": AppendBytes(nil, []byte("甲乙")),
		"数 1":  AppendInt(nil, 1), "数 -1": AppendInt(nil, -1), "文 1": AppendText(nil, "1"),
	} {
		if other, twice := seen[string(b)]; twice {
			t.Errorf("%s and %s encode alike", name, other)
		}
		seen[string(b)] = name
	}
}

// Indexes and chains of different names share no value, nor do installations.
func TestDomainsAreApart(t *testing.T) {
	k := fixedKey()
	phone := k.BlindIndex("applicant.phone", "13800000000")
	if !Equal(phone, k.BlindIndex("applicant.phone", "13800000000")) {
		t.Error("the same value has two indexes")
	}
	others := [][]byte{
		k.BlindIndex("applicant.id_number", "13800000000"), New().BlindIndex("applicant.phone", "13800000000"),
		k.ChainMAC("applicant.phone").Sum(nil, []byte("13800000000")),
	}
	for i, other := range others {
		if Equal(phone, other) {
			t.Errorf("%d: equal", i)
		}
	}
}

// A signature counts for its key, purpose and message only; fingerprints
// compare as people type them.
func TestSignature(t *testing.T) {
	k := New()
	sig := k.Sign("bundle", []byte("清单"))
	if !Verify(k.PublicKey(), "bundle", []byte("清单"), sig) {
		t.Error("own signature refused")
	}
	if Verify(k.PublicKey(), "return", []byte("清单"), sig) || Verify(k.PublicKey(), "bundle", []byte("清单 "), sig) ||
		Verify(New().PublicKey(), "bundle", []byte("清单"), sig) || Verify(nil, "bundle", []byte("清单"), sig) {
		t.Error("foreign signature accepted")
	}
	typed := strings.ToUpper(strings.ReplaceAll(k.Fingerprint(), "-", " "))
	if !SameFingerprint(typed, k.Fingerprint()) || SameFingerprint("", "") || SameFingerprint(typed[:30], k.Fingerprint()) {
		t.Error("fingerprints compare wrongly")
	}
}

// A key file is made once, readable by its owner alone, and gives the same key.
func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "新建", "data.key")
	k, created, err := LoadOrCreate(path)
	if err != nil || !created {
		t.Fatal(created, err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	again, created, err := LoadOrCreate(path)
	if err != nil || created || again.master != k.master {
		t.Errorf("second time: created %v, %v", created, err)
	}
	if _, err := Create(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("overwritten: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".key-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if text := fmt.Sprintf("%v %+v %#v", k, k, k); strings.Contains(text, hex.EncodeToString(k.master[:4])) {
		t.Error("printing a key shows it")
	}
}

// What is wrong with a key file is said, and none of it is used.
func TestBadKeyFile(t *testing.T) {
	good := fixedKey().fileText()
	lines := strings.Split(good, "\n")
	cases := []struct {
		name, text string
		mode       os.FileMode
		want       string
	}{
		{"别人可读", good, 0o644, "chmod 600"},
		{"同组可读", good, 0o640, "chmod 600"},
		{"空文件", "", 0o600, "不是密钥文件"},
		{"别的文件", "hello\n\n\n\n", 0o600, "不是密钥文件"},
		{"缺一位", strings.Replace(good, "0a0b", "0a", 1), 0o600, "校验和不符"},
		{"换一位", strings.Replace(good, "0a0b", "0a0c", 1), 0o600, "校验和不符"},
		{"截断", strings.Join(lines[:3], "\n"), 0o600, "不是密钥文件"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "data.key")
			if err := os.WriteFile(path, []byte(c.text), c.mode); err != nil {
				t.Fatal(err)
			}
			if _, err := Load(path); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("%v", err)
			}
		})
	}
	if _, err := Load(filepath.Join(t.TempDir(), "none.key")); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "key import") {
		t.Errorf("missing: %v", err)
	}
	if k, err := parseFile(strings.ReplaceAll(good, "\n", "\r\n")); err != nil || k.ID() != fixedKey().ID() {
		t.Errorf("line ends of Windows: %v", err)
	}
}

// A sheet gives the key back under its passphrase, also when typed in from
// paper without care for blanks and case; the one from testdata was made by the
// first release and must open for ever.
func TestSheet(t *testing.T) {
	old, err := os.ReadFile("testdata/sheet-v1.txt")
	if err != nil {
		t.Fatal(err)
	}
	typed := strings.NewReplacer(" ", "", "\n", "\r\n").Replace(strings.ToUpper(string(old)))
	typed = strings.NewReplacer("BEGINGONGKAIKEY", "BEGIN GONGKAI KEY", "ENDGONGKAIKEY", "END GONGKAI KEY").Replace(typed)
	for name, sheet := range map[string]string{"旧版": string(old), "重打": typed} {
		k, err := Import(sheet, "闽江水暖鸭先知，2026")
		if err != nil || k.master != fixedKey().master {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Import(string(old), "闽江水暖鸭先知，2025"); !errors.Is(err, ErrPassphrase) {
		t.Errorf("wrong passphrase: %v", err)
	}
	if _, err := New().Sheet("太短了", "2026-11-23"); err == nil {
		t.Error("short passphrase accepted")
	}
	sheet, err := fixedKey().Sheet("闽江水暖鸭先知，2026", "2026年11月23日")
	if err != nil || !strings.Contains(sheet, fixedKey().ID()) || !strings.Contains(sheet, "2026年11月23日") || sheet == string(old) {
		t.Errorf("%v\n%s", err, sheet)
	}
	if strings.Contains(bareHex(sheet), hex.EncodeToString(fixedKey().master[:])) {
		t.Error("the sheet shows the key")
	}
}

// Mistyped rows are named before the passphrase is even tried.
func TestMistypedSheet(t *testing.T) {
	sheet := armour([]byte("一二三四五六七八九十一二三四五六"))
	for name, change := range map[string]func([]string) []string{
		"第02行": func(l []string) []string { l[2] = strings.Replace(l[2], "e", "3", 1); return l },
		"第01行": func(l []string) []string { l[1], l[2] = l[2], l[1]; return l },
		"第03行": func(l []string) []string { return append(l[:3], l[4:]...) },
	} {
		text := strings.Join(change(strings.Split(sheet, "\n")), "\n")
		if _, err := Import(text, "x"); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, text := range []string{"", sheetBegin, sheetBegin + "\n" + sheetEnd, sheetEnd + sheetBegin} {
		if _, err := Import(text, "x"); err == nil {
			t.Errorf("%q accepted", text)
		}
	}
}

func BenchmarkSeal(b *testing.B) {
	data, _ := New().NewDataKey(Place{"data_keys", 1, "key"})
	plain, room := []byte("110101199003077777"), make([]byte, 0, 128)
	b.ReportAllocs()
	for b.Loop() {
		room = data.Seal(room[:0], plain, Place{"applicants", 42, "id_number"})
	}
}

func BenchmarkNewDataKey(b *testing.B) {
	k := New()
	b.ReportAllocs()
	for b.Loop() {
		k.NewDataKey(Place{"data_keys", 1, "key"})
	}
}

func BenchmarkLink(b *testing.B) {
	m, previous := New().ChainMAC("audit"), make([]byte, MACSize)
	entry := AppendText(AppendInt(nil, 7), "一条约八十字节的审计记录，包含动作、对象与人员的编号")
	room := make([]byte, 0, MACSize)
	b.ReportAllocs()
	for b.Loop() {
		room = m.Link(room[:0], previous, entry)
	}
}
