import { expect, test } from "vitest";
import type { ReadyFault } from "../faults/index.ts";
import type { FaultSpec } from "../model/fault.ts";
import { actsOf } from "../model/scenario.ts";
import { FaultCourse } from "./fault-course.ts";

const CUT: FaultSpec = { kind: "link-cut", link: "replication", afterSeconds: 0, healAfterSeconds: 5 };
const LOSS: FaultSpec = { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0, healAfterSeconds: 5 };

/**
 * Faults that bite from their injection on, but for those of a kind in `spared`. The healing of the region mends the link as
 * well. What was told, as `kind state`, of acts at their times, and at the end of the load.
 */
async function course(faults: FaultSpec[], spared: FaultSpec["kind"][] = []) {
  const biting = new Set<FaultSpec["kind"]>();
  const told: string[] = [];
  const prepare = (spec: FaultSpec): ReadyFault => {
    const evidence = async () => ({ bit: biting.has(spec.kind), detail: {} });
    return {
      ...{ spec, evidence, recheck: evidence },
      inject: async () => {
        if (!spared.includes(spec.kind)) biting.add(spec.kind);
      },
      heal: async () => {
        biting.delete(spec.kind);
        if (spec.kind === "region-loss") biting.delete("link-cut");
      },
    };
  };
  let nowMs = 0;
  const stop = new AbortController();
  const all = new FaultCourse({
    prepare,
    tell: ({ kind, state }) => void told.push(`${kind} ${state}`),
    ...{ now: () => (nowMs += 1000), signal: stop.signal, healsWithinMs: 0 },
  });
  for (const acts of Map.groupBy(actsOf({ faults, orders: [] }), (act) => act.afterSeconds).values())
    await all.act(acts.filter((act) => act.does !== "order"));
  await all.endOfLoad();
  await all.healed();
  stop.abort();
  await all.ended();
  return told;
}

test("each fault is looked at before it is healed, and two that are healed at one moment both before either is", async () => {
  const told = await course([CUT, LOSS]);
  expect(told.slice(-4).toSorted()).toEqual([
    "link-cut healed",
    "link-cut lasted",
    "region-loss healed",
    "region-loss lasted",
  ]);
  expect(told.slice(-4, -2).toSorted()).toEqual(["link-cut lasted", "region-loss lasted"]);
});

test("one that nobody heals is looked at when the load has ended", async () => {
  const { healAfterSeconds: _, ...forGood } = CUT;
  expect(await course([forGood])).toEqual([
    "link-cut injecting",
    "link-cut injected",
    "link-cut evidenced",
    "link-cut lasted",
  ]);
});

test("one that another's healing ends has not lasted", async () => {
  const { healAfterSeconds: _, ...forGood } = CUT;
  expect(await course([forGood, LOSS])).toContain("link-cut not-lasted");
});

test("one that was never seen to bite has nothing to last", async () => {
  const { healAfterSeconds: _, ...forGood } = CUT;
  expect((await course([forGood], ["link-cut"])).at(-1)).toBe("link-cut not-evidenced");
});
