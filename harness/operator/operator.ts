/**
 * The operator: carries out the recovery plans, from the first write to the last. It watches the serving site and waits
 * for a lost one to return; it fails over, rebuilds sites that return, and does planned operations. It carries out one
 * plan at a time and does not watch meanwhile. Each step is reported with its duration.
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

const CHECK_EVERY_MS = 1000;

export interface Operator {
  roles: () => Roles;
  /** Queues a planned operation. Resolves when its plan has ended. */
  order: (operation: PlannedOperation) => Promise<Ending>;
  /** Resolves when the plan under way has ended. */
  atRest: () => Promise<void>;
  /** Resolves when `signal` is aborted and the step under way has ended. */
  ended: Promise<void>;
}

/** Carries out the operator's next plan. */
type Work = () => Promise<void>;

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
  const queue = new Queue(duty);
  const work = { underWay: Promise.resolve() };
  return {
    roles: () => ({ primary: state.primary, follower: state.follower }),
    order: (operation) => queue.add(operation),
    atRest: () => work.underWay,
    ended: live(duty, queue, work),
  };
}

async function live(duty: Duty, queue: Queue, work: { underWay: Promise<void> }): Promise<void> {
  const { signal } = duty;
  const watch = new Watch(duty);
  while (!signal.aborted) {
    const idle = new AbortController();
    const waiting = AbortSignal.any([signal, idle.signal]);
    const next = await Promise.race([
      watch.untilLost(waiting),
      untilReturned(duty, waiting),
      queue.next(waiting),
    ]).catch(() => null);
    idle.abort();
    if (next === null) continue;
    // A plan reports its own ending. This catches failures before a plan began.
    work.underWay = next().catch((error) => {
      if (!signal.aborted)
        duty.reports.event({ type: "note", atMs: duty.reports.now(), text: `operator: ${reasonOf(error)}` });
    });
    await work.underWay;
  }
  queue.close();
}

class Watch {
  readonly #duty: Duty;
  /**
   * The primary was given up and no site could take over. Reported once, and again after a good probe or once another
   * site could take over.
   */
  #isHelpless = false;

  constructor(duty: Duty) {
    this.#duty = duty;
  }

  async untilLost(signal: AbortSignal): Promise<Work> {
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
      // Otherwise this hopeless detection would end the wait for a lost site's return again and again.
      if (!this.#isHelpless || (await this.#couldHelp())) return () => this.#giveUp(failures, beganMs);
      await sleep(config.operator.probeIntervalMs, undefined, { signal });
    }
  }

  /** Also true when a failover broke off after the follower's promotion. */
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
      const why = `${primary.toUpperCase()} has no follower`;
      tell(duty, "failover", "refused", primary, duty.reports.now(), { why });
    } else if (await isDecided(duty)) this.#isHelpless = (await failOver(duty)).state === "refused";
  }
}

/** Waits until a lost site's database answers. */
async function untilReturned(duty: Duty, signal: AbortSignal): Promise<Work> {
  const { state, system } = duty;
  for (;;) {
    await sleep(CHECK_EVERY_MS, undefined, { signal });
    const { lost, primary } = state;
    if (lost === null || lost.leftAlone || lost.side === primary) continue;
    const answers = await system.postgres[lost.side].query("select 1", [], CHECK_EVERY_MS).catch(() => null);
    if (answers !== null) return () => rebuild(duty, lost);
  }
}

function carryOutPlanned(duty: Duty, operation: PlannedOperation): Promise<Ending> {
  switch (operation.kind) {
    case "switchover":
      return switchOver(duty, operation.to);
    case "restart":
      return restart(duty, operation.side);
    case "start-replication":
      return startReplication(duty);
    case "serve-across":
      return serveAcross(duty, operation);
  }
}

/** The queue of planned operations. */
class Queue {
  readonly #duty: Duty;
  readonly #waiting: { operation: PlannedOperation; done: (ending: Ending) => void }[] = [];
  #rouse: () => void = () => {};

  constructor(duty: Duty) {
    this.#duty = duty;
  }

  add(operation: PlannedOperation): Promise<Ending> {
    return new Promise((done) => {
      this.#waiting.push({ operation, done });
      this.#rouse();
      if (this.#duty.signal.aborted) this.close();
    });
  }

  /** Resolves when an operation is queued, with the work that carries it out. */
  async next(signal: AbortSignal): Promise<Work> {
    await new Promise<void>((resolve, reject) => {
      this.#rouse = resolve;
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      if (this.#waiting.length > 0) resolve();
    });
    return async () => {
      const next = this.#waiting.shift();
      next?.done(await carryOutPlanned(this.#duty, next.operation));
    };
  }

  /** Fails the operations still queued. */
  close(): void {
    for (const { done } of this.#waiting.splice(0))
      done({ state: "failed", detail: { why: "the load ended before it could begin" } });
  }
}
