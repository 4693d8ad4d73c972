/**
 * Writes at a constant rate, or at one that changes by a plan, whatever the answers are like (an open model: an outage does not
 * slow the senders down). Each write leaves an invoke and a complete line on the console, however often it was sent, and an
 * update between them what it read first; the harness sends the console to the run's ledger.
 */
import { sleep } from "k6";
import { SharedArray } from "k6/data";
import exec from "k6/execution";
import http, { type RefinedResponse } from "k6/http";
import type { LedgerLine, LoadOptions, LookLine, MarkLine } from "../../harness/model/load/ledger.ts";
import { completeLine, invokeLine } from "../../harness/model/load/line.ts";
import { planLook } from "../../harness/model/load/look.ts";
import { namedAt, namedIn } from "../../harness/model/load/named.ts";
import type { OwnResource } from "../../harness/model/load/own-resources.ts";
import { RUNNER_NAMES } from "../../harness/model/load/runners.ts";
import { indexOfSegment, segmentOf } from "../../harness/model/load/segments.ts";
import { executorStages, peakOf } from "../../harness/model/load/shape.ts";
import { isGiven } from "../../harness/model/load/start-signal.ts";
import { writeIdPrefix } from "../../harness/model/load/write.ts";
import { type WriteText, writeTexts } from "../../harness/model/load/write-text.ts";
import { attemptsFor, demandOf, isUnacknowledged } from "../../harness/model/plan/attempts.ts";

const task: LoadOptions = JSON.parse(__ENV.FHIRDRILL_LOAD ?? "{}");
/** Where others can read the options, what is secret is told apart from it. */
const carried: Record<string, string> = { ...task.headers, ...JSON.parse(__ENV.FHIRDRILL_HEADERS ?? "{}") };

/** Where all runners are told the same, and whoever starts them cannot tell each its part: which of them this is, from 0. */
const index = __ENV.FHIRDRILL_RUNNER_INDEX === undefined ? null : Number(__ENV.FHIRDRILL_RUNNER_INDEX);
const part = index === null ? null : segmentOf(index, task.runners);

/** One's own resources: all users share them, and each looks at a few. */
const { resources: resourcesFile } = task;
const OWN: readonly OwnResource[] | undefined =
  resourcesFile === undefined ? undefined : new SharedArray("resources", () => JSON.parse(open(resourcesFile)));
const FORM = OWN === undefined ? task.form : { ...task.form, resources: OWN };

// What each write needs. k6's interpreter looks up a property of an object, and what another module exports, by its name each time.
const { baseUrl: BASE, retry: RETRY, versions: VERSIONS } = task;
const LIMIT_MS = task.timeoutSeconds * 1000;
const textOfWrite = writeTexts({ seed: task.seed, mix: task.mix, form: FORM, tags: task.tags });
const [request, lineOfInvoke, lineOfComplete, storedAt] = [http.request, invokeLine, completeLine, namedAt];

/** Set where clients are in private networks, and more than one address can answer. */
const TELLS_ADDRESS = __ENV.FHIRDRILL_TELL_ADDRESS !== undefined;

const START_LOOK_MS = 1000;
/** A search is more work for a server than a read. */
const START_PAUSE_SECONDS = task.signal.includes("?") ? 0.5 : 0.1;

/** Else a server may answer with what it found before. */
const FRESH = { ...carried, "Cache-Control": "no-cache" };
/** A search that leaves nothing in the database: a server that may not write can do it, too. */
const UNSTORED = { ...carried, "Cache-Control": "no-store" };
const HEADERS: Record<string, string> = {
  ...carried,
  "Content-Type": "application/fhir+json",
  Prefer: "return=minimal",
};
/** Of a write that has its whole time for one attempt, and demands nothing. */
const PLAIN = { headers: HEADERS, timeout: LIMIT_MS };

// Every write that can be unanswered at one time needs a user of its own; with fewer, k6 would drop iterations. So all
// that a write does, its reading and its further attempts, has to fit into the time of one. Runners share the load by their
// users: only as many for each give them equal parts of it, and work to each.
const most = task.stages ? peakOf(task.stages) : task.ratePerSecond;
const usersFor = (ratePerSecond: number) =>
  Math.ceil((ratePerSecond * task.timeoutSeconds + 10) / task.runners) * task.runners;
const users = usersFor(most);

