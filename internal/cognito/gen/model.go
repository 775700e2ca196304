package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
)

// model is the part of a published service model that the generator uses.
type model struct {
	Operations map[string]*operation
	Shapes     map[string]*shape

	sum string // SHA-256 of the file, hexadecimal
}

type operation struct {
	Name     string
	AuthType string
	Input    *ref
	Output   *ref
	Errors   []ref
}

type ref struct {
	Shape string
}

// shape is one type of the model: a structure, a list, a map, or a scalar with
// its constraints. Min and Max are nil where the model sets no bound.
type shape struct {
	Type      string
	Required  []string
	Members   members
	Member    ref
	Key       ref
	Value     ref
	Min       *int64
	Max       *int64
	Pattern   string
	Enum      []string
	Sensitive bool
	Document  bool
	Exception bool
	Fault     bool

	pattern, expr string // what violations quote, and the same in RE2
}

// member is one member of a structure, in the order the model lists them.
type member struct {
	Name  string
	Shape string
}

type members []member

// UnmarshalJSON keeps the order of the object's keys, which a map would lose.
func (m *members) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	if _, err := dec.Token(); err != nil {
		return err
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		var r ref
		if err := dec.Decode(&r); err != nil {
			return err
		}
		*m = append(*m, member{Name: name.(string), Shape: r.Shape})
	}
	return nil
}

// maxMembers is how many members a structure may have: package cognito keeps
// those it has seen in the bits of one word.
const maxMembers = 64

// readModel reads a service-2.json file and checks that every name in it leads
// somewhere.
func readModel(path string) (*model, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m := new(model)
	if err := json.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	sum := sha256.Sum256(data)
	m.sum = hex.EncodeToString(sum[:])
	for _, name := range m.operationNames() {
		if m.Operations[name].Input == nil {
			return nil, fmt.Errorf("operation %s has no input", name)
		}
	}
	for _, root := range slices.Concat(m.inputs(), m.outputs()) {
		if err := m.check("an operation", root, nil); err != nil {
			return nil, err
		}
	}
	// Only what comes in is checked, so only its patterns are needed.
	for _, name := range m.reachable(m.inputs()) {
		s := m.Shapes[name]
		if s.pattern = patternOf(name, s); s.pattern == "" {
			continue
		}
		if s.expr, err = translate(s.pattern); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// check follows a shape to its leaves. A shape inside itself is refused: the
// tables that the generator writes cannot hold a circle.
func (m *model) check(from, name string, path []string) error {
	s, ok := m.Shapes[name]
	if !ok {
		return fmt.Errorf("%s speaks of shape %q, which does not exist", from, name)
	}
	if slices.Contains(path, name) {
		return fmt.Errorf("shape %s contains itself: %v", name, path)
	}
	path = append(path, name)
	if err := s.check(name); err != nil {
		return err
	}
	for _, child := range s.children() {
		if err := m.check(name, child, path); err != nil {
			return err
		}
	}
	return nil
}

// check refuses a shape that the tables have no room for.
func (s *shape) check(name string) error {
	if kinds[s.Type] == "" {
		return fmt.Errorf("shape %s has type %q, which the generator does not know", name, s.Type)
	}
	if len(s.Members) > maxMembers {
		return fmt.Errorf("shape %s has %d members, more than %d", name, len(s.Members), maxMembers)
	}
	return nil
}

// children are the names of the shapes that a shape is made of.
func (s *shape) children() []string {
	switch s.Type {
	case "structure":
		var names []string
		for _, member := range s.Members {
			names = append(names, member.Shape)
		}
		return names
	case "list":
		return []string{s.Member.Shape}
	case "map":
		return []string{s.Key.Shape, s.Value.Shape}
	}
	return nil
}

func (s *shape) requires(name string) bool { return slices.Contains(s.Required, name) }

func (m *model) operationNames() []string { return slices.Sorted(maps.Keys(m.Operations)) }

// reachable lists, sorted, the shapes that the inputs (or outputs) are made of.
func (m *model) reachable(roots []string) []string {
	seen := map[string]bool{}
	var visit func(string)
	visit = func(name string) {
		if seen[name] {
			return
		}
		seen[name] = true
		for _, child := range m.Shapes[name].children() {
			visit(child)
		}
	}
	for _, root := range roots {
		visit(root)
	}
	return slices.Sorted(maps.Keys(seen))
}

func (m *model) inputs() []string {
	var names []string
	for _, name := range m.operationNames() {
		names = append(names, m.Operations[name].Input.Shape)
	}
	return names
}

func (m *model) outputs() []string {
	var names []string
	for _, name := range m.operationNames() {
		if out := m.Operations[name].Output; out != nil {
			names = append(names, out.Shape)
		}
	}
	return names
}
