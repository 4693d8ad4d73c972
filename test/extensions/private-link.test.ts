/**
 * Clients in two peered networks, on real components: both find the service by name; each fault affects only the
 * clients that it should; and clients find a switched record.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { armFault } from "../../harness/faults/index.ts";
import type { Config } from "../../harness/model/plan/config.ts";
import type { FaultSpec } from "../../harness/model/plan/fault.ts";
import { SITES, type SiteName } from "../../harness/model/plan/site.ts";
import { switchRecord } from "../../harness/operator/switch-record.ts";
import type { PrivateLink } from "../../harness/system/private-link.ts";
import { until } from "../../harness/system/waiting.ts";
import { containerName, isRunning } from "../../harness/systems/lab/container.ts";
import { dockerOf } from "../../harness/systems/lab/engine-client.ts";
import type { Topology } from "../../harness/systems/lab/topology.ts";
import { CONFIGS } from "../../scenarios/configs.ts";
import { startForTest } from "../small-drill.ts";
import { tryOut } from "../try-out.ts";

const config = CONFIGS.find(({ name }) => name === "private-link-two") as Config;
const at = { afterSeconds: 0 };

let topology: Topology;
let privateLink: PrivateLink;

beforeAll(async () => {
  ({ topology } = await startForTest(config));
  privateLink = topology.privateLink as PrivateLink;
});

afterAll(() => topology?.release());

/**
 * Requests as a client of that network does: by name, over a new connection. The status, or `null` without an answer.
 */
async function askFrom(side: SiteName): Promise<number | null> {
  const docker = dockerOf(topology.engine);
  const { hostname, port } = new URL(privateLink.baseUrl);
  const request = `GET /fhir/metadata HTTP/1.0\\r\\nHost: ${hostname}\\r\\n\\r\\n`;
  const script = `exec 3<>/dev/tcp/${hostname}/${port}; printf '${request}' >&3; head -n 1 <&3`;
  const exec = await docker.getContainer(containerName(topology.run, `client-${side}`)).exec({
    ...{ Cmd: ["timeout", "5", "bash", "-c", script], AttachStdout: true, AttachStderr: true },
  });
  const output = await new Promise<string>((resolve, reject) => {
    exec.start({}).then((stream) => {
      let text = "";
      stream.on("data", (chunk: Buffer) => {
        text += chunk.toString("utf8");
      });
      stream.on("end", () => resolve(text));
      stream.on("error", reject);
    }, reject);
  });
  const found = /HTTP\/1\.\d (\d{3})/.exec(output);
  return found ? Number(found[1]) : null;
}
const answers = async () =>
  Object.fromEntries(await Promise.all(SITES.map(async (side) => [side, await askFrom(side)])));
const found = async () =>
  Object.fromEntries(await Promise.all(SITES.map(async (side) => [side, await privateLink.lookUp(side)])));

test("clients of both networks find A's endpoint by name, and get an answer", async () => {
  const { a, b } = privateLink.endpoints;
  expect(a).not.toBe(b);
  expect(await found()).toEqual({ a, b: a });
  expect(await answers()).toEqual({ a: 200, b: 200 });
});

test("an unknown name is refused at once", async () => {
  const client = dockerOf(topology.engine).getContainer(containerName(topology.run, "client-a"));
  expect((await client.inspect()).State.Running).toBe(true);
  const exec = await client.exec({ Cmd: ["timeout", "2", "getent", "hosts", "nobody.privatelink.test"] });
  await exec.start({ Detach: true });
  await until(
    { what: "the look-up to end", deadlineMs: 3000, everyMs: 20 },
    async () => !(await exec.inspect()).Running,
  );
  // 2 is getent's own "not found"; 124 would be a name server that does not answer.
  expect((await exec.inspect()).ExitCode).toBe(2);
});

describe("each fault is not active before, is observed by clients until it is healed, and then is cleared", () => {
  const FAULTS: FaultSpec[] = [
    { kind: "peering-loss", ...at },
    { kind: "resolver-loss", side: "a", ...at },
    { kind: "resolver-loss", side: "b", ...at },
    { kind: "zone-unlinked", side: "b", ...at },
  ];
  test.for(FAULTS)("%j", (spec) => tryOut(topology, spec));

  test("without the peering B's clients get no answer, but A's do", async () => {
    const fault = armFault(topology, { kind: "peering-loss", ...at });
    await fault.inject();
    expect(await answers()).toEqual({ a: 200, b: null });
    await fault.heal();
    expect(await answers()).toEqual({ a: 200, b: 200 });
  });

  test("without its resolver B's clients resolve no name, but A's do", async () => {
    const fault = armFault(topology, { kind: "resolver-loss", side: "b", ...at });
    await fault.inject();
    expect(await found()).toEqual({ a: privateLink.endpoints.a, b: null });
    await fault.heal();
    await until({ what: "B's resolver", deadlineMs: 10_000 }, async () => (await privateLink.lookUp("b")) !== null);
    expect(await answers()).toEqual({ a: 200, b: 200 });
  });
});

test("clients of both networks find a record that the operator switches, there and back", async () => {
  const { signal } = new AbortController();
  for (const to of ["b", "a"] as const) {
    const told = await switchRecord({ system: topology, config, signal }, to);
    expect(told).toMatchObject({ foundInA: privateLink.endpoints[to], foundInB: privateLink.endpoints[to] });
    expect(await answers()).toEqual({ a: 200, b: 200 });
  }
});

test("a region lost with its network is lost to clients of both, who then use B's endpoint; and all of it comes back", async () => {
  const machines = topology.site("a").network ?? [];
  expect(machines.map(({ name }) => name)).toEqual(["dns-a", "endpoint-a", "router-leg-a"]);
  await Promise.all(machines.map(({ component }) => component.kill()));
  expect(await Promise.all(machines.map(({ component }) => component.state()))).toEqual(["dead", "dead", "dead"]);
  expect(await answers()).toEqual({ a: null, b: null });
  const { signal } = new AbortController();
  const told = await switchRecord({ system: topology, config, signal }, "b");
  expect(told).toMatchObject({ foundInA: null, foundInB: privateLink.endpoints.b });
  expect(await answers()).toEqual({ a: null, b: 200 });
  for (const { component } of machines) await component.startAgain();
  await until({ what: "A's network to be back", deadlineMs: 20_000 }, async () =>
    (await Promise.all(machines.map(({ component }) => component.state()))).every((state) => state === "works"),
  );
  // Its resolver has the zone that was written while it was down.
  expect(await found()).toEqual({ a: privateLink.endpoints.b, b: privateLink.endpoints.b });
  expect(await answers()).toEqual({ a: 200, b: 200 });
  await switchRecord({ system: topology, config, signal }, "a");
});

test("no component has died meanwhile", async () => {
  for (const part of ["hapi", "postgres"] as const)
    for (const side of SITES) expect(await isRunning(topology.engine, topology[part][side].container)).toBe(true);
});
