package web

import (
	"net/http"
	"strings"
	"testing"

	"gongkai/internal/auth"
)

// The auditor finds entries by actor; a day or a name that can't be read is said
// at its field, and what was typed stays.
func TestAuditPage(t *testing.T) {
	o := newOffice(t)
	o.addUser("shen", auth.Admins()[2], false)
	o.signIn("shen")
	if n := len(o.all(o.page(o.get("/admin"), http.StatusOK), `main a[href="/admin/audit"]`)); n != 1 {
		t.Fatalf("%d ways to the audit", n)
	}
	if n := len(o.all(o.page(o.get("/admin/audit"), http.StatusOK), "tr[data-entry]")); n == 0 {
		t.Fatal("no entries")
	}
	if body := o.page(o.get("/admin/audit?act=signed_in"), http.StatusOK); !strings.Contains(body, "<td>登录</td>") || strings.Contains(body, "<td>signed_in</td>") ||
		len(o.all(body, `select[name="act"] option[value="signed_in"][selected]`)) != 1 {
		t.Fatal("acts are shown by code, or the choice is lost")
	}
	body := o.page(o.get("/admin/audit?from=2031-01-01"), http.StatusOK)
	if n := len(o.all(body, "tr[data-entry]")); n != 0 || !strings.Contains(body, "没有符合条件的审计记录") {
		t.Fatalf("%d entries of the future", n)
	}
	body = o.page(o.get("/admin/audit?from=abc&login=nemo"), http.StatusUnprocessableEntity)
	if len(o.all(body, `input[name="from"][value="abc"]`)) != 1 || len(o.all(body, ".summary li")) != 2 {
		t.Fatal("the form does not keep or tell what is wrong")
	}
}
