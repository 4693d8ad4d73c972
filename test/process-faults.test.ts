/**
 * Every fault of a process or a machine on real components: not active before injection, active while it lasts, still
 * active if healing is left out, and cleared once it is healed.
 */
import { describe, expect } from "vitest";
import { armFault } from "../harness/faults/index.ts";
import type { FaultSpec } from "../harness/model/plan/fault.ts";
import { type ComponentName, SITES } from "../harness/model/plan/site.ts";
import { startClock } from "../harness/model/record/clock.ts";
import { isFenced } from "../harness/replication/logical/fence.ts";
import { isGone, perform, type Stage } from "../harness/run/act.ts";
import { until } from "../harness/system/waiting.ts";
import type { Topology } from "../harness/systems/lab/topology.ts";
import { test } from "./shared-topology.ts";

const WHOLE = ["injecting", "injected", "evidenced", "not-healed", "healed"];

/** The states that a drill would report, including those of a healing that does nothing. */
async function tryOut(topology: Topology, spec: FaultSpec, whileItBites = async () => {}): Promise<string[]> {
  const fault = armFault(topology, spec);
  expect((await fault.evidence()).bit).toBe(false);
  const waiting = { what: `a time before ${spec.kind}`, deadlineMs: 120_000 };
  await until(waiting, async () => (({ bit, gone = !bit }) => gone)(await fault.evidence()));
  const states: string[] = [];
  const tell: Stage["tell"] = (state, detail) => {
    console.log(`${performance.now().toFixed(0)} ${spec.kind} ${state} ${JSON.stringify(detail)}`);
    states.push(state);
  };
  const stage = { tell, now: startClock(), signal: new AbortController().signal, healsWithinMs: 180_000 };
  await perform("inject", fault, stage);
  await perform("heal", { ...fault, heal: async () => {} }, { ...stage, healsWithinMs: 0 });
  await whileItBites();
  await untilSeen(fault, true);
  await perform("heal", fault, stage);
  await untilSeen(fault, false);
  return states;
}

/** By the recheck of a lasting fault. As in a drill, it is repeated when it sees something else for a moment. */
async function untilSeen(fault: ReturnType<typeof armFault>, bites: boolean): Promise<void> {
  const what = `${fault.spec.kind} to be seen ${bites ? "to last" : "to be gone"}`;
  await until({ what, deadlineMs: 1000, everyMs: 100 }, async () => {
    const seen = await fault.recheck();
    if (seen.bit !== bites || isGone(seen) === bites) throw new Error(JSON.stringify(seen));
    return true;
  });
}

/** Writes through the clients' address, with retries: pools and proxies need a moment to recover. */
async function untilWritten(topology: Topology, id: string): Promise<void> {
  const edge = topology.links.addressOf("edge");
  await until({ what: `${id} to be written`, deadlineMs: 60_000 }, async () => {
    const answer = await fetch(`http://${edge}/fhir/Patient/${id}`, {
      method: "PUT",
      headers: { "Content-Type": "application/fhir+json" },
      body: JSON.stringify({ resourceType: "Patient", id }),
      signal: AbortSignal.timeout(5000),
    });
    return answer.ok;
  });
}

/** Writes on A, then waits until B's own server can read it. */
async function untilFollowed(topology: Topology, id: string): Promise<void> {
  await untilWritten(topology, id);
  await until(
    { what: `${id} to reach B`, deadlineMs: 60_000 },
    async () => (await topology.hapi.b.request(`Patient/${id}`)).ok,
  );
}

describe("a process", () => {
  test.for<ComponentName>(["pg-a", "pg-b", "nginx"])(
    "%s is killed, and works again under another port",
    async (part, { topology }) => {
      expect(await tryOut(topology, { kind: "process-kill", part, afterSeconds: 0 })).toEqual(WHOLE);
      await untilFollowed(topology, `after-kill-of-${part}`);
    },
  );

  test.for<ComponentName>(["pg-a", "hapi-a"])("%s stands still, and goes on", async (part, { topology }) => {
    expect(await tryOut(topology, { kind: "freeze", part, afterSeconds: 0 })).toEqual(WHOLE);
    await untilFollowed(topology, `after-freeze-of-${part}`);
  });

  test.for<ComponentName>(["pg-b", "hapi-a"])("%s gets too little of a processor", async (part, { topology }) => {
    expect(await tryOut(topology, { kind: "cpu-starvation", part, cores: 0.1, afterSeconds: 0 })).toEqual(WHOLE);
  });

  test("hapi-b's clock is ten minutes slow, and then correct again", async ({ topology }) => {
    expect(await tryOut(topology, { kind: "clock-skew", side: "b", offsetSeconds: -600, afterSeconds: 0 })).toEqual(
      WHOLE,
    );
    await untilFollowed(topology, "after-wrong-clock");
  });

  test("the clock of a server without its own clock cannot be set", async ({ topology }) => {
    const fault = armFault(topology, { kind: "clock-skew", side: "a", offsetSeconds: 60, afterSeconds: 0 });
    await expect(fault.inject()).rejects.toThrow(/no clock of its own/);
  });

  test("a process of PostgreSQL dies, and the server ends all sessions without being restarted", async ({
    topology,
  }) => {
    const [before] = await topology.postgres.a.query<SessionTimes>(SESSIONS);
    expect(await tryOut(topology, { kind: "database-crash", side: "a", afterSeconds: 0 })).toEqual(WHOLE);
    await untilFollowed(topology, "after-crash");
    const [after] = await topology.postgres.a.query<SessionTimes>(SESSIONS);
    expect(after?.server).toEqual(before?.server);
    expect(after?.oldest).toBeGreaterThan(before?.newest as number);
  });
});

