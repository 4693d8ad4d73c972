import { describe, expect, test } from "vitest";
import { RECONNECTED_WITHIN_SECONDS } from "../model/plan/vault.ts";
import type { DrillEvent } from "../model/record/event.ts";
import type { VaultLine } from "../model/record/vault.ts";
import { UNMEASURED } from "../model/verdict/unmeasured.ts";
import { gatherFacts } from "./facts.ts";
import { judge } from "./judge.ts";
import { PLAN } from "./testing/fake-plan.ts";
import type { Parts } from "./testing/fake-run.ts";
import { fakeParts, fakeRun, recordOf } from "./testing/fake-run.ts";
import { FAULT_MS } from "./testing/fake-timeline.ts";
import { type VaultPlan, withVault } from "./testing/fake-vault.ts";
import { ALL, AWAY, RETURNED_MS, returned, SELDOM_ASKED, until } from "./testing/fake-vault-return.ts";
import { vaultReturn } from "./vault-return.ts";

function checked(...run: Parameters<typeof returned>) {
  const record = returned(...run);
  return vaultReturn.check(record, gatherFacts(record));
}

test("without a vault, or a fault of it, there is no objective", () => {
  const bare = fakeRun();
  expect(vaultReturn.check(bare, gatherFacts(bare)).reason).toBe("the configuration has no vault");
  const calm = recordOf(withVault(fakeParts()));
  expect(vaultReturn.check(calm, gatherFacts(calm)).reason).toBe("nothing was done to the vault");
});

test("but the ledger of the vault's clients must be complete", () => {
  const parts = withVault(fakeParts());
  const record = recordOf({ ...parts, vault: parts.vault.filter(({ type }) => type !== "client-end") });
  expect(vaultReturn.check(record, gatherFacts(record))).toEqual({
    verdict: "inconclusive",
    reason: "the ledger of the vault's client at A is incomplete",
  });
});

test("if nothing had stopped, nothing waited", () => {
  expect(checked(ALL)).toEqual({
    verdict: "holds",
    reason: "nothing was waiting for the vault when it came back; the objective is 1200 s",
    evidence: [],
    measures: { vaultReturn: { ...UNMEASURED.vaultReturn, writesSeconds: 0, clientsSeconds: 0 } },
  });
});

describe("the time from the vault's return", () => {
  test("to the first write that is acknowledged again", () => {
    const { verdict, reason, measures } = checked(until(RETURNED_MS + 3000));
    expect(verdict).toBe("holds");
    // The first write that was served again took 10 ms.
    expect(reason).toBe("3.01 s after the vault's return: writes were acknowledged; the objective is 1200 s");
    expect(measures?.vaultReturn?.writesSeconds).toBeCloseTo(3.01, 6);
  });

  test("to the last client that gets what it had failed to get", () => {
    const plan = {
      givenMs: { a: [0, RETURNED_MS + 1500], b: [0, RETURNED_MS + 12_000] },
      inVainMs: { a: [RETURNED_MS - 1000], b: [RETURNED_MS - 3000] },
    };
    expect(checked(ALL, plan)).toMatchObject({
      verdict: "holds",
      evidence: [
        "1.50 s after the vault's return: the vault's client at A had what it asked for",
        "12.0 s after the vault's return: the vault's client at B had what it asked for",
      ],
      measures: { vaultReturn: { writesSeconds: 0, clientsSeconds: 12 } },
    });
  });

  test("does not count for a client that got it before, after failed asks", () => {
    const plan = { givenMs: { a: [0, RETURNED_MS - 500], b: [0] }, inVainMs: { a: [RETURNED_MS - 1000], b: [] } };
    expect(checked(ALL, plan).measures?.vaultReturn?.clientsSeconds).toBe(0);
  });

  test("counts the failures after the return, of a client that had what it asked for", () => {
    const plan = (given: number[]) => ({
      givenMs: { a: [0, RETURNED_MS - 1000, ...given], b: [0] },
      inVainMs: { a: [RETURNED_MS + 1000, RETURNED_MS + 5000], b: [] },
    });
    expect(checked(ALL, plan([RETURNED_MS + 3000, RETURNED_MS + 8000])).measures?.vaultReturn?.clientsSeconds).toBe(8);
    expect(checked(ALL, plan([])).verdict).toBe("inconclusive");
  });

  test("does not count failures in the next absence for this return", () => {
    const [lostMs, backMs] = [RETURNED_MS + 4000, RETURNED_MS + 9000];
    const next = { ...AWAY, fromMs: lostMs, toMs: backMs };
    // An ask may have been made by the clients' error later than was recorded.
    const clients = (failedMs: number) => ({
      givenMs: { a: [0, RETURNED_MS + 200, backMs + 1000], b: [0] },
      inVainMs: { a: [failedMs], b: [] },
    });
    const errorMs = 1000 + PLAN.clock.errorMs;
    const took = (failedMs: number) =>
      checked(ALL, {}, (parts) => withVault(parts, { ...SELDOM_ASKED, away: next, ...clients(failedMs) })).measures
        ?.vaultReturn?.clientsSeconds;
    expect(took(lostMs + 500)).toBe(1);
    expect(took(lostMs - errorMs)).toBe(1);
    expect(took(lostMs - errorMs - 1)).toBe(10);
  });
});

