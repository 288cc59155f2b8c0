// Package jobs runs what happens by the clock: reminders, the messages that leave
// the house, sealing the audit chains, looking over the database. A job is a
// function of a slot (the moment of the plan that it is for) and of the store; it
// is idempotent by UNIQUE(job, slot), so that it may be called again after any
// fault. The scheduler asks which slots are missing, at the start and whenever
// the clock strikes: cron alone would never catch up.
//
// It decides nothing about the law and draws no page.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"gongkai/internal/store"
)

// Job is one thing that happens by the clock.
type Job struct {
	Name string
	Spec string // when, as cron writes it, in the office's time
	// Every: each missed slot is caught up, oldest first; else the latest alone.
	Every bool
	// Loose jobs keep no slots: what they have to do stands in the database.
	Loose bool
	// Apart: it may take long and keeps no writer waiting; the others go on beside it.
	// A slot that it fails in is tried again by the next process alone.
	Apart bool
	Run   func(ctx context.Context, slot Slot) error
}

// Slot is the moment that a run is for, and the right under which it writes.
type Slot struct {
	Lease store.Lease
	Name  string    // 2026-05-29T06:00
	At    time.Time // the same in the office's time
	Now   time.Time // when it really runs
	Last  bool      // nothing further is to be caught up
}

// slotForm is how slots are named: they sort by time.
const slotForm = "2006-01-02T15:04"

// mostSlots bounds what is caught up: more than a year of days. A clock that was
// years ahead must not keep the office busy for an hour.
const mostSlots = 400

// leaseName is the lease under which all jobs run: one process does.
const leaseName = "jobs"

// Scheduler runs jobs at their time.
type Scheduler struct {
	db     *store.DB
	jobs   []Job
	now    func() time.Time
	office *time.Location
	log    *slog.Logger
	holder string

	cron    *cron.Cron
	running []sync.Mutex  // one run of a job at a time
	tried   []string      // the last slot of each job, under its running
	turn    sync.Mutex    // jobs with slots wait for one another: there is one writer anyway
	every   time.Duration // of the watch
	ctx     context.Context
	cancel  context.CancelFunc
	done    sync.WaitGroup
	lease   store.Lease
	held    bool
	ask     time.Time // when all jobs are to be asked again what they missed; zero: not
	leaseMu sync.Mutex
}

// New makes a scheduler. It fails on a time that cron can't read.
func New(db *store.DB, now func() time.Time, log *slog.Logger, list ...Job) (*Scheduler, error) {
	office, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return nil, fmt.Errorf("load the office's time zone: %w", err)
	}
	s := &Scheduler{db: db, jobs: list, now: now, office: office, log: log, running: make([]sync.Mutex, len(list)), tried: make([]string, len(list)), every: watchEvery,
		holder: strconv.FormatUint(rand.Uint64(), 36) + strconv.FormatUint(rand.Uint64(), 36)}
	logger := cronLog{log}
	s.cron = cron.New(cron.WithLocation(office), cron.WithLogger(logger), cron.WithChain(cron.Recover(logger), cron.SkipIfStillRunning(logger)))
	for i, job := range list {
		plan, err := cron.ParseStandard(job.Spec)
		if err != nil {
			return nil, fmt.Errorf("read when the job %s runs: %w", job.Name, err)
		}
		s.cron.Schedule(shifted{plan, s.officeNow}, cron.FuncJob(func() { s.strike(i) }))
	}
	return s, nil
}

// officeNow is what the office's clock shows.
func (s *Scheduler) officeNow() time.Time { return s.now().In(s.office) }

// shifted lets cron strike by the program's one clock, which a test moves; with
// the machine's own it changes nothing.
type shifted struct {
	plan cron.Schedule
	now  func() time.Time
}

func (x shifted) Next(cronNow time.Time) time.Time {
	now := x.now()
	return cronNow.Add(x.plan.Next(now).Sub(now))
}

// Start runs what is due and has been missed, and goes on by the clock until Stop.
// It returns at once.
func (s *Scheduler) Start(ctx context.Context) {
	s.ctx, s.cancel = context.WithCancel(ctx)
	s.done.Go(s.strikeAll)
	s.done.Go(s.watch)
	s.cron.Start()
}

// Stop ends the jobs that run and gives the lease free.
func (s *Scheduler) Stop() {
	s.cancel()
	<-s.cron.Stop().Done()
	s.done.Wait()
	s.leaseMu.Lock()
	defer s.leaseMu.Unlock()
	if !s.held {
		return
	}
	// The work is over: a moment more, even though the end was asked for.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), time.Second)
	defer cancel()
	if err := s.db.DropLease(ctx, s.lease); err != nil {
		s.log.Warn("lease not given free", "err", err)
	}
}

// The watch: how often the lease is taken anew, how many times later a job that
// failed is asked again, and how far the clock may differ from the time that has
// passed before it counts as moved.
const (
	watchEvery = store.LeaseLasts / 3
	retryAfter = 6
	moved      = 30 * time.Second
)

// watch keeps the lease, however long a job takes, and asks the jobs again what
// they missed: when the lease has come from another process, when one has failed,
// and when the clock was set, for cron would sleep until the time that it had in
// mind.
func (s *Scheduler) watch() {
	tick := time.NewTicker(s.every)
	defer tick.Stop()
	began, shown := time.Now(), s.now()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-tick.C:
		}
		if _, _, err := s.takeLease(); err != nil && s.ctx.Err() == nil && s.db.Damaged() == nil {
			s.log.Error("lease of the jobs", "err", err)
		}
		passed, jumped := time.Since(began), s.now().Sub(shown)
		began, shown = time.Now(), s.now()
		if d := (jumped - passed).Abs(); d > moved {
			s.log.Warn("the clock was set", "by", jumped-passed)
			<-s.cron.Stop().Done()
			s.cron.Start()
			s.done.Go(s.strikeAll)
		} else if s.asked() {
			s.done.Go(s.strikeAll)
		}
	}
}

