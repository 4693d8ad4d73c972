/**
 * Takes the operator's place where the system fails over by itself. It is given every sample of who is the primary, and
 * reports each takeover as an operator would report its own. It touches nothing, except for planned operations.
 *
 * A primary is given up when it no longer holds its lock; a takeover has happened when a server calls itself the
 * primary on a new timeline. What no sample shows is not reported.
 */

import type { StepOf } from "../model/plan/plan-steps.ts";
import type { PlannedOperation } from "../model/plan/planned-operation.ts";
import { otherSite, type SiteName } from "../model/plan/site.ts";
import { reasonOf } from "../model/program/failure.ts";
import type { StepDetails } from "../model/record/detail.ts";
import type { PrimaryProbe } from "../model/record/probe.ts";
import type { Roles } from "../system/roles.ts";
import type { SelfFailover } from "../system/self-failover.ts";
import { until } from "../system/waiting.ts";
import { carryOut, type Ending, Refusal, type Teller, tell } from "./duty.ts";
import type { Operator } from "./operator.ts";
import { restartBy } from "./restart.ts";

export interface Observer extends Operator {
  see: (sample: PrimaryProbe) => void;
}

/** A follower that has not reported for longer may be gone. */
const STALE_MS = 2000;
const CHANGES_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;

type Told = Pick<SelfFailover, "switchOver" | "restart">;

export function startObserver(failover: Told, teller: Teller): Observer {
  const watch = new Watch(teller);
  let underWay: Promise<unknown> = Promise.resolve();
  return {
    see: watch.see,
    roles: () => watch.roles(),
    order: (order) => {
      const obeyed = underWay.then(() => obey(failover, watch, teller, order));
      underWay = obeyed;
      return obeyed;
    },
    atRest: () => underWay.then(() => {}),
    ended: new Promise((resolve) => teller.signal.addEventListener("abort", () => resolve(), { once: true })),
  };
}

async function obey(failover: Told, watch: Watch, teller: Teller, order: PlannedOperation): Promise<Ending> {
  if (order.kind === "switchover") return switchOver(failover, watch, teller, order.to);
  if (order.kind === "restart") return restart(failover, watch, teller, order.side);
  return {
    state: "refused",
    detail: { why: `nobody could be told to: the system does this by itself, or not at all` },
  };
}

const waitingOf = ({ signal }: Teller) => ({ deadlineMs: CHANGES_WITHIN_MS, everyMs: LOOK_EVERY_MS, signal });

function restart(failover: Told, watch: Watch, teller: Teller, side: SiteName): Promise<Ending> {
  const follows = () => watch.roles().follower === side;
  const what = `${side.toUpperCase()} to follow`;
  return restartBy(teller, side, {
    follows,
    restart: () => failover.restart(side, teller.signal),
    untilFollowing: () => until({ ...waitingOf(teller), what }, async () => follows()),
  });
}

async function switchOver(failover: Told, watch: Watch, teller: Teller, to: SiteName): Promise<Ending> {
  const [old, name] = [otherSite(to), to.toUpperCase()];
  const waiting = waitingOf(teller);
  return watch.duringOperation(() =>
    carryOut(teller, "switchover", to, async (step) => {
      if (watch.primary === to) return;
      await step("promoted", to, async () => {
        const said = await failover.switchOver(to).catch((error) => {
          throw new Refusal(reasonOf(error));
        });
        await until({ ...waiting, what: `${name} to be the primary` }, async () => watch.primary === to);
        return { said, timeline: watch.timeline };
      });
      await step("following", old, async () => {
        const what = `${old.toUpperCase()} to follow ${name}`;
        await until({ ...waiting, what }, async () => watch.roles().follower === old);
      });
    }),
  );
}

