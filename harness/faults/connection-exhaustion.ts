/**
 * Another application with the FHIR server's database role takes every connection that PostgreSQL gives to ordinary
 * roles. The FHIR server's own connections have just been ended, so its pool must reconnect and is refused. The
 * connections reserved for administrators stay free.
 */
import pg from "pg";
import type { Database } from "../system/database.ts";
import { fault } from "./fault.ts";

const TOO_MANY_CONNECTIONS = "53300";
const WELCOME = "welcome";
const LOOK_MS = 2000;
const CONNECT_MS = 5000;
/** The pool reconnects as fast as it can; each round takes what it got. */
const ROUNDS = 100;
const AT_ONCE = 10;
/**
 * An ended session frees its slot some milliseconds later. Trying all the time is what gets the slot before the pool
 * does.
 */
const ASK_MS = 100;
/**
 * A session that is still being authenticated holds a slot but is not visible yet, so none may have appeared for this
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
     * The administrator's session, from before the first is taken: one that is about to be refused holds a slot for some
     * milliseconds, and ten of these take the reserved ones too.
     */
    let admin: pg.Client | null = null;
    const look = async () => {
      const answer = await knock(database);
      const left = await sessionsOf(database, admin);
      return {
        // With a single session left in its pool, the server works as usual.
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
          for (const endMs = performance.now() + ASK_MS; performance.now() < endMs; ) await takeAll(database, ours);
          // Nothing may be left to take, neither from our last round nor from the sessions just ended.
          if ((await endSessions(database, admin)) > 0 || ours.length > before) quietSinceMs = performance.now();
          else if (performance.now() - quietSinceMs >= QUIET_MS) return;
        }
        throw new Error(`HAPI ${side.toUpperCase()} came back again and again, for ${ROUNDS} rounds`);
      },
      evidence: look,
      /**
       * The pool keeps trying to come back: the fault has cleared as soon as it holds one session, not only when all
       * can connect.
       */
      recheck: async () => {
        const seen = await look();
        return { ...seen, gone: seen.gone || (seen.detail.left ?? 0) > 0 };
      },
      heal: async () => {
        // Not awaited: a frozen server would never close its end. The evidence shows whether it let them go.
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
  throw new Error(`PostgreSQL gave out ${MOST} connections and would give more`);
}

/** How many sessions the FHIR server has; `null` if the database does not answer. */
async function sessionsOf({ side, query }: Database, admin: pg.Client | null): Promise<number | null> {
  const sql = `select ${ITS_SESSIONS}`;
  const asked = admin?.query(sql, [`hapi-${side}`]).then(({ rows }) => rows) ?? query(sql, [`hapi-${side}`], LOOK_MS);
  return (await asked.catch(() => null))?.length ?? null;
}

/** Ends the FHIR server's sessions; returns how many there were. */
async function endSessions({ side }: Database, admin: pg.Client): Promise<number> {
  const ended = await admin.query(`select pg_terminate_backend(pid) ${ITS_SESSIONS}`, [`hapi-${side}`]);
  return ended.rows.length;
}

/** Connects with the FHIR server's role; returns `WELCOME` or the error. */
async function knock(database: Database): Promise<string> {
  try {
    const client = await database.connectAsClient(LOOK_MS);
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
