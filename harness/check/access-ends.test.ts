import { describe, expect, test } from "vitest";
import { accessEnds } from "./access-ends.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { PLAN } from "./testing/fake-plan.ts";
import { fakeParts, fakeRun, type Parts, recordOf } from "./testing/fake-run.ts";
import { BASELINE, every, FAULT_MS, type Instants, timeline } from "./testing/fake-timeline.ts";
import { type VaultPlan, withVault } from "./testing/fake-vault.ts";

const AWAY = { kind: "key-revocation", fromMs: FAULT_MS, toMs: FAULT_MS + 120_000 } as const;
/** The last certificate of both sites expires then, and connections last for 30 s more. */
const ENDED_MS = FAULT_MS + 50_000;
const BOUND_MS = ENDED_MS + 30_000;
/** Tolerance: two seconds, one second that renewers do not resolve, and the clock error. */
const SLACK_MS = 3000 + PLAN.clock.errorMs;
const BACK_MS = AWAY.toMs + 5000;
const END_MS = BACK_MS + 20_000;

const ACCESS: Partial<VaultPlan> = {
  // So rarely that a silent renewer proves nothing.
  ...{ guards: "access", away: AWAY, validMs: 60_000, renewSeconds: 1800 },
  givenMs: { a: [ENDED_MS - 60_000, BACK_MS], b: [ENDED_MS - 60_000, BACK_MS] },
  inVainMs: { a: [FAULT_MS + 5000, FAULT_MS + 100_000], b: [FAULT_MS + 5000] },
};
/** Writes acknowledged until `stopMs`, and again from the vault's return on. */
const stopping = (stopMs: number): Instants[] => [
  ...BASELINE,
  ...every(100, FAULT_MS, stopMs),
  ...every(100, stopMs, BACK_MS, false),
  ...every(100, BACK_MS, END_MS),
];

function checked(
  writes: readonly Instants[],
  changes: Partial<VaultPlan> = {},
  edit: (parts: Parts) => Parts = (parts) => parts,
) {
  const record = timeline(writes, {}, (parts) => edit(withVault(answeredBy(parts), { ...ACCESS, ...changes })));
  return accessEnds.check(record, gatherFacts(record));
}

/** Nobody is known to have answered what was not acknowledged. */
function answeredBy(parts: Parts, site: (sentMs: number) => "a" | "b" = () => "a"): Parts {
  const operations = parts.operations.map((op) => ({
    ...op,
    servedBy: op.outcome === "ok" ? site(op.invokedMs) : "",
  }));
  return { ...parts, operations };
}

test("no objective without a vault, or if nothing was done to it", () => {
  const bare = fakeRun();
  expect(accessEnds.check(bare, gatherFacts(bare)).reason).toBe("the configuration has no vault");
  const calm = recordOf(withVault(fakeParts()));
  expect(accessEnds.check(calm, gatherFacts(calm)).reason).toBe("nothing was done to the vault");
  const parts = withVault(fakeParts());
  const cut = recordOf({ ...parts, vault: parts.vault.slice(1) });
  expect(accessEnds.check(cut, gatherFacts(cut)).verdict).toBe("inconclusive");
});

