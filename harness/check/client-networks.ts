/**
 * Client networks: the drill as seen by the clients of each of the two networks. How many of their writes were
 * acknowledged, and by which private endpoint; for how long they could not write (`downtime`), and how long after the
 * disaster they could write again for good (`rto`); how many of their writes were not sent because the service's name
 * had no address there.
 *
 * RTO, downtime and availability of the run are those of the worse network. A network that was lost with its region
 * took its clients along: that is reported, and is no outage of the service. Before that they were clients like others:
 * an outage that began before the loss is judged until the loss. A fault that takes the names from the other network's
 * clients only is no act that explains an outage here (`own-acts`).
 *
 * A fault of the client networks alone must not touch replication: the follower is never further behind than five
 * seconds more than in the baseline, and in the end both sites hold the same.
 *
 * Unit: writes and seconds.
 * Broken: the clients of a network that was not lost could not write again within the objective `rtoSeconds`, or those
 * of one that was lost within as long after it was healed, for good (`recovery`); or they could not write for longer
 * than that before it was lost; or replication was touched by a fault of the networks alone.
 * Inconclusive: it is not known whether they could; or which endpoint acknowledged a write; or writes are recorded as
 * acknowledged by an endpoint that was lost, or for clients of a network that was lost, or by the other network's
 * endpoint while the peering was lost, or over connections of their own while the name could not be looked up; or
 * whether replication was touched.
 * No objective: clients were in no networks of their own.
 */
import { OK } from "../model/columns/history.ts";
import { type FaultSpec, isOfNetworks, takesNames } from "../model/plan/fault.ts";
import { SITES, type SiteName } from "../model/plan/site.ts";
import type { FaultEvent } from "../model/record/event.ts";
import type { RunRecord } from "../model/record/record.ts";
import { networkText, seconds } from "../model/verdict/told.ts";
import type { CheckWord, NetworkMeasure } from "../model/verdict/verdict.ts";
import type { Interval } from "../stats/intervals.ts";
import { awayIn } from "./away.ts";
import type { Checker, Finding } from "./checker.ts";
import { divergenceOf } from "./divergence.ts";
import { downtime } from "./downtime.ts";
import { type Facts, gatherFacts, statesOf } from "./facts.ts";
import { describeFailing, describeLater, isLonger, isOver, wordOfLater } from "./later-outages.ts";
import { type NetworkView, networksOf } from "./networks.ts";
import { joined, recoveryOf } from "./recovery.ts";
import { rto } from "./rto.ts";
import { failingAfter } from "./still-failing.ts";

const NOT_FOUND = "name-not-found";
const FURTHER_MS = 5000;
/** The longest acceptable time for which the replication lag is not known. */
const UNKNOWN_MS = 5000;

interface Wrong extends Pick<Finding, "isLate"> {
  verdict: "broken" | "inconclusive";
  reason: string;
}

export const clientNetworks: Checker = {
  name: "client-networks",
  needsTimes: true,
  check: (record, facts) => {
    const networks = networksOf(record);
    if (networks === null) return { verdict: "no-objective", reason: "clients were in no networks of their own" };
    const views = networks.map((network) => judgeNetwork(network, networks, record));
    const wrong = [...views.flatMap((each) => each.wrong), ...touched(record, facts)];
    const evidence = views.map(({ text }) => text);
    const measures = { clientNetworks: views.map(({ measure }) => measure) };
    const verdict: CheckWord = wrong.some((each) => each.verdict === "broken")
      ? "broken"
      : wrong.length > 0
        ? "inconclusive"
        : "holds";
    const first = wrong.find((each) => each.verdict === verdict);
    const isLate = wrong.every((each) => each.verdict !== "broken" || each.isLate === true);
    return { verdict, reason: first?.reason ?? evidence.join("; "), evidence, measures, isLate };
  },
};

