/** What a FHIR server is asked, each by one GET, and what it answered. */
import type { Tag } from "../../model/load/tag.ts";
import { IDENTIFIER_SYSTEM } from "../../model/load/write.ts";
import type { Given } from "../given.ts";
import type { Version } from "./version.ts";

export type Question =
  /** For a resource, `Type/id`. */
  | { asks: "read"; resource: string }
  /** For all of a type that bear the identifier of one write. */
  | { asks: "search"; resourceType: string; write: string }
  /** For all of a type that bear the tag of the run. */
  | { asks: "tagged"; resourceType: string; tag: Tag }
  /** For all versions of a resource. */
  | { asks: "history"; resource: string };

export interface Seen {
  question: Question;
  /** Of HTTP; 0 when no answer came. */
  status: number;
  /** Of a read none or one; of a list as it was given. */
  versions: readonly Version[];
  /** Why this tells nothing, or not all; `null` when it does. */
  why: string | null;
  /** Of a read, as its line in the audit has it. */
  given?: Given;
}

/** By the path of their questions. */
export type SeenByPath = ReadonlyMap<string, Seen>;

/** Where a server gives fewer on a page, there are more pages. */
const ON_A_PAGE = "_count=100";

/** Below the FHIR base. */
export function pathOf(question: Question): string {
  switch (question.asks) {
    case "read":
      return question.resource;
    case "history":
      return `${question.resource}/_history`;
    case "search":
      return searchPath(question.resourceType, question.write);
    case "tagged":
      return `${question.resourceType}?_tag=${token(question.tag.system, question.tag.code)}&${ON_A_PAGE}`;
  }
}

export function searchPath(resourceType: string, write: string): string {
  return `${resourceType}?identifier=${token(IDENTIFIER_SYSTEM, write)}&${ON_A_PAGE}`;
}

function token(system: string, value: string): string {
  return encodeURIComponent(`${system}|${value}`);
}

/** `Patient/1` → `Patient`. */
export function typeOf(resource: string): string {
  return resource.slice(0, resource.indexOf("/"));
}
