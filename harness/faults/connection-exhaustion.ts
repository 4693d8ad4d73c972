/**
 * Another application that uses the FHIR server's database role takes every connection that PostgreSQL gives out to
 * ordinary roles, and the FHIR server's own have just ended: its pool must connect anew, and is refused. The few that the
 * server keeps for administrators remain.
 */
import pg from "pg";
import type { Database } from "../system/database.ts";
import { fault } from "./fault.ts";

const TOO_MANY_CONNECTIONS = "53300";
const WELCOME = "welcome";
const LOOK_MS = 2000;
const CONNECT_MS = 5000;
/** The pool tries to come back as fast as it can; each round takes away what it got. */
const ROUNDS = 100;
const AT_ONCE = 10;
/** A session that is ended leaves its room some milliseconds later: whoever asks all the time then gets it. */
const ASK_MS = 100;
/** A session that is still being let in has its room, and is seen by nobody: so long none may have appeared. */
const QUIET_MS = 1000;
/** The sessions of the FHIR server that is named. */
const ITS_SESSIONS = "from pg_stat_activity where application_name = $1";
/** More than any server of ours gives out. */
const MOST = 1000;

export const connectionExhaustion = fault("connection-exhaustion", {
  needs: ["postgres"],
  arm: ({ postgres }, { side }) => {
    const database = postgres[side];
    const ours: pg.Client[] = [];
    const look = async () => {
      const answer = await knock(database);
      const left = await sessionsOf(database);
      return {
        // With one session of its pool the server goes on as if nothing were the matter.
        bit: answer === TOO_MANY_CONNECTIONS && left === 0,
        gone: answer === WELCOME,
        detail: { side, answer, left, taken: ours.length },
      };
    };
    return {
      inject: async () => {
        let quietSinceMs = performance.now();
        for (let round = 0; round < ROUNDS; round += 1) {
          const before = ours.length;
          for (const endMs = performance.now() + ASK_MS; performance.now() < endMs; ) await takeAll(database, ours);
          // Of ours of a moment ago and those that were ended, nothing may be left to take.
          if ((await endSessions(database)) > 0 || ours.length > before) quietSinceMs = performance.now();
          else if (performance.now() - quietSinceMs >= QUIET_MS) return;
        }
        throw new Error(`HAPI ${side.toUpperCase()} came back again and again, for ${ROUNDS} rounds`);
      },
      evidence: look,
      /** The server's pool tries to come back all the time: it is over when it got one session, and not when all can. */
      recheck: async () => {
        const seen = await look();
        return { ...seen, gone: seen.gone || (seen.detail.left ?? 0) > 0 };
      },
      heal: async () => {
        // Not awaited: a server that stands still would not say good-bye. Whether it let them go, the evidence tells.
        for (const client of ours.splice(0)) void client.end().catch(() => {});
      },
    };
  },
});

/** Until one is refused for want of connections. */
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

/** How many the FHIR server has; `null` if the database does not tell. */
async function sessionsOf({ side, query }: Database): Promise<number | null> {
  const found = await query(`select ${ITS_SESSIONS}`, [`hapi-${side}`], LOOK_MS).catch(() => null);
  return found?.length ?? null;
}

/** How many the FHIR server still had. */
async function endSessions({ side, query }: Database): Promise<number> {
  const ended = await query(`select pg_terminate_backend(pid) ${ITS_SESSIONS}`, [`hapi-${side}`]);
  return ended.length;
}

/** What somebody hears who comes with the FHIR server's role. */
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
