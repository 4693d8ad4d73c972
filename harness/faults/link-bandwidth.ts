/**
 * A link passes a limited number of bytes per second, in both directions. The limit is per connection: ten connections
 * get ten times as much. The rest waits.
 */

import type { Link, SiteName } from "../model/plan/site.ts";
import { reasonOf } from "../model/program/failure.ts";
import { DIRECTIONS } from "../system/links.ts";
import type { System } from "../system/system.ts";
import { toxicFault } from "./toxic-fault.ts";

/** The amount fetched takes this long under an active limit. */
const FETCH_SECONDS = 1;
const LIMIT_MS = 10_000;
/**
 * An active limit never passes more than it allows, but the arrival of the first chunk may be noticed up to 0.2 s late.
 */
const TOLERANCE = 1.25;

export const linkBandwidth = toxicFault("link-bandwidth", {
  needs: ["links", "postgres"],
  toxic: ({ link, kilobytesPerSecond }) => ({
    link,
    type: "bandwidth",
    attributes: { rate: kilobytesPerSecond },
    directions: DIRECTIONS,
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

const DATABASES: Partial<Record<Link, SiteName>> = {
  "pg-a": "a",
  "pg-b": "b",
  replication: "a",
  "replication-back": "b",
};
const isDatabase = (link: Link) => DATABASES[link] !== undefined;

/** Fetches `wanted` bytes that PostgreSQL generates. */
async function fetchRows(
  { links, postgres }: Pick<System, "links" | "postgres">,
  link: Link,
  wanted: number,
): Promise<Fetched> {
  const client = await postgres[DATABASES[link] as SiteName].connect(LIMIT_MS, links.addressOf(link));
  try {
    const beganMs = performance.now();
    await client.query("select repeat('x', $1::integer)", [wanted]);
    return { bytes: wanted, tookMs: performance.now() - beganMs };
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * Fetches the longest page that a FHIR server has without any data. The first chunk is not timed: the server takes long
 * to generate it.
 */
async function fetchPage({ links }: Pick<System, "links">, link: Link, wanted: number): Promise<Fetched> {
  const url = `http://${links.addressOf(link)}/fhir/metadata`;
  const answer = await fetch(url, {
    signal: AbortSignal.timeout(LIMIT_MS),
    headers: { "Accept-Encoding": "identity" },
  });
  let bytes = 0;
  let firstMs: number | null = null;
  for await (const chunk of answer.body ?? []) {
    if (firstMs === null) firstMs = performance.now();
    else bytes += chunk.length;
    if (bytes >= wanted) break;
  }
  return { bytes, tookMs: performance.now() - (firstMs ?? Number.NaN) };
}
