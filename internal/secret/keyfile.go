package secret

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// keyFileHead is the first line of a key file; the rest is "name: value".
const keyFileHead = "gongkai-key-v1"

// Create makes a new master key and writes it to path, readable by its owner
// alone and forced to the disk before it returns. A file that is already there
// is an error and stays as it is.
func Create(path string) (*Key, error) {
	k := New()
	return k, k.Save(path)
}

// LoadOrCreate loads the key file at path, or makes it when there is none;
// created says which.
func LoadOrCreate(path string) (k *Key, created bool, err error) {
	k, err = Load(path)
	if errors.Is(err, fs.ErrNotExist) {
		k, err = Create(path)
		return k, err == nil, err
	}
	return k, false, err
}

// Save writes the key to a new file; see Create.
func (k *Key) Save(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("建不了密钥文件所在的目录 %s：%w", filepath.Dir(path), err)
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("密钥文件 %s 已经存在，不会覆盖：%w", path, fs.ErrExist)
	}
	if err := writeNew(path, k.fileText()); err != nil {
		return fmt.Errorf("写不了密钥文件 %s：%w", path, err)
	}
	return nil
}

// writeNew writes a whole new file with 0600 or none at all: it appears under
// its name only when its bytes are on the disk, and never over another file.
func writeNew(path, text string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // made with 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(text)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Link(f.Name(), path) // unlike rename, refuses an existing name
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func (k *Key) fileText() string {
	body := fmt.Sprintf("%s\nid: %s\nkey: %s\n", keyFileHead, k.ID(), hex.EncodeToString(k.master[:]))
	return body + "sum: " + checksum(body) + "\n" +
		"# 本文件是全部加密内容的总钥匙。丢失即无法恢复，泄露即等于公开：\n" +
		"# 不要与备份放在一处，不要发送；用 gongkai key export 另存一份交保险柜。\n"
}

// checksum finds accidents, not attacks: eight digits of SHA-256.
func checksum(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:4])
}

// Load reads a key file. It refuses a missing file (errors.Is fs.ErrNotExist),
// one that others may read, and one whose text was damaged.
func Load(path string) (*Key, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("找不到密钥文件 %s：请把它放回原处，或用 gongkai key import 从保管的副本恢复（%w）", path, fs.ErrNotExist)
	}
	if err != nil {
		return nil, fmt.Errorf("读不了密钥文件 %s：%w", path, err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("密钥文件 %s 不是普通文件", path)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("密钥文件 %s 的权限是 %04o，别的用户也能读：请执行 chmod 600 %s", path, info.Mode().Perm(), path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("读不了密钥文件 %s：请检查是否以正确的用户运行（%w）", path, err)
	}
	k, err := parseFile(string(text))
	if err != nil {
		return nil, fmt.Errorf("密钥文件 %s %w：请用 gongkai key import 从保管的副本恢复", path, err)
	}
	return k, nil
}

func parseFile(text string) (*Key, error) {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if len(lines) < 4 || lines[0] != keyFileHead {
		return nil, errors.New("不是密钥文件，或开头已损坏")
	}
	sum, ok := strings.CutPrefix(lines[3], "sum: ")
	if !ok || sum != checksum(strings.Join(lines[:3], "\n")+"\n") {
		return nil, errors.New("已损坏（校验和不符）")
	}
	raw, err := hex.DecodeString(strings.TrimPrefix(lines[2], "key: "))
	if err != nil || len(raw) != masterSize {
		return nil, errors.New("已损坏（密钥长度不对）")
	}
	k := fromMaster([masterSize]byte(raw))
	if "id: "+k.ID() != lines[1] {
		return nil, errors.New("已损坏（编号与密钥不符）")
	}
	return k, nil
}
