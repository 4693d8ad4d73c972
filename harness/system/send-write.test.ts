import { expect, test } from "vitest";
import { tagOf } from "../model/load/tag.ts";
import { planWrite } from "../model/load/write.ts";
import { sendTagged, sendWrite } from "./send-write.ts";
import { MemoryFhir } from "./testing/memory-fhir.ts";

const SEED = 42;
const tagsIn = (fhir: MemoryFhir) => [...fhir.stored.values()].flat().map((resource) => resource?.meta?.tag);
const put = planWrite(SEED, 0, { put: 1, post: 0, bundle: 0, update: 0 });

test("a run's write carries its tag, as does each resource of a transaction; nothing else changes", async () => {
  const fhir = new MemoryFhir();
  const send = sendTagged(fhir.ask, [tagOf(SEED)], 1000);
  await send(put);
  await send(planWrite(SEED, 1, { put: 0, post: 0, bundle: 1, update: 0 }));
  expect(tagsIn(fhir)).toEqual(Array(1 + 3).fill([tagOf(SEED)]));
  expect(fhir.current(put.path)).toMatchObject(put.body);
});

test("a write of no run is sent unchanged", async () => {
  const fhir = new MemoryFhir();
  await sendWrite(fhir.ask, put, 1000);
  expect(tagsIn(fhir)).toEqual([undefined]);
});

test("an answer is returned with every field that is used later", async () => {
  const sent: RequestInit[] = [];
  const headers = { ETag: 'W/"1"', Location: "Patient/1", "X-Served-By": "b", "Retry-After": "3" };
  const answering = (status: number, more: object = {}) =>
    sendWrite(
      async (_, init = {}) => {
        sent.push(init);
        return new Response("no\n  room", { status, headers: { ...headers, ...more } });
      },
      { ...put, demand: { "If-Match": 'W/"1"' } },
      1000,
    );
  expect(await answering(429)).toEqual({
    ...{ status: 429, acknowledged: false, etag: 'W/"1"', location: "Patient/1", body: "no\n  room", servedBy: "b" },
    ...{ retryAfter: "3", why: "status 429: no room" },
  });
  expect(await answering(200, { "Content-Location": "Patient/1/_history/2" })).toMatchObject({
    ...{ acknowledged: true, location: "Patient/1/_history/2", why: "status 200" },
  });
  expect(sent[0]?.headers).toMatchObject({ "If-Match": 'W/"1"', "X-Request-ID": put.id });
});

test("no answer is a result, too", async () => {
  const refused = () => Promise.reject(new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") }));
  expect(await sendWrite(refused, put, 1000)).toMatchObject({
    ...{ status: 0, acknowledged: false, location: "", why: "connect ECONNREFUSED" },
  });
});
