package store

import "fmt"

// VersionError means that the schema of a database is not the one of this
// program, and that the program leaves the database alone.
type VersionError struct {
	Database int64 // the version of the schema
	Program  int64 // the version that the program has
}

func (e *VersionError) Error() string {
	if e.Database > e.Program {
		return fmt.Sprintf("the database was written by a later release (schema %d, this release knows %d); start that release or restore a backup",
			e.Database, e.Program)
	}
	return fmt.Sprintf("the database has schema %d and needs %d; run rockpool migrate", e.Database, e.Program)
}
