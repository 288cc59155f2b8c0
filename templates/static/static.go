// Package static carries the pages' own style sheets, script and icon into the
// binary. It names no other host and knows nothing of the pages.
package static

import "embed"

// Files holds every file that pages may ask for under /static/.
//
//go:embed *.css *.js *.png
var Files embed.FS
