import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Hook, Step } from "../../model/plan/own-system.ts";
import type { Engine } from "../lab/engine.ts";
import { type Healed, healFromJournal } from "./heal.ts";
import { undoOf } from "./hook-fault.ts";
import { type ContainerUndo, JOURNAL_FILE, Journal, readJournal } from "./journal.ts";
import { aContainer, type MadeUp, madeUpEngine } from "./testing/made-up-engine.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fhirdrill-heal-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const NAME = "shop-db-1";
const container = { id: `id-of-${NAME}`, name: NAME };
const START: ContainerUndo = { how: "start", container };
const UNPAUSE: ContainerUndo = { how: "unpause", container };
const REJOIN: ContainerUndo = { how: "rejoin", container, image: "tools:1" };
const RESTORE: ContainerUndo = { how: "processor", container, was: { NanoCpus: 0, CpuQuota: 50_000, CpuPeriod: 0 } };
const begun = (undo: ContainerUndo) => new Journal(folder, null).begin({ fault: undo.how, of: "db", undo });
const heal = (engine: Engine | null, withinMs = 0) => healFromJournal(engine, folder, null, withinMs);
const outcomes = (all: Healed[]) => all.map(({ outcome }) => outcome);
const openOnes = () => readJournal(folder).filter(({ healed }) => healed === null).length;

test.each<[ContainerUndo, Partial<MadeUp>, string]>([
  [START, { status: "exited" }, `start ${NAME}`],
  [START, { status: "paused" }, `unpause ${NAME}`],
  [UNPAUSE, { status: "paused" }, `unpause ${NAME}`],
  [REJOIN, { cutOff: true }, `rejoin ${NAME}`],
  [RESTORE, { host: { CpuQuota: 1000 } }, `update ${NAME} {"CpuQuota":50000}`],
])("%j of a container that is %j is undone, once", async (undo, has, change) => {
  const { engine, changes, containers } = madeUpEngine(aContainer(NAME, has));
  begun(undo);
  const [first] = await heal(engine);
  expect(first).toMatchObject({ fault: undo.how, of: "db", outcome: "undone" });
  expect(changes).toEqual([change]);
  expect(containers[0]).toMatchObject({ status: "running", cutOff: false });
  expect(openOnes()).toBe(0);
  // Broken by somebody else meanwhile: not ours to undo.
  Object.assign(containers[0] as MadeUp, has);
  expect(outcomes(await heal(engine))).toEqual(["not-in-force"]);
  expect(changes).toEqual([change]);
});

test.each([START, UNPAUSE, REJOIN, RESTORE])(
  "%j of a container that is well is not in force any more",
  async (undo) => {
    const { engine, changes } = madeUpEngine(aContainer(NAME, { host: { CpuQuota: 50_000 } }));
    begun(undo);
    expect(outcomes(await heal(engine))).toEqual(["not-in-force"]);
    expect([changes, openOnes()]).toEqual([[], 0]);
  },
);

test.each([UNPAUSE, REJOIN, RESTORE])("%j of a container that does not run does not count as healed", async (undo) => {
  const { engine } = madeUpEngine(aContainer(NAME, { status: "exited", host: { CpuQuota: 50_000 } }));
  begun(undo);
  expect(await heal(engine)).toMatchObject([
    { outcome: "failed", why: "it is exited", command: `docker start ${container.id}` },
  ]);
  expect(openOnes()).toBe(1);
});

test("a container that waits to be restarted does not run yet", async () => {
  const { engine } = madeUpEngine(aContainer(NAME, { status: "restarting" }));
  begun(UNPAUSE);
  expect(await heal(engine)).toMatchObject([{ outcome: "failed", why: "it is restarting" }]);
});

test("what the engine refuses is reported with the command to paste, and can be retried", async () => {
  const { engine, refuses } = madeUpEngine(aContainer(NAME, { status: "paused" }));
  refuses.set(`unpause ${NAME}`, "out of order");
  begun(UNPAUSE);
  expect(await heal(engine)).toMatchObject([
    { outcome: "failed", why: "it is frozen, and out of order", command: `docker unpause ${container.id}` },
  ]);
  refuses.clear();
  expect(outcomes(await heal(engine))).toEqual(["undone"]);
});

test("a fault that somebody else undoes at the same time counts as healed", async () => {
  const made = madeUpEngine(aContainer(NAME, { status: "paused" }));
  made.refuses.set(`unpause ${NAME}`, "it is not paused");
  made.onChange = () => Object.assign(made.containers[0] as MadeUp, { status: "running" });
  begun(UNPAUSE);
  expect(outcomes(await heal(made.engine))).toEqual(["undone"]);
});

