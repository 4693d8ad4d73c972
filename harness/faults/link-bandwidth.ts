/**
 * A link lets through so many bytes a second and no more, both ways: each connection for itself, so that ten of them get
 * ten times as much. What does not get through waits.
 */
import { reasonOf } from "../model/failure.ts";
import type { Link, Side } from "../model/side.ts";
import { WAYS } from "../system/links.ts";
import type { System } from "../system/system.ts";
import { toxicFault } from "./toxic-fault.ts";

/** So much is fetched that a link in force would take this long. */
const FETCH_SECONDS = 1;
const LIMIT_MS = 10_000;
/** A link in force is never faster than it may be, but the first piece may be noticed late: up to a fifth of a second. */
const TOLERANCE = 1.25;

export const linkBandwidth = toxicFault("link-bandwidth", {
  needs: ["links", "postgres"],
  toxic: ({ link, kilobytesPerSecond }) => ({
    link,
    type: "bandwidth",
    attributes: { rate: kilobytesPerSecond },
    ways: WAYS,
  }),
  effect: async (system, { link, kilobytesPerSecond }) => {
    const wanted = kilobytesPerSecond * 1000 * FETCH_SECONDS;
    const fetchSome = isDatabase(link) ? fetchRows : fetchPage;
    const fetched = await fetchSome(system, link, wanted).catch((error) => ({ error: reasonOf(error) }));
    if ("error" in fetched) return { felt: null, measured: fetched };
    const { bytes, tookMs } = fetched;
    const rate = Math.round(bytes / tookMs);
    return {
      felt: bytes < wanted ? null : rate <= kilobytesPerSecond * TOLERANCE,
      measured: { fetchedBytes: bytes, tookMs: Math.round(tookMs), kilobytesPerSecond: rate },
    };
  },
});

interface Fetched {
  bytes: number;
  tookMs: number;
}

const DATABASES: Partial<Record<Link, Side>> = { "pg-a": "a", "pg-b": "b", replication: "a", "replication-back": "b" };
const isDatabase = (link: Link) => DATABASES[link] !== undefined;

/** As many bytes of PostgreSQL's making as wanted. */
async function fetchRows(
  { links, postgres }: Pick<System, "links" | "postgres">,
  link: Link,
  wanted: number,
): Promise<Fetched> {
  const client = await postgres[DATABASES[link] as Side].connect(LIMIT_MS, links.addressOf(link));
  try {
    const beganMs = performance.now();
    await client.query("select repeat('x', $1::integer)", [wanted]);
    return { bytes: wanted, tookMs: performance.now() - beganMs };
  } finally {
    await client.end().catch(() => {});
  }
}

/** Of the longest page that a FHIR server has without any data, what follows the first piece: that one is slow to be made. */
async function fetchPage({ links }: Pick<System, "links">, link: Link, wanted: number): Promise<Fetched> {
  const url = `http://${links.addressOf(link)}/fhir/metadata`;
  const answer = await fetch(url, {
    signal: AbortSignal.timeout(LIMIT_MS),
    headers: { "Accept-Encoding": "identity" },
  });
  let bytes = 0;
  let firstMs: number | null = null;
  for await (const piece of answer.body ?? []) {
    if (firstMs === null) firstMs = performance.now();
    else bytes += piece.length;
    if (bytes >= wanted) break;
  }
  return { bytes, tookMs: performance.now() - (firstMs ?? Number.NaN) };
}
