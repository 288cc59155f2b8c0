package calendar

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"sort"
	"sync"
)

//go:embed notices/*.csv
var noticeFiles embed.FS

// Book holds every notice that is known, with the day from which each counted.
// It never changes: With gives a new one. All its methods are safe for
// concurrent use and give out Calendars that are built once and shared.
type Book struct {
	adopted   *shelf
	published *shelf
	local     []LocalDays // by their From

	mu    sync.Mutex
	mixed map[mix]*Calendar // those with local days
}

// LocalDays are the days of one agency's own from a day on; they take the place
// of those that were set before.
type LocalDays struct {
	From Date
	Days []LocalDay
}

type mix struct {
	base *Calendar
	step int
}

// shelf is the notices in the order in which they came to count, and the
// calendar after each of them, built when first asked for.
type shelf struct {
	notices []Notice
	from    []Date
	views   []view
}

type view struct {
	once sync.Once
	cal  *Calendar
}

// Builtin gives the notices that the program carries: 2007 to 2026, with the
// changes of 2015, 2019 and 2020 as notices of their own.
func Builtin() *Book { return builtin() }

var builtin = sync.OnceValue(func() *Book {
	files, err := noticeFiles.ReadDir("notices")
	if err != nil {
		panic(err)
	}
	var all []Notice
	for _, f := range files {
		text, err := noticeFiles.ReadFile(path.Join("notices", f.Name()))
		if err != nil {
			panic(err)
		}
		n, err := parseNoticeFile(string(text))
		if err != nil {
			panic(fmt.Sprintf("calendar: %s: %v", f.Name(), err))
		}
		all = append(all, n)
	}
	return newBook(all)
})

// NewBook gives a book of these notices and no others.
func NewBook(notices ...Notice) *Book { return newBook(notices) }

// With gives a book with these notices too. A notice whose number is known
// already takes the place of the known one.
func (b *Book) With(notices ...Notice) *Book {
	all := slices.Clone(b.adopted.notices)
	for _, n := range notices {
		known := slices.IndexFunc(all, func(o Notice) bool { return n.Number != "" && o.Number == n.Number })
		if known >= 0 {
			all[known] = n
		} else {
			all = append(all, n)
		}
	}
	return newBook(all).WithLocal(b.local...)
}

func newBook(all []Notice) *Book {
	b := &Book{adopted: newShelf(all, Notice.CountsFrom)}
	b.published = b.adopted
	if slices.ContainsFunc(all, func(n Notice) bool { return n.CountsFrom() != n.PublishedOn }) {
		b.published = newShelf(all, func(n Notice) Date { return n.PublishedOn })
	}
	return b
}

func newShelf(all []Notice, from func(Notice) Date) *shelf {
	s := &shelf{notices: make([]Notice, len(all)), from: make([]Date, len(all)), views: make([]view, len(all)+1)}
	for i, n := range all {
		s.notices[i] = n.clone()
	}
	// Amendments of one day come after what they amend.
	slices.SortStableFunc(s.notices, func(a, b Notice) int {
		if c := from(a).Compare(from(b)); c != 0 || a.Amends == b.Amends {
			return c
		}
		if a.Amends {
			return 1
		}
		return -1
	})
	for i, n := range s.notices {
		s.from[i] = from(n)
	}
	return s
}

// at gives the calendar of the first n notices.
func (s *shelf) at(n int) *Calendar {
	v := &s.views[n]
	v.once.Do(func() { v.cal = build(s.notices[:n], nil) })
	return v.cal
}

func (s *shelf) asOf(day Date) *Calendar {
	return s.at(sort.Search(len(s.from), func(i int) bool { return s.from[i].After(day) }))
}

// AsOf gives the calendar by which this installation judged on that day: the
// notices adopted by then (those without a day of adoption: published by then).
func (b *Book) AsOf(day Date) *Calendar {
	step := sort.Search(len(b.local), func(i int) bool { return b.local[i].From.After(day) })
	return b.with(b.adopted.asOf(day), step)
}

// WithLocal gives a book of the same notices for an agency with these days of its
// own. AsOf knows those set by then; Latest and PublishedBy the last ones.
func (b *Book) WithLocal(steps ...LocalDays) *Book {
	if len(steps) == 0 {
		return b
	}
	own := &Book{adopted: b.adopted, published: b.published, local: slices.Clone(steps), mixed: map[mix]*Calendar{}}
	slices.SortStableFunc(own.local, func(a, b LocalDays) int { return a.From.Compare(b.From) })
	return own
}

// with adds the local days of a step, from 1, to a calendar, once for all.
func (b *Book) with(base *Calendar, step int) *Calendar {
	if step == 0 {
		return base
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	c, made := b.mixed[mix{base, step}]
	if !made {
		l := b.local[step-1]
		if c = base.WithLocal(l.Days); c != base {
			c.version = base.version + "+本地" + l.From.String()
		}
		b.mixed[mix{base, step}] = c
	}
	return c
}

// PublishedBy gives the calendar of the notices published by that day, whenever
// they were adopted: imported history is judged by it.
func (b *Book) PublishedBy(day Date) *Calendar {
	return b.with(b.published.asOf(day), len(b.local))
}

// Latest gives the calendar of all notices.
func (b *Book) Latest() *Calendar {
	return b.with(b.adopted.at(len(b.adopted.notices)), len(b.local))
}

// Notices gives a copy of the notices in the order in which they came to count.
func (b *Book) Notices() []Notice {
	out := make([]Notice, len(b.adopted.notices))
	for i, n := range b.adopted.notices {
		out[i] = n.clone()
	}
	return out
}
