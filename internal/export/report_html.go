package export

import (
	"fmt"
	"html/template"
	"io"

	"gongkai/internal/report"
)

// reportPage is a whole page by itself: no script, no other file, no other host.
const reportPage = `<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<meta name="ArticleTitle" content="{{.Title}}">
<meta name="ContentSource" content="{{.Agency}}">
<meta name="ColumnName" content="政府信息公开年报">
<meta name="ColumnType" content="政府信息公开">
<style>
body{margin:24px auto;max-width:1200px;padding:0 16px;color:#1b2430;background:#fff;line-height:1.6;font-family:"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC","WenQuanYi Micro Hei",sans-serif}
h1{font-size:22px;text-align:center}
h2{font-size:17px}
h3{font-size:16px}
.text{text-indent:2em;margin:8px 0}
.missing{background:#fff3b0}
tr,figure{break-inside:avoid}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
th,td{border:1px solid #55606e;padding:4px 8px}
th{font-weight:normal;text-align:center}
th[scope=row]{text-align:left}
thead th{background:#f5f6f8}
td,thead th{min-width:40px}
td{text-align:right}
th[scope=rowgroup]{white-space:nowrap}
figure{margin:16px 0;text-align:center}
figure svg{max-width:100%;height:auto}
figcaption{font-size:14px;color:#55606e}
footer{margin-top:16px;color:#55606e;font-size:14px}
@media print{body{margin:0;max-width:none}thead{display:table-header-group}}
</style>
</head>
<body>
<main>
<h1>{{.Title}}</h1>
{{range .Before}}{{template "text" .}}
{{end}}{{range .Charts}}<figure>{{.SVG}}<figcaption>{{.Caption}}</figcaption></figure>
{{end}}{{range .Forms}}<section>
<h2>{{.Section}}</h2>
<div class="wide" tabindex="0" role="region" aria-label="{{.Section}}">
<table aria-label="{{.Section}}">
{{if .Head}}<thead>
{{range .Head}}<tr>{{template "cells" .}}</tr>
{{end}}</thead>
{{end}}<tbody>
{{range .Body}}<tr>{{template "cells" .}}</tr>
{{end}}</tbody>
</table>
</div>
</section>
{{end}}{{range .After}}{{template "text" .}}
{{end}}</main>
<footer>
{{range .Remarks}}<p>{{.}}</p>
{{end}}</footer>
</body>
</html>
{{define "text"}}{{if eq .Heading 1}}<h2>{{.Text}}</h2>{{else if eq .Heading 2}}<h3>{{.Text}}</h3>{{else}}<p class="text{{if .Missing}} missing{{end}}">{{.Text}}</p>{{end}}{{end}}
{{define "cells"}}{{range .}}{{if .Scope}}<th scope="{{.Scope}}"{{if gt .Rows 1}} rowspan="{{.Rows}}"{{end}}{{if gt .Cols 1}} colspan="{{.Cols}}"{{end}}>{{.Text}}</th>{{else}}<td{{if gt .Cols 1}} colspan="{{.Cols}}"{{end}}>{{.Text}}</td>{{end}}{{end}}{{end}}`

type htmlCell struct {
	Text, Scope string
	Rows, Cols  int
}

type htmlChart struct {
	SVG     template.HTML
	Caption string
}

type htmlForm struct {
	Section    string
	Head, Body [][]htmlCell
}

func writeReportHTML(w io.Writer, t report.Table, meta Meta) error {
	return writeReportPage(w, t, meta, nil)
}

// writeReportPage writes the tables, with the chapters of text around them where
// there is a document.
func writeReportPage(w io.Writer, t report.Table, meta Meta, d *report.Document) error {
	page, err := template.New("report").Parse(reportPage)
	if err != nil {
		return err
	}
	var all []htmlForm
	for _, f := range forms(t) {
		x := htmlForm{Section: f.section}
		for i, row := range f.rows {
			if i < f.heads {
				x.Head = append(x.Head, htmlCells(row))
			} else {
				x.Body = append(x.Body, htmlCells(row))
			}
		}
		all = append(all, x)
	}
	var before, after []report.Paragraph
	var charts []htmlChart
	remarks := meta.remarks(t)
	if d != nil {
		before, after, remarks = d.Before, d.After, append(countingLines(*d), remarks...)
		for i, c := range d.Charts {
			charts = append(charts, htmlChart{template.HTML(ChartSVG(c)), fmt.Sprintf("图%d　%s", i+1, c.Title)}) // our own drawing, its texts escaped
		}
	}
	return page.Execute(w, map[string]any{"Title": t.Title(), "Agency": t.Agency, "Forms": all, "Remarks": remarks, "Before": before, "After": after, "Charts": charts})
}

func htmlCells(row []formCell) []htmlCell {
	var out []htmlCell
	for _, c := range row {
		out = append(out, htmlCell{c.text, c.head, c.rows, c.cols})
	}
	return out
}