// askIn notes that the jobs are to be asked again in a while, or sooner if that was
// noted before.
func (s *Scheduler) askIn(d time.Duration) {
	s.leaseMu.Lock()
	defer s.leaseMu.Unlock()
	if at := time.Now().Add(d); s.ask.IsZero() || at.Before(s.ask) {
		s.ask = at
	}
}

// asked reports once that it is time.
func (s *Scheduler) asked() bool {
	s.leaseMu.Lock()
	defer s.leaseMu.Unlock()
	due := s.held && !s.ask.IsZero() && !time.Now().Before(s.ask)
	if due {
		s.ask = time.Time{}
	}
	return due
}

func (s *Scheduler) takeLease() (store.Lease, bool, error) {
	s.leaseMu.Lock()
	defer s.leaseMu.Unlock()
	lease, held, err := s.db.TakeLease(s.ctx, leaseName, s.holder)
	if err == nil {
		if held && (!s.held || lease.Fence != s.lease.Fence) {
			s.ask = time.Now() // another process has left off: what did it miss?
		}
		s.lease, s.held = lease, held
	}
	return lease, held, err
}

func (s *Scheduler) strikeAll() {
	for i := range s.jobs {
		if s.jobs[i].Apart {
			s.done.Go(func() { s.strike(i) })
			continue
		}
		s.strike(i)
	}
}

// strike runs one job for every slot that is missing. A panic in it is logged and
// ends this run alone; the slot is asked for again soon, and so it is if the job
// runs already, which may not know of it. In a damaged database nothing runs: no
// job could write, and no backup may push out a better one.
func (s *Scheduler) strike(i int) {
	if s.ctx.Err() != nil || s.db.Damaged() != nil {
		return
	}
	if !s.running[i].TryLock() {
		s.retry(i)
		return
	}
	defer s.running[i].Unlock()
	if !s.jobs[i].Loose && !s.jobs[i].Apart {
		s.turn.Lock()
		defer s.turn.Unlock()
	}
	defer func() {
		if reason := recover(); reason != nil {
			s.log.Error("a job broke off", "job", s.jobs[i].Name, "reason", fmt.Sprint(reason))
			s.retry(i)
		}
	}()
	if err := s.run(i); err != nil && s.ctx.Err() == nil {
		s.log.Error("a job failed", "job", s.jobs[i].Name, "err", err)
		s.retry(i)
	}
}

// retry has a job asked again; one without slots comes again by itself, and one
// that goes apart and may take long waits for its next strike.
func (s *Scheduler) retry(i int) {
	if !s.jobs[i].Loose && !s.jobs[i].Apart {
		s.askIn(retryAfter * s.every)
	}
}

func (s *Scheduler) run(i int) error {
	job := s.jobs[i]
	lease, held, err := s.takeLease()
	if err != nil || !held {
		return err
	}
	if job.Loose {
		now := s.officeNow()
		return job.Run(s.ctx, Slot{Lease: lease, Name: now.Format(slotForm), At: now, Now: now, Last: true})
	}
	missing, err := s.missing(job)
	if err != nil {
		return err
	}
	for n, at := range missing {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		slot := Slot{Lease: lease, Name: at.Format(slotForm), At: at, Now: s.officeNow(), Last: n == len(missing)-1}
		if job.Apart && s.tried[i] == slot.Name {
			continue // what failed in it will be told by then; others are asked again meanwhile
		}
		s.tried[i] = slot.Name
		if err := job.Run(s.ctx, slot); err != nil {
			return errors.Join(fmt.Errorf("slot %s", slot.Name), err)
		}
	}
	return nil
}

// missing lists the slots of a job up to now that are not done: all since the last
// one that is, or for a job that does not catch up the latest alone. Slots that
// were done while the clock was ahead are done, and hide none before them.
func (s *Scheduler) missing(job Job) ([]time.Time, error) {
	plan, err := cron.ParseStandard(job.Spec)
	if err != nil {
		return nil, err
	}
	now := s.officeNow()
	last, err := s.db.LastSlot(s.ctx, job.Name, now.Format(slotForm))
	if err != nil {
		return nil, err
	}
	var out []time.Time
	from := now.AddDate(0, 0, -8) // nothing done yet: the latest slot, of a week at the most
	if last != "" {
		if from, err = time.ParseInLocation(slotForm, last, s.office); err != nil {
			return nil, fmt.Errorf("read the last slot of %s: %w", job.Name, err)
		}
	}
	for at := plan.Next(from); !at.After(now); at = plan.Next(at) {
		if out = append(out, at); len(out) > mostSlots {
			out = out[1:]
		}
	}
	if len(out) > 1 && (last == "" || !job.Every) {
		out = out[len(out)-1:]
	}
	return out, nil
}

// cronLog hands what cron says to our log.
type cronLog struct{ log *slog.Logger }

func (cronLog) Info(string, ...any) {}

func (l cronLog) Error(err error, msg string, more ...any) {
	l.log.Error("cron: "+msg, append([]any{"err", err}, more...)...)
}
