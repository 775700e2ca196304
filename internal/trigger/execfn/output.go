package execfn

import "strings"

// head keeps the beginning of what is written and calls full when there is
// more. It must not embed a bytes.Buffer, whose ReadFrom knows no limit.
type head struct {
	buf   []byte
	limit int
	over  bool
	full  func()
}

func (h *head) Write(p []byte) (int, error) {
	if h.over || len(h.buf)+len(p) > h.limit {
		h.over = true
		h.full()
		return len(p), nil
	}
	h.buf = append(h.buf, p...)
	return len(p), nil
}

// tail keeps the end of what is written.
type tail struct {
	buf   []byte
	limit int
}

func (t *tail) Write(p []byte) (int, error) {
	t.buf = append(t.buf, p...)
	if over := len(t.buf) - t.limit; over > 0 {
		t.buf = append(t.buf[:0], t.buf[over:]...)
	}
	return len(p), nil
}

func (t *tail) lastLine() string {
	text := strings.TrimRight(string(t.buf), " \t\r\n")
	if i := strings.LastIndexAny(text, "\r\n"); i >= 0 {
		text = text[i+1:]
	}
	return strings.TrimSpace(text)
}
