package web

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// graceful is how long running requests may take once the end was asked for.
const graceful = 4500 * time.Millisecond

// Serve answers on a listener until ctx ends; then it takes no new request, lets
// running ones finish within 4.5 s, and cuts off the rest. It closes the listener.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       2 * time.Minute, // a large ledger over a slow line
		WriteTimeout:      3 * time.Minute, // an import of 100,000 rows answers after a minute
		IdleTimeout:       90 * time.Second,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	last, stop := context.WithTimeout(context.Background(), graceful)
	defer stop()
	if err := server.Shutdown(last); err != nil {
		s.log.Warn("requests were cut off at the end", "err", err)
		if err := server.Close(); err != nil {
			return err
		}
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
