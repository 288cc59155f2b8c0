package importer

import (
	"strings"
	"testing"
)

// An agencies file is read in parent-first order, whatever its order.
func TestReadAgencies(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"上级在后":  {"code,name,kind,parent,short_name\nb,乙局,department,a,乙\na,甲市政府,政府,,甲\n", "a b"},
		"中文列名":  {"机关目录\n机关代码;机关名称;类别;上级机关代码;机关代字\na;甲;政府;/;\nb;乙;街道办事处;a;\n", "a b"},
		"已登记上级": {"code,name,kind,parent\nb,乙,department,root\n", "b"},
		"代码重复":  {"code,name,kind,parent\na,甲,政府,\na,乙,政府,\n", "!第3行“机关代码”：“a”与第2行重复"},
		"上级不存在": {"code,name,kind,parent\na,甲,政府,x\n", "!第2行“上级机关代码”：“x”不是"},
		"绕圈":    {"code,name,kind,parent\na,甲,政府,b\nb,乙,政府,a\n", "!绕成了圈"},
		"自为上级":  {"code,name,kind,parent\na,甲,政府,a\n", "!绕成了圈"},
		"类别不认识": {"code,name,kind,parent\na,甲,公司,\n", "!第2行“类别”：“公司”不是机关类别"},
		"没有名称":  {"code,name,kind,parent\na,,政府,\n", "!第2行“机关名称”"},
	} {
		t.Run(name, func(t *testing.T) {
			lines, problems, err := ReadAgencies([]byte(c.text), func(code string) bool { return code == "root" })
			if err != nil {
				t.Fatal(err)
			}
			var codes []string
			for _, l := range lines {
				codes = append(codes, l.Code)
			}
			got := strings.Join(codes, " ")
			for _, p := range problems {
				got += "!" + p.String()
			}
			if want, bad := strings.CutPrefix(c.want, "!"); got != c.want && !(bad && strings.Contains(got, want)) {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
