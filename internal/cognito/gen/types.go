package main

import (
	"fmt"
	"slices"
	"strings"
)

// goType is the Go type of a shape as list element, map value, or field.
func (m *model) goType(name string) string {
	s := m.Shapes[name]
	switch s.Type {
	case "string":
		if len(s.Enum) > 0 {
			return name
		}
		return "string"
	case "integer", "long":
		return "int64"
	case "boolean":
		return "bool"
	case "timestamp":
		return "Timestamp"
	case "blob":
		return "[]byte"
	case "list":
		return "[]" + m.goType(s.Member.Shape)
	case "map":
		return "map[string]" + m.goType(s.Value.Shape)
	}
	if s.Document {
		return "json.RawMessage"
	}
	return "*" + name // a structure: check has refused what is not
}

// field is the declaration of one member of a structure.
//
// A required member is always on the wire, unless its zero value would be
// null there: the service never says null.
func (m *model) field(s *shape, member member) string {
	typ := m.goType(member.Shape)
	tag := member.Name + ",omitzero"
	switch m.Shapes[member.Shape].Type {
	case "integer", "long", "boolean":
		if s.requires(member.Name) {
			tag = member.Name
		} else {
			typ = "*" + typ
		}
	case "string":
		if s.requires(member.Name) {
			tag = member.Name
		}
	}
	return fmt.Sprintf("%s %s `json:%q`", fieldName(member.Name), typ, tag)
}

func (m *model) writeStruct(f *file, name, comment string) {
	s := m.Shapes[name]
	f.line("// %s", comment)
	if len(s.Members) == 0 {
		f.line("type %s struct{}", name)
		f.line("")
		return
	}
	f.line("type %s struct {", name)
	for _, member := range s.Members {
		f.line("%s", m.field(s, member))
	}
	f.line("}")
	f.line("")
}

// requests declares what operations take, and the address in each.
func requests(m *model) *file {
	f := newFile("requests_gen.go")
	for _, name := range m.operationNames() {
		in := m.Operations[name].Input.Shape
		m.writeStruct(f, in, fmt.Sprintf("%s is what %s takes.", in, name))
	}
	return f
}

// responses declares what operations answer.
func responses(m *model) *file {
	f := newFile("responses_gen.go")
	for _, name := range m.operationNames() {
		if out := m.Operations[name].Output; out != nil {
			m.writeStruct(f, out.Shape, fmt.Sprintf("%s is what %s answers.", out.Shape, name))
		}
	}
	return f
}

// structures declares the structures inside requests and responses.
func structures(m *model) *file {
	f := newFile("structures_gen.go")
	roots := slices.Concat(m.inputs(), m.outputs())
	in, out := m.reachable(m.inputs()), m.reachable(m.outputs())
	for _, name := range m.reachable(roots) {
		s := m.Shapes[name]
		if s.Type != "structure" || s.Document || slices.Contains(roots, name) {
			continue
		}
		var where []string
		if slices.Contains(in, name) {
			where = append(where, "requests")
		}
		if slices.Contains(out, name) {
			where = append(where, "responses")
		}
		m.writeStruct(f, name, fmt.Sprintf("%s is part of %s.", name, strings.Join(where, " and ")))
	}
	return f
}

// enums declares the enumerations and their values.
func enums(m *model) *file {
	f := newFile("enums_gen.go")
	for _, name := range m.reachable(slices.Concat(m.inputs(), m.outputs())) {
		s := m.Shapes[name]
		if len(s.Enum) == 0 {
			continue
		}
		f.line("// %s is one of %d values.", name, len(s.Enum))
		f.line("type %s string", name)
		f.line("")
		f.line("// The values of %s.", name)
		f.line("const (")
		for _, value := range s.Enum {
			f.line("%s %s = %q", enumName(name, value), name, value)
		}
		f.line(")")
		f.line("")
	}
	return f
}

// targets declares Target for every request: the names that say what a
// request is about.
func targets(m *model) *file {
	f := newFile("targets_gen.go")
	for _, name := range m.inputs() {
		var found []string
		for _, member := range m.Shapes[name].Members {
			switch field := fieldName(member.Name); field {
			case "UserPoolID", "ClientID", "AccessToken", "ResourceARN":
				if m.Shapes[member.Shape].Type == "string" {
					found = append(found, fmt.Sprintf("%s: in.%s", field, field))
				}
			}
		}
		f.line("// Target says what the request is about.")
		if len(found) == 0 {
			f.line("func (*%s) Target() Target { return Target{} }", name)
		} else {
			f.line("func (in *%s) Target() Target { return Target{%s} }", name, strings.Join(found, ", "))
		}
		f.line("")
	}
	return f
}
