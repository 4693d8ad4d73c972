import { expect, test } from "vitest";
import { plantedParts } from "../check/planted-run.ts";
import { regionLoss } from "../faults/region-loss.ts";
import { writeId } from "../model/load/write.ts";
import type { Side } from "../model/plan/side.ts";
import type { WalLine, WalPlace } from "../model/record/wal.ts";
import type { Component } from "../system/component.ts";
import type { System } from "../system/system.ts";
import { bareComponent, bareLinks, bareSystem } from "../system/testing/bare-system.ts";
import type { Recorder } from "./recorder.ts";
import { recordArchives, withWalRead } from "./wal-record.ts";

const { run } = plantedParts();

/** What happens, in order: machines are started, and logs are read. */
function staged(states: Partial<Record<string, { running: boolean; frozen: boolean }>>, places: WalPlace[] = ["own"]) {
  const acts: string[] = [];
  const lines: WalLine[] = [];
  const component = (name: string): Component =>
    bareComponent({
      status: async () => states[name] ?? { running: false, frozen: false },
      startAgain: async () => {
        acts.push(`${name} starts`);
        return true;
      },
    });
  const machine = (name: string) => ({ name, component: component(name) });
  const system: System = bareSystem({
    component,
    links: bareLinks({ setEnabled: async () => {} }),
    site: (side) => ({
      beforeServer: ["etcd", "pg", "haproxy"].map((kind) => machine(`${kind}-${side}`)),
      server: machine(`hapi-${side}`),
    }),
    wal: {
      places,
      read: async function* (side: Side, of: WalPlace) {
        acts.push(`${of} log of ${side} is read`);
        yield { name: "other", content: Buffer.from(writeId(run.seed, 7)) };
      },
    },
  });
  const recorder = { run, now: () => 5000, wal: (line: WalLine) => void lines.push(line) } as unknown as Recorder;
  return { acts, lines, system, recorder, read: withWalRead(system, recorder) };
}

test("when a region comes back, its database's log is read before the database is started", async () => {
  const { acts, lines, read } = staged({});
  await regionLoss.arm(read, { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0 }).heal();
  expect(acts).toEqual(["etcd-a starts", "own log of a is read", "pg-a starts", "haproxy-a starts", "hapi-a starts"]);
  expect(lines).toMatchObject([{ type: "wal", side: "a", of: "own", atMs: 5000, segments: 0 }]);
});

test("so is that of a database that is frozen, for it is killed before it comes back; a running one is left alone", async () => {
  const { acts, read } = staged({ "pg-a": { running: true, frozen: true }, "pg-b": { running: true, frozen: false } });
  for (const part of ["pg-a", "pg-b", "hapi-a"] as const) await read.component(part).startAgain();
  expect(acts).toEqual(["own log of a is read", "pg-a starts", "pg-b starts", "hapi-a starts"]);
});

test("where an operator saves what is stranded, nothing is read", async () => {
  const { acts, system, recorder } = staged({});
  const other = { ...system, wal: null };
  expect(withWalRead(other, recorder)).toBe(other);
  await recordArchives(other, recorder);
  expect(acts).toEqual([]);
});

test("archives are read at the end, where there are some", async () => {
  const without = staged({});
  await recordArchives(without.system, without.recorder);
  expect(without.acts).toEqual([]);
  const { acts, lines, system, recorder } = staged({}, ["own", "archive"]);
  await recordArchives(system, recorder);
  expect(acts).toEqual(["archive log of a is read", "archive log of b is read"]);
  expect(lines.map(({ side, of }) => [side, of])).toEqual([
    ["a", "archive"],
    ["b", "archive"],
  ]);
});
