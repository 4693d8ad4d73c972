import { describe, expect, test } from "vitest";
import type { DrillEvent } from "../model/record/event.ts";
import { accessEnds } from "./access-ends.ts";
import { gatherFacts } from "./facts.ts";
import { fakeParts, type Parts, recordOf } from "./testing/fake-run.ts";
import { type VaultPlan, withVault } from "./testing/fake-vault.ts";
import { vaultLedger } from "./vault-ledger.ts";
import { vaultReturn } from "./vault-return.ts";

/** Each asks every 15 s for a certificate of a minute. Asks fail, after five seconds each, until the vault is back. */
const inVain = [15_000, 35_000, 55_000];
const PLAN: Partial<VaultPlan> = {
  ...{ guards: "access", away: { kind: "vault-loss", fromMs: 10_000, toMs: 60_000 }, validMs: 60_000 },
  ...{ givenMs: { a: [0, 75_000], b: [0, 75_000] }, inVainMs: { a: inVain, b: inVain } },
};
/** Nothing but the vault is lost, and the drill goes quiet at 91 s. */
const partsWith = (changes: Partial<VaultPlan> = {}): Parts => {
  const parts = withVault(fakeParts({ afterSeconds: 80, outage: null, operator: null }), { ...PLAN, ...changes });
  const { run, events } = parts;
  const faults = run.scenario.faults.filter(({ kind }) => kind !== "region-loss");
  return {
    ...parts,
    run: { ...run, scenario: { ...run.scenario, faults } },
    events: events.flatMap((event): DrillEvent[] => {
      if (event.type !== "fault") return [event];
      return event.kind === "region-loss" ? [] : [{ ...event, fault: 0 }];
    }),
  };
};
const whyOf = (changes: Partial<VaultPlan> = {}, edit: (parts: Parts) => Parts = (parts) => parts) =>
  vaultLedger(recordOf(edit(partsWith(changes)))).unknown;

test("renewers that recorded each ask, and certificates of at most the allowed length, are complete", () => {
  expect(whyOf()).toBeNull();
  const record = recordOf(partsWith());
  expect(vaultReturn.check(record, gatherFacts(record))).toMatchObject({
    verdict: "holds",
    measures: { vaultReturn: { clientsSeconds: 15 } },
  });
});

describe("a silence", () => {
  const only = (a: number[], b = PLAN.givenMs?.b ?? []) => ({ givenMs: { a, b }, inVainMs: { a: [], b: inVain } });
  const beat = [0, 30_000, 60_000, 90_000];

  test("is longer than it takes to ask again on a busy machine, to the end", () => {
    expect(whyOf(only(beat))).toBeNull();
    expect(whyOf(only(beat.with(1, 29_999)))).toBe(
      "the vault's client at A asks every 15 s, but recorded nothing from 30.0 s to 60.0 s",
    );
    expect(whyOf(only(beat.slice(0, 3)))).toBe(
      "the vault's client at A asks every 15 s, but recorded nothing from 60.0 s to 91.0 s",
    );
  });

  test("is left by failed asks that were deleted, which would hide the wait", () => {
    const record = recordOf(partsWith({ inVainMs: { a: [], b: [] } }));
    for (const checker of [vaultReturn, accessEnds])
      expect(checker.check(record, gatherFacts(record))).toMatchObject({
        verdict: "inconclusive",
        reason: "the vault's client at A asks every 15 s, but recorded nothing from 0.0 s to 75.0 s",
      });
  });

  test("does not count while the region of the renewer is lost, only before and after", () => {
    const lost =
      (fromMs: number, healedMs: number | null) =>
      ({ run, events, ...rest }: Parts): Parts => {
        const of = { type: "fault", fault: 1, kind: "region-loss", detail: {} } as const;
        const loss = { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0 } as const;
        const healed = healedMs === null ? [] : [{ ...of, state: "healed" as const, atMs: healedMs }];
        return {
          ...{ ...rest, run: { ...run, scenario: { ...run.scenario, faults: [...run.scenario.faults, loss] } } },
          events: [...events, { ...of, state: "injecting", atMs: fromMs }, ...healed],
        };
      };
    expect(whyOf(only([0]), lost(30_000, null))).toBeNull();
    expect(whyOf(only([0]), lost(30_001, null))).toMatch(/recorded nothing from 0\.0 s to 30\.0 s$/);
    expect(whyOf(only([0, 90_000]), lost(20_000, 60_000))).toBeNull();
    expect(whyOf(only([0, 90_000]), lost(20_000, 59_999))).toMatch(/recorded nothing from 60\.0 s to 90\.0 s$/);
    // The loss does not excuse the other site's renewer.
    expect(whyOf({ ...only(beat, [0]), inVainMs: { a: [], b: [] } }, lost(5000, null))).toMatch(/client at B asks/);
  });
});

describe("a certificate", () => {
  const ending = (untilMs: (atMs: number) => number | null) =>
    whyOf({}, (parts) => ({
      ...parts,
      vault: parts.vault.map((line) =>
        line.type === "given" ? { ...line, untilEpochMs: untilMs(line.epochMs) } : line,
      ),
    }));

  test("ends when the configuration says, or earlier", () => {
    expect(ending((atMs) => atMs + 62_000)).toBeNull();
    expect(ending((atMs) => atMs + 5000)).toBeNull();
    const endless = "a certificate that the vault gave to A at 0.0 s has no end within 60 s";
    expect(ending((atMs) => atMs + 62_001)).toBe(endless);
    expect(ending(() => null)).toBe(endless);
  });
});

test("if the vault guards the key of the data, nothing is renewed", () => {
  expect(vaultLedger(recordOf(withVault(fakeParts()))).unknown).toBeNull();
});
