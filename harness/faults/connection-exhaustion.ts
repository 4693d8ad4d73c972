/**
 * Another application with the FHIR server's database role takes every connection that PostgreSQL gives to ordinary
 * roles. The FHIR server's own sessions are ended first, so its pool must reconnect and is refused. The connections
 * reserved for administrators stay free.
 */
import pg from "pg";
import type { Database } from "../system/database.ts";
import { fault } from "./fault.ts";

const TOO_MANY_CONNECTIONS = "53300";
const WELCOME = "welcome";
const CHECK_MS = 2000;
const CONNECT_MS = 5000;
/** The pool reconnects as fast as it can; each round takes what it got. */
const ROUNDS = 100;
const AT_ONCE = 10;
/**
 * An ended session frees its slot some milliseconds later. Only continuous attempts take the slot before the pool does.
 */
const ATTEMPTS_MS = 100;
/**
 * A session that is still authenticating holds a slot but is not visible yet. So no new session may appear for this
 * long.
 */
const QUIET_MS = 1000;
/** The sessions of the FHIR server named by `$1`. */
const ITS_SESSIONS = "from pg_stat_activity where application_name = $1";
/** More than any of our servers allows. */
const MOST = 1000;

export const connectionExhaustion = fault("connection-exhaustion", {
  needs: ["postgres"],
  arm: ({ postgres }, { side }) => {
    const database = postgres[side];
    const ours: pg.Client[] = [];
    /**
     * The administrator's session, opened before the first connection is taken: a connection that is about to be refused
     * holds a slot for some milliseconds, and ten of these take the reserved slots too.
     */
    let admin: pg.Client | null = null;
    const check = async () => {
      const answer = await tryToConnect(database);
      const left = await sessionsOf(database, admin);
      return {
        // With a single session left in its pool, the FHIR server works as usual.
        bit: answer === TOO_MANY_CONNECTIONS && left === 0,
        gone: answer === WELCOME,
        detail: { side, answer, left, taken: ours.length },
      };
    };
    return {
      inject: async () => {
        admin = await database.connect(CONNECT_MS);
        let quietSinceMs = performance.now();
        for (let round = 0; round < ROUNDS; round += 1) {
          const before = ours.length;
          for (const endMs = performance.now() + ATTEMPTS_MS; performance.now() < endMs; )
            await takeAll(database, ours);
          // Quiet: the last round took no connection, and there was no session to end.
          if ((await endSessions(database, admin)) > 0 || ours.length > before) quietSinceMs = performance.now();
          else if (performance.now() - quietSinceMs >= QUIET_MS) return;
        }
        throw new Error(`HAPI ${side.toUpperCase()} still reconnects after ${ROUNDS} rounds`);
      },
      evidence: check,
      /**
       * The pool keeps trying to reconnect: the fault has cleared as soon as it holds one session, not only when
       * everybody can connect.
       */
      recheck: async () => {
        const seen = await check();
        return { ...seen, gone: seen.gone || (seen.detail.left ?? 0) > 0 };
      },
      heal: async () => {
        // Not awaited: a frozen server would never close its end. The evidence shows whether it closed them.
        for (const client of [admin, ...ours.splice(0)]) void client?.end().catch(() => {});
        admin = null;
      },
    };
  },
});

/** Takes connections until PostgreSQL refuses one because none is left. */
async function takeAll(database: Database, ours: pg.Client[]): Promise<void> {
  while (ours.length < MOST) {
    const tries = Array.from({ length: AT_ONCE }, () => database.connectAsClient(CONNECT_MS));
    const results = await Promise.allSettled(tries);
    for (const result of results) if (result.status === "fulfilled") ours.push(result.value);
    const refusals = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    if (refusals.some((error) => codeOf(error) === TOO_MANY_CONNECTIONS)) return;
    if (refusals.length > 0) throw refusals[0];
  }
  throw new Error(`PostgreSQL accepted ${MOST} connections and would accept more`);
}

/** How many sessions the FHIR server has; `null` if the database does not answer. */
async function sessionsOf({ side, query }: Database, admin: pg.Client | null): Promise<number | null> {
  const sql = `select ${ITS_SESSIONS}`;
  const asked = admin?.query(sql, [`hapi-${side}`]).then(({ rows }) => rows) ?? query(sql, [`hapi-${side}`], CHECK_MS);
  return (await asked.catch(() => null))?.length ?? null;
}

/** Ends the FHIR server's sessions; returns how many there were. */
async function endSessions({ side }: Database, admin: pg.Client): Promise<number> {
  const ended = await admin.query(`select pg_terminate_backend(pid) ${ITS_SESSIONS}`, [`hapi-${side}`]);
  return ended.rows.length;
}

/** Connects with the FHIR server's role; returns `WELCOME` or the error. */
async function tryToConnect(database: Database): Promise<string> {
  try {
    const client = await database.connectAsClient(CHECK_MS);
    try {
      await client.query("select 1");
      return WELCOME;
    } finally {
      void client.end().catch(() => {});
    }
  } catch (error) {
    return codeOf(error) ?? String(error);
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}
