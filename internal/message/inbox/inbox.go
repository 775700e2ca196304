// Package inbox is the mailbox of rockpool dev: it takes every email and SMS
// instead of sending it, keeps the latest in memory, and shows them on a page
// for people and as JSON for tests.
//
// It holds working codes and is therefore for development only. Its pages
// answer to loopback host names alone (see [Config]), so that no web page can
// read them by pointing a name of its own at this machine.
package inbox

import (
	"context"
	"errors"
	"html"
	"strconv"
	"strings"
	"sync"
	"time"

	"rockpool/internal/message"
)

// DefaultSize is how many messages are kept.
const DefaultSize = 1000

// Config sets up an [Inbox]. The zero value works.
type Config struct {
	Size int // how many messages are kept; 0: DefaultSize
	Now  func() time.Time
	// Hosts are names besides the loopback ones under which the pages may be
	// asked for, without port: say, the service's name in a container network.
	Hosts []string
	// Endpoint is where the API answers, for the page's examples.
	Endpoint string // "": http://localhost:9229
}

// Inbox keeps messages, and is the transport of both media in dev.
type Inbox struct {
	cfg Config

	mu      sync.Mutex
	entries []Entry // oldest first
	last    uint64  // the id given last; never reused, not even after Clear
	changed chan struct{}
}

var _ message.Transport = (*Inbox)(nil)

// Entry is a message as GET /dev/inbox/messages shows it.
type Entry struct {
	ID      string          `json:"id"` // a number, growing
	Time    time.Time       `json:"time"`
	Medium  message.Medium  `json:"medium"`
	To      string          `json:"to"`
	Subject string          `json:"subject"`
	Body    string          `json:"body"` // HTML of an email, text of an SMS
	Code    string          `json:"code"`
	Link    string          `json:"link"`
	Pool    string          `json:"pool"`
	User    string          `json:"user"`
	Purpose message.Purpose `json:"purpose"`

	from, replyTo string
	seq           uint64
}

// New returns an empty inbox.
func New(cfg Config) *Inbox {
	if cfg.Size <= 0 {
		cfg.Size = DefaultSize
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Endpoint == "" {
		cfg.Endpoint = "http://localhost:9229"
	}
	return &Inbox{cfg: cfg, changed: make(chan struct{})}
}

// Deliver implements [message.Transport]; it always succeeds.
func (in *Inbox) Deliver(_ context.Context, m message.Message) error {
	from := m.From
	if from == "" && m.Medium == message.Email {
		from = message.DefaultFrom
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.last++
	if len(in.entries) >= in.cfg.Size {
		// Moving the beginning costs nothing; append copies once in a while.
		in.entries[0] = Entry{}
		in.entries = in.entries[1:]
	}
	in.entries = append(in.entries, Entry{
		ID: strconv.FormatUint(in.last, 10), seq: in.last, Time: in.cfg.Now().UTC(),
		Medium: m.Medium, To: m.To, Subject: m.Subject, Body: m.Body, Code: m.Code, Link: m.Link,
		Pool: m.PoolID, User: m.Username, Purpose: m.Purpose, from: from, replyTo: m.ReplyTo,
	})
	close(in.changed)
	in.changed = make(chan struct{})
	return nil
}

// HandedOver shows a message that was handed to a function of its pool, which
// has to write and send it, with how that ended. It is not what the user gets.
func (in *Inbox) HandedOver(m message.Message, err error) {
	sender := "CustomEmailSender"
	if m.Medium == message.SMS {
		sender = "CustomSMSSender"
	}
	m.Subject = "Handed to " + sender
	m.Body = "Handed to the " + sender + " function of the pool, which has to send it."
	if m.Code != "" {
		m.Body += " What it can decrypt is " + m.Code + "."
	}
	if err != nil {
		m.Body += " This failed: " + because(err) + "."
	}
	if m.Medium == message.Email {
		m.Body = "<p>" + html.EscapeString(m.Body) + "</p>"
	}
	_ = in.Deliver(context.Background(), m) // it always succeeds
}

// because is an error, with what lies behind it.
func because(err error) string {
	text := err.Error()
	if cause := errors.Unwrap(err); cause != nil && !strings.Contains(text, cause.Error()) {
		text += " (" + because(cause) + ")"
	}
	return text
}

// Filter chooses messages. Empty members choose all.
type Filter struct {
	To       string // the recipient, in any case of letters
	Contains string // a part of the recipient, in any case of letters
	Pool     string
	After    uint64 // only messages with a greater id
}

func (f Filter) matches(e Entry) bool {
	return (f.To == "" || strings.EqualFold(f.To, e.To)) &&
		(f.Contains == "" || strings.Contains(strings.ToLower(e.To), strings.ToLower(f.Contains))) &&
		(f.Pool == "" || f.Pool == e.Pool) && e.seq > f.After
}

// Messages returns the messages chosen by f, newest first. It is never nil.
func (in *Inbox) Messages(f Filter) []Entry {
	found, _ := in.look(f)
	return found
}

// Wait is Messages once there is at least one, or what there is when ctx ends.
func (in *Inbox) Wait(ctx context.Context, f Filter) []Entry {
	for {
		found, changed := in.look(f)
		if len(found) > 0 {
			return found
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return found
		}
	}
}

// look returns the messages and a channel that is closed when there are more.
func (in *Inbox) look(f Filter) ([]Entry, <-chan struct{}) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if f.After > in.last { // an id of an earlier run of this server
		f.After = 0
	}
	found := []Entry{}
	for i := len(in.entries) - 1; i >= 0; i-- {
		if f.matches(in.entries[i]) {
			found = append(found, in.entries[i])
		}
	}
	return found, in.changed
}

// Clear empties the inbox.
func (in *Inbox) Clear() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.entries = nil
}

// find returns one message.
func (in *Inbox) find(id string) (Entry, bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, e := range in.entries {
		if e.ID == id {
			return e, true
		}
	}
	return Entry{}, false
}

// pools lists the pools that have messages, in order of their latest.
func (in *Inbox) pools() []string {
	in.mu.Lock()
	defer in.mu.Unlock()
	var pools []string
	seen := map[string]bool{}
	for i := len(in.entries) - 1; i >= 0; i-- {
		if pool := in.entries[i].Pool; pool != "" && !seen[pool] {
			seen[pool] = true
			pools = append(pools, pool)
		}
	}
	return pools
}
