package parts

import "github.com/a-h/templ"

// described ties a field to its hint and to its error for those who listen.
func described(in Input) templ.Attributes {
	ids := ""
	if in.Hint != "" {
		ids = "hint-" + in.Name
	}
	attrs := templ.Attributes{}
	if Message(in.Problems, in.Name) != "" {
		ids += " wrong-" + in.Name
		attrs["aria-invalid"] = "true"
	}
	if ids != "" {
		attrs["aria-describedby"] = ids
	}
	return attrs
}
