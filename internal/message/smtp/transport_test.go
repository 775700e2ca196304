package smtp_test

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"rockpool/internal/message"
	"rockpool/internal/message/smtp"
	"rockpool/internal/message/smtptest"
)

// open returns a transport for a --smtp setting.
func open(t testing.TB, url string, edit ...func(*smtp.Config)) *smtp.Transport {
	t.Helper()
	cfg, err := smtp.ParseURL(url)
	if err != nil {
		t.Fatalf("ParseURL: %v", err)
	}
	for _, f := range edit {
		f(&cfg)
	}
	tr, err := smtp.New(cfg)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	t.Cleanup(func() { _ = tr.Close() })
	return tr
}

var hello = message.Message{
	ID: "ID42", Medium: message.Email, To: "ada@example.com",
	Subject: "Grüße: your code", Body: `Your <b>code</b> is 123456 &amp; <a href="https://x.example/?a=1&amp;b=2">a link</a>. `,
}

func TestDeliver(t *testing.T) {
	s := smtptest.Start(t, smtptest.Options{})
	m := hello
	m.From, m.ReplyTo = "Ada Löve <ada@pool.example>", "help@pool.example"
	if err := open(t, s.URL()).Deliver(t.Context(), m); err != nil {
		t.Fatalf("Deliver: %v", err)
	}
	got := s.Wait(t, 1)[0]
	if got.From != "ada@pool.example" || len(got.To) != 1 || got.To[0] != "ada@example.com" {
		t.Errorf("envelope: got %s to %v", got.From, got.To)
	}
	if got.Subject != m.Subject || strings.TrimRight(got.HTML, "\n") != m.Body {
		t.Errorf("got subject %q, HTML %q, want %q, %q", got.Subject, got.HTML, m.Subject, m.Body)
	}
	if want := "Your code is 123456 & a link (https://x.example/?a=1&b=2)."; strings.TrimSpace(got.Text) != want {
		t.Errorf("text: got %q, want %q", got.Text, want)
	}
	for name, want := range map[string]string{
		"Reply-To": "<help@pool.example>", "Message-Id": "<ID42@pool.example>", "Auto-Submitted": "auto-generated", "To": "<ada@example.com>",
	} {
		if got := got.Header.Get(name); got != want {
			t.Errorf("header %s: got %q, want %q", name, got, want)
		}
	}
	if from, err := got.Header.AddressList("From"); err != nil || from[0].Name != "Ada Löve" {
		t.Errorf("header From: got %v, %v", from, err)
	}
}

func TestDeliverDefaultSender(t *testing.T) {
	s := smtptest.Start(t, smtptest.Options{})
	for url, want := range map[string]string{
		s.URL(): message.DefaultFrom, s.URL() + "?from=Pool+<pool@example.com>": "pool@example.com",
	} {
		if err := open(t, url).Deliver(t.Context(), hello); err != nil {
			t.Fatalf("Deliver: %v", err)
		}
		mails := s.Mails()
		if got := mails[len(mails)-1].From; got != want {
			t.Errorf("sender of %s: got %s, want %s", url, got, want)
		}
	}
}

// Every URL form protects and signs in as it says.
func TestDeliverSecurely(t *testing.T) {
	for _, scheme := range []string{"smtp", "smtps", "smtp+starttls"} {
		for _, mechanism := range []string{"PLAIN", "LOGIN"} {
			t.Run(scheme+" "+mechanism, func(t *testing.T) {
				s := smtptest.Start(t, smtptest.Options{Scheme: scheme, User: "ada", Password: "p@ss/word", Mechanism: mechanism})
				if err := open(t, s.URL()).Deliver(t.Context(), hello); err != nil {
					t.Fatalf("Deliver: %v", err)
				}
				got := s.Wait(t, 1)[0]
				if got.TLS != (scheme != "smtp") || !got.Authenticated {
					t.Errorf("mail: TLS %t, authenticated %t", got.TLS, got.Authenticated)
				}
			})
		}
	}
}

