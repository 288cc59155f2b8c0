// Command gongkai is the whole program: it serves the pages and runs every
// subcommand. All it does itself is hand its arguments to internal/app.
package main

import (
	"os"
	_ "time/tzdata" // office machines often come without the time zones of the world

	"gongkai/internal/app"
)

func main() {
	os.Exit(app.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
