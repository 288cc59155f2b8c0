package e2e

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"gongkai/internal/testkit"
)

// axe gives axe-core as the lock names it: fetched from the registry of npm and
// held against its hash.
func axe(t *testing.T) string {
	t.Helper()
	var lock struct {
		Packages map[string]struct{ Version, Integrity string }
	}
	data, err := os.ReadFile("package-lock.json")
	if err == nil {
		err = json.Unmarshal(data, &lock)
	}
	if err != nil {
		t.Fatal(err)
	}
	pinned := lock.Packages["node_modules/axe-core"]
	client := &http.Client{Timeout: time.Minute}
	res, err := client.Get("https://registry.npmjs.org/axe-core/-/axe-core-" + pinned.Version + ".tgz")
	if err != nil {
		testkit.Skip(t, "axe-core could not be fetched from registry.npmjs.org: accessibility was not checked")
	}
	defer res.Body.Close()
	pack, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		testkit.Skip(t, "axe-core could not be fetched from registry.npmjs.org: accessibility was not checked")
	}
	sum := sha512.Sum512(pack)
	if got := "sha512-" + base64.StdEncoding.EncodeToString(sum[:]); got != pinned.Integrity {
		t.Fatalf("axe-core %s has the hash %s, the lock says %s", pinned.Version, got, pinned.Integrity)
	}
	script, err := unpack(pack, "package/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	return script
}

func unpack(pack []byte, name string) (string, error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(pack))
	if err != nil {
		return "", err
	}
	for files := tar.NewReader(unzipped); ; {
		head, err := files.Next()
		if errors.Is(err, io.EOF) {
			return "", fmt.Errorf("no %s", name)
		}
		if err != nil {
			return "", err
		}
		if head.Name == name {
			text, err := io.ReadAll(files)
			return string(text), err
		}
	}
}

// No page shows a serious fault to axe-core: every page that a person of each
// kind reaches, wide and narrow.
func TestAccessible(t *testing.T) {
	script := axe(t)
	s := demo(t)
	for _, x := range []struct {
		login string
		pages []string
	}{
		{"", []string{"/signin", "/calculator", "/check"}},
		{"zrzy-chengban", []string{"/", "/cases", "/cases?light=late", "/cases/new", "/callers", "/parcels", "/assign", "/applicants", "/asked", "/remedies", "/import", "/drafts", "/me", "/help", "CASE", "CASE/clock", "CASE/decide", "CASE/decide?outcome=partial", "CASE/decide?items=1", "CASE/act/supplement_asked", "CASE/act/consult_sent", "CASE/act/extended", "CASE/act/contacted", "CASE/correct/1", "CASE/edit", "CASE/receipt"}},
		{"zrzy-shenhe", []string{"/", "/approvals", "/settings", "/sections", "/report/2019", "/cases?print=1", "CASE"}},
		{"zrzy-nianbao", []string{"/report/2026", "/report/2025/proactive", "/report/2019/cell?cell=applications/new/natural", "/report/2019/document", "/report/2019/return", "/report/2019/board"}},
		{"zrzy-dengji", []string{"/cases/new", "/me/totp"}},
		{"xitong", []string{"/admin", "/admin/users", "/admin/agencies", "/admin/agencies/2"}},
		{"shenji", []string{"/admin/audit", "/admin/seen"}},
	} {
		for _, width := range []int64{1366, 390} {
			b := open(t, width, 844)
			if x.login != "" {
				b.signIn(s, x.login)
			}
			one, pages := "", x.pages
			if x.login != "" { // and every place of the menu
				for _, place := range ask[[]string](b, `[...document.querySelectorAll("[data-place]")].map(a => a.getAttribute("href").split("?")[0])`) {
					if !slices.Contains(pages, place) {
						pages = append(slices.Clone(pages), place)
					}
				}
			}
			for _, page := range pages {
				if strings.HasPrefix(page, "CASE") {
					if one == "" {
						b.do(chromedp.Navigate(s.url + "/cases?light=open"))
						one = ask[string](b, `document.querySelector("tbody td.number a").getAttribute("href")`)
					}
					page = one + strings.TrimPrefix(page, "CASE")
				}
				b.do(chromedp.Navigate(s.url + page))
				for _, fault := range b.faults(script) {
					t.Errorf("%s at %s, %d pixels wide: %s", x.login, page, width, fault)
				}
			}
			b.clean()
		}
	}
	b := open(t, 1366, 844) // a fault that was put there is found
	b.do(chromedp.Navigate(s.url + "/signin"))
	ask[bool](b, `document.querySelector("main").append(document.createElement("img")), true`)
	if len(b.faults(script)) == 0 {
		t.Error("a picture without words was not found")
	}
}

// faults are the serious and critical ones of the page in view.
func (b *tab) faults(script string) []string {
	b.t.Helper()
	ask[bool](b, script+`; window.found = null; axe.run(document, {resultTypes: ["violations"]}).then(r => {
		window.found = r.violations.filter(v => v.impact === "serious" || v.impact === "critical")
			.map(v => v.id + ": " + v.help + " " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(" | ")) }); true`)
	b.until(`window.found !== null`)
	return ask[[]string](b, `window.found`)
}
