package ops

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/secret"
)

func newMaster(t testing.TB) *secret.Master {
	t.Helper()
	path := filepath.Join(t.TempDir(), "master.key")
	if err := secret.CreateMasterKeyFile(path); err != nil {
		t.Fatal(err)
	}
	m, err := secret.OpenMasterKey(path)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestOpenPageToken(t *testing.T) {
	start := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	now := start
	a := &API{Master: newMaster(t), Now: func() time.Time { return now }}
	token, err := a.pageToken("List", []string{"p1", "filter"}, "cursor")
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(token, " \t\n+/=") {
		t.Errorf("pageToken: got %q, want base64url", token)
	}
	other := &API{Master: newMaster(t), Now: a.Now}
	foreign, err := other.pageToken("List", []string{"p1", "filter"}, "cursor")
	if err != nil {
		t.Fatal(err)
	}

	tests := []struct {
		name, token, op string
		params          []string
		wait            time.Duration
		want            string
		wantErr         error
	}{
		{name: "none", op: "List", want: "start"},
		{name: "right", token: token, op: "List", params: []string{"p1", "filter"}, want: "cursor"},
		{name: "at the last moment", token: token, op: "List", params: []string{"p1", "filter"}, wait: time.Hour - time.Second, want: "cursor"},
		{name: "late", token: token, op: "List", params: []string{"p1", "filter"}, wait: time.Hour, want: "start", wantErr: idp.ErrInvalidPaginationToken},
		{name: "other operation", token: token, op: "Other", params: []string{"p1", "filter"}, want: "start", wantErr: idp.ErrInvalidPaginationToken},
		{name: "other parameter", token: token, op: "List", params: []string{"p2", "filter"}, want: "start", wantErr: idp.ErrInvalidPaginationToken},
		{name: "parameters cut elsewhere", token: token, op: "List", params: []string{"p1f", "ilter"}, want: "start", wantErr: idp.ErrInvalidPaginationToken},
		{name: "no parameters", token: token, op: "List", want: "start", wantErr: idp.ErrInvalidPaginationToken},
		{name: "of another service", token: foreign, op: "List", params: []string{"p1", "filter"}, want: "start", wantErr: idp.ErrInvalidPaginationToken},
		{name: "altered", token: flip(token), op: "List", params: []string{"p1", "filter"}, want: "start", wantErr: idp.ErrInvalidPaginationToken},
		{name: "cut", token: token[:len(token)-4], op: "List", params: []string{"p1", "filter"}, want: "start", wantErr: idp.ErrInvalidPaginationToken},
		{name: "no base64", token: "garbage!", op: "List", want: "start", wantErr: idp.ErrInvalidPaginationToken},
		{name: "far too long", token: strings.Repeat("A", maxPageToken+1), op: "List", want: "start", wantErr: idp.ErrInvalidPaginationToken},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now = start.Add(tt.wait)
			got := "start"
			err := a.openPageToken(tt.token, tt.op, tt.params, &got)
			if !errors.Is(err, tt.wantErr) {
				t.Errorf("openPageToken(%.20q): got error %v, want %v", tt.token, err, tt.wantErr)
			}
			if got != tt.want {
				t.Errorf("openPageToken(%.20q): got cursor %q, want %q", tt.token, got, tt.want)
			}
		})
	}
}

// flip changes one character in the middle of a token.
func flip(token string) string {
	b := []byte(token)
	i := len(b) / 2
	if b[i] == 'A' {
		b[i] = 'B'
	} else {
		b[i] = 'A'
	}
	return string(b)
}

// A cursor of another type than the operation's is refused, not half read.
func TestOpenPageTokenOtherCursor(t *testing.T) {
	a := &API{Master: newMaster(t), Now: time.Now}
	token, err := a.pageToken("List", nil, map[string]string{"a": "b"})
	if err != nil {
		t.Fatal(err)
	}
	var got string
	if err := a.openPageToken(token, "List", nil, &got); !errors.Is(err, idp.ErrInvalidPaginationToken) {
		t.Errorf("openPageToken: got error %v, want %v", err, idp.ErrInvalidPaginationToken)
	}
}

// No text but a token of ours opens.
func FuzzOpenPageToken(f *testing.F) {
	a := &API{Master: newMaster(f), Now: time.Now}
	f.Add("AAAA")
	f.Add("eyJ1IjoxfQ")
	f.Fuzz(func(t *testing.T, token string) {
		cursor := "start"
		err := a.openPageToken(token, "List", nil, &cursor)
		if token != "" && !errors.Is(err, idp.ErrInvalidPaginationToken) || cursor != "start" {
			t.Errorf("openPageToken(%q): got cursor %q, error %v, want an invalid token", token, cursor, err)
		}
	})
}

func TestPageLimit(t *testing.T) {
	tests := []struct {
		asked *int64
		want  int
	}{{nil, 60}, {new(int64(0)), 60}, {new(int64(1)), 1}, {new(int64(60)), 60}, {new(int64(61)), 60}}
	for _, tt := range tests {
		if got := pageLimit(tt.asked); got != tt.want {
			t.Errorf("pageLimit(%v): got %d, want %d", tt.asked, got, tt.want)
		}
	}
}

func TestPoolIDOf(t *testing.T) {
	tests := []struct{ arn, want string }{
		{"arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_a", "us-east-1_a"},
		{"arn:aws-cn:cognito-idp:cn-north-1:000000000000:userpool/x_a", "x_a"},
		{"arn:aws:cognito-identity:us-east-1:000000000000:identitypool/a", ""},
		{"arn:aws:cognito-idp:us-east-1:000000000000:userpool/", ""},
		{"arn:aws:cognito-idp:us-east-1:000000000000:userpool/a/b", ""},
		{"arn:aws:cognito-idp:us-east-1", ""},
		{"us-east-1_a", ""},
	}
	for _, tt := range tests {
		got, err := poolIDOf(tt.arn)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("poolIDOf(%q): got %q, %v, want %q", tt.arn, got, err, tt.want)
		}
	}
}
