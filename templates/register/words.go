package register

func sorted(h Head) string {
	if h.Sorted == "" {
		return "none"
	}
	return h.Sorted
}

// short reports whether a printed cell is better kept on one line: dates and
// numbers of cases can't be read in two halves.
func short(cell string) bool { return len([]rune(cell)) <= 16 }

func arrow(h Head) string {
	switch h.Sorted {
	case "ascending":
		return " ↑"
	case "descending":
		return " ↓"
	}
	return ""
}
