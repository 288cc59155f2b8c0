// Package e2e drives the built program with a real browser, as its user would:
// the demonstration in a fresh folder, pages at the width of an office machine
// and of a phone.
package e2e

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// server is the program under test.
type server struct {
	url  string
	bin  string
	data string
	log  string // file of what it says on standard error
}

var (
	demoOnce   sync.Once
	demoServer server
	demoErr    error
	demoStop   func()
)

func TestMain(m *testing.M) {
	code := m.Run()
	if demoStop != nil {
		demoStop()
	}
	os.Exit(code)
}

// demo gives the demonstration's server, started once for all tests.
func demo(t *testing.T) server {
	t.Helper()
	demoOnce.Do(func() { demoServer, demoStop, demoErr = startDemo() })
	if demoErr != nil {
		t.Fatal(demoErr)
	}
	return demoServer
}

// startDemo builds the program and starts it on a free port of loopback.
func startDemo() (server, func(), error) {
	dir, err := os.MkdirTemp("", "gongkai-e2e-")
	if err != nil {
		return server{}, nil, err
	}
	s := server{bin: filepath.Join(dir, "gongkai"), data: filepath.Join(dir, "data"), log: filepath.Join(dir, "log")}
	build := exec.Command("go", "build", "-o", s.bin, "./cmd/gongkai")
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		return s, nil, fmt.Errorf("build: %v\n%s", err, out)
	}
	addr, err := freeAddr()
	if err != nil {
		return s, nil, err
	}
	s.url = "http://" + addr
	cmd := exec.Command(s.bin, "demo", "--data", s.data, "--addr", addr)
	log, err := os.Create(s.log)
	if err != nil {
		return s, nil, err
	}
	cmd.Stderr = log
	if err := errors.Join(cmd.Start(), log.Close()); err != nil {
		return s, nil, err
	}
	stop := func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
		_ = os.RemoveAll(dir)
	}
	if err := healthy(s.url); err != nil {
		said, _ := os.ReadFile(s.log) // the first error says more
		stop()
		return s, nil, fmt.Errorf("%w; it said %q", err, said)
	}
	return s, stop, nil
}

func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

func healthy(url string) error {
	for end := time.Now().Add(90 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		res, err := http.Get(url + "/healthz")
		if err != nil {
			continue
		}
		_ = res.Body.Close()
		if res.StatusCode == http.StatusOK {
			return nil
		}
	}
	return fmt.Errorf("%s did not become healthy", url)
}

// tab is a browser tab that notes what goes wrong in its pages.
type tab struct {
	ctx context.Context
	t   *testing.T
	mu  sync.Mutex
	bad []string
}

// open gives a tab of a size, in a browser of its own.
func open(t *testing.T, width, height int64) *tab {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(time.Minute))
	ctx, cancelAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(ctx)
	ctx, cancelTime := context.WithTimeout(ctx, 10*time.Minute)
	t.Cleanup(func() { cancelTime(); cancel(); cancelAlloc() })
	b := &tab{ctx: ctx, t: t}
	b.do(chromedp.EmulateViewport(width, height))
	if err := chromedp.Listen(ctx, b.note); err != nil {
		t.Fatal(err)
	}
	return b
}

// note keeps errors of scripts and of the content policy.
func (b *tab) note(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := ev.(type) {
	case *runtime.EventExceptionThrown:
		b.bad = append(b.bad, e.ExceptionDetails.Text)
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.EntryLevelError {
			b.bad = append(b.bad, e.Entry.Text+" "+e.Entry.URL)
		}
	}
}

// clean fails if a page complained.
func (b *tab) clean() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, text := range b.bad {
		b.t.Errorf("the page complains: %s", text)
	}
	b.bad = nil
}

// do runs steps and fails the test with the first error.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// signIn signs one of the demonstration's people in, with the keyboard's fields.
func (b *tab) signIn(s server, login string) {
	b.t.Helper()
	b.do(chromedp.Navigate(s.url + "/signin"))
	ask[bool](b, `(() => { const f = document.querySelector("#field-login").form; f.login.value = "`+login+`"; f.password.value = "gongkai-demo"; f.requestSubmit(); return true })()`)
	b.until(`["/", "/admin"].includes(location.pathname) && document.querySelector("form[action='/signout']") !== null`)
}

// signOut ends the session.
func (b *tab) signOut() {
	b.t.Helper()
	ask[bool](b, `(() => { document.querySelector("form[action='/signout']").requestSubmit(); return true })()`)
	b.until(`location.pathname === "/signin" && document.readyState === "complete"`)
}

// ask evaluates a script in the page.
func ask[T any](b *tab, script string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script))
	if err != nil {
		b.t.Fatalf("%.300s: %v", script, err)
	}
	return v
}

// shoot keeps a picture of the whole page where GONGKAI_PICTURES names a folder.
func (b *tab) shoot(name string) {
	b.t.Helper()
	dir := os.Getenv("GONGKAI_PICTURES")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// until waits for a script to hold in whatever page the tab is led to; a page
// that is just being left doesn't count.
func (b *tab) until(script string) {
	b.t.Helper()
	var last error
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](script))
		if ok && err == nil {
			return
		}
		last = err
	}
	b.t.Fatalf("%s did not come true (%v)", script, last)
}
