package export

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"unicode/utf16"

	"gongkai/internal/report"
)

// A figure of the document is drawn from one list of shapes, as SVG for pages and
// as EMF for the word processor: both keep their text as text, in the fonts of the
// machine that shows them. Sizes are in pixels of 1/96 inch.
const (
	chartWidth  = 640
	chartLabels = 150 // room for the names, at the left
	chartValues = 90  // room for the figures, behind the longest bar
	chartRow    = 28
	chartText   = 14
)

type chartBar struct {
	label, value string
	top, width   int
}

// chartBars lays the bars out from 0; the longest fills the room.
func chartBars(c report.Chart) (bars []chartBar, height int) {
	var most int64 = 1
	for _, b := range c.Bars {
		most = max(most, b.N)
	}
	const room = chartWidth - chartLabels - chartValues
	for i, b := range c.Bars {
		width := int(b.N * room / most)
		if b.N > 0 {
			width = max(width, 1)
		}
		bars = append(bars, chartBar{shortLabel(b.Label), fmt.Sprintf("%d%s", b.N, c.Unit), i * chartRow, width})
	}
	return bars, len(bars)*chartRow + 4
}

// shortLabel keeps a name inside its room; the table has it whole.
func shortLabel(s string) string {
	if r := []rune(s); len(r) > 10 {
		return string(r[:9]) + "…"
	}
	return s
}

// ChartSVG draws a figure as an SVG element without styles or scripts, read out as
// its title and its values.
func ChartSVG(c report.Chart) string {
	bars, height := chartBars(c)
	var b, told strings.Builder
	for i, x := range bars {
		fmt.Fprintf(&told, "%s %s；", c.Bars[i].Label, x.value)
	}
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img"><title>%s</title><desc>%s</desc>`,
		chartWidth, height, chartWidth, height, escaped(c.Title), escaped(told.String()))
	fmt.Fprintf(&b, `<path d="M%d 0V%d" stroke="#55606e" stroke-width="1"/>`, chartLabels, height)
	for _, x := range bars {
		middle := x.top + chartRow/2 + chartText/2 - 1
		fmt.Fprintf(&b, `<text x="%d" y="%d" font-size="%d" text-anchor="end" fill="#1b2430">%s</text>`, chartLabels-8, middle, chartText, escaped(x.label))
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="%d" fill="#1d5aa6"/>`, chartLabels, x.top+5, x.width, chartRow-10)
		fmt.Fprintf(&b, `<text x="%d" y="%d" font-size="%d" fill="#1b2430">%s</text>`, chartLabels+x.width+6, middle, chartText, escaped(x.value))
	}
	b.WriteString(`</svg>`)
	return b.String()
}

// emf collects the records of an enhanced metafile ([MS-EMF]).
type emf struct {
	data    []byte
	records uint32
}

// record appends a record of 32-bit values.
func (m *emf) record(kind uint32, values ...uint32) {
	m.data = binary.LittleEndian.AppendUint32(m.data, kind)
	m.data = binary.LittleEndian.AppendUint32(m.data, uint32(8+4*len(values)))
	for _, v := range values {
		m.data = binary.LittleEndian.AppendUint32(m.data, v)
	}
	m.records++
}

// The records used, and the scale: pixels to hundredths of a millimetre.
const (
	emrHeader, emrEOF                      = 1, 14
	emrSetBkMode, emrSetTextColor          = 18, 24
	emrSelect, emrCreatePen, emrBrush      = 37, 38, 39
	emrRectangle, emrCreateFont, emrText   = 43, 82, 84
	emfHeaderSize                          = 88
	penHandle, brushHandle, axis, emfFont  = 1, 2, 3, 4
	noPen, transparent, compatible, weight = 5, 1, 1, 400
)

func hundredths(px int) uint32 { return uint32(math.Round(float64(px) * 2540 / 96)) }

// chartEMF draws a figure for the word processor.
func chartEMF(c report.Chart) []byte {
	bars, height := chartBars(c)
	m := &emf{data: make([]byte, emfHeaderSize), records: 1}
	m.record(emrSetBkMode, transparent)
	m.record(emrCreatePen, penHandle, noPen, 0, 0, 0)
	m.record(emrSelect, penHandle)
	m.record(emrBrush, brushHandle, 0, 0xa65a1d, 0) // #1d5aa6, blue first
	m.record(emrBrush, axis, 0, 0x6e6055, 0)
	m.font()
	m.record(emrSelect, emfFont)
	m.record(emrSetTextColor, 0x30241b)
	m.record(emrSelect, axis)
	m.record(emrRectangle, chartLabels-1, 0, chartLabels+1, uint32(height))
	m.record(emrSelect, brushHandle)
	for _, x := range bars {
		top := x.top + (chartRow-chartText)/2 - 2
		m.text(chartLabels-8-textWidth(x.label), top, x.label)
		if x.width > 0 {
			m.record(emrRectangle, chartLabels, uint32(x.top+5), uint32(chartLabels+x.width+1), uint32(x.top+chartRow-4))
		}
		m.text(chartLabels+x.width+6, top, x.value)
	}
	m.record(emrEOF, 0, 16, 20)
	m.header(height)
	return m.data
}

// header fills in the first record, when the length is known.
func (m *emf) header(height int) {
	h := &emf{}
	h.record(emrHeader, 0, 0, chartWidth, uint32(height), 0, 0, hundredths(chartWidth), hundredths(height), 0x464D4520, 0x10000,
		uint32(len(m.data)), m.records, 5, 0, 0, 0, 1280, 960, 339, 254)
	copy(m.data, h.data)
}

// font makes the font of the texts; the machine's own stands in where it is not there.
func (m *emf) font() {
	values := make([]uint32, 24)
	values[0] = emfFont
	height := -int32(chartText)
	values[1], values[5] = uint32(height), weight
	values[6] = 134 << 24 // GB2312
	var face [32]uint16
	copy(face[:], utf16.Encode([]rune("宋体")))
	for i := range 16 {
		values[8+i] = uint32(face[2*i]) | uint32(face[2*i+1])<<16
	}
	m.record(emrCreateFont, values...)
}

// signWidth is how wide a sign stands, in pixels.
func signWidth(r rune) int {
	if r >= 0x2E80 || r == '…' {
		return chartText
	}
	return chartText / 2
}

func textWidth(s string) (n int) {
	for _, r := range s {
		n += signWidth(r)
	}
	return n
}

func (m *emf) text(x, y int, s string) {
	var signs []uint16
	var widths []uint32
	for _, r := range s {
		if r > 0xFFFF {
			r = '□'
		}
		signs, widths = append(signs, uint16(r)), append(widths, uint32(signWidth(r)))
	}
	if len(signs)%2 == 1 {
		signs = append(signs, 0)
	}
	n, scale := uint32(len(widths)), math.Float32bits(26.458)
	values := []uint32{0, 0, chartWidth, 0xFFFF, compatible, scale, scale, uint32(x), uint32(y), n, 76, 0, 0, 0, 0, 0, uint32(76 + 2*len(signs))}
	for i := 0; i < len(signs); i += 2 {
		values = append(values, uint32(signs[i])|uint32(signs[i+1])<<16)
	}
	m.record(emrText, append(values, widths...)...)
}
