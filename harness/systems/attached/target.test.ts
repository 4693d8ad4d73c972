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
  /** The request to the engine for that, once the switch is armed. */
  asks: string[];
  heals: (target: ContainerTarget) => Promise<unknown>;
  seen: string;
}
const CASES: Setup[] = [
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

test.each(CASES)(
  "$fault: first the journal, then the switch, then the fault; after a verified healing none of them is left",
  async (each) => {
    const { made, target } = aTarget();
    made.onChange = () => expect(entries()).toEqual([[each.fault, null]]);
    await each.does(target);
    expect(made.changes).toEqual(["switch shop-db-1", ...each.asks]);
    made.onChange = (what) => {
      if (what === "disarm shop-db-1") expect(entries()).toEqual([[each.fault, each.seen]]);
    };
    await each.heals(target);
    expect(made.changes.at(-1)).toBe("disarm shop-db-1");
    expect(entries()).toEqual([[each.fault, each.seen]]);
    // Again, as the drill does at its end.
    const so = made.changes.length;
    await each.heals(target);
    expect(made.changes).toHaveLength(so);
  },
);

test.each(CASES)(
  "$fault is refused for a container that does not run or is frozen: the drill did not do that",
  async (each) => {
    for (const status of ["exited", "paused", "restarting"] as const) {
      const { made, target } = aTarget({ status });
      await expect(each.does(target)).rejects.toThrow(`db does not run: it is ${status}`);
      expect(made.changes).toEqual([]);
    }
    expect(entries()).toEqual([]);
  },
);

test("a container that does not run again is not healed: the switch and the journal stay", async () => {
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

test("without the switch nothing is done and nothing is left", async () => {
  const { made, container, target } = aTarget();
  made.refuses.set("switch shop-db-1", "iptables: no permission");
  await expect(target.isolate()).rejects.toThrow("could not be armed: iptables: no permission");
  await expect(target.freeze()).rejects.toThrow("could not be armed");
  expect(container).toMatchObject({ status: "running", cutOff: false });
  expect(entries().map(([, seen]) => seen === null)).toEqual([false, false]);
});

test("what the engine refuses to do is undone, and can be retried", async () => {
  const { made, target } = aTarget();
  made.refuses.set("pause shop-db-1", "cannot be frozen here");
  await expect(target.freeze()).rejects.toThrow("cannot be frozen here");
  expect(made.changes.at(-1)).toBe("disarm shop-db-1");
  made.refuses.clear();
  await target.freeze();
  await expect(target.kill()).rejects.toThrow("db is already broken");
  // A refused fault is healed as well, with nothing to undo.
  expect(await target.startAgain()).toBe(false);
  await target.rejoin();
  expect(entries()).toEqual([
    ["target-freeze", "it runs and is not frozen"],
    ["target-freeze", null],
  ]);
});

test("a container that was replaced or is gone is reported as such", async () => {
  const { made, target } = aTarget();
  await target.freeze();
  made.containers.splice(0, 1, aContainer("shop-db-1", { id: "0123456789abcdef" }));
  const gone = "db: the container shop-db-1 is gone: the engine has no id-of-shop-d any more";
  await expect(target.status()).rejects.toThrow(`${gone}; 0123456789ab, which was not broken, has its name now`);
  await expect(target.thaw()).rejects.toThrow("0123456789ab, which was not broken, has its name now");
  made.containers.splice(0, 1);
  await expect(target.startedAt()).rejects.toThrow(`${gone}, and no other has its name`);
  expect(entries()).toEqual([["target-freeze", null]]);
});

test.each(["host", "container:4a5b"])(
  "a container in the network of %s is not isolated: others would be, too",
  async (NetworkMode) => {
    const { made, target } = aTarget({ host: { NetworkMode } });
    await expect(target.isolate()).rejects.toThrow(`shares the network of ${NetworkMode}`);
    expect([made.changes, entries()]).toEqual([[], []]);
  },
);

test("its own limit is distinguished from ours, and is restored", async () => {
  const { container, target } = aTarget({ host: { NanoCpus: 500_000_000 } });
  expect(await target.processorLimit()).toBe("theirs");
  await expect(target.limitProcessor(0.5)).rejects.toThrow("db already has a limit of 0.5 processors");
  await target.limitProcessor(0.2);
  expect([container.host.NanoCpus, await target.processorLimit()]).toEqual([200_000_000, "ours"]);
  await target.restoreProcessor();
  expect([container.host.NanoCpus, await target.processorLimit()]).toEqual([500_000_000, "theirs"]);
});

test("an isolation's dropped packets are counted; without an isolation there is no count", async () => {
  const { container, target } = aTarget();
  expect(await target.packetsDropped()).toBeNull();
  await target.isolate();
  expect(await target.packetsDropped()).toBe(3);
  container.status = "exited";
  expect(await target.packetsDropped()).toBeNull();
});
