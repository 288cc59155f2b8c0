package jobs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
)

// backupJob is the name of the nightly backup; it stands in the database.
const backupJob = "backup"

// BackupPlan says where backups go, when they are made, and how long they are kept.
type BackupPlan struct {
	Dir  string // made if it is missing
	At   string // 01:30; "" makes none by itself
	Keep int    // days
	Data string // the data folder: drills are made in it
}

// keptAnyway is how many of the newest backups stay however old they are.
const keptAnyway = 3

// settles is how long a backup that was missed by night waits after the start, so
// that the office's morning is not slowed.
const settles = time.Minute

// Backups makes the backups and drills of an installation, one at a time. It is
// safe for concurrent use.
type Backups struct {
	db    *store.DB
	plan  BackupPlan
	now   func() time.Time
	log   *slog.Logger
	spec  string // for cron; "" for none
	since time.Time

	settle time.Duration
	space  func(dir string) (int64, error) // bytes that are free
	turn   sync.Mutex                      // held by what is made
	mu     sync.Mutex
	doing  store.BackupWork
	failed store.BackupRecord // the last failure, also where it could not be recorded
	ctx    context.Context
	cancel context.CancelFunc
	done   sync.WaitGroup
}

// NewBackups makes the keeper of backups. Close ends what it does.
func NewBackups(ctx context.Context, db *store.DB, plan BackupPlan, now func() time.Time, log *slog.Logger) (*Backups, error) {
	b := &Backups{db: db, plan: plan, now: now, log: log, settle: settles, space: store.FreeSpace, since: now()}
	if plan.At != "" {
		at, err := time.Parse("15:04", plan.At)
		if err != nil {
			return nil, fmt.Errorf("read the time of backups: %w", err)
		}
		b.spec = fmt.Sprintf("%d %d * * *", at.Minute(), at.Hour())
	}
	b.ctx, b.cancel = context.WithCancel(ctx)
	return b, nil
}

// Close ends what runs, leaving nothing half-made, and waits for it.
func (b *Backups) Close() {
	b.cancel()
	b.done.Wait()
}

// Jobs gives the nightly backup for the scheduler, none if it is switched off.
func (b *Backups) Jobs() []Job {
	if b.spec == "" {
		return nil
	}
	return []Job{{Name: backupJob, Spec: b.spec, Apart: true, Run: b.nightly}}
}

// State says for a page what is planned and what runs.
func (b *Backups) State() store.BackupState {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := store.BackupState{Dir: b.plan.Dir, Keep: b.plan.Keep, Since: b.since, Work: b.doing, Failed: b.failed, Drills: b.db.Engine() == store.SQLite}
	if plan, err := cron.ParseStandard(b.spec); err == nil {
		s.Next = plan.Next(b.officeNow())
	}
	s.Beside = sameDisk(b.plan.Dir, b.plan.Data)
	return s
}

// Begin makes a backup or a drill in the background, for whoever asks. Refused:
// something is being made already, or there is nothing to try.
func (b *Backups) Begin(ctx context.Context, what string, s cases.Stamp, sheet bool) error {
	if !b.turn.TryLock() {
		return store.Fail(store.Conflict, "正在备份或演练，请等它结束后再试。")
	}
	work := b.makeAsked
	if what == store.WorkDrill {
		of, err := b.begun(ctx, s)
		if err != nil {
			b.turn.Unlock()
			return err
		}
		work = func(ctx context.Context, s cases.Stamp) error { return b.drill(ctx, s, of, sheet) }
	}
	b.begin(what)
	b.done.Go(func() {
		defer b.turn.Unlock()
		defer b.end()
		if err := work(b.ctx, s); err != nil && b.ctx.Err() == nil {
			b.log.Error("what was asked for failed", "work", what, "err", err, "cause", errors.Unwrap(err))
		}
	})
	return nil
}

func (b *Backups) begin(what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.doing = store.BackupWork{What: what, Since: b.now(), Step: 1}
}

func (b *Backups) step(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.doing.Step = n
}

func (b *Backups) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.doing = store.BackupWork{}
}

// nightly makes the backup of a slot. One that was missed, because the machine was
// off, is made when the office has got going.
func (b *Backups) nightly(ctx context.Context, slot Slot) error {
	if slot.Now.Sub(slot.At) > 10*time.Minute {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(b.settle):
		}
	}
	b.turn.Lock()
	defer b.turn.Unlock()
	b.begin(store.WorkBackup)
	defer b.end()
	return b.make(ctx, b.stamp("job:"+backupJob), store.BackupSlot{Lease: slot.Lease, Job: backupJob, Slot: slot.Name})
}

