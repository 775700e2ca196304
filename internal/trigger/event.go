package trigger

import (
	"bytes"
	"encoding/json"
	"regexp"
)

// event is what a function is sent. The members stand in the order in which
// the service writes them, and a function returns all of them.
type event struct {
	Version       string        `json:"version"`
	Region        string        `json:"region"`
	UserPoolID    string        `json:"userPoolId"`
	UserName      string        `json:"userName"`
	CallerContext callerContext `json:"callerContext"`
	TriggerSource Source        `json:"triggerSource"`
	Request       any           `json:"request"`
	Response      any           `json:"response,omitzero"` // nil where none is asked for
}

type callerContext struct {
	AWSSDKVersion string `json:"awsSdkVersion"`
	ClientID      string `json:"clientId"`
}

// noClient stands for the app client in calls that have none.
const noClient = "CLIENT_ID_NOT_APPLICABLE"

// empty is a response without members.
type empty struct{}

// encode writes the event. Characters that matter in HTML stay as they are.
func (ev *event) encode() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(ev); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

var sdkAgent = regexp.MustCompile(`^(aws-sdk-[a-z0-9-]{1,32})/([0-9A-Za-z][0-9A-Za-z._-]{0,31})(?: |$)`)

// sdkVersion returns the AWS SDK that a user agent names, as functions are told of it.
func sdkVersion(userAgent string) string {
	if m := sdkAgent.FindStringSubmatch(userAgent); m != nil {
		return m[1] + "-" + m[2]
	}
	return "aws-sdk-unknown-unknown"
}

// attributes makes an absent map an empty object.
func attributes(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}
