/**
 * Resources: what the two sites used, and what the second one costs.
 *
 * A site is its FHIR server and its database, and under Patroni its etcd and its HAProxy, if they were sampled; the
 * proxy, the witness, the links between sites, and brokers and bridges of devices belong to neither.
 * Cores: processor seconds a second.
 * Memory: the most that its containers held, added up, in bytes, without the file cache that the system can reclaim.
 * Network: bytes a second that they received and sent.
 * WAL: bytes a second that its database wrote ahead.
 * Disk: the most bytes of database and WAL.
 *
 * The samples are those of the baseline. If B began to follow during the run, they are those from the end of that
 * operation to the last write, and the baseline shows what A used without a follower (`unfollowed`): the difference is
 * what being followed costs A. A container that was restarted counts from 0: what it used between its last sample and
 * its end is not known, and the sums are too small by that much.
 *
 * Replication: bytes a second that B's database received. In that time only B's server talks to it besides: idle, or
 * kept warm by one write a second that changes nothing.
 * A alone: what A used without a follower or, if that was not measured, what it used less that stream. Disaster
 * recovery adds the rest of A and B together, as a share of what A uses alone.
 *
 * Cost: cores, memory and disk by the user's prices (a month has 730 hours, a gigabyte 10^9 bytes), and replication as
 * the only traffic between the regions; anything without a price is left out. A measure, not a promise.
 *
 * Unit: cores, bytes, bytes a second; shares of 1; the currency of the prices, an hour.
 * Not examined: nothing was sampled, there is no baseline, or B began to follow only after the last write.
 * No objective: in all other cases. If B never followed, there is no figure.
 */
import type { Prices } from "../model/plan/settings.ts";
import { FIRST_PRIMARY, otherSite, type SiteName } from "../model/plan/site.ts";
import type { ResourceProbe, SampledComponent } from "../model/record/probe.ts";
import { UNMEASURED } from "../model/verdict/unmeasured.ts";
import type { Measures, Use } from "../model/verdict/verdict.ts";
import type { Checker } from "./checker.ts";
import { begunToFollow } from "./initial-replication.ts";
import type { Phase } from "./phases.ts";

type Resources = Measures["resources"];
const FOLLOWER = otherSite(FIRST_PRIMARY);
const HOURS_OF_MONTH = 730;
const GIGABYTE = 1e9;

export const resources: Checker = {
  name: "resources",
  needsTimes: true,
  check: ({ run, events, probes }, { baseline, loadEndMs }) => {
    const samples = probes.filter((probe) => probe.type === "resources");
    if (samples.length === 0) return { verdict: "not-examined", reason: "resource use was not sampled" };
    if (baseline === null) return { verdict: "not-examined", reason: "there is no baseline" };
    const begun = begunToFollow(events);
    if (!run.scenario.start.replicated && begun === undefined)
      return { verdict: "no-objective", reason: "B never followed A" };
    if (begun !== undefined && begun.atMs >= loadEndMs)
      return { verdict: "not-examined", reason: "B was not ready to take over before the last write" };
    const phase = begun ? { fromMs: begun.atMs, toMs: loadEndMs } : baseline;
    const useIn = (of: Phase, site: SiteName) => useOf(samples, of, site);
    const [a, b] = [useIn(phase, FIRST_PRIMARY), useIn(phase, FOLLOWER)];
    const unfollowed = begun ? useIn(baseline, FIRST_PRIMARY) : UNMEASURED.resources.unfollowed;
    const replicationBytesPerSecond = perSecond(samples, phase, `pg-${FOLLOWER}`, (sample) => sample.receivedBytes);
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
    return { verdict: "no-objective", reason: describe(measures, run.prices), measures: { resources: measures } };
  },
};

function useOf(samples: readonly ResourceProbe[], phase: Phase, site: SiteName): Use {
  const ofPatroni = [`etcd-${site}`, `haproxy-${site}`] as const;
  const components: SampledComponent[] = [
    ...([`hapi-${site}`, `pg-${site}`] as const),
    ...ofPatroni.filter((name) => samples.some((sample) => sample.part === name)),
  ];
  const sum = (of: (name: SampledComponent) => number | null) => components.map(of).reduce(plus);
  return {
    cores: sum((name) => perSecond(samples, phase, name, (sample) => sample.cpuSeconds)),
    memoryBytes: sum((name) => most(samples, phase, name, (sample) => sample.memoryBytes)),
    networkBytesPerSecond: sum((name) =>
      perSecond(samples, phase, name, (sample) => plus(sample.receivedBytes, sample.sentBytes)),
    ),
    walBytesPerSecond: perSecond(samples, phase, `pg-${site}`, (sample) => sample.walBytes ?? null),
    diskBytes: most(samples, phase, `pg-${site}`, (sample) => sample.diskBytes ?? null),
  };
}

type Figure = (sample: ResourceProbe) => number | null;

/** From the first to the last sample that has the figure; a figure below the previous one was restarted at 0. */
function perSecond(
  samples: readonly ResourceProbe[],
  phase: Phase,
  name: SampledComponent,
  figure: Figure,
): number | null {
  const known = knownIn(samples, phase, name, figure);
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last || last.atMs <= first.atMs) return null;
  let sum = 0;
  for (let i = 1; i < known.length; i += 1) {
    const [before, now] = [known[i - 1]?.value as number, known[i]?.value as number];
    sum += now < before ? now : now - before;
  }
  return (sum * 1000) / (last.atMs - first.atMs);
}

function most(samples: readonly ResourceProbe[], phase: Phase, name: SampledComponent, figure: Figure): number | null {
  const known = knownIn(samples, phase, name, figure);
  return known.length === 0 ? null : known.reduce((max, { value }) => Math.max(max, value), 0);
}

function knownIn(samples: readonly ResourceProbe[], { fromMs, toMs }: Phase, name: SampledComponent, figure: Figure) {
  return samples.flatMap((sample) => {
    const value = sample.part === name && sample.atMs >= fromMs && sample.atMs < toMs ? figure(sample) : null;
    return value === null ? [] : [{ atMs: sample.atMs, value }];
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

function describe(measured: Resources, prices: Prices | null): string {
  const { share: added, replicationBytesPerSecond, cost } = measured;
  const number = (value: number | null, digits: number) => (value === null ? "–" : value.toFixed(digits));
  const percent = (value: number | null) => (value === null ? "–" : `${(100 * value).toFixed(0)} %`);
  const replication = replicationBytesPerSecond === null ? null : replicationBytesPerSecond / 1000;
  const [first, follower] = [FIRST_PRIMARY, FOLLOWER].map((site) => site.toUpperCase());
  const used = `${first} used ${number(measured[FIRST_PRIMARY].cores, 2)} cores and ${follower} ${number(measured[FOLLOWER].cores, 2)}; ${number(replication, 1)} kB/s went to ${follower}'s database`;
  const more = `having ${follower} adds ${percent(added.cores)} of processor, ${percent(added.memory)} of memory`;
  const { currency, perHour, perHourAlone } = cost;
  const price =
    prices === null
      ? "no prices were given, so there is no cost"
      : `${number(perHour, 4)} ${currency} an hour, ${number(perHourAlone, 4)} without ${follower}`;
  return `${used}; ${more}; ${price}`;
}
