/** Describes the service in compose.yaml for fhirdrill. With the package, the import is from "fhirdrill". */
import { defineConfig } from "../../harness/config.ts";

const service = (name: string) => ({ compose: { project: "fhir-staging", service: name } });
const here = import.meta.dirname;

export default defineConfig({
  systems: {
    staging: {
      is: "Two HAPI FHIR servers behind nginx, on a PostgreSQL that Patroni fails over",

      // Where clients write; and each server directly, bypassing nginx, for the reads at the end.
      fhir: {
        base: "http://127.0.0.1:8080/fhir",
        direct: { a: "http://127.0.0.1:8081/fhir", b: "http://127.0.0.1:8082/fhir" },
      },

      // What may be broken. Each must match exactly one container, with the label fhirdrill.allow=true.
      targets: {
        "database-a": { is: "database", site: "a", find: service("postgres-1") },
        "database-b": { is: "database", site: "b", find: service("postgres-2") },
        "server-a": { is: "server", site: "a", find: service("fhir-1") },
        "server-b": { is: "server", site: "b", find: service("fhir-2") },
      },

      // The primary is sampled throughout, which splits the RTO. Redundancy of both members is checked at the start.
      observe: {
        primary: { patroni: { a: "http://127.0.0.1:8008", b: "http://127.0.0.1:8009" } },
        redundant: { argv: [`${here}/redundant.sh`] },
      },
      switchover: {
        a: { argv: [`${here}/switchover.sh`, "postgres-2", "postgres-1"], timeoutSeconds: 60 },
        b: { argv: [`${here}/switchover.sh`, "postgres-1", "postgres-2"], timeoutSeconds: 60 },
      },

      // The objectives of a drill.
      objectives: { rtoSeconds: 60, rpoSeconds: 60 },

      // Limits that no other setting overrides.
      guard: { maxDowntimeSeconds: 120, maxRatePerSecond: 30, maxWrites: 10_000 },
    },
  },
});
