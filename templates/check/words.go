package check

import "strconv"

func count(n int) string { return strconv.Itoa(n) }

func sortWord(h Head) string {
	switch {
	case !h.Sorted:
		return "none"
	case h.Down:
		return "descending"
	}
	return "ascending"
}

func sortArrow(h Head) string {
	switch {
	case !h.Sorted:
		return ""
	case h.Down:
		return "↓"
	}
	return "↑"
}
