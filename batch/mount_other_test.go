//go:build !linux

package batch

import "errors"

func mountSmall(string, int) error { return errors.ErrUnsupported }

func unmountSmall(string) {}
