package web

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// healthz says ok, or 503 and why: no answer, or damage. The reason names no path, host or person.
func (s *Server) healthz(c echo.Context) error {
	ctx, stop := context.WithTimeout(c.Request().Context(), 3*time.Second)
	defer stop()
	if err := s.db.Ping(ctx); err != nil {
		s.log.Error("not healthy", "err", err)
		return c.String(http.StatusServiceUnavailable, "数据库没有应答\n")
	}
	if s.db.Damaged() != nil {
		return c.String(http.StatusServiceUnavailable, "数据库文件已损坏：只供查询，不接受任何登记\n")
	}
	return c.String(http.StatusOK, "ok")
}
