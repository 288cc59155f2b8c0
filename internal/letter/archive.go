package letter

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
)

// The most that an archive may hold. A letter's template is some hundred kilobytes;
// what passes these limits is no letter.
const (
	mostEntries   = 400
	largestPart   = 16 << 20 // of one part, unpacked
	largestWhole  = 40 << 20 // of all parts, unpacked
	largestPacked = 20 << 20
	mostRatio     = 200 // unpacked to packed, for parts over 1 MiB
)

// part is an entry of a .docx, unpacked.
type part struct {
	name string
	data []byte
	head *zip.File
}

// unpack reads a .docx within the limits. The error is a sentence in Chinese.
func unpack(docx []byte) ([]part, error) {
	if len(docx) > largestPacked {
		return nil, fmt.Errorf("文件有%d兆，最大%d兆；请压缩其中的图片", len(docx)>>20, largestPacked>>20)
	}
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	if err != nil {
		return nil, fmt.Errorf("不是 .docx 文件，或文件已损坏；请用 WPS 或 Word 另存为 .docx 后再上传")
	}
	if len(z.File) > mostEntries {
		return nil, fmt.Errorf("文件里有%d个部分，最多%d个；这不像一份公文", len(z.File), mostEntries)
	}
	var out []part
	whole := int64(0)
	for _, f := range z.File {
		data, err := readPart(f)
		if err != nil {
			return nil, err
		}
		if whole += int64(len(data)); whole > largestWhole {
			return nil, fmt.Errorf("文件解开后超过%d兆，不像一份公文，可能是压缩炸弹", largestWhole>>20)
		}
		out = append(out, part{f.Name, data, f})
	}
	return out, nil
}

// readPart unpacks one entry; what its header claims is not believed.
func readPart(f *zip.File) ([]byte, error) {
	if f.Flags&1 != 0 {
		return nil, fmt.Errorf("文件“%s”加了密码，读不出来；请去掉密码", f.Name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("文件里的“%s”读不出来：文件已损坏", short(f.Name))
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, largestPart+1))
	if err != nil {
		return nil, fmt.Errorf("文件里的“%s”读不出来：文件已损坏", short(f.Name))
	}
	packed := max(1, int64(f.CompressedSize64))
	if len(data) > largestPart || len(data) > 1<<20 && int64(len(data))/packed > mostRatio {
		return nil, fmt.Errorf("文件里的“%s”解开后过大，可能是压缩炸弹", short(f.Name))
	}
	return data, nil
}

// repack writes the parts; those whose data is what was read are copied as they
// were packed.
func repack(parts []part, changed map[string][]byte) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range parts {
		data, touched := changed[p.name]
		if !touched {
			if err := z.Copy(p.head); err != nil {
				return nil, fmt.Errorf("copy %s: %w", p.name, err)
			}
			continue
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: p.head.Modified})
		if err == nil {
			_, err = w.Write(data)
		}
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", p.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
