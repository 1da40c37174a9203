package main

import "os"

// hangups returns a channel that tells of nothing: there is no SIGHUP.
func hangups() <-chan os.Signal { return nil }
