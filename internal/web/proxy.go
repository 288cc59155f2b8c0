package web

import (
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// trust makes the word of the named reverse proxies about the caller's address
// and protocol count, and nobody else's: X-Forwarded-For and X-Forwarded-Proto
// can be sent by anybody.
func (s *Server) trust(proxies []string) error {
	s.echo.IPExtractor = echo.ExtractIPDirect()
	if len(proxies) == 0 {
		return nil
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, text := range proxies {
		if !strings.Contains(text, "/") {
			text += map[bool]string{true: "/128", false: "/32"}[strings.Contains(text, ":")]
		}
		_, network, err := net.ParseCIDR(text)
		if err != nil {
			return fmt.Errorf("trusted proxy %s: %w", text, err)
		}
		s.proxies = append(s.proxies, network)
		options = append(options, echo.TrustIPRange(network))
	}
	s.echo.IPExtractor = echo.ExtractIPFromXFFHeader(options...)
	return nil
}

// secure reports whether the browser came over TLS: to us, or to a proxy that we
// trust.
func (s *Server) secure(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	ip := net.ParseIP(hostOnly(r.RemoteAddr))
	for _, network := range s.proxies {
		if ip != nil && network.Contains(ip) {
			return r.Header.Get("X-Forwarded-Proto") == "https"
		}
	}
	return false
}
