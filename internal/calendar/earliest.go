package calendar

import (
	"cmp"
	"slices"
	"sort"
	"time"
)

// reach is how many days from a statutory day a weekend has been worked for it,
// at the most: every notice from 2007 on keeps within it (a test holds that).
const reach = 14

// mostWorked is, for each holiday of a year, the most weekend days that any
// notice has had worked for it (a test holds that too).
var mostWorked = [slots]int{slotNewYear: 2, slotSpring: 2, slotQingming: 2, slotLabour: 2, slotDragonBoat: 2, slotAutumn: 4}

// candidate is a weekend day that a notice to come could make a working day,
// with the holidays, one or two, that could claim it.
type candidate struct {
	date  Date
	holds [2]window
	n     int
}

// window is the time around one holiday of one year without a notice.
type window struct {
	id   int32 // year and slot, rising with time
	last Date
}

// findCandidates lists the weekend days near the statutory days of the years
// without a notice, also those of a December before such a year that has one.
func (c *Calendar) findCandidates() {
	found := map[Date]*candidate{}
	for year := firstYear; year <= lastYear; year++ {
		if c.noticed[year-firstYear] {
			continue
		}
		for id, span := range windows(year) {
			c.collect(found, window{int32(year*slots + id), span[1]}, span[0])
		}
	}
	c.candidates = make([]candidate, 0, len(found))
	for _, k := range found {
		c.candidates = append(c.candidates, *k)
	}
	slices.SortFunc(c.candidates, func(a, b candidate) int { return a.date.Compare(b.date) })
}

// windows gives the first and last day of each holiday's window.
func windows(year int) [slots][2]Date {
	var w [slots][2]Date
	for _, s := range statutory(year) {
		from, to := s.date.AddDays(-reach), s.date.AddDays(reach)
		if w[s.slot][0].IsZero() || from.Before(w[s.slot][0]) {
			w[s.slot][0] = from
		}
		w[s.slot][1] = Later(w[s.slot][1], to)
	}
	return w
}

func (c *Calendar) collect(found map[Date]*candidate, w window, from Date) {
	if from.IsZero() {
		return
	}
	for d := from; !d.After(w.last); d = d.AddDays(1) {
		if _, fixed := c.named[d]; fixed || !weekend(d) || !c.mayChange(d) {
			continue
		}
		k := found[d]
		if k == nil {
			k = &candidate{date: d}
			found[d] = k
		}
		if k.n < len(k.holds) {
			k.holds[k.n] = w
			k.n++
		}
		slices.SortFunc(k.holds[:k.n], func(a, b window) int { return cmp.Compare(a.last.days, b.last.days) })
	}
}

// mayChange reports whether a notice to come could still name d: its year has
// none, or it is a December day that the next year's notice may reach.
func (c *Calendar) mayChange(d Date) bool {
	if c.Provisional(d) {
		return true
	}
	y, m, _ := d.YMD()
	return m == time.December && y < lastYear && !c.noticed[y+1-firstYear]
}

// EarliestAdd gives the earliest day on which the n-th working day after d could
// fall once the missing notices are out. Make-up weekends near a statutory
// holiday can bring it forward, at most as many for each holiday as any notice
// has ever used. Where no notice is missing it equals Add.
func (c *Calendar) EarliestAdd(d Date, n int) Date {
	if n <= 0 {
		return d
	}
	first := sort.Search(len(c.candidates), func(i int) bool { return c.candidates[i].date.After(d) })
	var u usage
	end := c.Add(d, n)
	for _, k := range c.candidates[first:] {
		if !k.date.Before(end) {
			return end
		}
		if !u.take(k) {
			continue
		}
		n--
		if c.Count(d, k.date) >= n {
			return k.date
		}
		end = c.Add(d, n)
	}
	return end
}

// usage counts the weekends given to each window during one walk. Windows that
// are open at the same time have ids that differ by less than its size.
type usage struct {
	id   [slots + 2]int32
	used [slots + 2]int
}

// take gives the day to the window that ends first and has one left: that order
// uses as many days as any other could.
func (u *usage) take(k candidate) bool {
	for _, w := range k.holds[:k.n] {
		i := int(w.id) % len(u.id)
		if u.id[i] != w.id {
			u.id[i], u.used[i] = w.id, 0
		}
		if u.used[i] < mostWorked[int(w.id)%slots] {
			u.used[i]++
			return true
		}
	}
	return false
}