function judgeNetwork(
  network: NetworkView,
  all: readonly NetworkView[],
  whole: RunRecord,
): { measure: NetworkMeasure; text: string; wrong: Wrong[] } {
  const { side, record, lostMs } = network;
  const { history } = record;
  const facts = gatherFacts(record);
  const away = downtime.check(record, facts).measures?.downtime;
  const back = rto.check(record, facts);
  const { answeredBy, unknown, impossible, unreached, cutOff } = answersIn(network, all, whole);
  let notFound = 0;
  for (let i = 0; i < history.length; i += 1) if (history.reasonAt(i) === NOT_FOUND) notFound += 1;
  const measure: NetworkMeasure = {
    ...{
      side,
      lost: lostMs !== null,
      attempted: history.length,
      acknowledged: history.count(OK),
      notFound,
      answeredBy,
    },
    downtimeSeconds: away?.seconds ?? null,
    censored: away?.censored ?? false,
    rtoSeconds: back.measures?.rto?.seconds ?? null,
    rtoCensoredAtSeconds: back.measures?.rto?.censoredAtSeconds ?? null,
  };
  const name = `network ${side.toUpperCase()}`;
  const because = notFound > 0 ? `; ${notFound} of its writes found no address for the service's name` : "";
  const wrong: Wrong[] = [];
  if (unknown > 0)
    wrong.push({
      verdict: "inconclusive",
      reason: `${name}: which endpoint acknowledged ${unknown} writes is not known`,
    });
  if (impossible > 0)
    wrong.push({
      verdict: "inconclusive",
      reason: `${name}: ${impossible} writes are recorded as acknowledged through an endpoint that was lost`,
    });
  if (unreached > 0)
    wrong.push({
      verdict: "inconclusive",
      reason: `${name}: ${unreached} of its writes are recorded as acknowledged while it was lost`,
    });
  if (cutOff > 0)
    wrong.push({
      verdict: "inconclusive",
      reason: `${name}: ${cutOff} of its writes are recorded as acknowledged although its clients had no way to the endpoint`,
    });
  const ownWrong: Wrong[] = [...beforeLoss(network, facts), ...notBack(network)];
  if (lostMs === null && (back.verdict === "broken" || back.verdict === "inconclusive"))
    ownWrong.push({ verdict: back.verdict, reason: back.reason, isLate: back.isLate === true });
  wrong.push(...ownWrong.map((each) => ({ ...each, reason: `${name}: ${each.reason}${because}` })));
  return { measure, text: networkText(measure), wrong };
}

/** What is wrong if the clients of a network that was lost later could not write before that. */
function beforeLoss({ lostMs, record }: NetworkView, facts: Facts): Wrong[] {
  const { baseline } = facts;
  if (lostMs === null || baseline === null || baseline.ratePerSecond === 0) return [];
  const { rtoSeconds } = record.run.config.objectives;
  return joined(awayIn(record, facts, baseline, lostMs).filter(({ fromMs }) => fromMs < lostMs))
    .map(({ fromMs, toMs }) => ({ fromMs, toMs: Math.min(toMs, lostMs) }))
    .filter((span) => isLonger(span, rtoSeconds))
    .map(({ fromMs, toMs }) => ({
      verdict: "broken",
      reason: `before it was lost, its clients could not write for ${seconds((toMs - fromMs) / 1000)}`,
      isLate: toMs < lostMs,
    }));
}

/** What is wrong if the clients of a network that came back with its region did not write again in time, and for good. */
function notBack({ backMs, record }: NetworkView): Wrong[] {
  if (backMs === null) return [];
  // Facts of its own: they remember the recovery from one disaster, and this one is counted from the return.
  const facts = gatherFacts(record);
  const { baseline, loadEndMs } = facts;
  if (loadEndMs <= backMs) return [];
  if (baseline === null || baseline.ratePerSecond === 0)
    return [{ verdict: "inconclusive", reason: "there is no baseline rate to come back to" }];
  const recovery = recoveryOf(record, facts, { beganMs: backMs, injectedMs: backMs }, baseline);
  const isBack = recovery.backMs !== null;
  const { rtoSeconds } = record.run.config.objectives;
  const after = ((recovery.backMs ?? loadEndMs) - backMs) / 1000;
  if (!isBack || after > rtoSeconds) {
    const reason = isBack
      ? `its clients wrote again ${seconds(after)} after it was healed`
      : `its clients did not write again for good before the load ended, ${seconds(after)} after it was healed`;
    return [{ verdict: after > rtoSeconds ? "broken" : "inconclusive", reason, isLate: isBack }];
  }
  const failing = failingAfter(recovery, record.history, baseline);
  const verdict = wordOfLater(recovery, failing, rtoSeconds);
  if (verdict === "holds") return [];
  const reasons = [...describeLater(recovery.later, recovery.open), ...describeFailing(failing, recovery.fromMs)];
  return [{ verdict, reason: reasons.join("; "), isLate: isOver(recovery, failing) }];
}

