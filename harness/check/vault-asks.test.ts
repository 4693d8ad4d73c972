import { describe, expect, test } from "vitest";
import type { DrillEvent } from "../model/record/event.ts";
import { accessEnds } from "./access-ends.ts";
import { gatherFacts } from "./facts.ts";
import { fakeParts, type Parts, recordOf } from "./testing/fake-run.ts";
import { CERTIFICATES_PLAN, type VaultPlan, withVault } from "./testing/fake-vault.ts";
import { vaultLedger } from "./vault-ledger.ts";
import { vaultReturn } from "./vault-return.ts";

/** Nothing but the vault is lost, and the drill goes quiet at 91 s. */
const partsWith = (changes: Partial<VaultPlan> = {}): Parts => {
  const parts = withVault(fakeParts({ afterSeconds: 80, outage: null, operator: null }), {
    ...CERTIFICATES_PLAN,
    ...changes,
  });
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
  const only = (a: number[], b = CERTIFICATES_PLAN.givenMs?.b ?? []) => ({
    givenMs: { a, b },
    inVainMs: { a: [], b: CERTIFICATES_PLAN.inVainMs?.b ?? [] },
  });
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

describe("if the vault guards the key of the data", () => {
  const KILL = { kind: "process-kill", part: "pg-b" } as const;
  const LOSS = { kind: "region-loss", side: "b", how: "refusal" } as const;
  /** Away from 10 s to 60 s; B's database is lost at 15 s and started at 18 s, and goes on asking until 61 s. */
  const waited = Array.from({ length: 42 }, (_, i) => 19_000 + i * 1000);
  const started = (
    b: { given?: number[]; inVain?: number[] } = {},
    loss: { spec?: typeof KILL | typeof LOSS; orderedMs?: number; again?: number; state?: "not-healed" } = {},
  ) => {
    const { spec = KILL, orderedMs = 18_000, again, state = "healed" } = loss;
    const changes: Partial<VaultPlan> = {
      guards: "data",
      givenMs: { a: [0], b: b.given ?? [0, 61_000] },
      inVainMs: { a: [], b: b.inVain ?? waited },
    };
    const edit = ({ run, events, ...rest }: Parts): Parts => {
      const added = [
        { fault: 1, atMs: 15_000, spec },
        ...(again === undefined ? [] : [{ fault: 2, atMs: again, spec }]),
      ];
      const more = added.flatMap(({ fault, atMs }): DrillEvent[] => {
        const of = { type: "fault", fault, kind: spec.kind } as const;
        const began: DrillEvent = { ...of, state: "injecting", atMs, detail: {} };
        // It works only when it has its key.
        if (fault === 1) return [began, { ...of, state, atMs: 62_000, detail: { orderedMs } }];
        return [began];
      });
      const faults = [...run.scenario.faults, ...added.map((each) => ({ ...each.spec, afterSeconds: 0 }))];
      return { ...rest, run: { ...run, scenario: { ...run.scenario, faults } }, events: [...events, ...more] };
    };
    return recordOf(edit(partsWith(changes)));
  };
  const why = (...of: Parameters<typeof started>) => vaultLedger(started(...of)).unknown;
  const SILENT = "the database of B was started at 18.0 s at the latest, without the vault, but recorded no failed ask";

  test("nothing is renewed", () => {
    expect(vaultLedger(recordOf(withVault(fakeParts()))).unknown).toBeNull();
  });

  test("a database that was started without the vault has asked without success", () => {
    for (const spec of [KILL, LOSS]) {
      expect(why({}, { spec })).toBeNull();
      expect(why({ inVain: [] }, { spec })).toBe(SILENT);
    }
    // Not the ask of its first start, nor that of a time when the vault was back.
    expect(why({ inVain: [1000, 62_500] })).toBe(SILENT);
  });

  test("its ask counts from its loss on, since its start is recorded afterwards", () => {
    expect(why({ inVain: [15_500, ...waited] }, { orderedMs: 20_000 })).toBeNull();
  });

  test("unless it had its key a moment before the vault was away, or the vault was back soon after", () => {
    const soon = { given: [0, 10_500], inVain: [] };
    expect(why({ ...soon, given: [0, 15_500] })).toBe(SILENT);
    const none = { given: [0, 61_000], inVain: [] };
    expect(why(none, { orderedMs: 47_000 })).toBeNull();
    expect(why(none, { orderedMs: 46_999 })).toMatch(/^the database of B was started at 47\.0 s/);
    expect(why(none, { orderedMs: 9999 })).toBeNull();
    expect(why(none, { orderedMs: 60_000 })).toBeNull();
  });

  test("it asks again until it has its key", () => {
    const waits = (from: string, to: string) =>
      `the database of B waited for its key and asks every 1 s, but recorded nothing from ${from} s to ${to} s`;
    const [first] = waited as [number];
    expect(why({ given: [0, 33_000], inVain: [first] })).toBeNull();
    expect(why({ given: [0, 33_001], inVain: [first] })).toBe(waits("19.0", "33.0"));
    expect(why({ given: [0], inVain: [first] }, { state: "not-healed" })).toBe(waits("19.0", "91.0"));
  });

  test("unless it was lost again", () => {
    const [first] = waited as [number];
    const lost = { state: "not-healed" } as const;
    expect(why({ given: [0], inVain: [first] }, { ...lost, again: 33_000 })).toBeNull();
    expect(why({ given: [0], inVain: [first] }, { ...lost, again: 33_001 })).toMatch(
      /nothing from 19\.0 s to 33\.0 s$/,
    );
  });

  test("one that works again has had its key since", () => {
    const NO_KEY = "the database of B was started at 18.0 s at the latest, and worked, but recorded no key";
    expect(why({ given: [0] })).toBe(NO_KEY);
    expect(why({ given: [0, 62_000] })).toBeNull();
    // A renewer's times are whole seconds.
    expect(why({ given: [0, 63_100] })).toBe(NO_KEY);
    expect(why({ given: [0, 13_900] })).toBe(NO_KEY);
  });

  describe("a database that the operator restarted", () => {
    const restarted = (step: "done" | "failed" | "refused", tookMs: number, given: number[], inVain: number[]) => {
      const parts = partsWith({ guards: "data", givenMs: { a: [0], b: given }, inVainMs: { a: [], b: inVain } });
      const detail = step === "done" ? {} : { why: "it did not answer" };
      const event = { type: "operator", plan: "restart", side: "b", step, atMs: 12_000 + tookMs, tookMs, detail };
      return vaultLedger(recordOf({ ...parts, events: [...parts.events, event as DrillEvent] })).unknown;
    };
    const asked = Array.from({ length: 40 }, (_, i) => 20_000 + i * 1000);
    const started = "the database of B was started at 37.0 s at the latest";

    test("without the vault has asked without success, and then had its key", () => {
      expect(restarted("done", 55_000, [0, 61_000], asked)).toBeNull();
      expect(restarted("done", 55_000, [0, 61_000], [])).toBe(
        `${started}, without the vault, but recorded no failed ask`,
      );
      expect(restarted("done", 55_000, [0], [...asked, 62_000, 75_000])).toBe(
        `${started}, and worked, but recorded no key`,
      );
      expect(restarted("failed", 55_000, [0, 61_000], [])).toMatch(/no failed ask$/);
    });

    test("is not known to have been started if the plan was refused, or failed at once", () => {
      expect(restarted("refused", 55_000, [0, 61_000], [])).toBeNull();
      expect(restarted("failed", 24_999, [0, 61_000], [])).toBeNull();
    });
  });

  test("asks that were deleted would hide the wait", () => {
    const record = started({ inVain: [] });
    for (const checker of [vaultReturn, accessEnds])
      expect(checker.check(record, gatherFacts(record))).toMatchObject({ verdict: "inconclusive", reason: SILENT });
  });
});