func (b *Backups) makeAsked(ctx context.Context, s cases.Stamp) error {
	return b.make(ctx, s, store.BackupSlot{})
}

func (b *Backups) stamp(by string) cases.Stamp {
	return cases.Stamp{At: b.now().UnixMicro(), By: by, Today: calendar.FromTime(b.officeNow())}
}

func (b *Backups) officeNow() time.Time { return b.now().In(time.FixedZone("CST", 8*60*60)) }

// make makes a backup and records what came of it, then removes what is over.
func (b *Backups) make(ctx context.Context, s cases.Stamp, slot store.BackupSlot) error {
	r := store.BackupRecord{Folder: b.plan.Dir, StartedAt: b.now().UnixMicro(), KeyID: b.db.Key().ID()}
	err := b.write(ctx, &r, slot.Job == "")
	if ctx.Err() != nil {
		return ctx.Err() // the program ends: the slot is asked for again
	}
	s.At = b.now().UnixMicro()
	r.DoneAt = s.At
	if err != nil {
		r.File, r.Failure = "", sentenceOf(err)
	}
	r, noted := b.db.NoteBackup(ctx, s, slot, r)
	b.mu.Lock()
	if b.failed = (store.BackupRecord{}); !r.Good() {
		b.failed = r
	}
	b.mu.Unlock()
	if err = errors.Join(err, noted); err != nil {
		return err
	}
	return b.prune(ctx, s)
}

// write makes the file.
func (b *Backups) write(ctx context.Context, r *store.BackupRecord, asked bool) error {
	if err := b.folder(ctx, asked); err != nil {
		return err
	}
	if err := b.room(ctx); err != nil {
		return err
	}
	path, err := b.free()
	if err != nil {
		return err
	}
	info, err := b.db.Backup(ctx, path)
	if err != nil {
		return err
	}
	b.step(2)
	sha, err := b.db.CheckBackup(path)
	if err == nil && sha != info.SHA256 {
		err = store.Fail(store.Refused, "备份文件写入后读回的内容不同：磁盘可能有故障，请换一个位置并检查磁盘。")
	}
	if err != nil {
		return errors.Join(err, os.Remove(path))
	}
	c := info.Contents()
	r.File, r.SHA256, r.Size, r.Holds = filepath.Base(path), info.SHA256, info.Size, info.Holds()
	r.Cases, r.Events, r.Attachments = c.Cases, c.Events, c.Attachments
	return nil
}

// sentenceOf words a failure for the administrator.
func sentenceOf(err error) string {
	var known *store.Error
	if errors.As(err, &known) {
		return known.Message
	}
	return "程序出错，原因见日志。"
}

// folder makes the folder of backups, if none was put there yet. Where none of those
// is left that were, a disk or share is probably not there: what would be written
// now would lie on the very disk that it is to be kept from. Who asks for a backup
// himself has looked.
func (b *Backups) folder(ctx context.Context, asked bool) error {
	kept, err := b.db.KeptBackups(ctx)
	if err != nil {
		return err
	}
	kept = slices.DeleteFunc(kept, func(r store.BackupRecord) bool { return r.Folder != b.plan.Dir })
	if !asked && len(kept) > 0 && !slices.ContainsFunc(kept, store.BackupRecord.There) {
		return store.Fail(store.Refused, "备份目录 %s 里以前的备份一份也不见了，磁盘或网络盘可能没有接上，所以没有备份；请检查。目录无误的，在“备份与恢复演练”页点“现在备份”。", b.plan.Dir)
	}
	err = os.MkdirAll(b.plan.Data, 0o700) // on PostgreSQL it may hold nothing yet
	if err == nil {
		err = os.Mkdir(b.plan.Dir, 0o700)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return &store.Error{Kind: store.Refused, Message: fmt.Sprintf("备份目录 %s 不在，也建不了；请检查磁盘或网络盘是否接上、是否可写。", b.plan.Dir), Err: err}
	}
	return b.tidy()
}

// leftAfter is how old a folder must be in which a backup was begun to count as
// left by a process that died.
const leftAfter = 48 * time.Hour

// tidy removes what killed processes have left.
func (b *Backups) tidy() error {
	left, err := filepath.Glob(filepath.Join(b.plan.Dir, ".gongkai-backup-*"))
	if err != nil {
		return fmt.Errorf("look for what was left: %w", err)
	}
	for _, path := range left {
		if info, err := os.Stat(path); err == nil && b.now().Sub(info.ModTime()) > leftAfter {
			if err := os.RemoveAll(path); err != nil {
				return fmt.Errorf("remove what was left: %w", err)
			}
		}
	}
	return nil
}

