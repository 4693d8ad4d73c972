/**
 * Does B run the scheduled jobs after the failover, and none too early? `npm run bench:jobs`, about 15 minutes.
 *
 * In `async`, A accepts an export, region A is lost, and B accepts another export. Both must end, with every resource
 * from before in their files. In `unfenced` and `passive`, where nothing stops B's scheduler from writing, both servers
 * run under load for longer than the longest of HAPI's periods (ten minutes). At the end both must hold the same.
 */
import { seedIdPrefix } from "../harness/model/load/write.ts";
import type { Config } from "../harness/model/plan/config.ts";
import type { Scenario } from "../harness/model/plan/scenario.ts";
import type { ResourceProbe } from "../harness/model/record/probe.ts";
import type { RunRecord } from "../harness/model/record/record.ts";
import type { Verdict } from "../harness/model/verdict/verdict.ts";
import { until } from "../harness/system/waiting.ts";
import type { Topology } from "../harness/systems/lab/topology.ts";
import { CONFIGS } from "../scenarios/configs.ts";
import { regionLoss } from "../scenarios/region-loss.ts";
import { drillOn, startForTest } from "../test/small-drill.ts";

const SEED = 15;
const RESOURCES = 500;
/** HAPI advances a job once a minute, and an export has four steps. */
const EXPORT_MS = 8 * 60_000;
const LONGEST_PERIOD_SECONDS = 620;

const start = { replicated: true, resources: RESOURCES };
const load = { ...regionLoss.load, ratePerSecond: 5, warmUpSeconds: 30 };
const failover: Scenario = {
  ...regionLoss,
  ...{ name: "jobs-failover", start, load: { ...load, baselineSeconds: 90, afterSeconds: EXPORT_MS / 1000 } },
};
const quiet: Scenario = {
  ...regionLoss,
  ...{ name: "jobs-quiet", start, faults: [], disaster: null },
  load: { ...load, baselineSeconds: LONGEST_PERIOD_SECONDS, afterSeconds: 1 },
};

const print = (line: string) => process.stdout.write(`${line}\n`);
const configOf = (name: string) => CONFIGS.find((config) => config.name === name) as Config;

let wrong = 0;
for (const work of await Promise.allSettled([jobsThroughFailover(), ...["unfenced", "passive"].map(schedulersBeside)]))
  if (work.status === "rejected") {
    wrong += 1;
    print(`FAILED: ${work.reason instanceof Error ? work.reason.stack : work.reason}`);
  }
process.exit(wrong === 0 ? 0 : 1);

async function jobsThroughFailover(): Promise<void> {
  const config = configOf("async");
  const { prerequisites, topology } = await startForTest(config);
  try {
    const ended: Promise<string>[] = [];
    const { verdict, record } = await drillOn(topology, prerequisites, {
      ...{ scenario: failover, config, seed: SEED },
      beside: async ({ told }) => {
        await told((event) => event.type === "phase" && event.phase === "baseline");
        ended.push(exported(topology, "accepted by A, before the failover"));
        await told((event) => event.type === "operator" && event.plan === "failover" && event.step === "done");
        ended.push(exported(topology, "accepted by B, after the failover"));
        for (const line of await Promise.all(ended)) print(line);
      },
    });
    printRun(config, verdict, record);
  } finally {
    await topology.release();
  }
}

/**
 * Seconds from acceptance to the last line of its files. Throws if the export does not end, lacks a resource or has one
 * twice.
 */
async function exported(topology: Topology, what: string): Promise<string> {
  const ask = (path: string, headers: Record<string, string> = {}) =>
    fetch(`http://${topology.links.addressOf("edge")}/fhir/${path}`, {
      headers: { Accept: "application/fhir+json", ...headers },
      signal: AbortSignal.timeout(10_000),
    });
  const beganMs = performance.now();
  const accepted = await ask("$export?_type=Patient&_outputFormat=application/fhir%2Bndjson", {
    Prefer: "respond-async",
  });
  const job = /_jobId=([0-9a-f-]+)/.exec(accepted.headers.get("Content-Location") ?? "")?.[1];
  if (!job) throw new Error(`${what}: not accepted: status ${accepted.status}: ${await accepted.text()}`);
  const waiting = { what: `the export ${what}, to end`, deadlineMs: EXPORT_MS - 20_000, everyMs: 2000 };
  const manifest = await until(waiting, async () => {
    const answer = await ask(`$export-poll-status?_jobId=${job}`);
    if (answer.status === 200) return (await answer.json()) as { output: { url: string }[] };
    throw new Error(`status ${answer.status} ${answer.headers.get("X-Progress") ?? ""}`);
  });
  const seconds = (performance.now() - beganMs) / 1000;
  const ids = (await Promise.all(manifest.output.map(({ url }) => linesOf(ask, url)))).flat();
  const seeded = ids.filter((id) => id.startsWith(seedIdPrefix(SEED)));
  if (seeded.length !== RESOURCES || new Set(seeded).size !== RESOURCES)
    throw new Error(`${what}: ${seeded.length} lines for ${new Set(seeded).size} of ${RESOURCES} resources`);
  return `export ${what}: ended after ${seconds.toFixed(0)} s, ${manifest.output.length} files, ${ids.length} lines, each of the ${RESOURCES} resources from before once`;
}

async function linesOf(ask: (path: string) => Promise<Response>, url: string): Promise<string[]> {
  const binary = /Binary\/.*/.exec(url)?.[0] as string;
  const answer = (await (await ask(binary)).json()) as { data: string };
  const text = Buffer.from(answer.data, "base64").toString("utf8");
  return text.split("\n").flatMap((line) => (line === "" ? [] : [(JSON.parse(line) as { id: string }).id]));
}

async function schedulersBeside(name: string): Promise<void> {
  const config = configOf(name);
  const { prerequisites, topology } = await startForTest(config);
  try {
    const { verdict, record } = await drillOn(topology, prerequisites, { scenario: quiet, config, seed: SEED });
    printRun(config, verdict, record);
    const { onlyServing, onlyOther, different } = verdict.measures.divergence;
    if (onlyServing !== 0 || onlyOther !== 0 || different !== 0)
      throw new Error(`${name}: A and B differ: ${JSON.stringify(verdict.measures.divergence)}`);
  } finally {
    await topology.release();
  }
}

function printRun({ name }: Config, { measures }: Verdict, { probes }: RunRecord): void {
  const { writes, lost, divergence } = measures;
  const used = (["hapi-a", "hapi-b"] as const).map((part) => `${part} ${cpuShare(probes, part)}`).join(", ");
  const held = Object.entries(divergence).map(([what, count]) => `${what} ${count}`);
  print(`${name}: ${writes.acknowledged} acknowledged, ${lost.count} lost; ${held.join(", ")}; processor ${used}`);
}

/** The share of one core, from the first to the last sample of one life of the container. */
function cpuShare(probes: RunRecord["probes"], part: ResourceProbe["part"]): string {
  const samples = probes.filter(
    (probe): probe is ResourceProbe => probe.type === "resources" && probe.part === part && probe.cpuSeconds !== null,
  );
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.atMs === first.atMs) return "unknown";
  const share = (((last.cpuSeconds as number) - (first.cpuSeconds as number)) * 1000) / (last.atMs - first.atMs);
  return `${(share * 100).toFixed(1)} % of a core`;
}