describe("by certificates", () => {
  test("access that ends within the bound holds, and its end is reported", () => {
    const { verdict, reason, measures } = checked(stopping(ENDED_MS + 4000));
    expect(verdict).toBe("holds");
    // The last write was sent 100 ms before.
    expect(reason).toBe("writes were acknowledged until 3.90 s after the certificate expired; the bound is 30.0 s");
    expect(measures?.accessEnds).toEqual({
      ...{ past: { count: 0, ids: [] }, givenMeanwhile: 0, boundSeconds: 30, servedSeconds: 3.9, startsInVain: null },
    });
  });

  test("a revocation after which access goes on is broken, and each write past the bound is named", () => {
    const { verdict, reason, evidence, measures } = checked(stopping(BACK_MS));
    expect(verdict).toBe("broken");
    expect(reason).toMatch(
      /^\d+ writes were acknowledged past the bound; the vault issued 0 keys or certificates while it was away$/,
    );
    const past = BACK_MS - 1000 - PLAN.clock.errorMs - (BOUND_MS + SLACK_MS);
    expect(measures?.accessEnds?.past.count).toBeGreaterThanOrEqual(Math.floor(past / 100) - 1);
    expect(evidence?.length).toBe(measures?.accessEnds?.past.count);
    expect(evidence?.[0]).toMatch(/: acknowledged by a past the bound, ledger\.ndjson:\d+$/);
  });

  test("a write that waited for a connection with the next certificate was not acknowledged past the bound", () => {
    const waited = (doneMs: number): Instants[] => [
      ...BASELINE,
      ...every(100, FAULT_MS, ENDED_MS),
      ...every(100, ENDED_MS, BACK_MS - 4000, false),
      [BACK_MS - 3000, doneMs],
      ...every(100, BACK_MS, END_MS),
    ];
    expect(checked(waited(BACK_MS + 100))).toMatchObject({
      verdict: "holds",
      measures: { accessEnds: { servedSeconds: -0.1 } },
    });
    expect(checked(waited(BACK_MS - 2000)).verdict).toBe("broken");
    // The server may have had the certificate a second before that was recorded.
    expect(checked(waited(BACK_MS - 1000 - PLAN.clock.errorMs)).verdict).toBe("holds");
    expect(checked(waited(BACK_MS - 1001 - PLAN.clock.errorMs)).verdict).toBe("broken");
  });

  test("each site's access ends with its own certificate", () => {
    // B's certificate is the newer one by half a minute, and B serves after A's access has ended.
    const givenMs = { a: [ENDED_MS - 60_000, BACK_MS], b: [ENDED_MS - 51_000, BACK_MS] };
    const switchedMs = BOUND_MS + SLACK_MS + 1000;
    const writes = [
      ...BASELINE,
      ...every(100, FAULT_MS, ENDED_MS),
      ...every(100, ENDED_MS, switchedMs, false),
      ...every(100, switchedMs, switchedMs + 4000),
      ...every(100, switchedMs + 4000, BACK_MS, false),
      ...every(100, BACK_MS, END_MS),
    ];
    const of = (site: "a" | "b") =>
      checked(writes, { givenMs }, (parts) => answeredBy(parts, (ms) => (ms < switchedMs ? "a" : site)));
    expect(of("a")).toMatchObject({ verdict: "broken", measures: { accessEnds: { past: { count: 40 } } } });
    // Since B's certificate expired, nine seconds after A's.
    const servedSeconds = (switchedMs + 3900 - (ENDED_MS + 9000)) / 1000;
    expect(of("b")).toMatchObject({ verdict: "holds", measures: { accessEnds: { servedSeconds } } });
  });

  test("access that nobody asked for did not end", () => {
    const silent = [...BASELINE, ...every(100, FAULT_MS, ENDED_MS), ...every(100, BACK_MS, END_MS)];
    expect(checked(silent).verdict).toBe("no-objective");
    const [before, after] = [every(100, ENDED_MS, BOUND_MS, false), every(100, BACK_MS - 1000, BACK_MS, false)];
    expect(checked([...silent, ...before, ...after].toSorted(([x], [y]) => x - y)).verdict).toBe("no-objective");
  });

  test("the boundary is the certificate's expiry, the longest connection, and the tolerance", () => {
    const one = (ms: number): Instants[] => [
      ...BASELINE,
      ...every(100, FAULT_MS, ENDED_MS),
      ...every(100, ENDED_MS, ms, false),
      [ms, ms + 10],
      ...every(100, ms + 100, BACK_MS, false),
      ...every(100, BACK_MS, END_MS),
    ];
    expect(checked(one(BOUND_MS + SLACK_MS)).verdict).toBe("holds");
    expect(checked(one(BOUND_MS + SLACK_MS + 1)).verdict).toBe("broken");
  });

  test("service that stopped before the certificate expired has ended as well", () => {
    expect(checked(stopping(ENDED_MS - 900)).reason).toBe(
      "acknowledgements stopped before the certificate expired; the bound is 30.0 s",
    );
    expect(checked(stopping(ENDED_MS + 100)).reason).toBe(
      "writes were acknowledged until 0.00 s after the certificate expired; the bound is 30.0 s",
    );
  });

  test("if each certificate was replaced in time, no access had to end", () => {
    const givenMs = { a: [ENDED_MS - 60_000, BOUND_MS], b: [ENDED_MS - 60_000, BOUND_MS] };
    const away = { ...AWAY, toMs: BOUND_MS - 2000 };
    expect(checked(stopping(END_MS), { away, givenMs })).toMatchObject({
      verdict: "no-objective",
      reason: "each certificate was replaced before access had to end",
      measures: { accessEnds: { servedSeconds: null, past: { count: 0 } } },
    });
  });
});

