/**
 * The cost of each extension of the lab: `npm run bench:extensions`, about twenty minutes. The lab is started as in
 * `async` and with each extension, alternating; then it idles for a while, and the memory of its containers is read.
 * Bulk export has no container of its own: a FHIR server is started with its jobs and without them, on the same
 * database. Medians.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../harness/model/plan/config.ts";
import type { Step } from "../harness/model/record/run.ts";
import { imageNames, preparePrerequisites } from "../harness/run/set-up.ts";
import { containerName } from "../harness/systems/lab/container.ts";
import { dockerOf } from "../harness/systems/lab/engine-client.ts";
import { hapiEnvironment, startHapi } from "../harness/systems/lab/hapi.ts";
import { imagesFor, startLab } from "../harness/systems/lab/labs.ts";
import { linkAddress } from "../harness/systems/lab/links.ts";
import { RUN_LABEL } from "../harness/systems/lab/ownership.ts";
import type { Topology } from "../harness/systems/lab/topology.ts";
import { usageOf } from "../harness/systems/lab/usage.ts";
import { CONFIGS } from "../scenarios/configs.ts";
import { median } from "./child.ts";

const PLAIN = "async";
/** Configurations that differ from `async` only by additional containers. */
const EXTENDED = ["devices", "private-link", "encrypted", "vault-certificates"];
const ROUNDS = 3;
/** A server that has just started still returns memory. */
const SETTLE_MS = 20_000;
const BULK_EXPORT = "HAPI_FHIR_BULK_EXPORT_ENABLED";

interface Start {
  seconds: number;
  steps: Step[];
  /** By the name of the container. */
  mebibytes: Map<string, number>;
}

const say = (line: string) => process.stderr.write(`${line}\n`);
const print = (line: string) => process.stdout.write(`${line}\n`);
const view = { say, step: () => {}, event: () => {}, live: () => {} };
const configOf = (name: string) => CONFIGS.find((config) => config.name === name) as Config;

const starts = new Map<string, Start[]>([PLAIN, ...EXTENDED].map((name) => [name, []]));
for (let round = 1; round <= ROUNDS; round += 1)
  for (const [name, all] of starts) {
    say(`round ${round}: ${name}`);
    all.push(await started(configOf(name), measured));
  }
printStarts(starts.get(PLAIN) as Start[]);
await printBulkExport();
process.exit(0);

type Measuring<T> = (topology: Topology, started: Omit<Start, "mebibytes">) => Promise<T>;

async function started<T>(config: Config, measure: Measuring<T>): Promise<T> {
  const prerequisites = await preparePrerequisites("auto", view, undefined, {}, imagesFor(config));
  const steps: Step[] = [];
  const beganMs = performance.now();
  const topology = await startLab(prerequisites.engine, {
    ...{ run: `bench-${process.pid}-${Date.now().toString(36)}`, images: imageNames(prerequisites.images) },
    ...{ golden: prerequisites.golden, config },
    onStep: (_, done) => void (done && steps.push(done)),
  });
  try {
    return await measure(topology, { seconds: (performance.now() - beganMs) / 1000, steps });
  } finally {
    await topology.release();
  }
}

async function measured({ engine, run }: Topology, start: Omit<Start, "mebibytes">): Promise<Start> {
  await sleep(SETTLE_MS);
  const containers = await dockerOf(engine).listContainers({ filters: { label: [`${RUN_LABEL}=${run}`] } });
  const names = containers.map(({ Names }) => (Names[0] as string).replace(`/${containerName(run, "")}`, ""));
  const used = await Promise.all(
    names.toSorted().map(async (name) => [name, await usedBy(engine, run, name)] as const),
  );
  return { ...start, mebibytes: new Map(used) };
}

async function usedBy(engine: Topology["engine"], run: string, name: string): Promise<number> {
  const bytes = (await usageOf(engine, run, name))?.memoryBytes;
  if (bytes === undefined || bytes === null) throw new Error(`the engine does not tell what ${name} uses`);
  return bytes / 2 ** 20;
}

function printStarts(plain: readonly Start[]): void {
  const own = new Set(plain.flatMap(({ mebibytes }) => [...mebibytes.keys()]));
  const steps = new Set(plain.flatMap((start) => start.steps.map(({ step }) => step)));
  print(
    "| configuration | start-up, s | of it in steps of its own, s | all containers, MiB | containers added, MiB each |",
  );
  print("|---|--:|--:|--:|---|");
  for (const [name, all] of starts) {
    const added = [...new Set(all.flatMap(({ mebibytes }) => [...mebibytes.keys()]))].filter((part) => !own.has(part));
    const each = added.map((part) => `${part} ${figure(all.map(({ mebibytes }) => mebibytes.get(part) ?? 0))}`);
    const ofItsOwn = all.map((start) =>
      sum(start.steps.flatMap(({ step, tookMs }) => (steps.has(step) ? [] : [tookMs / 1000]))),
    );
    const whole = all.map(({ mebibytes }) => sum([...mebibytes.values()]));
    const cells = [figure(all.map(({ seconds }) => seconds)), figure(ofItsOwn), figure(whole), each.join(", ")];
    print(`| ${[name, ...cells].join(" | ")} |`);
  }
}

/** A second server on A's database, beside A's own. */
async function printBulkExport(): Promise<void> {
  print("\n| a FHIR server | start-up, s | MiB |\n|---|--:|--:|");
  await started(configOf(PLAIN), async ({ engine, run, network, password, hapi }) => {
    await hapi.b.stop();
    const { Config } = await dockerOf(engine).getContainer(hapi.b.container.getId()).inspect();
    const both = { "with bulk export": [] as number[][], "without it": [] as number[][] };
    for (let round = 1; round <= ROUNDS; round += 1)
      for (const [what, all] of Object.entries(both)) {
        say(`round ${round}: a server ${what}`);
        await dockerOf(engine).getContainer(containerName(run, "hapi-b")).remove({ force: true });
        const order = {
          run,
          network,
          image: Config.Image,
          side: "b",
          password,
          database: linkAddress("pg-a"),
        } as const;
        const isOn = what === "with bulk export";
        const beganMs = performance.now();
        await startHapi(engine, order, { ...hapiEnvironment(order), [BULK_EXPORT]: String(isOn) });
        const seconds = (performance.now() - beganMs) / 1000;
        await sleep(SETTLE_MS);
        all.push([seconds, await usedBy(engine, run, "hapi-b")]);
      }
    for (const [what, all] of Object.entries(both)) {
      const [seconds, mebibytes] = [0, 1].map((place) => figure(all.map((one) => one[place] as number)));
      print(`| ${[what, seconds, mebibytes].join(" | ")} |`);
    }
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

/** The median and the range. */
function figure(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(1)} (${low.toFixed(1)}–${high.toFixed(1)})`;
}
