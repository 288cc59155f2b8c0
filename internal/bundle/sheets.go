package bundle

// sheetText draws the sheets: each a whole page by itself, without script, other
// files or hosts, fit for A4.
const sheetText = `{{define "head"}}<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{.}}</title>
<style>
@page{size:A4;margin:25mm 20mm 20mm 25mm}
body{margin:24px auto;max-width:900px;padding:0 16px;color:#1b2430;background:#fff;line-height:1.6;font-family:"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC","WenQuanYi Micro Hei",sans-serif;line-break:strict;overflow-wrap:anywhere}
h1{font-size:22px;text-align:center;margin:8px 0 16px}
h2{font-size:17px;margin:16px 0 4px}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
th,td{border:1px solid #55606e;padding:4px 8px;text-align:left;vertical-align:top}
th{background:#f5f6f8;font-weight:600}
tr{break-inside:avoid}
td p,th p{margin:0}
.number{text-align:right;white-space:nowrap}
.narrow{white-space:nowrap;width:1%}
.remark,footer{color:#55606e;font-size:13px}
.signed{text-align:right;margin-top:24px}
@media print{body{margin:0;max-width:none;padding:0}thead{display:table-header-group}a{color:inherit;text-decoration:none}}
</style>
</head>
<body>
<main>
<h1>{{.}}</h1>
{{end}}
{{define "foot"}}</main>
</body>
</html>
{{end}}
{{define "facts"}}<table><tbody>
{{range .}}<tr><th scope="row" class="narrow">{{.Label}}</th><td>{{range lines .Value}}<p>{{.}}</p>{{end}}</td></tr>
{{end}}</tbody></table>{{end}}
{{define "page"}}{{template "head" .Title}}
<p class="remark">{{.Agency}}　编号：{{.Number}}</p>
{{range .Sections}}{{if .Title}}<h2>{{.Title}}</h2>
{{end}}{{if .Lines}}{{template "facts" .Lines}}
{{end}}{{range .Texts}}{{range lines .}}<p>{{.}}</p>
{{end}}{{end}}{{if .Head}}<table><thead><tr>{{range .Head}}<th scope="col" class="narrow">{{.}}</th>{{end}}</tr></thead><tbody>
{{range .Rows}}<tr>{{range .}}<td>{{range lines .}}<p>{{.}}</p>{{end}}</td>{{end}}</tr>
{{end}}</tbody></table>
{{end}}{{end}}<p class="signed">{{.Agency}}<br>{{.Made}}</p>
{{template "foot"}}{{end}}
{{define "archive"}}{{template "head" "政府信息公开申请归档文件目录"}}
<p class="remark">{{.Agency}}　{{.Number}}　共{{len .List}}件</p>
<table>
<thead><tr><th scope="col" class="narrow">序号</th><th scope="col">登记编号</th><th scope="col">申请人</th><th scope="col" class="narrow">收到</th><th scope="col" class="narrow">答复</th><th scope="col">办理结果</th><th scope="col">文号</th><th scope="col" class="narrow">件数</th><th scope="col" class="narrow">页数</th></tr></thead>
<tbody>
{{range $i, $f := .List}}<tr><td class="number">{{$f.Folder}}</td><td><a href="{{$f.Folder}}/index.html">{{$f.Number}}</a></td><td>{{$f.Applicant}}</td><td class="narrow">{{$f.Received}}</td><td class="narrow">{{$f.Answered}}</td><td>{{$f.Outcome}}</td><td>{{$f.Document}}</td><td class="number">{{$f.Pieces}}</td><td class="number">{{if $f.Pages}}{{$f.Pages}}{{else}}—{{end}}</td></tr>
{{end}}</tbody>
</table>
<p class="remark">每件一个文件夹，其中 index.html 是卷内目录。页数只计扫描件和图片等页数确定的材料。档号、保管期限由档案部门填写（metadata.csv）。</p>
<p class="signed">{{.Agency}}（印章）<br>{{.Day}}</p>
{{template "foot"}}{{end}}
{{define "index"}}{{template "head" "证据目录"}}
<table><tbody>
<tr><th scope="row" class="narrow">提交机关</th><td>{{.Agency}}</td></tr>
<tr><th scope="row" class="narrow">申请编号</th><td>{{.Number}}</td></tr>
<tr><th scope="row" class="narrow">申请人</th><td>{{range $i, $p := .Case.Parties}}{{if $i}}、{{end}}{{$p.Applicant.Name}}{{end}}</td></tr>
{{if .Purpose}}<tr><th scope="row" class="narrow">用途</th><td>{{.Purpose}}</td></tr>
{{end}}<tr><th scope="row" class="narrow">制作</th><td>{{.Day.Chinese}}　{{.By}}</td></tr>
</tbody></table>
<h2>材料</h2>
<table>
<thead><tr><th scope="col" class="narrow">件号</th><th scope="col">材料</th><th scope="col">说明</th><th scope="col" class="narrow">页数</th><th scope="col" class="narrow">页码</th></tr></thead>
<tbody>
{{range .Rows}}<tr><td class="number">{{.Piece}}</td><td><a href="{{.Name}}">{{.Title}}</a></td><td>{{.Note}}</td><td class="number">{{if .Pages}}{{.Pages}}{{else}}—{{end}}</td><td class="number">{{if .From}}{{.From}}—{{.To}}{{else}}—{{end}}</td></tr>
{{end}}</tbody>
</table>
<p class="remark">页码只编扫描件和图片等页数确定的材料；其余按件号引用。</p>
<h2>核对方法</h2>
<p class="remark">清单 manifest.json 列出每份材料的 SHA-256，逐项相连（每项的 link 是“前一项的 link、文件名、SHA-256”三行文字的 SHA-256），由制作系统以 Ed25519 私钥签名（manifest.sig）。任何一份材料改动一个字节，核对都不能通过；重新压缩不影响核对。可用 gongkai bundle check 或系统的“核对举证材料”页面核对，不需要本机关的数据库；系统指纹应与制作机关公布的一致。</p>
<p class="signed">{{.Agency}}（印章）<br>{{.Day.Chinese}}</p>
{{template "foot"}}{{end}}`
