// Command workflowdoc writes docs/workflow.md from the one table of states and
// acts. It is run by go generate and by nothing else.
package main

import (
	"fmt"
	"os"

	"gongkai/internal/cases"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: workflowdoc FILE")
		os.Exit(2)
	}
	if err := os.WriteFile(os.Args[1], []byte(cases.WorkflowDoc()), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
