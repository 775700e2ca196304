// Package analytics says what is told of a call to those who study how an app
// is used: one event per call of a client that has an AnalyticsConfiguration.
// It owns the event and the promise to its sinks; how an event travels is the
// sink's affair, and a sink that fails never fails the call.
package analytics

import "time"

// Event is one call. It holds no code, password or token.
type Event struct {
	Time          time.Time `json:"time"`
	Operation     string    `json:"operation"`
	RequestID     string    `json:"requestId"`
	UserPoolID    string    `json:"userPoolId"`
	ClientID      string    `json:"clientId"`
	ApplicationID string    `json:"applicationId,omitzero"`
	Application   string    `json:"applicationArn,omitzero"`
	EndpointID    string    `json:"endpointId,omitzero"`
	Outcome       string    `json:"outcome"` // Success, or the code of the error

	// User is the name that was typed. It is told only if the client shares
	// user data (UserDataShared).
	User string `json:"user,omitzero"`
}

// Sink takes events. Put returns at once; an event that cannot be kept is
// dropped and counted.
type Sink interface {
	Put(e Event)
}
