/**
 * The process that broke attached containers is killed: active faults end by the dead man's switch, or by the journal.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect } from "vitest";
import type { FaultSpec } from "../harness/model/plan/fault.ts";
import { reasonOf } from "../harness/model/program/failure.ts";
import { until } from "../harness/system/waiting.ts";
import { commandOf } from "../harness/systems/attached/by-hand.ts";
import { type Healed, healFromJournal } from "../harness/systems/attached/heal.ts";
import { readJournal } from "../harness/systems/attached/journal.ts";
import { dockerOf } from "../harness/systems/lab/engine-client.ts";
import type { Breaking } from "./attached-breaker.ts";
import { type NotOurs, type Prerequisites, test as plain } from "./not-ours.ts";

type Kind = FaultSpec["kind"];
const ALL: Kind[] = ["target-loss", "target-freeze", "target-isolation", "target-starvation", "target-crash"];
const BREAKER = fileURLToPath(new URL("./attached-breaker.ts", import.meta.url));

/** Resolves when the process has printed that word; then it can be killed. */
async function breaker({ run, tools }: Prerequisites, faults: Breaking[], word: "ready" | "injected") {
  const told = faults.map(({ kind, name, folder }) => ({ kind, name, folder }));
  const child = spawn(process.execPath, [BREAKER, run, tools, JSON.stringify(told)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (piece) => {
      said += String(piece);
      if (said.includes(word)) resolve();
    });
    child.once("exit", () => reject(new Error(`it ended, and had said ${said}`)));
  });
  return async () => {
    child.kill("SIGKILL");
    await ended;
  };
}

type Another = () => Promise<NotOurs>;
type Held = ReturnType<NotOurs["anew"]> & { kind: Kind };

const oneForEach = (another: Another) => Promise.all(ALL.map(async (kind) => ({ kind, ...(await another()) })));
/** `all`: a container for each kind of fault. Each test leaves it healthy. */
const test = plain
  .extend("started", { scope: "file" }, ({ another }) => oneForEach(another))
  .extend("all", ({ started }): Held[] => started.map(({ kind, anew }) => ({ kind, ...anew() })));

/** Checks all at the same time; a failure names the kinds that failed. */
async function each(all: Held[], act: (one: Held) => Promise<void>): Promise<void> {
  const ends = await Promise.allSettled(all.map(act));
  const failed = ends.flatMap((end, i) =>
    end.status === "rejected" ? [new Error(`${all[i]?.kind}: ${reasonOf(end.reason)}`, { cause: end.reason })] : [],
  );
  if (failed.length > 0) throw new AggregateError(failed, failed.map(({ message }) => message).join("\n"));
}

/** All kinds are active, each in one container, and held by one process. */
async function inForce(prerequisites: Prerequisites, all: Held[]): Promise<() => Promise<void>> {
  const kill = await breaker(prerequisites, all, "injected");
  await each(all, async ({ kind, isOpen, asked }) => {
    expect(isOpen()).toEqual([[kind, true]]);
    if (kind !== "target-starvation") expect(await asked()).toBe(false);
  });
  return kill;
}

/** Faults whose switches are gone. Resolves when the process that held them is killed. */
async function abandon(prerequisites: Prerequisites, all: Held[]): Promise<void> {
  const docker = dockerOf(prerequisites.engine);
  const kill = await inForce(prerequisites, all);
  await each(all, async ({ switches, untilNoSwitch }) => {
    for (const { Id } of await switches()) await docker.getContainer(Id).remove({ force: true });
    await untilNoSwitch();
  });
  await kill();
}
const told = (healed: Healed[]) => healed.map(({ fault, outcome }) => [fault, outcome]);

/** The tests of a row run one after the other, and at the same time as those of other rows. */
function row(name: string, tests: () => void): void {
  describe.concurrent(name, () => void describe("in a row", { concurrent: false }, tests));
}

row("each kind of fault", () => {
  test("the process that holds it is killed: the fault ends by itself", async ({ prerequisites, all }) => {
    const kill = await inForce(prerequisites, all);
    await kill();
    await each(all, async ({ untilNoSwitch, untilWhole }) => {
      await untilNoSwitch();
      await untilWhole();
    });
  });

  test("without a switch it is undone by its journal, once", async ({ prerequisites, all }) => {
    await abandon(prerequisites, all);
    await each(all, async ({ kind, folder, asked, untilWhole, isOpen }) => {
      if (kind !== "target-starvation") expect(await asked()).toBe(false);
      expect(told(await healFromJournal(prerequisites.engine, folder))).toEqual([[kind, "undone"]]);
      await untilWhole();
      expect(isOpen()).toEqual([[kind, false]]);
      expect(told(await healFromJournal(prerequisites.engine, folder))).toEqual([[kind, "not-in-force"]]);
    });
  });

  test("it is undone by the printed command, and the journal notices that", async ({ prerequisites, all }) => {
    await abandon(prerequisites, all);
    await each(all, async ({ kind, folder, untilWhole }) => {
      const [entry] = readJournal(folder);
      const command = commandOf((entry as NonNullable<typeof entry>).undo);
      // It complains about what does not exist, and its exit code means nothing.
      await once(spawn("bash", ["-c", command], { stdio: "ignore" }), "exit");
      await untilWhole();
      expect(told(await healFromJournal(prerequisites.engine, folder))).toEqual([[kind, "not-in-force"]]);
    });
  });
});

/**
 * The progress of an injection: begun, in the journal, its switch there, its switch active. It continues while this is
 * read.
 */
const MOMENTS: ((one: Held) => Promise<boolean>)[] = [
  async () => true,
  async ({ isOpen }) => isOpen().length > 0,
  async ({ switches }) => (await switches()).length > 0,
  async ({ switches }) => (await switches()).some(({ State }) => State === "running"),
  // The remaining steps take a tenth of a second.
  async ({ switches }) => (await switches()).some(({ State }) => State === "running") && sleep(50, true),
];

row("any moment", () => {
  test("the injecting process is killed at any moment: no fault stays active", async ({ prerequisites, another }) => {
    const all = await oneForEach(another);
    for (const [i, one] of all.entries()) {
      const kill = await breaker(prerequisites, [one], "ready");
      const moment = MOMENTS[i] as (typeof MOMENTS)[number];
      await until({ what: `moment ${i}`, deadlineMs: 30_000, everyMs: 10 }, () => moment(one));
      await kill();
    }
    // The engine still executes the last request of each.
    await sleep(1000);
    await each(all, async ({ folder, untilNoSwitchRuns, untilWhole, untilNoSwitch }) => {
      await untilNoSwitchRuns();
      await untilWhole();
      const healed = await healFromJournal(prerequisites.engine, folder);
      expect(healed.filter(({ outcome }) => outcome !== "not-in-force")).toEqual([]);
      // A switch that was never started is removed with the healing.
      await untilNoSwitch();
    });
  });
});

row("a request on its way", () => {
  test("a last request that takes effect after the switch has checked is undone as well", async ({
    prerequisites,
    another,
  }) => {
    const one = await another();
    const kill = await breaker(prerequisites, [{ ...one, kind: "none" }], "injected");
    await kill();
    // It checks at once, and two seconds later.
    await sleep(1000);
    await one.handle.kill();
    await one.untilNoSwitch();
    await one.untilWhole();
  });
});
