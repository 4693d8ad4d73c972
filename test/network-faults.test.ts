/**
 * Faults of the network, each on real components: not active before, active after the injection, cleared after healing.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect } from "vitest";
import { armFault } from "../harness/faults/index.ts";
import type { FaultSpec } from "../harness/model/plan/fault.ts";
import { SUBSCRIPTIONS } from "../harness/replication/logical/subscription.ts";
import { isGone } from "../harness/run/act.ts";
import { until } from "../harness/system/waiting.ts";
import type { Postgres } from "../harness/systems/lab/postgres.ts";
import type { Topology } from "../harness/systems/lab/topology.ts";
import { test } from "./shared-topology.ts";
import { act, tryOut } from "./try-out.ts";

type Sites = Topology["postgres"];

const at = { afterSeconds: 0 };
/** Without effect on replication, its link and its name lookups. */
const BESIDE_REPLICATION: FaultSpec[] = [
  { kind: "packet-drop", link: "hapi-b", direction: "request", ...at },
  { kind: "packet-drop", link: "hapi-b", direction: "answer", ...at },
  { kind: "packet-drop", link: "pg-b", direction: "both", ...at },
  { kind: "dns-failure", part: "hapi-a", ...at },
  { kind: "dns-stale", part: "nginx", ...at },
  { kind: "link-latency", link: "hapi-a", latencyMs: 150, jitterMs: 20, ...at },
  { kind: "link-bandwidth", link: "edge", kilobytesPerSecond: 20, ...at },
  { kind: "link-reset", link: "hapi-b", afterMs: 100, ...at },
  { kind: "link-reset", link: "pg-b", afterMs: 0, ...at },
  { kind: "link-slow-close", link: "edge", delayMs: 300, ...at },
  { kind: "link-slow-close", link: "pg-a", delayMs: 300, ...at },
  { kind: "message-loss", link: "edge", lost: "request", ...at },
  { kind: "message-loss", link: "pg-a", lost: "acknowledgement", ...at },
];
const OF_REPLICATION: FaultSpec[] = [
  { kind: "dns-failure", part: "pg-b", ...at },
  { kind: "link-latency", link: "replication", latencyMs: 100, jitterMs: 0, ...at },
  { kind: "link-bandwidth", link: "replication", kilobytesPerSecond: 100, ...at },
];

/** The tests of a row run one after the other, and at the same time as those of other rows. */
function row(name: string, tests: () => void): void {
  describe.concurrent(name, () => void describe("in a row", { concurrent: false }, tests));
}

row("beside replication", () => {
  test.for(BESIDE_REPLICATION)(
    "%j is not seen before, bites until it is healed, and then is gone",
    (spec, { topology }) => tryOut(topology, spec),
  );

  test("without an injection there is no evidence, and without healing it is not cleared", async ({ topology }) => {
    const fault = armFault(topology, { kind: "link-latency", link: "pg-b", latencyMs: 100, jitterMs: 0, ...at });
    const nothing = async () => {};
    expect(await act("inject", { ...fault, inject: nothing })).toEqual(["injecting", "injected", "not-evidenced"]);
    await fault.inject();
    expect(await act("heal", { ...fault, heal: nothing }, 1000)).toEqual(["not-healed"]);
    await fault.heal();
  });

  test("a restarted component has lost the fault of its network, and it can be injected again", async ({
    topology,
  }) => {
    const fault = armFault(topology, { kind: "dns-failure", part: "nginx", ...at });
    expect(await act("inject", fault)).toContain("evidenced");
    const nginx = topology.component("nginx");
    await nginx.kill();
    expect(isGone(await fault.evidence())).toBe(true);
    await fault.heal();
    await nginx.startAgain();
    expect(isGone(await fault.evidence())).toBe(true);
    expect(await act("inject", fault)).toContain("evidenced");
    expect(await act("heal", fault)).toEqual(["healed"]);
  });

  describe("a PUT whose answer never came", () => {
    test.for([
      ["request", 0],
      ["acknowledgement", 1],
    ] as const)("because the %s was lost, is carried out %i times", async ([lost, times], { topology }) => {
      const fault = armFault(topology, { kind: "message-loss", link: "hapi-a", lost, ...at });
      const id = `lost-${lost}`;
      await act("inject", fault);
      const answer = fetch(`http://${topology.links.addressOf("hapi-a")}/fhir/Patient/${id}`, {
        method: "PUT",
        headers: { "Content-Type": "application/fhir+json" },
        body: JSON.stringify({ resourceType: "Patient", id }),
        signal: AbortSignal.timeout(3000),
      });
      await expect(answer).rejects.toThrow("timeout");
      await act("heal", fault);
      const stored = await topology.postgres.a.query("select from hfj_resource where fhir_id = $1", [id]);
      expect(stored).toHaveLength(times);
    });
  });
});

