package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai/internal/testkit"
)

// What a writer was told is registered is there after a SIGKILL at any moment,
// once, under a number without a gap, and the audit chain is whole.
func TestKilledServer(t *testing.T) {
	dir := t.TempDir()
	s := &killedServer{T: t, bin: buildProgram(t, dir), data: filepath.Join(dir, "data"), addr: freeAddress(t)}
	run(t, s.bin, "demo", "--load-only", "--data", s.data)
	random := rand.New(rand.NewPCG(20, 26))
	s.start()
	writers := make([]*writer, 8)
	for i := range writers {
		writers[i] = s.newWriter(i)
	}
	for range testkit.ServeKills() {
		ctx, cancel := context.WithCancel(context.Background())
		var all sync.WaitGroup
		for _, w := range writers {
			all.Go(func() { w.write(ctx) })
		}
		time.Sleep(time.Duration(random.Int64N(int64(250 * time.Millisecond))))
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		cancel()
		all.Wait()
		s.start()
	}
	var acknowledged []string
	for _, w := range writers {
		w.finish()
		acknowledged = append(acknowledged, w.acknowledged...)
	}
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	t.Logf("%d registered over %d kills, slowest start %v", len(acknowledged), testkit.ServeKills(), s.slowest)
	if len(acknowledged) < 2*testkit.ServeKills() {
		t.Fatal("too little was registered for the kills to have met a writer")
	}
	run(t, s.bin, "verify", "--data", s.data)
	there := registered(t, run(t, s.bin, "export", "cases", "--agency", "fuzhou", "--data", s.data))
	if wrong := compareRegistered(acknowledged, there); len(wrong) > 0 {
		t.Errorf("%d wrong: %s", len(wrong), wrong[0])
	}
	// The comparison sees what is lost, doubled and skipped.
	for name, faulty := range map[string][]registeredCase{"lost": there[:len(there)-1], "double": append(there[:len(there):len(there)], registeredCase{there[len(there)-1].mark, there[len(there)-1].number + 1}),
		"gap": append(there[:len(there)-1:len(there)-1], registeredCase{there[len(there)-1].mark, there[len(there)-1].number + 1})} {
		if len(compareRegistered(acknowledged, faulty)) == 0 {
			t.Errorf("a planted fault (%s) is not seen", name)
		}
	}
}

// killedServer is the program under test, killed and started again.
type killedServer struct {
	*testing.T
	bin, data, addr string
	cmd             *exec.Cmd
	slowest         time.Duration
}

func (s *killedServer) start() {
	s.Helper()
	begun := time.Now()
	s.cmd = exec.Command(s.bin, "serve", "--data", s.data, "--addr", s.addr)
	var said bytes.Buffer
	s.cmd.Stderr = &said
	if err := s.cmd.Start(); err != nil {
		s.Fatal(err)
	}
	for time.Since(begun) < time.Minute {
		if res, err := http.Get("http://" + s.addr + "/healthz"); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				s.slowest = max(s.slowest, time.Since(begun))
				return
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.Fatalf("the server did not come back; it said %s", said.String())
}

// writer is somebody who registers letters and sends a form again until he is
// told that it is registered.
type writer struct {
	s            *killedServer
	client       *http.Client
	token        string
	place, next  int
	acknowledged []string
}

var formToken = regexp.MustCompile(`name="_token" value="([^"]+)"`)

func (s *killedServer) newWriter(place int) *writer {
	s.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.Fatal(err)
	}
	w := &writer{s: s, place: place, client: &http.Client{Jar: jar, Timeout: 10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	res, err := w.client.PostForm("http://"+s.addr+"/signin", url.Values{"login": {"shi-dengji"}, "password": {"gongkai-demo"}})
	if err != nil {
		s.Fatal(err)
	}
	_ = res.Body.Close()
	if res, err = w.client.Get("http://" + s.addr + "/cases/new"); err != nil {
		s.Fatal(err)
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	found := formToken.FindSubmatch(page)
	if err != nil || found == nil {
		s.Fatalf("the form of writer %d: %d, %v", place, res.StatusCode, err)
	}
	w.token = string(found[1])
	return w
}

func (w *writer) mark() string { return fmt.Sprintf("标记%d之%d号", w.place, w.next) }

// write registers one letter after the other until the server is gone.
func (w *writer) write(ctx context.Context) {
	for ctx.Err() == nil {
		if !w.send() {
			time.Sleep(5 * time.Millisecond)
		}
	}
}

// finish sends the letter that a kill interrupted, and one more.
func (w *writer) finish() {
	for range 2 {
		if !w.send() {
			w.s.Errorf("writer %d can't register after the last start", w.place)
		}
	}
}

func (w *writer) send() bool {
	today := time.Now().In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly)
	res, err := w.client.PostForm("http://"+w.s.addr+"/cases/new?agency=fuzhou", url.Values{"_token": {w.token}, "agency": {"fuzhou"}, "save": {"1"}, "key": {w.mark()},
		"channel": {"in_person"}, "submitted": {today}, "kind": {"natural"}, "name": {"陈小明"}, "phone": {"13800001234"}, "address": {"示例路1号"}, "content": {w.mark()}})
	if err != nil {
		return false
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	switch {
	case err != nil:
		return false
	case res.StatusCode == http.StatusSeeOther && strings.HasPrefix(res.Header.Get("Location"), "/cases/"):
		w.acknowledged = append(w.acknowledged, w.mark())
		w.next++
		return true
	case res.StatusCode < http.StatusInternalServerError:
		w.s.Errorf("writer %d: %d %s %.300s", w.place, res.StatusCode, res.Header.Get("Location"), page)
	}
	return false
}

// registeredCase is a line of the ledger that a writer made.
type registeredCase struct {
	mark   string
	number int // in the series of the year
}

var seriesNumber = regexp.MustCompile(`〕(\d+)号$`)

func registered(t *testing.T, ledger []byte) []registeredCase {
	t.Helper()
	lines, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(ledger, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range lines[0] {
		column[name] = i
	}
	var out []registeredCase
	for _, line := range lines[1:] {
		if !strings.HasPrefix(line[column["content"]], "标记") {
			continue
		}
		n := 0
		if found := seriesNumber.FindStringSubmatch(line[column["number"]]); found != nil {
			_, _ = fmt.Sscan(found[1], &n)
		}
		out = append(out, registeredCase{line[column["content"]], n})
	}
	return out
}

// compareRegistered names what was acknowledged and is lost, what is there twice,
// and the numbers that are missing between the first and the last.
func compareRegistered(acknowledged []string, there []registeredCase) []string {
	var wrong []string
	times, numbers := map[string]int{}, map[int]int{}
	low, high := 1<<30, 0
	for _, c := range there {
		times[c.mark]++
		numbers[c.number]++
		low, high = min(low, c.number), max(high, c.number)
	}
	for _, mark := range acknowledged {
		if times[mark] == 0 {
			wrong = append(wrong, mark+" is lost")
		}
	}
	for mark, n := range times {
		if n > 1 {
			wrong = append(wrong, fmt.Sprintf("%s is there %d times", mark, n))
		}
	}
	for n := low; n <= high; n++ {
		if numbers[n] != 1 {
			wrong = append(wrong, fmt.Sprintf("number %d was given %d times", n, numbers[n]))
		}
	}
	return wrong
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
