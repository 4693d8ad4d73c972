/**
 * A system that is not ours and no HAPI: one container, found by its name, with its own consent and restart policy. What it
 * acknowledged is there after a crash; of the one with the planted defect, as much is gone as was planted.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { armFault } from "../harness/faults/index.ts";
import { FhirSchema } from "../harness/model/plan/own-system.ts";
import { prepareGround } from "../harness/run/set-up.ts";
import { bareSystem } from "../harness/system/testing/bare-system.ts";
import { edgeOf, type OwnEdge } from "../harness/systems/attached/edge.ts";
import { findTargets, refusalOf } from "../harness/systems/attached/find.ts";
import { Journal } from "../harness/systems/attached/journal.ts";
import { Secrets } from "../harness/systems/attached/secret.ts";
import { targetOf } from "../harness/systems/attached/target.ts";
import { buildOtherServer, type OtherServer, startOtherServer } from "./other-server/container.ts";
import { act } from "./try-out.ts";

const view = { say: () => {}, step: () => {}, event: () => {}, live: () => {} };
const TOKEN = "a-token-for-tests";
const PLANTED = 3;

type Ground = Awaited<ReturnType<typeof prepareGround>>;
let ground: Ground;
const servers: OtherServer[] = [];

beforeAll(async () => {
  ground = await prepareGround("auto", view);
  await buildOtherServer(ground.engine, console.log);
  for (const [name, losesLast] of [
    ["sound", 0],
    ["defective", PLANTED],
  ] as const)
    servers.push(await startOtherServer(`other-server-${name}-${process.pid}`, { token: TOKEN, losesLast }));
  process.env.OTHER_SERVER_TOKEN = TOKEN;
});
afterAll(async () => {
  for (const { remove } of servers) await remove();
});

async function target(container: string) {
  const { engine, images } = ground;
  const described = { server: { is: "server", find: { container } } } as const;
  const [found] = await findTargets(engine.container.dockerode, described);
  if (found === undefined) throw new Error("it was not found");
  expect(refusalOf(found, false)).toBeNull();
  const journal = new Journal(mkdtempSync(join(tmpdir(), "other-server-")), null);
  return targetOf(found, { run: `test-${process.pid}`, engine, tools: images.tools.name, journal, ttlSeconds: 60 });
}

function edge(base: string): Promise<OwnEdge> {
  const auth = { kind: "bearer", token: { env: "OTHER_SERVER_TOKEN" } };
  return edgeOf(FhirSchema.parse({ base, auth }), new Secrets());
}

/** The id and version of each that was acknowledged, in order. */
async function write(ask: OwnEdge["ask"], many: number): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let i = 0; i < many; i += 1) {
    const body = JSON.stringify({ resourceType: "Patient", identifier: [{ system: "urn:test:write", value: `${i}` }] });
    const answer = await ask("Patient", { method: "POST", body });
    expect(answer.status).toBe(201);
    const { id, meta } = (await answer.json()) as { id: string; meta: { versionId: string } };
    acknowledged.push(`Patient/${id}/_history/${meta.versionId}`);
  }
  return acknowledged;
}

describe.each([
  ["sound", 0],
  ["with the planted defect", PLANTED],
])("the one that is %s", (_, planted) => {
  test(`after a crash it comes back by itself, and ${planted} of what it acknowledged are gone`, async () => {
    const server = servers[planted === 0 ? 0 : 1] as OtherServer;
    const { ask } = await edge(server.base);
    const acknowledged = await write(ask, 20);
    const it = await target(server.name);
    const fault = armFault(bareSystem({ target: () => it }), {
      kind: "target-crash",
      target: "server",
      afterSeconds: 0,
    });
    expect(await act("inject", fault)).toEqual(["injecting", "injected", "evidenced"]);
    await server.untilAnswers();
    const served = [];
    for (const name of acknowledged) if ((await ask(name)).ok) served.push(name);
    expect(served).toEqual(acknowledged.slice(0, acknowledged.length - planted));
    expect(await server.lost()).toEqual(acknowledged.slice(acknowledged.length - planted));
    expect(await act("heal", fault, 20_000)).toEqual(["healed"]);
  });
});