export const options = {
  ...(part === null ? {} : { executionSegment: part.segment, executionSegmentSequence: part.sequence }),
  scenarios: {
    writes: {
      ...(task.stages
        ? {
            executor: "ramping-arrival-rate",
            startRate: task.stages[0]?.from,
            stages: executorStages(task.stages),
          }
        : { executor: "constant-arrival-rate", rate: task.ratePerSecond, duration: `${task.durationSeconds}s` }),
      timeUnit: "1s",
      preAllocatedVUs: users,
      maxVUs: users,
      gracefulStop: `${task.timeoutSeconds + 1}s`,
    },
    ...(task.reads ? { looks: looksOf(task.reads) } : {}),
  },
  // k6 counts the iterations of each by itself only where it has a limit for them.
  ...(task.reads
    ? {
        thresholds: {
          "iterations{scenario:writes}": ["count>=0"],
          "dropped_iterations{scenario:writes}": ["count>=0"],
        },
      }
    : {}),
  // Of all that k6 would say of each request nobody reads more: without names of its own, each place written to would be counted apart.
  systemTags: ["scenario"],
  setupTimeout: `${task.patienceSeconds}s`,
  summaryTrendStats: ["min", "med", "p(95)", "p(99)", "max", "count"],
};

function looksOf({ ratePerSecond }: NonNullable<LoadOptions["reads"]>) {
  return {
    executor: "constant-arrival-rate",
    exec: "look",
    rate: ratePerSecond,
    duration: `${task.durationSeconds}s`,
    timeUnit: "1s",
    preAllocatedVUs: usersFor(ratePerSecond),
    maxVUs: usersFor(ratePerSecond),
    gracefulStop: `${task.timeoutSeconds + 1}s`,
  };
}

/** All users are there by now. The load begins when the harness has found the service steady, and says so. */
export function setup(): void {
  const signal = `${task.baseUrl}/${task.signal}`;
  const look = () => http.get(signal, { headers: FRESH, timeout: START_LOOK_MS });
  while (!isGiven(task.seed, task.signal, look())) sleep(START_PAUSE_SECONDS);
  mark("begin");
}

/** Called when all writes have ended, and not when k6 is killed. */
export function teardown(): void {
  mark("end");
}

export default function write(): void {
  const planned = textOfWrite(iteration());
  const { id, n, kind } = planned;
  log(lineOfInvoke(id, n, kind, Date.now(), runnerName()));
  if (kind !== "update") {
    send(planned, LIMIT_MS, RETRY === "none" ? null : demandOf(RETRY, planned));
    return;
  }
  // Half the time for each of the two: with more, a user would be busy for longer than one write may be unanswered.
  const version = readBefore(planned, LIMIT_MS / 2);
  if (version !== null) send(planned, LIMIT_MS / 2, { "If-Match": `W/"${version}"` });
  else {
    const nothing = { status: 0, errorCode: 0, error: "", stored: [], servedBy: "" };
    record({ type: "complete", write: id, epochMs: Date.now(), ...nothing, unsent: true });
  }
}

/** A look at a register that belongs to no write. */
export function look(): void {
  const { n, by, register, path } = planLook(task.seed, iteration(), task.reads?.of ?? "both");
  const sentEpochMs = Date.now();
  const answer = http.get(`${task.baseUrl}/${path}`, {
    headers: by === "read" ? FRESH : UNSTORED,
    timeout: task.timeoutSeconds * 1000,
  });
  const found = by === "read" ? { version: versionIn(answer), writer: writerIn(answer) } : foundIn(answer);
  const { status } = answer;
  const servedBy = answer.headers["X-Served-By"] ?? "";
  record({ type: "look", n, by, register, sentEpochMs, epochMs: Date.now(), status, ...found, servedBy });
}

/**
 * Each attempt has its turn, an equal part of the time. One that fails before its turn is over is followed by the next
 * when it is: what refused it a moment ago would refuse that, too.
 */
