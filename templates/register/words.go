package register

func sorted(h Head) string {
	if h.Sorted == "" {
		return "none"
	}
	return h.Sorted
}

func arrow(h Head) string {
	switch h.Sorted {
	case "ascending":
		return " ↑"
	case "descending":
		return " ↓"
	}
	return ""
}
