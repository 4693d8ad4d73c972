/**
 * The one who acts as the recovery plans say, from the first write to the last: it watches the side that serves, and
 * looks for one that was lost; it fails over, rebuilds what comes back, and changes sides when it is told to. One plan at
 * a time, and while it carries one out it does not watch. Each step is reported with the time it took.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../model/config.ts";
import { reasonOf } from "../model/failure.ts";
import type { Order } from "../model/order.ts";
import { otherSide } from "../model/side.ts";
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
  /** Carried out after what is under way. Resolves when its plan has ended. */
  order: (order: Order) => Promise<Ending>;
  /** Resolves when the plan that is under way has ended. */
  atRest: () => Promise<void>;
  /** Resolves when `signal` has ended its life and the step under way is over. */
  ended: Promise<void>;
}

/** What it does next, as soon as it knows. */
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
    // A plan tells how it ended by itself; this is what ended before there was a plan.
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
  /** Given up, and there was nobody to take over: told once, and again after a good probe or when somebody could. */
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
      // Else the look for a lost side would be called off again and again, by what nobody can do anything about.
      if (!this.#isHelpless || (await this.#couldHelp())) return () => this.#giveUp(failures, beganMs);
      await sleep(config.operator.probeIntervalMs, undefined, { signal });
    }
  }

  /** One whose follower was promoted already, before the failover broke off, has somebody to take over. */
  #canFailOver(): boolean {
    const { primary, follower, lost } = this.#duty.state;
    return follower !== null || lost?.side === primary;
  }

  async #couldHelp(): Promise<boolean> {
    const { system, state } = this.#duty;
    return this.#canFailOver() && (await whyUnable(system, otherSide(state.primary))) === null;
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

/** A lost side whose database answers. */
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

function obey(duty: Duty, order: Order): Promise<Ending> {
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

/** Orders that wait for their turn. */
class Desk {
  readonly #duty: Duty;
  readonly #waiting: { order: Order; done: (ending: Ending) => void }[] = [];
  #rouse: () => void = () => {};

  constructor(duty: Duty) {
    this.#duty = duty;
  }

  put(order: Order): Promise<Ending> {
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

  /** Nobody is there any more to do them. */
  close(): void {
    for (const { done } of this.#waiting.splice(0))
      done({ state: "failed", detail: { why: "the load ended before its turn came" } });
  }
}
