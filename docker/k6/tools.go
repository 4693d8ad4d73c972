//go:build tools

// Package tools names k6 as a dependency, so that go.mod and go.sum list all it is built from.
package tools

import _ "go.k6.io/k6/v2"
