/** Asks a FHIR server one question, up to the last page of its answer, and interprets that. */
import { jsonIn } from "../../model/record/json.ts";
import { givenIn } from "../given.ts";
import type { Asker, Got } from "./asker.ts";
import { type Entry, listOf } from "./pages.ts";
import { pathOf, type Question, type Seen } from "./question.ts";
import { type Manner, type Version, versionIn } from "./version.ts";

/** Takes nothing from a list that is incomplete or holds something that was not asked for. */
export async function answerTo(question: Question, asker: Asker, manner: Manner, mostPages: number): Promise<Seen> {
  const path = pathOf(question);
  if (question.asks === "read") return readOf(question, await asker.get(path), manner);
  const list = await listOf((at) => asker.get(at), path, { base: manner.base, most: mostPages });
  const found = list.entries.filter(isListed).map(({ resource }) => versionIn(resource, manner));
  const versions = found.filter((version) => version !== null);
  const why = list.why ?? (versions.length < found.length ? "it gave what is no version of a resource" : null);
  const whyNot = why ?? whyUnexpected(question, versions);
  return { question, status: list.status, versions: whyNot === null ? versions : [], why: whyNot };
}

function readOf(question: Question & { asks: "read" }, got: Got, manner: Manner): Seen {
  const { status, text } = got;
  const given = givenIn(got, question.resource, manner.versionsCount);
  const nothing = (why: string | null): Seen => ({ question, status, versions: [], why, given });
  if (status === 404 || status === 410) return nothing(null);
  if (status !== 200) return nothing(got.why ?? `it answered ${status}`);
  const is = versionIn(jsonIn(text), manner);
  if (is === null) return nothing("it gave what is no version of a resource");
  // It counts under the name that it was read by, whatever its body says.
  const version = { ...is, resource: question.resource, version: given.version ?? is.version };
  return { question, status, versions: [version], why: null, given: { ...given, refersTo: is.refersTo } };
}

/** A search may include more than its matches. A history includes deletions, which leave a hole among the versions. */
function isListed({ resource, mode = "match", method }: Entry): boolean {
  return mode === "match" && !(method === "DELETE" && resource === undefined);
}

function whyUnexpected(question: Question, versions: readonly Version[]): string | null {
  if (question.asks === "tagged" && versions.some(({ isTagged }) => !isTagged))
    return "it gave a resource without the tag";
  if (question.asks === "history" && versions.some(({ resource }) => resource !== question.resource))
    return "it gave versions of another resource";
  return null;
}
