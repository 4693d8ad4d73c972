import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ContainerTarget } from "../../system/target.ts";
import type { FoundTarget } from "./find.ts";
import { Journal, readJournal } from "./journal.ts";
import { targetOf } from "./target.ts";
import { aContainer, type MadeUp, madeUpEngine } from "./testing/made-up-engine.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fhirdrill-target-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function aTarget(has: Partial<MadeUp> = {}) {
  const container = aContainer("shop-db-1", has);
  const made = madeUpEngine(container);
  const found: FoundTarget = {
    ...{ name: "db", is: "database", side: "a", id: container.id, container: container.name },
    ...{ image: "any:1", running: true, allows: true },
  };
  const journal = new Journal(folder, null);
  const target = targetOf(found, { run: "run-1", engine: made.engine, tools: "tools:1", journal, ttlSeconds: 60 });
  return { made, container, target };
}
const entries = () => readJournal(folder).map(({ fault, healed }) => [fault, healed?.seen ?? null]);

interface Setup {
  fault: string;
  does: (target: ContainerTarget) => Promise<void>;
  /** What is asked of the engine for that, when the switch stands. */
  asks: string[];
  heals: (target: ContainerTarget) => Promise<unknown>;
  seen: string;
}
const WAYS: Setup[] = [
  {
    fault: "target-loss",
    does: (it) => it.kill(),
    asks: ["kill shop-db-1"],
    heals: (it) => it.startAgain(),
    seen: "it runs and is not frozen",
  },
  {
    fault: "target-crash",
    does: (it) => it.crash(),
    asks: ["kill -KILL 7"],
    heals: (it) => it.startAgain(),
    seen: "it runs and is not frozen",
  },
  {
    fault: "target-freeze",
    does: (it) => it.freeze(),
    asks: ["pause shop-db-1"],
    heals: (it) => it.thaw(),
    seen: "it runs and is not frozen",
  },
  {
    fault: "target-isolation",
    does: (it) => it.isolate(),
    asks: [],
    heals: (it) => it.rejoin(),
    seen: "it runs, is not frozen, and nothing of ours is in its network",
  },
  {
    fault: "target-starvation",
    does: (it) => it.limitProcessor(0.1),
    asks: ['update shop-db-1 {"CpuQuota":10000}'],
    heals: (it) => it.restoreProcessor(),
    seen: "it runs, is not frozen, and has the processors that it had",
  },
];

test.each(WAYS)("$fault is on disk first, then armed, then done; healed and seen, it is neither", async (way) => {
  const { made, target } = aTarget();
  made.onChange = () => expect(entries()).toEqual([[way.fault, null]]);
  await way.does(target);
  expect(made.changes).toEqual(["switch shop-db-1", ...way.asks]);
  made.onChange = (what) => {
    if (what === "disarm shop-db-1") expect(entries()).toEqual([[way.fault, way.seen]]);
  };
  await way.heals(target);
  expect(made.changes.at(-1)).toBe("disarm shop-db-1");
  expect(entries()).toEqual([[way.fault, way.seen]]);
  // Once more, as the drill does at its end.
  const so = made.changes.length;
  await way.heals(target);
  expect(made.changes).toHaveLength(so);
});

test.each(WAYS)("$fault is not done to what does not run, or is frozen: that is somebody else's doing", async (way) => {
  for (const status of ["exited", "paused", "restarting"] as const) {
    const { made, target } = aTarget({ status });
    await expect(way.does(target)).rejects.toThrow(`db does not run: it is ${status}`);
    expect(made.changes).toEqual([]);
  }
  expect(entries()).toEqual([]);
});

test("one that does not stand again is not healed: the switch and the journal stay", async () => {
  const { made, container, target } = aTarget();
  await target.freeze();
  container.status = "exited";
  await expect(target.thaw()).rejects.toThrow("db could not be healed: it is exited");
  expect(entries()).toEqual([["target-freeze", null]]);
  expect(made.changes).not.toContain("disarm shop-db-1");
  container.status = "running";
  await target.thaw();
  expect(entries()).toEqual([["target-freeze", "it runs and is not frozen"]]);
}, 30_000);

test("without the switch nothing is done, and nothing is left", async () => {
  const { made, container, target } = aTarget();
  made.refuses.set("switch shop-db-1", "iptables: no permission");
  await expect(target.isolate()).rejects.toThrow("could not be put in place: iptables: no permission");
  await expect(target.freeze()).rejects.toThrow("could not be put in place");
  expect(container).toMatchObject({ status: "running", cutOff: false });
  expect(entries().map(([, seen]) => seen === null)).toEqual([false, false]);
});

test("what the engine refuses to do is undone, and what has failed once can be tried again", async () => {
  const { made, target } = aTarget();
  made.refuses.set("pause shop-db-1", "cannot be frozen here");
  await expect(target.freeze()).rejects.toThrow("cannot be frozen here");
  expect(made.changes.at(-1)).toBe("disarm shop-db-1");
  made.refuses.clear();
  await target.freeze();
  await expect(target.kill()).rejects.toThrow("db is broken already");
  // What was refused is healed as well, and has nothing to heal.
  expect(await target.startAgain()).toBe(false);
  await target.rejoin();
  expect(entries()).toEqual([
    ["target-freeze", "it runs and is not frozen"],
    ["target-freeze", null],
  ]);
});

test("one that is another container by now, or none, is named as that", async () => {
  const { made, target } = aTarget();
  await target.freeze();
  made.containers.splice(0, 1, aContainer("shop-db-1", { id: "0123456789abcdef" }));
  const gone = "db: the container shop-db-1 is gone: the engine knows no id-of-shop-d any more";
  await expect(target.status()).rejects.toThrow(`${gone}, and its name is that of 0123456789ab now`);
  await expect(target.thaw()).rejects.toThrow("its name is that of 0123456789ab now, to which nothing was done");
  made.containers.splice(0, 1);
  await expect(target.startedAt()).rejects.toThrow(`${gone}, and no other has its name`);
  expect(entries()).toEqual([["target-freeze", null]]);
});

test.each(["host", "container:4a5b"])(
  "one in the network of %s is not isolated: more would be than it",
  async (NetworkMode) => {
    const { made, target } = aTarget({ host: { NetworkMode } });
    await expect(target.isolate()).rejects.toThrow(`shares the network of ${NetworkMode}`);
    expect([made.changes, entries()]).toEqual([[], []]);
  },
);

test("a limit of its own is told from ours, and is what it gets back", async () => {
  const { container, target } = aTarget({ host: { NanoCpus: 500_000_000 } });
  expect(await target.processorLimit()).toBe("theirs");
  await expect(target.limitProcessor(0.5)).rejects.toThrow("db has no more than 0.5 of a processor already");
  await target.limitProcessor(0.2);
  expect([container.host.NanoCpus, await target.processorLimit()]).toEqual([200_000_000, "ours"]);
  await target.restoreProcessor();
  expect([container.host.NanoCpus, await target.processorLimit()]).toEqual([500_000_000, "theirs"]);
});

test("what an isolation drops is counted, and nothing where there is none", async () => {
  const { container, target } = aTarget();
  expect(await target.packetsDropped()).toBeNull();
  await target.isolate();
  expect(await target.packetsDropped()).toBe(3);
  container.status = "exited";
  expect(await target.packetsDropped()).toBeNull();
});
