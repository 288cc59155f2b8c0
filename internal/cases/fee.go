package cases

// The information processing fee (国办函〔2020〕109号, in force from 2021-01-01):
// by piece or by page, never both for one application; each tier's rate applies
// only to the part inside the tier. Amounts in whole yuan.

// FeeForPieces gives what an applicant owes in sum for n applications to one
// agency in one calendar month (第四条): 10 free, 11 to 30 at 100 yuan, then
// 100 yuan more for each further ten begun.
func FeeForPieces(n int) int {
	sum := 0
	for i := 1; i <= n; i++ {
		sum += FeeOfPiece(i)
	}
	return sum
}

// FeeOfPiece gives the price of the n-th application of the month.
func FeeOfPiece(n int) int {
	switch {
	case n <= 10:
		return 0
	case n <= 30:
		return 100
	}
	return 200 + (n-31)/10*100
}

// FeeForPages gives the fee for one application by pages (第五条): 30 free, 31
// to 100 at 10 yuan, 101 to 200 at 20, from 201 at 40. Pages of several
// applications are never added.
func FeeForPages(n int) int {
	first := clamp(n-30, 70) * 10
	second := clamp(n-100, 100) * 20
	return first + second + max(0, n-200)*40
}

// clamp keeps n between 0 and top.
func clamp(n, top int) int { return max(0, min(n, top)) }
