import { describe, expect, test } from "vitest";
import type { FaultSpec } from "../model/plan/fault.ts";
import type { FaultEvent } from "../model/record/event.ts";
import { networksOf } from "./networks.ts";
import { networkOf, withNetworks } from "./testing/fake-networks.ts";
import { fakeParts, fakeRun, recordOf } from "./testing/fake-run.ts";

const LOSS: FaultSpec = { kind: "region-loss", side: "a", how: "refusal", network: true, afterSeconds: 0 };

/** The time of each state of a fault. */
type States = Partial<Record<FaultEvent["state"], number>>;

/** Both networks of a run with these faults, each with the times of its states. */
function viewsOf(faults: readonly [FaultSpec, States, number?][], disaster = 0) {
  const { run, events, ...rest } = withNetworks(fakeParts());
  const told = faults.flatMap(([{ kind }, states, orderedMs], fault) =>
    Object.entries(states).map(([state, atMs]) => {
      const of = { type: "fault", fault, kind, state: state as FaultEvent["state"], atMs } as const;
      return { ...of, detail: orderedMs !== undefined && state.endsWith("healed") ? { orderedMs } : {} };
    }),
  );
  const scenario = { ...run.scenario, disaster, faults: faults.map(([fault]) => fault) };
  const record = recordOf({
    ...rest,
    run: { ...run, scenario },
    events: [...events.filter(({ type }) => type !== "fault"), ...told],
  });
  return networksOf(record) ?? [];
}

test("there are none if clients have no networks of their own", () => {
  expect(networksOf(fakeRun())).toBeNull();
});

test("each has the writes of its own runner, at that runner's share of the rate", () => {
  const parts = withNetworks(fakeParts());
  const views = networksOf(recordOf(parts)) ?? [];
  expect(views.map(({ side }) => side)).toEqual(["a", "b"]);
  for (const { side, record } of views) {
    const own = parts.operations.filter((op) => networkOf(op) === side);
    expect(Array.from({ length: record.history.length }, (_, i) => record.history.idAt(i))).toEqual(
      own.map(({ write }) => write),
    );
    expect(record.run.scenario.load.ratePerSecond).toBe(parts.run.scenario.load.ratePerSecond / 2);
  }
});

describe("the loss of a network with its region", () => {
  test("is that of its own region, if the network was lost with it", () => {
    const [a, b] = viewsOf([[LOSS, { injecting: 5000, injected: 5100, evidenced: 5200, healed: 9000 }, 8500]]);
    expect(a).toMatchObject({ lostMs: 5000, backMs: 8500 });
    expect(a?.losses).toEqual([{ fromMs: 5000, seenMs: 5200, untilMs: 8500, backMs: 8500 }]);
    expect(b).toMatchObject({ losses: [], lostMs: null, backMs: null });
    const { network: _, ...alone } = LOSS as Extract<FaultSpec, { kind: "region-loss" }>;
    expect(viewsOf([[alone, { injecting: 5000 }]])[0]?.losses).toEqual([]);
    expect(viewsOf([[LOSS, {}]])[0]?.losses).toEqual([]);
    expect(viewsOf([[{ kind: "peering-loss", afterSeconds: 0 }, { injecting: 5000 }]])[0]?.losses).toEqual([]);
  });

  test("lasts for ever if it was not seen or not healed", () => {
    const never = Number.POSITIVE_INFINITY;
    const [open] = viewsOf([[LOSS, { injecting: 5000 }]]);
    expect(open).toMatchObject({ lostMs: 5000, backMs: null });
    expect(open?.losses).toEqual([{ fromMs: 5000, seenMs: never, untilMs: never, backMs: never }]);
    // What was undone in vain may have come back.
    const [failed] = viewsOf([[LOSS, { injecting: 5000, "not-healed": 9000 }, 8500]]);
    expect(failed?.losses).toMatchObject([{ untilMs: 8500, backMs: never }]);
    expect(failed?.backMs).toBeNull();
  });

  test("begins with the first and ends with the last of several", () => {
    const twice = (second: States) =>
      viewsOf([
        [LOSS, { injecting: 5000, healed: 6000 }],
        [LOSS, second],
      ])[0];
    expect(twice({ injecting: 7000, healed: 8000 })).toMatchObject({ lostMs: 5000, backMs: 8000 });
    expect(twice({ injecting: 7000 })).toMatchObject({ lostMs: 5000, backMs: null });
  });
});

describe("faults of names", () => {
  const names = (side: "a" | "b"): FaultSpec => ({ kind: "resolver-loss", side, afterSeconds: 0 });
  const seen = (fault: FaultSpec, disaster = 1) =>
    viewsOf(
      [
        [fault, { injecting: 4000 }],
        [LOSS, { injecting: 5000 }],
      ],
      disaster,
    ).map(({ record }) => record.events.filter((event) => event.type === "fault" && event.fault === 0).length);

  test("of the other network are no acts", () => {
    expect(seen(names("a"))).toEqual([1, 0]);
    expect(seen(names("b"))).toEqual([0, 1]);
    expect(seen({ kind: "peering-loss", afterSeconds: 0 })).toEqual([1, 1]);
  });

  test("but are, if they are the disaster", () => {
    expect(seen(names("b"), 0)).toEqual([1, 1]);
  });
});
