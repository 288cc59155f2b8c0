package store

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"gongkai/internal/secret"
)

// newBenchKey is a key that is kept nowhere.
func newBenchKey() *secret.Key { return secret.New() }

// forgetPeak begins the measurement of memory anew, where the system can.
func forgetPeak() {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // elsewhere the peak is that of the process
}

// peakMiB is the most memory that the process has held, 0 where unknown.
func peakMiB() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kib, err := strconv.ParseFloat(fields[0], 64)
	if err != nil {
		return 0
	}
	return kib / 1024
}
