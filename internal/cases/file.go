package cases

import (
	"archive/zip"
	"bytes"
	"fmt"
	"path"
	"strings"
	"unicode"
)

// FileKind says what an attachment of a case is.
type FileKind struct{ code string }

func fileKinds() [][2]string {
	return [][2]string{{"application", "申请书"}, {"envelope", "信封"}, {"identity", "身份证明"}, {"authority", "授权委托书"}, {"supplement", "补正材料"},
		{"opinion", "征求意见材料"}, {"approval_sheet", "审批表"}, {"answer", "答复书"}, {"released", "拟公开的信息"}, {"receipt", "送达凭证"}, {"evidence", "证据材料"}, {"other", "其他"}}
}

// FileReleased is a file that is to be given to the applicant: it is checked for
// personal data before it goes.
var FileReleased = FileKind{"released"}

// FileKinds lists the kinds in the order of a case's course.
func FileKinds() []FileKind {
	var out []FileKind
	for _, k := range fileKinds() {
		out = append(out, FileKind{k[0]})
	}
	return out
}

// ParseFileKind reads a code.
func ParseFileKind(code string) (FileKind, error) {
	for _, k := range fileKinds() {
		if k[0] == code {
			return FileKind{code}, nil
		}
	}
	return FileKind{}, fmt.Errorf("材料种类“%s”没有这一项", code)
}

// Code is the stable name.
func (k FileKind) Code() string { return k.code }

// Label is the office's word.
func (k FileKind) Label() string {
	for _, x := range fileKinds() {
		if x[0] == k.code {
			return x[1]
		}
	}
	return ""
}

// longestFileName is in characters.
const longestFileName = 200

// FileName makes a name fit to be kept and shown: without folders, control signs
// and what turns the direction of writing; at most 200 characters, the ending
// kept.
func FileName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, name))
	if name == "" || name == "." || name == "/" {
		name = "未命名"
	}
	runes, ending := []rune(name), []rune(path.Ext(name))
	if len(ending) > 10 { // no ending at all
		ending = nil
	}
	if len(runes) > longestFileName {
		name = string(runes[:longestFileName-len(ending)]) + string(ending)
	}
	return name
}

// FileType judges what a file is by its content and gives its media type. Refused
// with a sentence: whatever can carry out something, whatever the ending says
// otherwise, and kinds that no office needs.
func FileType(name string, content []byte) (mime string, err error) {
	name = FileName(name)
	ending := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	wrong := func(what string) error {
		return refuse("“%s”%s；请换成 PDF、OFD、JPG、PNG、TIF、DOCX 或 XLSX", name, what)
	}
	if len(content) == 0 {
		return "", wrong("是空的")
	}
	kinds := []struct {
		starts, mime string
		endings      []string
	}{{"%PDF-", "application/pdf", []string{"pdf"}}, {"\xff\xd8\xff", "image/jpeg", []string{"jpg", "jpeg"}}, {"\x89PNG\r\n\x1a\n", "image/png", []string{"png"}},
		{"II*\x00", "image/tiff", []string{"tif", "tiff"}}, {"MM\x00*", "image/tiff", []string{"tif", "tiff"}}}
	for _, k := range kinds {
		if !bytes.HasPrefix(content, []byte(k.starts)) {
			continue
		}
		for _, e := range k.endings {
			if e == ending {
				return k.mime, nil
			}
		}
		return "", wrong("的内容与扩展名不符")
	}
	if bytes.HasPrefix(content, []byte("PK\x03\x04")) {
		if mime, found := packedType(content); found == ending && mime != "" {
			return mime, nil
		} else if found == "macro" {
			return "", wrong("带有宏")
		}
		return "", wrong("是压缩包，或内容与扩展名不符")
	}
	return "", wrong("的格式不能上传")
}

// packedType tells the documents that are packed by what they hold.
func packedType(content []byte) (mime, ending string) {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return "", ""
	}
	for _, f := range z.File {
		switch name := strings.ToLower(f.Name); {
		case strings.HasSuffix(name, "vbaproject.bin") || strings.Contains(name, "macrosheets/") || strings.Contains(name, "activex/"):
			return "", "macro"
		case name == "ofd.xml":
			mime, ending = "application/ofd", "ofd"
		case name == "word/document.xml":
			mime, ending = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"
		case name == "xl/workbook.xml":
			mime, ending = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"
		}
	}
	return mime, ending
}
