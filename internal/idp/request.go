package idp

import "context"

// Request is what is known of the request being served, whatever face it came
// through.
type Request struct {
	ID        string // the request id that the client sees
	SourceIP  string // the client's address, without a port
	UserAgent string
	Operation string // the API operation, or the path of a page
	Caller    string // the access key id of a signed request, else empty
}

type requestKey struct{}

// WithRequest returns a context that carries r.
func WithRequest(ctx context.Context, r *Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// RequestFrom returns the request that ctx carries, or an empty one.
func RequestFrom(ctx context.Context) *Request {
	if r, ok := ctx.Value(requestKey{}).(*Request); ok {
		return r
	}
	return &Request{}
}
