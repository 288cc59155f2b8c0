package jobs

import (
	"os"
	"path/filepath"
	"syscall"
)

// sameDisk reports whether two folders lie on the same disk, as far as the system
// tells; of one that is not there yet, the one above it counts.
func sameDisk(a, b string) bool {
	x, foundX := deviceOf(a)
	y, foundY := deviceOf(b)
	return foundX && foundY && x == y
}

func deviceOf(path string) (uint64, bool) {
	for {
		info, err := os.Stat(path)
		if err == nil {
			stat, known := info.Sys().(*syscall.Stat_t)
			if !known {
				return 0, false
			}
			return uint64(stat.Dev), true
		}
		above := filepath.Dir(path)
		if above == path {
			return 0, false
		}
		path = above
	}
}