// Mostly waiting.
row("on the way by which B follows", () => {
  test.for(OF_REPLICATION)("%j is not active before, is active until healed, and then cleared", (spec, { topology }) =>
    tryOut(topology, spec),
  );

  test("what fails for the sidecar container fails in the component itself", async ({ topology }) => {
    const inside = async () => {
      const { exitCode } = await topology.postgres.b.container.exec(["timeout", "2", "getent", "hosts", "toxiproxy"]);
      return exitCode === 0;
    };
    const fault = armFault(topology, { kind: "dns-failure", part: "pg-b", ...at });
    expect(await inside()).toBe(true);
    await fault.inject();
    expect(await inside()).toBe(false);
    await fault.heal();
    expect(await inside()).toBe(true);
  });

  test("the component itself resolves the stale name", async ({ topology }) => {
    const fault = armFault(topology, { kind: "dns-stale", part: "pg-b", ...at });
    const inside = async () =>
      (await topology.postgres.b.container.exec(["getent", "hosts", "toxiproxy"])).output.trim();
    const before = await inside();
    await fault.inject();
    expect(await inside()).toContain(String((await fault.evidence()).detail.dead));
    await fault.heal();
    expect(await inside()).toBe(before);
  });

  describe("after dropped packets", () => {
    const spec: FaultSpec = { kind: "packet-drop", link: "replication", direction: "both", ...at };
    const heartbeat = async ({ query }: Postgres) =>
      (await query<{ at_ms: number }>("select at_ms from fhirdrill.heartbeat"))[0]?.at_ms;
    const beat = ({ a }: Sites) => a.query("update fhirdrill.heartbeat set at_ms = at_ms + 1");
    const arrived = async ({ a, b }: Sites) => (await heartbeat(b)) === (await heartbeat(a));
    const untilFollowed = (sides: Sites) =>
      until({ what: "B to follow again", deadlineMs: 30_000, everyMs: 100 }, () => arrived(sides));

    async function apartFor(ms: number, topology: Topology): Promise<void> {
      const fault = armFault(topology, spec);
      await act("inject", fault);
      await beat(topology.postgres);
      await sleep(ms);
      expect(await arrived(topology.postgres)).toBe(false);
      expect(await act("heal", fault)).toEqual(["healed"]);
    }

    test("B follows again within seconds, and gets what A wrote meanwhile", async ({ topology }) => {
      // Longer than the timeouts of both ends: both have closed the connection.
      await apartFor(7000, topology);
      await untilFollowed(topology.postgres);
    });

    test("without a time limit of its connection, B does not follow long after they are healed", async ({
      topology,
    }) => {
      const { b } = topology.postgres;
      const [row] = await b.query<{ text: string }>(
        "select subconninfo as text from pg_subscription where subname = $1",
        [SUBSCRIPTIONS.b],
      );
      const connect = (text = "") => b.query(`alter subscription ${SUBSCRIPTIONS.b} connection '${text}'`);
      await connect(row?.text.replace(/ tcp_user_timeout=\d+/, ""));
      try {
        await beat(topology.postgres);
        await untilFollowed(topology.postgres);
        // TCP retries one, two, four, eight and sixteen seconds after one another (later on kernels that begin with
        // some at even intervals): the next retry is ten seconds away.
        await apartFor(27_000, topology);
        for (let look = 0; look < 20; look += 1) {
          await sleep(200);
          expect(await arrived(topology.postgres)).toBe(false);
        }
        await b.query("select pg_terminate_backend(pid) from pg_stat_subscription where subname = $1", [
          SUBSCRIPTIONS.b,
        ]);
        await untilFollowed(topology.postgres);
      } finally {
        await connect(row?.text);
      }
    });
  });
});
