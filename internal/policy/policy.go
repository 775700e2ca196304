package policy

// Service is the prefix of every action.
const Service = "cognito-idp"

// Policy is a list of statements. The zero value allows nothing. It does not
// change once parsed, so any number of goroutines may ask it.
type Policy struct {
	statements []statement
}

type statement struct {
	deny      bool
	actions   []pattern
	resources []pattern
}

// AllowAll returns the policy that allows everything.
func AllowAll() *Policy {
	everything := []pattern{compile("*")}
	return &Policy{statements: []statement{{actions: everything, resources: everything}}}
}

// Allows tells whether the policy lets its holder perform an action, such as
// "cognito-idp:AdminGetUser", on a resource: an ARN, or "*" for an operation
// that concerns no pool. A nil policy allows nothing.
func (p *Policy) Allows(action, resource string) bool {
	if p == nil {
		return false
	}
	allowed := false
	for _, s := range p.statements {
		if allowed && !s.deny || !anyMatches(s.actions, action) || !anyMatches(s.resources, resource) {
			continue
		}
		if s.deny {
			return false
		}
		allowed = true
	}
	return allowed
}
