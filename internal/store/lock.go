package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// InUse says which process holds a data folder. It is what Open returns (inside
// an Error of kind Refused) so that a command can name the page that does the
// same.
type InUse struct {
	Dir     string
	PID     int
	Purpose string // as the holder gave it, e.g. "serve"
}

// Error gives a sentence in Chinese.
func (e *InUse) Error() string {
	return fmt.Sprintf("数据目录 %s 正由进程 %d（gongkai %s）使用", e.Dir, e.PID, e.Purpose)
}

// FolderLock is one process's hold on a data folder. The kernel releases it with
// the process, however that ends.
type FolderLock struct{ file *os.File }

// LockFolder takes the data folder for writing, making it if it is missing.
// While another process holds it, the error is of kind Refused and wraps *InUse.
func LockFolder(dir, purpose string) (*FolderLock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("建不了数据目录 %s：%w", dir, err)
	}
	file, err := os.OpenFile(filepath.Join(dir, "gongkai.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("打不开数据目录 %s 的锁：%w", dir, err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer file.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, heldBy(file, dir)
		}
		return nil, fmt.Errorf("锁不住数据目录 %s：%w", dir, err)
	}
	if err := sign(file, purpose); err != nil {
		file.Close()
		return nil, fmt.Errorf("写不了数据目录 %s 的锁：%w", dir, err)
	}
	return &FolderLock{file}, nil
}

// sign writes who holds the lock, for others to name.
func sign(file *os.File, purpose string) error {
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err := file.WriteAt([]byte(fmt.Sprintf("%d %s\n", os.Getpid(), purpose)), 0)
	return err
}

func heldBy(file *os.File, dir string) error {
	var text [200]byte
	n, _ := file.ReadAt(text[:], 0) // an unreadable name leaves the process unnamed
	pid, purpose, _ := strings.Cut(strings.TrimSpace(string(text[:n])), " ")
	holder := &InUse{Dir: dir, Purpose: purpose}
	holder.PID, _ = strconv.Atoi(pid)
	return &Error{Kind: Refused, Message: holder.Error() + "；请先停止它，或在其网页上操作。", Err: holder}
}

// Release gives the folder free.
func (l *FolderLock) Release() error {
	if l == nil {
		return nil
	}
	return l.file.Close()
}
