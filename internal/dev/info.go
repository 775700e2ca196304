package dev

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Info is what an app or a test needs to know of a server.
type Info struct {
	Endpoint       string `json:"endpoint"`
	AdminEndpoint  string `json:"adminEndpoint,omitzero"` // none if the listener is off
	Region         string `json:"region"`
	AccountID      string `json:"accountId"`
	UserPoolID     string `json:"userPoolId"`
	Issuer         string `json:"issuer"`
	ClientID       string `json:"clientId"`       // has no secret
	SecretClientID string `json:"secretClientId"` // has ClientSecret
	ClientSecret   string `json:"clientSecret"`

	// Any credentials are accepted; these are some.
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`

	Inbox   string `json:"inbox,omitzero"`
	KMS     string `json:"kms,omitzero"` // endpoint that opens what custom senders are handed
	Version string `json:"version"`
}

// Exports writes lines for a shell: what the AWS CLI and SDKs read, and the
// ids of the sample.
func (i Info) Exports(w io.Writer) error {
	var b strings.Builder
	for _, v := range [][2]string{
		{"AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", i.Endpoint},
		{"AWS_REGION", i.Region},
		{"AWS_DEFAULT_REGION", i.Region}, // AWS CLI version 1
		{"AWS_ACCESS_KEY_ID", i.AccessKeyID},
		{"AWS_SECRET_ACCESS_KEY", i.SecretAccessKey},
		{"USER_POOL_ID", i.UserPoolID},
		{"CLIENT_ID", i.ClientID},
		{"SECRET_CLIENT_ID", i.SecretClientID},
		{"CLIENT_SECRET", i.ClientSecret},
		{"INBOX", i.Inbox},
	} {
		if v[1] != "" {
			fmt.Fprintf(&b, "export %s=%s\n", v[0], quoted(v[1]))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// quoted is a value for a shell.
func quoted(s string) string {
	if strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func (h *Helpers) serveInfo(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	switch r.URL.Query().Get("format") {
	case "", "json":
		reply(w, http.StatusOK, h.Info())
	case "shell":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_ = h.Info().Exports(w) // the client may have gone
	default:
		refuse(w, http.StatusBadRequest, "format is json or shell")
	}
}
