package cognito

// kind is the model's type of a shape.
type kind uint8

const (
	kindString kind = iota
	kindInteger
	kindLong
	kindBoolean
	kindTimestamp
	kindBlob
	kindDocument
	kindList
	kindMap
	kindStructure
)

// shape is one shape of the model: its type and its constraints. Lists and
// maps have elem, maps also key, structures members.
type shape struct {
	kind           kind
	sensitive      bool // its values are never repeated to anyone
	hasMin, hasMax bool
	min, max       int64 // of a number's value, a string's characters, a collection's size
	pattern        *pattern
	enum           []string
	key, elem      *shape
	members        []memberShape
}

// memberShape is one member of a structure. Its position among the members is
// that of its field in the Go type.
type memberShape struct {
	name         string
	shape        *shape
	required     bool
	absentIsZero bool // checked as 0 when absent
}