interface SessionTimes {
  server: Date;
  oldest: number;
  newest: number;
}
/** When the server started, and the first and last start of HAPI A's sessions. */
const SESSIONS = `
  select pg_postmaster_start_time() as server,
         extract(epoch from min(backend_start))::float8 as oldest, extract(epoch from max(backend_start))::float8 as newest
    from pg_stat_activity where application_name = 'hapi-a'`;

describe("PostgreSQL's resources are exhausted", () => {
  test("connections: HAPI gets none, but administrators still do", async ({ topology }) => {
    const spec: FaultSpec = { kind: "connection-exhaustion", side: "a", afterSeconds: 0 };
    const refused = async () => {
      const answer = await topology.hapi.a.request("Patient/nobody");
      expect(answer.status).toBe(500);
    };
    expect(await tryOut(topology, spec, refused)).toEqual(WHOLE);
    await untilFollowed(topology, "after-exhaustion");
  });

  test("all connections but one, with which HAPI continues: not active", async ({ topology }) => {
    const fault = armFault(topology, { kind: "connection-exhaustion", side: "a", afterSeconds: 0 });
    await fault.inject();
    try {
      expect((await fault.evidence()).bit).toBe(true);
      await topology.postgres.a.query(
        "select pg_terminate_backend(min(pid)) from pg_stat_activity where application_name = 'another application'",
      );
      await until(
        { what: "HAPI A to serve again", deadlineMs: 60_000 },
        async () => (await topology.hapi.a.request("Patient/nobody")).status === 404,
      );
      expect(await fault.evidence()).toMatchObject({ bit: false, detail: { answer: "53300", left: 1 } });
      expect(await fault.recheck()).toMatchObject({ bit: false, gone: true });
    } finally {
      await fault.heal();
    }
    await untilFollowed(topology, "after-all-but-one");
  });

  test("disk space: writes fail until it is healed", async ({ topology }) => {
    expect(await tryOut(topology, { kind: "disk-full", side: "b", afterSeconds: 0 })).toEqual(WHOLE);
    await untilFollowed(topology, "after-full-disk");
  });

  test("the disk of a site without its own disk is not filled", async ({ topology }) => {
    await expect(armFault(topology, { kind: "disk-full", side: "a", afterSeconds: 0 }).inject()).rejects.toThrow(
      /no disk of its own/,
    );
  });
});

describe("machines", () => {
  test("region A falls silent and comes back writable; region B refuses connections meanwhile, and comes back fenced and following", async ({
    topology,
  }) => {
    // As soon as A's links work again: both FHIR servers boot at the same time.
    let other = Promise.resolve<string[]>([]);
    const lossOfA: FaultSpec = { kind: "region-loss", side: "a", how: "silence", afterSeconds: 0 };
    const lossOfB: FaultSpec = { kind: "region-loss", side: "b", how: "refusal", afterSeconds: 0 };
    const first = await tryOut(topology, lossOfA, async () => {
      other = tryOut(topology, lossOfB);
    });
    expect([first, await other]).toEqual([WHOLE, WHOLE]);
    expect(await Promise.all(SITES.map((side) => isFenced(topology.postgres[side])))).toEqual([false, true]);
    await untilFollowed(topology, "after-both-regions");
  }, 240_000);

  test("at the end everything works", async ({ topology }) => {
    const parts = ["nginx", ...SITES.flatMap((side) => [`hapi-${side}`, `pg-${side}`] as const)] as const;
    await until({ what: "all parts to work", deadlineMs: 60_000 }, async () => {
      const states = await Promise.all(parts.map((part) => topology.component(part).state()));
      return states.every((state) => state === "works");
    });
  });
});
