/**
 * Containers that are not ours, broken and healed; and whoever broke them killed in the middle of it: what is in force then
 * ends by itself, or by the journal.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { armFault } from "../harness/faults/index.ts";
import type { FaultSpec } from "../harness/model/plan/fault.ts";
import { prepareGround } from "../harness/run/set-up.ts";
import type { Target } from "../harness/system/target.ts";
import { bareSystem } from "../harness/system/testing/bare-system.ts";
import { until } from "../harness/system/waiting.ts";
import { commandOf } from "../harness/systems/attached/by-hand.ts";
import { SWITCH_LABEL } from "../harness/systems/attached/dead-mans-switch.ts";
import { type FoundTarget, findTargets } from "../harness/systems/attached/find.ts";
import { type Healed, healFromJournal } from "../harness/systems/attached/heal.ts";
import { Journal, readJournal } from "../harness/systems/attached/journal.ts";
import { targetOf } from "../harness/systems/attached/target.ts";
import type { Engine } from "../harness/systems/lab/engine.ts";
import { removeRun } from "../harness/systems/lab/ownership.ts";
import { act, tryOut } from "./try-out.ts";

const view = { say: () => {}, step: () => {}, event: () => {}, live: () => {} };
const NAME = `not-ours-${process.pid}`;
/** Answers each connection with a byte, after some work: one that has none is not starved. */
const SERVER = `use IO::Socket::INET;
my $s = IO::Socket::INET->new(LocalPort => 4000, Listen => 5, ReuseAddr => 1) or die;
while (my $c = $s->accept) { for (my $i = 0; $i < 100000; $i++) {} print $c "x"; close $c }`;

let engine: Engine;
let tools: string;
let found: FoundTarget;
let folder: string;
let target: Target;
const left: string[] = [];
const docker = () => engine.container.dockerode;

async function start(name: string, script: string[], more: object = {}): Promise<FoundTarget> {
  const container = await docker().createContainer({
    ...{ Image: tools, name, Entrypoint: script, Labels: { "fhirdrill.allow": "true" } },
    HostConfig: { NetworkMode: NAME, ...more },
  });
  left.push(container.id);
  await container.start();
  const [one] = await findTargets(docker(), { server: { is: "server", find: { container: name } } });
  if (one === undefined) throw new Error(`${name} was not found`);
  return one;
}

beforeAll(async () => {
  const ground = await prepareGround("auto", view);
  engine = ground.engine;
  tools = ground.images.tools.name;
  await docker().createNetwork({ Name: NAME });
  found = await start(NAME, ["perl", "-e", SERVER]);
  // Somebody asks it all the time, as clients do.
  await start(`${NAME}-client`, [
    "bash",
    "-c",
    `while :; do timeout 1 bash -c '</dev/tcp/${NAME}/4000'; sleep 0.1; done`,
  ]);
});

afterAll(async () => {
  for (const id of left) await docker().getContainer(id).remove({ force: true });
  await docker().getNetwork(NAME).remove();
  // What stood beside it for a moment when its owner was killed.
  await removeRun(engine, "broken");
});

const breaking = (ttlSeconds: number, one = found) =>
  targetOf(one, { run: "broken", engine, tools, journal: new Journal(folder, null), ttlSeconds });
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fhirdrill-undo-"));
  target = breaking(60);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const asked = async () => {
  const [, client] = left;
  const ask = ["timeout", "1", "bash", "-c", `[ "$(head -c1 </dev/tcp/${NAME}/4000)" = x ]`];
  return (await engine.container.exec(docker().getContainer(client as string), ask)).exitCode === 0;
};
const untilAnswers = () => until({ what: "it to answer", deadlineMs: 30_000, everyMs: 200 }, asked);
const switches = () => docker().listContainers({ all: true, filters: { label: [`${SWITCH_LABEL}=${found.id}`] } });
const untilNoSwitch = () =>
  until({ what: "the switch to leave", deadlineMs: 40_000 }, async () => (await switches()).length === 0);
/** By other means than those that heal it. */
const untilWhole = async () => {
  await untilAnswers();
  expect(await target.status()).toEqual({ running: true, frozen: false });
  expect(await target.packetsDropped()).toBeNull();
  expect(await target.processorLimit()).toBeNull();
};
const isOpen = () => readJournal(folder).map(({ fault, healed }) => [fault, healed === null]);

const at = { target: "server", afterSeconds: 0 };
const SILENCING: FaultSpec[] = [
  { kind: "target-loss", ...at },
  { kind: "target-freeze", ...at },
  { kind: "target-isolation", ...at },
];
const FAULTS: FaultSpec[] = [...SILENCING, { kind: "target-starvation", cores: 0.02, ...at }];
const ALL: FaultSpec["kind"][] = [...FAULTS.map(({ kind }) => kind), "target-crash"];
const faultOn = (spec: FaultSpec) => armFault(bareSystem({ target: () => target }), spec);

test.each(FAULTS)("$kind is not seen before, is active until it is healed, and then is gone", async (spec) => {
  await untilWhole();
  await tryOut(bareSystem({ target: () => target }), spec, 20_000);
  await untilWhole();
  await untilNoSwitch();
  expect(isOpen()).toEqual([[spec.kind, false]]);
});

