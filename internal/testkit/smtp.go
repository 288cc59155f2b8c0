package testkit

import (
	"bufio"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// SMTP is a mail server of a test that misbehaves as it is told.
type SMTP struct {
	Port int

	listener net.Listener
	mu       sync.Mutex
	mode     func(connection int) string
	count    int
	got      []Mail
	open     map[net.Conn]bool
}

// Mail is what the server was given whole, whether it said so or not.
type Mail struct{ ID, To, Text string }

// How the server misbehaves with a connection.
const (
	SMTPGood   = ""       // takes it over
	SMTPRefuse = "refuse" // says no to the address
	SMTPHang   = "hang"   // takes the connection and says nothing
	SMTPCut    = "cut"    // reads the whole message and hangs up instead of thanking
)

// NewSMTP starts a server on loopback; it ends with the test. mode tells how it
// behaves at its n-th connection, from 1.
func NewSMTP(t testing.TB, mode func(connection int) string) *SMTP {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &SMTP{Port: l.Addr().(*net.TCPAddr).Port, listener: l, mode: mode, open: map[net.Conn]bool{}}
	t.Cleanup(s.close)
	go s.serve()
	return s
}

func (s *SMTP) close() {
	_ = s.listener.Close() // the test is over
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.open {
		_ = c.Close()
	}
}

// Behave changes how it behaves from now on.
func (s *SMTP) Behave(mode func(connection int) string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mode = mode
}

// Got lists what it was given so far.
func (s *SMTP) Got() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.got...)
}

func (s *SMTP) serve() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.count++
		mode := s.mode(s.count)
		s.open[c] = true
		s.mu.Unlock()
		go s.talk(c, mode)
	}
}

func (s *SMTP) talk(c net.Conn, mode string) {
	defer func() {
		_ = c.Close()
		s.mu.Lock()
		delete(s.open, c)
		s.mu.Unlock()
	}()
	if mode == SMTPHang {
		time.Sleep(time.Minute)
		return
	}
	say := func(text string) { _, _ = c.Write([]byte(text + "\r\n")) } // who hangs up hears nothing
	lines := bufio.NewScanner(c)
	say("220 test ESMTP")
	to := ""
	for lines.Scan() {
		line := lines.Text()
		switch verb := strings.ToUpper(line[:min(4, len(line))]); verb {
		case "EHLO", "HELO":
			say("250 test")
		case "RCPT":
			if to = line; mode == SMTPRefuse {
				say("550 no such user " + line)
				continue
			}
			say("250 ok")
		case "DATA":
			say("354 go on")
			s.keep(lines, to)
			if mode == SMTPCut {
				return
			}
			say("250 taken over")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (s *SMTP) keep(lines *bufio.Scanner, to string) {
	m := Mail{To: to}
	for lines.Scan() && lines.Text() != "." {
		if id, found := strings.CutPrefix(lines.Text(), "Message-ID: "); found {
			m.ID = strings.Trim(id, "<>")
		}
		m.Text += lines.Text() + "\n"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, m)
}