class Watch {
  readonly #teller: Teller;
  readonly #last: Partial<Record<SiteName, PrimaryProbe>> = {};
  /** When the primary was last seen to hold its lock; `null` before the first time. */
  #heldMs: number | null = null;
  /** Since when the loss of the lock has been reported. */
  #detectedMs: number | null = null;
  /** When such a report was last taken back. */
  #calledOffMs = Number.NEGATIVE_INFINITY;
  /** A planned operation is under way: what is seen meanwhile is its effect. */
  #isOrdered = false;
  primary: SiteName = "a";
  /** 0: no site has said yet that it is the primary. */
  timeline = 0;

  constructor(teller: Teller) {
    this.#teller = teller;
  }

  /** Before the first sample, the roles in which the system was started. */
  roles(): Roles {
    const other = otherSite(this.primary);
    const last = this.#last[other];
    const follows =
      last === undefined
        ? this.timeline === 0
        : this.#teller.reports.now() - last.doneMs < STALE_MS &&
          last.server?.role === "replica" &&
          last.server.state === "streaming" &&
          last.server.timeline === this.timeline;
    return { primary: this.primary, follower: follows ? other : null };
  }

  async duringOperation<T>(work: () => Promise<T>): Promise<T> {
    this.#isOrdered = true;
    try {
      return await work();
    } finally {
      this.#isOrdered = false;
      this.#heldMs = null;
    }
  }

  see = (sample: PrimaryProbe): void => {
    this.#teller.reports.probe(sample);
    const { side, lock, server } = sample;
    this.#last[side] = sample;
    // A new primary is reported first: that the old one has lost its lock is part of it.
    if (server?.role === "primary" && server.timeline !== null && server.timeline > this.timeline)
      this.#takeOver(side, server.timeline, sample);
    if (lock === null || this.#isOrdered) return;
    if (lock.holder === this.primary) this.#hold(sample);
    else this.#detect(sample);
  };

  #hold({ sentMs }: PrimaryProbe): void {
    if (this.#detectedMs !== null) {
      this.#tell("called-off", this.primary, this.#detectedMs, { why: "it holds its lock again" });
      [this.#detectedMs, this.#calledOffMs] = [null, this.#teller.reports.now()];
    }
    // Samples of both sites are taken at one time: what is detected next was not seen before this was called off.
    this.#heldMs = Math.max(sentMs, this.#calledOffMs);
  }

  /**
   * A primary that was never seen to hold its lock has not lost it: a new one is the primary a moment before its lock
   * is reported.
   */
  #detect({ lock }: PrimaryProbe): void {
    if (this.#heldMs === null || this.#detectedMs !== null) return;
    const holder = lock?.holder?.toUpperCase() ?? "nobody";
    this.#tell("detected", this.primary, this.#heldMs, { failures: [`its lock is held by ${holder}`] });
    // Not when the sample was taken: the next step begins where this one ends, by the stamp that it was told with.
    this.#detectedMs = this.#teller.reports.now();
  }

  #takeOver(side: SiteName, timeline: number, sample: PrimaryProbe): void {
    const [from, isFirst] = [this.primary, this.timeline === 0];
    if (!isFirst && !this.#isOrdered) {
      if (side === from) this.#isPrimaryAgain(side, timeline);
      else {
        this.#detect(sample);
        const sinceMs = this.#detectedMs ?? sample.sentMs;
        this.#tell("promoted", side, sinceMs, { timeline });
        this.#tell("done", side, sinceMs, {});
      }
    }
    [this.primary, this.timeline, this.#heldMs, this.#detectedMs] = [side, timeline, null, null];
  }

  #isPrimaryAgain(side: SiteName, timeline: number): void {
    const { event, now } = this.#teller.reports;
    event({ type: "note", atMs: now(), text: `${side.toUpperCase()} is the primary again, on timeline ${timeline}` });
    if (this.#detectedMs !== null)
      this.#tell("called-off", side, this.#detectedMs, { why: "it was promoted again itself" });
  }

  #tell<Name extends StepOf<"failover"> | "called-off" | "done">(
    step: Name,
    side: SiteName,
    sinceMs: number,
    detail: StepDetails[Name],
  ): void {
    tell(this.#teller, "failover", step, side, sinceMs, detail);
  }
}
