/** How long writes were not acknowledged after a vault's return, by the checker `vault-return`. */
import { describe, expect, test } from "vitest";
import { kindOfWrite } from "../model/load/write.ts";
import { RECONNECTED_WITHIN_SECONDS } from "../model/plan/vault.ts";
import { gatherFacts } from "./facts.ts";
import { PLAN } from "./testing/fake-plan.ts";
import type { Parts } from "./testing/fake-run.ts";
import { BASELINE, every, FAULT_MS, type Instants } from "./testing/fake-timeline.ts";
import { ALL, RETURNED_MS, returned, until } from "./testing/fake-vault-return.ts";
import { MIX } from "./testing/fake-writes.ts";
import { vaultReturn } from "./vault-return.ts";

function checked(writes: readonly Instants[], edit?: (parts: Parts) => Partial<Parts>) {
  const record = returned(writes, {}, edit);
  return vaultReturn.check(record, gatherFacts(record));
}

describe("service that was away", () => {
  const took = (writes: readonly Instants[], edit?: (parts: Parts) => Partial<Parts>) =>
    checked(writes, edit).measures?.vaultReturn?.writesSeconds;
  const missed = (fromMs: number, toMs: number) => every(100, fromMs, toMs, false);
  const served = (fromMs: number, toMs: number) => every(100, fromMs, toMs);
  const END_MS = 45_000;

  test("before the return does not count", () => {
    expect(took(until(RETURNED_MS - 500))).toBe(0);
  });

  test("is not back with a few acknowledgements", () => {
    const writes = (backMs: number, endMs: number) => [
      ...[...until(RETURNED_MS + 2000, RETURNED_MS + 2200), ...missed(RETURNED_MS + 2200, backMs)],
      ...served(backMs, endMs),
    ];
    expect(took(writes(RETURNED_MS + 30_000, END_MS))).toBeCloseTo(30.01, 6);
    const lateMs = RETURNED_MS + RECONNECTED_WITHIN_SECONDS * 1000 + 1000;
    expect(checked(writes(lateMs, lateMs + 5000)).verdict).toBe("broken");
  });

  test("until a moment before the return, and again from a moment after it, was away at the return", () => {
    const writes = [
      ...[...until(RETURNED_MS - 100, RETURNED_MS + 100), ...missed(RETURNED_MS + 100, RETURNED_MS + 5000)],
      ...served(RETURNED_MS + 5000, END_MS),
    ];
    expect(took(writes)).toBeCloseTo(5.01, 6);
  });

  test("for a few writes only counts if they follow what counts within three seconds", () => {
    const few = (...missedMs: number[]) =>
      took(ALL.map(([sentMs, ackMs]) => [sentMs, missedMs.includes(sentMs) ? null : ackMs]));
    // Each is missed until the next one is acknowledged, after 110 ms. Two of one kind would be an outage.
    expect(few(RETURNED_MS - 2400)).toBe(0);
    expect(few(RETURNED_MS + 200)).toBe(0);
    expect(few(RETURNED_MS - 100)).toBeCloseTo(0.01, 6);
    expect(few(RETURNED_MS - 2600, RETURNED_MS + 500)).toBeCloseTo(0.61, 6);
    expect(few(RETURNED_MS - 2600, RETURNED_MS + 600)).toBe(0);
  });

  test("for one kind of write only, and never served again, is not known to be back", () => {
    const isUpdate = (n: number) => kindOfWrite(PLAN.seed, n, MIX) === "update";
    const writes = until(RETURNED_MS + 1000, END_MS).map(
      ([sentMs, ackMs], n): Instants => [sentMs, sentMs > RETURNED_MS && isUpdate(n) ? null : ackMs],
    );
    expect(checked(writes)).toMatchObject({
      verdict: "inconclusive",
      measures: { vaultReturn: { writesSeconds: null } },
    });
  });

  test("after another act of the schedule counts only if service had not been back for ten seconds", () => {
    const backMs = RETURNED_MS + 1000;
    const acted = (atMs: number, isDisaster = false) => {
      const writes = [...until(backMs, atMs), ...missed(atMs, atMs + 3000), ...served(atMs + 3000, END_MS)];
      return took(writes, ({ run, events }) => {
        const { scenario } = run;
        const fault = scenario.faults.length;
        const cut = { kind: "link-cut", link: "hapi-b", afterSeconds: (atMs - FAULT_MS) / 1000 } as const;
        const injecting = { type: "fault", fault, kind: "link-cut", state: "injecting", detail: {} } as const;
        const changed = { ...scenario, faults: [...scenario.faults, cut], ...(isDisaster && { disaster: fault }) };
        return {
          run: { ...run, scenario: changed },
          events: [...events, { ...injecting, atMs }].toSorted((x, y) => x.atMs - y.atMs),
        };
      });
    };
    expect(acted(backMs + 10_010)).toBeCloseTo(1.01, 6);
    expect(acted(backMs + 10_010, true)).toBeCloseTo(1.01, 6);
    expect(acted(backMs + 9000)).toBeCloseTo(13.01, 6);
  });

  test("is not known if no write was sent after the return, or there was no baseline", () => {
    expect(checked([...BASELINE, ...served(FAULT_MS, RETURNED_MS + 1)])).toMatchObject({
      verdict: "inconclusive",
      reason: "no write was sent after the vault's return",
    });
    const none = ({ events }: Parts) => ({ events: events.filter(({ type }) => type !== "phase") });
    expect(checked(ALL, none)).toMatchObject({ verdict: "inconclusive", reason: "there is no baseline" });
  });
});
