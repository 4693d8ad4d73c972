/**
 * A database's disk is full, and the filler takes every block that becomes free: nothing can be added, and PostgreSQL
 * may die when its WAL cannot grow. Healing removes the filler's file and starts a server that died. The disk is a
 * small one that only this database uses, see `systems/lab/disk.ts`.
 */

import { reasonOf } from "../model/program/failure.ts";
import type { Database } from "../system/database.ts";
import type { Disk } from "../system/disk.ts";
import { until } from "../system/waiting.ts";
import { fault } from "./fault.ts";

const FLAG = "/tmp/filling";
const ballastOn = ({ path }: Disk) => `${path}/ballast`;
/** Fills the disk while the flag exists, then removes what it wrote. */
const fill = (ballast: string) => `
  touch ${FLAG}
  ( while [ -e ${FLAG} ]; do
      dd if=/dev/zero of=${ballast} bs=64k oflag=append conv=notrunc
      sleep 0.1
    done
    rm -f ${ballast} ) > /dev/null 2>&1 &`;

const WRITE_MS = 5000;
/** Two megabytes that do not compress, in a table that ends with the session. */
const WRITE = `create temp table fhirdrill_full as
  select repeat(md5(g::text), 60) as filling from generate_series(1, 1000) as g`;

export const diskFull = fault("disk-full", {
  needs: ["disks", "postgres", "component"],
  arm: ({ disks, postgres, component }, { side }) => {
    const disk = () => {
      const own = disks[side];
      if (own === undefined) throw new Error(`site ${side.toUpperCase()} has no disk of its own to fill`);
      return own;
    };
    return {
      inject: async () => void (await disk().run(fill(ballastOn(disk())))),
      evidence: async () => {
        const freeBytes = await freeOn(disk());
        const write = await tryToWrite(postgres[side]);
        return {
          bit: freeBytes === 0 && write !== "done",
          gone: freeBytes > 0 && write === "done",
          detail: { side, freeBytes, write },
        };
      },
      /** Checks only that no space is free: trying to write may take seconds. */
      recheck: async () => {
        const freeBytes = await freeOn(disk());
        return { bit: freeBytes === 0, detail: { side, freeBytes } };
      },
      heal: async () => {
        await disk().run(`rm -f ${FLAG}`);
        const waiting = { what: `free space on the disk of ${side.toUpperCase()}`, deadlineMs: 10_000, everyMs: 100 };
        await until(waiting, async () => (await freeOn(disk())) > 0);
        await component(`pg-${side}`).startAgain();
      },
    };
  },
});

async function freeOn({ path, run }: Disk): Promise<number> {
  const free = Number((await run(`df --output=avail -B1 ${path} | tail -n 1`)).trim());
  if (Number.isNaN(free)) throw new Error("df reports no free space for the disk");
  return free;
}

async function tryToWrite(database: Database): Promise<string> {
  try {
    await database.query(WRITE, [], WRITE_MS);
    return "done";
  } catch (error) {
    return reasonOf(error);
  }
}
