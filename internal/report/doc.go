// Package report holds the statutory tables of the annual report on government
// information disclosure (Regulation, Art 50): table 三 (applications), table 四
// (review and litigation) and table 二 (proactive disclosure), in the format of
// 国办公开办函〔2019〕60号 and in that of 国办公开办函〔2021〕30号.
//
// It counts tables from tallies of cases by their dates, says for each cell which
// cases are in it and why, checks the arithmetic identities 勾稽 (K1 to K12),
// computes the shares that the text quotes, and reads and writes a table as JSON.
//
// It is pure: values in, values out. It reads no file, no database and no clock,
// draws no page, and never corrects a figure: what does not add up is named.
package report
