package webhook

import (
	"encoding/json"
	"fmt"
	"net/http"

	"rockpool/internal/trigger"
)

// read turns a response into what Lambda would have said.
func read(status int, body []byte) ([]byte, error) {
	if status == http.StatusOK {
		return body, nil
	}
	if status >= 400 && status < 500 && hasMessage(body) {
		return nil, &trigger.FunctionError{Message: trigger.ThrownMessage(body, "")}
	}
	e := &trigger.InvocationError{Name: trigger.NameService, Cause: fmt.Errorf("the webhook answered with status %d", status)}
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		e.Name = trigger.NameAccessDenied
	case http.StatusNotFound, http.StatusGone:
		e.Name = trigger.NameNotFound
	case http.StatusConflict:
		e.Name = trigger.NameConflict
	case http.StatusRequestEntityTooLarge:
		e.Name = trigger.NameRequestTooLarge
	case http.StatusTooManyRequests:
		e.Name, e.Retryable = trigger.NameTooManyRequests, true
	}
	return nil, e
}

func hasMessage(body []byte) bool {
	var v struct {
		Message *string `json:"errorMessage"`
	}
	return json.Unmarshal(body, &v) == nil && v.Message != nil
}
