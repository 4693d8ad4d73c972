/**
 * The client of a bulk export: kicks the export off, polls its status, whichever site answers, and downloads the files.
 * It polls more often than `Retry-After` says, so that the course of the export is known to within seconds.
 */
import { setTimeout } from "node:timers/promises";
import { fingerprint, referenceOf } from "../model/load/content.ts";
import type { BulkExport } from "../model/plan/bulk-export.ts";
import {
  type BulkExportLine,
  DONE,
  isErrorOfTheJob,
  type LineOf,
  type Poll,
  RUNNING,
  TIMES_TOLD,
} from "../model/record/bulk-export.ts";
import type { Clock } from "../model/record/clock.ts";
import type { Ask } from "../system/fhir-server.ts";

const POLL_EVERY_MS = 2000;
const ANSWER_MS = 10_000;
const FILE_MS = 60_000;
const FILE_TRIES = 3;
const FHIR_JSON = "application/fhir+json";
/** The types that the drill writes. */
const TYPES = "Patient,Observation";

export interface ExportClient {
  ask: Ask;
  now: Clock;
  record: (lines: readonly BulkExportLine[]) => void;
  signal: AbortSignal;
  sleep?: (ms: number) => Promise<unknown>;
}

/** The id of the job; `null` when the export was not accepted. */
export async function kickOff(client: ExportClient, level: BulkExport["level"]): Promise<string | null> {
  const { answer, sentMs, doneMs } = await asked(
    client,
    `${level === "patient" ? "Patient/" : ""}$export?_type=${TYPES}`,
    { Prefer: "respond-async" },
  );
  const at = answer?.headers.get("Content-Location") ?? "";
  const job = answer?.status === RUNNING ? (/[?&]_jobId=([^&]+)/.exec(at)?.[1] ?? null) : null;
  client.record([{ type: "kick-off", sentMs, doneMs, status: answer?.status ?? 0, job }]);
  return job;
}

/**
 * Polls until the job's end is reported, or until `isOver`. Resolves with the manifest's files; `null`: no manifest.
 */
export async function follow(client: ExportClient, job: string, isOver: () => boolean): Promise<string[] | null> {
  const { sleep = (ms) => setTimeout(ms, undefined, { signal: client.signal }) } = client;
  let last = RUNNING;
  for (let times = 1; ; times += 1) {
    const { poll, text } = await pollOnce(client, job);
    client.record([poll]);
    if (poll.status === DONE) return filesIn(text);
    times = poll.status === last ? times : 1;
    last = poll.status;
    const hasEnded = isErrorOfTheJob(last) && times >= TIMES_TOLD;
    if (hasEnded || isOver()) return null;
    await sleep(POLL_EVERY_MS);
  }
}

async function pollOnce(client: ExportClient, job: string): Promise<{ poll: Poll; text: string }> {
  const { answer, text, sentMs, doneMs } = await asked(client, `$export-poll-status?_jobId=${job}`);
  const header = (name: string) => answer?.headers.get(name) ?? null;
  const status = {
    servedBy: header("X-Served-By") ?? "",
    progress: header("X-Progress"),
    retryAfter: header("Retry-After"),
  };
  return { poll: { type: "poll", sentMs, doneMs, status: answer?.status ?? 0, ...status }, text };
}

/** An unreadable manifest counts as one without files. */
function filesIn(manifest: string): string[] {
  try {
    const { output = [] } = JSON.parse(manifest) as { output?: { url: string }[] };
    return output.map(({ url }) => url);
  } catch {
    return [];
  }
}

/** Downloads a file and records the resources in its lines. */
export async function download(client: ExportClient, url: string, file: number): Promise<void> {
  // The client knows one address only, whatever host the manifest names.
  const path = /\/(Binary\/[^/?]+)/.exec(url)?.[1] ?? url;
  let got = await asked(client, path, {}, FILE_MS);
  for (let tries = 1; tries < FILE_TRIES && got.answer?.status !== DONE; tries += 1)
    got = await asked(client, path, {}, FILE_MS);
  const { answer, text, sentMs, doneMs } = got;
  const lines = answer?.status === DONE ? linesOf(text) : null;
  const resources = (lines ?? []).map((line) => resourceIn(line, file));
  const held = resources.filter((line) => line !== null);
  const damaged = resources.length - held.length;
  const read = { lines: lines?.length ?? null, damaged };
  client.record([{ type: "file", sentMs, doneMs, status: answer?.status ?? 0, file, url, ...read }, ...held]);
}

/** The lines in a Binary; `null` when the text is none. */
function linesOf(text: string): string[] | null {
  try {
    const { data } = JSON.parse(text) as { data?: string };
    if (data === undefined) return null;
    const lines = Buffer.from(data, "base64").toString("utf8").split("\n");
    return lines.filter((line) => line !== "");
  } catch {
    return null;
  }
}

interface Exported {
  resourceType?: string;
  id?: string;
  meta?: { versionId?: string };
  identifier?: { value?: string }[];
  subject?: { reference?: string };
}

function resourceIn(line: string, file: number): LineOf<"resource"> | null {
  try {
    const resource: Exported = JSON.parse(line);
    if (resource.resourceType === undefined || resource.id === undefined) return null;
    const version = Number(resource.meta?.versionId);
    return {
      ...{ type: "resource", file, resource: `${resource.resourceType}/${resource.id}` },
      version: Number.isInteger(version) ? version : null,
      content: fingerprint(resource),
      write: resource.identifier?.[0]?.value ?? null,
      refersTo: referenceOf(resource),
    };
  } catch {
    return null;
  }
}

/** Never rejects: a missing answer is recorded as well. */
async function asked({ ask, now, signal }: ExportClient, path: string, headers = {}, withinMs = ANSWER_MS) {
  const sentMs = now();
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
  try {
    const answer = await ask(path, { headers: { Accept: FHIR_JSON, ...headers }, signal: inTime });
    const text = await answer.text();
    return { answer, text, sentMs, doneMs: now() };
  } catch {
    return { answer: null, text: "", sentMs, doneMs: now() };
  }
}