func TestDeliverInsecureLoopback(t *testing.T) {
	s := smtptest.Start(t, smtptest.Options{Scheme: "smtps"})
	if err := open(t, "smtps://"+s.Addr+"?insecure=true").Deliver(t.Context(), hello); err != nil {
		t.Errorf("Deliver: %v", err)
	}
}

// What cannot be delivered says whether trying again makes sense, without
// saying to whom.
func TestDeliverFailures(t *testing.T) {
	type server = smtptest.Server
	tests := []struct {
		name   string
		opts   smtptest.Options
		break_ func(*server)
		url    func(*server) string
		want   message.Failure
		reason string
	}{
		{"unknown recipient", smtptest.Options{}, func(s *server) { s.RejectRecipient("ada@example.com") }, nil, message.Rejected, "RCPT TO answered 550 5.1.1"},
		{"greylisting", smtptest.Options{}, func(s *server) { s.Greylist(1) }, nil, message.Temporary, "RCPT TO answered 451 4.7.1"},
		{"wrong password", smtptest.Options{Scheme: "smtps", User: "ada", Password: "x"}, (*server).RefuseAuth, nil, message.Rejected, "answered 535"},
		{"nobody there", smtptest.Options{}, (*server).Stop, nil, message.Unreachable, "connection refused"},
		{
			"untrusted certificate", smtptest.Options{Scheme: "smtps"}, nil,
			func(s *server) string { return "smtps://" + s.Addr }, message.Rejected, "certificate is not trusted",
		},
		{
			"untrusted certificate after STARTTLS", smtptest.Options{Scheme: "smtp+starttls"}, nil,
			func(s *server) string { return "smtp+starttls://" + s.Addr }, message.Rejected, "certificate is not trusted",
		},
		{
			"no STARTTLS", smtptest.Options{}, nil,
			func(s *server) string { return "smtp+starttls://u:p@" + s.Addr }, message.Rejected, "",
		},
		{
			"no authentication offered", smtptest.Options{}, nil,
			func(s *server) string { return "smtp://u:p@" + s.Addr }, message.Rejected, "neither PLAIN nor LOGIN",
		},
		{"no such host", smtptest.Options{}, nil, func(*server) string { return "smtp://mail.invalid" }, message.Unreachable, "no such host"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := smtptest.Start(t, tt.opts)
			if tt.break_ != nil {
				tt.break_(s)
			}
			url := s.URL()
			if tt.url != nil {
				url = tt.url(s)
			}
			edit := func(c *smtp.Config) {
				if c.Host == "mail.invalid" { // what a resolver says, without asking one
					c.Dial = func(context.Context, string, string) (net.Conn, error) {
						return nil, &net.DNSError{Err: "no such host", IsNotFound: true}
					}
				}
			}
			err := open(t, url, edit).Deliver(t.Context(), hello)
			if err == nil {
				t.Fatal("Deliver: got nil, want an error")
			}
			if got := message.Classify("", err); got.Failure != tt.want || !strings.Contains(got.Reason, tt.reason) {
				t.Errorf("Deliver: got %s %q, want %s %q", got.Failure, got.Reason, tt.want, tt.reason)
			}
			if strings.Contains(err.Error(), "ada@") {
				t.Errorf("Deliver: the error %q names the recipient", err)
			}
		})
	}
}

// A server that stops answering costs no more than the caller's time.
func TestDeliverHangingServer(t *testing.T) {
	s := smtptest.Start(t, smtptest.Options{})
	s.Hang(true)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	err := open(t, s.URL()).Deliver(ctx, hello)
	if err == nil || message.Classify("", err).Failure != message.Temporary {
		t.Errorf("Deliver: got %v, want a temporary failure", err)
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("Deliver took %v, want about 50 ms", took)
	}
}

// A server that accepts connections and says nothing is no different.
func TestDeliverMuteServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	for _, scheme := range []string{"smtp://", "smtps://"} {
		err = open(t, scheme+l.Addr().String()).Deliver(ctx, hello)
		if err == nil || message.Classify("", err).Failure != message.Temporary {
			t.Errorf("Deliver to %s: got %v, want a temporary failure", scheme, err)
		}
	}
}

