/**
 * The disk of a database is full, and whoever filled it takes every block that comes free: nothing can be added, and
 * PostgreSQL may die when its log cannot grow. Healed, the other's file is gone, and a server that died was started again.
 * The side's disk is a small one of its own; see `topology/disk.ts`.
 */

import { reasonOf } from "../model/failure.ts";
import type { FaultOf } from "../model/fault.ts";
import { until } from "../system/waiting.ts";
import { DISK_PATH, type Disk } from "../topology/disk.ts";
import { startAgain } from "../topology/parts.ts";
import type { Postgres } from "../topology/postgres.ts";
import type { Topology } from "../topology/topology.ts";
import type { Fault } from "./fault.ts";

const FLAG = "/tmp/filling";
const BALLAST = `${DISK_PATH}/ballast`;
/** Fills for as long as the flag is there, and leaves nothing behind. */
const FILL = `
  touch ${FLAG}
  ( while [ -e ${FLAG} ]; do
      dd if=/dev/zero of=${BALLAST} bs=64k oflag=append conv=notrunc
      sleep 0.1
    done
    rm -f ${BALLAST} ) > /dev/null 2>&1 &`;

const WRITE_MS = 5000;
/** Two megabytes that do not shrink, in a table that is gone with the session. */
const WRITE = `create temp table fhirdrill_full as
  select repeat(md5(g::text), 60) as filling from generate_series(1, 1000) as g`;

export const diskFull: Fault<FaultOf<"disk-full">> = {
  arm: (topology, { side }) => ({
    inject: async () => void (await run(diskOf(topology, side), FILL)),
    evidence: async () => {
      const freeBytes = await freeOn(diskOf(topology, side));
      const write = await tryToWrite(topology.postgres[side]);
      return {
        bit: freeBytes === 0 && write !== "done",
        gone: freeBytes > 0 && write === "done",
        detail: { side, freeBytes, write },
      };
    },
    /** That nothing is free: to try to write may take seconds. */
    recheck: async () => {
      const freeBytes = await freeOn(diskOf(topology, side));
      return { bit: freeBytes === 0, detail: { side, freeBytes } };
    },
    heal: async () => {
      const disk = diskOf(topology, side);
      await run(disk, `rm -f ${FLAG}`);
      const waiting = { what: `room on the disk of ${side.toUpperCase()}`, deadlineMs: 10_000, everyMs: 100 };
      await until(waiting, async () => (await freeOn(disk)) > 0);
      await startAgain(topology, `pg-${side}`);
    },
  }),
};

function diskOf({ disks }: Topology, side: "a" | "b"): Disk {
  const disk = disks[side];
  if (disk === undefined) throw new Error(`side ${side.toUpperCase()} has no disk of its own that could be filled`);
  return disk;
}

async function freeOn(disk: Disk): Promise<number> {
  const free = Number((await run(disk, `df --output=avail -B1 ${DISK_PATH} | tail -n 1`)).trim());
  if (Number.isNaN(free)) throw new Error("df says nothing of the disk");
  return free;
}

async function tryToWrite(postgres: Postgres): Promise<string> {
  try {
    await postgres.query(WRITE, [], WRITE_MS);
    return "done";
  } catch (error) {
    return reasonOf(error);
  }
}

async function run({ container }: Disk, command: string): Promise<string> {
  const done = await container.exec(["sh", "-c", command]);
  if (done.exitCode !== 0) throw new Error(`${command.trim().split("\n")[0]}: ${done.output.trim()}`);
  return done.stdout;
}
