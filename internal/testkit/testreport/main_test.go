package main

import (
	"strings"
	"testing"
)

// The last line counts each test once, however deep, and the verdict follows it.
func TestReport(t *testing.T) {
	cases := []struct {
		name, events, last string
		says               []string
		ok                 bool
	}{
		{"全部通过", `{"Action":"pass","Package":"p","Test":"A/甲","Elapsed":0.1}
{"Action":"pass","Package":"p","Test":"A/乙","Elapsed":2.5}
{"Action":"pass","Package":"p","Test":"A","Elapsed":2.6}
{"Action":"pass","Package":"p","Elapsed":3}`,
			"2 passed, 0 failed, 0 skipped", []string{"ok    p  3.0s", "2.50s  p A/乙"}, true},
		{"一项失败，输出全在", `{"Action":"output","Package":"p","Test":"A/甲","Output":"差一天\n"}
{"Action":"fail","Package":"p","Test":"A/甲"}
{"Action":"fail","Package":"p","Test":"A"}
{"Action":"pass","Package":"p","Test":"B"}
{"Action":"fail","Package":"p"}`,
			"1 passed, 1 failed, 0 skipped", []string{"差一天"}, false},
		{"略过有原因", `{"Action":"output","Package":"p","Test":"A","Output":"=== RUN A\n"}
{"Action":"output","Package":"p","Test":"A","Output":"    x.go:1: skipped: 没有 PostgreSQL\n"}
{"Action":"output","Package":"p","Test":"A","Output":"--- SKIP: A (0.00s)\n"}
{"Action":"skip","Package":"p","Test":"A"}
{"Action":"pass","Package":"p","Test":"B"}`,
			"1 passed, 0 failed, 1 skipped", []string{"skip  p A: x.go:1: skipped: 没有 PostgreSQL"}, true},
		{"编译不过", `{"ImportPath":"p [p.test]","Action":"build-output","Output":"p.go:1: undefined: x\n"}
{"ImportPath":"p [p.test]","Action":"build-fail"}
{"Action":"fail","Package":"p","FailedBuild":"p [p.test]"}
{"Action":"pass","Package":"q","Test":"B"}`,
			"1 passed, 1 failed, 0 skipped", []string{"undefined: x"}, false},
		{"中途崩溃", `{"Action":"output","Package":"p","Test":"A","Output":"panic: 空指针\n"}
{"Action":"fail","Package":"p"}`,
			"0 passed, 1 failed, 0 skipped", []string{"panic: 空指针"}, false},
		{"什么也没跑", "", "0 passed, 0 failed, 0 skipped", nil, false},
		{"go 命令自己的话", "go: no such module\n", "0 passed, 0 failed, 0 skipped", []string{"go: no such module"}, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			ok, err := report(strings.NewReader(c.events), &out)
			if err != nil || ok != c.ok {
				t.Errorf("ok %v, %v", ok, err)
			}
			if !strings.HasSuffix(out.String(), "\n"+c.last+"\n") {
				t.Errorf("last line is not %q:\n%s", c.last, out.String())
			}
			for _, want := range c.says {
				if !strings.Contains(out.String(), want) {
					t.Errorf("does not say %q:\n%s", want, out.String())
				}
			}
		})
	}
}
