package cognito

import (
	"strconv"
	"strings"
)

// maxViolations bounds the text of a ValidationError. Checking goes no
// further than that; a caller who mends these learns of the rest.
const maxViolations = 50

// ValidationError means that a request breaks constraints of the model. Its
// text may be shown to the caller: it never holds a value that the model calls
// sensitive.
type ValidationError struct {
	Violations []string

	// Target is what the request is about, as far as it says: whether its
	// sender may call the operation there comes before what is wrong with it.
	Target Target
}

// Error says all violations in one sentence, as the service does.
func (e *ValidationError) Error() string {
	noun := " validation errors detected: "
	if len(e.Violations) == 1 {
		noun = " validation error detected: "
	}
	return strconv.Itoa(len(e.Violations)) + noun + strings.Join(e.Violations, "; ")
}

// SerializationError means that a body is not JSON of the right shape.
// Message may be empty, and never holds anything from the body.
type SerializationError struct {
	Message string
}

func (e *SerializationError) Error() string {
	if e.Message == "" {
		return "the body is not a JSON object"
	}
	return e.Message
}

// The messages of a SerializationError, where there is one.
const (
	unexpectedStructure = "Start of structure or map found where not expected."
	unexpectedList      = "Start of list found where not expected."
	unexpectedScalar    = "Unexpected field type"
	invalidBase64       = "Invalid base64 in a blob"
	tooManyNames        = "Too many members in a structure"
)
