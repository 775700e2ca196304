// Package useragent tells people which device a request came from. It owns
// the reading of User-Agent headers, which are written by strangers and follow
// no grammar: it looks for the products and platforms that most people use and
// calls everything else Unknown. Nothing may depend on what it says.
package useragent

import "strings"

// Unknown is what Describe says when it recognizes nothing.
const Unknown = "unknown"

// maxHeader is how much of a header is looked at.
const maxHeader = 1024

// Describe names the browser or program and the platform of a User-Agent
// header, such as "Chrome 125 / macOS 15.0". What is not recognized is left
// out, and without either the answer is Unknown. It is at most 100 characters
// of ASCII.
func Describe(header string) string {
	header = header[:min(len(header), maxHeader)]
	var parts []string
	for _, part := range []string{program(header), platform(header)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return Unknown
	}
	return strings.Join(parts, " / ")
}

// product is a token of a header and the name of what sends it.
type product struct{ token, name string }

// programs are looked for in this order: browsers that are made from another
// one carry its token too.
var programs = []product{
	{"Edg/", "Edge"}, {"EdgA/", "Edge"}, {"EdgiOS/", "Edge"}, {"Edge/", "Edge"},
	{"OPR/", "Opera"}, {"OPT/", "Opera"}, {"OPiOS/", "Opera"},
	{"SamsungBrowser/", "Samsung Internet"},
	{"Vivaldi/", "Vivaldi"}, {"YaBrowser/", "Yandex Browser"}, {"DuckDuckGo/", "DuckDuckGo"}, {"UCBrowser/", "UC Browser"},
	{"FxiOS/", "Firefox"}, {"Focus/", "Firefox Focus"}, {"Firefox/", "Firefox"},
	{"CriOS/", "Chrome"}, {"HeadlessChrome/", "Chrome"}, {"Chrome/", "Chrome"}, {"Chromium/", "Chromium"},
	{"MSIE ", "Internet Explorer"}, {"Trident/", "Internet Explorer"},
	{"okhttp/", "okhttp"}, {"CFNetwork/", "CFNetwork"}, {"Dalvik/", "Dalvik"}, {"Dart/", "Dart"}, {"curl/", "curl"},
	{"aws-cli/", "AWS CLI"}, {"Boto3/", "Boto3"}, {"aws-sdk-", "AWS SDK"}, {"python-requests/", "Python Requests"},
}

// program names what sent the header, with its major version.
func program(header string) string {
	for _, p := range programs {
		rest, ok := after(header, p.token)
		switch {
		case !ok:
		case p.token == "Trident/": // of Internet Explorer 11, whose version stands apart
			v, _ := after(header, "rv:")
			return named(p.name, version(v, 1))
		case p.token == "aws-sdk-": // followed by the language
			_, v, _ := strings.Cut(rest, "/")
			return named(p.name, version(v, 1))
		default:
			return named(p.name, version(rest, 1))
		}
	}
	// Safari tells its version beside its name, and so do the many that
	// pretend to be Safari.
	if rest, ok := after(header, "Version/"); ok && strings.Contains(rest, "Safari/") {
		return named("Safari", version(rest, 1))
	}
	return ""
}

// platform names the operating system, with its version where the header is
// known to tell it.
func platform(header string) string {
	for _, phone := range []struct{ token, name string }{{"iPhone OS ", "iOS"}, {"iPad; CPU OS ", "iPadOS"}, {"Android ", "Android"}, {"CrOS ", "ChromeOS"}} {
		if rest, ok := after(header, phone.token); ok {
			if phone.name == "ChromeOS" { // a processor comes first
				_, rest, _ = strings.Cut(rest, " ")
			}
			return named(phone.name, version(rest, 2))
		}
	}
	if rest, ok := after(header, "Windows NT "); ok {
		return named("Windows", windows[version(rest, 2)])
	}
	if rest, ok := after(header, "Mac OS X "); ok {
		return named("macOS", version(rest, 2))
	}
	for _, p := range []product{
		{"Android", "Android"}, {"Windows", "Windows"}, {"Macintosh", "macOS"}, {"os/macos", "macOS"}, {"Darwin/", "Darwin"},
		{"Linux", "Linux"}, {"os/linux", "Linux"}, {"X11", "Linux"},
	} {
		if strings.Contains(header, p.token) {
			return p.name
		}
	}
	return ""
}

// windows are the releases by the version of their kernel. Windows 11 says
// that it is 10.
var windows = map[string]string{"10.0": "10", "6.3": "8.1", "6.2": "8", "6.1": "7"}

// after returns what follows a token that stands at the beginning of a word.
func after(header, token string) (string, bool) {
	for from := 0; ; {
		i := strings.Index(header[from:], token)
		if i < 0 {
			return "", false
		}
		i += from
		if i == 0 || strings.IndexByte(" ;(,", header[i-1]) >= 0 {
			return header[i+len(token):], true
		}
		from = i + 1
	}
}

// named puts a version behind a name, if there is one.
func named(name, version string) string {
	if version == "" {
		return name
	}
	return name + " " + version
}

// version reads at most n numbers from the beginning of a text, which may be
// parted by underscores, as Apple's are. No number is longer than 6 digits.
func version(s string, n int) string {
	var out []byte
	for parts := range n {
		digits := 0
		for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
			digits++
		}
		if digits == 0 || digits > 6 {
			break
		}
		if parts > 0 {
			out = append(out, '.')
		}
		out = append(out, s[:digits]...)
		if digits == len(s) || s[digits] != '.' && s[digits] != '_' {
			break
		}
		s = s[digits+1:]
	}
	return string(out)
}
