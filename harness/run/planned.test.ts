import { expect, test } from "vitest";
import type { Act } from "../model/plan/scenario.ts";
import type { Ending } from "../operator/duty.ts";
import { PlannedOperations } from "./planned.ts";

type Planned = Extract<Act, { does: "order" }>;

const START: Planned = {
  does: "order",
  index: 0,
  order: { kind: "start-replication", afterSeconds: 1 },
  afterSeconds: 1,
};
const BACK: Planned = {
  does: "order",
  index: 1,
  order: { kind: "switchover", to: "a", afterSeconds: 2 },
  afterSeconds: 2,
};

async function told(act: Planned, ending: Ending): Promise<unknown[][]> {
  const events: unknown[][] = [];
  const orders = new PlannedOperations({
    operator: { order: async () => ending },
    tell: ({ order, state, detail }) => void events.push([order, state, detail]),
    countSeeded: async () => 12,
  });
  await orders.give(act);
  await orders.done();
  return events;
}

test("a planned operation is reported when given, with its details, and again when its plan has ended", async () => {
  expect(await told(BACK, { state: "refused", detail: { why: "not now" } })).toEqual([
    [1, "given", { kind: "switchover", to: "a", afterSeconds: 2 }],
    [1, "refused", { why: "not now" }],
  ]);
});

test("the follower's resources are counted only once it follows", async () => {
  expect((await told(START, { state: "done", detail: {} }))[1]?.[2]).toEqual({ seeded: 12 });
  expect((await told(START, { state: "failed", detail: { why: "x" } }))[1]?.[2]).toEqual({ why: "x" });
  expect((await told(BACK, { state: "done", detail: {} }))[1]?.[2]).toEqual({});
});