describe("later than the objective is broken", () => {
  const LIMIT_MS = RECONNECTED_WITHIN_SECONDS * 1000;
  const inVain = { a: [RETURNED_MS - 1000], b: [] };

  test("a client, by a millisecond", () => {
    const at = (ms: number) => checked(ALL, { givenMs: { a: [0, RETURNED_MS + ms], b: [0] }, inVainMs: inVain });
    expect(at(LIMIT_MS).verdict).toBe("holds");
    expect(at(LIMIT_MS + 1).verdict).toBe("broken");
  });

  test("writes", () => {
    const endMs = RETURNED_MS + LIMIT_MS + 10_000;
    expect(checked(until(RETURNED_MS + LIMIT_MS + 1000, endMs))).toMatchObject({
      verdict: "broken",
      reason: expect.stringMatching(/^1201\.0 s after the vault's return: writes were acknowledged/),
    });
  });

  test("what never came, once the objective had passed; before that it is not known", () => {
    const later = (atMs: number) => (parts: Parts) => ({
      events: [...parts.events, { type: "note", atMs, text: "the end" } satisfies DrillEvent],
    });
    const never = (atMs: number) => checked(ALL, { inVainMs: inVain }, later(atMs));
    expect(never(RETURNED_MS + LIMIT_MS + 1).verdict).toBe("broken");
    expect(never(RETURNED_MS + 60_000)).toMatchObject({
      verdict: "inconclusive",
      reason:
        "60.0 s after the vault's return not yet: the vault's client at A had what it asked for; the objective is 1200 s",
      measures: { vaultReturn: { clientsSeconds: null, clientsCensoredAtSeconds: 60, writesCensoredAtSeconds: null } },
    });
  });

  test("writes that were not acknowledged again before the load ended are not known", () => {
    // The last one was sent 100 ms before the end.
    expect(checked(until(29_900, 29_900))).toMatchObject({
      verdict: "inconclusive",
      measures: {
        vaultReturn: {
          writesSeconds: null,
          writesCensoredAtSeconds: (29_800 - RETURNED_MS) / 1000,
          clientsCensoredAtSeconds: null,
        },
      },
    });
  });
});

describe("inconclusive", () => {
  const reasonOf = (edit: (parts: Parts) => Partial<Parts>, plan: Partial<VaultPlan> = {}) => {
    const { verdict, reason } = checked(ALL, plan, edit);
    expect(verdict).toBe("inconclusive");
    return reason;
  };
  const lines = (edit: (lines: VaultLine[]) => VaultLine[]) => (parts: Parts) => ({ vault: edit(parts.vault) });

  test("if a vault never came back, or was never lost", () => {
    expect(reasonOf(() => ({}), { away: { ...AWAY, toMs: null } })).toBe("the vault never came back");
    const spared = ({ events }: Parts) => ({
      events: events.filter(
        (event) => event.type !== "fault" || event.kind !== AWAY.kind || event.state !== "injected",
      ),
    });
    expect(reasonOf(spared)).toBe("vault-partition was never injected");
  });

  test("if the ledger is incomplete", () => {
    expect(reasonOf(lines((all) => all.slice(1)))).toBe("the ledger of the vault's client at A is incomplete");
    expect(reasonOf(lines((all) => all.filter(({ type }) => type !== "client-end")))).toMatch(/at A is incomplete$/);
    const gone: VaultLine = { type: "unreadable", side: "b", what: "client", why: "no such container" };
    expect(reasonOf(lines((all) => [...all.filter(({ side }) => side === "a"), gone]))).toBe(
      "what B got from the vault is not known: no such container",
    );
    const empty: VaultLine = { type: "client-end", side: "b", lines: 0 };
    expect(reasonOf(lines((all) => [...all.filter(({ side }) => side === "a"), empty]))).toBe(
      "the vault's client at B never got anything",
    );
  });

  test("if a switchover that was planned for its absence took place before or after it", () => {
    const ordered = (doneMs: number) => (parts: Parts) => {
      const { run, events } = parts;
      const order = { kind: "switchover", to: "b", afterSeconds: 5 } as const;
      const done = { type: "operator", plan: "switchover", step: "done", side: "b", tookMs: 500, detail: {} } as const;
      return {
        run: { ...run, scenario: { ...run.scenario, orders: [order] } },
        events: [...events, { ...done, atMs: doneMs }].toSorted((x, y) => x.atMs - y.atMs),
      };
    };
    const none = "0 of 1 switchovers planned for the vault's absence took place in it";
    expect(reasonOf(ordered(RETURNED_MS + 1))).toBe(none);
    expect(reasonOf(ordered(FAULT_MS + 499))).toBe(none);
    expect(checked(ALL, {}, ordered(RETURNED_MS)).verdict).toBe("holds");
    expect(checked(ALL, {}, ordered(FAULT_MS + 500)).verdict).toBe("holds");
  });

  test("without a mapped clock", () => {
    expect(reasonOf(({ run }) => ({ run: { ...run, clock: null } }))).toMatch(/^k6's clock was never mapped/);
  });
});

test("goes by its name", () => {
  const record = returned(ALL);
  expect(judge(record, [vaultReturn]).checks).toMatchObject([{ name: "vault-return", verdict: "holds" }]);
});
