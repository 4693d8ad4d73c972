/**
 * Unsupported combinations of scenario and configuration: a run would not measure what the scenario asks, so it is
 * refused.
 */
import type { Config } from "./config.ts";
import type { FaultSpec } from "./fault.ts";
import { whyNoReads } from "./reads-sense.ts";
import { actsOf, loadTimes, type Scenario } from "./scenario.ts";
import { whyNoShape } from "./shape-sense.ts";
import { SITES } from "./site.ts";
import type { Guards } from "./vault.ts";
import { otherTypes, whyNoForm } from "./write-form.ts";

type Rule = (scenario: Scenario, config: Config) => string | null;

const switchesOver = ({ orders }: Scenario) => orders.some(({ kind }) => kind === "switchover");

/** The longest time from the load's start signal to the first act of a scenario with a bulk export. */
const MOST_LEAD_SECONDS = 50;

const servesAcross = ({ orders }: Scenario) => orders.some(({ kind }) => kind === "serve-across");

/** Faults tested under Patroni. The others need components that it lacks, or were never found active there. */
const DONE_TO_PATRONI: readonly FaultSpec["kind"][] = [
  ...(["region-loss", "process-kill", "freeze", "database-crash", "connection-exhaustion"] as const),
  ...(["disk-full", "link-cut", "link-latency", "packet-drop", "dcs-loss", "dcs-partition"] as const),
];

/** What a vault rules out, and why. */
const NOT_WITH_VAULT: Record<Guards, readonly [FaultSpec["kind"], string][]> = {
  data: [["disk-full", "an encrypted data directory has no small disk of its own to fill"]],
  access: [
    [
      "clock-skew",
      "a server with a wrong clock takes valid certificates for invalid ones, and the scenario skews a clock",
    ],
    [
      "connection-exhaustion",
      "the other application of the scenario logs in by password, and the databases accept certificates only",
    ],
  ],
};

const RULES: readonly Rule[] = [
  whyNoShape,
  whyNoReads,
  whyNoForm,
  ({ bulkExport, load }) => {
    const others = otherTypes(load.resources);
    return bulkExport !== null && others.length > 0
      ? `the export covers patients and observations, and load.resources has other types: ${others.join(", ")}`
      : null;
  },
  ({ bulkExport }, { reads }) =>
    bulkExport !== null && reads !== undefined
      ? "the export's status would also be read from a site that does not serve and does not know the export"
      : null,
  ({ faults }, { patroni }) => {
    const kinds = faults.map(({ kind }) => kind).filter((kind) => !DONE_TO_PATRONI.includes(kind));
    return patroni !== null && kinds.length > 0 ? `not tested under Patroni yet: ${kinds.join(", ")}` : null;
  },
  (scenario) => (scenario.bulkExport === null ? null : whyNoExport(scenario)),
  ({ bulkExport }, { fencing, patroni, own }) =>
    bulkExport !== null && !fencing && patroni === null && own === null
      ? "without fencing, jobs are not replicated, so the other site cannot continue an export"
      : null,
  ({ bulkExport }, { operator }) =>
    bulkExport === null && operator.jobs !== "requeue"
      ? "there is no bulk export, so the operator's setting for jobs has no effect"
      : null,
  ({ start }, { patroni }) =>
    patroni !== null && !start.replicated ? "under Patroni, B follows A from the start" : null,
  (scenario, { proxy }) =>
    servesAcross(scenario) && proxy !== "latched"
      ? `the operator must route clients to another server, and a ${proxy} proxy cannot be routed`
      : null,
  (scenario, { proxy, patroni }) =>
    switchesOver(scenario) && patroni === null && proxy !== "latched"
      ? `a switchover routes clients to the other site, and a ${proxy} proxy cannot be routed: the old site would still get requests`
      : null,
  (scenario, { fencing, patroni }) =>
    switchesOver(scenario) && patroni === null && !fencing
      ? "a switchover without losses needs the old primary fenced, and this configuration does not fence"
      : null,
  ({ faults }, { operator }) =>
    operator.strandedWrites === "replay" &&
    faults.some(({ kind, healAfterSeconds }) => kind === "region-loss" && healAfterSeconds === undefined)
      ? "the lost region does not come back, so no writes can be replayed"
      : null,
  ({ devices: feed, faults }) =>
    feed !== null && faults.some(({ kind }) => kind === "clock-skew")
      ? "the order of device messages is judged by the servers' clocks, and the scenario skews one"
      : null,
  ({ devices: feed }, { devices }) =>
    devices !== null && feed === null
      ? "the configuration has brokers and bridges, but the scenario has no devices"
      : null,
  ({ privateLink }, config) =>
    config.privateLink !== null && !privateLink
      ? "the configuration has clients in two private networks, but the scenario's are in none"
      : null,
  ({ privateLink, load }) =>
    privateLink && load.runners !== SITES.length
      ? `there are ${SITES.length} client networks, each with a runner of its own, and load.runners is ${load.runners ?? 1}`
      : null,
  ({ start }, { privateLink }) =>
    privateLink !== null && !start.replicated
      ? "clients of two networks need both regions from the start, and B is empty"
      : null,
  ({ faults }, { vault }) => {
    const refused =
      vault === null ? [] : NOT_WITH_VAULT[vault.guards].filter(([kind]) => faults.some((it) => it.kind === kind));
    return refused[0]?.[1] ?? null;
  },
  (scenario, { operator }) => {
    if (scenario.disaster === null) return null;
    const { faults, end } = loadTimes(scenario);
    const left = end - faults - (scenario.faults[scenario.disaster]?.afterSeconds ?? 0);
    return operator.decisionSeconds >= left
      ? `the load ends ${left} s after the disaster, and the decision alone takes ${operator.decisionSeconds} s`
      : null;
  },
];

function whyNoExport(scenario: Scenario): string | null {
  if (scenario.start.resources === 0) return "there is nothing to export: start.resources is 0";
  const [first] = actsOf(scenario);
  if (first === undefined) return "there is no fault or planned operation that affects the export";
  const lead = loadTimes(scenario).faults + first.afterSeconds;
  return lead > MOST_LEAD_SECONDS
    ? `the first act comes ${lead} s after the load begins, and must come within ${MOST_LEAD_SECONDS} s to come while the export runs`
    : null;
}

/** Why the combination is unsupported; `null` when it is supported. */
export function nonsense(scenario: Scenario, config: Config): string | null {
  for (const rule of RULES) {
    const why = rule(scenario, config);
    if (why !== null) return why;
  }
  return null;
}
