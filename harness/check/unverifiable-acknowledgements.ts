/**
 * Unverifiable: a write whose client got "done" (2xx) in an answer that cannot be verified: it names fewer resources
 * than were sent, or none in its version; or it names what was not sent: another type, another id where the client
 * chose it, one resource twice. If nothing of such a write is there, or only some of its resources, it is lost as
 * well: an answer that says too little is no excuse.
 *
 * Unit: writes.
 * Inconclusive: there is one.
 * No objective: nothing was acknowledged.
 */

import { type History, OK } from "../model/columns/history.ts";
import { placeInLedger } from "../model/load/runners.ts";
import { planWrite } from "../model/load/write.ts";
import type { Run } from "../model/record/run.ts";
import type { Checker } from "./checker.ts";

export const unverifiableAcknowledgements: Checker = {
  name: "unverifiable-acknowledgements",
  check: ({ history, run }) => {
    const ids: string[] = [];
    const evidence: string[] = [];
    const sentBy = namesSent(run);
    let isAnyDone = false;
    for (let i = 0; i < history.length; i += 1) {
      if (!history.wasToldDone(i)) continue;
      isAnyDone = true;
      const why = whyUnverifiable(history, i, sentBy(history.n[i] as number, history.kind[i] as number));
      if (why === null) continue;
      const { write, status, ...rest } = history.at(i);
      ids.push(write);
      evidence.push(`${write}: ${status}, ${why}, ${placeInLedger(rest)}`);
    }
    const measures = { unverifiable: { count: ids.length, ids } };
    if (ids.length > 0) {
      const reason = `${ids.length} writes were answered with "done", and the answers cannot be verified`;
      return { verdict: "inconclusive", reason, evidence, measures };
    }
    if (!isAnyDone) return { verdict: "no-objective", reason: 'no write was answered with "done"' };
    return { verdict: "holds", reason: "every acknowledgement names what was sent, with its version", measures };
  },
};

function whyUnverifiable(history: History, i: number, sent: readonly string[]): string | null {
  const { names, storedName, storedVersion } = history;
  const [from, to] = [history.storedFrom(i), history.storedFrom(i + 1)];
  if (history.outcome[i] !== OK || to - from !== sent.length)
    return `${to - from} of ${sent.length} resources are named`;
  for (let s = from; s < to; s += 1) {
    const [named, expected] = [names.name(storedName[s] as number), sent[s - from] as string];
    const isSent = expected.endsWith("/") ? named.startsWith(expected) : named === expected;
    if (!isSent) return `${named} is named, but ${expected} was sent`;
    if (storedName.subarray(from, s).includes(storedName[s] as number)) return `${named} is named twice`;
    if (storedVersion[s] === 0) return `${named} is named without a valid version`;
  }
  return null;
}

/** What an acknowledgement must name: `Type/id` if the client chose the id, else `Type/`. */
function namesSent({ seed, scenario }: Run): (n: number, kind: number) => readonly string[] {
  const byKind = new Map<number, string[]>();
  return (n, kind) => {
    // With one's own resources, each write may have different ones.
    const known = scenario.load.resources === undefined ? byKind.get(kind) : undefined;
    if (known !== undefined) return known;
    const { method, path, body } = planWrite(seed, n, scenario.load.mix, scenario.load);
    if (method === "PUT") return [path];
    const { entry } = body as { entry?: { resource: object }[] };
    const resources = entry ? entry.map(({ resource }) => resource) : [body];
    const types = resources.map((each) => `${(each as { resourceType: string }).resourceType}/`);
    byKind.set(kind, types);
    return types;
  };
}
