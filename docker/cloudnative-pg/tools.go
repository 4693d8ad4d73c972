//go:build tools

// Package tools names the operator as a dependency, so that go.mod and go.sum list all it is built from.
package tools

import _ "github.com/cloudnative-pg/cloudnative-pg/cmd/manager"
