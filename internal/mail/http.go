package mail

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// HTTP is a request made from a template. {to}, {text}, {subject} and {id} stand
// for what they say, written as the body's form (Content-Type) needs it.
type HTTP struct {
	URL     string // its host is the only one that is ever asked
	Method  string
	Headers map[string]string
	Body    string
	Expect  string // must stand in the answer, "" for nothing
	Timeout time.Duration
}

// mostAnswer is how much of an answer is read.
const mostAnswer = 64 << 10

// Send makes the request. nil means an answer of 2xx that holds Expect.
func (h HTTP) Send(ctx context.Context, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, h.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, h.Method, h.fill(h.URL, m, url.QueryEscape), strings.NewReader(h.fill(h.Body, m, h.escape())))
	if err != nil {
		return coded("settings", err)
	}
	for name, value := range h.Headers {
		request.Header.Set(name, value)
	}
	// No proxy of the environment, no other host: what is configured is asked, or nothing.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(request)
	if err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			return coded("timeout", err)
		}
		return coded("connect", err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer))
	switch {
	case answer.StatusCode/100 != 2:
		return coded("http "+strconv.Itoa(answer.StatusCode), errors.New("answered "+answer.Status))
	case err != nil:
		return coded("broken", err)
	case h.Expect != "" && !strings.Contains(strings.Join(strings.Fields(string(text)), ""), strings.Join(strings.Fields(h.Expect), "")):
		return coded("answer", errors.New("the answer does not hold what is expected"))
	}
	return nil
}

// fill puts what is sent in its places.
func (h HTTP) fill(template string, m Message, escape func(string) string) string {
	return strings.NewReplacer("{to}", escape(m.To), "{text}", escape(m.Short), "{subject}", escape(m.Subject), "{id}", escape(m.ID)).Replace(template)
}

// escape writes a text as the body's form needs it.
func (h HTTP) escape() func(string) string {
	kind := ""
	for name, value := range h.Headers {
		if strings.EqualFold(name, "Content-Type") {
			kind = value
		}
	}
	switch {
	case strings.Contains(kind, "json"):
		return func(s string) string {
			b, _ := json.Marshal(s) // a text always has a form in JSON
			return string(b[1 : len(b)-1])
		}
	case strings.Contains(kind, "urlencoded"):
		return url.QueryEscape
	}
	return func(s string) string { return s }
}
