/**
 * One process of a running PostgreSQL dies by SIGKILL, as by a kernel that is out of memory: the server trusts its shared
 * memory no more, ends all sessions, recovers from its log, and serves again by itself within a moment, under the same
 * address.
 *
 * What happened cannot be taken back. It bites as long as somebody looks through the eyes of a session that was there
 * before, and which the server told why it had to end: that never ceases by itself. Healing lets go of that session, and is
 * done when a new one works.
 */
import type pg from "pg";
import type { FaultOf } from "../model/fault.ts";
import type { Postgres } from "../topology/postgres.ts";
import type { Evidence, Fault } from "./fault.ts";

/** What a server says to its sessions when another process has crashed (crash_shutdown). */
const CRASH = "57P02";
const LOOK_MS = 1000;

interface Witness {
  session: pg.Client;
  toldBy: string | null;
}

export const databaseCrash: Fault<FaultOf<"database-crash">> = {
  arm: (topology, { side }) => {
    let witness: Witness | null = null;
    return {
      inject: async () => {
        const postgres = topology.postgres[side];
        const [session, victim] = await Promise.all([postgres.connect(), postgres.connect()]);
        const present: Witness = { session, toldBy: null };
        session.on("notice", ({ code }) => {
          present.toldBy = code ?? null;
        });
        witness = present;
        const { rows } = await victim.query<{ pid: number }>("select pg_backend_pid() as pid");
        const killed = await postgres.container.exec(["sh", "-c", `kill -KILL ${rows[0]?.pid}`]);
        if (killed.exitCode !== 0) throw new Error(`kill: ${killed.output.trim()}`);
        leave(victim);
      },
      evidence: async () => {
        if (witness === null) return lookAnew(topology.postgres[side]);
        return { bit: witness.toldBy === CRASH, gone: false, detail: { sessionEndedBy: witness.toldBy } };
      },
      heal: async () => {
        if (witness !== null) leave(witness.session);
        witness = null;
      },
    };
  },
};

/** A server that crashed in place is older than its helpers: it was not started again, and they were. */
async function lookAnew(postgres: Postgres): Promise<Evidence> {
  try {
    const [row] = await postgres.query<{ server: number; helpers: number }>(
      `select extract(epoch from now() - pg_postmaster_start_time())::float8 as server,
              extract(epoch from now() - backend_start)::float8 as helpers
         from pg_stat_activity where backend_type = 'checkpointer'`,
      [],
      LOOK_MS,
    );
    return { bit: false, gone: true, detail: { serverAgeSeconds: row?.server, helpersAgeSeconds: row?.helpers } };
  } catch (error) {
    return { bit: false, gone: false, detail: { why: String(error) } };
  }
}

/** It may be gone already, or its server may be silent: nobody waits for its good-bye. */
function leave(session: pg.Client): void {
  void session.end().catch(() => {});
}
