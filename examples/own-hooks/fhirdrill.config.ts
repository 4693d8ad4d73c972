/**
 * The service in ../own-compose, described by programs only: for systems without containers, or on another machine.
 * With the package, the import is from "fhirdrill".
 */
import { defineConfig } from "../../harness/config.ts";

const here = import.meta.dirname;
const databaseA = ["fhir-staging-postgres-1-1", "http://127.0.0.1:8008/liveness"] as const;
const serverA = ["fhir-staging-fhir-1-1", "http://127.0.0.1:8081/actuator/health"] as const;

/** Three programs: one breaks it, one checks it, and one heals it. After ttlSeconds the fault ends by itself. */
function broken(how: "kill" | "pause", [container, url]: readonly [string, string]) {
  const argv = (program: string, ...rest: string[]): [string, ...string[]] => [`${here}/${program}`, ...rest];
  return {
    inject: { argv: argv("break.sh", how, container), timeoutSeconds: 30 },
    evidence: { argv: argv("look.sh", url) },
    heal: { argv: argv("mend.sh", container), timeoutSeconds: 30 },
    ttlSeconds: 180,
  };
}

export default defineConfig({
  systems: {
    staging: {
      is: "Two HAPI FHIR servers behind nginx, on a PostgreSQL that Patroni fails over",
      fhir: {
        base: "http://127.0.0.1:8080/fhir",
        direct: { a: "http://127.0.0.1:8081/fhir", b: "http://127.0.0.1:8082/fhir" },
      },

      // No container's label is checked here, so a program must prove which environment this is.
      expect: { environment: "fhir-staging", proof: { argv: [`${here}/environment.sh`] } },

      hooks: {
        "database-a-killed": broken("kill", databaseA),
        "database-a-paused": broken("pause", databaseA),
        "server-a-killed": broken("kill", serverA),
      },

      observe: { primary: { run: { argv: [`${here}/primary.sh`] } } },
      objectives: { rtoSeconds: 60, rpoSeconds: 60 },
      guard: { maxDowntimeSeconds: 120, maxRatePerSecond: 30, maxWrites: 10_000 },
    },
  },

  // Patroni waits for half a minute before it fails over. If the database came back sooner, there would be no failover.
  scenarios: [
    {
      name: "database-a-away",
      asks: "Database A is killed under load and comes back after 90 s. Which writes are lost, and how long can nobody write?",
      goodAnswer: "Patroni makes B the primary, and every acknowledged write is served. A follows B when it is back.",
      load: {
        ratePerSecond: 20,
        mix: { put: 5, post: 3, bundle: 1, update: 1 },
        ...{ warmUpSeconds: 15, baselineSeconds: 10, afterSeconds: 30, timeoutSeconds: 5 },
      },
      faults: [{ kind: "hook", hook: "database-a-killed", side: "a", afterSeconds: 0, healAfterSeconds: 90 }],
      disaster: 0,
    },
  ],
});
