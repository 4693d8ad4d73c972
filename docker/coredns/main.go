// CoreDNS with the plugins that a client network's resolver needs, and no others.
package main

import (
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"

	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/file"
	_ "github.com/coredns/coredns/plugin/log"
	_ "github.com/coredns/coredns/plugin/template"
)

func main() {
	// In the order in which the published image asks them.
	dnsserver.Directives = []string{"errors", "log", "template", "file"}
	coremain.Run()
}
