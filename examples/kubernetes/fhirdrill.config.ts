/** Describes the service of these manifests for fhirdrill. With the package, the import is from "fhirdrill". */
import { defineConfig } from "../../harness/config.ts";

/** The cluster's context in the kubeconfig, and an address of one of its nodes that this machine can reach. */
const { FHIR_CONTEXT = "kind-kind", FHIR_NODE = "127.0.0.1" } = process.env;
const server = (site: string) => ({ pod: { app: "fhir", site } });
const instance = (name: string) => ({ pod: { "cnpg.io/cluster": "fhir-db", "cnpg.io/instanceName": name } });

export default defineConfig({
  systems: {
    kubernetes: {
      is: "Two HAPI FHIR servers on a PostgreSQL of two instances that CloudNativePG fails over, in Kubernetes",

      // The namespace has the annotation fhirdrill.allow. The load runs in the cluster, and uses the service's name.
      kubernetes: {
        context: FHIR_CONTEXT,
        namespace: "fhir-staging",
        base: "http://fhir.fhir-staging:8080/fhir",
      },

      // The same service as this machine reaches it; and each server directly, for the reads at the end.
      fhir: {
        base: `http://${FHIR_NODE}:30080/fhir`,
        direct: { a: `http://${FHIR_NODE}:30081/fhir`, b: `http://${FHIR_NODE}:30082/fhir` },
      },

      // What may be broken. Each must match exactly one pod.
      targets: {
        "database-a": { is: "database", site: "a", find: instance("fhir-db-1") },
        "database-b": { is: "database", site: "b", find: instance("fhir-db-2") },
        "server-a": { is: "server", site: "a", find: server("a") },
        "server-b": { is: "server", site: "b", find: server("b") },
      },

      // The primary is sampled throughout, which splits the RTO. Redundancy of both instances is checked at the start.
      observe: {
        primary: { cnpg: { cluster: "fhir-db", sites: { a: "fhir-db-1", b: "fhir-db-2" } } },
        redundant: { argv: ["./redundant.sh", FHIR_CONTEXT] },
      },
      switchover: {
        a: { argv: ["./switchover.sh", FHIR_CONTEXT, "fhir-db-1"], timeoutSeconds: 60 },
        b: { argv: ["./switchover.sh", FHIR_CONTEXT, "fhir-db-2"], timeoutSeconds: 60 },
      },

      // The objectives of a drill.
      objectives: { rtoSeconds: 60, rpoSeconds: 60 },

      // Limits that no other setting overrides.
      guard: { maxDowntimeSeconds: 120, maxRatePerSecond: 30, maxWrites: 10_000 },
    },
  },
});
