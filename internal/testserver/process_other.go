//go:build !linux

package testserver

import (
	"os"
	"os/exec"
)

var stopSignal = os.Interrupt

func (k *kind) become(*exec.Cmd) {}

func launch(cmd *exec.Cmd) error { return cmd.Start() }
