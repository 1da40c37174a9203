package main

import (
	"errors"
	"syscall"
)

// isClosedPipe reports whether a write failed because nobody reads any more: ERROR_BROKEN_PIPE,
// or ERROR_NO_DATA while the reader is closing.
func isClosedPipe(err error) bool {
	return errors.Is(err, syscall.ERROR_BROKEN_PIPE) || errors.Is(err, syscall.Errno(232))
}
