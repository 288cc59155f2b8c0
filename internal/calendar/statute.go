package calendar

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
	"time"
)

// festivals.csv holds, for 1990 to 2100, the days of the four feasts that move:
// Spring Festival (正月初一), Qingming, Dragon Boat (五月初五) and Mid-Autumn
// (八月十五).
//
//go:embed festivals.csv
var festivalFile string

type feast struct{ spring, qingming, dragonBoat, midAutumn Date }

var feasts = sync.OnceValue(func() map[int]feast {
	all := make(map[int]feast, lastYear-firstYear+1)
	for _, line := range strings.Split(strings.TrimSpace(festivalFile), "\n")[1:] {
		cells := strings.Split(line, ",")
		year, err := strconv.Atoi(cells[0])
		if err != nil {
			panic(err)
		}
		on := func(i int) Date { return MustParse(cells[0] + "-" + cells[i]) }
		all[year] = feast{on(1), on(2), on(3), on(4)}
	}
	return all
})

// statutoryDay is a day off for everybody by the regulation itself
// (全国年节及纪念日放假办法第二条), before any notice arranges the year.
type statutoryDay struct {
	date Date
	name string
	slot int // which holiday of the year, for the bounds of earliest.go
}

// The holidays of a year in the order of the calendar. Mid-Autumn and National
// Day are one slot: they lie so near that notices arrange them together.
const (
	slotNewYear = iota
	slotSpring
	slotQingming
	slotLabour
	slotDragonBoat
	slotAutumn
	slots
)

// statutory gives the statutory days of a year by the text in force in it:
// that of 1949 to 1999, 1999-09-18, 2008-01-01, 2014-01-01 or 2025-01-01.
// Days in lieu of a statutory day on a weekend are left to the notice: the
// regulation does not say which day it shall be.
func statutory(year int) []statutoryDay {
	f := feasts()[year]
	var days []statutoryDay
	add := func(slot int, name string, from Date, n int) {
		for i := range n {
			days = append(days, statutoryDay{from.AddDays(i), name, slot})
		}
	}
	add(slotNewYear, "元旦", Of(year, time.January, 1), 1)
	spring, n := springFestival(year, f.spring)
	add(slotSpring, "春节", spring, n)
	if year >= 2008 {
		add(slotQingming, "清明节", f.qingming, 1)
		add(slotDragonBoat, "端午节", f.dragonBoat, 1)
		add(slotAutumn, "中秋节", f.midAutumn, 1)
	}
	add(slotLabour, "劳动节", Of(year, time.May, 1), labourDays(year))
	add(slotAutumn, "国庆节", Of(year, time.October, 1), nationalDays(year))
	return days
}

// springFestival gives the first statutory day and their number: New Year's Eve
// was one from 2008 to 2013 and is again from 2025, then as a fourth day.
func springFestival(year int, first Date) (Date, int) {
	switch {
	case year >= 2025:
		return first.AddDays(-1), 4
	case year >= 2008 && year < 2014:
		return first.AddDays(-1), 3
	}
	return first, 3
}

func labourDays(year int) int {
	switch {
	case year >= 2025:
		return 2
	case year >= 2000 && year < 2008:
		return 3
	}
	return 1
}

func nationalDays(year int) int {
	if year < 1999 {
		return 2
	}
	return 3
}
