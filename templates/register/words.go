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

// Effect says what an act does to the term.
func (a Act) Effect() string {
	if a.Clock == "无" {
		return "不影响期限"
	}
	return "期限：" + a.Clock
}