// room refuses to begin where the disk would not hold the backup.
func (b *Backups) room(ctx context.Context) error {
	_, good, err := b.db.LatestBackups(ctx)
	if err != nil {
		return err
	}
	need, err := b.db.SpaceForBackup(ctx, good.Size)
	if err != nil {
		return err
	}
	return b.enough(b.plan.Dir, need)
}

// enough refuses with both figures.
func (b *Backups) enough(dir string, need int64) error {
	have, err := b.space(dir)
	if err == nil && have < need {
		return store.Fail(store.Refused, "磁盘空间不够：%s 所在的磁盘剩%s，约需%s；请腾出空间，或把备份目录设到别的磁盘。", dir, megabytes(have), megabytes(need))
	}
	return err
}

func megabytes(n int64) string { return fmt.Sprintf("%d MB", (n+1<<20-1)>>20) }

// free gives a name that no file has: of the day, and from the second on with a
// number.
func (b *Backups) free() (string, error) {
	day := b.officeNow().Format("20060102")
	for n := 1; ; n++ {
		name := "gongkai-" + day
		if n > 1 {
			name += fmt.Sprintf("-%d", n)
		}
		path := filepath.Join(b.plan.Dir, name+".tar.gz")
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			return path, nil
		} else if err != nil {
			return "", &store.Error{Kind: store.Refused, Message: fmt.Sprintf("备份目录 %s 读不了：请检查磁盘或网络盘。", b.plan.Dir), Err: err}
		}
	}
}

// prune removes the files of backups whose days are over: those that this program
// has made and recorded, never the newest ones, and only after a good one.
func (b *Backups) prune(ctx context.Context, s cases.Stamp) error {
	kept, err := b.db.KeptBackups(ctx)
	if err != nil {
		return err
	}
	y, m, d := b.officeNow().Date()
	over := time.Date(y, m, d-b.plan.Keep, 0, 0, 0, 0, b.officeNow().Location()).UnixMicro()
	for i, r := range kept {
		if i < keptAnyway || r.DoneAt >= over || !isOurs(r.File) {
			continue
		}
		if err := os.Remove(r.Path()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove a backup whose days are over: %w", err)
		}
		if err := b.db.NoteBackupRemoved(ctx, s, r.ID); err != nil {
			return err
		}
	}
	return nil
}

// isOurs reports whether a name is one that free gives.
func isOurs(name string) bool {
	digits, found := strings.CutPrefix(strings.TrimSuffix(name, ".tar.gz"), "gongkai-")
	return found && strings.HasSuffix(name, ".tar.gz") && strings.Trim(digits, "0123456789-") == ""
}

// newest gives the newest backup whose file is there.
func (b *Backups) newest(ctx context.Context) (store.BackupRecord, error) {
	if b.db.Engine() != store.SQLite {
		return store.BackupRecord{}, store.Fail(store.Refused, "PostgreSQL 数据库的恢复演练请照使用手册在另一个空库里手工进行。")
	}
	kept, err := b.db.KeptBackups(ctx)
	if err != nil {
		return store.BackupRecord{}, err
	}
	i := slices.IndexFunc(kept, store.BackupRecord.There)
	if i < 0 {
		return store.BackupRecord{}, store.Fail(store.Invalid, "备份目录 %s 里还没有可以演练的备份；请先备份。", b.plan.Dir)
	}
	return kept[i], nil
}

// begun notes that a drill begins, and with which backup.
func (b *Backups) begun(ctx context.Context, s cases.Stamp) (of store.BackupRecord, err error) {
	if of, err = b.newest(ctx); err != nil {
		return of, err
	}
	if err = b.enough(b.plan.Data, of.Holds+of.Holds/4); err != nil {
		return of, err
	}
	return of, b.db.NoteDrillBegun(ctx, s, of.ID)
}

// drill restores a backup aside and keeps the certificate.
func (b *Backups) drill(ctx context.Context, s cases.Stamp, of store.BackupRecord, sheet bool) error {
	began := b.now().UnixMicro()
	r, err := b.db.RestoreAside(ctx, of.Path(), filepath.Join(b.plan.Data, "drill.new"), of.SHA256, b.step)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		r.Failure = "程序出错，演练没有做完；原因见日志。"
	}
	s.At = b.now().UnixMicro()
	r.BackupID, r.StartedAt, r.DoneAt = of.ID, began, s.At
	if sheet {
		r.Sheet = 1
	}
	_, noted := b.db.NoteDrill(ctx, s, r)
	return errors.Join(err, noted)
}
