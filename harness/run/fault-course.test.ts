import { expect, test } from "vitest";
import type { ArmedFault } from "../faults/index.ts";
import type { FaultSpec } from "../model/plan/fault.ts";
import { actsOf } from "../model/plan/scenario.ts";
import { FaultCourse } from "./fault-course.ts";

const CUT: FaultSpec = { kind: "link-cut", link: "replication", afterSeconds: 0, healAfterSeconds: 5 };
const LOSS: FaultSpec = { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0, healAfterSeconds: 5 };

/**
 * Runs faults that are active from their injection on, except those of a kind in `spared`. Healing the region also
 * heals the link. Returns the events, as `kind state`, and what was healed after the end.
 */
async function course(specs: FaultSpec[], spared: FaultSpec["kind"][] = []) {
  const biting = new Set<FaultSpec["kind"]>();
  const told: string[] = [];
  const healed: string[] = [];
  const arm = (spec: FaultSpec): ArmedFault => {
    const evidence = async () => ({ bit: biting.has(spec.kind), detail: {} });
    return {
      ...{ spec, evidence, recheck: evidence },
      inject: async () => {
        if (!spared.includes(spec.kind)) biting.add(spec.kind);
      },
      heal: async () => {
        healed.push(spec.kind);
        biting.delete(spec.kind);
        if (spec.kind === "region-loss") biting.delete("link-cut");
      },
    };
  };
  let nowMs = 0;
  const all = new FaultCourse(specs.map(arm), {
    tell: ({ kind, state }) => void told.push(`${kind} ${state}`),
    ...{ now: () => (nowMs += 1000), signal: new AbortController().signal, healsWithinMs: 0 },
  });
  for (const acts of Map.groupBy(actsOf({ faults: specs, orders: [] }), (act) => act.afterSeconds).values())
    await all.act(acts.filter((act) => act.does !== "order"));
  await all.endOfLoad();
  await all.healed();
  await all.end();
  healed.length = 0;
  await all.healRest(() => {});
  return { told, healed };
}

test("each fault is observed before it is healed; of two healed at once, both are observed before either is healed", async () => {
  const { told } = await course([CUT, LOSS]);
  expect(told.slice(-4).toSorted()).toEqual([
    "link-cut healed",
    "link-cut lasted",
    "region-loss healed",
    "region-loss lasted",
  ]);
  expect(told.slice(-4, -2).toSorted()).toEqual(["link-cut lasted", "region-loss lasted"]);
});

test("a fault that is never healed is observed at the end of the load", async () => {
  const { healAfterSeconds: _, ...forGood } = CUT;
  expect((await course([forGood])).told).toEqual([
    "link-cut injecting",
    "link-cut injected",
    "link-cut evidenced",
    "link-cut lasted",
  ]);
});

test("a fault cleared by another's healing has not lasted", async () => {
  const { healAfterSeconds: _, ...forGood } = CUT;
  expect((await course([forGood, LOSS])).told).toContain("link-cut not-lasted");
});

test("a fault that was never active cannot last", async () => {
  const { healAfterSeconds: _, ...forGood } = CUT;
  expect((await course([forGood], ["link-cut"])).told.at(-1)).toBe("link-cut not-evidenced");
});

test("at the end, faults that were injected and not seen healed are healed, active or not", async () => {
  const { healAfterSeconds: _, ...forGood } = CUT;
  expect((await course([forGood, LOSS])).healed).toEqual(["link-cut"]);
  expect((await course([CUT, LOSS])).healed).toEqual([]);
  expect((await course([forGood], ["link-cut"])).healed).toEqual(["link-cut"]);
});

test("a fault never injected is not healed; one that cannot be healed is reported, and the others are still healed", async () => {
  const healed: string[] = [];
  const failed: string[] = [];
  const fault = (spec: FaultSpec, heal: ArmedFault["heal"]): ArmedFault => {
    const evidence = async () => ({ bit: true, detail: {} });
    return { spec, evidence, recheck: evidence, inject: async () => {}, heal };
  };
  const stuck = fault(CUT, () => Promise.reject(new Error("no answer")));
  const lost = fault(LOSS, async () => void healed.push("lost"));
  const never = fault(LOSS, async () => void healed.push("never"));
  const all = new FaultCourse([stuck, lost, never], {
    ...{ tell: () => {}, now: () => 0, signal: new AbortController().signal, healsWithinMs: 0 },
  });
  await all.act([CUT, LOSS].map((each, index) => ({ does: "inject", index, fault: each, afterSeconds: 0 })));
  await all.end();
  await all.healRest((kind) => void failed.push(kind));
  expect([healed, failed]).toEqual([["lost"], ["link-cut"]]);
});
