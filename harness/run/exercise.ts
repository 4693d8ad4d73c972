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
import { type DeviceDrill, deviceDrill } from "./device-drill.ts";
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

/** A drill under way: what its stages share. */
interface Exercise extends Courses {
  system: System;
  recorder: Recorder;
  means: Means;
  dialect: Dialect;
  devices: DeviceDrill | null;
  beside: Beside;
  wait: (ms: number) => Promise<void>;
  phase: CurrentPhase;
  /** As the scenario begins; the operator's own, once that is started. */
  roles: () => Roles;
}

/** The phase of a drill: recorded when it begins, and shown by the live view. */
class CurrentPhase {
  readonly #event: Recorder["event"];
  /** `fault`: from the first act to the end of the schedule. Empty before the first phase. */
  shown: Phase | "fault" | "" = "";

  constructor(event: Recorder["event"]) {
    this.#event = event;
  }

  enter(phase: Phase): void {
    this.shown = phase;
    this.#event({ type: "phase", phase });
  }
}

/** The load, once it has been started. */
interface StartedLoad {
  course: LoadCourse;
  /** Aborted when the load may end. */
  due: AbortController;
  /** Waits for work of the drill. Rejects before that when the drill must not go on. */
  unlessEarly: <T>(work: Promise<T>) => Promise<T>;
}

export async function exercise(system: System, recorder: Recorder, courses: Courses, means: Means): Promise<void> {
  const drill = asItBegins(system, recorder, courses, means);
  const { run, event } = recorder;
  try {
    await prepare(drill);
    const load = await startLoad(drill);
    await untilSteady(drill, load);
    const operator = startBeside(drill, load);
    const operations = new PlannedOperations({
      ...{ operator, tell: event },
      countSeeded: () => countSeeded(system.postgres.b, run.seed),
    });
    await runSchedule(drill, load, operations);
    await finishLoad(drill, load, () => Promise.all([operations.done(), operator.atRest()]));
  } finally {
    await end(drill);
  }
}

function asItBegins(system: System, recorder: Recorder, courses: Courses, means: Means): Exercise {
  const { scenario, dialect } = recorder.run;
  const beside = new Beside(means.signal);
  const { signal } = beside;
  const roles: Roles = { primary: "a", follower: scenario.start.replicated ? "b" : null };
  return {
    ...{ ...courses, system, recorder, means, beside },
    dialect: dialect ?? HAPI_DIALECT,
    devices: deviceDrill(system, recorder),
    wait: (ms) => sleep(ms, undefined, { signal }),
    phase: new CurrentPhase(recorder.event),
    roles: () => roles,
  };
}

/** Fills A, and begins the bulk export. */
async function prepare({ system, recorder, exporting, beside, phase }: Exercise): Promise<void> {
  const { scenario, seed } = recorder.run;
  const { resources } = scenario.start;
  if (resources > 0) {
    phase.enter("seed");
    await seedResources(system.hapi.a, seed, 0, resources, beside.signal);
  }
  await exporting?.begin();
}

/** Starts all runners; they wait for the start signal. */
async function startLoad(drill: Exercise): Promise<StartedLoad> {
  const { system, recorder, dialect, beside, phase } = drill;
  const { generator, signal: calledOff, whenUnsafe } = drill.means;
  const { run, now, folder } = recorder;
  const { scenario, config, seed } = run;
  const { signal } = beside;
  phase.enter("warm-up");
  beside.add(keepWarm(system, config, () => drill.roles(), signal));
  recorder.update({ runners: [...generator.runners], privateLink: networksOf(system, generator.runners) });
  const task = { scenario, retry: config.clientRetry, seed, tags: tagsOf(run), dialect, folder: folder.path };
  const course = new LoadCourse(await generator.start(task), now);
  const due = new AbortController();
  const early = [whenAborted(calledOff), system.whenLost(signal), course.endsEarly(due.signal)];
  if (whenUnsafe) early.push(whenUnsafe(course.watch, signal));
  return { course, due, unlessEarly: (work) => Promise.race([work, ...early]) };
}

/** Warms the service up and gives the start signal. */
async function untilSteady(
  { system, recorder, exporting, means: { view }, dialect, devices, beside: { signal } }: Exercise,
  { unlessEarly }: StartedLoad,
): Promise<void> {
  await unlessEarly(devices?.connect() ?? Promise.resolve());
  const untilDue = () => exporting?.untilDue();
  recorder.update({ warmUp: await unlessEarly(getSteady(system, recorder, { dialect, view, signal, untilDue })) });
}

/** Starts what runs beside the load until its end: the live view, clock samples, the operator and all probes. */
function startBeside(drill: Exercise, { course }: StartedLoad): Operator {
  const { system, recorder, dialect, beside, phase } = drill;
  const { generator, view } = drill.means;
  beside.repeat(LOOK_EVERY_MS, async () => view.live(await course.watch.look(recorder.now(), phase.shown)));
  course.sampleClocks(beside);
  const operator = startWatching(system, recorder, beside);
  const { roles } = operator;
  drill.roles = roles;
  beside.add(operator.ended);
  for (const stop of startProbes(system, recorder, { dialect, roles, runners: generator.runners }))
    beside.addProbe(stop);
  return operator;
}

/** From the load's first write to the last act of the scenario. */
async function runSchedule(
  { recorder, faults, devices, beside, wait, phase }: Exercise,
  { course, due, unlessEarly }: StartedLoad,
  operations: PlannedOperations,
): Promise<void> {
  const { run, now } = recorder;
  const firstMs = await unlessEarly(course.begun(beside.signal));
  devices?.begin();
  // The first observation starts what observing needs, so that the injection happens at one instant.
  await unlessEarly(faults.firstLook());
  const schedule = keepSchedule(run.scenario, run.seed, {
    ...{ firstMs, now, wait },
    enter: (each) => phase.enter(each),
    act: (acts) => {
      phase.shown = "fault";
      // Planned operations are not awaited: the schedule goes on.
      for (const act of acts) if (act.does === "order") beside.add(operations.give(act));
      return faults.act(acts.filter((act) => act.does !== "order"));
    },
  });
  await unlessEarly(schedule);
  due.abort();
}

/** Waits for the load, the operator's plans and all healings, and records what the runners did. */
async function finishLoad(
  { recorder, faults, devices, beside: { signal }, wait, phase, roles }: Exercise,
  { course, unlessEarly }: StartedLoad,
  plansDone: () => Promise<unknown>,
): Promise<void> {
  await unlessEarly(course.ended(loadTimes(recorder.run.scenario).end * 1000 + LOAD_GRACE_MS, signal));
  await unlessEarly(faults.endOfLoad());
  await unlessEarly(Promise.race([plansDone(), wait(PLAN_GRACE_MS)]));
  phase.enter("quiesce");
  await unlessEarly(faults.healed());
  await unlessEarly(devices?.drained(() => roles().primary, signal) ?? Promise.resolve());
  recorder.update(await course.did());
}

/** Ends all that is under way and removes the load, however far the drill came. */
async function end({ recorder, means: { generator }, faults, devices, beside }: Exercise): Promise<void> {
  await Promise.all([beside.end(), faults.end(), devices?.end()]);
  // The record is worth more than what is left to remove.
  await generator
    .end?.()
    .catch((error) =>
      quietly(() => recorder.event({ type: "note", text: `not all of the load could be removed: ${reasonOf(error)}` })),
    );
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
