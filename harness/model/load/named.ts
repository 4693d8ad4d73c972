/**
 * What an answer names as stored: in its `Location`, or in the entries of a transaction's answer.
 *
 * This file runs in k6 and in Node: it imports nothing but types.
 */
import type { WriteKind } from "./write.ts";

/** `numbered`: 1, 2, 3, …; `opaque`: two can be told apart, and no more. */
export type Versions = "numbered" | "opaque";

export interface Answered {
  status: number;
  /** `Content-Location` or `Location`; empty without one. */
  location: string;
  body: unknown;
}

/** Without looking ahead, for which k6 has another and much slower engine. */
const NUMBERED = /([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]+)\/_history\/(\d+)(?:[^A-Za-z0-9.-]|$)/;
/** At the end: in the base before it there may be what looks like a resource. */
const OPAQUE = /([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]+)(?:\/_history\/[^/"]+)?"?$/;

/**
 * `Type/id/version` of each resource, in the order of the answer. Where versions are opaque each is called 1, as the first
 * of a number would be: what is written there is new.
 */
export function namedIn({ status, location, body }: Answered, kind: WriteKind, versions: Versions): string[] {
  // A transaction's own Location names a bundle that is stored nowhere.
  if (kind !== "bundle") return namedAt(status, location, versions);
  return namesNothing(status, versions)
    ? []
    : inEntries(body)
        .map((place) => nameIn(place, versions))
        .filter((name) => name !== "");
}

/** By the answer to a write of one resource. */
export function namedAt(status: number, location: string, versions: Versions): string[] {
  const name = namesNothing(status, versions) ? "" : nameIn(location, versions);
  return name === "" ? [] : [name];
}

function namesNothing(status: number, versions: Versions): boolean {
  // An answer that was cut off may have begun to name them, and nobody can tell what the rest would have said.
  if (status === 0) return true;
  // A redirect or an error without a version may still have a Location, which names nothing that was stored.
  return versions === "opaque" && (status < 200 || status >= 300);
}

function inEntries(body: unknown): string[] {
  return typeof body === "string" ? (body.match(/"location"\s*:\s*"[^"]*"/g) ?? []) : [];
}

/** Where an answer names a resource and nothing else after the last but two slashes, as servers do. */
const PLAIN = /^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]+\/_history\/\d+$/;
const BETWEEN = "/_history/";

/** What `NUMBERED` finds, for a fraction of what it costs k6 to make a list of it; `null` where only that can tell. */
function plainName(place: string): string | null {
  const end = place.indexOf(BETWEEN);
  if (end < 0 || end !== place.lastIndexOf(BETWEEN)) return null;
  const type = place.lastIndexOf("/", place.lastIndexOf("/", end - 1) - 1) + 1;
  if (!PLAIN.test(place.slice(type))) return null;
  return `${place.slice(type, end)}/${place.slice(end + BETWEEN.length)}`;
}

/** Empty when it names no resource, or none in a version where there should be one. */
function nameIn(place: string, versions: Versions): string {
  const plain = versions === "numbered" ? plainName(place) : null;
  if (plain !== null) return plain;
  const found = (versions === "numbered" ? NUMBERED : OPAQUE).exec(place);
  return found ? `${found[1]}/${found[2]}/${versions === "numbered" ? found[3] : 1}` : "";
}
