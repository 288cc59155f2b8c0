package demo

// Setting is what an agency of the demonstration has decided for itself.
type Setting struct{ Agency, Key, Value string }

// Settings gives the agencies of the demonstration's accounts what their letters
// name: how they are reached, and where a remedy goes. All numbers are invented.
func Settings() []Setting {
	var out []Setting
	for _, a := range []struct{ code, address, organ string }{
		{Root, "福州市示例路1号（演示）", "福建省人民政府"},
		{Root + "-zrzy", "福州市示例路2号（演示）", "福州市人民政府"},
		{smallOffice(), "福州市鼓楼区示例路3号（演示）", "福州市鼓楼区人民政府"},
	} {
		out = append(out, Setting{a.code, "address", a.address}, Setting{a.code, "phone", "0591-00000000（演示）"}, Setting{a.code, "hours", "工作日9:00—12:00，14:00—17:30"},
			Setting{a.code, "review_organ", a.organ}, Setting{a.code, "court", "福州市示例区人民法院（演示）"})
	}
	return out
}
