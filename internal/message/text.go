package message

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// TextFromHTML is the plain-text alternative of an HTML email. It keeps what a
// reader needs: the words, line and paragraph breaks, list marks, and where
// links lead. It reads tokens rather than a tree, so its cost is linear and
// broken markup is no error.
//
// The tokenizer is the maintained one of golang.org/x/net; the converters built
// on top of it elsewhere are either abandoned or write Markdown.
func TextFromHTML(body string) string {
	var w textWriter
	var hrefs []string // of the links now open
	hidden := 0        // depth inside elements whose content nobody sees
	z := html.NewTokenizer(strings.NewReader(body))
	for {
		kind := z.Next()
		if kind == html.ErrorToken { // the end of the text: a string gives no other error
			return w.String()
		}
		t := z.Token()
		switch kind {
		case html.TextToken:
			if hidden == 0 {
				w.text(t.Data)
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			if isHidden(t.DataAtom) {
				if kind == html.StartTagToken {
					hidden++
				}
				continue
			}
			if t.DataAtom == atom.Body {
				hidden = 0 // it ends a head that was never closed
			}
			if hidden > 0 {
				continue
			}
			w.open(t.DataAtom)
			if t.DataAtom == atom.A && kind == html.StartTagToken {
				hrefs = append(hrefs, attr(t, "href"))
				w.linkStart = w.b.Len()
			}
		case html.EndTagToken:
			if isHidden(t.DataAtom) {
				hidden = max(hidden-1, 0)
				continue
			}
			if hidden > 0 {
				continue
			}
			if t.DataAtom == atom.A && len(hrefs) > 0 {
				w.link(hrefs[len(hrefs)-1])
				hrefs = hrefs[:len(hrefs)-1]
			}
			w.close(t.DataAtom)
		}
	}
}

func attr(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

func isHidden(a atom.Atom) bool {
	switch a {
	case atom.Head, atom.Style, atom.Script, atom.Title, atom.Template, atom.Noscript, atom.Textarea, atom.Select, atom.Object, atom.Iframe, atom.Svg:
		return true
	}
	return false
}

// blankLines is how many blank lines set an element off from its neighbours; -1
// means that it stands in the line.
func blankLines(a atom.Atom) int {
	switch a {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Blockquote, atom.Table, atom.Pre, atom.Hr:
		return 1
	case atom.Div, atom.Li, atom.Tr, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Main, atom.Dt, atom.Dd, atom.Center, atom.Address, atom.Body, atom.Html:
		return 0
	}
	return -1
}

// textWriter writes words with single blanks and collapses line breaks.
type textWriter struct {
	b         strings.Builder
	breaks    int  // line breaks owed before the next word
	space     bool // a blank owed before the next word
	linkStart int  // where the text of the link now open begins
	pre       int
}

func (w *textWriter) String() string { return strings.TrimRight(w.b.String(), " \n") }

// word writes something visible after the white space it is owed.
func (w *textWriter) word(s string) {
	switch {
	case w.b.Len() == 0:
	case w.breaks > 0:
		w.b.WriteString(strings.Repeat("\n", min(w.breaks, 2)))
	case w.space:
		w.b.WriteByte(' ')
	}
	w.breaks, w.space = 0, false
	w.b.WriteString(s)
}

func (w *textWriter) text(s string) {
	if w.pre > 0 {
		for i, line := range strings.Split(s, "\n") {
			if i > 0 {
				w.breaks++
			}
			if strings.TrimSpace(line) != "" {
				w.word(strings.TrimRight(line, "\r"))
			}
		}
		return
	}
	if s != "" && isSpace(s[0]) {
		w.space = true
	}
	for field := range strings.FieldsFuncSeq(s, func(r rune) bool { return r < 0x80 && isSpace(byte(r)) }) {
		w.word(strings.ReplaceAll(field, "\u00a0", " "))
		w.space = true
	}
	if s != "" && !isSpace(s[len(s)-1]) {
		w.space = false
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }

func (w *textWriter) open(a atom.Atom) {
	switch a {
	case atom.Br:
		w.breaks++
	case atom.Td, atom.Th:
		w.space = true
	case atom.Pre:
		w.pre++
	}
	w.block(a)
	switch a {
	case atom.Li:
		w.word("-")
		w.space = true
	case atom.Hr:
		w.word("---")
		w.block(a)
	}
}

func (w *textWriter) close(a atom.Atom) {
	if a == atom.Pre {
		w.pre = max(w.pre-1, 0)
	}
	w.block(a)
}

func (w *textWriter) block(a atom.Atom) {
	if n := blankLines(a); n >= 0 {
		w.breaks = max(w.breaks, n+1)
	}
}

// link adds where a link leads, unless its text says so already.
func (w *textWriter) link(href string) {
	if href == "" || strings.HasPrefix(href, "#") {
		return
	}
	shown := strings.TrimSpace(w.b.String()[min(w.linkStart, w.b.Len()):])
	href, isMail := strings.CutPrefix(href, "mailto:")
	if shown == href {
		return
	}
	if isMail {
		href, _, _ = strings.Cut(href, "?")
	}
	w.space = true
	w.word("(" + href + ")")
}
