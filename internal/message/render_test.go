package message

import (
	"errors"
	"strings"
	"testing"
)

func render(t *testing.T, r Request) Message {
	t.Helper()
	m, err := Render(r)
	if err != nil {
		t.Fatalf("Render(%s %s): %v", r.Medium, r.Purpose, err)
	}
	return m
}

// A pool without templates says what Cognito says, to the final blank.
func TestRenderDefaults(t *testing.T) {
	const code = "Your verification code is 012345. "
	tests := []struct {
		medium        Medium
		purpose       Purpose
		subject, body string
	}{
		{Email, SignUp, "Your verification code", code},
		{Email, ResendCode, "Your verification code", code},
		{Email, ForgotPassword, "Your verification code", code},
		{Email, UpdateUserAttribute, "Your verification code", code},
		{Email, VerifyUserAttribute, "Your verification code", code},
		{Email, AdminCreateUser, "Your temporary password", "Your username is ada and temporary password is 012345. "},
		{Email, Authentication, "Your authentication code", "Your authentication code is 012345. "},
		{SMS, SignUp, "", code},
		{SMS, ForgotPassword, "", code},
		{SMS, AdminCreateUser, "", "Your username is ada and temporary password is 012345. "},
		{SMS, Authentication, "", "Your authentication code is 012345. "},
	}
	for _, tt := range tests {
		m := render(t, Request{Medium: tt.medium, Purpose: tt.purpose, Username: "ada", Code: "012345"})
		if m.Subject != tt.subject || m.Body != tt.body {
			t.Errorf("Render(%s %s): got %q, %q, want %q, %q", tt.medium, tt.purpose, m.Subject, m.Body, tt.subject, tt.body)
		}
	}
}

// The link goes out at sign-up and resend, by email, and nowhere else.
func TestRenderLink(t *testing.T) {
	const link = "https://auth.example.com/confirmUser/?client_id=c&user_name=a%26b&confirmation_code=1"
	pool := Templates{ByLink: true}
	for _, purpose := range []Purpose{SignUp, ResendCode} {
		m := render(t, Request{Templates: pool, Medium: Email, Purpose: purpose, Code: "1", Link: link})
		want := `Please click the link below to verify your email address. <a href="https://auth.example.com/confirmUser/?client_id=c&amp;user_name=a%26b&amp;confirmation_code=1">Verify Email</a> `
		if m.Body != want || m.Link != link || m.Subject != "Your verification link" {
			t.Errorf("Render(%s): got %q, link %q, subject %q, want %q", purpose, m.Body, m.Link, m.Subject, want)
		}
	}
	for _, r := range []Request{
		{Medium: Email, Purpose: ForgotPassword}, {Medium: Email, Purpose: VerifyUserAttribute}, {Medium: SMS, Purpose: SignUp},
	} {
		r.Templates, r.Code, r.Link = pool, "1", link
		if m := render(t, r); m.Link != "" || m.Body != "Your verification code is 1. " {
			t.Errorf("Render(%s %s): got %q, link %q, want the code", r.Medium, r.Purpose, m.Body, m.Link)
		}
	}
}

func TestRenderLinkNeedsLink(t *testing.T) {
	if m, err := Render(Request{Templates: Templates{ByLink: true}, Medium: Email, Purpose: SignUp}); err == nil {
		t.Errorf("Render without a link: got %q, want an error", m.Body)
	}
}

// What users chose is text in an email, never markup; in an SMS it is left alone.
func TestRenderEscapes(t *testing.T) {
	r := Request{Medium: Email, Purpose: AdminCreateUser, Username: `<b>"&`, Code: `a<b>&'`}
	want := "Your username is &lt;b&gt;&#34;&amp; and temporary password is a&lt;b&gt;&amp;&#39;. "
	if m := render(t, r); m.Body != want {
		t.Errorf("Render(email): got %q, want %q", m.Body, want)
	}
	r.Medium = SMS
	want = `Your username is <b>"& and temporary password is a<b>&'. `
	if m := render(t, r); m.Body != want {
		t.Errorf("Render(SMS): got %q, want %q", m.Body, want)
	}
}

// A name that looks like a placeholder is not replaced by the password.
func TestRenderSinglePass(t *testing.T) {
	m := render(t, Request{Medium: SMS, Purpose: AdminCreateUser, Username: "{####}", Code: "{username}"})
	if want := "Your username is {####} and temporary password is {username}. "; m.Body != want {
		t.Errorf("Render: got %q, want %q", m.Body, want)
	}
}

