package sink

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// OpenFile appends events to a file, one JSON object a line. The file is
// opened anew for each batch, so it may be moved away at any time.
func OpenFile(path string, o Options) (*Sink, error) {
	if err := appendTo(path, nil); err != nil {
		return nil, err
	}
	return start(o, func(_ context.Context, lines []byte) error { return appendTo(path, lines) }), nil
}

// appendTo writes lines in one piece, so that two processes may share a file.
// Only the owner may read it: it can hold the names of users.
func appendTo(path string, lines []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("analytics file: %w", err)
	}
	_, err = f.Write(lines)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("analytics file: %w", err)
	}
	return nil
}
