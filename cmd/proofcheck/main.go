// Command proofcheck proofreads Chinese web drafts: HTML, Markdown and text. It is the only
// package of the module that reads flags, environment and config files, and the only one that
// prints.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

// version is set by the linker; see the Makefile.
var version = "dev"

func main() {
	// A write to a closed pipe is an error like others, told apart in exitCode.
	signal.Ignore(syscall.SIGPIPE)
	p := &program{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, args: os.Args[1:]}
	os.Exit(p.run())
}
