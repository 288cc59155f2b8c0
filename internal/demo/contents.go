package demo

import (
	"strconv"
	"strings"

	"gongkai/internal/cases"
)

// topics gives what people ask an agency for. {地} is a place, {项} a project,
// {年} a year, {号} a number: all made up when the text is thrown.
func topics(topic string) []string {
	switch topic {
	case "land":
		return []string{"{地}{项}地块的征收土地方案及省政府用地批复", "{地}{项}建设用地规划许可证及附图", "{年}年{地}集体土地征收的“一书四方案”及征地公告",
			"{地}{项}的土地出让合同及出让金缴纳凭证", "{地}{项}周边地块控制性详细规划图则", "{地}宗地图及权属来源材料", "{地}{项}建设工程规划条件核实意见及竣工图"}
	case "housing":
		return []string{"{地}{项}房屋征收补偿方案及征收决定", "{地}{项}旧改片区房屋征收评估机构选定公告及评估报告", "{地}{号}号房屋{年}年产权登记档案中的发证依据",
			"{地}{项}商品房预售许可证及预售资金监管协议", "{地}小区物业专项维修资金{年}年使用明细", "{地}{项}安置房源分配方案及选房结果", "{年}年{地}直管公房承租变更审批材料"}
	case "market":
		return []string{"{年}年对{地}某示例超市的投诉举报办理结果及立案审批表", "{地}某示例公司{年}年行政处罚决定书", "{地}某示例食品经营部许可证核发材料",
			"{年}年{地}电梯监督检验结论汇总", "{年}年职业索赔类举报的处理统计", "{地}某示例药店{年}年飞行检查记录"}
	case "plan":
		return []string{"{地}{项}项目立项批复及可行性研究报告批复", "{地}{项}社会稳定风险评估报告", "{地}{项}初步设计概算批复",
			"{年}年{地}旧屋区改造年度计划", "{地}小区停车收费标准的定价文件", "{地}{项}项目核准文件及节能审查意见"}
	case "police":
		return []string{"{年}年{地}{项}现场处警记录及处警视频", "{地}监控探头设置点位及依据", "{年}年{地}道路限行措施的论证材料", "{地}居住证办理依据及{年}年办理数量"}
	case "education":
		return []string{"{年}年{地}小学招生片区划分方案及论证材料", "{地}某示例培训机构办学许可审批材料", "{年}年{地}教师公开招聘总成绩及岗位设置", "{地}中学{年}年学位预警依据"}
	case "labour":
		return []string{"{地}被征地农民养老保障{年}年参保名单及补贴标准", "{年}年{地}某示例公司工伤认定决定及依据", "{年}年特殊工种提前退休审核意见", "{地}{项}项目农民工工资保证金缴存情况"}
	case "environment":
		return []string{"{地}{项}环境影响报告书批复", "{年}年{地}某示例企业废气监测报告", "{地}{项}噪声投诉的现场监测数据", "{年}年{地}内河黑臭水体整治验收材料"}
	case "construction":
		return []string{"{地}{项}建筑工程施工许可证及申报材料", "{地}{项}工程竣工验收备案表", "{地}{项}深基坑支护设计专家论证意见", "{年}年{地}老旧小区加装电梯补助名单", "{地}{项}拆除工程备案材料"}
	case "urban":
		return []string{"{年}年{地}违法建设认定书及限期拆除决定", "{地}沿街店招整治的依据及经费", "{地}{项}临时占道许可", "{年}年{地}垃圾中转站选址方案"}
	case "traffic":
		return []string{"{地}{项}公交线路调整方案及征求意见情况", "{年}年{地}国省道改线征地红线图", "{年}年巡游出租车经营权配置方案"}
	case "water":
		return []string{"{地}{项}防洪影响评价批复", "{年}年{地}水库除险加固资金使用情况"}
	case "rural":
		return []string{"{地}{年}年耕地地力保护补贴发放清册", "{地}某示例村集体土地承包经营权登记簿", "{年}年{地}高标准农田建设项目验收材料", "{地}宅基地审批{年}年台账"}
	case "civil":
		return []string{"{地}{年}年最低生活保障对象名单及标准", "{地}公益性公墓审批文件", "{地}社区居委会{年}年换届选举结果报告", "{年}年{地}行政区域界线勘定协议"}
	case "finance":
		return []string{"{地}{项}项目财政评审结论", "{年}年{地}征地补偿资金拨付凭证", "{年}年“三公”经费支出明细", "{地}{项}政府采购合同及验收单"}
	case "health":
		return []string{"{年}年{地}某示例医院医疗机构执业许可变更材料", "{地}社会抚养费{年}年征收总额及使用情况", "{年}年{地}公共场所卫生监督抽检结果"}
	case "town":
		return []string{"{地}{项}征地补偿款{年}年发放清册", "{地}某示例村{年}年村级财务收支公开表", "{地}房屋拆除的会议纪要及依据", "{地}{项}青苗补偿标准及丈量表", "{地}新农村建设{年}年安置方案"}
	case "gov":
		return []string{"{地}{项}国有土地上房屋征收决定及补偿方案", "{年}年{地}旧屋区改造专题会议纪要", "{地}{项}土地征收启动公告及现状调查结果", "{地}{项}征收补偿安置方案的批复", "{年}年关于{地}{项}的请示及批复文件"}
	}
	return []string{"{年}年{地}{项}专项资金申报结果", "{年}年行政许可事项调整的依据文件", "{年}年部门预算中{项}经费的支出明细", "{地}{项}项目备案及验收材料", "{年}年{地}信访事项的办理登记及转送文书"}
}

