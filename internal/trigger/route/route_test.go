package route_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"rockpool/internal/trigger/lambdatest"
	"rockpool/internal/trigger/route"
	"rockpool/internal/trigger/webhook"
)

// byLambda stands for the Invoke API: it answers with the ARN.
type byLambda struct{}

func (byLambda) Invoke(_ context.Context, arn string, _ []byte) ([]byte, error) {
	return []byte(arn), nil
}

var options = route.Options{
	Default:   byLambda{},
	AllowExec: true,
	Webhook:   webhook.Config{Secret: []byte("0123456789abcdef")},
}

func TestRouter(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hook") }))
	defer srv.Close()
	r, err := route.New([]string{lambdatest.ARN("a") + "=" + srv.URL + "/?x=y", lambdatest.ARN("b") + "=exec:echo exec"}, options)
	if err != nil {
		t.Fatal(err)
	}
	for arn, want := range map[string]string{
		lambdatest.ARN("a"):         "hook",
		lambdatest.ARN("b"):         "exec\n",
		lambdatest.ARN("c"):         lambdatest.ARN("c"),
		lambdatest.ARN("a") + ":v2": lambdatest.ARN("a") + ":v2",
	} {
		got, err := r.Invoke(t.Context(), arn, []byte(`{}`))
		if err != nil || string(got) != want {
			t.Errorf("Invoke(%s): got %q, %v, want %q", arn, got, err, want)
		}
	}
}

func TestNewSaysWhatIsWrong(t *testing.T) {
	arn := lambdatest.ARN("a")
	production := options
	production.AllowExec = false
	tests := []struct {
		routes []string
		o      route.Options
		want   string
	}{
		{[]string{"nonsense"}, options, "write ARN=https://"},
		{[]string{arn + "="}, options, "write ARN=https://"},
		{[]string{"pre-sign-up=https://example.com"}, options, "not the ARN of a function"},
		{[]string{arn + "=https://example.com", arn + "=https://example.com"}, options, "given twice"},
		{[]string{arn + "=http://example.com"}, options, "use https"},
		{[]string{arn + "=exec:"}, options, "no command"},
		{[]string{arn + "=exec:no-such-command-here"}, options, "no such command"},
		{[]string{arn + "=exec:echo"}, production, "rockpool dev only"},
		{nil, route.Options{}, "no default"},
	}
	for _, tt := range tests {
		_, err := route.New(tt.routes, tt.o)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("New(%q): got %v, want %q in it", tt.routes, err, tt.want)
		}
	}
}

// A route may contain a token, which must not get into the log of a failed start.
func TestErrorsHoldNoURL(t *testing.T) {
	_, err := route.New([]string{lambdatest.ARN("a") + "=http://example.com/?token=hush"}, options)
	if err == nil || strings.Contains(err.Error(), "hush") {
		t.Errorf("New: got %v, want an error without the URL", err)
	}
}
