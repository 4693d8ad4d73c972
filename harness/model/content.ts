/**
 * What a stored resource says, in a form in which the same content is the same text: without what a server adds of its
 * own (id, meta, narrative) and without the subject, whose reference a server rewrites and which is judged by itself.
 */
import { hash } from "node:crypto";

const ADDED_BY_SERVERS = new Set(["id", "meta", "text", "subject"]);

/** The first 48 bits of the content's SHA-256: few enough for a JSON number, far too many for a chance match. */
export function fingerprint(resource: object): number {
  const said = Object.fromEntries(Object.entries(resource).filter(([key]) => !ADDED_BY_SERVERS.has(key)));
  return Number.parseInt(hash("sha256", canonical(said)).slice(0, 12), 16);
}

/** JSON with the keys of every object in order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).toSorted(([x], [y]) => (x < y ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(",")}}`;
}
