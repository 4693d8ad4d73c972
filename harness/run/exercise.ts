/**
 * The drill proper: load and probes, faults and planned operations at their times, and the operator, until the load has
 * ended.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Generator } from "../load/generator.ts";
import { seedResources } from "../load/seed.ts";
import type { View } from "../model/console/view.ts";
import { isOtherRunner } from "../model/load/runners.ts";
import { failsOverByItself } from "../model/plan/config.ts";
import { type Dialect, HAPI_DIALECT } from "../model/plan/dialect.ts";
import { loadTimes, type Phase } from "../model/plan/scenario.ts";
import { otherSite } from "../model/plan/site.ts";
import { reasonOf } from "../model/program/failure.ts";
import type { Reports } from "../operator/duty.ts";
import { keepWarm } from "../operator/keep-warm.ts";
import { startObserver } from "../operator/observer.ts";
import { type Operator, startOperator } from "../operator/operator.ts";
import { auditDatabase } from "../probes/audit.ts";
import { startAvailabilityProbe } from "../probes/availability.ts";
import { startMachineProbe } from "../probes/machine.ts";
import { startPrimaryProbe } from "../probes/primary.ts";
import { startLagProbe } from "../probes/replication-lag.ts";
import { startResourceProbe } from "../probes/resources.ts";
import { countSeeded } from "../probes/seeded.ts";
import type { Database } from "../system/database.ts";
import type { Roles } from "../system/roles.ts";
import type { SelfFailover } from "../system/self-failover.ts";
import type { System } from "../system/system.ts";
import { Beside } from "./beside.ts";
import type { DrillExport } from "./bulk-export.ts";
import { deviceDrill } from "./device-drill.ts";
import { whenAborted } from "./endings.ts";
import { quietly } from "./failed.ts";
import type { FaultCourse } from "./fault-course.ts";
import { getSteady } from "./get-steady.ts";
import { LoadCourse } from "./load-course.ts";
import { PlannedOperations } from "./planned.ts";
import type { Recorder } from "./recorder.ts";
import { networksOf } from "./runner-places.ts";
import { keepSchedule } from "./schedule.ts";
import { tagsBesideOf, tagsOf } from "./tags.ts";
import type { LoadWatch } from "./watch.ts";

const LOOK_EVERY_MS = 200;
/** For k6 to start, and for its last writes to be answered. */
const LOAD_GRACE_MS = 120_000;
/** For the plan that the operator is still carrying out when the load has ended. */
const PLAN_GRACE_MS = 60_000;

export interface Means {
  generator: Generator;
  view: View;
  signal: AbortSignal;
  /** Rejects when the load must not go on. */
  whenUnsafe?: ((watch: LoadWatch, signal: AbortSignal) => Promise<never>) | undefined;
}

/** What happens to the system, and what is asked of it besides the load. */
interface Courses {
  faults: FaultCourse;
  exporting: DrillExport | null;
}

