package app

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/internal/config"
	"gongkai/internal/store"
	"gongkai/internal/web"
)

// The certificates that config tls makes serve pages that a computer with the
// authority's certificate trusts, and no other; run again, the authority stays.
func TestConfigTLS(t *testing.T) {
	dir := t.TempDir()
	out := &bytes.Buffer{}
	env := &Env{Stdout: out, Stderr: io.Discard, Now: time.Now}
	certs := filepath.Join(dir, "tls")
	for range 2 {
		if code := configTLS(context.Background(), env, []string{"--host", "127.0.0.1,gongkai.local", "--out", certs}); code != ExitDone {
			t.Fatalf("exit %d: %s", code, out)
		}
	}
	if strings.Count(out.String(), "颁发机构证书") != 1 {
		t.Error("a second authority was made")
	}
	if info, err := os.Stat(filepath.Join(certs, "server.key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key: %v %v", info.Mode(), err)
	}
	cfg := config.Default()
	cfg.Server = config.Server{Addr: "127.0.0.1:0", TLSCert: filepath.Join(certs, "server.crt"), TLSKey: filepath.Join(certs, "server.key")}
	db, err := store.Open(context.Background(), store.Options{Dir: filepath.Join(dir, "data"), KeyFile: filepath.Join(dir, "data.key"), Purpose: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx, stop := context.WithCancel(context.Background())
	address, ended := make(chan string, 1), make(chan int, 1)
	go func() { ended <- env.servePages(ctx, cfg, db, web.Demo{}, func(addr, _ string) { address <- addr }) }()
	at := <-address
	ca, err := os.ReadFile(filepath.Join(certs, "ca.crt"))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	trusting := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	res, err := trusting.Get("https://" + at + "/healthz")
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%v %v", res, err)
	}
	res.Body.Close()
	if _, err := (&http.Client{}).Get("https://" + at + "/healthz"); err == nil {
		t.Error("a computer without the authority trusts it")
	}
	if res, err := http.Get("http://" + at + "/healthz"); err == nil && res.StatusCode == http.StatusOK {
		t.Error("plain HTTP is answered")
	}
	stop()
	if code := <-ended; code != ExitDone {
		t.Errorf("ended with %d", code)
	}
	if code := configTLS(context.Background(), env, nil); code != ExitWrong {
		t.Errorf("without host: %d", code)
	}
}
