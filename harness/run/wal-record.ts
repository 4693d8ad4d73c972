/**
 * Records which writes of the run the write-ahead log of a lost site names, before its database is started again: a system
 * that fails over by itself may rewind it then, and keeps nothing of what was there.
 *
 * It is read as soon as the site is lost, since it does not change any more. Read when the site comes back, it would delay
 * the return. Where a component alone is killed, nothing is read: that is back within a second.
 */
import { SITES, type SiteName } from "../model/plan/site.ts";
import { readWal } from "../probes/wal-writes.ts";
import type { Machine } from "../system/site.ts";
import type { System } from "../system/system.ts";
import type { Recorder } from "./recorder.ts";

type Recording = Pick<Recorder, "run" | "now" | "wal">;

export interface WalRecord {
  /** The same system, which begins to read when a site is lost, and has finished before the database there is started. */
  system: System;
  /** Resolves when nothing is being read; never rejects. */
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

/** What the archives of both sites hold when all is over. */
export async function recordArchives({ wal: files }: Pick<System, "wal">, { run, now, wal }: Recording): Promise<void> {
  if (!files?.places.includes("archive")) return;
  for (const side of SITES) wal(await readWal(files, side, "archive", run.seed, now));
}
