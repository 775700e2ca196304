package main

import (
	"fmt"
	"strings"
)

// moreSensitive are shapes that carry secrets though the model does not say so.
var moreSensitive = map[string]bool{
	"ProviderDetailsType": true, // an identity provider's client_secret
}

// absentIsZero are members that the service checks as 0 when they are left
// out, although the model calls them optional.
var absentIsZero = map[string]bool{
	"ListResourceServersRequest.MaxResults": true,
}

// kinds name the constants of package cognito for the model's types.
var kinds = map[string]string{
	"string": "kindString", "integer": "kindInteger", "long": "kindLong",
	"boolean": "kindBoolean", "timestamp": "kindTimestamp", "blob": "kindBlob",
	"list": "kindList", "map": "kindMap", "structure": "kindStructure",
}

func shapeVar(name string) string { return "shape" + name }

// schema writes the tables that Decode reads requests by: one variable per
// shape that a request can contain, and one per pattern.
func schema(m *model) *file {
	f := newFile("schema_gen.go")
	var patterns []*shape
	patternVar := map[string]string{}
	for _, name := range m.reachable(m.inputs()) {
		s := m.Shapes[name]
		f.line("var %s = shape{", shapeVar(name))
		f.line("kind: %s,", kindOf(s))
		if s.Sensitive || moreSensitive[name] {
			f.line("sensitive: true,")
		}
		if s.Min != nil {
			f.line("hasMin: true, min: %d,", *s.Min)
		}
		if s.Max != nil {
			f.line("hasMax: true, max: %d,", *s.Max)
		}
		if s.pattern != "" {
			if patternVar[s.pattern] == "" {
				patterns = append(patterns, s)
				patternVar[s.pattern] = fmt.Sprintf("pattern%d", len(patterns))
			}
			f.line("pattern: &%s,", patternVar[s.pattern])
		}
		if len(s.Enum) > 0 {
			f.line("enum: []string{%s},", quoted(s.Enum))
		}
		switch s.Type {
		case "list":
			f.line("elem: &%s,", shapeVar(s.Member.Shape))
		case "map":
			f.line("key: &%s,", shapeVar(s.Key.Shape))
			f.line("elem: &%s,", shapeVar(s.Value.Shape))
		case "structure":
			m.writeMembers(f, name, s)
		}
		f.line("}")
		f.line("")
	}
	for _, s := range patterns {
		f.line("var %s = pattern{text: %q, expr: %q}", patternVar[s.pattern], s.pattern, s.expr)
		f.line("")
	}
	f.line("var patterns = []*pattern{")
	for _, s := range patterns {
		f.line("&%s,", patternVar[s.pattern])
	}
	f.line("}")
	return f
}

func (m *model) writeMembers(f *file, name string, s *shape) {
	if s.Document || len(s.Members) == 0 {
		return
	}
	f.line("members: []memberShape{")
	for _, member := range s.Members {
		more := ""
		if s.requires(member.Name) {
			more += ", required: true"
		}
		if absentIsZero[name+"."+member.Name] {
			more += ", absentIsZero: true"
		}
		f.line("{name: %q, shape: &%s%s},", member.Name, shapeVar(member.Shape), more)
	}
	f.line("},")
}

func kindOf(s *shape) string {
	if s.Document {
		return "kindDocument"
	}
	return kinds[s.Type]
}

func quoted(values []string) string {
	var q []string
	for _, v := range values {
		q = append(q, fmt.Sprintf("%q", v))
	}
	return strings.Join(q, ", ")
}
