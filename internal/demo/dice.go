package demo

import (
	"math/rand/v2"

	"gongkai/internal/calendar"
)

// dice is chance that repeats itself: the same seed gives the same throws.
type dice struct{ *rand.Rand }

func newDice(seed, day int) dice {
	return dice{rand.New(rand.NewPCG(uint64(seed), uint64(day)))}
}

// between gives a number from a to b, both included.
func (d dice) between(a, b int) int { return a + d.IntN(b-a+1) }

// chance is true in p of 100 throws.
func (d dice) chance(p int) bool { return d.IntN(100) < p }

// oneOf picks an entry.
func oneOf[T any](d dice, list []T) T { return list[d.IntN(len(list))] }

func shuffle[T any](d dice, list []T) {
	d.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}

// share divides total over weights without a remainder, in their order.
func share(total int, weights []int) []int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	out, seen := make([]int, len(weights)), 0
	for i, w := range weights {
		out[i] = total*(seen+w)/sum - total*seen/sum
		seen += w
	}
	return out
}

// back gives the working day that lies n working days before the last working
// day up to day; n from 0.
func back(cal *calendar.Calendar, day calendar.Date, n int) calendar.Date {
	for ; ; day = day.AddDays(-1) {
		if cal.IsWorkday(day) {
			if n == 0 {
				return day
			}
			n--
		}
	}
}
