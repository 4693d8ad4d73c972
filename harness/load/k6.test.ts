import { expect, test } from "vitest";
import { regionLoss } from "../../scenarios/region-loss.ts";
import { stepAfterFailover } from "../../scenarios/step-after-failover.ts";
import type { LoadOptions } from "../model/load/ledger.ts";
import { tagOf } from "../model/load/tag.ts";
import { HAPI_DIALECT } from "../model/plan/dialect.ts";
import { stagesOf } from "../model/plan/scenario.ts";
import type { ProgramOptions } from "../system/program.ts";
import { bareEdge, bareSystem } from "../system/testing/bare-system.ts";
import { k6, placesBeside, type RunnerPlace } from "./k6.ts";

/** The options of the script for a server with that dialect. */
async function told(changes: Partial<typeof HAPI_DIALECT> = {}): Promise<LoadOptions> {
  const { started, system } = recording({ Authorization: "Bearer x" });
  const task = { scenario: regionLoss, retry: "none", seed: 42, tags: [tagOf(42)], folder: "/folder" } as const;
  await k6(placesBeside(system), "image").start({ ...task, dialect: { ...HAPI_DIALECT, ...changes } });
  return JSON.parse(started[0]?.environment?.FHIRDRILL_LOAD ?? "null");
}

/** A system that starts nothing, and the programs that it was to start. */
function recording(headers: Record<string, string> = {}) {
  const started: ProgramOptions[] = [];
  const runBeside = async (program: ProgramOptions) => {
    started.push(program);
    return { ended: Promise.resolve(0), log: async () => "" };
  };
  const fromBeside = async () => ({ baseUrl: "http://fhir.test", headers });
  return { started, system: bareSystem({ edge: bareEdge({ fromBeside }), runBeside }) };
}

test("the options contain where and how to write, and with which tags", async () => {
  expect(await told()).toMatchObject({
    ...{ baseUrl: "http://fhir.test", headers: { Authorization: "Bearer x" }, mix: regionLoss.load.mix },
    ...{
      seed: 42,
      tags: [{ system: "urn:fhirdrill:run", code: "16" }],
      versions: "numbered",
      signal: "Basic/start-16",
    },
  });
});

test("they contain how the rate changes, and only the rate if it is constant", async () => {
  const { started, system } = recording();
  const task = { scenario: stepAfterFailover, retry: "none", seed: 42, tags: [], folder: "/folder" } as const;
  await k6(placesBeside(system), "image").start({ ...task, dialect: HAPI_DIALECT });
  expect(await told()).not.toHaveProperty("reads");
  const { ratePerSecond, stages }: LoadOptions = JSON.parse(started[0]?.environment?.FHIRDRILL_LOAD ?? "null");
  expect([ratePerSecond, stages]).toEqual([20, stagesOf(stepAfterFailover)]);
  expect(await told()).not.toHaveProperty("stages");
});

test("they contain the form of writes, if one is set", async () => {
  const { started, system } = recording();
  const load = { ...regionLoss.load, bodies: "realistic", bundleEntries: 20 } as const;
  const task = { scenario: { ...regionLoss, load }, retry: "none", seed: 42, tags: [], folder: "/folder" } as const;
  await k6(placesBeside(system), "image").start({ ...task, dialect: HAPI_DIALECT });
  const { form }: LoadOptions = JSON.parse(started[0]?.environment?.FHIRDRILL_LOAD ?? "null");
  expect(form).toEqual({ bodies: "realistic", bundleEntries: 20 });
  expect(await told()).not.toHaveProperty("form");
});

test("k6 trusts the certificates of the description", async () => {
  let options: ProgramOptions | undefined;
  const runBeside = async (program: ProgramOptions) => {
    options = program;
    return { ended: Promise.resolve(0), log: async () => "" };
  };
  const fromBeside = async () => ({ baseUrl: "https://fhir.test", headers: {}, ca: "/certs/own.pem" });
  const task = { scenario: regionLoss, retry: "none", seed: 42, tags: [], folder: "/folder" } as const;
  await k6(placesBeside(bareSystem({ edge: bareEdge({ fromBeside }), runBeside })), "image").start({
    ...task,
    dialect: HAPI_DIALECT,
  });
  const mounted = options?.folders.find(({ source }) => source === "/certs/own.pem");
  expect(mounted).toMatchObject({ readOnly: true, target: options?.environment.SSL_CERT_FILE });
  expect(JSON.parse(options?.environment.FHIRDRILL_LOAD ?? "")).not.toHaveProperty("ca");
});

