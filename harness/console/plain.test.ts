import { expect, test } from "vitest";
import type { LiveState } from "../model/console/view.ts";
import type { DrillEvent } from "../model/record/event.ts";
import { eventText } from "./event-text.ts";
import { liveText, plainView } from "./plain.ts";

const operator = { type: "operator", plan: "failover", atMs: 1, side: "b", tookMs: 1234, detail: {} } as const;
const fault = { type: "fault", atMs: 1, fault: 0, kind: "region-loss", detail: {} } as const;
const live: LiveState = {
  atMs: 0,
  phase: "after",
  acknowledgedPerSecond: 50,
  acknowledged: 900,
  servedBy: "b",
  silentMs: 0,
};

test.each<[DrillEvent, string | null]>([
  [{ type: "phase", atMs: 1, phase: "baseline" }, "baseline"],
  [{ ...fault, state: "injecting" }, null],
  [{ ...fault, state: "not-evidenced" }, "fault region-loss: not-evidenced"],
  [{ ...operator, step: "latched" }, "failover: latched B (1.23 s)"],
  [{ ...operator, step: "failed", detail: { why: "no answer" } }, "failover: failed B (1.23 s) no answer"],
  [{ type: "container", atMs: 1, name: "pg-a", state: "started again" }, "pg-a: started again"],
  [{ type: "note", atMs: 1, text: "by the way" }, "by the way"],
])("%j reads %j", (event, text) => {
  expect(eventText(event)).toBe(text);
});

test("silence is shown instead of a rate", () => {
  expect(liveText(live)).toBe("after: 50/s, 900 acknowledged by B");
  expect(liveText({ ...live, silentMs: 2300 })).toBe("after: NO WRITE FOR 2.3 s, 900 acknowledged by B");
  expect(liveText({ ...live, servedBy: "" })).toBe("after: 50/s, 900 acknowledged");
});

test("a pipe gets events at once and the load's state every few seconds", () => {
  const lines: string[] = [];
  const view = plainView((text) => lines.push(text));
  view.say("hello");
  view.step("images", { step: "images", tookMs: 1500 });
  view.step("network", { step: "network", tookMs: 20 });
  view.event({ type: "phase", atMs: 12_345, phase: "baseline" });
  for (const atMs of [0, 1000, 4999, 5000, 6000]) view.live({ ...live, atMs });
  expect(lines).toEqual([
    "        hello\n",
    "        images: 1.5 s\n",
    "  12.3  baseline\n",
    "   0.0  after: 50/s, 900 acknowledged by B\n",
    "   5.0  after: 50/s, 900 acknowledged by B\n",
  ]);
});
