// Package mail sends messages: e-mail over SMTP, and one HTTP request made from a
// template, for the message platforms of government and the office's chat. It
// sends what it is given to whom it is told and says in a short code how that
// went; it knows nothing of cases, keeps nothing and tries nothing twice.
package mail

import (
	"context"
	"errors"
	"net"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Message is what is sent. The same ID means the same message.
type Message struct {
	ID, To, Subject, Text string
	Short                 string // for a text message
	At                    time.Time
}

// SMTP is a mail server and how it is spoken to.
type SMTP struct {
	Host           string
	Port           int
	From           string
	User, Password string
	TLS            string        // starttls (must be), tls (from the first byte on), none
	Timeout        time.Duration // of a whole message
}

// Send delivers one message to the server. nil means that the server has taken it
// over.
func (s SMTP) Send(ctx context.Context, m Message) error {
	message := gomail.NewMsg()
	if err := message.From(s.From); err != nil {
		return coded("from", err)
	}
	if err := message.To(m.To); err != nil {
		return coded("address", err)
	}
	message.SetMessageIDWithValue(m.ID)
	message.SetDateWithValue(m.At)
	message.Subject(m.Subject)
	message.SetBodyString(gomail.TypeTextPlain, m.Text)
	client, err := gomail.NewClient(s.Host, s.options()...)
	if err != nil {
		return coded("settings", err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	sent := make(chan error, 1)
	go func() { sent <- client.DialAndSendWithContext(ctx, message) }()
	select {
	case err = <-sent:
	case <-ctx.Done(): // a server that says nothing more is left alone
		err = ctx.Err()
	}
	return coded(smtpCode(err), err)
}

func (s SMTP) options() []gomail.Option {
	out := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(s.Timeout), gomail.WithoutNoop()}
	switch s.TLS {
	case "tls":
		out = append(out, gomail.WithSSL())
	case "none":
		out = append(out, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		out = append(out, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.User != "" {
		out = append(out, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	return out
}

// codedError carries a code that may be kept and shown: servers quote addresses in
// what they say.
type codedError struct {
	code string
	err  error
}

func (e *codedError) Error() string { return e.code + ": " + e.err.Error() }
func (e *codedError) Unwrap() error { return e.err }

func coded(code string, err error) error {
	if err == nil {
		return nil
	}
	return &codedError{code, err}
}

// Code gives the short code of how sending failed: timeout, connect, refused 550,
// http 500, answer ...
func Code(err error) string {
	var c *codedError
	if errors.As(err, &c) {
		return c.code
	}
	return "other"
}

func smtpCode(err error) string {
	var sending *gomail.SendError
	var dial *net.OpError
	var timeout net.Error
	switch {
	case err == nil:
		return ""
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.As(err, &sending) && sending.ErrorCode() > 0:
		return "refused " + strconv.Itoa(sending.ErrorCode())
	case errors.As(err, &dial) && dial.Op == "dial":
		return "connect"
	}
	return "broken"
}
