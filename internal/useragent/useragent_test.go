package useragent

import (
	"strings"
	"testing"
)

func TestDescribe(t *testing.T) {
	tests := []struct{ header, want string }{
		{"Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36", "Chrome 125 / macOS 15.0"},
		{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15", "Safari 17 / macOS 10.15"},
		{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:126.0) Gecko/20100101 Firefox/126.0", "Firefox 126 / macOS 10.15"},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36 Edg/125.0.2535.51", "Edge 125 / Windows 10"},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36 OPR/110.0.0.0", "Opera 110 / Windows 10"},
		{"Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko", "Internet Explorer 11 / Windows 7"},
		{"Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)", "Internet Explorer 10 / Windows 8"},
		{"Mozilla/5.0 (Windows NT 99.9; rv:126.0) Gecko/20100101 Firefox/126.0", "Firefox 126 / Windows"},
		{"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/125.0.0.0 Safari/537.36", "Chrome 125 / Linux"},
		{"Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0", "Firefox 126 / Linux"},
		{"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36", "Chrome 125 / ChromeOS 14541.0"},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1", "Safari 17 / iOS 17.5"},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/125.0.6422.51 Mobile/15E148 Safari/604.1", "Chrome 125 / iOS 17.5"},
		{"Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/126.0 Mobile/15E148 Safari/605.1.15", "Firefox 126 / iPadOS 17.5"},
		{"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.6422.53 Mobile Safari/537.36", "Chrome 125 / Android 14"},
		{"Mozilla/5.0 (Linux; Android 13; SM-S901B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36", "Samsung Internet 25 / Android 13"},
		{"Mozilla/5.0 (Android; Mobile; rv:40.0) Gecko/40.0 Firefox/40.0", "Firefox 40 / Android"},
		{"Dalvik/2.1.0 (Linux; U; Android 11; Pixel 3 Build/RQ3A)", "Dalvik 2 / Android 11"},
		{"MyApp/7 CFNetwork/1494.0.7 Darwin/23.4.0", "CFNetwork 1494 / Darwin"},
		{"okhttp/4.12.0", "okhttp 4"},
		{"aws-sdk-js/3.583.0 ua/2.0 os/macos#23.4.0 lang/js md/nodejs#20.12.2", "AWS SDK 3 / macOS"},
		{"aws-sdk-go-v2/1.30.1 ua/2.1 os/linux lang/go#1.22", "AWS SDK 1 / Linux"},
		{"aws-cli/2.15.0 Python/3.11.6 Linux/6.5 exe/x86_64", "AWS CLI 2 / Linux"},
		{"Boto3/1.26.27 Python/3.11.2 Linux/6.1.0 Botocore/1.29.27", "Boto3 1 / Linux"},
		{"curl/8.5.0", "curl 8"},

		{"", Unknown},
		{"Mozilla/5.0", Unknown},
		{"Go-http-client/1.1", Unknown},
		{"<script>alert(1)</script>", Unknown},
		{"NotChrome/125", Unknown},                      // a token is a whole word
		{"Chrome/", "Chrome"},                           // no version
		{"Chrome/x Mac OS X y", "Chrome / macOS"},       // nor here
		{"Chrome/12345678", "Chrome"},                   // too long for one
		{"Trident/7.0", "Internet Explorer"},            // rv is missing
		{strings.Repeat(" ", 2000) + "curl/1", Unknown}, // too far away
	}
	for _, tt := range tests {
		if got := Describe(tt.header); got != tt.want {
			t.Errorf("Describe(%q): got %q, want %q", tt.header, got, tt.want)
		}
	}
}

// Whatever a stranger sends, the answer is short and plain.
func FuzzDescribe(f *testing.F) {
	for _, header := range []string{
		"", "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) Chrome/125.0 Safari/537.36", "CrOS ", "aws-sdk-", "Windows NT 6.1",
		"Version/1 Safari/", "iPhone OS 1_", "\x00\xff", "Trident/ rv:",
	} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		got := Describe(header)
		if got == "" || len(got) > 100 || strings.TrimSpace(got) != got {
			t.Errorf("Describe(%q): got %q", header, got)
		}
		for _, r := range got {
			if r < ' ' || r > '~' || strings.ContainsRune(`<>"'&\`, r) {
				t.Errorf("Describe(%q): got %q, with %q in it", header, got, r)
			}
		}
	})
}
