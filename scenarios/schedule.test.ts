import { expect, test } from "vitest";
import { actsOf } from "../harness/model/plan/scenario.ts";
import { flapping } from "./schedule.ts";

test("a flapping link is cut and healed in turn, down and up for the given times", () => {
  const faults = flapping("replication", { times: 3, downSeconds: 2, upSeconds: 4, afterSeconds: 10 });
  expect(actsOf({ faults, orders: [] }).map(({ does, afterSeconds }) => [does, afterSeconds])).toEqual([
    ["inject", 10],
    ["heal", 12],
    ["inject", 16],
    ["heal", 18],
    ["inject", 22],
    ["heal", 24],
  ]);
  expect(new Set(faults.map(({ link }) => link))).toEqual(new Set(["replication"]));
});

test("zero cuts give no faults", () => {
  expect(flapping("edge", { times: 0, downSeconds: 1, upSeconds: 1, afterSeconds: 0 })).toEqual([]);
});
