package secret

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The cost of turning a passphrase into a key: about a quarter of a second and
// 64 MiB on an office machine. The sheet carries them, so that they can grow.
const (
	argonTime    = 3
	argonMemory  = 64 << 10 // KiB
	argonThreads = 1
)

// MinPassphrase is the fewest characters a passphrase may have.
const MinPassphrase = 10

// ErrPassphrase says that the passphrase does not fit the sheet.
var ErrPassphrase = errors.New("口令不对，或密钥副本已被改动")

const (
	sheetBegin = "-----BEGIN GONGKAI KEY-----"
	sheetEnd   = "-----END GONGKAI KEY-----"
	rowBytes   = 12 // bytes on a numbered row of the sheet
	saltSize   = 16
	costSize   = 9 // time and memory of four bytes each, threads
)

// Sheet gives the key under a passphrase as a sheet for the safe: a text to
// store or to print, whose numbered rows carry check digits, so that it can be
// typed in again from paper. issued is the day to print on it.
func (k *Key) Sheet(passphrase, issued string) (string, error) {
	if len([]rune(passphrase)) < MinPassphrase {
		return "", fmt.Errorf("口令太短：至少%d个字符", MinPassphrase)
	}
	salt := make([]byte, saltSize)
	rand.Read(salt)
	return k.sheetText(passphrase, issued, salt), nil
}

func (k *Key) sheetText(passphrase, issued string, salt []byte) string {
	blob := binary.BigEndian.AppendUint32([]byte{algAES256GCM}, argonTime)
	blob = binary.BigEndian.AppendUint32(blob, argonMemory)
	blob = append(append(blob, argonThreads), salt...)
	lock := newGCM(argon2.IDKey([]byte(passphrase), salt, argonTime, argonMemory, argonThreads, 32))
	// The key is used once, its salt being random: a fixed nonce is safe.
	sealed := lock.Seal(nil, make([]byte, nonceSize), k.master[:], blob)
	return fmt.Sprintf(sheetForm, k.ID(), k.Fingerprint(), issued, armour(append(blob, sealed...)))
}

const sheetForm = `依申请公开系统  密钥恢复页

密钥编号：%s
签名指纹：%s
制作日期：%s

本页是系统总钥匙的加密副本。服务器或密钥文件损坏时，凭本页和口令恢复；
缺其一，全部申请人信息和附件即无法读出。请打印后密封存入保险柜，
口令另行密封、由另一人保管，不要写在本页上，不要与数据备份放在一处。

恢复办法：把下面 BEGIN 至 END 各行（含这两行）存成或照打成文本文件，执行
    gongkai key import 文件名
每行末尾两位是校验码，打错的行会逐行指出。

%s
制作人：______________    监督人：______________    存放处：______________
`

// armour writes bytes as numbered rows in groups of four digits, each closed by
// its check digits.
func armour(b []byte) string {
	var out strings.Builder
	out.WriteString(sheetBegin + "\n")
	for row := 0; row*rowBytes < len(b); row++ {
		part := b[row*rowBytes : min(len(b), (row+1)*rowBytes)]
		fmt.Fprintf(&out, "%02d:", row+1)
		for i := 0; i < len(part); i += 2 {
			fmt.Fprintf(&out, " %x", part[i:min(len(part), i+2)])
		}
		fmt.Fprintf(&out, " = %s\n", rowCheck(row+1, part))
	}
	out.WriteString(sheetEnd + "\n")
	return out.String()
}

// rowCheck gives the two check digits of a row, over its number and bytes.
func rowCheck(row int, part []byte) string {
	return checksum(strconv.Itoa(row) + ":" + hex.EncodeToString(part))[:2]
}

// Import reads a key back from the text of a sheet, or from its rows typed in.
// A wrong passphrase gives ErrPassphrase; mistyped rows are named, all at once.
func Import(sheet, passphrase string) (*Key, error) {
	blob, err := disarmour(sheet)
	if err != nil {
		return nil, err
	}
	const head = 1 + costSize + saltSize
	if len(blob) != head+masterSize+tagSize || blob[0] != algAES256GCM {
		return nil, errors.New("密钥副本不完整，或由更新的版本制作：行数与本版本不符")
	}
	time, memory := binary.BigEndian.Uint32(blob[1:]), binary.BigEndian.Uint32(blob[5:])
	if time < 1 || time > 100 || memory > 1<<20 || blob[9] < 1 { // a forged sheet shall not eat the machine
		return nil, errors.New("密钥副本的参数不可信：请核对第01行")
	}
	lock := newGCM(argon2.IDKey([]byte(passphrase), blob[1+costSize:head], time, memory, blob[9], 32))
	raw, err := lock.Open(nil, make([]byte, nonceSize), blob[head:], blob[:head])
	if err != nil {
		return nil, ErrPassphrase
	}
	return fromMaster([masterSize]byte(raw)), nil
}

func disarmour(sheet string) ([]byte, error) {
	_, rest, found := strings.Cut(sheet, sheetBegin)
	rows, _, closed := strings.Cut(rest, sheetEnd)
	if !found || !closed {
		return nil, fmt.Errorf("不是密钥副本：找不到“%s”与“%s”两行", sheetBegin, sheetEnd)
	}
	var blob []byte
	var bad []string
	number := 0
	for _, line := range strings.Split(rows, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		number++
		part, ok := disarmourRow(line, number)
		if !ok {
			bad = append(bad, fmt.Sprintf("第%02d行", number))
		}
		blob = append(blob, part...)
	}
	if bad != nil {
		return nil, fmt.Errorf("密钥副本有%d行打错、遗漏或次序不对：%s，请对照纸面核对", len(bad), strings.Join(bad, "、"))
	}
	return blob, nil
}

// disarmourRow reads one row; blanks and case do not matter.
func disarmourRow(line string, number int) ([]byte, bool) {
	label, rest, ok1 := strings.Cut(line, ":")
	digits, check, ok2 := strings.Cut(rest, "=")
	part, err := hex.DecodeString(strings.ToLower(strings.Join(strings.Fields(digits), "")))
	n, errNumber := strconv.Atoi(strings.TrimSpace(label))
	good := ok1 && ok2 && err == nil && errNumber == nil && n == number &&
		strings.ToLower(strings.TrimSpace(check)) == rowCheck(number, part)
	return part, good
}
