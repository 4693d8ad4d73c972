import { expect, test } from "vitest";
import type { PlannedWrite } from "../model/load/write.ts";
import { DrillFailure, EXIT } from "../model/program/failure.ts";
import { WARM_UP_LIMIT_MS, type WarmedUp, type WarmUp, warmUp } from "./warm-up.ts";

/**
 * A service with a clock of its own: `latencyAt` gives the latency of a write at that time; `null`: it refuses the
 * write.
 */
class MadeUpService {
  nowMs = 0;
  /** The status of refusals. */
  refusal = 500;
  sent: PlannedWrite[] = [];
  readonly #latencyAt: (nowMs: number, inFlight: number) => number | null;
  #inFlight = 0;
  #due: { atMs: number; answer: () => void }[] = [];

  constructor(latencyAt: (nowMs: number, inFlight: number) => number | null) {
    this.#latencyAt = latencyAt;
  }

  warmUp(changes: Partial<WarmUp> = {}): Promise<WarmedUp> {
    const mix = { put: 5, post: 3, bundle: 1, update: 1 };
    return warmUp({
      ...{
        ratePerSecond: 30,
        askedPerSecond: 30,
        rateAt: Math.floor,
        withinMs: 1000,
        who: "this machine",
        mix,
        seed: 42,
        leastMs: 10_000,
        now: () => this.nowMs,
        onLook: () => {},
      },
      send: (write) => this.#take(write),
      wait: (ms) => this.#pass(ms),
      ...changes,
    });
  }

  #take(write: PlannedWrite) {
    this.sent.push(write);
    this.#inFlight += 1;
    const latencyMs = this.#latencyAt(this.nowMs, this.#inFlight);
    return new Promise<{ acknowledged: boolean; status: number; why: string }>((resolve) => {
      const answer = () => {
        this.#inFlight -= 1;
        if (latencyMs === null) resolve({ acknowledged: false, status: this.refusal, why: `status ${this.refusal}` });
        else resolve({ acknowledged: true, status: 201, why: "" });
      };
      this.#due.push({ atMs: this.nowMs + (latencyMs ?? 1), answer });
    });
  }

  async #pass(ms: number): Promise<void> {
    this.nowMs += ms;
    const due = this.#due.filter(({ atMs }) => atMs <= this.nowMs);
    this.#due = this.#due.filter(({ atMs }) => atMs > this.nowMs);
    for (const { answer } of due) answer();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("a service that is fast from the start is steady after the shortest warm-up", async () => {
  const { steady, tookMs, ratePerSecond } = await new MadeUpService(() => 10).warmUp();
  expect(steady).toBe(true);
  expect(tookMs).toBeGreaterThanOrEqual(10_000);
  expect(tookMs).toBeLessThan(11_000);
  expect(ratePerSecond).toBeGreaterThan(28);
});

test("a cold service is waited for until its latency has come down", async () => {
  const { steady, tookMs, medianMs } = await new MadeUpService((nowMs) => 10 + 500 * 0.5 ** (nowMs / 8000)).warmUp();
  expect(steady).toBe(true);
  expect(tookMs).toBeGreaterThan(25_000);
  expect(tookMs).toBeLessThan(60_000);
  expect(medianMs).toBeLessThan(80);
});

test("a service that carries less is refused with the rate it carries and the option for it", async () => {
  // One at a time, 80 ms each: 12.5 a second.
  const service = new MadeUpService((_, inFlight) => inFlight * 80);
  const failure = await service.warmUp().catch((error) => error);
  expect(failure).toBeInstanceOf(DrillFailure);
  expect(failure.exitCode).toBe(EXIT.inconclusive);
  expect(failure.text.what).toBe("this machine does not carry 30 writes/s, each answered within 1000 ms");
  expect(failure.text.why).toMatch(
    /^after 120 s of warm-up it acknowledged 12\.\d of the 30 writes\/s that a drill needs with its probes, 95 % of them within \d+ ms$/,
  );
  expect(failure.text.todo).toMatch(/^run it with --rate 11, /);
  expect(service.nowMs).toBeLessThan(WARM_UP_LIMIT_MS + 2000);
});

