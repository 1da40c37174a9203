package testserver

import (
	"os/exec"
	"runtime"
	"syscall"
)

// stopSignal ends PostgreSQL and MariaDB at once.
const stopSignal = syscall.SIGQUIT

// become makes a command run as the account of the server.
func (k *kind) become(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	if uid, gid, ok := k.owner(); ok {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
}

// launch starts a server that ends with this process, however that ends. The kernel means the
// thread that started it, so that thread stays.
func launch(cmd *exec.Cmd) error {
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		started <- cmd.Start()
		select {}
	}()
	return <-started
}
