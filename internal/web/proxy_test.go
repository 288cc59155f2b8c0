package web

import (
	"net/http/httptest"
	"testing"
)

// Only a named proxy is believed about the caller and the protocol.
func TestTrustedProxies(t *testing.T) {
	for _, x := range []struct {
		proxies  []string
		from, ip string
		secure   bool
	}{
		{nil, "10.0.0.2:5", "10.0.0.2", false},
		{[]string{"10.0.0.2"}, "10.0.0.2:5", "192.0.2.7", true},
		{[]string{"10.0.0.0/24", "::1"}, "10.0.0.9:5", "192.0.2.7", true},
		{[]string{"10.0.0.2"}, "10.0.0.3:5", "10.0.0.3", false},
		{[]string{"10.0.0.2"}, "127.0.0.1:5", "127.0.0.1", false},
	} {
		o := bareOffice(t)
		if err := o.server.trust(x.proxies); err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = x.from
		r.Header.Set("X-Forwarded-For", "192.0.2.7")
		r.Header.Set("X-Forwarded-Proto", "https")
		c := o.server.echo.NewContext(r, httptest.NewRecorder())
		if got := c.RealIP(); got != x.ip {
			t.Errorf("%v from %s: the caller is %s", x.proxies, x.from, got)
		}
		if o.server.secure(r) != x.secure {
			t.Errorf("%v from %s: secure %v", x.proxies, x.from, !x.secure)
		}
	}
}
