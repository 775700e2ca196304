package signin

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/fxamacker/cbor/v2"

	"rockpool/internal/catalog"
	"rockpool/internal/idp"
	"rockpool/internal/secret"
	"rockpool/internal/store"
)

// handleRoom is how many bytes of state a handle carries. The API gives a
// session 2,048 characters, of which every handle has the same number: its
// length must not tell of whom it is.
const handleRoom = 1408

// Purposes under which the state of a session is sealed; the id is the
// client's. A handle is its own proof, so its contents must never be taken for
// those of a stored state, nor the other way round.
const (
	purposeHandle = "session"
	purposeState  = "session-state"
)

// carried is what is inside a handle: the state of the session, or where it is
// stored if it is too large.
type carried struct {
	Memory *memory `json:"memory,omitzero"`
	Stored []byte  `json:"stored,omitzero"`
}

// storedIDSize is how much chance is in the id of a stored state.
const storedIDSize = 16

// notes reads what notes wrote, whose size others have bounded: a custom
// challenge may have many small parameters.
var notes = func() cbor.DecMode {
	mode, err := cbor.DecOptions{
		MaxMapPairs: 1 << 24, MaxArrayElements: 1 << 24, UTF8: cbor.UTF8DecodeInvalid,
	}.DecMode()
	if err != nil {
		panic(err) // the options are constants
	}
	return mode
}()

// handle is what the client holds of a session. The service keeps nothing of
// it until it is spent, unless its state is too large to travel.
type handle struct {
	text string

	// stored is the state that does not fit in; nil if it does.
	stored *idp.SessionState
}

// store stores what does not fit into the handle.
func (h *handle) store(tx store.Tx) error {
	if h.stored == nil {
		return nil
	}
	return tx.CreateSessionState(h.stored)
}

// newHandle makes the handle of a session, which lasts as long as the client
// has it. Nothing is stored yet.
func (s *Service) newHandle(c *catalog.Client, m memory) (*handle, error) {
	expires := s.Accounts.Now().Add(c.AuthSessionLife())
	m.Expires = expires.UnixMilli()
	text, err := encode(carried{Memory: &m})
	if err != nil {
		return nil, err
	}
	h := &handle{}
	if len(text) > handleRoom {
		if h.stored, err = s.newStored(c, text, expires); err != nil {
			return nil, err
		}
		if text, err = encode(carried{Stored: h.stored.ID}); err != nil {
			return nil, err
		}
	}
	sealed, err := c.Pool.Key.Seal(purposeHandle, c.ID, append(text, make([]byte, handleRoom-len(text))...))
	if err != nil {
		return nil, fmt.Errorf("sealing session: %w", err)
	}
	h.text = c.ID + "." + base64.RawURLEncoding.EncodeToString(sealed)
	return h, nil
}

func encode(c carried) ([]byte, error) {
	text, err := cbor.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("writing session: %w", err)
	}
	return text, nil
}

// newStored makes a state that is stored.
func (s *Service) newStored(c *catalog.Client, text []byte, expires time.Time) (*idp.SessionState, error) {
	state, err := c.Pool.Key.Seal(purposeState, c.ID, text)
	if err != nil {
		return nil, fmt.Errorf("sealing session: %w", err)
	}
	id := make([]byte, storedIDSize)
	if _, err := s.Accounts.Rand.Read(id); err != nil {
		return nil, fmt.Errorf("naming session: %w", err)
	}
	return &idp.SessionState{PoolID: c.PoolID, ID: id, State: state, ExpiresAt: expires}, nil
}

// ClientOf reads the client's id from the handle of a session without trusting
// it; "" if it is none. AssociateSoftwareToken and VerifySoftwareToken name
// nothing but the session.
func ClientOf(session string) string {
	clientID, _, ok := strings.Cut(session, ".")
	if !ok {
		return ""
	}
	return clientID
}

// openHandle reads the state of a session, and returns with it the mark that
// it leaves when it is spent. One that no client was given is
// idp.ErrSessionInvalid.
func openHandle(tx store.Tx, c *catalog.Client, text string) (m *memory, mark []byte, err error) {
	clientID, rest, _ := strings.Cut(text, ".")
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(rest)
	if err != nil || clientID != c.ID {
		return nil, nil, idp.ErrSessionInvalid
	}
	clear, err := c.Pool.Key.Open(purposeHandle, c.ID, sealed)
	if errors.Is(err, secret.ErrOpen) {
		return nil, nil, idp.ErrSessionInvalid
	}
	if err != nil {
		return nil, nil, fmt.Errorf("opening session: %w", err)
	}
	in, err := decode(clear)
	if err == nil && in.Memory == nil {
		in, err = readStored(tx, c, in.Stored)
	}
	if err != nil {
		return nil, nil, err
	}
	// The mark is made of bytes that nobody can write in another way.
	return in.Memory, c.Pool.Key.MAC("session", string(sealed)), nil
}

// decode reads what encode wrote; what follows it fills the room.
func decode(text []byte) (in carried, err error) {
	if _, err = notes.UnmarshalFirst(text, &in); err != nil {
		err = fmt.Errorf("reading session: %w", err)
	}
	return in, err
}

// readStored reads the state of a session that did not fit into its handle.
func readStored(tx store.Tx, c *catalog.Client, id []byte) (in carried, err error) {
	stored, err := tx.SessionState(c.PoolID, id)
	if errors.Is(err, store.ErrNotFound) {
		return in, idp.ErrSessionExpired // it was swept
	}
	if err != nil {
		return in, err
	}
	clear, err := c.Pool.Key.Open(purposeState, c.ID, stored.State)
	if err != nil {
		return in, fmt.Errorf("opening session: %w", err)
	}
	if in, err = decode(clear); err == nil && in.Memory == nil {
		err = errors.New("reading session: the stored state is empty")
	}
	return in, err
}
