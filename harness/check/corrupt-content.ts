/**
 * Corrupt: a version of a resource on the serving site, current or older, that is not what was sent. Content is
 * compared by fingerprint, without what a server may add (`model/load/content.ts`); the seed determines what was sent,
 * so no answer is trusted for it. A reference is content: an observation of a transaction refers to the patient of the
 * same transaction, as its acknowledgement names it, and to no other.
 *
 * Which resource has which content is known if the acknowledgement names them, in the order in which they were sent.
 * For all other writes each content may occur once, and only where its write can have put it: what a PUT sent, on the
 * resource that it names; what a server named, as the first version of a resource of its own. Anything else has
 * replaced what another client had acknowledged. The version that an acknowledgement names must be its write's own: a
 * write that is only in a later version is not what its client was told.
 *
 * What the FHIR API returns is compared with the same version in the database. If it differs, or if another resource is
 * returned than was requested, clients get what was not sent, whatever the database holds.
 *
 * Unit: writes.
 * Broken: there is one.
 * Inconclusive: what the serving site holds is not known.
 */
import { type Contents, EMPTY } from "../model/columns/contents.ts";
import { type History, OK } from "../model/columns/history.ts";
import { FIRST_VERSION } from "../model/load/write.ts";
import type { Run } from "../model/record/run.ts";
import { currentRowOf, NOWHERE } from "./api-answers.ts";
import type { Checker } from "./checker.ts";
import { contentsSent, type Sent } from "./sent-content.ts";
import { HOLDINGS_NEED, whatServingHolds } from "./unknown-holdings.ts";

export const corruptContent: Checker = {
  name: "corrupt-content",
  needs: HOLDINGS_NEED,
  check: ({ history, audit, run }, facts) => {
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    const contents = audit[facts.serving];
    const ids = new Set<string>();
    const evidence: string[] = [];
    for (let i = 0; i < history.length; i += 1) {
      if (contents.lastRowOf(history.n[i] as number) < 0) continue;
      for (const row of wrongRows(contents, history, i, run)) {
        ids.add(history.idAt(i));
        evidence.push(
          `${history.idAt(i)}: ${contents.resourceAt(row)}, version ${contents.version[row]}, has other content`,
        );
      }
      for (const why of onlyLater(contents, history, i)) {
        ids.add(history.idAt(i));
        evidence.push(`${history.idAt(i)}: ${why}`);
      }
    }
    for (const { write, why } of wrongAnswers(contents)) {
      ids.add(write);
      evidence.push(`${write}: ${why}`);
    }
    const measures = { corrupt: { count: ids.size, ids: [...ids] } };
    if (ids.size > 0)
      return {
        verdict: "broken",
        reason: `${ids.size} writes have content other than what was sent`,
        evidence,
        measures,
      };
    return { verdict: "holds", reason: "all content is what was sent", measures };
  },
};

/** Rows not named by the acknowledgement may have each content once per copy of the write, and only in its place. */
function wrongRows(contents: Contents, history: History, i: number, run: Run): number[] {
  const sent = contentsSent(run, history.n[i] as number);
  const rows = contents.rowsOf(history.n[i] as number);
  const named = namesOf(history, i, sent.length);
  const placeOf = (row: number) => named.indexOf(contents.name[row] as number);
  const patients = new Set(
    rows.filter((row) => contents.resourceAt(row).startsWith("Patient/")).map((row) => contents.name[row]),
  );
  const copies = Math.ceil(rows.length / sent.length);
  const left = sent.map((_, place) => copies - rows.filter((row) => placeOf(row) === place).length);
  return rows.filter((row) => {
    const [place, target] = [placeOf(row), contents.refersTo[row] as number];
    const matches = ({ type, content }: Sent) =>
      content === contents.content[row] && contents.resourceAt(row).startsWith(type);
    const match = place >= 0 ? place : sent.findIndex((each, at) => matches(each) && (left[at] as number) > 0);
    const each = sent[match];
    if (each === undefined || !matches(each)) return true;
    if (place < 0) {
      const { path } = each;
      const isItsPlace = path === null ? contents.version[row] === FIRST_VERSION : contents.resourceAt(row) === path;
      if (!isItsPlace) return true;
      left[match] = (left[match] as number) - 1;
    }
    if (!each.refers) return !Number.isNaN(target);
    if (place >= 0) return target !== named[0];
    // Another check reports references that lead nowhere.
    return Number.isNaN(target) || (!patients.has(target) && contents.rowsNamed(target).length > 0);
  });
}

/** Names in the order in which they were sent; empty if the answer does not name all. */
function namesOf(history: History, i: number, size: number): number[] {
  const [from, to] = [history.storedFrom(i), history.storedFrom(i + 1)];
  if (history.outcome[i] !== OK || to - from !== size) return [];
  return Array.from(history.storedName.subarray(from, to));
}

/** Resources of which write i made only a later version than the acknowledged one. */
function* onlyLater(contents: Contents, history: History, i: number): Generator<string> {
  if (history.outcome[i] !== OK) return;
  const rows = contents.rowsOf(history.n[i] as number);
  for (let s = history.storedFrom(i); s < history.storedFrom(i + 1); s += 1) {
    const [name, acknowledged] = [history.storedName[s] as number, history.storedVersion[s] as number];
    const own = rows.filter((row) => contents.name[row] === name).map((row) => contents.version[row] as number);
    const later = own.find((version) => version > acknowledged);
    if (later === undefined || own.includes(acknowledged)) continue;
    yield `${contents.names.name(name)} was acknowledged in version ${acknowledged}, but only version ${later} is of this write`;
  }
}

/** Judges answers with the database's current version; another check reports answers with another version. */
function* wrongAnswers(contents: Contents): Generator<{ write: string; why: string }> {
  const { reads, readName, readStatus, readVersion, readContent, readRefersTo, names, misnamed } = contents;
  const { version, content, refersTo } = contents;
  for (let read = 0; read < reads; read += 1) {
    const row = currentRowOf(contents, readName[read] as number);
    if (row === NOWHERE) continue;
    const asked = `${names.name(readName[read] as number)}, read from ${contents.side}`;
    const other = misnamed.get(read);
    if (other !== undefined) yield { write: contents.writeAt(row), why: `${asked}, is ${other}` };
    if (readStatus[read] !== 200 || readVersion[read] !== version[row]) continue;
    if (
      !isSame(readContent[read] as number, content[row] as number) ||
      !isSame(readRefersTo[read] as number, refersTo[row] as number)
    )
      yield { write: contents.writeAt(row), why: `${asked}, has other content than its database` };
  }
}

/** What was not recorded counts as the same. */
function isSame(given: number, held: number): boolean {
  return Number.isNaN(given) || given === (Number.isNaN(held) ? EMPTY : held);
}