/** Counts acknowledged writes by endpoint. No client gets out of a lost network, to whichever endpoint. */
function answersIn(own: NetworkView, all: readonly NetworkView[], whole: RunRecord) {
  const { history } = own.record;
  const { privateLink } = whole.run;
  const answeredBy = Object.fromEntries(SITES.map((site) => [site, 0])) as Record<SiteName, number>;
  const unpeered = cutsOf(whole, ({ kind }) => kind === "peering-loss");
  const nameless = looksUpEach(whole) ? cutsOf(whole, (fault) => takesNames(fault, own.side)) : [];
  let [unknown, impossible, unreached, cutOff] = [0, 0, 0, 0];
  for (let i = 0; i < history.length; i += 1) {
    if (history.outcome[i] !== OK) continue;
    const span = { fromMs: history.invokedMs[i] as number, toMs: history.completedMs[i] as number };
    if (isLostIn(own, span)) unreached += 1;
    const via = history.viaAt(i);
    const by = all.find(({ side }) => via !== "" && privateLink?.[side].endpoint === via);
    if (by === undefined) unknown += 1;
    else {
      answeredBy[by.side] += 1;
      if (isLostIn(by, span)) impossible += 1;
      if ((by.side !== own.side && isWithin(span, unpeered)) || isWithin(span, nameless)) cutOff += 1;
    }
  }
  return { answeredBy, unknown, impossible, unreached, cutOff };
}

/** A client that neither keeps its connection nor caches the address needs the name for each request. */
function looksUpEach({ run: { config } }: RunRecord): boolean {
  return config.privateLink?.connections === "fresh" && config.privateLink.dnsCacheSeconds === 0;
}

/** From when a fault's effect was first seen until it was last seen, just before its healing began. */
function cutsOf({ run, events }: RunRecord, isIt: (fault: FaultSpec) => boolean): Interval[] {
  return run.scenario.faults.flatMap((fault, index) => {
    const states = isIt(fault) ? statesOf(events, index) : [];
    const atMs = (wanted: FaultEvent["state"]) => states.find(({ state }) => state === wanted)?.atMs;
    const [fromMs, toMs] = [atMs("evidenced"), atMs("lasted")];
    return fromMs === undefined || toMs === undefined ? [] : [{ fromMs, toMs }];
  });
}

function isWithin({ fromMs, toMs }: Interval, spans: readonly Interval[]): boolean {
  return spans.some((span) => fromMs > span.fromMs && toMs < span.toMs);
}

/**
 * Whether the network was lost all that time: from when its loss was observed until it was healed. A write sent
 * just before that may be served.
 */
function isLostIn({ losses, lostMs }: NetworkView, span: Interval): boolean {
  if (lostMs === null || span.fromMs <= lostMs) return false;
  return losses.some(({ seenMs, untilMs }) => span.fromMs >= seenMs && span.toMs < untilMs);
}

/** Examined only if nothing else was broken: otherwise replication has other reasons to lag or differ. */
function touched(record: RunRecord, facts: Facts): Wrong[] {
  const { faults, orders } = record.run.scenario;
  const { baseline } = facts;
  if (faults.length === 0 || orders.length > 0 || !faults.every(isOfNetworks) || baseline === null) return [];
  const actsMs = faults.flatMap((_, index) => statesOf(record.events, index).map(({ atMs }) => atMs));
  const beganMs = Math.min(...actsMs, facts.loadEndMs);
  const lags = record.probes.filter((probe) => probe.type === "replication-lag");
  const agesIn = (fromMs: number, toMs: number) =>
    lags.flatMap(({ atMs, heartbeatMs: ageMs }) =>
      atMs >= fromMs && atMs < toMs && ageMs !== null ? [{ atMs, ageMs }] : [],
    );
  const [before, since] = [agesIn(baseline.fromMs, baseline.toMs), agesIn(beganMs, facts.loadEndMs)];
  const times = [beganMs, ...since.map(({ atMs }) => atMs), facts.loadEndMs];
  const unseenMs = Math.max(...times.slice(1).map((atMs, i) => atMs - (times[i] as number)));
  const differs = divergenceOf(record, facts);
  if (before.length === 0 || since.length === 0 || unseenMs > UNKNOWN_MS || differs === null)
    return [{ verdict: "inconclusive", reason: "it is not known whether replication went on" }];
  const most = (ages: typeof since) => Math.max(...ages.map(({ ageMs }) => ageMs));
  const wrong: Wrong[] = [];
  if (most(since) > most(before) + FURTHER_MS)
    wrong.push({
      verdict: "broken",
      reason: `replication was touched: the follower was ${seconds(most(since) / 1000)} behind, and at most ${seconds(most(before) / 1000)} before`,
    });
  const different = differs.onlyServing + differs.onlyOther + differs.different;
  if (different > 0)
    wrong.push({
      verdict: "broken",
      reason: `replication was touched: ${different} versions differ between the sites`,
    });
  return wrong;
}