function send(planned: WriteText, limitMs: number, demand: Record<string, string> | null): void {
  const { id, kind } = planned;
  const most = RETRY === "none" ? 1 : attemptsFor(RETRY, kind);
  const turnMs = most === 1 ? limitMs : Math.floor(limitMs / most);
  const beganMs = Date.now();
  let attempts = 1;
  let answer = sendOnce(planned, turnMs, demand);
  for (; attempts < most && isUnacknowledged(answer.status); attempts += 1) {
    sleep(Math.max(0, beganMs + attempts * turnMs - Date.now()) / 1000);
    answer = sendOnce(planned, turnMs, demand);
  }
  const { status, headers } = answer;
  const isError = status >= 400;
  // k6 makes a text of it each time that it is asked for it.
  const body = isError || kind === "bundle" ? answer.body : null;
  const location = headers["Content-Location"] ?? headers.Location ?? "";
  const via = TELLS_ADDRESS && answer.remote_ip ? answer.remote_ip : undefined;
  const seldom =
    via === undefined && attempts === 1
      ? null
      : { ...(via === undefined ? {} : { via }), ...(attempts === 1 ? {} : { attempts }) };
  log(
    lineOfComplete(
      id,
      Date.now(),
      status,
      answer.error_code,
      isError ? String(body ?? "").slice(0, 300) : answer.error,
      kind === "bundle" ? namedIn({ status, location, body }, kind, VERSIONS) : storedAt(status, location, VERSIONS),
      headers["X-Served-By"] ?? "",
      seldom,
      runnerName(),
    ),
  );
}

function sendOnce({ id, method, path, text }: WriteText, timeout: number, demand: Record<string, string> | null) {
  // A transaction goes to the base itself: what is below it, even without a name, is another place to some servers.
  const url = path === "" ? BASE : `${BASE}/${path}`;
  // A user sends one request after the other, and k6 has read this when it returns.
  HEADERS["X-Request-ID"] = id;
  if (demand === null && timeout === LIMIT_MS) return request(method, url, text, PLAIN);
  return request(method, url, text, { headers: demand === null ? HEADERS : { ...HEADERS, ...demand }, timeout });
}

/** The version that an update finds, and then demands to find; `null` when it could not learn it. */
function readBefore({ id, path }: WriteText, limitMs: number): number | null {
  const sentEpochMs = Date.now();
  const answer = http.get(`${task.baseUrl}/${path}`, {
    headers: FRESH,
    timeout: limitMs,
  });
  const version = versionIn(answer);
  record({
    type: "read",
    write: id,
    sentEpochMs,
    epochMs: Date.now(),
    status: answer.status,
    version,
    writer: writerIn(answer),
    servedBy: answer.headers["X-Served-By"] ?? "",
  });
  return version;
}

export function handleSummary(data: unknown): Record<string, string> {
  return { [task.summary]: JSON.stringify(data) };
}

function versionIn({ status, headers }: RefinedResponse<"text">): number | null {
  return status === 200 ? versionOfETag(headers.Etag ?? "") : null;
}

/** The one resource that a search was for. */
function foundIn({ status, body }: RefinedResponse<"text">): Pick<LookLine, "version" | "writer"> {
  if (status !== 200) return { version: null, writer: null };
  try {
    const { meta, identifier } = JSON.parse(String(body)).entry[0].resource;
    const version = Number(meta.versionId);
    return {
      version: Number.isInteger(version) && version > 0 ? version : null,
      writer: writerOf(identifier[0].value),
    };
  } catch {
    return { version: null, writer: null };
  }
}

/** `W/"3"` → 3. */
function versionOfETag(etag: string): number | null {
  const found = /^W\/"(\d+)"$/.exec(etag);
  return found ? Number(found[1]) : null;
}

/** The write of this run whose content it is; the first content of a register is nobody's. */
function writerIn({ status, body }: RefinedResponse<"text">): string | null {
  if (status !== 200) return null;
  try {
    return writerOf(JSON.parse(String(body)).identifier[0].value);
  } catch {
    return null;
  }
}

function writerOf(value: unknown): string | null {
  return typeof value === "string" && value.startsWith(writeIdPrefix(task.seed)) ? value : null;
}

/** Of one runner alone the summary says that it ended; where there are several, each has to say it for itself. */
function mark(type: "begin" | "end"): void {
  if (task.runners > 1) record({ type, epochMs: Date.now() });
}

let called = task.runner;

/** k6 tells its segment only where it runs a user, and asking costs. */
function runnerName(): string {
  called ??= RUNNER_NAMES[index ?? indexOfSegment(exec.test.options.executionSegment, task.runners)] ?? "";
  return called;
}

function record(line: LedgerLine | LookLine | MarkLine): void {
  log(JSON.stringify({ ...line, r: runnerName() } satisfies LedgerLine | LookLine | MarkLine));
}

let written: typeof console.log | undefined;

/** k6 makes the function anew each time that it is asked for it. */
function log(line: string): void {
  written ??= console.log;
  written(line);
}

let scenario: typeof exec.scenario | undefined;

/** The number of this iteration among those of all runners. k6 makes `exec.scenario` anew each time that it is asked for it. */
function iteration(): number {
  scenario ??= exec.scenario;
  return scenario.iterationInTest;
}
