import { expect, test } from "vitest";
import { fakeParts } from "../check/testing/fake-run.ts";
import { regionLoss } from "../faults/region-loss.ts";
import type { SiteName } from "../model/plan/site.ts";
import type { WalLine, WalPlace } from "../model/record/wal.ts";
import type { System } from "../system/system.ts";
import { bareComponent, bareLinks, bareSystem } from "../system/testing/bare-system.ts";
import { recordArchives, recordWal } from "./wal-record.ts";

const { run } = fakeParts();

/** What happens, in order: machine starts and WAL reads. Each read lasts until `finish` is called. */
function staged(places: WalPlace[] = ["own"]) {
  const acts: string[] = [];
  const lines: WalLine[] = [];
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
  const component = (name: string) =>
    bareComponent({
      kill: async () => {},
      freeze: async () => {},
      startAgain: async () => acts.push(`${name} starts`) > 0,
    });
  const machine = (name: string) => ({ name, component: component(name) });
  const system: System = bareSystem({
    component,
    links: bareLinks({ setEnabled: async () => {}, addToxic: async () => {}, removeToxic: async () => {} }),
    site: (side) => ({
      beforeServer: ["etcd", "pg", "haproxy"].map((kind) => machine(`${kind}-${side}`)),
      server: machine(`hapi-${side}`),
    }),
    wal: {
      places,
      read: async function* (side: SiteName, of: WalPlace) {
        acts.push(`${of} log of ${side} is read`);
        await finished;
        acts.push("to its end");
        yield* [];
      },
    },
  });
  const recorder = { run, now: () => 5000, wal: (line: WalLine) => void lines.push(line) };
  return { acts, lines, finish, system, recorder, record: recordWal(system, recorder) };
}
const LOSS = { kind: "region-loss", side: "a", afterSeconds: 0 } as const;

test.each(["refusal", "silence"] as const)(
  "when a region is lost by %s, its log is read, and its database is started only after that",
  async (how) => {
    const { acts, lines, finish, record } = staged();
    const loss = regionLoss.arm(record.system, { ...LOSS, how });
    await loss.inject();
    expect(acts).toEqual(["own log of a is read"]);
    const healed = loss.heal();
    const read = record.atRest();
    await new Promise(setImmediate);
    expect([acts, lines]).toEqual([["own log of a is read", "etcd-a starts"], []]);
    finish();
    await read;
    expect(lines).toMatchObject([{ type: "wal", side: "a", of: "own", atMs: 5000, segments: 0 }]);
    await healed;
    expect(acts.slice(2)).toEqual(["to its end", "pg-a starts", "haproxy-a starts", "hapi-a starts"]);
  },
);

test("each loss causes a read of its own; a component killed alone is started at once", async () => {
  const { acts, lines, finish, record } = staged();
  finish();
  const { beforeServer } = record.system.site("b");
  for (const { component } of [...beforeServer, ...beforeServer]) await component.kill();
  await record.atRest();
  expect(acts.filter((act) => act.endsWith("is read"))).toEqual(["own log of b is read", "own log of b is read"]);
  expect(lines).toHaveLength(2);
  await record.system.component("pg-a").kill();
  await record.system.component("pg-a").startAgain();
  expect(acts.at(-1)).toBe("pg-a starts");
  expect(acts).toHaveLength(5);
});

test("nothing is read when an operator saves what is stranded", async () => {
  const { acts, system, recorder } = staged();
  const other = { ...system, wal: null };
  const { system: same, atRest } = recordWal(other, recorder);
  expect(same).toBe(other);
  await Promise.all([atRest(), recordArchives(other, recorder)]);
  expect(acts).toEqual([]);
});

test("archives are read at the end, if there are any", async () => {
  const without = staged();
  await recordArchives(without.system, without.recorder);
  expect(without.acts).toEqual([]);
  const { lines, finish, system, recorder } = staged(["own", "archive"]);
  finish();
  await recordArchives(system, recorder);
  expect(lines.map(({ side, of }) => [side, of])).toEqual([
    ["a", "archive"],
    ["b", "archive"],
  ]);
});
