import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Ask } from "../../system/fhir-server.ts";
import { Asker } from "./asker.ts";

/** The clock advances only by sleeping. */
let nowMs = 0;
beforeEach(() => {
  nowMs = 5000;
  vi.spyOn(performance, "now").mockImplementation(() => nowMs);
  vi.spyOn(Date, "now").mockImplementation(() => Date.UTC(2026, 10, 29) + nowMs);
});
afterEach(() => vi.restoreAllMocks());

function asking(ask: Ask, { withinMs = 60_000, requestMs = 5000 } = {}) {
  const waits: number[] = [];
  const sleep = async (ms: number) => {
    waits.push(ms);
    nowMs += ms;
  };
  const asker = new Asker(ask, { endMs: nowMs + withinMs, requestMs, sleep });
  return { asker, waits };
}
const busy = (after?: string) =>
  new Response("", { status: 429, headers: after === undefined ? {} : { "Retry-After": after } });
const inSequence = (...answers: (Response | Error)[]): Ask => {
  return async () => {
    const next = answers.shift();
    if (next === undefined || next instanceof Error) throw next ?? new Error("asked too often");
    return next;
  };
};

test("a request bypasses caches and accepts JSON, and the answer is returned", async () => {
  let sent: Headers | undefined;
  const { asker } = asking(async (_, init) => {
    sent = new Headers(init?.headers);
    return new Response("body", { status: 404, headers: { ETag: 'W/"3"' } });
  });
  expect(await asker.get("Patient/1")).toMatchObject({ status: 404, etag: 'W/"3"', text: "body", why: null });
  expect([sent?.get("Cache-Control"), sent?.get("Accept")]).toEqual(["no-cache", "application/fhir+json"]);
});

test("an unreachable server gives no answer, with the first reason", async () => {
  const { asker } = asking(inSequence(new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") })));
  expect(await asker.get("x")).toMatchObject({ status: 0, text: "", why: "connect ECONNREFUSED" });
});

describe("a server that throttles", () => {
  const done = () => new Response("done");

  test.each([
    ["seconds", "7", 7000],
    ["no time", undefined, 1000],
    ["no time at all", "0", 1000],
    ["what is no time", "soon", 1000],
  ])("with %s in Retry-After gets no requests for so long", async (_, after, ms) => {
    const { asker, waits } = asking(inSequence(busy(after), done()));
    expect(await asker.get("x")).toMatchObject({ status: 200, text: "done" });
    expect(waits).toEqual([ms]);
  });

  test("may give a date", async () => {
    const { asker, waits } = asking(inSequence(busy(new Date(Date.now() + 20_000).toUTCString()), done()));
    expect((await asker.get("x")).status).toBe(200);
    expect(waits).toEqual([20_000]);
  });

  test("gets no requests from any asker for as long as it says", async () => {
    const { asker, waits } = asking(inSequence(busy("9"), done(), done(), done()));
    await asker.get("x");
    nowMs -= 9000;
    await asker.get("y");
    expect(waits).toEqual([9000, 9000]);
    await asker.get("z");
    expect(waits).toHaveLength(2);
  });

  test("for longer than the time left gets no more requests", async () => {
    const { asker, waits } = asking(inSequence(busy("90")));
    expect(await asker.get("x")).toMatchObject({ status: 429, why: "it throttles (429)" });
    expect(waits).toEqual([]);
  });
});

describe("a server that never answers", () => {
  const silent: Ask = () => new Promise(() => {});

  test("is waited for up to the request's limit", async () => {
    const { asker } = asking(silent, { requestMs: 5 });
    expect(await asker.get("x")).toMatchObject({ status: 0, why: "no answer within 5 ms" });
  });

  test("to the end is not waited for longer either", async () => {
    const half: Ask = async () => new Response(new ReadableStream({ start: (to) => to.enqueue(new Uint8Array(1)) }));
    const { asker } = asking(half, { requestMs: 5 });
    expect(await asker.get("x")).toMatchObject({ status: 0, why: "no answer within 5 ms" });
  });

  test("has its request aborted", async () => {
    let signal: AbortSignal | null | undefined;
    const { asker } = asking(
      (_, init) => {
        signal = init?.signal;
        return silent("", init);
      },
      { requestMs: 5 },
    );
    await asker.get("x");
    expect(signal?.aborted).toBe(true);
  });

  test("is not waited for beyond the deadline", async () => {
    const { asker } = asking(silent, { withinMs: 5, requestMs: 500 });
    expect(asker.timeIsUp).toBe(false);
    expect(await asker.get("x")).toMatchObject({ status: 0, why: "no answer within 5 ms" });
    nowMs += 5;
    expect(asker.timeIsUp).toBe(true);
    expect(await asker.get("x")).toMatchObject({ status: 0, why: "the time for all requests was up" });
  });
});
