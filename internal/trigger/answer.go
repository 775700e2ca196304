package trigger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// readAnswer checks what a function returned - the whole event has to come
// back - and passes the response in it to read. Errors say what is wrong, but
// never quote a value.
//
// Keys are matched exactly, which is why this does not decode into a struct:
// encoding/json would take "Response" for "response".
func readAnswer(payload []byte, read func(*reader)) error {
	if depth(payload) > maxDepth {
		return errors.New("the answer is nested too deeply")
	}
	dec := json.NewDecoder(bytes.NewReader(payload))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return errors.New("the answer is not JSON")
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("the answer goes on after its JSON value")
	}
	members, ok := v.(map[string]any)
	if !ok {
		return fmt.Errorf("the answer is %s, not the event", kind(v))
	}

	var err error
	r := &reader{members: members, path: "event", err: &err}
	for _, key := range []string{"version", "region", "userPoolId", "userName", "triggerSource"} {
		r.need(key, kindString)
	}
	r.need("callerContext", kindObject)
	if caller := r.object("callerContext"); caller != nil {
		caller.needIfPresent("awsSdkVersion", kindString)
		caller.needIfPresent("clientId", kindString)
	}
	r.need("response", kindObject)
	response := r.object("response")
	if err == nil && read != nil {
		read(response)
	}
	return err
}

// depth returns how deep arrays and objects are nested in JSON text. It looks
// at brackets only, so the text need not be valid.
func depth(text []byte) int {
	var now, most int
	inString := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			now++
			most = max(most, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return most
}