test("they contain the kind of versions, and a search for the signal if it has no chosen id", async () => {
  const { versions, signal } = await told({ versions: "opaque", updateCreate: false });
  expect([versions, signal]).toEqual(["opaque", "Basic?identifier=urn%3Afhirdrill%3Awrite%7Cstart-16"]);
});

test("a single runner has no segment; several each have their own, in the same sequence", async () => {
  const { started, system } = recording();
  const task = { scenario: regionLoss, retry: "none", seed: 42, tags: [], folder: "/folder" } as const;
  const start = async (runners: number) => {
    started.length = 0;
    const generator = k6(placesBeside(system, runners), "image");
    const load = await generator.start({ ...task, dialect: HAPI_DIALECT });
    expect(load.map(({ runner }) => runner)).toEqual(generator.runners);
    return load.map(({ ledger, program }, i) => {
      const { name, command, environment } = started[i] as ProgramOptions;
      const options: LoadOptions = JSON.parse(environment.FHIRDRILL_LOAD ?? "");
      const after = (option: string) => command[command.indexOf(option) + 1];
      expect([name, after("--console-output")]).toEqual([program, ledger.replace("/folder", "/record")]);
      const segment = command.includes("--execution-segment") ? after("--execution-segment") : null;
      const sequence = command.includes("--execution-segment-sequence") ? after("--execution-segment-sequence") : null;
      return [name, options.runner, options.runners, ledger, options.summary, segment, sequence];
    });
  };
  expect(await start(1)).toEqual([["k6", "k6-1", 1, "/folder/ledger.ndjson", "/record/k6-summary.json", null, null]]);
  const of3 = "0,1/3,2/3,1";
  expect(await start(3)).toEqual([
    ["k6", "k6-1", 3, "/folder/ledger.ndjson", "/record/k6-summary.json", "0:1/3", of3],
    ["k6-2", "k6-2", 3, "/folder/ledger.k6-2.ndjson", "/record/k6-summary.k6-2.json", "1/3:2/3", of3],
    ["k6-3", "k6-3", 3, "/folder/ledger.k6-3.ndjson", "/record/k6-summary.k6-3.json", "2/3:1", of3],
  ]);
});

test("each place has its own address of the service and its own settings of k6", async () => {
  const told: ProgramOptions[] = [];
  const placeOf = (runner: "k6-1" | "k6-2", dns: string): RunnerPlace => ({
    ...{ runner, readClock: async () => ({ askedMs: 0, answeredMs: 0, epochMs: 0 }) },
    runBeside: async (program) => {
      told.push(program);
      return { ended: Promise.resolve(0), log: async () => "" };
    },
    fromBeside: async () => ({ baseUrl: `http://fhir.${runner}`, headers: {} }),
    environment: { K6_DNS: dns },
  });
  const task = { scenario: regionLoss, retry: "none", seed: 42, tags: [], folder: "/folder" } as const;
  await k6([placeOf("k6-1", "ttl=0"), placeOf("k6-2", "ttl=5m")], "image").start({ ...task, dialect: HAPI_DIALECT });
  expect(told.map(({ environment }) => environment.K6_DNS)).toEqual(["ttl=0", "ttl=5m"]);
  expect(told.map(({ environment }) => JSON.parse(environment.FHIRDRILL_LOAD ?? "").baseUrl)).toEqual([
    "http://fhir.k6-1",
    "http://fhir.k6-2",
  ]);
});

test("a runner that cannot be started is named, after the others were started", async () => {
  const begun: string[] = [];
  const runBeside = async ({ name }: ProgramOptions) => {
    if (name === "k6-2") throw new Error("no room left");
    await new Promise((resolve) => setImmediate(resolve));
    begun.push(name);
    return { ended: Promise.resolve(0), log: async () => "" };
  };
  const fromBeside = async () => ({ baseUrl: "http://fhir.test", headers: {} });
  const system = bareSystem({ edge: bareEdge({ fromBeside }), runBeside });
  const task = { scenario: regionLoss, retry: "none", seed: 42, tags: [], folder: "/folder" } as const;
  const starting = k6(placesBeside(system, 3), "image").start({ ...task, dialect: HAPI_DIALECT });
  await expect(starting).rejects.toThrow("the runner k6-2 of the load could not be started: no room left");
  expect(begun).toEqual(["k6", "k6-3"]);
});
