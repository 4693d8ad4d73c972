import { expect, test } from "vitest";
import type { FaultSpec } from "../model/plan/fault.ts";
import type { DrillEvent } from "../model/record/event.ts";
import { gatherFacts } from "./facts.ts";
import { fakeRun } from "./testing/fake-run.ts";
import { unseenReturns } from "./unseen-return.ts";
import { worthJudging } from "./worth-judging.ts";

const { loadEndMs } = gatherFacts(fakeRun());
const loss: FaultSpec = { kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0, healAfterSeconds: 1 };

function returned(fault: FaultSpec, afterLoadMs: number, proxy: "latched" | "passive" | "tuned" = "passive") {
  const healed: DrillEvent = {
    ...{ type: "fault", fault: 0, kind: fault.kind, state: "healed", atMs: loadEndMs + afterLoadMs, detail: {} },
  };
  return fakeRun({}, ({ run, events }) => ({
    run: { ...run, config: { ...run.config, proxy }, scenario: { ...run.scenario, faults: [fault] } },
    events: [...events, healed],
  }));
}
const reported = (...of: Parameters<typeof returned>) => {
  const record = returned(...of);
  return unseenReturns(record, gatherFacts(record));
};

test("a site that comes back after the load may get clients, if the proxy routes by itself", () => {
  const late = [
    "region-loss of A was healed after the load, so which site clients have reached since then is not known",
  ];
  expect(reported(loss, 1)).toEqual(late);
  expect(reported(loss, 1, "tuned")).toEqual(late);
  expect(reported(loss, 0)).toEqual([]);
  expect(reported(loss, 1, "latched")).toEqual([]);
  const record = returned(loss, 1);
  expect(worthJudging.check(record, gatherFacts(record)).evidence).toContain(late[0]);
});

test.each<[FaultSpec, number]>([
  [{ kind: "process-kill", part: "hapi-a", afterSeconds: 0 }, 1],
  [{ kind: "packet-drop", link: "pg-a", direction: "both", afterSeconds: 0 }, 1],
  [{ kind: "process-kill", part: "nginx", afterSeconds: 0 }, 0],
  [{ kind: "link-cut", link: "replication", afterSeconds: 0 }, 0],
  [{ kind: "clock-skew", side: "a", offsetSeconds: -600, afterSeconds: 0 }, 0],
])("%j is reported %d times", (fault, times) => {
  expect(reported(fault, 1)).toHaveLength(times);
});
