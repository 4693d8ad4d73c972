/**
 * Resources: what the two sides used, and what it costs to have the second one.
 *
 * A side is its FHIR server and its database, and under Patroni its etcd and its HAProxy, where they were looked at; the
 * proxy, the witness, the links between, and brokers and bridges of devices belong to neither. Cores: seconds of processor a
 * second. Memory: the most that its containers held, added up, in bytes, without the file cache that the system can take back.
 * Network: bytes a second that they received and sent. WAL: bytes a second that its database wrote ahead. Disk: the most bytes
 * of database and WAL.
 *
 * Looked at is the baseline; where B began to follow in the course of the run, the time from the end of that order to the
 * last write, and the baseline then says what A used without a follower (`unfollowed`): the difference is what A pays for
 * being followed. A container that was started again counts from 0: what it used before its end and after its last look
 * is not known, and the sums are as much too small.
 *
 * Replication: bytes a second that B's database received, to which in that time nobody else speaks but B's server: idle,
 * or kept warm by one write a second that changes nothing.
 * A alone: what A used without a follower or, where that was not measured, what it used less that stream. Disaster
 * recovery adds the rest of A and B together: a share of what A uses alone.
 *
 * Cost: cores, memory and disk by the user's prices (a month has 730 hours, a gigabyte 10^9 bytes), and replication as the
 * only traffic between the regions; what has no price is left out. A measure, not a promise.
 *
 * Unit: cores, bytes, bytes a second; shares of 1; the currency of the prices, an hour.
 * Not examined: nobody looked, there is no baseline, or B followed after the last write only.
 * No objective: always else. Where B never followed there is no figure.
 */
import type { Prices } from "../model/plan/settings.ts";
import type { SiteName } from "../model/plan/site.ts";
import type { ResourceProbe, SampledComponent } from "../model/record/probe.ts";
import { UNMEASURED } from "../model/verdict/unmeasured.ts";
import type { Measures, Use } from "../model/verdict/verdict.ts";
import type { Checker } from "./checker.ts";
import { begunToFollow } from "./initial-replication.ts";
import type { Phase } from "./phases.ts";

type Resources = Measures["resources"];
const HOURS_OF_MONTH = 730;
const GIGABYTE = 1e9;

export const resources: Checker = {
  name: "resources",
  needsTimes: true,
  check: ({ run, events, probes }, { baseline, loadEndMs }) => {
    const looks = probes.filter((probe) => probe.type === "resources");
    if (looks.length === 0) return { verdict: "not-examined", reason: "nobody looked at what was used" };
    if (baseline === null) return { verdict: "not-examined", reason: "there is no baseline" };
    const begun = begunToFollow(events);
    if (!run.scenario.start.replicated && begun === undefined)
      return { verdict: "no-objective", reason: "B never followed A" };
    if (begun !== undefined && begun.atMs >= loadEndMs)
      return { verdict: "not-examined", reason: "B was not ready to take over before the last write" };
    const part = begun ? { fromMs: begun.atMs, toMs: loadEndMs } : baseline;
    const of = (at: Phase, side: SiteName) => useOf(looks, at, side);
    const { unfollowed: nothing } = UNMEASURED.resources;
    const [a, b, unfollowed] = [of(part, "a"), of(part, "b"), begun ? of(baseline, "a") : nothing];
    const replicationBytesPerSecond = perSecond(looks, part, "pg-b", (look) => look.receivedBytes);
    const alone: Use = begun
      ? unfollowed
      : { ...a, networkBytesPerSecond: less(a.networkBytesPerSecond, replicationBytesPerSecond) };
    const shareOf = (figure: keyof Use) => share(a[figure], b[figure], alone[figure]);
    const measures: Resources = {
      ...{ a, b, unfollowed, replicationBytesPerSecond },
      share: {
        cores: shareOf("cores"),
        memory: shareOf("memoryBytes"),
        network: shareOf("networkBytesPerSecond"),
        wal: shareOf("walBytesPerSecond"),
        disk: shareOf("diskBytes"),
      },
      cost: costOf(run.prices, a, b, alone, replicationBytesPerSecond),
    };
    return { verdict: "no-objective", reason: said(measures, run.prices), measures: { resources: measures } };
  },
};