describe("a key or certificate issued while the vault is away", () => {
  const given = (atMs: number) => checked(stopping(ENDED_MS), { givenMs: { a: [0, atMs], b: [0, atMs] } });

  test("is broken", () => {
    expect(given(FAULT_MS + 20_000)).toMatchObject({
      verdict: "broken",
      evidence: expect.arrayContaining(["the vault issued a key or certificate to its client at A at 22.000 s"]),
      measures: { accessEnds: { givenMeanwhile: 2 } },
    });
  });

  test("except within a second of both ends, which renewers do not resolve", () => {
    const meanwhile = (atMs: number) => given(atMs).measures?.accessEnds?.givenMeanwhile;
    const errorMs = 1000 + PLAN.clock.errorMs;
    expect(meanwhile(FAULT_MS + errorMs)).toBe(0);
    expect(meanwhile(FAULT_MS + errorMs + 1)).toBe(2);
    expect(meanwhile(AWAY.toMs - errorMs)).toBe(0);
    expect(meanwhile(AWAY.toMs - errorMs - 1)).toBe(2);
  });
});

describe("by the key of the data", () => {
  const DATA: Partial<VaultPlan> = { guards: "data", givenMs: { a: [0], b: [0] }, inVainMs: { a: [], b: [] } };

  test("a database that starts waits, and one that runs goes on", () => {
    const inVain = Array.from({ length: 120 }, (_, i) => FAULT_MS + 5000 + i * 1000);
    const waited = { givenMs: { a: [0], b: [0, BACK_MS] }, inVainMs: { a: [], b: inVain } };
    expect(checked(stopping(END_MS), { ...DATA, ...waited })).toMatchObject({
      verdict: "holds",
      reason: "the database of B started without the vault, and waited",
      measures: { accessEnds: { startsInVain: 1, boundSeconds: null, servedSeconds: null } },
    });
    expect(checked(stopping(END_MS), DATA)).toMatchObject({
      verdict: "no-objective",
      reason: "no database started while the vault was away",
      measures: { accessEnds: { startsInVain: 0 } },
    });
  });

  test("a database has waited if it asked in vain, from the vault's loss until its return", () => {
    const waiting = (atMs: number, away = AWAY) => {
      const vain = { givenMs: { a: [0], b: [0, atMs + 2000] }, inVainMs: { a: [], b: [atMs] } };
      return checked(stopping(END_MS), { ...DATA, ...vain, away }).measures?.accessEnds?.startsInVain;
    };
    expect(waiting(FAULT_MS)).toBe(1);
    expect(waiting(FAULT_MS - 1)).toBe(0);
    expect(waiting(AWAY.toMs)).toBe(1);
    expect(waiting(AWAY.toMs + 1)).toBe(0);
  });

  test("each of several absences counts", () => {
    const laterMs = BACK_MS + 5000;
    const again = ({ run, events, ...rest }: Parts): Parts => {
      const { scenario } = run;
      const fault = { type: "fault", fault: scenario.faults.length, kind: "vault-loss" } as const;
      const absence = (["injecting", "injected", "healed"] as const).map((state, i) => {
        return { ...fault, state, atMs: laterMs + (i === 2 ? 10_000 : 0), detail: {} };
      });
      const faults = [...scenario.faults, { kind: "vault-loss", afterSeconds: 0 } as const];
      return { ...rest, run: { ...run, scenario: { ...scenario, faults } }, events: [...events, ...absence] };
    };
    const given = (atMs: number) =>
      checked(stopping(END_MS), { ...DATA, givenMs: { a: [0], b: [0, atMs] } }, again).measures?.accessEnds;
    expect([FAULT_MS + 9000, laterMs + 5000].map((ms) => given(ms)?.givenMeanwhile)).toEqual([1, 1]);
    expect(given(BACK_MS)?.givenMeanwhile).toBe(0);
    const vain = (atMs: number) => {
      const asked = { givenMs: { a: [0], b: [0, BACK_MS + 16_000] }, inVainMs: { a: [], b: [atMs] } };
      return checked(stopping(END_MS), { ...DATA, ...asked }, again).measures?.accessEnds?.startsInVain;
    };
    expect(vain(laterMs + 5000)).toBe(1);
    expect(vain(BACK_MS + 3000)).toBe(0);
  });

  test("a database that got its key while the vault was away is broken", () => {
    expect(checked(stopping(END_MS), { ...DATA, givenMs: { a: [0], b: [0, FAULT_MS + 9000] } }).verdict).toBe("broken");
  });
});

test("an incomplete ledger is inconclusive", () => {
  const record = timeline(stopping(ENDED_MS), {}, (parts) => {
    const planned = withVault(parts, ACCESS);
    return { ...planned, vault: planned.vault.slice(1) };
  });
  expect(accessEnds.check(record, gatherFacts(record))).toMatchObject({
    verdict: "inconclusive",
    reason: "the ledger of the vault's client at A is incomplete",
  });
});

test("is listed under its name", () => {
  const record = timeline(stopping(ENDED_MS), {}, (parts) => withVault(parts, ACCESS));
  expect(judge(record, [accessEnds]).checks).toMatchObject([{ name: "access-ends", verdict: "holds" }]);
});
