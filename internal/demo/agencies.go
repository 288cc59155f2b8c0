package demo

import (
	"strings"

	"gongkai/internal/cases"
)

// Root is the code of the city government, the root of the demonstration's tree.
const Root = "fuzhou"

// AgencyLine is one agency as an agencies file gives it.
type AgencyLine struct {
	Code      string
	Name      string
	Kind      cases.AgencyKind
	Parent    string // code of the agency above, "" for the root
	ShortName string // 机关代字

	topic  string // what people ask it for, see contents.go
	weight int    // share of its level's cases in 2019; nearly all of the small ones have 0
}

// Agencies lists the 538 agencies that Fuzhou's report for 2019 covers: the city
// government, its departments and zones, and twelve districts and counties with
// their departments, subdistricts and towns. Parents come before children. The
// city's departments carry the names by which the report calls them.
func Agencies() []AgencyLine {
	out := []AgencyLine{{Code: Root, Name: "福州市人民政府", Kind: cases.Government, ShortName: "榕政", topic: "gov", weight: 237}}
	for _, u := range cityUnits() {
		out = append(out, AgencyLine{Code: Root + "-" + u.code, Name: "福州市" + u.name, Kind: u.kind,
			Parent: Root, ShortName: "榕" + u.short, topic: u.topic, weight: u.weight})
	}
	for _, z := range zones() {
		z.Kind, z.Parent, z.topic = cases.Zone, Root, "gov"
		out = append(out, z)
	}
	for _, d := range districts() {
		out = append(out, d.agencies()...)
	}
	return out
}

// unit is a department, named without the place it belongs to.
type unit struct {
	code, name, short string
	kind              cases.AgencyKind
	topic             string
	weight            int
}

// cityUnits lists the city's departments; the first four have their exact
// numbers for 2019, the others a share of the rest.
func cityUnits() []unit {
	dep, aut := cases.Department, cases.Authorized
	return []unit{
		{"zrzy", "自然资源和规划局", "自然", dep, "land", 380},
		{"fangguan", "房管局", "房管", dep, "housing", 318},
		{"scjg", "市场监督管理局", "市监", dep, "market", 274},
		{"fagai", "发改委", "发改", dep, "plan", 246},
		{"jiaoyu", "教育局", "教", dep, "education", 38},
		{"keji", "科学技术局", "科", dep, "office", 4},
		{"gongxin", "工业和信息化局", "工信", dep, "office", 7},
		{"minzong", "民族与宗教事务局", "民宗", dep, "office", 1},
		{"gongan", "公安局", "公", dep, "police", 76},
		{"minzheng", "民政局", "民", dep, "civil", 19},
		{"sifa", "司法局", "司", dep, "office", 14},
		{"caizheng", "财政局", "财", dep, "finance", 33},
		{"renshe", "人力资源和社会保障局", "人社", dep, "labour", 58},
		{"shengtai", "生态环境局", "环", dep, "environment", 42},
		{"jianshe", "城乡建设局", "建", dep, "construction", 81},
		{"chengguan", "城市管理委员会", "城管", dep, "urban", 37},
		{"jiaotong", "交通运输局", "交", dep, "traffic", 27},
		{"shuili", "水利局", "水", dep, "water", 9},
		{"nongye", "农业农村局", "农", dep, "rural", 22},
		{"shangwu", "商务局", "商", dep, "office", 8},
		{"wenlv", "文化和旅游局", "文旅", dep, "office", 7},
		{"weijian", "卫生健康委员会", "卫健", dep, "health", 26},
		{"tuiyi", "退役军人事务局", "退役", dep, "civil", 8},
		{"yingji", "应急管理局", "应急", dep, "office", 7},
		{"shenji", "审计局", "审", dep, "finance", 5},
		{"guozi", "国有资产监督管理委员会", "国资", dep, "finance", 12},
		{"tiyu", "体育局", "体", dep, "office", 2},
		{"tongji", "统计局", "统", dep, "office", 3},
		{"linye", "林业局", "林", dep, "rural", 6},
		{"haiyang", "海洋与渔业局", "海渔", dep, "rural", 4},
		{"yibao", "医疗保障局", "医保", dep, "health", 7},
		{"jinrong", "金融工作局", "金融", dep, "finance", 5},
		{"renfang", "人民防空办公室", "人防", dep, "construction", 9},
		{"waishi", "外事办公室", "外", dep, "office", 0},
		{"xinfang", "信访局", "信", dep, "office", 12},
		{"dashuju", "大数据发展管理委员会", "数", dep, "office", 3},
		{"jiguan", "机关事务管理局", "机管", dep, "finance", 4},
		{"xingzheng", "行政服务中心管理委员会", "行服", dep, "office", 5},
		{"touzi", "投资促进局", "投", dep, "office", 1},
		{"yuanlin", "园林中心", "园林", aut, "urban", 6},
		{"liangshi", "粮食和物资储备局", "粮", dep, "office", 0},
		{"gongjijin", "住房公积金中心", "公积金", aut, "housing", 7},
		{"tudi", "土地发展中心", "土", aut, "land", 14},
		{"budongchan", "不动产登记和交易中心", "不动产", aut, "land", 18},
		{"gongxiao", "供销合作社联合社", "供", aut, "rural", 0},
		{"fangzhi", "地方志编纂委员会办公室", "志", aut, "office", 0},
		{"weisheng", "卫生健康监督所", "卫监", aut, "health", 2},
		{"jiaozhi", "交通运输综合执法支队", "交执", aut, "traffic", 4},
	}
}

