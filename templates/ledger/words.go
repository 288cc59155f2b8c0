package ledger

import (
	"strings"

	"gongkai/templates/parts"
)

func indented(o parts.Option) string { return strings.Repeat("\u3000", o.Depth) + o.Label }
