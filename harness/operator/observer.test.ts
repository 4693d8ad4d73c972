/** What the observer reports, given made-up samples. */
import { expect, test } from "vitest";
import type { SiteName } from "../model/plan/site.ts";
import type { DrillEvent, OperatorEvent } from "../model/record/event.ts";
import type { PrimaryProbe } from "../model/record/probe.ts";
import { startObserver } from "./observer.ts";

/**
 * `ap1a`: A says that it is the primary on timeline 1 and that A holds the lock; `br1-`: B is a replica and nobody
 * holds the lock; `a`: A does not answer.
 */
function sample(told: string, nowMs: number): PrimaryProbe {
  const [, side, role, timeline, holder] = /^([ab])([pr])?(\d)?([ab-])?$/.exec(told) as unknown as string[];
  return {
    ...{ type: "primary", side: side as SiteName, sentMs: nowMs - 10, doneMs: nowMs, lagBytes: null, why: null },
    server: role
      ? {
          role: role === "p" ? "primary" : "replica",
          state: role === "p" ? "running" : "streaming",
          timeline: Number(timeline),
        }
      : null,
    lock: holder ? { holder: holder === "-" ? null : (holder as SiteName) } : null,
  };
}

function observed(switchOver = async (_: SiteName) => "done", restart = async (_: SiteName) => {}) {
  const events: DrillEvent[] = [];
  const probes: unknown[] = [];
  let nowMs = 0;
  const reports = {
    event: (event: DrillEvent) => void events.push(event),
    probe: (probe: unknown) => void probes.push(probe),
    now: () => nowMs,
  };
  const observer = startObserver({ switchOver, restart }, { reports, signal: new AbortController().signal });
  const see = (...told: string[]) => {
    for (const each of told) {
      nowMs += 250;
      observer.see(sample(each, nowMs));
    }
  };
  const steps = () =>
    events.flatMap((event) => (event.type === "operator" ? [`${event.plan} ${event.step} ${event.side}`] : []));
  const wait = (ms: number) => {
    nowMs += ms;
  };
  return { observer, see, events, probes, steps, wait };
}

test("as long as the primary holds its lock there is nothing to tell, whoever answers", () => {
  const { see, events, observer, probes } = observed();
  see("br1a", "ap1a", "br1a", "a", "br1a", "b", "ap1a");
  expect(events).toEqual([]);
  expect(probes).toHaveLength(7);
  expect(observer.roles().primary).toBe("a");
});

test("a takeover: the lock is lost, and the other one is promoted", () => {
  const { see, steps, observer, events } = observed();
  see("ap1a", "br1a", "a", "br1a", "br1-", "br1b", "bp2b", "bp2b");
  expect(steps()).toEqual(["failover detected a", "failover promoted b", "failover done b"]);
  // Detected by the fifth sample; the fourth was the last to see the lock held, and the time counts from its request.
  expect(events[0]).toMatchObject({ atMs: 1250, tookMs: 260, detail: { failures: ["its lock is held by nobody"] } });
  expect(events[1]).toMatchObject({ atMs: 1750, tookMs: 500, detail: { timeline: 2 } });
  expect(observer.roles()).toEqual({ primary: "b", follower: null });
});

test("a step begins when the one before it was told, however late that was", () => {
  const { observer, see, wait, events } = observed();
  see("ap1a");
  wait(300);
  observer.see(sample("br1-", 540));
  wait(200);
  observer.see(sample("bp2b", 740));
  const [detected, promoted] = events as OperatorEvent[];
  expect([detected?.atMs, promoted?.atMs, promoted?.tookMs]).toEqual([550, 750, 200]);
});

test("one between two looks is told whole all the same", () => {
  const { see, steps } = observed();
  see("ap1a", "br1a", "a", "bp2b");
  expect(steps()).toEqual(["failover detected a", "failover promoted b", "failover done b"]);
});

test("a lock that is held again is no takeover", () => {
  const { see, steps } = observed();
  see("ap1a", "br1-", "br1a", "ap1a");
  expect(steps()).toEqual(["failover detected a", "failover called-off a"]);
});

test("after one that was called off, the next begins no earlier, though both sites' samples were taken at one time", () => {
  const { observer, see, wait, events } = observed();
  see("ap1a", "br1-");
  wait(250);
  const both = [sample("ap1a", 750), sample("br1a", 750)] as const;
  for (const each of both) observer.see(each);
  see("br1-");
  const [, off, again] = events as OperatorEvent[];
  expect([off?.step, again?.step]).toEqual(["called-off", "detected"]);
  expect((again?.atMs ?? 0) - (again?.tookMs ?? 0)).toBe(off?.atMs);
});

