/**
 * Records which writes of the run the write-ahead log of a lost site names, before its database is started again: a system
 * that fails over by itself may rewind it then, and keeps nothing of what was there. It is read when the machine comes back,
 * so the return takes as much longer; that is recorded.
 */
import type { Side } from "../model/plan/side.ts";
import { SIDES } from "../model/plan/side.ts";
import { readWal } from "../probes/wal-writes.ts";
import type { Component } from "../system/component.ts";
import type { System } from "../system/system.ts";
import type { Recorder } from "./recorder.ts";

/** The same system, whose databases are started again only after their log was read. */
export function withWalRead(system: System, { run, now, wal }: Recorder): System {
  const { wal: files } = system;
  if (files === null) return system;
  const reading = (side: Side, component: Component): Component => ({
    ...component,
    startAgain: async () => {
      const { running, frozen } = await component.status();
      if (!running || frozen) wal(await readWal(files, side, "own", run.seed, now));
      return component.startAgain();
    },
  });
  const databaseAt = (name: string) => SIDES.find((side) => name === `pg-${side}`);
  const read = (name: string, component: Component) => {
    const side = databaseAt(name);
    return side === undefined ? component : reading(side, component);
  };
  return {
    ...system,
    component: (part) => read(part, system.component(part)),
    site: (side) => {
      const { beforeServer, server } = system.site(side);
      const machines = beforeServer.map(({ name, component }) => ({ name, component: read(name, component) }));
      return { beforeServer: machines, server };
    },
  };
}

/** What the archives of both sites hold when all is over. */
export async function recordArchives({ wal: files }: Pick<System, "wal">, { run, now, wal }: Recorder): Promise<void> {
  if (!files?.places.includes("archive")) return;
  for (const side of SIDES) wal(await readWal(files, side, "archive", run.seed, now));
}
