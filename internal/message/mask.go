package message

import (
	"strings"
	"unicode/utf8"
)

// Mask hides a destination the way CodeDeliveryDetails shows it.
func Mask(medium Medium, dest string) string {
	if medium == SMS {
		return MaskPhone(dest)
	}
	return MaskEmail(dest)
}

// MaskEmail leaves the first character of the local part and of the domain:
// test@example.com becomes t***@e***.
func MaskEmail(address string) string {
	local, domain := address, ""
	if at := strings.LastIndexByte(address, '@'); at >= 0 {
		local, domain = address[:at], address[at+1:]
	}
	return first(local) + "***@" + first(domain) + "***"
}

// first is the first character of s, or nothing.
func first(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}

// MaskPhone leaves the last four digits: +12065551234 becomes +*******1234. A
// number of four digits or fewer is hidden altogether.
func MaskPhone(number string) string {
	digits := make([]byte, 0, len(number))
	for i := range len(number) {
		if c := number[i]; '0' <= c && c <= '9' {
			digits = append(digits, c)
		}
	}
	if len(digits) <= 4 {
		return "+" + strings.Repeat("*", len(digits))
	}
	return "+" + strings.Repeat("*", len(digits)-4) + string(digits[len(digits)-4:])
}

// How often first letters occur in names and in mail domains, roughly: a
// simulated destination drawn evenly from the alphabet would give itself away.
const (
	nameLetters   = "aaaabbbccccddddeeefffggghhiijjjjjkkkklllmmmmmmnnooppprrrrsssssstttuvvwwyz"
	domainLetters = "gggggggggggggggggghhhhhyyyyyiiiioooommmaabcdefklnprstw"
)

// SimulatedDestination is the masked destination shown for a name that nobody
// has, where the answer must not tell that. It depends on what was typed alone
// and is therefore stable: a name that looks like a destination of the medium
// shows its own mask, any other shows one made from mac, a keyed hash that the
// caller binds to the pool. Letter case makes no difference, because it makes
// none for a real user's destination either.
func SimulatedDestination(medium Medium, name string, mac func(string) []byte) string {
	name = strings.ToLower(name)
	switch {
	case medium == SMS && looksLikePhone(name):
		return MaskPhone(name)
	case medium == Email && looksLikeEmail(name):
		return MaskEmail(name)
	}
	sum := mac("simulated destination\x00" + string(medium) + "\x00" + name)
	pick := func(i int) int { return int(sum[i])<<8 | int(sum[i+1]) }
	if medium == SMS {
		digits := pick(0) % 10000
		return "+*******" + string([]byte{
			'0' + byte(digits/1000), '0' + byte(digits/100%10), '0' + byte(digits/10%10), '0' + byte(digits%10),
		})
	}
	return nameLetters[pick(0)%len(nameLetters):][:1] + "***@" + domainLetters[pick(2)%len(domainLetters):][:1] + "***"
}

func looksLikeEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	return at > 0 && at < len(s)-1
}

// looksLikePhone reports whether s is a plus sign and 5 to 15 digits.
func looksLikePhone(s string) bool {
	return len(s) >= 6 && len(s) <= 16 && s[0] == '+' && strings.Trim(s[1:], "0123456789") == ""
}
