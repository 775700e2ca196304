package inbox

import (
	"bytes"
	_ "embed" // the page's template
	"html/template"
	"net/http"

	"rockpool/internal/message"
)

// maxShown is how many messages the page shows; filters find the others.
const maxShown = 100

//go:embed page.html
var pageSource string

var pageTemplate = template.Must(template.New("page").Parse(pageSource))

// pagePolicy allows the page its own files and the emails' frames.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; " +
	"img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// page is what the template shows.
type page struct {
	To, Pool string
	Pools    []string
	Messages []view
	Found    int // messages that the filters choose
	Kept     int // all messages
	Newest   string

	Endpoint, Host string // of the API and of this page, for the examples
}

// Filtered reports whether the page is narrowed down.
func (p page) Filtered() bool { return p.To != "" || p.Pool != "" }

// Hidden is how many chosen messages did not fit.
func (p page) Hidden() int { return p.Found - len(p.Messages) }

// view is one message on the page.
type view struct {
	Entry
	From, ReplyTo string
	Label         string
	Text          string
	IsEmail       bool
}

// labels say why a message was sent.
var labels = map[message.Purpose]string{
	message.SignUp:                      "Sign-up",
	message.ResendCode:                  "Code sent again",
	message.ForgotPassword:              "Password reset",
	message.UpdateUserAttribute:         "Changed contact",
	message.VerifyUserAttribute:         "Verify contact",
	message.AdminCreateUser:             "Invitation",
	message.Authentication:              "Sign-in code",
	message.AccountTakeOverNotification: "Security notice",
}

func viewOf(e Entry) view {
	v := view{Entry: e, From: e.from, ReplyTo: e.replyTo, Label: labels[e.Purpose], IsEmail: e.Medium == message.Email}
	if v.Label == "" {
		v.Label = string(e.Purpose)
	}
	v.Text = message.Message{Medium: e.Medium, Body: e.Body}.Text()
	return v
}

func (in *Inbox) servePage(w http.ResponseWriter, r *http.Request) {
	to, pool, err := recipientAndPool(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	all := in.Messages(Filter{})
	found := in.Messages(Filter{Contains: to, Pool: pool})
	p := page{To: to, Pool: pool, Pools: in.pools(), Found: len(found), Kept: len(all), Newest: "0", Endpoint: in.cfg.Endpoint, Host: r.Host}
	if len(all) > 0 {
		p.Newest = all[0].ID
	}
	for _, e := range found[:min(len(found), maxShown)] {
		p.Messages = append(p.Messages, viewOf(e))
	}
	var b bytes.Buffer // so that a failure does not leave half a page
	if err := pageTemplate.Execute(&b, p); err != nil {
		http.Error(w, "The page cannot be shown.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Security-Policy", pagePolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = b.WriteTo(w) // the client may have gone
}
