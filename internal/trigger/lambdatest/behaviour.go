package lambdatest

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// Behaviour is what happens in one invocation.
type Behaviour func(w http.ResponseWriter, r *http.Request, event []byte)

// Answer runs f. An error of f is thrown.
func Answer(f func(event map[string]any) (any, error)) Behaviour {
	return func(w http.ResponseWriter, r *http.Request, event []byte) {
		var in map[string]any
		if err := json.Unmarshal(event, &in); err != nil {
			Throw("Runtime.UnmarshalError", err.Error())(w, r, event)
			return
		}
		out, err := f(in)
		if err != nil {
			Throw("Error", err.Error())(w, r, event)
			return
		}
		body, err := json.Marshal(out)
		if err != nil {
			Throw("Runtime.MarshalError", err.Error())(w, r, event)
			return
		}
		Raw(body)(w, r, event)
	}
}

// Respond returns the event with members of response set.
func Respond(response map[string]any) Behaviour {
	return Answer(func(event map[string]any) (any, error) {
		r, ok := event["response"].(map[string]any)
		if !ok {
			r = map[string]any{}
		}
		for k, v := range response {
			r[k] = v
		}
		event["response"] = r
		return event, nil
	})
}

// Echo returns the event as it came.
func Echo() Behaviour { return Respond(nil) }

// Raw answers with some bytes, which need not be an event, nor JSON.
func Raw(body []byte) Behaviour {
	return func(w http.ResponseWriter, _ *http.Request, _ []byte) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Amz-Executed-Version", "$LATEST")
		w.Write(body)
	}
}

// Throw is a function that throws an error.
func Throw(errorType, message string) Behaviour {
	return functionError(map[string]any{"errorType": errorType, "errorMessage": message, "trace": []string{}})
}

// Crash is a function whose process ends.
func Crash() Behaviour {
	return Throw("Runtime.ExitError", "RequestId: 00000000-0000-0000-0000-000000000000 Error: Runtime exited with error: exit status 1")
}

// OwnTimeout is a function that its own time limit ends.
func OwnTimeout(limit time.Duration) Behaviour {
	s := strconv.FormatFloat(limit.Seconds(), 'f', 2, 64)
	return Throw("Sandbox.Timedout", "RequestId: 00000000-0000-0000-0000-000000000000 Error: Task timed out after "+s+" seconds")
}

func functionError(payload any) Behaviour {
	body, err := json.Marshal(payload)
	if err != nil {
		panic(err)
	}
	return func(w http.ResponseWriter, _ *http.Request, _ []byte) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		w.Write(body)
	}
}

// Sleep waits and then does something else. It wakes up when the caller is gone.
func Sleep(d time.Duration, then Behaviour) Behaviour {
	return func(w http.ResponseWriter, r *http.Request, event []byte) {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
			then(w, r, event)
		case <-r.Context().Done():
		}
	}
}

// Refuse is Lambda refusing to run the function.
func Refuse(status int, name, message string) Behaviour {
	return func(w http.ResponseWriter, _ *http.Request, _ []byte) { refuse(w, status, name, message) }
}

// AccessDenied is a function whose policy does not admit the caller.
func AccessDenied() Behaviour {
	return Refuse(http.StatusForbidden, "AccessDeniedException", "User is not authorized to perform: lambda:InvokeFunction")
}

// Throttle is Lambda at its limit of concurrency.
func Throttle() Behaviour {
	return Refuse(http.StatusTooManyRequests, "TooManyRequestsException", "Rate Exceeded.")
}

// Updating is a function that is being updated.
func Updating() Behaviour {
	return Refuse(http.StatusConflict, "ResourceConflictException", "The operation cannot be performed at this time. The function is currently in the following state: Pending")
}

// ServiceError is Lambda itself failing.
func ServiceError() Behaviour {
	return Refuse(http.StatusInternalServerError, "ServiceException", "")
}

// Drop closes the connection without an answer.
func Drop() Behaviour {
	return func(http.ResponseWriter, *http.Request, []byte) { panic(http.ErrAbortHandler) }
}

func refuse(w http.ResponseWriter, status int, name, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-ErrorType", name)
	w.WriteHeader(status)
	body, err := json.Marshal(map[string]string{"Type": "User", "Message": message})
	if err != nil {
		panic(err)
	}
	w.Write(body)
}