test("who does not say who holds the lock has not seen that it is lost", () => {
  const { see, steps } = observed();
  see("ap1a", "br1", "br1", "a", "b");
  expect(steps()).toEqual([]);
});

test("the same side on a new timeline is no takeover, and is told", () => {
  const { see, steps, events } = observed();
  see("ap1a", "br1a", "a", "ap2a");
  expect(steps()).toEqual([]);
  expect(events).toMatchObject([{ type: "note", text: "A is the primary again, on timeline 2" }]);
});

test("an old primary that has not noticed does not take over", () => {
  const { see, steps, observer } = observed();
  see("ap1a", "br1-", "bp2b", "ap1", "bp2b");
  expect(steps()).toHaveLength(3);
  expect(observer.roles().primary).toBe("b");
});

test("a follower is one that says that it streams, on the primary's timeline, and has said so of late", () => {
  const { see, observer, wait } = observed();
  expect(observer.roles()).toEqual({ primary: "a", follower: "b" });
  see("ap1a");
  expect(observer.roles().follower).toBeNull();
  see("br1a");
  expect(observer.roles().follower).toBe("b");
  wait(3000);
  expect(observer.roles().follower).toBeNull();
  see("br1-", "bp2b", "ar1b");
  expect(observer.roles().follower).toBeNull();
  see("ar2b");
  expect(observer.roles()).toEqual({ primary: "b", follower: "a" });
});

test("a standby that runs and gets nothing follows nobody", () => {
  const { see, observer } = observed();
  see("ap1a", "br1a");
  const { server, ...told } = sample("br1a", 600);
  observer.see({ ...told, server: server && { ...server, state: "running" } });
  expect(observer.roles().follower).toBeNull();
});

test("a switchover by order is told as that, and as no failover", async () => {
  const ordered = observed(async () => {
    ordered.see("br1-", "bp2b", "ar2b");
    return "Successfully switched over";
  });
  ordered.see("ap1a", "br1a");
  const ending = await ordered.observer.order({ kind: "switchover", to: "b", afterSeconds: 0 });
  expect(ending.state).toBe("done");
  expect(ordered.steps()).toEqual(["switchover promoted b", "switchover following a", "switchover done b"]);
  // What happens afterwards belongs to no operation.
  ordered.see("bp2b", "ar2-", "ap3a");
  expect(ordered.steps().slice(3)).toEqual(["failover detected b", "failover promoted a", "failover done a"]);
});

test("what the system refuses is refused in its own words", async () => {
  const { observer, see, steps } = observed(async () => {
    throw new Error("no good candidates have been found");
  });
  see("ap1a", "br1a");
  const ending = await observer.order({ kind: "switchover", to: "b", afterSeconds: 0 });
  expect(ending).toEqual({ state: "refused", detail: { why: "no good candidates have been found" } });
  expect(steps()).toEqual(["switchover refused b"]);
});

test("there is nothing to do where the side is the primary already", async () => {
  const { observer, see, steps } = observed();
  see("ap1a", "br1a");
  expect((await observer.order({ kind: "switchover", to: "a", afterSeconds: 0 })).state).toBe("done");
  expect(steps()).toEqual(["switchover done a"]);
});

test("a restart by order is over when the side follows again", async () => {
  const ordered = observed(undefined, async (side) => {
    expect(side).toBe("b");
    // B goes away and comes back: the samples come later.
    ordered.see("b");
    setTimeout(() => ordered.see("ap1a", "br1a"), 100);
  });
  ordered.see("ap1a", "br1a");
  const ending = await ordered.observer.order({ kind: "restart", side: "b", afterSeconds: 0 });
  expect(ending.state).toBe("done");
  expect(ordered.steps()).toEqual(["restart restarted b", "restart following b", "restart done b"]);
});

test("a primary, and a side that does not follow, is not restarted", async () => {
  const never = observed(undefined, () => expect.unreachable());
  never.see("ap1a", "br1a");
  const ending = await never.observer.order({ kind: "restart", side: "a", afterSeconds: 0 });
  expect(ending).toEqual({ state: "refused", detail: { why: "A follows nobody, so others may depend on it" } });
  expect(never.steps()).toEqual(["restart refused a"]);
  never.see("ap1a", "b");
  never.wait(5000);
  expect((await never.observer.order({ kind: "restart", side: "b", afterSeconds: 0 })).state).toBe("refused");
});

test("nobody is there to be told anything else", async () => {
  const ending = await observed().observer.order({ kind: "start-replication", afterSeconds: 0 });
  expect(ending.state).toBe("refused");
});
