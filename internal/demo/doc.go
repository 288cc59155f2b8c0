// Package demo makes up the caseload of the demonstration: a tree of 538
// agencies, the year 2019 of Fuzhou as it was published, case by case, and a
// living caseload around a given day.
//
// Every person, organisation, number and text in it is invented and marked as
// such; the only truths are the totals of Fuzhou's published annual report for
// 2019, which stand beside this file, and names of public offices. It is a pure
// generator: the same day gives the same lines. It stores nothing, asks no
// clock, and knows no more of the law than the clock of package deadline tells
// it.
package demo
