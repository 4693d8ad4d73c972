/**
 * Records which writes of the run are in the write-ahead log (WAL) of a lost site, before its database is started
 * again: a system that fails over by itself may rewind the database then and keep nothing of it.
 *
 * The WAL is read as soon as the site is lost, since it no longer changes. Reading it at the site's return would delay
 * that. When only one component is killed, nothing is read: it is back within a second.
 */
import { SITES, type SiteName } from "../model/plan/site.ts";
import { readWal } from "../probes/wal-writes.ts";
import type { Machine } from "../system/site.ts";
import type { System } from "../system/system.ts";
import type { Recorder } from "./recorder.ts";

type Recording = Pick<Recorder, "run" | "now" | "wal">;

export interface WalRecord {
  /**
   * The same system, but its WAL is read when a site is lost, and always before the database there is started again.
   */
  system: System;
  /** Resolves when no read is under way; never rejects. */
  atRest: () => Promise<void>;
}

export function recordWal(system: System, { run, now, wal }: Recording): WalRecord {
  const { wal: files } = system;
  const underWay: Partial<Record<SiteName, Promise<void>>> = {};
  if (files === null) return { system, atRest: async () => {} };
  const read = (side: SiteName) => {
    underWay[side] = readWal(files, side, "own", run.seed, now).then(wal);
  };
  const databaseOf = (side: SiteName, { name, component }: Machine): Machine => ({
    name,
    component: {
      ...component,
      kill: () => component.kill().then(() => read(side)),
      freeze: () => component.freeze().then(() => read(side)),
      startAgain: async () => {
        await underWay[side];
        return component.startAgain();
      },
    },
  });
  return {
    system: {
      ...system,
      site: (side) => {
        const { beforeServer, server } = system.site(side);
        const isDatabase = ({ name }: Machine) => name === `pg-${side}`;
        const machines = beforeServer.map((each) => (isDatabase(each) ? databaseOf(side, each) : each));
        return { beforeServer: machines, server };
      },
    },
    atRest: async () => void (await Promise.all(Object.values(underWay))),
  };
}

/** What the WAL archives of both sites hold after the drill. */
export async function recordArchives({ wal: files }: Pick<System, "wal">, { run, now, wal }: Recording): Promise<void> {
  if (!files?.places.includes("archive")) return;
  for (const side of SITES) wal(await readWal(files, side, "archive", run.seed, now));
}
