package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// What a policy may measure.
const (
	MaxSize       = 64 << 10 // bytes of a document
	maxStatements = 100
	maxPatterns   = 200 // in one Action or Resource
	maxPattern    = 512 // bytes of one
)

// Parse reads a policy. operations are the names of all operations there are:
// an action that names none of them, as a whole or by its pattern, is taken
// for a slip of the pen. Errors say which statement to mend, and how.
func Parse(data []byte, operations []string) (*Policy, error) {
	if len(data) > MaxSize {
		return nil, fmt.Errorf("policy: %d bytes are too many, at most %d are read", len(data), MaxSize)
	}
	if !utf8.Valid(data) {
		return nil, errors.New("policy: not UTF-8 text")
	}
	if err := wellFormed(data); err != nil {
		return nil, fmt.Errorf("policy: not JSON: %w", err)
	}
	p, err := parsePolicy(data, operations)
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	return p, nil
}

// wellFormed returns what is wrong with the JSON, and where.
func wellFormed(data []byte) error {
	var v json.RawMessage
	err := json.Unmarshal(data, &v)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		line := 1 + bytes.Count(data[:min(int(syntax.Offset), len(data))], []byte("\n"))
		return fmt.Errorf("line %d: %w", line, err)
	}
	return err
}

func parsePolicy(data []byte, operations []string) (*Policy, error) {
	members, err := object(data)
	if err != nil {
		return nil, fmt.Errorf("the document %w", err)
	}
	var list []json.RawMessage
	for _, m := range members {
		switch m.name {
		case "Statement":
			list, err = items(m.value)
		case "Version":
			var v string
			if v, err = text(m.value); err == nil && v != "2012-10-17" {
				err = errors.New(`must be "2012-10-17", or be left out`)
			}
		case "Id":
			_, err = text(m.value)
		default:
			return nil, fmt.Errorf("unknown member %q: a policy holds Statement, and may hold Version and Id", m.name)
		}
		if err != nil {
			return nil, fmt.Errorf("%s %w", m.name, err)
		}
	}
	if len(list) == 0 {
		return nil, errors.New("member Statement is missing or empty: without a statement nothing is allowed")
	}
	if len(list) > maxStatements {
		return nil, fmt.Errorf("%d statements are too many, at most %d are read", len(list), maxStatements)
	}
	p := &Policy{}
	for i, raw := range list {
		s, err := parseStatement(raw, operations)
		if err != nil {
			return nil, fmt.Errorf("statement %d: %w", i+1, err)
		}
		p.statements = append(p.statements, s)
	}
	return p, nil
}

func parseStatement(data []byte, operations []string) (statement, error) {
	members, err := object(data)
	if err != nil {
		return statement{}, err
	}
	var s statement
	var effect string
	for _, m := range members {
		switch m.name {
		case "Effect":
			effect, err = text(m.value)
			if err == nil && effect != "Allow" && effect != "Deny" {
				err = fmt.Errorf(`%q is unknown: write "Allow" or "Deny"`, effect)
			}
			s.deny = effect == "Deny"
		case "Action":
			s.actions, err = patterns(m.value, func(a string) error { return checkAction(a, operations) })
		case "Resource":
			s.resources, err = patterns(m.value, checkResource)
		case "Sid":
			_, err = text(m.value)
		default:
			return statement{}, fmt.Errorf("unknown member %q: a statement holds Effect, Action, Resource, and may hold Sid", m.name)
		}
		if err != nil {
			return statement{}, fmt.Errorf("%s %w", m.name, err)
		}
	}
	switch {
	case effect == "":
		return statement{}, errors.New(`member Effect is missing: write "Allow" or "Deny"`)
	case s.actions == nil:
		return statement{}, errors.New(`member Action is missing: write operations such as "cognito-idp:AdminGetUser", or "*"`)
	case s.resources == nil:
		return statement{}, errors.New(`member Resource is missing: write ARNs of user pools, or "*"`)
	}
	return s, nil
}

// checkAction makes sure that an action means an operation that exists.
func checkAction(action string, operations []string) error {
	if action == "*" {
		return nil
	}
	name, found := strings.CutPrefix(action, Service+":")
	if !found {
		return fmt.Errorf(`%q does not begin with "%s:"`, action, Service)
	}
	if p := compile(name); !slices.ContainsFunc(operations, p.matches) {
		return fmt.Errorf("%q names no operation: compare the spelling, upper and lower case included", action)
	}
	return nil
}

func checkResource(resource string) error {
	if resource != "*" && !strings.HasPrefix(resource, "arn:") {
		return fmt.Errorf(`%q is neither "*" nor an ARN that begins with "arn:"`, resource)
	}
	return nil
}

// patterns reads one pattern or a list of them.
func patterns(data []byte, check func(string) error) ([]pattern, error) {
	list, err := items(data)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errors.New("is an empty list")
	}
	if len(list) > maxPatterns {
		return nil, fmt.Errorf("has %d entries, at most %d are read", len(list), maxPatterns)
	}
	var out []pattern
	for _, raw := range list {
		s, err := text(raw)
		switch {
		case err != nil:
			return nil, err
		case len(s) > maxPattern:
			return nil, fmt.Errorf("has an entry of %d bytes, at most %d are read", len(s), maxPattern)
		case strings.Contains(s, "?"):
			return nil, fmt.Errorf(`%q: "?" is not a wildcard here, write "*"`, s)
		case strings.Contains(s, "${"):
			return nil, fmt.Errorf("%q: variables are not supported", s)
		}
		if err := check(s); err != nil {
			return nil, err
		}
		out = append(out, compile(s))
	}
	return out, nil
}

// member is one member of a JSON object.
type member struct {
	name  string
	value json.RawMessage
}

// object takes a JSON object apart. Unlike encoding/json it refuses a name
// that comes twice, of which a reader and a program could see different ones.
func object(data []byte) ([]member, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New("must be an object in braces")
	}
	var members []member
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return nil, err
		}
		m := member{name: t.(string)} // the name of a member is always a string
		if slices.ContainsFunc(members, func(o member) bool { return o.name == m.name }) {
			return nil, fmt.Errorf("has the member %q twice", m.name)
		}
		if err := dec.Decode(&m.value); err != nil {
			return nil, err
		}
		members = append(members, m)
		if len(members) > maxPatterns {
			return nil, errors.New("has too many members")
		}
	}
	if _, err := dec.Token(); err != nil && err != io.EOF {
		return nil, err
	}
	return members, nil
}

// items reads a list, or one value that stands for a list of one.
func items(data []byte) ([]json.RawMessage, error) {
	if data[0] != '[' {
		return []json.RawMessage{data}, nil
	}
	var list []json.RawMessage
	err := json.Unmarshal(data, &list)
	return list, err
}

func text(data []byte) (string, error) {
	var s *string
	if err := json.Unmarshal(data, &s); err != nil || s == nil {
		return "", errors.New("must be text in quotation marks")
	}
	return *s, nil
}
