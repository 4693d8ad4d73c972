/**
 * Corrupt: a version of a resource on the serving side, the current one or an older one, that is not what was sent. Its
 * content is compared by fingerprint, without what a server may add (`model/load/content.ts`); the seed says what was sent, so
 * no answer is trusted for it. A reference is content: an observation of a transaction refers to the patient of the same
 * transaction, as its acknowledgement names it, and to nobody else. Which resource has which content is known where the
 * acknowledgement names them, in the order in which they were sent; of all others each content may stand once, and only
 * where its write can have put it: what a PUT sent, on the resource that it names; what a server gave a name to, as the first
 * version of a resource of its own. Else it has taken the place of what somebody else was told of. The version that an
 * acknowledgement names is its write's own: one that stands in a later version alone is not what its client was told of.
 *
 * What the FHIR API gives is compared with the same version in the database. Where it differs, or where another resource
 * is given than was asked for, clients get what was not sent, whatever the database holds.
 *
 * Unit: writes.
 * Broken: there is one.
 * Inconclusive: what the serving side holds is not known.
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
          `${history.idAt(i)}: ${contents.resourceAt(row)}, version ${contents.version[row]}, says something else`,
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
      return { verdict: "broken", reason: `${ids.size} writes have another content than was sent`, evidence, measures };
    return { verdict: "holds", reason: "all content is what was sent", measures };
  },
};

/** What the acknowledgement does not name may have each content once in each copy of the write, and in its place. */
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
    const says = ({ type, content }: Sent) =>
      content === contents.content[row] && contents.resourceAt(row).startsWith(type);
    const match = place >= 0 ? place : sent.findIndex((each, at) => says(each) && (left[at] as number) > 0);
    const each = sent[match];
    if (each === undefined || !says(each)) return true;
    if (place < 0) {
      const { path } = each;
      const isItsPlace = path === null ? contents.version[row] === FIRST_VERSION : contents.resourceAt(row) === path;
      if (!isItsPlace) return true;
      left[match] = (left[match] as number) - 1;
    }
    if (!each.refers) return !Number.isNaN(target);
    if (place >= 0) return target !== named[0];
    // What leads nowhere is looked for by itself.
    return Number.isNaN(target) || (!patients.has(target) && contents.rowsNamed(target).length > 0);
  });
}

/** In the order in which they were sent; none where the answer does not name all. */
function namesOf(history: History, i: number, size: number): number[] {
  const [from, to] = [history.storedFrom(i), history.storedFrom(i + 1)];
  if (history.outcome[i] !== OK || to - from !== size) return [];
  return Array.from(history.storedName.subarray(from, to));
}

/** Resources that write i has made a later version of than it was told of, and not that one. */
function* onlyLater(contents: Contents, history: History, i: number): Generator<string> {
  if (history.outcome[i] !== OK) return;
  const rows = contents.rowsOf(history.n[i] as number);
  for (let s = history.storedFrom(i); s < history.storedFrom(i + 1); s += 1) {
    const [name, told] = [history.storedName[s] as number, history.storedVersion[s] as number];
    const own = rows.filter((row) => contents.name[row] === name).map((row) => contents.version[row] as number);
    const later = own.find((version) => version > told);
    if (later === undefined || own.includes(told)) continue;
    yield `${contents.names.name(name)} was acknowledged in version ${told}, and is its own in version ${later} alone`;
  }
}

/** Given is the current version; where it is another one than the database's, the two disagree, and that is told elsewhere. */
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
      yield { write: contents.writeAt(row), why: `${asked}, says something else than its database` };
  }
}

/** Nothing is said of what nobody wrote down. */
function isSame(given: number, held: number): boolean {
  return Number.isNaN(given) || given === (Number.isNaN(held) ? EMPTY : held);
}
