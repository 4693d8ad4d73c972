import { expect, test } from "vitest";
import { regionLoss } from "../../scenarios/region-loss.ts";
import type { LoadOrder } from "../model/load/ledger.ts";
import { tagOf } from "../model/load/tag.ts";
import { HAPI_DIALECT } from "../model/plan/dialect.ts";
import type { ProgramOrder } from "../system/program.ts";
import { bareEdge, bareSystem } from "../system/testing/bare-system.ts";
import { k6, placesBeside } from "./k6.ts";

/** What the script is told of a server with that dialect. */
async function told(changes: Partial<typeof HAPI_DIALECT> = {}): Promise<LoadOrder> {
  const started: ProgramOrder[] = [];
  const fromBeside = async () => ({ baseUrl: "http://fhir.test", headers: { Authorization: "Bearer x" } });
  const runBeside = async (program: ProgramOrder) => {
    started.push(program);
    return { ended: Promise.resolve(0), log: async () => "" };
  };
  const system = bareSystem({ edge: bareEdge({ fromBeside }), runBeside });
  const task = { scenario: regionLoss, retry: "none", seed: 42, tags: [tagOf(42)], folder: "/folder" } as const;
  await k6(placesBeside(system), "image").start({ ...task, dialect: { ...HAPI_DIALECT, ...changes } });
  return JSON.parse(started[0]?.environment?.FHIRDRILL_LOAD ?? "null");
}

test("the script is told where and how to write, and under which tags", async () => {
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

test("it trusts whom the description trusts", async () => {
  let order: ProgramOrder | undefined;
  const runBeside = async (program: ProgramOrder) => {
    order = program;
    return { ended: Promise.resolve(0), log: async () => "" };
  };
  const fromBeside = async () => ({ baseUrl: "https://fhir.test", headers: {}, ca: "/certs/own.pem" });
  const task = { scenario: regionLoss, retry: "none", seed: 42, tags: [], folder: "/folder" } as const;
  await k6(placesBeside(bareSystem({ edge: bareEdge({ fromBeside }), runBeside })), "image").start({
    ...task,
    dialect: HAPI_DIALECT,
  });
  const mounted = order?.folders.find(({ source }) => source === "/certs/own.pem");
  expect(mounted).toMatchObject({ readOnly: true, target: order?.environment.SSL_CERT_FILE });
  expect(JSON.parse(order?.environment.FHIRDRILL_LOAD ?? "")).not.toHaveProperty("ca");
});

test("it is told what versions are like, and to search for its signal where it cannot read it by its id", async () => {
  const { versions, signal } = await told({ versions: "opaque", updateCreate: false });
  expect([versions, signal]).toEqual(["opaque", "Basic?identifier=urn%3Afhirdrill%3Awrite%7Cstart-16"]);
});