export async function exercise(
  system: System,
  recorder: Recorder,
  { faults, exporting }: Courses,
  { generator, view, signal: calledOff, whenUnsafe }: Means,
): Promise<void> {
  const { run, now, folder } = recorder;
  const { scenario, config, seed } = run;
  const dialect = run.dialect ?? HAPI_DIALECT;
  const beside = new Beside(calledOff);
  const { signal } = beside;
  const devices = deviceDrill(system, recorder);
  const wait = (ms: number) => sleep(ms, undefined, { signal });
  /** The phase that the live view shows. */
  let shown = "";
  const enter = (phase: Phase) => {
    shown = phase;
    recorder.event({ type: "phase", phase });
  };

  try {
    if (scenario.start.resources > 0) {
      enter("seed");
      await seedResources(system.hapi.a, seed, 0, scenario.start.resources, signal);
    }
    await exporting?.begin();
    enter("warm-up");
    let roles = (): Roles => ({ primary: "a", follower: scenario.start.replicated ? "b" : null });
    beside.add(keepWarm(system, config, () => roles(), signal));
    recorder.update({ runners: [...generator.runners], privateLink: networksOf(system, generator.runners) });
    const task = { scenario, retry: config.clientRetry, seed, tags: tagsOf(run), dialect, folder: folder.path };
    const load = new LoadCourse(await generator.start(task), now);
    const { watch } = load;
    const due = new AbortController();
    const early = [whenAborted(calledOff), system.whenLost(signal), load.endsEarly(due.signal)];
    if (whenUnsafe) early.push(whenUnsafe(watch, signal));
    const unlessEarly = <T>(work: Promise<T>): Promise<T> => Promise.race([work, ...early]);

    await unlessEarly(devices?.connect() ?? Promise.resolve());
    recorder.update({
      warmUp: await unlessEarly(
        getSteady(system, recorder, { dialect, view, signal, untilDue: () => exporting?.untilDue() }),
      ),
    });
    beside.repeat(LOOK_EVERY_MS, async () => view.live(await watch.look(now(), shown)));
    load.sampleClocks(beside);
    const operator = startWatching(system, recorder, beside);
    roles = operator.roles;
    beside.add(operator.ended);
    for (const stop of startProbes(system, recorder, { dialect, roles, runners: generator.runners }))
      beside.addProbe(stop);

    const firstMs = await unlessEarly(load.begun(signal));
    devices?.begin();
    // The first observation starts what observing needs, so that the injection happens at one instant.
    await unlessEarly(faults.firstLook());
    const orders = new PlannedOperations({
      ...{ operator, tell: recorder.event },
      countSeeded: () => countSeeded(system.postgres.b, seed),
    });
    await unlessEarly(
      keepSchedule(scenario, seed, {
        ...{ firstMs, now, wait, enter },
        act: (acts) => {
          shown = "fault";
          // Planned operations are not awaited: the schedule goes on.
          for (const act of acts) if (act.does === "order") beside.add(orders.give(act));
          return faults.act(acts.filter((act) => act.does !== "order"));
        },
      }),
    );
    due.abort();

    await unlessEarly(load.ended(loadTimes(scenario).end * 1000 + LOAD_GRACE_MS, signal));
    await unlessEarly(faults.endOfLoad());
    const plans = Promise.all([orders.done(), operator.atRest()]);
    await unlessEarly(Promise.race([plans, wait(PLAN_GRACE_MS)]));
    enter("quiesce");
    await unlessEarly(faults.healed());
    await unlessEarly(devices?.drained(() => roles().primary, signal) ?? Promise.resolve());
    recorder.update(await load.did());
  } finally {
    await Promise.all([beside.end(), faults.end(), devices?.end()]);
    // The record is worth more than what is left to remove.
    await generator
      .end?.()
      .catch((error) =>
        quietly(() =>
          recorder.event({ type: "note", text: `not all of the load could be removed: ${reasonOf(error)}` }),
        ),
      );
  }
}

/** A system that nobody can command: what happens there is seen from outside. */
const MUTE: Pick<SelfFailover, "switchOver" | "restart"> = {
  switchOver: () => Promise.reject(new Error("nobody knows how")),
  restart: () => Promise.reject(new Error("nobody knows how")),
};

/** Starts the operator, or the observer where the system fails over by itself. */
function startWatching(system: System, recorder: Recorder, beside: Beside): Operator {
  const { signal } = beside;
  const { scenario, config } = recorder.run;
  const reports = reportsTo(recorder);
  const { failover } = system;
  if (!failsOverByItself(config)) return startOperator(system, config, scenario.start.replicated, reports, signal);
  const observer = startObserver(failover ?? MUTE, { reports, signal });
  if (failover !== null) beside.addProbe(startPrimaryProbe(failover.ask, recorder.now, observer.see));
  return observer;
}

function reportsTo(recorder: Recorder): Reports {
  const { event, probe, now, stranded } = recorder;
  return { event, probe, now, stranded, returned: (database) => recordReturned(database, recorder) };
}

/** Records what a site that came back holds, from its own database and not from the operator's report. */
async function recordReturned(database: Database, { run, returned }: Recorder): Promise<void> {
  await auditDatabase(database, run.seed, (lines) => {
    returned(lines);
    for (const line of lines) if (line.type === "unreadable") throw new Error(line.why);
  });
}

interface Probed {
  dialect: Dialect;
  roles: () => Roles;
  runners: Generator["runners"];
}

/** Starts all probes; returns the functions that stop them. */
function startProbes(
  system: System,
  { run, now, probe }: Recorder,
  { dialect: { updateCreate }, roles, runners }: Probed,
): (() => Promise<void>)[] {
  const fromOutside = [
    startMachineProbe(system, now, probe),
    startAvailabilityProbe({
      ...{ edge: system.edge, seed: run.seed, tags: tagsBesideOf(run), updateCreate, now, report: probe },
    }),
  ];
  // Of one's own system nobody knows whether the other site follows: that it lags is what is asked there.
  const both = (): Roles => ({ primary: roles().primary, follower: otherSite(roles().primary) });
  const isOwn = system.content === "fhir";
  if (system.lag !== null) fromOutside.push(startLagProbe(system.lag, isOwn ? both : roles, now, probe));
  if (isOwn) return fromOutside;
  const { postgres, usageOf } = system;
  const sampled = [...system.sampled, ...runners.filter(isOtherRunner)];
  return [...fromOutside, startResourceProbe({ postgres, usageOf, sampled }, now, probe)];
}