// special gives the texts of requests that end in a way of their own, or nothing.
func special(outcome, topic string) []string {
	switch outcome {
	case "not_processed.petition":
		return []string{"反映{地}{项}拆迁补偿不公，要求查处并公开查处结果", "举报{地}{项}违规施工，请求追究责任"}
	case "not_processed.confirm_reissue":
		return []string{"请确认{年}年取得的{地}{项}批复复印件与原件一致并重新盖章"}
	case "other.consultation":
		return []string{"请问{地}{项}何时动工、何时安置", "咨询{年}年{地}入学或落户应当准备哪些材料"}
	case "other.not_gov_info":
		return []string{"{地}某示例村委会{年}年会议记录", "{地}某示例公司与业主签订的合同"}
	case "withhold.admin_query":
		if topic == "market" {
			return []string{"查询{地}某示例公司工商登记内档", "查询{地}某示例经营部设立登记档案"}
		}
		return []string{"查询{地}{号}号不动产登记原始资料", "查询{地}{号}号房屋权属登记及查封、抵押情况"}
	case "unable.needs_creation":
		return []string{"{年}年以来{地}{项}类案件按月分类汇总及同比分析", "{地}历年{项}补偿均价对比表"}
	case "unable.still_unclear", "other.no_supplement":
		return []string{"{地}的全部文件", "与我家房子有关的一切材料", "{地}{项}相关手续"}
	case "not_processed.excessive":
		return []string{"{地}{项}第{号}号文件及其全部附件、办理过程材料", "{地}{年}年第{号}号公文的签批单、收发文登记"}
	}
	return nil
}

// places gives the words for {地}: the town itself, places of the agency's own
// district, or of the city.
func places(a AgencyLine) []string {
	if a.topic == "town" {
		return []string{strings.TrimSuffix(strings.TrimSuffix(a.Name, "人民政府"), "办事处")}
	}
	district, _, _ := strings.Cut(a.Code, "-")
	own := map[string][]string{
		"gulou": {"鼓楼区东街口", "鼓楼区屏东", "鼓楼区洪山片区"}, "taijiang": {"台江区上下杭", "台江区鳌峰洲", "台江区苍霞片区"},
		"cangshan": {"仓山区三叉街", "仓山区城门", "仓山区螺洲", "仓山区金山"}, "jinan": {"晋安区鹤林", "晋安区新店", "晋安区鼓山"},
		"mawei": {"马尾区亭江", "马尾区琅岐"}, "changle": {"长乐区首占", "长乐区漳港", "长乐区金峰"}, "fuqing": {"福清市音西", "福清市龙江", "福清市江阴"},
		"minhou": {"闽侯县上街", "闽侯县南屿", "闽侯县荆溪"}, "lianjiang": {"连江县敖江", "连江县琯头"}, "luoyuan": {"罗源县松山"},
		"minqing": {"闽清县梅溪"}, "yongtai": {"永泰县葛岭", "永泰县城峰"}, "gaoxin": {"高新区南屿", "高新区上街"},
	}[district]
	if own != nil {
		return own
	}
	return []string{"鼓楼区东街口", "台江区鳌峰洲", "台江区上下杭", "仓山区三叉街", "仓山区城门", "晋安区鹤林", "晋安区新店", "马尾区亭江", "长乐区漳港"}
}

// content makes up what is asked of an agency; year is that of the application.
func content(d dice, a AgencyLine, outcome cases.Outcome, year int) string {
	text := topics(a.topic)
	if s := special(outcome.Code(), a.topic); s != nil {
		text = s
	}
	projects := []string{"示例路道路拓宽", "示例小学新建", "示例片区旧改", "示例河道整治", "示例安居工程", "示例公园", "示例地铁站点", "示例停车场", "示例商业广场", "示例变电站"}
	digits := []string{"3", "7", "12", "18", "26", "31", "45", "58", "66", "102"}
	years := make([]string, 8)
	for i := range years {
		years[i] = strconv.Itoa(year - 1 - i)
	}
	return strings.NewReplacer("{地}", oneOf(d, places(a)), "{项}", oneOf(d, projects),
		"{年}", oneOf(d, years), "{号}", oneOf(d, digits)).Replace(oneOf(d, text))
}
