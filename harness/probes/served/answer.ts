/** Asks a FHIR server one question, to the last page of its answer, and reads that. */
import { jsonIn } from "../../model/record/json.ts";
import { givenIn } from "../given.ts";
import type { Asker, Got } from "./asker.ts";
import { type Entry, listOf } from "./pages.ts";
import { pathOf, type Question, type Seen } from "./question.ts";
import { type Manner, type Version, versionIn } from "./version.ts";

/** Of a list that is not whole, or holds what was not asked for, nothing is taken. */
export async function answerTo(question: Question, asker: Asker, manner: Manner, mostPages: number): Promise<Seen> {
  const path = pathOf(question);
  if (question.asks === "read") return readOf(question, await asker.get(path), manner);
  const list = await listOf((at) => asker.get(at), path, { base: manner.base, most: mostPages });
  const found = list.entries.filter(isListed).map(({ resource }) => versionIn(resource, manner));
  const versions = found.filter((version) => version !== null);
  const why = list.why ?? (versions.length < found.length ? "it gave what is no version of a resource" : null);
  const strange = why ?? whyStrange(question, versions);
  return { question, status: list.status, versions: strange === null ? versions : [], why: strange };
}

function readOf(question: Question & { asks: "read" }, got: Got, manner: Manner): Seen {
  const { status, text } = got;
  const given = givenIn(got, question.resource, manner.versionsCount);
  const nothing = (why: string | null): Seen => ({ question, status, versions: [], why, given });
  if (status === 404 || status === 410) return nothing(null);
  if (status !== 200) return nothing(got.why ?? `it answered ${status}`);
  const is = versionIn(jsonIn(text), manner);
  if (is === null) return nothing("it gave what is no version of a resource");
  // It stands where it is found, whatever it calls itself.
  const version = { ...is, resource: question.resource, version: given.version ?? is.version };
  return { question, status, versions: [version], why: null, given: { ...given, refersTo: is.refersTo } };
}

/** A search may give more than it found. A history tells of deletions, which leave a hole among the versions. */
function isListed({ resource, mode = "match", method }: Entry): boolean {
  return mode === "match" && !(method === "DELETE" && resource === undefined);
}

function whyStrange(question: Question, versions: readonly Version[]): string | null {
  if (question.asks === "tagged" && versions.some(({ isTagged }) => !isTagged))
    return "it gave what does not bear the tag";
  if (question.asks === "history" && versions.some(({ resource }) => resource !== question.resource))
    return "it gave versions of another resource";
  return null;
}
