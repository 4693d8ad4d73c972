/**
 * What an answer names as stored: in its `Location`, or in the entries of a transaction response.
 *
 * This file runs in k6 and in Node: it imports nothing but types.
 */
import type { WriteKind } from "./write.ts";

/** `numbered`: 1, 2, 3, …; `opaque`: versions can only be compared for equality. */
export type Versions = "numbered" | "opaque";

export interface Answered {
  status: number;
  /** `Content-Location` or `Location`; empty without one. */
  location: string;
  body: unknown;
}

/** Without a lookahead, for which k6 would use a much slower regular expression engine. */
const NUMBERED = /([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]+)\/_history\/(\d+)(?:[^A-Za-z0-9.-]|$)/;
/** Anchored at the end, because the base may contain what looks like a resource. */
const OPAQUE = /([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]+)(?:\/_history\/[^/"]+)?"?$/;

/**
 * `Type/id/version` of each resource, in the order of the answer. Opaque versions are all called 1: on such servers,
 * every write creates a resource.
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

/** The same for a write of one resource. */
export function namedAt(status: number, location: string, versions: Versions): string[] {
  const name = namesNothing(status, versions) ? "" : nameIn(location, versions);
  return name === "" ? [] : [name];
}

function namesNothing(status: number, versions: Versions): boolean {
  // An answer that was cut off may name some of them, and the rest is unknown.
  if (status === 0) return true;
  // A redirect or an error may have a Location without a version, which names nothing that was stored.
  return versions === "opaque" && (status < 200 || status >= 300);
}

function inEntries(body: unknown): string[] {
  return typeof body === "string" ? (body.match(/"location"\s*:\s*"[^"]*"/g) ?? []) : [];
}

/** A plain `Type/id/_history/version`, as servers write it at the end of a Location. */
const PLAIN = /^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]+\/_history\/\d+$/;
const BETWEEN = "/_history/";

/** Finds the same as `NUMBERED` at a fraction of its cost in k6; `null` if only `NUMBERED` can decide. */
function plainName(place: string): string | null {
  const end = place.indexOf(BETWEEN);
  if (end < 0 || end !== place.lastIndexOf(BETWEEN)) return null;
  const type = place.lastIndexOf("/", place.lastIndexOf("/", end - 1) - 1) + 1;
  if (!PLAIN.test(place.slice(type))) return null;
  return `${place.slice(type, end)}/${place.slice(end + BETWEEN.length)}`;
}

/** Empty when the place names no resource, or lacks a version that it needs. */
function nameIn(place: string, versions: Versions): string {
  const plain = versions === "numbered" ? plainName(place) : null;
  if (plain !== null) return plain;
  const found = (versions === "numbered" ? NUMBERED : OPAQUE).exec(place);
  return found ? `${found[1]}/${found[2]}/${versions === "numbered" ? found[3] : 1}` : "";
}
