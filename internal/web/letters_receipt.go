package web

import (
	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
	"gongkai/internal/letter"
)

// receiptSentences gives what 登记回执 says of the receipt, as the letter of that
// name words it. numbers are those of all the cases that one act registered.
func (s *Server) receiptSentences(c echo.Context, found *cases.Case, numbers string) ([]string, error) {
	kind, err := letter.ParseKind("receipt")
	if err != nil {
		return nil, err
	}
	together := *found
	together.Number = numbers
	in, err := s.letterInput(c, &together, kind, 0, s.today(), "")
	if err != nil {
		return nil, err
	}
	var out []string
	for _, p := range letter.Compose(in).Letter.Body {
		if p.Name == "登记情况" || p.Name == "答复期限" {
			out = append(out, p.Text)
		}
	}
	return out, nil
}
