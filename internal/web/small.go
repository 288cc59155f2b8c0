package web

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // read, too
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"gongkai/internal/cases"
)

const (
	smallSide   = 160      // of a thumbnail, in pixels
	mostPixels  = 60 << 20 // of an image that is made small
	smallRating = 70       // of the JPEG
)

// hasSmall reports whether a file has a thumbnail: an image, and none of the papers
// that identify people.
func hasSmall(mime string, kind cases.FileKind) bool {
	return (mime == "image/jpeg" || mime == "image/png") && kind.Code() != "identity" && kind.Code() != "authority"
}

// sendSmall sends a thumbnail that we have drawn ourselves: nothing of the file
// itself reaches the browser's image reader. Taking the file for it is noted.
func (s *Server) sendSmall(c echo.Context) error {
	found, _, err := s.loadFiles(c)
	if err != nil {
		return err
	}
	place, err := strconv.Atoi(c.Param("place"))
	if err != nil {
		return errNotFound
	}
	a, content, err := s.db.OpenAttachment(c.Request().Context(), s.stamp(c), found.ID, place)
	if err != nil {
		return err
	}
	small, ok := makeSmall(content)
	if !ok || !hasSmall(a.MIME, a.Kind) {
		return echo.NewHTTPError(http.StatusUnsupportedMediaType)
	}
	attach(c, "small.jpg")
	c.Response().Header().Set("Content-Security-Policy", "sandbox; default-src 'none'")
	return c.Blob(http.StatusOK, "image/jpeg", small)
}

// makeSmall draws an image at most 160 pixels wide and high; false for what is no
// image, or too large to be read safely.
func makeSmall(content []byte) ([]byte, bool) {
	head, _, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil || head.Width <= 0 || head.Height <= 0 || int64(head.Width)*int64(head.Height) > mostPixels {
		return nil, false
	}
	large, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, false
	}
	bounds := large.Bounds()
	width, height := smallSide, max(1, smallSide*bounds.Dy()/bounds.Dx())
	if bounds.Dy() > bounds.Dx() {
		width, height = max(1, smallSide*bounds.Dx()/bounds.Dy()), smallSide
	}
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			out.Set(x, y, average(large, bounds.Min.X+x*bounds.Dx()/width, bounds.Min.Y+y*bounds.Dy()/height, max(1, bounds.Dx()/width), max(1, bounds.Dy()/height)))
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, out, &jpeg.Options{Quality: smallRating}); err != nil {
		return nil, false
	}
	return b.Bytes(), true
}

// average mixes a field of an image on a white ground; of large fields it looks at
// eight by eight points.
func average(from image.Image, x0, y0, width, height int) color.Color {
	var r, g, b, n uint64
	for y := y0; y < y0+height; y += max(1, height/8) {
		for x := x0; x < x0+width; x += max(1, width/8) {
			pr, pg, pb, pa := from.At(x, y).RGBA()
			white := uint64(0xffff - pa)
			r, g, b, n = r+uint64(pr)+white, g+uint64(pg)+white, b+uint64(pb)+white, n+1
		}
	}
	return color.RGBA64{uint16(r / n), uint16(g / n), uint16(b / n), 0xffff}
}
