package trigger

import "encoding/json"

// ThrownMessage returns the message in what Lambda puts in place of the answer
// of a function that failed: {"errorMessage": "...", "errorType": "..."}.
// Without a message it falls back to the type, and then to the given text.
func ThrownMessage(payload []byte, otherwise string) string {
	var v struct {
		Message *string `json:"errorMessage"`
		Type    string  `json:"errorType"`
	}
	if depth(payload) > maxDepth || json.Unmarshal(payload, &v) != nil {
		return otherwise
	}
	switch {
	case v.Message != nil:
		return *v.Message
	case v.Type != "":
		return v.Type
	}
	return otherwise
}
