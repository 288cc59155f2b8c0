package store

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"gongkai/internal/calendar"
	"gongkai/internal/secret"
)

// purgeListSuffix is what the purge list (销毁登记) is called beside the key file.
// It stands outside the database on purpose: an older backup, put back, does not
// know what was destroyed since, the list does. It only grows, a line for each
// case, each with a keyed hash over itself and the line before.
const purgeListSuffix = ".purged"

// purgeLine is one line. A case is named by its id and by the mac of its first
// event: another case that comes to the same id in a restored database is not it.
type purgeLine struct {
	Case     int64         `json:"case"`
	First    string        `json:"first"` // hex
	On       calendar.Date `json:"on"`
	Disposal int64         `json:"disposal"`
	MAC      string        `json:"mac"` // hex
}

func (l purgeLine) sum(k *secret.Key, previous []byte) []byte {
	b := secret.AppendInt(nil, l.Case)
	b = secret.AppendText(b, l.First)
	b = secret.AppendText(b, l.On.String())
	b = secret.AppendInt(b, l.Disposal)
	return k.ChainMAC("purge list").Link(nil, previous, b)
}

// purgeList is the list as far as it is whole.
type purgeList struct {
	lines []purgeLine
	last  []byte // mac of the last one
	size  int64  // bytes up to the end of the last one
	wrong int    // the number of the first line that is not as it was written; 0: none
}

func (db *DB) purgeListPath() string { return db.keyFile + purgeListSuffix }

// readPurgeList reads the list. A line that was cut short by a crash in the middle
// of writing ends it and is no fault: it was acknowledged to nobody.
func (db *DB) readPurgeList() (list purgeList, err error) {
	text, err := os.ReadFile(db.purgeListPath())
	if errors.Is(err, fs.ErrNotExist) {
		return list, nil
	}
	if err != nil {
		return list, fmt.Errorf("read the purge list: %w", err)
	}
	for number := 1; len(text) > 0; number++ {
		end := bytes.IndexByte(text, '\n')
		if end < 0 {
			return list, nil
		}
		var l purgeLine
		mac, err := []byte(nil), json.Unmarshal(text[:end], &l)
		if err == nil {
			mac, err = hex.DecodeString(l.MAC)
		}
		if err != nil || !secret.Equal(mac, l.sum(db.key, list.last)) {
			list.wrong = number
			return list, nil
		}
		list.lines, list.last, list.size = append(list.lines, l), mac, list.size+int64(end)+1
		text = text[end+1:]
	}
	return list, nil
}

// noteOnPurgeList adds a line and forces it to the disk. From then on the case is
// destroyed whatever happens: what a crash leaves undone is done at the next start.
func (db *DB) noteOnPurgeList(l purgeLine) (err error) {
	list, err := db.readPurgeList()
	if err != nil {
		return err
	}
	if list.wrong > 0 {
		return Fail(Refused, "销毁登记 %s 第 %d 行与校验码不符：被改动过。在核实、换回原文件之前不能销毁。", db.purgeListPath(), list.wrong)
	}
	l.MAC = hex.EncodeToString(l.sum(db.key, list.last))
	text, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("encode a line of the purge list: %w", err)
	}
	f, err := os.OpenFile(db.purgeListPath(), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return full(fmt.Errorf("open the purge list: %w", err))
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.Truncate(list.size); err != nil { // what a crash has cut short
		return fmt.Errorf("mend the purge list: %w", err)
	}
	if _, err := f.Seek(list.size, io.SeekStart); err != nil {
		return fmt.Errorf("write the purge list: %w", err)
	}
	if _, err := f.Write(append(text, '\n')); err != nil {
		return full(fmt.Errorf("write the purge list: %w", err))
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("write the purge list: %w", err)
	}
	return syncFolder(filepath.Dir(db.purgeListPath()))
}
