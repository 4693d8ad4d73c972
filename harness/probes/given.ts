/** A FHIR server's answer or a database row as an audit line: numbers only, without the body. Pure. */
import { fingerprint, referenceOf } from "../model/load/content.ts";
import { FIRST_VERSION } from "../model/load/write.ts";
import type { AuditRead, AuditRow } from "../model/record/audit.ts";

/** The answer to a GET; status 0 when none came. */
export interface Answer {
  status: number;
  etag: string | null;
  text: string;
}

export type Given = Omit<AuditRead, "type" | "side" | "write" | "resource">;

export function readLine(of: Pick<AuditRead, "side" | "write" | "resource">, answer: Answer): AuditRead {
  return { type: "read", ...of, ...givenIn(answer, of.resource) };
}

/**
 * What the answer says of the requested resource. If versions do not count (opaque, `dialect.ts`), each is the first.
 */
export function givenIn({ status, etag, text }: Answer, resource: string, versionsCount = true): Given {
  if (status !== 200) return { status, version: null, content: null, refersTo: null };
  const is = nameIn(text);
  const version = versionsCount ? (versionOf(etag) ?? is.version) : FIRST_VERSION;
  const isAsked = versionsCount ? `${resource}/${version}` === is.name : is.name.startsWith(`${resource}/`);
  return { status, version, ...saidBy(text), ...(isAsked ? {} : { misnamed: is.name }) };
}

/** An unreadable body gives no content, and the audit goes on. */
export function saidBy(body: string | null): Pick<AuditRow, "content" | "refersTo"> {
  try {
    const resource: object = JSON.parse(body ?? "");
    return { content: fingerprint(resource), refersTo: referenceOf(resource) };
  } catch {
    return { content: null, refersTo: null };
  }
}

/** `W/"3"` → 3. */
function versionOf(etag: string | null): number | null {
  const found = /"(\d+)"/.exec(etag ?? "");
  return found ? Number(found[1]) : null;
}

interface Named {
  resourceType?: string;
  id?: string;
  meta?: { versionId?: string };
}

/** The body's own name, as `Type/id/version`. */
function nameIn(body: string): { name: string; version: number | null } {
  try {
    const { resourceType, id, meta } = JSON.parse(body) as Named;
    const version = Number(meta?.versionId);
    return { name: `${resourceType}/${id}/${meta?.versionId}`, version: Number.isInteger(version) ? version : null };
  } catch {
    return { name: "no resource", version: null };
  }
}