test("while it lasts, nobody is answered, and its journal says how to undo it", async () => {
  for (const spec of SILENCING) {
    const fault = faultOn(spec);
    expect(await act("inject", fault)).toEqual(["injecting", "injected", "evidenced"]);
    expect(await asked()).toBe(false);
    expect(isOpen().at(-1)).toEqual([spec.kind, true]);
    expect(await act("heal", fault, 20_000)).toEqual(["healed"]);
    await untilWhole();
  }
});

test("a crash is the end of its main process, and its own restart policy acts", async () => {
  const handle = docker().getContainer(found.id);
  await handle.update({ RestartPolicy: { Name: "always" } });
  const before = await target.startedAt();
  const fault = faultOn({ kind: "target-crash", ...at });
  expect(await act("inject", fault)).toEqual(["injecting", "injected", "evidenced"]);
  await untilAnswers();
  expect(await target.startedAt()).not.toBe(before);
  expect(await act("heal", fault, 20_000)).toEqual(["healed"]);
  await handle.update({ RestartPolicy: { Name: "no" } });
});

test("a limit of its own is what it has again afterwards", async () => {
  const limited = await start(`${NAME}-limited`, ["sleep", "infinity"], { NanoCpus: 1_500_000_000 });
  const own = async () => (await docker().getContainer(limited.id).inspect()).HostConfig.NanoCpus;
  target = breaking(60, limited);
  expect(await target.processorLimit()).toBe("theirs");
  await target.limitProcessor(0.02);
  expect([await own(), await target.processorLimit()]).toEqual([20_000_000, "ours"]);
  await target.restoreProcessor();
  expect([await own(), await target.processorLimit()]).toEqual([1_500_000_000, "theirs"]);
  await expect(target.limitProcessor(1.5)).rejects.toThrow("no more than 1.5 of a processor already");
});

test("no fault lasts longer than it may, whoever lives", async () => {
  target = breaking(2);
  await target.freeze();
  await untilAnswers();
  await target.thaw();
  expect(isOpen()).toEqual([["target-freeze", false]]);
});

const BREAKER = fileURLToPath(new URL("./attached-breaker.ts", import.meta.url));
/** Resolves when it has said that word; then it can be killed. */
async function breaker(kind: string, word: "ready" | "injected"): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, [BREAKER, kind, NAME, tools, folder], { stdio: ["ignore", "pipe", "inherit"] });
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

test.each(ALL)("whoever injected %s is killed: it ends by itself", async (kind) => {
  await untilWhole();
  const kill = await breaker(kind, "injected");
  expect(isOpen()).toEqual([[kind, true]]);
  if (kind !== "target-starvation") expect(await asked()).toBe(false);
  await kill();
  await untilNoSwitch();
  await untilWhole();
});

test("what its last request does after the switch has looked is undone as well", async () => {
  await untilWhole();
  const kill = await breaker("nothing, but for the switch", "injected");
  await kill();
  await sleep(500);
  await docker().getContainer(found.id).kill();
  await untilNoSwitch();
  await untilWhole();
});

test("a switch that is told to stop ends the fault before it goes", async () => {
  await target.freeze();
  const [one] = await switches();
  await docker()
    .getContainer((one as NonNullable<typeof one>).Id)
    .stop({ t: 30 });
  expect(await target.status()).toEqual({ running: true, frozen: false });
  await target.thaw();
});

test("whoever injects is killed at any moment: nothing is left in force", async () => {
  for (let round = 0; round < 5; round += 1) {
    const kill = await breaker(ALL[round % ALL.length] as string, "ready");
    // Arming takes about a third of a second, and the injection a tenth.
    await sleep(round * 120);
    await kill();
    // What it asked of the engine at the last moment is still done.
    await sleep(1000);
    await until({ what: "no switch to run", deadlineMs: 40_000 }, async () =>
      (await switches()).every(({ State }) => State === "created"),
    );
    await untilWhole();
    const healed = await healFromJournal(engine, folder);
    expect(healed.filter(({ outcome }) => outcome !== "not-in-force")).toEqual([]);
    // One that was never started is removed with the healing.
    expect(await switches()).toEqual([]);
  }
});

/** One that is killed while it holds a fault, with nobody beside it to undo that. */
async function abandoned(kind: string): Promise<void> {
  await untilWhole();
  const kill = await breaker(kind, "injected");
  for (const { Id } of await switches()) await docker().getContainer(Id).remove({ force: true });
  await kill();
  expect(await switches()).toEqual([]);
}
const told = (all: Healed[]) => all.map(({ fault, outcome }) => [fault, outcome]);

test.each(ALL)("%s, which nobody ends, is undone by its journal, once", async (kind) => {
  await abandoned(kind);
  if (kind !== "target-starvation") expect(await asked()).toBe(false);
  expect(told(await healFromJournal(engine, folder))).toEqual([[kind, "undone"]]);
  await untilWhole();
  expect(isOpen()).toEqual([[kind, false]]);
  expect(told(await healFromJournal(engine, folder))).toEqual([[kind, "not-in-force"]]);
});

test.each(ALL)("%s is undone by the command that people are told, and the journal sees that", async (kind) => {
  await abandoned(kind);
  const [entry] = readJournal(folder);
  // It complains of what is not there, and its exit code says nothing.
  execFileSync("bash", ["-c", `${commandOf((entry as NonNullable<typeof entry>).undo)} 2>/dev/null || true`]);
  await untilWhole();
  expect(told(await healFromJournal(engine, folder))).toEqual([[kind, "not-in-force"]]);
});
