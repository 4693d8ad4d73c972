/**
 * The operator: carries out the recovery plans, from the first write to the last. It watches the serving site and looks
 * for a lost one to come back; it fails over, rebuilds what comes back, and does planned operations. It carries out one
 * plan at a time and does not watch meanwhile. Each step is reported with the time it took.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../model/plan/config.ts";
import type { PlannedOperation } from "../model/plan/planned-operation.ts";
import { otherSite } from "../model/plan/site.ts";
import { reasonOf } from "../model/program/failure.ts";
import type { Roles } from "../system/roles.ts";
import { whyUnable } from "./able-to-serve.ts";
import { untilUnhealthy } from "./detect.ts";
import { type Duty, type Ending, type Operated, type Reports, type State, tell } from "./duty.ts";
import { failOver, isDecided } from "./failover.ts";
import { type Health, probeHealth } from "./health.ts";
import { rebuild } from "./rebuild.ts";
import { restart } from "./restart.ts";
import { serveAcross } from "./serve-across.ts";
import { startReplication } from "./start-replication.ts";
import { switchOver } from "./switchover.ts";

const LOOK_EVERY_MS = 1000;

export interface Operator {
  roles: () => Roles;
  /** Runs after what is under way. Resolves when its plan has ended. */
  order: (order: PlannedOperation) => Promise<Ending>;
  /** Resolves when the plan under way has ended. */
  atRest: () => Promise<void>;
  /** Resolves when `signal` has ended the operator and the step under way is over. */
  ended: Promise<void>;
}

/** What the operator does next, as soon as that is known. */
type Deed = () => Promise<void>;

/** `replicated`: B follows A already. */
export function startOperator(
  system: Operated,
  config: Config,
  replicated: boolean,
  reports: Reports,
  signal: AbortSignal,
): Operator {
  const state: State = { primary: "a", follower: replicated ? "b" : null, tookOverMs: null, lost: null, saved: [] };
  const duty: Duty = { system, config, state, reports, signal };
  const desk = new Desk(duty);
  const work = { underWay: Promise.resolve() };
  return {
    roles: () => ({ primary: state.primary, follower: state.follower }),
    order: (order) => desk.put(order),
    atRest: () => work.underWay,
    ended: live(duty, desk, work),
  };
}

async function live(duty: Duty, desk: Desk, work: { underWay: Promise<void> }): Promise<void> {
  const { signal } = duty;
  const watch = new Watch(duty);
  while (!signal.aborted) {
    const idle = new AbortController();
    const waiting = AbortSignal.any([signal, idle.signal]);
    const next = await Promise.race([
      watch.untilLost(waiting),
      untilReturned(duty, waiting),
      desk.untilOrdered(waiting),
    ]).catch(() => null);
    idle.abort();
    if (next === null) continue;
    // A plan reports its own ending; this is for what failed before there was a plan.
    work.underWay = next().catch((error) => {
      if (!signal.aborted)
        duty.reports.event({ type: "note", atMs: duty.reports.now(), text: `operator: ${reasonOf(error)}` });
    });
    await work.underWay;
  }
  desk.close();
}

class Watch {
  readonly #duty: Duty;
  /**
   * The primary was given up with nobody to take over. That is reported once, and again after a good probe or once
   * another site could take over.
   */
  #isHelpless = false;

  constructor(duty: Duty) {
    this.#duty = duty;
  }

  async untilLost(signal: AbortSignal): Promise<Deed> {
    const { system, config, state, reports } = this.#duty;
    const side = state.primary;
    let beganMs = reports.now();
    const watching = {
      probe: (round: number) =>
        probeHealth(system.links.addressOf(`hapi-${side}`), round, config.operator.probeTimeoutMs),
      onProbe: (health: Health, sentMs: number, doneMs: number) => {
        if (health.ok) {
          beganMs = doneMs;
          this.#isHelpless = false;
        }
        reports.probe({ type: "health", side, sentMs, doneMs, ok: health.ok, why: health.why });
      },
      now: reports.now,
      graceEndsMs: (state.tookOverMs ?? Number.NEGATIVE_INFINITY) + config.operator.graceSeconds * 1000,
      signal,
    };
    for (;;) {
      const failures = await untilUnhealthy(config.operator, watching);
      // Otherwise the wait for a lost site to return would be cut short again and again, by something nobody can
      // change.
      if (!this.#isHelpless || (await this.#couldHelp())) return () => this.#giveUp(failures, beganMs);
      await sleep(config.operator.probeIntervalMs, undefined, { signal });
    }
  }

  /** Also true when the follower was promoted already and the failover broke off after that. */
  #canFailOver(): boolean {
    const { primary, follower, lost } = this.#duty.state;
    return follower !== null || lost?.side === primary;
  }

  async #couldHelp(): Promise<boolean> {
    const { system, state } = this.#duty;
    return this.#canFailOver() && (await whyUnable(system, otherSite(state.primary))) === null;
  }

  async #giveUp(failures: string[], beganMs: number): Promise<void> {
    const duty = this.#duty;
    const { primary } = duty.state;
    tell(duty, "failover", "detected", primary, beganMs, { failures });
    if (!this.#canFailOver()) {
      this.#isHelpless = true;
      const why = `nobody follows ${primary.toUpperCase()}`;
      tell(duty, "failover", "refused", primary, duty.reports.now(), { why });
    } else if (await isDecided(duty)) this.#isHelpless = (await failOver(duty)).state === "refused";
  }
}

/** Waits until a lost site's database answers. */
async function untilReturned(duty: Duty, signal: AbortSignal): Promise<Deed> {
  const { state, system } = duty;
  for (;;) {
    await sleep(LOOK_EVERY_MS, undefined, { signal });
    const { lost, primary } = state;
    if (lost === null || lost.leftAlone || lost.side === primary) continue;
    const answers = await system.postgres[lost.side].query("select 1", [], LOOK_EVERY_MS).catch(() => null);
    if (answers !== null) return () => rebuild(duty, lost);
  }
}

function obey(duty: Duty, order: PlannedOperation): Promise<Ending> {
  switch (order.kind) {
    case "switchover":
      return switchOver(duty, order.to);
    case "restart":
      return restart(duty, order.side);
    case "start-replication":
      return startReplication(duty);
    case "serve-across":
      return serveAcross(duty, order);
  }
}

/** The queue of planned operations. */
class Desk {
  readonly #duty: Duty;
  readonly #waiting: { order: PlannedOperation; done: (ending: Ending) => void }[] = [];
  #rouse: () => void = () => {};

  constructor(duty: Duty) {
    this.#duty = duty;
  }

  put(order: PlannedOperation): Promise<Ending> {
    return new Promise((done) => {
      this.#waiting.push({ order, done });
      this.#rouse();
      if (this.#duty.signal.aborted) this.close();
    });
  }

  async untilOrdered(signal: AbortSignal): Promise<Deed> {
    await new Promise<void>((resolve, reject) => {
      this.#rouse = resolve;
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      if (this.#waiting.length > 0) resolve();
    });
    return async () => {
      const next = this.#waiting.shift();
      next?.done(await obey(this.#duty, next.order));
    };
  }

  /** Nobody is left to do them. */
  close(): void {
    for (const { done } of this.#waiting.splice(0))
      done({ state: "failed", detail: { why: "the load ended before its turn came" } });
  }
}
