/**
 * The k6 load script: writes at a constant or a planned changing rate, whatever the answers are (an open model: an
 * outage does not slow the senders down). Each write logs one invoke and one complete line to the console, however
 * often it was sent; an update logs in between what it read first. The console output goes to the run's ledger.
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
/** Secret headers come separately where others can read the options. */
const carried: Record<string, string> = { ...task.headers, ...JSON.parse(__ENV.FHIRDRILL_HEADERS ?? "{}") };

/** This runner's index, from 0. Set where all runners get the same options and each must find its own segment. */
const index = __ENV.FHIRDRILL_RUNNER_INDEX === undefined ? null : Number(__ENV.FHIRDRILL_RUNNER_INDEX);
const part = index === null ? null : segmentOf(index, task.runners);

/** One's own resources, shared by all virtual users, since each uses only a few. */
const { resources: resourcesFile } = task;
const OWN: readonly OwnResource[] | undefined =
  resourcesFile === undefined ? undefined : new SharedArray("resources", () => JSON.parse(open(resourcesFile)));
const FORM = OWN === undefined ? task.form : { ...task.form, resources: OWN };

// What each write needs, as local constants: k6's interpreter looks up properties and imports by name each time.
const { baseUrl: BASE, retry: RETRY, versions: VERSIONS } = task;
const LIMIT_MS = task.timeoutSeconds * 1000;
const textOfWrite = writeTexts({ seed: task.seed, mix: task.mix, form: FORM, tags: task.tags });
const [request, lineOfInvoke, lineOfComplete, storedAt] = [http.request, invokeLine, completeLine, namedAt];

/** Set where clients are in private networks and more than one address can answer. */
const TELLS_ADDRESS = __ENV.FHIRDRILL_TELL_ADDRESS !== undefined;

const START_LOOK_MS = 1000;
/** A search is more work for a server than a read. */
const START_PAUSE_SECONDS = task.signal.includes("?") ? 0.5 : 0.1;

/** Without this, a server may answer from its cache. */
const FRESH = { ...carried, "Cache-Control": "no-cache" };
/** A search that stores nothing in the database, so a read-only server can do it too. */
const UNSTORED = { ...carried, "Cache-Control": "no-store" };
const HEADERS: Record<string, string> = {
  ...carried,
  "Content-Type": "application/fhir+json",
  Prefer: "return=minimal",
};
/** The parameters of a write with one attempt and no precondition. */
const PLAIN = { headers: HEADERS, timeout: LIMIT_MS };

// Each write in flight needs a virtual user of its own; with fewer, k6 would drop iterations. So everything a write
// does, including its read and its retries, must fit into one timeout. k6 divides the load among runners by users: only
// equal numbers give each runner an equal share.
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
  // k6 counts the iterations of each scenario separately only if a threshold names them.
  ...(task.reads
    ? {
        thresholds: {
          "iterations{scenario:writes}": ["count>=0"],
          "dropped_iterations{scenario:writes}": ["count>=0"],
        },
      }
    : {}),
  // The only tag used. With k6's default tags, each URL would become a time series of its own.
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

/** All virtual users exist by now. Waits for the harness to signal that the service is steady. */
export function setup(): void {
  const signal = `${task.baseUrl}/${task.signal}`;
  const look = () => http.get(signal, { headers: FRESH, timeout: START_LOOK_MS });
  while (!isGiven(task.seed, task.signal, look())) sleep(START_PAUSE_SECONDS);
  mark("begin");
}

/** k6 calls this when all writes have ended, but not when it is killed. */
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
  // Half the time for each: with more, a virtual user would be busy for longer than one timeout.
  const version = readBefore(planned, LIMIT_MS / 2);
  if (version !== null) send(planned, LIMIT_MS / 2, { "If-Match": `W/"${version}"` });
  else {
    const nothing = { status: 0, errorCode: 0, error: "", stored: [], servedBy: "" };
    record({ type: "complete", write: id, epochMs: Date.now(), ...nothing, unsent: true });
  }
}

/** A read of a register that belongs to no write. */
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
 * Each attempt gets an equal share of the time. After an early failure, the next attempt waits for its own share: what
 * refused the first would refuse it, too.
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
  // k6 decodes the body anew at each access.
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
  // A transaction goes to the base itself: some servers treat the base with a trailing slash as another resource.
  const url = path === "" ? BASE : `${BASE}/${path}`;
  // Safe to share: a virtual user sends one request at a time, and k6 reads the headers before the call returns.
  HEADERS["X-Request-ID"] = id;
  if (demand === null && timeout === LIMIT_MS) return request(method, url, text, PLAIN);
  return request(method, url, text, { headers: demand === null ? HEADERS : { ...HEADERS, ...demand }, timeout });
}

/** The version that an update finds and then requires (`If-Match`); `null` when it could not be read. */
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

/** Version and writer of the one resource that a search was for. */
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

/** The write of this run that made the content; `null` for a register's first content, which no write made. */
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

/** With one runner, the summary shows that it ended. With several, each records its own begin and end. */
function mark(type: "begin" | "end"): void {
  if (task.runners > 1) record({ type, epochMs: Date.now() });
}

let called = task.runner;

/** Cached: k6 reports its segment only inside a virtual user, and the lookup is expensive. */
function runnerName(): string {
  called ??= RUNNER_NAMES[index ?? indexOfSegment(exec.test.options.executionSegment, task.runners)] ?? "";
  return called;
}

function record(line: LedgerLine | LookLine | MarkLine): void {
  log(JSON.stringify({ ...line, r: runnerName() } satisfies LedgerLine | LookLine | MarkLine));
}

let written: typeof console.log | undefined;

/** Cached: k6 creates the function anew at each access. */
function log(line: string): void {
  written ??= console.log;
  written(line);
}

let scenario: typeof exec.scenario | undefined;

/** The number of this iteration across all runners. Cached: k6 creates `exec.scenario` anew at each access. */
function iteration(): number {
  scenario ??= exec.scenario;
  return scenario.iterationInTest;
}
