package web

import (
	"context"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
)

// chainSetting is the setting by which an agency says who signs its decisions.
const chainSetting = "approval_chain"

// chainOf reads an agency's chain of approval as it is today.
func (s *Server) chainOf(ctx context.Context, agency int64) (cases.Chain, error) {
	text, err := s.db.Setting(ctx, agency, chainSetting, s.today())
	if err != nil {
		return nil, err
	}
	return cases.ParseChain(text)
}

// actStamp is stamp for an act on a case of an agency: with the chain that its
// decisions pass, and whether there is a second person at all. mayAct comes
// before it: leave cover is in the stamp.
func (s *Server) actStamp(c echo.Context, agency int64) (cases.Stamp, error) {
	stamp := s.stamp(c)
	stamp.Alone = s.visitor(c).Single
	fee, err := s.db.Setting(c.Request().Context(), agency, "fee_enabled", s.today())
	if err != nil {
		return stamp, err
	}
	stamp.NoFee = fee != "yes"
	stamp.Chain, err = s.chainOf(c.Request().Context(), agency)
	return stamp, err
}
