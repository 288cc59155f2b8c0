package store

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// BenchmarkBackup measures what registering costs while a backup is made: the
// slowest and the usual registration, with and without one, on a register of
// GONGKAI_BENCH_CASES cases. On a large one it fails if a writer stood still for
// more than two seconds: a backup holds no lock, only disk and processor.
func BenchmarkBackup(b *testing.B) {
	for _, engine := range []string{SQLite, Postgres} {
		b.Run(engine, func(b *testing.B) {
			if b.N > 1 {
				return
			}
			n := benchCases(b)
			if engine == Postgres {
				n = max(2000, n/10)
			}
			f := &measured{b: b, judge: engine == SQLite && n >= 200_000}
			db, root, _ := benchRegister(b, engine, n)
			quiet := writers(b, db, root, 15*time.Second, nil)
			f.say("registering, no backup: usual, slowest", "%s, %s", quiet[len(quiet)/2], quiet[len(quiet)-1])
			begun, file := time.Now(), filepath.Join(b.TempDir(), "b.tar.gz")
			var info BackupInfo
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				var err error
				if info, err = db.Backup(context.Background(), file); err != nil {
					b.Error(err)
				}
			}()
			beside := writers(b, db, root, 0, ended)
			took := time.Since(begun)
			f.say("backup", "%s, %d MiB of database, %d MiB archive", took, info.Holds()>>20, info.Size>>20)
			f.say("registering beside it: usual, slowest, how many", "%s, %s, %d", beside[len(beside)/2], beside[len(beside)-1], len(beside))
			if engine == SQLite {
				f.say("drill", "%s", drillTime(b, db, file, info))
			}
			f.atMost("slowest beside it / two seconds", ratio(beside[len(beside)-1], 2*time.Second), 1)
			f.print(engine)
		})
	}
}

// writers registers a case every 20 milliseconds, for a time or until ended is
// closed, and gives what each took, sorted.
func writers(b *testing.B, db *DB, agency int64, length time.Duration, ended chan struct{}) []time.Duration {
	var out []time.Duration
	for begun := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		if ended == nil && time.Since(begun) > length {
			break
		}
		select {
		case <-ended:
			slices.Sort(out)
			return out
		default:
		}
		at := time.Now()
		create(b, db, agency, record("2025-03-03"))
		out = append(out, time.Since(at))
	}
	slices.Sort(out)
	return out
}

// drillTime does not ask what verify found: the register of the benchmark was filled
// past the program, and its rows carry no hashes.
func drillTime(b *testing.B, db *DB, file string, info BackupInfo) time.Duration {
	begun := time.Now()
	_, err := db.RestoreAside(context.Background(), file, filepath.Join(b.TempDir(), "drill"), info.SHA256, nil)
	if err != nil {
		b.Fatalf("drill: %v", err)
	}
	return time.Since(begun)
}