test("the drill's total rate has to be carried, and the suggested rate is the load's", async () => {
  // Twenty at a time, half a second each: 40 a second, and not 44.
  const service = new MadeUpService((_, inFlight) => Math.max(1, inFlight / 20) * 500);
  const failure = await service
    .warmUp({ askedPerSecond: 44, rateAt: (asked) => Math.floor((asked / 1.1 - 7) / 1.1) })
    .catch((error) => error);
  expect(failure.text.what).toMatch(/^this machine does not carry 30 writes\/s/);
  expect(failure.text.todo).toMatch(/^run it with --rate 2\d, /);
});

test("a service that throttles is refused as soon as that is certain, not after two minutes", async () => {
  // 10 a second of 30.
  let bucket = 0;
  let filledMs = 0;
  const limited = (perSecond: number) =>
    new MadeUpService((nowMs) => {
      bucket = Math.min(perSecond, bucket + ((nowMs - filledMs) / 1000) * perSecond);
      filledMs = nowMs;
      if (bucket < 1) return null;
      bucket -= 1;
      return 5;
    });
  const service = limited(10);
  service.refusal = 429;
  const failure = await service.warmUp().catch((error) => error);
  expect([failure.exitCode, failure.text.what]).toEqual([
    EXIT.inconclusive,
    "the service does not take 30 writes/s from this client",
  ]);
  expect(failure.text.why).toMatch(
    /^it answered 6\d % of them with 429 \(too many requests\), and acknowledged (9|10)\.\d /,
  );
  expect(failure.text.todo).toBe("run it with --rate 9, or have its limit raised for the drill");
  expect(service.nowMs).toBeLessThan(11_000);
  [bucket, filledMs] = [0, 0];
  const other = limited(10);
  await expect(other.warmUp()).rejects.toThrow("this machine does not carry 30 writes/s");
  expect(other.nowMs).toBeGreaterThanOrEqual(WARM_UP_LIMIT_MS);
});

test("a service that throttles now and then is waited for like any other", async () => {
  let asked = 0;
  const service = new MadeUpService(() => (++asked % 100 === 0 ? null : 10));
  service.refusal = 429;
  expect((await service.warmUp()).ratePerSecond).toBeGreaterThan(28);
});

test("for a service that answers everything too late, a lower rate is suggested", async () => {
  const failure = await new MadeUpService(() => 900).warmUp({ withinMs: 600 }).catch((error) => error);
  expect(failure.text.todo).toMatch(/^run it with --rate 1\d, /);
});

test("never more than a second's worth of writes is in flight, so that a slow service is not overloaded", async () => {
  let most = 0;
  const service = new MadeUpService((_, inFlight) => {
    most = Math.max(most, inFlight);
    return 60_000;
  });
  await expect(service.warmUp()).rejects.toThrow("0.0 of the 30 writes/s");
  expect(most).toBe(30);
});

test("a service that refuses everything is reported with its own message", async () => {
  const failure = await new MadeUpService(() => null).warmUp().catch((error) => error);
  expect(failure.text.why).toBe(
    "after 120 s of warm-up it acknowledged 0.0 of the 30 writes/s that a drill needs with its probes; the last refusal: status 500",
  );
  expect(failure.text.todo).toMatch(/^a drill needs at least 5 writes\/s/);
});

test("a service at the full rate that is still getting faster at the time limit is accepted", async () => {
  const service = new MadeUpService((nowMs) => (nowMs < WARM_UP_LIMIT_MS - 4000 ? 100 : 50));
  const { steady, tookMs, ratePerSecond } = await service.warmUp({ leastMs: WARM_UP_LIMIT_MS });
  expect(steady).toBe(false);
  expect(tookMs).toBeGreaterThanOrEqual(WARM_UP_LIMIT_MS);
  expect(ratePerSecond).toBeGreaterThan(28);
});

test("its writes have no names of the load", async () => {
  const service = new MadeUpService(() => 10);
  await service.warmUp();
  expect(service.sent.length).toBeGreaterThan(200);
  expect(service.sent.filter(({ id }) => id.startsWith("w16-"))).toEqual([]);
  expect(new Set(service.sent.map(({ id }) => id)).size).toBe(service.sent.length);
});
