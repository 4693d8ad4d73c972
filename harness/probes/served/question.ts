/** The questions to a FHIR server, each one GET, and the answers. */
import { searchByTag, type Tag } from "../../model/load/tag.ts";
import { IDENTIFIER_SYSTEM } from "../../model/load/write.ts";
import type { Given } from "../given.ts";
import type { Version } from "./version.ts";

export type Question =
  /** Reads a resource, `Type/id`. */
  | { asks: "read"; resource: string }
  /** Searches for all resources of a type with the identifier of one write. */
  | { asks: "search"; resourceType: string; write: string }
  /** Lists all resources of a type with the run's tag. */
  | { asks: "tagged"; resourceType: string; tag: Tag }
  /** Lists all versions of a resource. */
  | { asks: "history"; resource: string };

export interface Seen {
  question: Question;
  /** HTTP status; 0 when no answer came. */
  status: number;
  /** At most one for a read; the entries of a list, in order. */
  versions: readonly Version[];
  /** Why the answer is missing or incomplete; `null` when it is complete. */
  why: string | null;
  /** For a read: the fields of its audit line. */
  given?: Given;
}

/** Answers by the path of their question. */
export type SeenByPath = ReadonlyMap<string, Seen>;

/** A server may give fewer per page; then there are more pages. */
const ON_A_PAGE = "_count=100";

/** The question's path below the FHIR base. */
export function pathOf(question: Question): string {
  switch (question.asks) {
    case "read":
      return question.resource;
    case "history":
      return `${question.resource}/_history`;
    case "search":
      return searchPath(question.resourceType, question.write);
    case "tagged":
      return `${question.resourceType}?${searchByTag(question.tag)}&${ON_A_PAGE}`;
  }
}

export function searchPath(resourceType: string, write: string): string {
  return `${resourceType}?identifier=${encodeURIComponent(`${IDENTIFIER_SYSTEM}|${write}`)}&${ON_A_PAGE}`;
}

/** `Patient/1` → `Patient`. */
export function typeOf(resource: string): string {
  return resource.slice(0, resource.indexOf("/"));
}
