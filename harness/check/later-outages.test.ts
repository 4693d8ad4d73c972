import { describe, expect, test } from "vitest";
import { describeFailing, describeLater, isOver, wordOfLater } from "./later-outages.ts";

const freeze = { fromMs: 10_000, toMs: 12_500, cause: "freeze fault" };
const kill = { fromMs: 20_000, toMs: 26_000, cause: "process-kill fault" };
const missed = { fromMs: 15_000, toMs: 35_000, cause: null };
const failing = { count: 5, lastMs: 9000 };

describe("outages after service was back", () => {
  test("are described each by its own clock", () => {
    expect(describeLater([], false)).toEqual([]);
    expect(describeLater([freeze, kill], false)).toEqual([
      "another outage was over 2.500 s after the freeze fault",
      "another outage was over 6.000 s after the process-kill fault",
    ]);
    expect(describeLater([freeze], false, "an")).toEqual(["an outage was over 2.500 s after the freeze fault"]);
  });

  test("the last of them had not ended if the load ended first", () => {
    expect(describeLater([freeze, missed, kill], true)).toEqual([
      "another outage was over 2.500 s after the freeze fault",
      "another outage had not ended 6.000 s after the process-kill fault, when the load did",
      "later some writes were missed, 1 times",
    ]);
  });

  test("are judged by the objective, each by itself; a few missed writes are not", () => {
    const word = (later: (typeof freeze | typeof missed)[], objective: number, open = false) =>
      wordOfLater({ fromMs: 0, later, open }, null, objective);
    expect([word([freeze, kill], 6), word([freeze, kill], 5.999)]).toEqual(["holds", "broken"]);
    expect([word([missed], 1), word([], 0), word([], 0, true)]).toEqual(["holds", "holds", "inconclusive"]);
  });
});

test("writes that went on failing are judged from the first clock to the last of them", () => {
  expect(describeFailing(null, 0)).toEqual([]);
  expect(describeFailing(failing, 1000)).toEqual([
    "5 writes failed after it, more than 1 in 100, the last of them after 8.000 s",
  ]);
  const word = (objective: number) => wordOfLater({ fromMs: 1000, later: [], open: false }, failing, objective);
  expect([word(8), word(7.999)]).toEqual(["inconclusive", "broken"]);
});

test("all of that is over when each outage has ended, and no writes go on failing", () => {
  expect(isOver({ open: false }, null)).toBe(true);
  expect(isOver({ open: true }, null)).toBe(false);
  expect(isOver({ open: false }, failing)).toBe(false);
});
