package jobs

import "time"

// has reports whether the scheduler holds the lease.
func (s *Scheduler) has() bool {
	s.leaseMu.Lock()
	defer s.leaseMu.Unlock()
	return s.held
}

// WatchEvery has the scheduler look at its lease and the clock less often: over a
// year, every few seconds would take long.
func (s *Scheduler) WatchEvery(d time.Duration) { s.every = d }
