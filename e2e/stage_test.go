package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"rockpool/internal/message/smtptest"
	"rockpool/internal/trigger/lambdatest"
)

// stage is everything around the clients: servers, Lambda, a mail server, an
// SMS gateway. Programs reach it over HTTP:
//
//	POST /servers            {"flags": [...], "config": "YAML"} → {"endpoint", "admin", "dir"}
//	POST /store?of=ENDPOINT  "fail" or "works"
//	GET  /events?function=F  the events with which a Lambda function was called
//	GET  /mails, GET /texts  what the mail server and the SMS gateway have got
//
// In flags, {lambda}, {smtp} and {sms} stand for the services' URLs.
type stage struct {
	URL string

	t      *testing.T
	open   opener
	lambda *lambdatest.Server
	mail   *smtptest.Server
	sms    *gateway

	mu      sync.Mutex
	servers map[string]*server
}

// newStage sets up a stage whose servers are on one kind of store.
func newStage(t *testing.T, open opener) *stage {
	t.Helper()
	s := &stage{t: t, open: open, lambda: newLambda(t), mail: smtptest.Start(t, smtptest.Options{}), sms: newGateway(t), servers: map[string]*server{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /servers", s.addServer)
	mux.HandleFunc("POST /store", s.breakStore)
	mux.HandleFunc("GET /events", func(w http.ResponseWriter, r *http.Request) {
		reply(w, s.lambda.Events(r.FormValue("function")))
	})
	mux.HandleFunc("GET /mails", func(w http.ResponseWriter, _ *http.Request) { reply(w, s.mail.Mails()) })
	mux.HandleFunc("GET /texts", func(w http.ResponseWriter, _ *http.Request) { reply(w, s.sms.all()) })
	control := httptest.NewServer(mux)
	t.Cleanup(control.Close)
	s.URL = control.URL
	return s
}

// add starts a server on the stage.
func (s *stage) add(flags []string, config string) *server {
	words := strings.NewReplacer("{lambda}", s.lambda.URL, "{smtp}", s.mail.URL(), "{sms}", s.sms.URL)
	args := []string{"--lambda-endpoint", s.lambda.URL}
	for _, f := range flags {
		args = append(args, words.Replace(f))
	}
	if config != "" {
		args = append(args, "--config", writeFile(s.t, "rockpool.yaml", config))
	}
	srv := start(s.t, s.open, "dev", args...)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.servers[srv.Endpoint] = srv
	return srv
}

func (s *stage) addServer(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Flags  []string `json:"flags"`
		Config string   `json:"config"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	reply(w, s.add(in.Flags, in.Config))
}

func (s *stage) breakStore(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	srv := s.servers[r.FormValue("of")]
	s.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	switch {
	case err != nil:
	case srv == nil:
		err = fmt.Errorf("no server at %q", r.FormValue("of"))
	case string(body) == "fail":
		err = srv.db.fail()
	case string(body) == "works":
		err = srv.db.works()
	default:
		err = fmt.Errorf("%q is neither fail nor works", body)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	reply(w, map[string]any{})
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // a story that went away has failed already
}
