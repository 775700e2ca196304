// Package lambdatest is a server of AWS Lambda's Invoke API for tests. Its
// functions are Go functions, and it can misbehave in the ways in which Lambda
// and functions do.
package lambdatest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Server is a running server.
type Server struct {
	// URL is the endpoint.
	URL string

	mu        sync.Mutex
	functions map[string]*function
}

type function struct {
	behaviours []Behaviour // one per call; the last one stays
	events     []json.RawMessage
}

// New starts a server that ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{functions: map[string]*function{}}
	srv := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(srv.Close)
	s.URL = srv.URL
	return s
}

// ARN returns the ARN under which a function is invoked.
func ARN(name string) string {
	return "arn:aws:lambda:us-east-1:000000000000:function:" + name
}

// Handle makes a function of f and returns its ARN. An error of f is thrown.
func (s *Server) Handle(name string, f func(event map[string]any) (any, error)) string {
	return s.Set(name, Answer(f))
}

// Set makes a function that behaves differently from call to call and returns
// its ARN. The last behaviour is that of all further calls.
func (s *Server) Set(name string, behaviours ...Behaviour) string {
	if len(behaviours) == 0 {
		panic("lambdatest: a function without behaviour")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.functions[name] = &function{behaviours: behaviours}
	return ARN(name)
}

// Events returns the events that a function was invoked with, as they came.
func (s *Server) Events(name string) []json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.functions[name]; f != nil {
		return slices.Clone(f.events)
	}
	return nil
}

// Calls returns how often a function was invoked.
func (s *Server) Calls(name string) int { return len(s.Events(name)) }

// Forget empties the list of events of every function.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.functions {
		f.events = nil
	}
}

const maxEvent = 6 << 20

// serve answers POST /2015-03-31/functions/{name or ARN}/invocations.
func (s *Server) serve(w http.ResponseWriter, req *http.Request) {
	path := strings.TrimPrefix(req.URL.EscapedPath(), "/2015-03-31/functions/")
	escaped, ok := strings.CutSuffix(path, "/invocations")
	id, err := url.PathUnescape(escaped)
	if !ok || err != nil || req.Method != http.MethodPost {
		refuse(w, http.StatusNotFound, "UnknownOperationException", "not an invocation")
		return
	}
	if !strings.HasPrefix(req.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ") {
		refuse(w, http.StatusForbidden, "MissingAuthenticationTokenException", "Missing Authentication Token")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxEvent))
	if err != nil || !json.Valid(body) {
		refuse(w, http.StatusBadRequest, "InvalidRequestContentException", "Could not parse request body into json")
		return
	}
	behave := s.next(functionName(id), body)
	if behave == nil {
		refuse(w, http.StatusNotFound, "ResourceNotFoundException", "Function not found: "+id)
		return
	}
	behave(w, req, body)
}

func (s *Server) next(name string, event []byte) Behaviour {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.functions[name]
	if f == nil {
		return nil
	}
	n := min(len(f.events), len(f.behaviours)-1)
	f.events = append(f.events, event)
	return f.behaviours[n]
}

// functionName takes the name out of an ARN, without version or alias.
func functionName(id string) string {
	if _, rest, ok := strings.Cut(id, ":function:"); ok {
		id = rest
	}
	name, _, _ := strings.Cut(id, ":")
	return name
}
