package letter

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
)

// zipped packs entries as they come, whatever their names.
func zipped(t testing.TB, entries ...[2]string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, e := range entries {
		w, err := z.CreateHeader(&zip.FileHeader{Name: e[0], Method: zip.Deflate})
		if err == nil {
			_, err = w.Write([]byte(e[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A file that could carry out, fetch, overwrite or drown something is refused with
// a sentence; ours is not.
func TestHostileFiles(t *testing.T) {
	document := [2]string{"word/document.xml", xmlHead + `<w:document ` + spaces + `><w:body><w:p/></w:body></w:document>`}
	types := [2]string{"[Content_Types].xml", contentTypes()}
	relation := func(attributes string) [2]string {
		return [2]string{"word/_rels/document.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="t" ` + attributes + `/></Relationships>`}
	}
	many := [][2]string{types, document}
	for i := range 500 {
		many = append(many, [2]string{"word/media/" + strings.Repeat("x", i/100) + string(rune('a'+i%26)) + strings.Repeat("y", i%100) + ".png", "x"})
	}
	deep := strings.Repeat("<w:r>", 400) + strings.Repeat("</w:r>", 400)
	for _, x := range []struct {
		name string
		docx []byte
		want string
	}{
		{"好的", zipped(t, types, document), ""},
		{"不是压缩包", []byte("%PDF-1.7"), "不是 .docx 文件"},
		{"空的", nil, "不是 .docx 文件"},
		{"没有正文", zipped(t, types), "缺少正文"},
		{"压缩炸弹", zipped(t, types, document, [2]string{"word/media/a.png", strings.Repeat("\x00", 12<<20)}), "压缩炸弹"},
		{"几个大的加起来", zipped(t, types, document, [2]string{"a.xml", strings.Repeat("a", 17<<20)}), "解开后过大"},
		{"太多部分", zipped(t, many...), "最多400个"},
		{"宏", zipped(t, types, document, [2]string{"word/vbaProject.bin", "x"}), "带有宏"},
		{"docm", zipped(t, [2]string{"[Content_Types].xml", strings.Replace(contentTypes(), "wordprocessingml.document.main", "ms-word.document.macroEnabled.main", 1)}, document), "带有宏"},
		{"控件", zipped(t, types, document, [2]string{"word/activeX/activeX1.xml", "<x/>"}), "嵌有控件"},
		{"嵌入文件", zipped(t, types, document, [2]string{"word/embeddings/oleObject1.bin", "x"}), "嵌有控件"},
		{"外部链接", zipped(t, types, document, relation(`Target="http://example.org/x.dotx" TargetMode="External"`)), "指向外部的链接"},
		{"外部模板", zipped(t, types, document, relation(`Target="file:///c:/x.dotm" TargetMode="external"`)), "指向外部的链接"},
		{"共享目录", zipped(t, types, document, relation(`Target="\\host\share\x"`)), "指向外部的链接"},
		{"上级目录", zipped(t, types, document, [2]string{"../../etc/passwd", "x"}), "名称不合规"},
		{"绝对路径", zipped(t, types, document, [2]string{"/etc/passwd", "x"}), "名称不合规"},
		{"反斜线", zipped(t, types, document, [2]string{`word\document2.xml`, "<x/>"}), "名称不合规"},
		{"盘符", zipped(t, types, document, [2]string{"c:x.xml", "<x/>"}), "名称不合规"},
		{"同名两次", zipped(t, types, document, [2]string{"word/Document.xml", "<x/>"}), "有两个"},
		{"DTD", zipped(t, types, [2]string{"word/document.xml", `<!DOCTYPE x [<!ENTITY a "aaaa">]><w:document xmlns:w="w">&a;</w:document>`}), "DTD"},
		{"实体", zipped(t, types, [2]string{"word/document.xml", `<w:document xmlns:w="w">&a;</w:document>`}), "读不懂"},
		{"不是XML", zipped(t, types, [2]string{"word/document.xml", `<w:document`}), "读不懂"},
		{"过深", zipped(t, types, [2]string{"word/document.xml", `<w:document ` + spaces + `>` + deep + `</w:document>`}), "层次过深"},
		{"DDE域", zipped(t, types, [2]string{"word/document.xml", `<w:document ` + spaces + `><w:p><w:r><w:instrText> DDEAUTO c:\\x </w:instrText></w:r></w:p></w:document>`}), "取用外部内容的域"},
		{"包含图片域", zipped(t, types, [2]string{"word/document.xml", `<w:document ` + spaces + `><w:p><w:fldSimple w:instr=" INCLUDEPICTURE http "/></w:p></w:document>`}), "取用外部内容的域"},
		{"引用文档", zipped(t, types, [2]string{"word/document.xml", `<w:document ` + spaces + `><w:altChunk/></w:document>`}), "引用了其他文档"},
	} {
		t.Run(x.name, func(t *testing.T) {
			err := CheckDOCX(x.docx)
			if (x.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), x.want) {
				t.Errorf("%v, want %q", err, x.want)
			}
		})
	}
}

// A header that lies about the unpacked size doesn't get past the limit.
func TestBombBehindALyingHeader(t *testing.T) {
	docx := zipped(t, [2]string{"[Content_Types].xml", contentTypes()}, [2]string{"word/document.xml", strings.Repeat(" ", 17<<20)})
	// The central directory's unpacked sizes are set to 10.
	for i := 0; i+46 < len(docx); i++ {
		if bytes.Equal(docx[i:i+4], []byte("PK\x01\x02")) {
			copy(docx[i+24:i+28], []byte{10, 0, 0, 0})
		}
	}
	if err := CheckDOCX(docx); err == nil {
		t.Error("taken")
	}
}

// One word changed in a locked passage is named; white space that word processors
// move is not; hidden words are not there; open revisions are refused.
func TestCompareWithWhatCameBack(t *testing.T) {
	in := answerSample("2026", "withhold.process_info")
	c := Compose(in)
	c.Letter.Number = ""
	paragraphs, err := Paragraphs(mustMerge(t, c.Letter, in))
	if err != nil {
		t.Fatal(err)
	}
	if got := Compare(c.Letter, paragraphs); len(got) > 0 {
		t.Fatalf("unchanged, and yet: %v", got)
	}
	whole := strings.Join(paragraphs, "\n")
	for _, x := range []struct{ name, old, new, want string }{
		{"六十日改九十日", "六十日内先向", "九十日内先向", "“救济告知”被改动：“之日起六十日内”改成了“之日起九十日内”"},
		{"条款", "第十六条第二款", "第十六条第一款", "“处理决定”被改动"},
		{"法院", "示例市某区人民法院", "示例市人民法院", "“救济告知”被改动"},
		{"整段删去", "如对本答复不服", "", "“救济告知”"},
		{"主送", "陈小明：", "陈大明：", "“主送”"},
		{"日期", "2026年3月25日\n", "2026年3月26日\n", "“成文日期”"},
		{"只动了空白", "第十六条 第二款", "第十六条第二款", ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			changed := strings.Split(strings.ReplaceAll(whole+"\n", x.old, x.new), "\n")
			var got []string
			for _, y := range Compare(c.Letter, changed) {
				got = append(got, y.Sentence)
			}
			if text := strings.Join(got, "\n"); (x.want == "") != (text == "") || !strings.Contains(text, x.want) {
				t.Errorf("%q, want %q", text, x.want)
			}
		})
	}
	for _, x := range []struct{ name, old, new, want string }{
		{"救济之后加一句", "联系地址：", "本答复为最终答复。\n联系地址：", "“救济告知”之后不能改的地方有改动"},
		{"署名之前加一句", "示例市财政局\n2026", "特此答复。\n示例市财政局\n2026", "“联系方式”之后不能改的地方有改动"},
		{"标题之前加一句", "政府信息不予公开答复书", "（草稿）\n政府信息不予公开答复书", "“开头”之后不能改的地方有改动"},
		{"写在可改的段落里", "决定尚未作出。", "决定尚未作出，另有说明。\n第二段。", ""},
		{"没有改", "x", "x", ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			changed := strings.Split(strings.Replace(whole, x.old, x.new, 1), "\n")
			if x.name == "署名之前加一句" {
				changed = strings.Split(strings.ReplaceAll(whole, x.old, x.new), "\n")
			}
			var got []string
			for _, y := range Added(c.Letter, changed, paragraphs) {
				got = append(got, y.Sentence)
			}
			if text := strings.Join(got, "\n"); (x.want == "") != (text == "") || !strings.Contains(text, x.want) {
				t.Errorf("%q, want %q", text, x.want)
			}
		})
	}
	hidden := docxOf(t, `<w:p><w:r><w:t>看得见</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>看不见</w:t></w:r></w:p>`)
	if got, err := Paragraphs(hidden); err != nil || strings.Join(got, "") != "看得见" {
		t.Errorf("hidden: %v %v", got, err)
	}
	revised := docxOf(t, `<w:p><w:ins w:id="1" w:author="x"><w:r><w:t>改</w:t></w:r></w:ins></w:p>`)
	if _, err := Paragraphs(revised); err == nil || !strings.Contains(err.Error(), "修订或批注") {
		t.Errorf("revisions: %v", err)
	}
}

func mustMerge(t *testing.T, l Letter, in Input) []byte {
	t.Helper()
	docx, err := Merge(BuiltIn(l.Kind), FieldsOf(l, in))
	if err != nil {
		t.Fatal(err)
	}
	return docx
}

// What was written in the open passages comes back from the file, for every letter.
func TestTakeBack(t *testing.T) {
	names, all := samples("2026")
	for i, in := range all {
		t.Run(names[i], func(t *testing.T) {
			c := Compose(in)
			c.Letter.Number = ""
			edited := c.Letter
			edited.Body = append([]Paragraph(nil), c.Letter.Body...)
			for j := range edited.Body {
				if !edited.Body[j].Locked {
					edited.Body[j].Text = "改写的第一段。\n第二段，见附件。"
				}
			}
			paragraphs, err := Paragraphs(mustMerge(t, edited, in))
			if err != nil {
				t.Fatal(err)
			}
			if got := Compare(c.Letter, paragraphs); len(got) > 0 {
				t.Fatalf("%v", got)
			}
			back := TakeBack(c.Letter, paragraphs)
			for j, p := range back.Body {
				if p.Text != edited.Body[j].Text {
					t.Errorf("%s: %q, want %q", p.Name, p.Text, edited.Body[j].Text)
				}
			}
			for j, r := range back.Rows {
				if !r.Locked && strings.TrimSpace(c.Letter.Rows[j].Value) != "" && squeeze(r.Value) != squeeze(c.Letter.Rows[j].Value) {
					t.Errorf("%s: %q, want %q", r.Label, r.Value, c.Letter.Rows[j].Value)
				}
			}
		})
	}
}

// FuzzMerge: whatever a document holds, filling it gives a readable file or an
// error, and never hangs.
func FuzzMerge(f *testing.F) {
	for _, body := range []string{torn("{{标题}}"), torn("{{#正文}}{{段落}}{{/正文}}"), torn("{{#表项}}") + torn("{{/表项}}"), torn("{{#表项}}{{#正文}}{{/表项}}{{/正文}}"),
		`<w:tbl><w:tr><w:tc>` + torn("{{#清单}}") + `</w:tc></w:tr></w:tbl>` + torn("{{/清单}}"), torn("{{{{标题}}}}"), torn("{{^文号}}{{#文号}}{{/文号}}{{/文号}}")} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		docx := docxOf(t, body)
		if CheckDOCX(docx) != nil {
			return
		}
		filled, err := Merge(docx, tornFields())
		if err != nil {
			return
		}
		if err := CheckDOCX(filled); err != nil {
			t.Errorf("a filled file is not readable: %v", err)
		}
	})
}

// FuzzCheck: whatever is uploaded as a template or an edited letter is judged and
// nothing else.
func FuzzCheck(f *testing.F) {
	kind, err := ParseKind("receipt")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(BuiltIn(kind))
	f.Add([]byte("PK\x03\x04"))
	f.Add(zipped(f, [2]string{"word/document.xml", "<w:document/>"}))
	f.Fuzz(func(t *testing.T, docx []byte) {
		CheckTemplate(docx, kind)
		if paragraphs, err := Paragraphs(docx); err == nil {
			Compare(Letter{Kind: kind, Title: "题", To: "甲"}, paragraphs)
		}
	})
}
