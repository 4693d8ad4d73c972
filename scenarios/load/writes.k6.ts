/**
 * Writes at a constant rate, whatever the answers are like (an open model: an outage does not slow the senders down).
 * Each write leaves an invoke and a complete line on the console, which the harness sends to the run's ledger.
 */
import exec from "k6/execution";
import http from "k6/http";
import type { LedgerLine, LoadOrder } from "../../harness/model/ledger.ts";
import { planWrite } from "../../harness/model/write.ts";

const order: LoadOrder = JSON.parse(__ENV.FHIRDRILL_LOAD ?? "{}");

// Every write that can be unanswered at one time needs a user of its own; with fewer, k6 would drop iterations.
const users = order.ratePerSecond * order.timeoutSeconds + 10;

export const options = {
  scenarios: {
    writes: {
      executor: "constant-arrival-rate",
      rate: order.ratePerSecond,
      timeUnit: "1s",
      duration: `${order.durationSeconds}s`,
      preAllocatedVUs: users,
      maxVUs: users,
      gracefulStop: `${order.timeoutSeconds + 1}s`,
    },
  },
  summaryTrendStats: ["min", "med", "p(95)", "p(99)", "max", "count"],
};

export default function write(): void {
  const planned = planWrite(order.seed, exec.scenario.iterationInTest, order.mix);
  record({ type: "invoke", write: planned.id, n: planned.n, kind: planned.kind, epochMs: Date.now() });
  const answer = http.request(planned.method, `${order.baseUrl}/${planned.path}`, JSON.stringify(planned.body), {
    headers: { "Content-Type": "application/fhir+json", Prefer: "return=minimal", "X-Request-ID": planned.id },
    timeout: `${order.timeoutSeconds}s`,
    tags: { name: planned.kind },
  });
  record({
    type: "complete",
    write: planned.id,
    epochMs: Date.now(),
    status: answer.status,
    errorCode: answer.error_code,
    error: answer.status >= 400 ? String(answer.body ?? "").slice(0, 300) : answer.error,
    stored: storedResources(answer.headers, answer.body),
    servedBy: answer.headers["X-Served-By"] ?? "",
  });
}

export function handleSummary(data: unknown): Record<string, string> {
  return { [`${order.folder}/k6-summary.json`]: JSON.stringify(data) };
}

function record(line: LedgerLine): void {
  console.log(JSON.stringify(line));
}

/** `Type/id/version` of each resource that the answer names: in its Location, or in a transaction's entries. */
function storedResources(headers: Record<string, string>, body: unknown): string[] {
  const location = headers["Content-Location"] ?? headers.Location ?? "";
  const named = typeof body === "string" ? (body.match(/"location"\s*:\s*"[^"]*"/g) ?? []) : [];
  return [location, ...named].map(versionOf).filter((name) => name !== "");
}

/** Empty when there is no version in it: a transaction's own Location names a bundle that is stored nowhere. */
function versionOf(location: string): string {
  const found = /([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]+)\/_history\/(\d+)/.exec(location);
  return found ? `${found[1]}/${found[2]}/${found[3]}` : "";
}
