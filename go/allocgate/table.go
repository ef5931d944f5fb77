// Written by .github/release/launcher.sh.

package main

// The released archives; none in a development version.
const (
	version = ""
	source  = ""
)

// The SHA-256 of each archive, by platform.
var archives = map[string]archive{}
