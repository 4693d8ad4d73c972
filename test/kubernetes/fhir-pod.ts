/** A server in a pod that accepts every write and logs it: for a load of which every request must be accounted for. */
import { CoreV1Api } from "@kubernetes/client-node";
import { until } from "../../harness/system/waiting.ts";
import type { Node } from "./cluster-node.ts";

/**
 * A process for each connection. Its standard output has a line for each request: method, path, request id,
 * authorization.
 */
const SERVER = String.raw`
use strict; use IO::Socket::INET; $| = 1; $SIG{CHLD} = "IGNORE";
my $listen = IO::Socket::INET->new(LocalPort => 8080, Listen => 200, ReuseAddr => 1) or die $!;
while (1) {
  my $client = $listen->accept or next;
  if (fork) { close $client; next }
  while (defined(my $first = <$client>)) {
    my ($method, $path) = split / /, $first; my %head;
    while (defined(my $line = <$client>)) { $line =~ s/\r?\n//; last if $line eq ""; $head{lc $1} = $2 if $line =~ /^([^:]+): *(.*)/ }
    read($client, my $body, $head{"content-length"}) if $head{"content-length"};
    syswrite STDOUT, join(" ", $method, $path, $head{"x-request-id"} || "-", $head{authorization} || "-") . "\n";
    my $status = "201 Created";
    if ($path =~ m{/Basic/start-}) {
      if ($method eq "PUT") { open my $f, ">", "/tmp/started"; close $f } else { $status = -e "/tmp/started" ? "200 OK" : "404 Not Found" }
    }
    my $id = $head{"x-request-id"} || "none";
    print $client "HTTP/1.1 $status\r\nContent-Length: 0\r\nETag: W/\"1\"\r\nLocation: http://server/fhir/Patient/$id/_history/1\r\n\r\n";
  }
  exit;
}`;

export interface FhirPod {
  /** For pods of the namespace. */
  inCluster: string;
  /** Starts the load. */
  giveSignal: (path: string) => Promise<void>;
  /** The accepted writes. */
  took: () => Promise<{ id: string; authorization: string }[]>;
}

export async function startFhirPod(node: Node, namespace: string, name: string): Promise<FhirPod> {
  const core = node.config.makeApiClient(CoreV1Api);
  const labels = { app: name };
  await core.createNamespacedPod({
    namespace,
    body: {
      metadata: { name, labels },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [{ name: "server", image: "nicolaka/netshoot:v0.14", command: ["perl", "-e", SERVER] }],
      },
    },
  });
  const ports = [{ port: 8080 }];
  await core.createNamespacedService({
    namespace,
    body: { metadata: { name }, spec: { type: "NodePort", selector: labels, ports } },
  });
  const { spec } = await core.readNamespacedService({ name, namespace });
  const outside = `http://${node.address}:${spec?.ports?.[0]?.nodePort}/fhir`;
  await until(
    { what: "the server's first answer", deadlineMs: 60_000 },
    async () => (await fetch(`${outside}/metadata`)).ok,
  );
  return {
    inCluster: `http://${name}.${namespace}.svc.cluster.local:8080/fhir`,
    giveSignal: async (path) => {
      await fetch(`${outside}/${path}`, { method: "PUT" });
    },
    took: async () => {
      const log = await core.readNamespacedPodLog({ name, namespace });
      const requests = log.split("\n").map((line) => line.split(" "));
      return requests
        .filter(([method, path = ""]) => (method === "PUT" || method === "POST") && !path.includes("/Basic/start-"))
        .map(([, , id = "", ...authorization]) => ({ id, authorization: authorization.join(" ") }));
    },
  };
}
