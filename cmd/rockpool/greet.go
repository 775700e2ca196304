package main

import (
	"io"
	"strings"
	"text/template"

	helpers "rockpool/internal/dev"
)

// greeting is what dev prints when it is ready.
var greeting = template.Must(template.New("greeting").Parse(`
Rockpool {{.Version}} - FOR DEVELOPMENT ONLY
It accepts any AWS credentials and sends no mail. Never use it for real users.

  API             {{.Endpoint}}
{{- if .Inbox}}
  Inbox           {{.Inbox}}
  All the rest    {{.AdminEndpoint}}
{{- end}}
  User pool       {{.UserPoolID}}
  Client          {{.ClientID}}
  ... with secret {{.SecretClientID}}
      its secret  {{.ClientSecret}}

For the AWS CLI, paste into another shell:

{{.Exports}}

  aws cognito-idp sign-up --client-id "$CLIENT_ID" --username jane \
    --password 'Sunny-day-42' --user-attributes Name=email,Value=jane@example.com

(older than 2.13 or 1.29, it needs --endpoint-url {{.Endpoint}} too)

For JavaScript:

  new CognitoIdentityProviderClient({ endpoint: "{{.Endpoint}}", region: "{{.Region}}",
    credentials: { accessKeyId: "{{.AccessKeyID}}", secretAccessKey: "{{.SecretAccessKey}}" } })

Ctrl-C stops it.
`))

func (l *laptop) greet(w io.Writer) error {
	info := l.info()
	var exports strings.Builder
	if err := info.Exports(&exports); err != nil {
		return err
	}
	var text strings.Builder // in one piece, so that it is not mixed with a log
	err := greeting.Execute(&text, struct {
		helpers.Info
		Exports string
	}{info, "  " + strings.ReplaceAll(strings.TrimSpace(exports.String()), "\n", "\n  ")})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, text.String())
	return err
}
