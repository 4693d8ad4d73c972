/**
 * One process of a running PostgreSQL dies by SIGKILL, as by a kernel that is out of memory. The server no longer
 * trusts its shared memory: it ends all sessions, recovers from its log, and serves again within a moment at the same
 * address.
 *
 * This cannot be undone. The fault is active while its witness is kept: a session from before the crash that received
 * the server's reason for ending it. It never clears by itself. Healing closes the witness; cleared: a new session
 * works.
 */
import type pg from "pg";
import type { Database } from "../system/database.ts";
import { type Evidence, fault } from "./fault.ts";

/** The SQLSTATE that a server sends to its sessions when another process has crashed (`crash_shutdown`). */
const CRASH = "57P02";
const CHECK_MS = 1000;

interface Witness {
  session: pg.Client;
  /** The SQLSTATE that it received. */
  endedBy: string | null;
}

export const databaseCrash = fault("database-crash", {
  needs: ["postgres"],
  arm: ({ postgres }, { side }) => {
    const database = postgres[side];
    let witness: Witness | null = null;
    return {
      inject: async () => {
        const [session, victim] = await Promise.all([database.connect(), database.connect()]);
        const present: Witness = { session, endedBy: null };
        session.on("notice", ({ code }) => {
          present.endedBy = code ?? null;
        });
        witness = present;
        const { rows } = await victim.query<{ pid: number }>("select pg_backend_pid() as pid");
        await database.killProcess(rows[0]?.pid as number);
        leave(victim);
      },
      evidence: async () => {
        if (witness === null) return checkNewSession(database);
        return { bit: witness.endedBy === CRASH, gone: false, detail: { sessionEndedBy: witness.endedBy } };
      },
      heal: async () => {
        if (witness !== null) leave(witness.session);
        witness = null;
      },
    };
  },
});

/** After a crash in place the server process is older than its helpers: only they were restarted. */
async function checkNewSession(database: Database): Promise<Evidence> {
  try {
    const [row] = await database.query<{ server: number; helpers: number }>(
      `select extract(epoch from now() - pg_postmaster_start_time())::float8 as server,
              extract(epoch from now() - backend_start)::float8 as helpers
         from pg_stat_activity where backend_type = 'checkpointer'`,
      [],
      CHECK_MS,
    );
    return { bit: false, gone: true, detail: { serverAgeSeconds: row?.server, helpersAgeSeconds: row?.helpers } };
  } catch (error) {
    return { bit: false, gone: false, detail: { why: String(error) } };
  }
}

/** Not awaited: the session may have ended already, or its server may not answer. */
function leave(session: pg.Client): void {
  void session.end().catch(() => {});
}
