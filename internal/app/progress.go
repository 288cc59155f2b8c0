package app

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// Progress draws a bar of how far a long task has come. It stays silent where
// nobody watches (not a terminal) and during the first second, so that short
// tasks do not flicker. It is not safe for concurrent use.
type Progress struct {
	out         io.Writer // nil: nobody watches
	now         func() time.Time
	begun, last time.Time
	label       string
	done, total int
	drawn       bool
}

// The bar appears after progressDelay and is drawn anew every progressEvery.
const (
	progressDelay = time.Second
	progressEvery = 200 * time.Millisecond
	progressWidth = 30
)

// NewProgress begins a task of total steps; a total of 0 means that it is not
// known, and only the steps done are shown.
func (env *Env) NewProgress(label string, total int) *Progress {
	p := &Progress{now: env.Now, begun: env.Now(), label: label, total: total}
	if f, ok := env.Stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.out = f
	}
	return p
}

// Add says that n more steps are done.
func (p *Progress) Add(n int) {
	p.done += n
	if p.out == nil {
		return
	}
	now := p.now()
	if now.Sub(p.begun) < progressDelay || now.Sub(p.last) < progressEvery {
		return
	}
	p.last, p.drawn = now, true
	fmt.Fprint(p.out, "\r"+p.line(now)+"\x1b[K")
}

// Done wipes the bar off the terminal; what the task found is for its caller to
// print.
func (p *Progress) Done() {
	if p.drawn {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}

func (p *Progress) line(now time.Time) string {
	if p.total <= 0 {
		return fmt.Sprintf("%s  %d", p.label, p.done)
	}
	done := min(p.done, p.total)
	full := done * progressWidth / p.total
	bar := strings.Repeat("█", full) + strings.Repeat("░", progressWidth-full)
	line := fmt.Sprintf("%s  %s %3d%%", p.label, bar, done*100/p.total)
	if done > 0 && done < p.total {
		left := now.Sub(p.begun) * time.Duration(p.total-done) / time.Duration(done)
		line += fmt.Sprintf("  约剩 %s", left.Round(time.Second))
	}
	return line
}