// Nothing that a user or a template can hold adds a header, a recipient or a mail.
func TestDeliverNoInjection(t *testing.T) {
	s := smtptest.Start(t, smtptest.Options{})
	tr := open(t, s.URL())
	for _, to := range []string{
		"ada@example.com\r\nBcc: eve@example.com", "ada@example.com, eve@example.com", "Eve <eve@example.com>",
		"ada@example.com>\r\nRCPT TO:<eve@example.com", "g: ada@example.com, eve@example.com;", "", "ada",
	} {
		m := hello
		m.To = to
		if err := tr.Deliver(t.Context(), m); err == nil || message.Classify("", err).Failure != message.Rejected {
			t.Errorf("Deliver to %q: got %v, want a rejection", to, err)
		}
	}
	m := hello
	m.Subject = "Hi\r\nBcc: eve@example.com\r\n\r\nbody"
	m.Body = "x\r\n.\r\nMAIL FROM:<eve@example.com>\r\n"
	if err := tr.Deliver(t.Context(), m); err != nil {
		t.Fatalf("Deliver: %v", err)
	}
	got := s.Mails()
	if len(got) != 1 || len(got[0].To) != 1 || got[0].Header.Get("Bcc") != "" {
		t.Errorf("got %d mails, the first to %v with Bcc %q", len(got), got[0].To, got[0].Header.Get("Bcc"))
	}
	for _, from := range []string{"a@example.com\r\nX: y", "nobody"} {
		m := hello
		m.From = from
		if err := tr.Deliver(t.Context(), m); err == nil {
			t.Errorf("Deliver from %q: got nil, want an error", from)
		}
	}
}

func TestDeliverReusesConnections(t *testing.T) {
	s := smtptest.Start(t, smtptest.Options{Scheme: "smtps", User: "ada", Password: "x"})
	tr := open(t, s.URL())
	for range 5 {
		if err := tr.Deliver(t.Context(), hello); err != nil {
			t.Fatalf("Deliver: %v", err)
		}
	}
	if n := s.Sessions(); n != 1 {
		t.Errorf("5 mails took %d connections, want 1", n)
	}
}

// A connection that the server closed meanwhile is replaced, not an error.
func TestDeliverReplacesStaleConnection(t *testing.T) {
	s := smtptest.Start(t, smtptest.Options{})
	s.DropIdle()
	tr := open(t, s.URL())
	for i := range 3 {
		if err := tr.Deliver(t.Context(), hello); err != nil {
			t.Fatalf("Deliver %d: %v", i, err)
		}
	}
	if n := len(s.Mails()); n != 3 {
		t.Errorf("got %d mails, want 3", n)
	}
}

// A rejection spoils neither the next mail nor its connection count.
func TestDeliverAfterRejection(t *testing.T) {
	s := smtptest.Start(t, smtptest.Options{})
	s.RejectRecipient("eve@example.com")
	tr := open(t, s.URL())
	m := hello
	m.To = "eve@example.com"
	if err := tr.Deliver(t.Context(), m); err == nil {
		t.Error("Deliver to eve: got nil, want an error")
	}
	if err := tr.Deliver(t.Context(), hello); err != nil {
		t.Errorf("Deliver to ada: %v", err)
	}
}

func TestDeliverAtOnce(t *testing.T) {
	s := smtptest.Start(t, smtptest.Options{Scheme: "smtp+starttls", User: "ada", Password: "x"})
	tr := open(t, s.URL())
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := tr.Deliver(t.Context(), hello); err != nil {
				t.Errorf("Deliver: %v", err)
			}
		})
	}
	wg.Wait()
	if n := len(s.Mails()); n != 20 {
		t.Errorf("got %d mails, want 20", n)
	}
}

func BenchmarkDeliver(b *testing.B) {
	for _, reuse := range []bool{true, false} {
		name := map[bool]string{true: "reused", false: "connect each time"}[reuse]
		b.Run(name, func(b *testing.B) {
			s := smtptest.Start(b, smtptest.Options{Scheme: "smtps", User: "ada", Password: "x"})
			tr := open(b, s.URL())
			if !reuse {
				_ = tr.Close()
			}
			for b.Loop() {
				if err := tr.Deliver(b.Context(), hello); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
