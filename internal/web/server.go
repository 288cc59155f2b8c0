package web

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"gongkai/internal/auth"
	"gongkai/internal/calendar"
	"gongkai/internal/store"
	"gongkai/templates/signin"
)

// Options is what the pages stand on.
type Options struct {
	DB  *store.DB
	Dir string // the data folder: uploads wait in it
	Now func() time.Time
	Log *slog.Logger // nil: nothing is logged

	Cost auth.Cost // of a password; the zero value is the office's
	Demo Demo

	Proxies  []string // addresses or networks of reverse proxies whose word about the caller counts
	Channels []string // ways of messages that are switched on: store.ChannelMail ...
	Plain    bool     // other machines come over plain HTTP: every page says so
	Backups  Backups  // makes backups and drills; nil: nobody does
	Scans    string   // where scanners put their files, a folder for each agency below it; "" for none
}

// Demo is what the sign-in page of the demonstration shows.
type Demo struct {
	Accounts []signin.Account
	Password string
}

// Server answers requests. It is safe for concurrent use.
type Server struct {
	db       *store.DB
	now      func() time.Time
	log      *slog.Logger
	shelf    *shelf
	assets   assets
	office   *time.Location
	echo     *echo.Echo
	cost     auth.Cost
	demo     Demo
	plain    bool
	channels []string
	proxies  []*net.IPNet
	decoy    string // a password's hash that no account has
	backups  Backups
	scans    string // the folder of the scanners, "" for none
	// setupCode lets whoever reads the terminal set a new database up.
	setupCode string
	pages     map[string]policy // of every page, by its path
	checks    checkKeep         // what came of checking several reports
	import1   sync.Mutex        // one import at a time: they queue at the one writer anyway
}

// New makes a server. It fails if a route has no policy, or if the folder for
// uploads can't be made.
func New(o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	s := &Server{db: o.DB, now: o.Now, log: o.Log, demo: o.Demo, setupCode: auth.NewToken(), assets: readAssets()}
	if s.cost = o.Cost; s.cost == (auth.Cost{}) {
		s.cost = auth.OfficeCost()
	}
	s.decoy = auth.Hash(auth.RandomPassword(), s.cost)
	var err error
	if s.office, err = time.LoadLocation("Asia/Shanghai"); err != nil {
		return nil, fmt.Errorf("load the office's time zone: %w", err)
	}
	if s.shelf, err = openShelf(filepath.Join(o.Dir, "uploads"), o.Now); err != nil {
		return nil, err
	}
	s.echo = echo.New()
	s.echo.HideBanner, s.echo.HidePort = true, true
	s.plain, s.channels, s.scans, s.backups = o.Plain, o.Channels, o.Scans, o.Backups
	if err := s.trust(o.Proxies); err != nil {
		return nil, err
	}
	s.echo.HTTPErrorHandler = s.fail
	s.echo.Use(s.headers, s.recovers, s.sameOrigin, packed())
	return s, s.addRoutes()
}

// Handler gives the server as net/http knows it.
func (s *Server) Handler() http.Handler { return s.echo }

// Close ends the use of the uploads' folder.
func (s *Server) Close() error { return s.shelf.close() }

// today is the legal day in the office.
func (s *Server) today() calendar.Date { return calendar.FromTime(s.now().In(s.office)) }

// packed sends pages compressed: the list of a city's agencies alone is 40 kB.
// Files that leave are compressed already. That a page's length tells something
// of what stands in it is no way in: other sites' requests carry no session
// (SameSite), and a form's token is not its only proof (sameOrigin).
func packed() echo.MiddlewareFunc {
	return middleware.GzipWithConfig(middleware.GzipConfig{Level: 5, MinLength: 2048, Skipper: func(c echo.Context) bool {
		path := c.Request().URL.Path
		return strings.Contains(path, "/files") || strings.Contains(path, "/download") || strings.HasSuffix(path, "/marked")
	}})
}
