package ops

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"rockpool/internal/idp"
)

// Page tokens are sealed with the master key, so every node can open those of
// the others and nobody else can read or make one. What a token is sealed for
// is the operation and those of its parameters that decide what is listed.
const (
	purposePageToken = "page token"
	pageTokenLife    = time.Hour
	maxPageToken     = 16 << 10
	maxPage          = 60
)

// sealedPage is what a page token holds.
type sealedPage struct {
	Until  int64           `json:"u"` // seconds since 1970
	Cursor json.RawMessage `json:"c"`
}

// pageToken makes the token with which a caller asks for the page after
// cursor. params are the parameters that the next request must repeat.
func (a *API) pageToken(op string, params []string, cursor any) (string, error) {
	c, err := json.Marshal(cursor)
	if err != nil {
		return "", fmt.Errorf("writing cursor of %s: %w", op, err)
	}
	clear, err := json.Marshal(sealedPage{Until: a.Now().Add(pageTokenLife).Unix(), Cursor: c})
	if err != nil {
		return "", fmt.Errorf("writing page token of %s: %w", op, err)
	}
	id, err := pageID(op, params)
	if err != nil {
		return "", err
	}
	sealed, err := a.Master.Seal(purposePageToken, id, clear)
	if err != nil {
		return "", fmt.Errorf("sealing page token of %s: %w", op, err)
	}
	return base64.RawURLEncoding.EncodeToString(sealed), nil
}

// openPageToken reads a token that pageToken made for the same operation and
// parameters into cursor, a pointer. Without a token cursor stays as it is: the
// first page. Every other token is an idp.ErrInvalidPaginationToken.
func (a *API) openPageToken(token, op string, params []string, cursor any) error {
	if token == "" {
		return nil
	}
	if len(token) > maxPageToken {
		return idp.ErrInvalidPaginationToken
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil {
		return idp.ErrInvalidPaginationToken
	}
	id, err := pageID(op, params)
	if err != nil {
		return err
	}
	clear, err := a.Master.Open(purposePageToken, id, sealed)
	if err != nil {
		return idp.ErrInvalidPaginationToken
	}
	var p sealedPage
	if err := json.Unmarshal(clear, &p); err != nil || a.Now().Unix() >= p.Until {
		return idp.ErrInvalidPaginationToken
	}
	if err := json.Unmarshal(p.Cursor, cursor); err != nil {
		return idp.ErrInvalidPaginationToken
	}
	return nil
}

// pageID is what a token is bound to; as JSON, different parameters never
// make the same text.
func pageID(op string, params []string) (string, error) {
	id, err := json.Marshal([]any{op, params})
	if err != nil {
		return "", fmt.Errorf("writing parameters of %s: %w", op, err)
	}
	return string(id), nil
}

// pageLimit is how many items a page has: what was asked for, or the most
// there may be if nothing was.
func pageLimit(asked *int64) int {
	if asked == nil || *asked <= 0 || *asked > maxPage {
		return maxPage
	}
	return int(*asked)
}

// cutPage cuts items that were read with one more than limit, and tells
// whether there are more.
func cutPage[T any](items []T, limit int) (page []T, more bool) {
	if len(items) <= limit {
		return items, false
	}
	return items[:limit], true
}
