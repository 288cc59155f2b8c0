package jobs

import "time"

// WatchEvery has the scheduler look at its lease and the clock less often: over a
// year, every few seconds would take long.
func (s *Scheduler) WatchEvery(d time.Duration) { s.every = d }
