package app

import (
	"fmt"
	"slices"
	"strings"
)

// flagged is what a command was called with: its flags by name without dashes,
// and the rest in its order.
type flagged struct {
	values map[string]string // a switch that was given has "true"
	rest   []string
}

// readFlags takes apart the arguments of a command that knows flags with a value
// and switches. They may stand anywhere before a bare "--", as --flag value or
// --flag=value. An unknown one, a missing value and one given twice are errors in
// Chinese.
func readFlags(command string, args, withValue, switches []string) (flagged, error) {
	f := flagged{values: map[string]string{}}
	for i := 0; i < len(args); i++ {
		if args[i] == "--" {
			f.rest = append(f.rest, args[i+1:]...)
			break
		}
		if !strings.HasPrefix(args[i], "-") || args[i] == "-" {
			f.rest = append(f.rest, args[i])
			continue
		}
		name, value, joined := strings.Cut(strings.TrimLeft(args[i], "-"), "=")
		if _, twice := f.values[name]; twice {
			return f, fmt.Errorf("--%s 写了两次", name)
		}
		switch {
		case slices.Contains(switches, name) && !joined:
			value = "true"
		case !slices.Contains(withValue, name):
			return f, fmt.Errorf("%s 没有“%s”这个选项；查看用法：gongkai %s --help", command, args[i], command)
		case !joined && i+1 == len(args):
			return f, fmt.Errorf("%s 后缺少内容", args[i])
		case !joined:
			i++
			value = args[i]
		}
		f.values[name] = value
	}
	return f, nil
}

func (f flagged) has(name string) bool { return f.values[name] != "" }

// one gives the only argument beside the flags; missing and further ones are
// errors that name what is expected.
func (f flagged) one(command, what, example string) (string, error) {
	if len(f.rest) != 1 || f.rest[0] == "" {
		return "", fmt.Errorf("%s 须带%s，如：%s", command, what, example)
	}
	return f.rest[0], nil
}
