package codec

import (
	"math"
	"strconv"
)

// numberEnd is the end of the number that begins at data[i], or -1 if none does.
// What follows it is for the caller to judge.
func numberEnd(data []byte, i int) int {
	if i < len(data) && data[i] == '-' {
		i++
	}
	if i < len(data) && data[i] == '0' {
		i++
	} else if i = digitsEnd(data, i); i < 0 {
		return -1
	}
	if i < len(data) && data[i] == '.' {
		if i = digitsEnd(data, i+1); i < 0 {
			return -1
		}
	}
	if i < len(data) && (data[i] == 'e' || data[i] == 'E') {
		i++
		if i < len(data) && (data[i] == '+' || data[i] == '-') {
			i++
		}
		return digitsEnd(data, i)
	}
	return i
}

// digitsEnd is the end of the digits that begin at data[i], or -1 if none do.
func digitsEnd(data []byte, i int) int {
	start := i
	for i < len(data) && isDigit(data[i]) {
		i++
	}
	if i == start {
		return -1
	}
	return i
}

func isDigit(c byte) bool { return c-'0' <= 9 }

// shortInt reads the integer at data[i], of at most 18 digits so that it cannot
// overflow, and its end; ok is false for any other number.
func shortInt(data []byte, i int) (v int64, end int, ok bool) {
	neg := i < len(data) && data[i] == '-'
	if neg {
		i++
	}
	start := i
	for i < len(data) && isDigit(data[i]) {
		v = v*10 + int64(data[i]-'0')
		i++
		if i-start > 18 {
			return 0, 0, false
		}
	}
	if i == start || data[start] == '0' && (neg || i-start > 1) {
		return 0, 0, false
	}
	if i < len(data) && (data[i] == '.' || data[i]|0x20 == 'e') {
		return 0, 0, false
	}
	if neg {
		v = -v
	}
	return v, i, true
}

// decimal is a number's value: digits × 10^exp, cut after the 19th digit.
type decimal struct {
	digits   uint64
	exp      int
	neg, cut bool
}

// maxExp stands for all larger exponents: no number that is in range has one.
const maxExp = 1 << 30

// parseDecimal takes a number apart; token is a valid one.
func parseDecimal(token []byte) decimal {
	var d decimal
	i, n := 0, 0
	if token[0] == '-' {
		d.neg = true
		i++
	}
	point := false
	for ; i < len(token) && token[i]|0x20 != 'e'; i++ {
		c := token[i]
		switch {
		case c == '.':
			point = true
			continue
		case n == 0 && c == '0': // a leading zero
		case n < 19:
			d.digits = d.digits*10 + uint64(c-'0')
			n++
		default:
			d.cut = d.cut || c != '0'
			if !point {
				d.exp++
			}
			continue
		}
		if point {
			d.exp--
		}
	}
	if i < len(token) {
		d.exp += parseExp(token[i+1:])
	}
	return d
}

// parseExp reads an exponent, at most maxExp in size.
func parseExp(text []byte) int {
	exp := 0
	for _, c := range text {
		if isDigit(c) && exp < maxExp/10 {
			exp = exp*10 + int(c-'0')
		}
	}
	if text[0] == '-' {
		return -exp
	}
	return exp
}

// integer is d as an int64; false if it has a fraction or does not fit.
func (d decimal) integer() (int64, bool) {
	if d.digits == 0 {
		return 0, true
	}
	if d.cut { // 20 significant digits or more
		return 0, false
	}
	digits, exp := d.digits, d.exp
	for ; exp < 0; exp++ {
		if digits%10 != 0 {
			return 0, false
		}
		digits /= 10
	}
	for ; exp > 0; exp-- {
		if digits > math.MaxUint64/10 {
			return 0, false
		}
		digits *= 10
	}
	switch {
	case d.neg && digits <= 1<<63:
		return -int64(digits), true
	case !d.neg && digits < 1<<63:
		return int64(digits), true
	}
	return 0, false
}

// pow10 holds the powers of ten that float64 holds exactly.
var pow10 = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// parseFloat is the float64 nearest to the number token; false: out of range.
func parseFloat(token []byte) (float64, bool) {
	d := parseDecimal(token)
	if d.digits < 1<<53 && !d.cut && d.exp >= -22 && d.exp <= 22 {
		f := float64(d.digits) // exact, so one rounding follows, which is the right one
		if d.exp < 0 {
			f /= pow10[-d.exp]
		} else {
			f *= pow10[d.exp]
		}
		if d.neg {
			f = -f
		}
		return f, true
	}
	f, err := strconv.ParseFloat(string(token), 64)
	return f, err == nil
}

// numberValue is the free-form value of a number token; false: out of range.
func numberValue(token []byte) (any, bool) {
	f, ok := parseFloat(token)
	if !ok {
		return nil, false
	}
	if math.Abs(f) >= 1<<53 {
		if v, fits := parseDecimal(token).integer(); fits {
			return intValue(v), true
		}
	}
	return f, true
}

// intValue is the free-form value of an integer: a float64 where it holds v
// exactly or is written with the same digits, else an int64.
func intValue(v int64) any {
	if f := float64(v); sameDigits(v, f) {
		return f
	}
	return v
}

// sameDigits reports whether f, the float64 nearest to v, stands for v.
func sameDigits(v int64, f float64) bool {
	if v >= -1<<53 && v <= 1<<53 {
		return true
	}
	if f < 1<<63 && int64(f) == v {
		return true
	}
	var a, b [24]byte
	return string(AppendFloat(a[:0], f)) == string(AppendInt(b[:0], v))
}
