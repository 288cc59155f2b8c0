package supervision

import "gongkai/templates/parts"

// orderLight is how an order stands, as sign, word and colour.
func orderLight(word string, late, closed bool) parts.Light {
	switch {
	case closed:
		return parts.Light{Kind: "closed", Word: word}
	case late:
		return parts.Light{Kind: "late", Word: word}
	}
	return parts.Light{Kind: "waiting", Word: word}
}
