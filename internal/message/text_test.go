package message

import (
	"strings"
	"testing"
)

func TestTextFromHTML(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "Your verification code is 123456. ", "Your verification code is 123456."},
		{"entities", "a&lt;b &amp;&nbsp;c", "a<b & c"},
		{"blocks", "<h1>Hi</h1><p>One\n two</p><div>Three</div><div>Four</div>", "Hi\n\nOne two\n\nThree\nFour"},
		{"line breaks", "a<br>b<br/><br/><br/>c", "a\nb\n\nc"},
		{"inline", "<b>12</b>34 <i>56</i>.", "1234 56."},
		{"list", "<ul><li>one</li><li> two </li></ul>end", "- one\n- two\n\nend"},
		{"table", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"},
		{"link", `Click <a href="https://x/?a=1&amp;b=2">here</a>.`, "Click here (https://x/?a=1&b=2)."},
		{"link shown", `<a href="https://x/">https://x/</a>`, "https://x/"},
		{"mail", `<a href="mailto:a@b?subject=x">Write</a>, <a href="mailto:a@b">a@b</a>`, "Write (a@b), a@b"},
		{"unseen", "<head><title>t</title><style>p{}</style></head><script>alert(1)</script>ok<!-- no -->", "ok"},
		{"unclosed head", "<head><meta charset=utf-8><body>ok", "ok"},
		{"broken", "a</p></a><b", "a"},
		{"pre", "<pre>a  b\n c</pre>", "a  b\n c"},
		{"rule", "a<hr>b", "a\n\n---\n\nb"},
	}
	for _, tt := range tests {
		if got := TextFromHTML(tt.in); got != tt.want {
			t.Errorf("TextFromHTML(%s): got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// The cost of a template is bounded by its length, however it nests.
func TestTextFromHTMLDeep(t *testing.T) {
	deep := strings.Repeat("<div><a href=x>", 100000) + "x"
	if got := TextFromHTML(deep); got != "x" {
		t.Errorf("TextFromHTML(deep): got %d bytes, want x", len(got))
	}
}

func TestTextOfSMS(t *testing.T) {
	if got := (Message{Medium: SMS, Body: "<b>1</b> "}).Text(); got != "<b>1</b> " {
		t.Errorf("Text: got %q, want the body as it is", got)
	}
}
