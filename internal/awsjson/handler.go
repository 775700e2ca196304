package awsjson

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// Handler serves the API at the path "/". Any number of requests may be in it
// at once.
type Handler struct {
	Config
}

// New makes a Handler, or says what its configuration lacks.
func New(c Config) (*Handler, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	return &Handler{c}, nil
}

// ServeHTTP serves one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// How long it took is told by the monotonic clock, not by the one that
	// Now stands for, which a test may move.
	start := time.Now()
	req := &idp.Request{
		ID:        h.NewRequestID(),
		SourceIP:  h.ClientIP(r),
		UserAgent: cut(r.UserAgent(), maxUserAgent),
	}
	head := w.Header()
	allowOrigin(head)
	head[headerRequestID] = []string{req.ID}
	head["Date"] = []string{h.Now().UTC().Format(http.TimeFormat)}
	head["Cache-Control"] = []string{"no-store"} // answers hold tokens
	if r.Method == http.MethodOptions {
		preflight(w, r)
		return
	}

	o := h.serve(w, r, req)
	if o.code != "" {
		if err := writeError(w, &o); err != nil && o.cause == nil {
			o.cause = fmt.Errorf("writing answer: %w", err)
		}
	}
	took := time.Since(start)
	h.Observe(req.Operation, o.reported(), took)
	h.log(r.Context(), req, &o, took)
}

const maxUserAgent = 1024

// serve writes the answer of a request that succeeds, and returns how it ended.
// Nothing has been written if that is an error.
func (h *Handler) serve(w http.ResponseWriter, r *http.Request, req *idp.Request) (o outcome) {
	ctx := r.Context()
	op, refusal := operation(r)
	if refusal != nil {
		return failure(ctx, nil, refusal)
	}
	req.Operation = op.Name

	defer func() {
		if v := recover(); v != nil {
			if v == http.ErrAbortHandler {
				panic(v)
			}
			o = failure(context.WithoutCancel(ctx), op, fmt.Errorf("panic: %v", v))
			o.stack = debug.Stack()
		}
	}()

	body := borrow()
	defer giveBack(body)
	if err := read(w, r, op, body); err != nil {
		return failure(ctx, op, err)
	}
	limited, cancel := context.WithTimeout(idp.WithRequest(ctx, req), h.Timeout)
	defer cancel()
	out, err := h.call(limited, op, r.WithContext(limited), req, body.Bytes())
	if err != nil {
		return failure(ctx, op, err)
	}
	return h.answer(w, op, out)
}

// call takes a request through everything that may refuse it, and then does it.
func (h *Handler) call(ctx context.Context, op *cognito.Operation, r *http.Request, req *idp.Request, body []byte) (any, error) {
	var caller Principal
	if op.Auth == cognito.AuthSigV4 {
		var err error
		if caller, err = h.Authorizer.Authorize(ctx, r, body); err != nil {
			return nil, err
		}
		req.Caller = caller.AccessKeyID
	}
	in, violations, malformed := cognito.Decode(op, body)
	if malformed != nil {
		return nil, &idp.Error{Code: "SerializationException", Message: malformed.Message}
	}
	if op.Auth == cognito.AuthSigV4 {
		var target cognito.Target
		if violations != nil {
			target = violations.Target
		} else {
			target = in.(cognito.Request).Target() // all requests have one
		}
		if err := h.permit(caller, op, target); err != nil {
			return nil, err
		}
	}
	if violations != nil {
		return nil, idp.InvalidParameter(violations.Error())
	}
	out, err := h.admitted(ctx, op, in)
	if known := (*idp.Error)(nil); errors.As(err, &known) && undeclared(op, known.Code) {
		h.Logger.LogAttrs(ctx, slog.LevelWarn, "undeclared error",
			slog.String("operation", op.Name), slog.String("code", known.Code), slog.String("request_id", req.ID))
		h.OnUndeclared(op.Name, known.Code)
	}
	return out, err
}

func (h *Handler) admitted(ctx context.Context, op *cognito.Operation, in any) (any, error) {
	if err := h.Admit(ctx, op, in); err != nil {
		return nil, err
	}
	return op.Call(ctx, h.Service, in)
}

// answer writes what an operation gave.
func (h *Handler) answer(w http.ResponseWriter, op *cognito.Operation, out any) outcome {
	b := borrow()
	defer giveBack(b)
	if !op.EmptyBody {
		if err := encode(b, out); err != nil {
			return failure(context.Background(), op, fmt.Errorf("encoding answer: %w", err))
		}
	}
	o := outcome{status: http.StatusOK}
	if err := writeBody(w, o.status, b.Bytes()); err != nil {
		o.cause = fmt.Errorf("writing answer: %w", err)
	}
	return o
}

// log writes the request's line. Bodies and headers stay out of it: they hold
// passwords, codes and tokens.
func (h *Handler) log(ctx context.Context, req *idp.Request, o *outcome, took time.Duration) {
	level := slog.LevelInfo
	if o.isFault() {
		level = slog.LevelError
	}
	if !h.Logger.Enabled(ctx, level) {
		return
	}
	attrs := make([]slog.Attr, 0, 9)
	attrs = append(attrs,
		slog.String("request_id", req.ID),
		slog.String("operation", req.Operation),
		slog.Int("status", o.status),
		slog.String("code", o.reported()),
		slog.Float64("duration_ms", float64(took.Microseconds())/1000),
		slog.String("source_ip", req.SourceIP),
		slog.String("access_key", req.Caller))
	if o.cause != nil {
		attrs = append(attrs, slog.String("error", o.cause.Error()))
	}
	if o.stack != nil {
		attrs = append(attrs, slog.String("stack", string(o.stack)))
	}
	h.Logger.LogAttrs(ctx, level, "request", attrs...)
}