func TestRenderPoolTemplates(t *testing.T) {
	pool := Templates{
		EmailCode: Texts{Subject: "Code {####}", Body: "<h1>{####}</h1> for {username} {##no link##} {"},
		SMSMFA:    "MFA {####} {####}",
		From:      "Ada <ada@example.com>", ReplyTo: "help@example.com",
	}
	m := render(t, Request{Templates: pool, Medium: Email, Purpose: SignUp, Username: "ada", Code: "7"})
	if want := "<h1>7</h1> for {username} {##no link##} {"; m.Body != want || m.Subject != "Code 7" {
		t.Errorf("Render(email): got %q, %q, want %q, %q", m.Subject, m.Body, "Code 7", want)
	}
	if m.From != pool.From || m.ReplyTo != pool.ReplyTo {
		t.Errorf("Render(email): got from %q, reply to %q, want the pool's", m.From, m.ReplyTo)
	}
	if m := render(t, Request{Templates: pool, Medium: SMS, Purpose: Authentication, Code: "7"}); m.Body != "MFA 7 7" {
		t.Errorf("Render(SMS): got %q, want %q", m.Body, "MFA 7 7")
	}
}

func TestRenderOneLineHeaders(t *testing.T) {
	pool := Templates{
		EmailCode: Texts{Subject: "Hi\r\nBcc: eve@example.com\u2028x"},
		From:      "a@example.com\r\nX: y", ReplyTo: "b@example.com\nX: y",
	}
	m := render(t, Request{Templates: pool, Medium: Email, Purpose: SignUp, Code: "1"})
	for _, h := range []string{m.Subject, m.From, m.ReplyTo} {
		if strings.ContainsAny(h, "\r\n\u2028") {
			t.Errorf("Render: header value %q has a line break", h)
		}
	}
}

func TestRenderOverride(t *testing.T) {
	pool := Templates{Developer: true, EmailCode: Texts{Subject: "Pool subject"}}
	m := render(t, Request{
		Templates: pool, Medium: Email, Purpose: SignUp, Code: "7",
		Override: Override{EmailMessage: "<i>{####}</i>", SMSMessage: "unused"},
	})
	if m.Body != "<i>7</i>" || m.Subject != "Pool subject" {
		t.Errorf("Render: got %q, %q, want the trigger's body under the pool's subject", m.Subject, m.Body)
	}
}

func TestRenderRefusesOverride(t *testing.T) {
	dev := Templates{Developer: true}
	link := Templates{Developer: true, ByLink: true}
	tests := []struct {
		name    string
		pool    Templates
		medium  Medium
		purpose Purpose
		o       Override
	}{
		{"no code in an email", dev, Email, SignUp, Override{EmailMessage: "hello"}},
		{"no code in an SMS", dev, SMS, Authentication, Override{SMSMessage: "hello"}},
		{"no user name in an invitation", dev, Email, AdminCreateUser, Override{EmailMessage: "{####}"}},
		{"no link", link, Email, SignUp, Override{EmailMessage: "hello {## unfinished"}},
		{"SMS too long with its code", dev, SMS, SignUp, Override{SMSMessage: strings.Repeat("é", 135) + "{####}"}},
		{"email too long", dev, Email, SignUp, Override{EmailMessage: "{####}" + strings.Repeat("x", MaxEmail)}},
		{"subject too long", dev, Email, SignUp, Override{EmailSubject: strings.Repeat("x", MaxSubject+1)}},
		{"email text without DEVELOPER", Templates{}, Email, SignUp, Override{EmailMessage: "{####}"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Render(Request{Templates: tt.pool, Medium: tt.medium, Purpose: tt.purpose, Username: "ada", Code: "123456", Link: "https://x", Override: tt.o})
			if !errors.Is(err, ErrUnusableOverride) {
				t.Errorf("Render: got %v, want %v", err, ErrUnusableOverride)
			}
		})
	}
}

// The longest SMS that fits counts characters, not bytes.
func TestRenderLongestSMS(t *testing.T) {
	m := render(t, Request{
		Medium: SMS, Purpose: SignUp, Code: "123456",
		Override: Override{SMSMessage: strings.Repeat("é", 134) + "{####}"},
	})
	if !strings.HasSuffix(m.Body, "é123456") {
		t.Errorf("Render: got %q", m.Body)
	}
}

func FuzzRender(f *testing.F) {
	f.Add("Your code is {####} {username} {##click##}", "subject\r\nX: y", "<script>", "1&2")
	f.Fuzz(func(t *testing.T, body, subject, username, code string) {
		pool := Templates{ByLink: true, EmailLink: Texts{subject, body}}
		m, err := Render(Request{Templates: pool, Medium: Email, Purpose: SignUp, Username: username, Code: code, Link: "https://x/?a=1&b=2"})
		if err != nil {
			t.Fatalf("Render: %v", err)
		}
		if strings.ContainsAny(m.Subject, "\r\n") {
			t.Errorf("Render: subject %q has a line break", m.Subject)
		}
		m.Text() // must end, whatever the markup
	})
}
