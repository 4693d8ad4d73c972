/** One version of a resource as a FHIR server gave it, reduced to what the audit keeps. Pure. */
import { z } from "zod";
import type { Tag } from "../../model/load/tag.ts";
import { FIRST_VERSION, IDENTIFIER_SYSTEM } from "../../model/load/write.ts";
import type { AuditRow } from "../../model/record/audit.ts";
import { saidBy } from "../given.ts";

export interface Version extends Pick<AuditRow, "resource" | "version" | "write" | "content" | "refersTo"> {
  /** Its `meta.lastUpdated`, ms since 1970; `null` without one. */
  updatedMs: number | null;
  /** Whether it has the run's tag. */
  isTagged: boolean;
}

export interface Manner {
  /** The FHIR base: a server may use absolute references. */
  base: string;
  tag: Tag;
  /** Whether versions are 1, 2, 3, … and older ones can be listed. Otherwise, each counts as the first. */
  versionsCount: boolean;
}

const Token = z.object({
  system: z.string().optional().catch(undefined),
  value: z.string().optional().catch(undefined),
  code: z.string().optional().catch(undefined),
});
const Tokens = z.array(Token).catch([]);
/** Malformed elements count as missing, except type and id. */
const Body = z.object({
  resourceType: z.string(),
  id: z.string(),
  meta: z
    .object({
      versionId: z.string().optional().catch(undefined),
      lastUpdated: z.string().optional().catch(undefined),
      tag: Tokens,
    })
    .catch({ tag: [] }),
  identifier: Tokens,
});

/** A version number without leading zeros. */
const NUMBERED = /^[1-9]\d{0,8}$/;

/** `null` if the body is no resource with type and id, or has no version number where versions count. */
export function versionIn(body: unknown, { base, tag, versionsCount }: Manner): Version | null {
  const is = Body.safeParse(body).data;
  if (is === undefined) return null;
  const { versionId = "", lastUpdated = "", tag: tags } = is.meta;
  if (versionsCount && !NUMBERED.test(versionId)) return null;
  const updatedMs = Date.parse(lastUpdated);
  const { content, refersTo } = saidBy(JSON.stringify(body));
  return {
    resource: `${is.resourceType}/${is.id}`,
    version: versionsCount ? Number(versionId) : FIRST_VERSION,
    write: is.identifier.find(({ system }) => system === IDENTIFIER_SYSTEM)?.value ?? "",
    content,
    refersTo: refersTo?.startsWith(`${base}/`) ? refersTo.slice(base.length + 1) : refersTo,
    updatedMs: Number.isNaN(updatedMs) ? null : updatedMs,
    isTagged: tags.some(({ system, code }) => system === tag.system && code === tag.code),
  };
}
