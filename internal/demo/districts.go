package demo

// districts lists the twelve districts and counties; the weight is their
// government's share of the cases of lower governments in 2019.
func districts() []district {
	return []district{
		{"gulou", "鼓楼区", "鼓", 38, "gudong 鼓东街道,guxi 鼓西街道,wenquan 温泉街道,dongjie 东街街道,nanjie 南街街道," +
			"antai 安泰街道,huada 华大街道,shuibu 水部街道,wufeng 五凤街道,hongshan 洪山镇"},
		{"taijiang", "台江区", "台", 34, "yingzhou 瀛洲街道,houzhou 后洲街道,yizhou 义洲街道,xingang 新港街道,shanghai 上海街道," +
			"cangxia 苍霞街道,chating 茶亭街道,yangzhong 洋中街道,aofeng 鳌峰街道,ninghua 宁化街道"},
		{"cangshan", "仓山区", "仓", 58, "cangqian 仓前街道,dongsheng 东升街道,duihu 对湖街道,linjiang 临江街道,sanchajie 三叉街街道," +
			"shangdu 上渡街道,xiadu 下渡街道,jinshan 金山街道,cangshanzhen 仓山镇,chengmen 城门镇,gaishan 盖山镇,jianxin 建新镇,luozhou 螺洲镇"},
		{"jinan", "晋安区", "晋", 47, "chayuan 茶园街道,wangzhuang 王庄街道,xiangyuan 象园街道,gushan 鼓山镇,xindian 新店镇," +
			"yuefeng 岳峰镇,huanxi 宦溪镇,shoushan 寿山乡,rixi 日溪乡"},
		{"mawei", "马尾区", "马", 23, "luoxing 罗星街道,maweizhen 马尾镇,tingjiang 亭江镇,langqi 琅岐镇"},
		{"changle", "长乐区", "航", 36, "wuhang 吴航街道,hangcheng 航城街道,yingqian 营前街道,zhanggang 漳港街道,shouzhan 首占镇," +
			"yutian 玉田镇,songxia 松下镇,jiangtian 江田镇,guhuai 古槐镇,wenwusha 文武砂镇,heshang 鹤上镇,hunan 湖南镇," +
			"jinfeng 金峰镇,wenling 文岭镇,meihua 梅花镇,tantou 潭头镇,luolian 罗联乡,houyu 猴屿乡"},
		{"fuqing", "福清市", "融", 42, "yuping 玉屏街道,longshan 龙山街道,longjiang 龙江街道,honglu 宏路街道,shizhu 石竹街道,yinxi 音西街道," +
			"yangxia 阳下街道,haikou 海口镇,chengtou 城头镇,nanling 南岭镇,longtian 龙田镇,jiangjing 江镜镇,gangtou 港头镇," +
			"gaoshan 高山镇,shapu 沙埔镇,sanshan 三山镇,donghan 东瀚镇,yuxi 渔溪镇,shangjing 上迳镇,xincuo 新厝镇," +
			"jiangyin 江阴镇,dongzhang 东张镇,jingyang 镜洋镇,yidu 一都镇"},
		{"minhou", "闽侯县", "侯", 40, "ganzhe 甘蔗街道,baisha 白沙镇,nanyu 南屿镇,shanggan 尚干镇,xiangqian 祥谦镇,qingkou 青口镇," +
			"nantong 南通镇,shangjie 上街镇,jingxi 荆溪镇,zhuqi 竹岐乡,hongwei 鸿尾乡,yangli 洋里乡,dahu 大湖乡,tingping 廷坪乡,xiaoruo 小箬乡"},
		{"lianjiang", "连江县", "连", 24, "fengcheng 凤城镇,aojiang 敖江镇,dongdai 东岱镇,guantou 琯头镇,xiaoao 晓澳镇,donghu 东湖镇," +
			"danyang 丹阳镇,changlong 长龙镇,toubao 透堡镇,mabi 马鼻镇,guanban 官坂镇,xiaocheng 筱埕镇,huangqi 黄岐镇,tailu 苔菉镇," +
			"pukou 浦口镇,kengyuan 坑园镇,jiangnan 江南乡,liaoyan 蓼沿乡,pandu 潘渡乡,xiagong 下宫乡,ankai 安凯乡,xiaocang 小沧畲族乡"},
		{"luoyuan", "罗源县", "罗", 12, "fengshan 凤山镇,songshan 松山镇,qibu 起步镇,zhongfang 中房镇,feizhu 飞竹镇,jianjiang 鉴江镇," +
			"baita 白塔乡,hongyang 洪洋乡,xilan 西兰乡,huokou 霍口畲族乡,bili 碧里乡"},
		{"minqing", "闽清县", "梅", 10, "meicheng 梅城镇,meixi 梅溪镇,baizhang 白樟镇,jinsha 金沙镇,baizhong 白中镇,chiyuan 池园镇," +
			"bandong 坂东镇,tazhuang 塔庄镇,shenghuang 省璜镇,xiongjiang 雄江镇,dongqiao 东桥镇,yunlong 云龙乡,shanglian 上莲乡," +
			"sanxi 三溪乡,julin 桔林乡,xiazhu 下祝乡"},
		{"yongtai", "永泰县", "樟", 17, "zhangcheng 樟城镇,songkou 嵩口镇,wutong 梧桐镇,geling 葛岭镇,chengfeng 城峰镇,qingliang 清凉镇," +
			"changqing 长庆镇,tongan 同安镇,dayang 大洋镇,tangqian 塘前乡,fuquan 富泉乡,linglu 岭路乡,chixi 赤锡乡,fukou 洑口乡," +
			"gaiyang 盖洋乡,dongyang 东洋乡,xiaba 霞拔乡,pangu 盘谷乡,hongxing 红星乡,baiyun 白云乡,danyun 丹云乡"},
	}
}
