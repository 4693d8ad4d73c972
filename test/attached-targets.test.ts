/**
 * Containers that are not ours, broken and healed; and whoever broke them killed in the middle of it: what is in force then
 * ends by itself.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { armFault } from "../harness/faults/index.ts";
import type { FaultSpec } from "../harness/model/plan/fault.ts";
import { prepareGround } from "../harness/run/set-up.ts";
import type { Target } from "../harness/system/target.ts";
import { bareSystem } from "../harness/system/testing/bare-system.ts";
import { until } from "../harness/system/waiting.ts";
import { SWITCH_LABEL } from "../harness/systems/attached/dead-mans-switch.ts";
import { findTargets } from "../harness/systems/attached/find.ts";
import { targetOf } from "../harness/systems/attached/target.ts";
import type { Engine } from "../harness/systems/lab/engine.ts";
import { act, tryOut } from "./try-out.ts";

const view = { say: () => {}, step: () => {}, event: () => {}, live: () => {} };
const NAME = `not-ours-${process.pid}`;
/** Answers each connection with a byte. */
const SERVER = `use IO::Socket::INET;
my $s = IO::Socket::INET->new(LocalPort => 4000, Listen => 5, ReuseAddr => 1) or die;
while (my $c = $s->accept) { print $c "x"; close $c }`;

let engine: Engine;
let tools: string;
let target: Target;
const left: string[] = [];
const docker = () => engine.container.dockerode;

async function start(name: string, script: string[], more: object = {}): Promise<string> {
  const container = await docker().createContainer({
    ...{ Image: tools, name, Entrypoint: script, Labels: { "fhirdrill.allow": "true" } },
    HostConfig: { NetworkMode: NAME, ...more },
  });
  left.push(container.id);
  await container.start();
  return container.id;
}

beforeAll(async () => {
  const ground = await prepareGround("auto", view);
  engine = ground.engine;
  tools = ground.images.tools.name;
  await docker().createNetwork({ Name: NAME });
  await start(NAME, ["perl", "-e", SERVER], { RestartPolicy: { Name: "always" } });
  // Somebody asks it all the time, as clients do.
  await start(`${NAME}-client`, [
    "bash",
    "-c",
    `while :; do timeout 1 bash -c '</dev/tcp/${NAME}/4000'; sleep 0.1; done`,
  ]);
  const described = { server: { is: "server", find: { container: NAME } } } as const;
  const [found] = await findTargets(docker(), described);
  if (found === undefined) throw new Error("it was not found");
  target = targetOf(found, { engine, tools, ttlSeconds: 60 });
});

afterAll(async () => {
  for (const id of left) await docker().getContainer(id).remove({ force: true });
  await docker().getNetwork(NAME).remove();
});

const asked = async () => {
  const [, client] = left;
  const exec = await docker()
    .getContainer(client as string)
    .exec({ Cmd: ["timeout", "1", "bash", "-c", `[ "$(head -c1 </dev/tcp/${NAME}/4000)" = x ]`] });
  const stream = await exec.start({});
  stream.resume();
  await new Promise((resolve) => stream.on("end", resolve));
  return (await exec.inspect()).ExitCode === 0;
};
const untilAnswers = () => until({ what: "it to answer", deadlineMs: 30_000, everyMs: 200 }, asked);
const switches = () => docker().listContainers({ filters: { label: [SWITCH_LABEL] } });

const at = { target: "server", afterSeconds: 0 };
const FAULTS: FaultSpec[] = [
  { kind: "target-loss", ...at },
  { kind: "target-freeze", ...at },
  { kind: "target-isolation", ...at },
];

test.each(FAULTS)("$kind is not seen before, is active until it is healed, and then is gone", async (spec) => {
  await untilAnswers();
  await tryOut(bareSystem({ target: () => target }), spec, 20_000);
  await untilAnswers();
  expect(await switches()).toEqual([]);
});

test("while it lasts, nobody is answered", async () => {
  for (const spec of FAULTS) {
    const fault = armFault(bareSystem({ target: () => target }), spec);
    expect(await act("inject", fault)).toEqual(["injecting", "injected", "evidenced"]);
    expect(await asked()).toBe(false);
    expect(await act("heal", fault, 20_000)).toEqual(["healed"]);
    await untilAnswers();
  }
});

test("a crash is the end of its main process, and its own restart policy acts", async () => {
  const before = await target.startedAt();
  const fault = armFault(bareSystem({ target: () => target }), { kind: "target-crash", ...at });
  expect(await act("inject", fault)).toEqual(["injecting", "injected", "evidenced"]);
  await untilAnswers();
  expect(await target.startedAt()).not.toBe(before);
  expect(await act("heal", fault, 20_000)).toEqual(["healed"]);
});

const BREAKER = fileURLToPath(new URL("./attached-breaker.ts", import.meta.url));
function breaker(kind: string): ChildProcess {
  return spawn(process.execPath, [BREAKER, kind, NAME, tools], { stdio: ["ignore", "pipe", "inherit"] });
}

test.each(FAULTS)("whoever injected $kind is killed: it ends by itself", async ({ kind }) => {
  await untilAnswers();
  const child = breaker(kind);
  await new Promise<void>((resolve) => child.stdout?.once("data", () => resolve()));
  expect(await asked()).toBe(false);
  child.kill("SIGKILL");
  await untilAnswers();
  await until({ what: "the switch to leave", deadlineMs: 20_000 }, async () => (await switches()).length === 0);
  expect(await target.status()).toEqual({ running: true, frozen: false });
});

test("whoever injects is killed at any moment", async () => {
  for (let round = 0; round < 10; round += 1) {
    const child = breaker(FAULTS[round % FAULTS.length]?.kind as string);
    // The first second is Node's start; the rest is the arming, the injection, and what follows.
    await sleep(600 + round * 250);
    child.kill("SIGKILL");
    await until({ what: "no switch to be there", deadlineMs: 30_000 }, async () => (await switches()).length === 0);
    await untilAnswers();
    expect(await target.status()).toEqual({ running: true, frozen: false });
  }
});
