package testkit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx" of database/sql
)

// postgresOnce is the server of this test process, started when the first test
// asks for it, and databases counts what was made in it. Both live as long as
// the process does; see startPostgres for their end.
var (
	postgresOnce = sync.OnceValues(startPostgres)
	databases    atomic.Int64
)

// errNoPostgres says that this machine has no PostgreSQL server to start.
var errNoPostgres = errors.New("no initdb and postgres found in PATH or /usr/lib/postgresql; install with: apt-get install postgresql")

// Postgres gives the connection string of a fresh, empty database with C
// collation, dropped when the test ends. The server is the machine's own, with
// durable settings as in production; one serves the whole test process.
// Without one the test is skipped, or fails where GONGKAI_NEED_POSTGRES is set,
// as make test sets it.
func Postgres(t testing.TB) (dsn string) {
	t.Helper()
	server, err := postgresOnce()
	if errors.Is(err, errNoPostgres) && os.Getenv("GONGKAI_NEED_POSTGRES") == "" {
		Skip(t, err.Error())
	}
	if err != nil {
		t.Fatalf("throw-away PostgreSQL: %v", err)
	}
	name := fmt.Sprintf("test_%d", databases.Add(1))
	server.exec(t, "CREATE DATABASE "+name+" TEMPLATE template0")
	t.Cleanup(func() { server.exec(t, "DROP DATABASE "+name+" WITH (FORCE)") })
	return server.dsn(name)
}

// postgresServer is a running server, reached through a socket in its folder:
// no port to race for, nobody else on the machine to let in.
type postgresServer struct{ dir string }

func (s postgresServer) dsn(database string) string {
	return "postgres://gongkai@/" + database + "?host=" + s.dir + "&port=5432&sslmode=disable"
}

func (s postgresServer) exec(t testing.TB, statement string) {
	t.Helper()
	db, err := sql.Open("pgx", s.dsn("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// serve makes a cluster in $1 with the programs in $2, serves it, and takes
// everything away when its standard input ends, that is with the test process,
// however that dies.
const serve = `
set -e
"$2/initdb" -D "$1/data" -U gongkai -A trust --encoding=UTF8 --locale=C --no-sync >"$1/initdb.log" 2>&1
"$2/postgres" -D "$1/data" -k "$1" -c listen_addresses= -c max_connections=60 -c shared_buffers=32MB \
	-c max_wal_size=256MB -c wal_level=minimal -c max_wal_senders=0 -c autovacuum=off \
	-c timezone=UTC -c log_timezone=UTC >"$1/postgres.log" 2>&1 </dev/null &
cat >/dev/null || true
kill -QUIT $! 2>/dev/null || true
wait $! 2>/dev/null || true
rm -rf "$1"
`

// startPostgres starts a server under a keeper that ends it with this process.
func startPostgres() (postgresServer, error) {
	bin, err := postgresBin()
	if err != nil {
		return postgresServer{}, err
	}
	dir, err := os.MkdirTemp(roomyTemp(), "gongkai-pg-")
	if err != nil {
		return postgresServer{}, err
	}
	keeper := exec.Command("/bin/sh", "-c", serve, "sh", dir, bin)
	keeper.Dir = "/"
	keeper.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"} // no PG* of the developer's
	keeper.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}                // an interrupt is for the tests, not for the keeper
	if os.Getuid() == 0 {
		if keeper.SysProcAttr.Credential, err = unprivileged(dir); err != nil {
			return postgresServer{}, err
		}
	}
	if _, err := keeper.StdinPipe(); err != nil { // held open until this process ends
		return postgresServer{}, err
	}
	if err := keeper.Start(); err != nil {
		return postgresServer{}, err
	}
	server := postgresServer{dir}
	return server, server.awaitReady(keeper)
}

// unprivileged gives the user that PostgreSQL runs as, since it refuses to run
// as root, and hands the folder to it.
func unprivileged(dir string) (*syscall.Credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.Atoi(u.Uid) // numbers on every Unix
		gid, _ := strconv.Atoi(u.Gid)
		if err := os.Chown(dir, uid, gid); err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("root may not run PostgreSQL, and there is no user postgres or nobody")
}

// awaitReady waits until the server answers, and tells its log if it never
// does.
func (s postgresServer) awaitReady(keeper *exec.Cmd) error {
	ended := make(chan error, 1)
	go func() { ended <- keeper.Wait() }()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db, err := sql.Open("pgx", s.dsn("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	for db.PingContext(ctx) != nil {
		select {
		case err := <-ended:
			return fmt.Errorf("it ended: %v\n%s", err, s.logs())
		case <-ctx.Done():
			return fmt.Errorf("no answer within a minute\n%s", s.logs())
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil
}

func (s postgresServer) logs() string {
	initdb, _ := os.ReadFile(filepath.Join(s.dir, "initdb.log"))     // absent: nothing to tell
	postgres, _ := os.ReadFile(filepath.Join(s.dir, "postgres.log")) // likewise
	return string(initdb) + string(postgres)
}

// postgresBin finds the folder with initdb and postgres: in PATH, else the
// newest of Debian's.
func postgresBin() (string, error) {
	if initdb, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(initdb); err == nil && executable(filepath.Dir(real), "postgres") {
			return filepath.Dir(real), nil
		}
	}
	dirs, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	slices.SortFunc(dirs, func(a, b string) int { return version(b) - version(a) })
	for _, dir := range dirs {
		if executable(dir, "initdb") && executable(dir, "postgres") {
			return dir, nil
		}
	}
	return "", errNoPostgres
}

func executable(dir, name string) bool {
	info, err := os.Stat(filepath.Join(dir, name))
	return err == nil && info.Mode()&0o111 != 0
}

// version reads the 15 of /usr/lib/postgresql/15/bin; 0 where there is none.
func version(dir string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(dir))) // 9.6 and the like sort last
	return n
}

// roomyTemp prefers memory for the cluster, where forcing to disk costs
// nothing; a container's 64 MB of it are too few.
func roomyTemp() string {
	const memory, enough = "/dev/shm", 1 << 30
	var fs syscall.Statfs_t
	if syscall.Statfs(memory, &fs) == nil && fs.Bavail*uint64(fs.Bsize) > enough {
		return memory
	}
	return os.TempDir()
}
