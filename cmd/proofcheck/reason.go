package main

import (
	"context"
	"errors"
	"io/fs"
	"strconv"
	"syscall"

	"proofcheck/batch"
	"proofcheck/formats"
	"proofcheck/store"
)

// reason says in the user's language why something could not be read or written. What has no
// message of its own is said in the words of the system.
func (p *program) reason(err error) string {
	var said problem
	for _, known := range []struct {
		err error
		key string
	}{
		{fs.ErrNotExist, "reason.missing"},
		{fs.ErrPermission, "reason.permission"},
		{fs.ErrExist, "reason.exists"},
		{syscall.ELOOP, "reason.loop"},
		{syscall.EISDIR, "reason.directory"},
		{syscall.ENOTDIR, "reason.not-directory"},
		{syscall.ENOSPC, "reason.space"},
		{syscall.EROFS, "reason.read-only"},
		{syscall.EMFILE, "reason.files"},
		{syscall.ENAMETOOLONG, "reason.name"},
		{context.Canceled, "reason.interrupted"},
		{formats.ErrBinary, "reason.binary"},
		{errChanged, "reason.changed"},
	} {
		if errors.Is(err, known.err) {
			return p.say(known.key)
		}
	}
	var size *batch.TooLargeError
	switch {
	case errors.As(err, &size):
		return p.say("reason.large", "limit", strconv.FormatInt(size.Limit>>20, 10))
	case errors.Is(err, batch.ErrOpenQuote):
		return p.say("reason.quote", "error", err.Error())
	case errors.Is(err, batch.ErrBroken):
		return p.say("reason.broken", "error", err.Error())
	case errors.Is(err, batch.ErrNotObject):
		return p.say("reason.json", "error", err.Error())
	case errors.Is(err, store.ErrLocked):
		return p.say("reason.locked")
	}
	var c *crash
	if errors.As(err, &c) {
		return p.say("reason.crash", "error", c.Error())
	}
	if errors.As(err, &said) {
		return said.Error()
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
