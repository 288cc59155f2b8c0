package bundle

import (
	"bytes"
	"encoding/binary"
	"regexp"
)

// pdfPage finds the page objects of a PDF that are not packed into streams.
var (
	pdfPage  = regexp.MustCompile(`/Type\s*/Page[^s\w]`)
	pdfCount = regexp.MustCompile(`/Type\s*/Pages\b[^>]*?/Count\s+(\d+)|/Count\s+(\d+)[^>]*?/Type\s*/Pages\b`)
)

// pagesOf counts the pages of a paper; 0 where the file does not say (a document of
// a word processor has as many as its reader makes of it).
func pagesOf(mime string, data []byte) int {
	switch mime {
	case "image/jpeg", "image/png":
		return 1
	case "image/tiff":
		return tiffPages(data)
	case "application/pdf":
		most := 0
		for _, m := range pdfCount.FindAllSubmatch(data, -1) {
			n := 0
			for _, digit := range append(m[1], m[2]...) {
				n = min(n*10+int(digit-'0'), 1<<20)
			}
			most = max(most, n)
		}
		if most > 0 {
			return most
		}
		return len(pdfPage.FindAll(data, -1))
	}
	return 0
}

// tiffPages follows the chain of directories, one for each page.
func tiffPages(data []byte) int {
	if len(data) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.LittleEndian
	if bytes.HasPrefix(data, []byte("MM")) {
		order = binary.BigEndian
	}
	pages := 0
	for at := int64(order.Uint32(data[4:])); at > 0 && at+2 <= int64(len(data)); pages++ {
		if pages == 10_000 {
			return 0 // it runs in a circle
		}
		next := at + 2 + 12*int64(order.Uint16(data[at:]))
		if next+4 > int64(len(data)) {
			return pages + 1
		}
		at = int64(order.Uint32(data[next:]))
	}
	return pages
}
