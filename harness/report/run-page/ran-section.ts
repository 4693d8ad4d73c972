/** What ran, on which machine, with which settings, and how to repeat it. */
import type { Run } from "../../model/record/run.ts";
import { type Html, html } from "../html/html.ts";
import { type Cell, table } from "./html-table.ts";

export function ranSection(run: Run): Html {
  const { scenario, config, warmUp, clock, k6, images, setup } = run;
  const { operator, objectives, name, is, patroni, own, ...settings } = config;
  // With Patroni, there is no operator whose settings matter.
  const { check, ...times } = patroni ?? {};
  const whoFailsOver = patroni === null ? operator : { ...times, "HAProxy's check": check };
  // On the user's own system, the drill chose none of these settings.
  const configured =
    own === null ? [settings, whoFailsOver, objectives] : [own, { clientRetry: config.clientRetry }, objectives];
  const facts: Cell[][] = [
    ["again", run.command],
    ["started", run.startedAt],
    ["seed", run.seed],
    ["ended", run.reason === null ? run.state : `${run.state}: ${run.reason}`],
    ["serves at the end", run.servingSide?.toUpperCase() ?? null],
    ["warm-up", warmUp && warmUpText(warmUp)],
    ["error of k6's clock", clock && `${clock.errorMs.toFixed(3)} ms, by ${clock.samples} samples`],
    ["k6", k6 && `${k6.iterations} iterations, ${k6.droppedIterations} dropped, exit code ${k6.exitCode}`],
  ];
  const acts = [
    ...scenario.faults.map((fault) => ({ what: "fault", ...fault })),
    ...scenario.orders.map((order) => ({ what: "operation", ...order })),
  ];
  return html`<section aria-labelledby="ran"><h2 id="ran">What ran</h2>
<div class="beside">${[
    table("This run", ["", ""], facts),
    table("Versions and host", ["", ""], [...rowsOf(run.versions), ...rowsOf(run.host)]),
    table(`Configuration ${name}: ${is}`, ["", ""], configured.flatMap(rowsOf)),
    table("Load and start", ["", ""], [loadShown(scenario.load), scenario.start].flatMap(rowsOf)),
    table(
      "Faults and operations",
      ["", "after the baseline, s", "how"],
      acts.map(({ what, kind, afterSeconds, ...how }) => [`${what}: ${kind}`, afterSeconds, textOf(how)]),
    ),
    table(
      "Set-up",
      ["step", "took, s"],
      setup.map(({ step, tookMs }) => [step, (tookMs / 1000).toFixed(2)]),
    ),
  ]}</div>
${runnersTable(run)}
${run.dialect === null ? "" : table("Verified behaviour of the FHIR server", ["", ""], rowsOf(run.dialect))}
${
  run.targets.length === 0
    ? ""
    : table(
        "Targets",
        ["name", "container", "image", "id"],
        run.targets.map(({ name, container, image, id }) => [name, container, image, id]),
      )
}
${table(
  "Images",
  ["image", "origin", "name", "id"],
  images.map(({ part, origin, name, id }) => [part, origin, name, id]),
)}</section>`;
}

/** Shows only the number of the user's own resources: the record has them. */
function loadShown({ resources, ...load }: Run["scenario"]["load"]): object {
  return resources === undefined ? load : { ...load, resources: `${resources.length} of your own` };
}

/** `null` for a single runner. */
function runnersTable({ byRunner = [] }: Run): Html | null {
  if (byRunner.length === 0) return null;
  const seconds = (ms: number | null) => (ms === null ? null : (ms / 1000).toFixed(1));
  return table(
    "Runners of the load",
    ["", "from, s", "to, s", "iterations", "dropped", "exit code", "error of its clock, ms"],
    byRunner.map(({ runner, fromMs, toMs, iterations, droppedIterations, exitCode, clock }) => [
      ...[runner, seconds(fromMs), seconds(toMs), iterations, droppedIterations, exitCode],
      clock === null ? null : clock.errorMs.toFixed(3),
    ]),
  );
}

function warmUpText({ tookMs, steady, ratePerSecond, medianMs, p95Ms }: NonNullable<Run["warmUp"]>): string {
  const state = steady ? "steady" : "rate reached, latency still falling,";
  const latency = medianMs === null ? "" : `, median ${medianMs.toFixed(0)} ms, p95 ${p95Ms?.toFixed(0)} ms`;
  return `${state} after ${(tookMs / 1000).toFixed(1)} s: ${ratePerSecond.toFixed(1)} writes/s${latency}`;
}

function rowsOf(of: object): Cell[][] {
  return Object.entries(of).map(([key, value]) => [key, textOf(value)]);
}

function textOf(value: unknown): string {
  if (value === null) return "none";
  if (typeof value !== "object") return String(value);
  return Object.entries(value)
    .map(([key, each]) => `${key} ${each}`)
    .join(", ");
}