func zones() []AgencyLine {
	return []AgencyLine{
		{Code: "gaoxin", Name: "福州高新技术产业开发区管理委员会", ShortName: "榕高新", weight: 26},
		{Code: "kaifa", Name: "福州经济技术开发区管理委员会", ShortName: "榕开", weight: 6},
		{Code: "baoshui", Name: "福州保税港区管理委员会", ShortName: "榕保", weight: 1},
		{Code: "yuanhong", Name: "福州元洪投资区管理委员会", ShortName: "榕元洪", weight: 2},
	}
}

// district is a district or county with what lies below it.
type district struct {
	code, name, short string
	weight            int
	below             string // subdistricts and towns: "code name" by commas
}

// agencies lays out a district: its government, departments, subdistricts and towns.
func (d district) agencies() []AgencyLine {
	out := []AgencyLine{{Code: d.code, Name: d.name + "人民政府", Kind: cases.Government, Parent: Root,
		ShortName: d.short + "政", topic: "gov", weight: d.weight}}
	for i, u := range districtUnits() {
		name := d.name + u.name
		if u.code == "gongan" && strings.HasSuffix(d.name, "区") {
			name = "福州市公安局" + strings.TrimSuffix(d.name, "区") + "分局"
		}
		// Which departments stay without a case differs from place to place.
		weight := u.weight * d.weight / 40
		if (i+d.weight)%3 == 0 {
			weight = 0
		}
		out = append(out, AgencyLine{Code: d.code + "-" + u.code, Name: name, Kind: u.kind, Parent: d.code,
			ShortName: d.short + u.short, topic: u.topic, weight: weight})
	}
	for i, text := range strings.Split(d.below, ",") {
		out = append(out, d.town(i, text))
	}
	return out
}

// town reads one entry of below.
func (d district) town(i int, text string) AgencyLine {
	code, name, _ := strings.Cut(text, " ")
	a := AgencyLine{Code: d.code + "-" + code, Name: d.name + name + "人民政府", Kind: cases.Government, Parent: d.code, topic: "town"}
	runes := []rune(name)
	a.ShortName = d.short + string(runes[:min(2, len(runes)-1)])
	if rest, ok := strings.CutSuffix(name, "街道"); ok {
		a.Kind, a.Name, a.ShortName = cases.Subdistrict, d.name+name+"办事处", d.short+rest
	}
	if i%3 == 0 {
		a.weight = 1 + d.weight/20
	}
	return a
}

// districtUnits lists the departments that every district and county has.
func districtUnits() []unit {
	dep := cases.Department
	return []unit{
		{"fagai", "发展和改革局", "发改", dep, "plan", 3},
		{"jiaoyu", "教育局", "教", dep, "education", 2},
		{"gongxin", "工业和信息化局", "工信", dep, "office", 0},
		{"gongan", "公安局", "公", dep, "police", 3},
		{"minzheng", "民政局", "民", dep, "civil", 2},
		{"sifa", "司法局", "司", dep, "office", 0},
		{"caizheng", "财政局", "财", dep, "finance", 2},
		{"renshe", "人力资源和社会保障局", "人社", dep, "labour", 2},
		{"zrzy", "自然资源和规划局", "自然", dep, "land", 7},
		{"shengtai", "生态环境局", "环", dep, "environment", 2},
		{"zhujian", "住房和城乡建设局", "住建", dep, "construction", 6},
		{"jiaotong", "交通运输局", "交", dep, "traffic", 1},
		{"nongye", "农业农村局", "农", dep, "rural", 4},
		{"shuili", "水利局", "水", dep, "water", 1},
		{"shangwu", "商务局", "商", dep, "office", 0},
		{"wenti", "文化体育和旅游局", "文体", dep, "office", 0},
		{"weijian", "卫生健康局", "卫健", dep, "health", 1},
		{"tuiyi", "退役军人事务局", "退役", dep, "civil", 0},
		{"yingji", "应急管理局", "应急", dep, "office", 0},
		{"shenji", "审计局", "审", dep, "finance", 0},
		{"scjg", "市场监督管理局", "市监", dep, "market", 4},
		{"tongji", "统计局", "统", dep, "office", 0},
		{"chengguan", "城市管理局", "城管", dep, "urban", 3},
		{"xinfang", "信访局", "信", dep, "office", 0},
		{"yibao", "医疗保障局", "医保", dep, "health", 0},
	}
}
