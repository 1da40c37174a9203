package queue

import "fmt"

// Option is what a *BadOptionError speaks of.
type Option string

// Options that can be wrong in themselves.
const (
	Name     Option = "name"
	Replicas Option = "replicas"
	Address  Option = "address"
	Route    Option = "route"
)

// BadOptionError says that an option is wrong, whatever the servers say.
type BadOptionError struct {
	Option Option
	Value  string
}

// Error says what would be right.
func (e *BadOptionError) Error() string {
	return fmt.Sprintf("queue: %q is no %s: %s", e.Value, e.Option, map[Option]string{
		Name: "letters, digits, - and _ only", Replicas: "1 to 5", Address: "write host:port", Route: "write nats://host:port",
	}[e.Option])
}

// StartError says that an embedded server did not come up.
type StartError struct{ Listen, Folder string }

// Error names what it needs.
func (e *StartError) Error() string {
	return fmt.Sprintf("queue: no server at %s: the address may be in use, or the folder %s not writable", e.Listen, e.Folder)
}
