/** What the probe writes to servers of several dialects, beat by beat. */
import { createServer } from "node:http";
import { describe, expect, test, vi } from "vitest";
import { tagBesideOf } from "../model/load/tag.ts";
import type { AvailabilityProbe } from "../model/record/probe.ts";
import { askAt } from "../system/edge.ts";
import { listen } from "../system/testing/loopback-server.ts";
import { MemoryFhir } from "../system/testing/memory-fhir.ts";
import { AVAILABILITY_PERIOD_MS, startAvailabilityProbe } from "./availability.ts";
import { ProbedResource } from "./probed-resource.ts";

const SEED = 42;

async function probed(fhir: MemoryFhir, updateCreate: boolean, beats: number, before = (_beat: number) => {}) {
  const probes: AvailabilityProbe[] = [];
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  try {
    const report = (probe: AvailabilityProbe) => void probes.push(probe);
    const stop = startAvailabilityProbe({
      edge: fhir,
      seed: SEED,
      tags: [tagBesideOf(SEED)],
      updateCreate,
      now: () => 7,
      report,
    });
    for (let beat = 1; beat <= beats; beat += 1) {
      before(beat);
      vi.advanceTimersByTime(AVAILABILITY_PERIOD_MS);
      // Until this beat has been answered.
      while (probes.length < beat) await new Promise((resolve) => setImmediate(resolve));
    }
    await stop();
  } finally {
    vi.useRealTimers();
  }
  return { asked: fhir.asked, statuses: probes.map(({ status }) => status), probes };
}

const refusing = (status: number) => {
  const fhir = new MemoryFhir({ ownIds: true });
  fhir.intercept = (_, init) => (init?.method === "PUT" ? new Response(null, { status }) : null);
  return fhir;
};
const tags = (fhir: MemoryFhir) => [...fhir.stored.values()].flat().map((resource) => resource?.meta?.tag);

describe("if clients may choose ids", () => {
  test("it is always the same resource", async () => {
    const fhir = new MemoryFhir();
    const { asked, probes } = await probed(fhir, true, 3);
    expect(asked).toEqual(Array(3).fill("PUT Basic/fhirdrill-availability"));
    expect(probes[1]).toEqual({
      ...{ type: "availability", sentMs: 7, doneMs: 7, ok: true, status: 200, servedBy: "" },
    });
    expect(fhir.current("Basic/fhirdrill-availability")).toMatchObject({ code: { text: "round 3" } });
    expect(tags(fhir)).toEqual(Array(3).fill([tagBesideOf(SEED)]));
  });

  test("a refusal changes nothing", async () => {
    const fhir = new MemoryFhir();
    fhir.intercept = () => (fhir.asked.length === 2 ? new Response(null, { status: 404 }) : null);
    expect((await probed(fhir, true, 3)).asked).toEqual(Array(3).fill("PUT Basic/fhirdrill-availability"));
  });
});

describe("if the server assigns ids", () => {
  const kinds = (asked: readonly string[]) => asked.map((request) => request.split("/")[0]);

  test("a resource is created with an identifier, then updated under its assigned name", async () => {
    const fhir = new MemoryFhir({ ownIds: true, versions: "opaque" });
    const { asked, statuses } = await probed(fhir, false, 3);
    const [name] = [...fhir.stored.keys()] as [string];
    expect(asked).toEqual(["POST Basic", `PUT ${name}`, `PUT ${name}`]);
    expect(statuses).toEqual([201, 200, 200]);
    expect(fhir.current(name)).toMatchObject({
      identifier: [{ system: "urn:fhirdrill:write", value: "availability-16" }],
      code: { text: "round 3" },
    });
    expect(tags(fhir)).toEqual(Array(3).fill([tagBesideOf(SEED)]));
  });

  test("a resource lost in a failover is created again, and the new one updated", async () => {
    const fhir = new MemoryFhir({ ownIds: true });
    const { asked, statuses } = await probed(fhir, false, 6, (beat) => {
      if (beat === 4) fhir.stored.clear();
    });
    expect(kinds(asked)).toEqual(["POST Basic", "PUT Basic", "PUT Basic", "PUT Basic", "POST Basic", "PUT Basic"]);
    expect(statuses).toEqual([201, 200, 200, 404, 201, 200]);
  });

  test("after an outage, the same resource is written", async () => {
    const fhir = new MemoryFhir({ ownIds: true });
    fhir.intercept = () => (fhir.asked.length === 3 ? new Response(null, { status: 503 }) : null);
    const { asked, statuses } = await probed(fhir, false, 5);
    expect(kinds(asked)).toEqual(["POST Basic", "PUT Basic", "PUT Basic", "PUT Basic", "PUT Basic"]);
    expect(statuses).toEqual([201, 200, 503, 200, 200]);
  });

  test.each([400, 404, 405, 422])("each beat creates one if updates are refused with %i", async (status) => {
    const { asked, statuses } = await probed(refusing(status), false, 5);
    expect(kinds(asked)).toEqual(["POST Basic", "PUT Basic", "POST Basic", "POST Basic", "POST Basic"]);
    expect(statuses).toEqual([201, status, 201, 201, 201]);
  });

  test("each beat tries until one is created", async () => {
    const fhir = new MemoryFhir({ ownIds: true });
    fhir.intercept = () => (fhir.asked.length < 3 ? new Response(null, { status: 503 }) : null);
    const { asked, statuses } = await probed(fhir, false, 4);
    expect(kinds(asked)).toEqual(["POST Basic", "POST Basic", "POST Basic", "PUT Basic"]);
    expect(statuses).toEqual([503, 503, 201, 200]);
  });
});

test("a late refusal for a lost resource does not affect its successor", () => {
  const resource = new ProbedResource(SEED, { updateCreate: false });
  const answer = {
    status: 0,
    acknowledged: false,
    etag: "",
    location: "",
    body: "",
    servedBy: "",
    retryAfter: null,
    why: "",
  };
  const made = (id: string) =>
    resource.learn(resource.write(1), { ...answer, status: 201, acknowledged: true, location: `Basic/${id}` });
  made("1");
  const [updated, first, second] = [resource.write(2), resource.write(3), resource.write(4)];
  resource.learn(updated, { ...answer, status: 200, acknowledged: true });
  resource.learn(first, { ...answer, status: 404 });
  made("2");
  resource.learn(second, { ...answer, status: 404 });
  expect(resource.write(5)).toMatchObject({ method: "PUT", path: "Basic/2" });
});

test("each write opens a connection of its own", async () => {
  let connections = 0;
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(201).end());
  }).on("connection", () => {
    connections += 1;
  });
  const edge = { ask: askAt(await listen(server)) };
  try {
    const { probes } = await probed(Object.assign(new MemoryFhir(), edge), true, 5);
    expect(probes.map(({ ok }) => ok)).toEqual(Array(5).fill(true));
    expect(connections).toBe(5);
  } finally {
    server.close();
  }
});

test("a missing answer is recorded with status 0", async () => {
  const fhir = new MemoryFhir();
  const edge = { ask: () => Promise.reject(new Error("connect ECONNREFUSED")) };
  const { probes } = await probed(Object.assign(fhir, edge), true, 1);
  expect(probes).toEqual([
    { ...{ type: "availability", sentMs: 7, doneMs: 7 }, ...{ ok: false, status: 0, servedBy: "" } },
  ]);
});