test("each entry is tried, the newest first, whatever happens to the others", async () => {
  const other = { id: "id-of-proxy", name: "proxy" };
  const { engine, refuses, changes } = madeUpEngine(
    aContainer(NAME, { status: "exited" }),
    aContainer("proxy", { status: "paused" }),
    aContainer("app", { cutOff: true }),
  );
  refuses.set("unpause proxy", "out of order");
  begun(START);
  begun({ how: "unpause", container: other });
  begun({ how: "rejoin", container: { id: "id-of-app", name: "app" }, image: "tools:1" });
  expect(outcomes(await heal(engine))).toEqual(["undone", "failed", "undone"]);
  expect(changes).toEqual(["rejoin app", `start ${NAME}`]);
  expect(readJournal(folder).map(({ healed }) => healed !== null)).toEqual([true, false, true]);
});

test("a container that was recreated meanwhile is left alone and reported", async () => {
  const { engine, changes } = madeUpEngine(aContainer(NAME, { id: "0123456789abcdef", status: "exited" }));
  begun(START);
  expect(await heal(engine)).toMatchObject([
    { outcome: "not-in-force", seen: expect.stringContaining("0123456789ab, which was not broken, has its name now") },
  ]);
  expect(changes).toEqual([]);
});

test("a container that is gone does not count as healed, and no command is guessed", async () => {
  const { engine, changes } = madeUpEngine(aContainer("shop-db-2", { status: "exited" }));
  begun(START);
  expect(await heal(engine)).toMatchObject([
    { outcome: "failed", why: expect.stringContaining("no other has its name"), command: null },
  ]);
  expect([changes, openOnes()]).toEqual([[], 1]);
});

/** A power switch that is a file: it exists while the power is off. */
const node = (script: string): Step => ({ argv: [process.execPath, "-e", script], timeoutSeconds: 20 });
function powerSwitch(heal?: Step): Hook {
  const file = JSON.stringify(join(folder, "off"));
  return {
    inject: node(""),
    heal: heal ?? node(`require("fs").rmSync(${file}, { force: true })`),
    evidence: node(`console.log(JSON.stringify({ bit: require("fs").existsSync(${file}) }))`),
    ttlSeconds: 60,
  };
}
function powerIsOff(hook: Hook): void {
  writeFileSync(join(folder, "off"), "");
  new Journal(folder, null).begin({ fault: "hook", of: "power", undo: undoOf("power", hook, "run-1") });
}

test("without an engine, hooks are healed, once; containers are not, and the reason is reported", async () => {
  begun(UNPAUSE);
  powerIsOff(powerSwitch());
  expect(await heal(null)).toMatchObject([
    { of: "power", outcome: "undone" },
    { of: "db", outcome: "failed", why: "no container engine answers", command: `docker unpause ${container.id}` },
  ]);
  expect(existsSync(join(folder, "off"))).toBe(false);
  expect(outcomes(await heal(null))).toEqual(["not-in-force", "failed"]);
});

test("a hook's own program also heals what its evidence does not see any more", async () => {
  const trace = JSON.stringify(join(folder, "trace"));
  powerIsOff(powerSwitch(node(`require("fs").writeFileSync(${trace}, process.env.FHIRDRILL_TTL_SECONDS)`)));
  rmSync(join(folder, "off"));
  expect(outcomes(await heal(null))).toEqual(["not-in-force"]);
  expect(existsSync(join(folder, "trace"))).toBe(true);
});

test("a hook that is not reported cleared is not healed, and its command is reported", async () => {
  powerIsOff(powerSwitch({ argv: ["sh", "-c", "echo no such strip >&2; exit 3"], timeoutSeconds: 20 }));
  const [failed] = await heal(null);
  expect(failed).toMatchObject({
    outcome: "failed",
    why: expect.stringMatching(/^sh ended with 3: no such strip; its/),
  });
  expect(failed).toMatchObject({ command: expect.stringContaining("FHIRDRILL_FAULT=power") });
  expect(openOnes()).toBe(1);
});

test("a hook whose evidence fails is not healed", async () => {
  powerIsOff({ ...powerSwitch(), evidence: node("process.exit(1)") });
  expect(await heal(null)).toMatchObject([{ outcome: "failed", why: expect.stringContaining("ended with 1") }]);
});

test("a hook that takes long to clear is waited for", async () => {
  const file = JSON.stringify(join(folder, "off"));
  const later = `setTimeout(() => require("fs").rmSync(${file}, { force: true }), 1500)`;
  const script = `require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(later)}], { detached: true, stdio: "ignore" }).unref()`;
  powerIsOff(powerSwitch(node(script)));
  expect(outcomes(await heal(null, 20_000))).toEqual(["undone"]);
});

test("without entries nothing is healed; a damaged journal is an error", async () => {
  expect(await heal(null)).toEqual([]);
  writeFileSync(join(folder, JOURNAL_FILE), "[");
  await expect(heal(null)).rejects.toThrow("is damaged");
});
