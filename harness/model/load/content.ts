/**
 * The content of a stored resource in a canonical form: without what a server adds (id, meta, narrative) and without
 * the subject, whose reference a server rewrites and which is judged separately.
 */
import { hash } from "node:crypto";

const ADDED_BY_SERVERS = ["id", "meta", "text", "subject"];

/** The first 48 bits of the content's SHA-256: few enough for a JSON number, far too many for a chance match. */
export function fingerprint(resource: object): number {
  return Number.parseInt(hash("sha256", canonical(resource, ADDED_BY_SERVERS)).slice(0, 12), 16);
}

/** The resource that its `subject` refers to, whichever version of it; `null` when it refers to nothing. */
export function referenceOf(resource: { subject?: { reference?: string } }): string | null {
  return resource.subject?.reference?.replace(/\/_history\/\d+$/, "") ?? null;
}

/** JSON with sorted keys, without these keys of the outermost object. Hot: runs for millions of contents. */
function canonical(value: unknown, without: readonly string[] = []): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  let text = "";
  if (Array.isArray(value)) {
    for (const item of value) text += `${text && ","}${canonical(item)}`;
    return `[${text}]`;
  }
  const of = value as Record<string, unknown>;
  for (const key of Object.keys(of).sort())
    if (!without.includes(key)) text += `${text && ","}${JSON.stringify(key)}:${canonical(of[key])}`;
  return `{${text}}`;
}