function useOf(looks: readonly ResourceProbe[], part: Phase, side: SiteName): Use {
  const needed = [`etcd-${side}`, `haproxy-${side}`] as const;
  const parts: SampledComponent[] = [
    ...([`hapi-${side}`, `pg-${side}`] as const),
    ...needed.filter((name) => looks.some((look) => look.part === name)),
  ];
  const sum = (of: (name: SampledComponent) => number | null) => parts.map(of).reduce(plus);
  return {
    cores: sum((name) => perSecond(looks, part, name, (look) => look.cpuSeconds)),
    memoryBytes: sum((name) => most(looks, part, name, (look) => look.memoryBytes)),
    networkBytesPerSecond: sum((name) =>
      perSecond(looks, part, name, (look) => plus(look.receivedBytes, look.sentBytes)),
    ),
    walBytesPerSecond: perSecond(looks, part, `pg-${side}`, (look) => look.walBytes ?? null),
    diskBytes: most(looks, part, `pg-${side}`, (look) => look.diskBytes ?? null),
  };
}

type Figure = (look: ResourceProbe) => number | null;

/** From the first to the last look that could tell; a figure below the one before began again at 0. */
function perSecond(
  looks: readonly ResourceProbe[],
  part: Phase,
  name: SampledComponent,
  figure: Figure,
): number | null {
  const known = knownIn(looks, part, name, figure);
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last || last.atMs <= first.atMs) return null;
  let sum = 0;
  for (let i = 1; i < known.length; i += 1) {
    const [before, now] = [known[i - 1]?.value as number, known[i]?.value as number];
    sum += now < before ? now : now - before;
  }
  return (sum * 1000) / (last.atMs - first.atMs);
}

function most(looks: readonly ResourceProbe[], part: Phase, name: SampledComponent, figure: Figure): number | null {
  const known = knownIn(looks, part, name, figure);
  return known.length === 0 ? null : known.reduce((max, { value }) => Math.max(max, value), 0);
}

function knownIn(looks: readonly ResourceProbe[], { fromMs, toMs }: Phase, name: SampledComponent, figure: Figure) {
  return looks.flatMap((look) => {
    const value = look.part === name && look.atMs >= fromMs && look.atMs < toMs ? figure(look) : null;
    return value === null ? [] : [{ atMs: look.atMs, value }];
  });
}

function plus(x: number | null, y: number | null): number | null {
  return x === null || y === null ? null : x + y;
}

function less(x: number | null, y: number | null): number | null {
  return x === null || y === null ? null : x - y;
}

function share(a: number | null, b: number | null, alone: number | null): number | null {
  const added = less(plus(a, b), alone);
  return added === null || alone === null || alone <= 0 ? null : added / alone;
}

function costOf(prices: Prices | null, a: Use, b: Use, alone: Use, replication: number | null): Resources["cost"] {
  if (prices === null) return UNMEASURED.resources.cost;
  const ofUse = ({ cores, memoryBytes, diskBytes }: Use) =>
    [
      priced(cores, prices.cpuCoreHour),
      priced(memoryBytes, prices.memoryGigabyteHour, 1 / GIGABYTE),
      priced(diskBytes, prices.diskGigabyteMonth, 1 / GIGABYTE / HOURS_OF_MONTH),
    ].reduce(plus, 0);
  const network = priced(replication, prices.networkGigabyte, 3600 / GIGABYTE);
  const perHour = [ofUse(a), ofUse(b), network].reduce(plus, 0);
  return { currency: prices.currency, perHourAlone: ofUse(alone), perHour };
}

function priced(amount: number | null, price: number | undefined, unit = 1): number | null {
  if (price === undefined) return 0;
  return amount === null ? null : amount * unit * price;
}

function said({ a, b, share: added, replicationBytesPerSecond, cost }: Resources, prices: Prices | null): string {
  const number = (value: number | null, digits: number) => (value === null ? "–" : value.toFixed(digits));
  const percent = (value: number | null) => (value === null ? "–" : `${(100 * value).toFixed(0)} %`);
  const replication = replicationBytesPerSecond === null ? null : replicationBytesPerSecond / 1000;
  const used = `A used ${number(a.cores, 2)} cores and B ${number(b.cores, 2)}; ${number(replication, 1)} kB/s went to B's database`;
  const more = `having B adds ${percent(added.cores)} of processor, ${percent(added.memory)} of memory`;
  const { currency, perHour, perHourAlone } = cost;
  const price =
    prices === null
      ? "no prices were given, so there is no cost"
      : `${number(perHour, 4)} ${currency} an hour, ${number(perHourAlone, 4)} without B`;
  return `${used}; ${more}; ${price}`;
}
