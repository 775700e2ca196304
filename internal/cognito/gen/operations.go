package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// auth tells who may call an operation. The model only knows signed and
// unsigned; an unsigned operation with an access token among its members is
// called by the user that the token was given to.
func (m *model) auth(op *operation) string {
	if op.AuthType != "none" {
		return "AuthSigV4"
	}
	for _, member := range m.Shapes[op.Input.Shape].Members {
		if member.Name == "AccessToken" {
			return "AuthAccessToken"
		}
	}
	return "AuthNone"
}

// operations writes the table of operations.
func operations(m *model) *file {
	f := newFile("operations_gen.go")
	f.line("// Operations are the operations of the API by name.")
	f.line("var Operations = map[string]*Operation{")
	for _, name := range m.operationNames() {
		op := m.Operations[name]
		var errors []string
		for _, e := range op.Errors {
			errors = append(errors, fmt.Sprintf("%q", e.Shape))
		}
		slices.Sort(errors)
		f.line("%q: {", name)
		f.line("Name: %q,", name)
		f.line("Auth: %s,", m.auth(op))
		f.line("Errors: []string{%s},", strings.Join(errors, ", "))
		call := "call"
		if op.Output == nil {
			f.line("EmptyBody: true,")
			call = "callEmpty"
		}
		if strings.Contains(name, "ManagedLoginBranding") {
			f.line("MaxBody: maxBodyWithImages,")
		} else {
			f.line("MaxBody: maxBody,")
		}
		f.line("Call: %s(Service.%s),", call, name)
		f.line("New: newOf[%s],", op.Input.Shape)
		f.line("input: &%s,", shapeVar(op.Input.Shape))
		f.line("},")
	}
	f.line("}")
	f.line("")
	f.line("// faults are the errors that are the server's own.")
	f.line("var faults = map[string]bool{")
	for _, name := range slices.Sorted(maps.Keys(m.Shapes)) {
		if s := m.Shapes[name]; s.Exception && s.Fault {
			f.line("%q: true,", name)
		}
	}
	f.line("}")
	return f
}

// service writes the interface of all operations and the type that has none
// of them.
func service(m *model) *file {
	f := newFile("service_gen.go")
	f.line("// Service is the whole API.")
	f.line("type Service interface {")
	for _, name := range m.operationNames() {
		f.line("%s(context.Context, *%s) %s", name, m.Operations[name].Input.Shape, m.result(name))
	}
	f.line("}")
	f.line("")
	for _, name := range m.operationNames() {
		value := fmt.Sprintf("&NotImplemented{Operation: %q}", name)
		if m.Operations[name].Output != nil {
			value = "nil, " + value
		}
		f.line("// %s answers a *NotImplemented error.", name)
		f.line("func (Unimplemented) %s(context.Context, *%s) %s { return %s }",
			name, m.Operations[name].Input.Shape, m.result(name), value)
		f.line("")
	}
	return f
}

func (m *model) result(op string) string {
	if out := m.Operations[op].Output; out != nil {
		return "(*" + out.Shape + ", error)"
	}
	return "error"
}
