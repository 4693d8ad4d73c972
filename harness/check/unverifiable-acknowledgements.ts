/**
 * Unverifiable: a write whose client was told "done" (2xx) by an answer that it cannot hold anybody to: it names fewer
 * resources than were sent, or none in its version; or it names what was not sent, another type, another id where the
 * client chose it, one resource twice. When nothing of such a write is there, or only a part of it, it is lost as well: an
 * answer that says too little is no excuse.
 *
 * Unit: writes.
 * Inconclusive: there is one.
 * Unasked: nothing was acknowledged.
 */
import { type History, OK } from "../model/history.ts";
import { planWrite, type WriteMix } from "../model/write.ts";
import type { Checker } from "./checker.ts";

export const unverifiableAcknowledgements: Checker = {
  name: "unverifiable-acknowledgements",
  check: ({ history, run }) => {
    const ids: string[] = [];
    const evidence: string[] = [];
    let told = 0;
    for (let i = 0; i < history.length; i += 1) {
      if (!history.wasToldDone(i)) continue;
      told += 1;
      const why = whyUnverifiable(history, i, run.scenario.load.mix);
      if (why === null) continue;
      const { write, status, line } = history.at(i);
      ids.push(write);
      evidence.push(`${write}: ${status}, ${why}, ledger.ndjson:${line}`);
    }
    const measures = { unverifiable: { count: ids.length, ids } };
    if (ids.length > 0) {
      const reason = `the clients of ${ids.length} writes were told "done" by answers that cannot be looked up`;
      return { verdict: "inconclusive", reason, evidence, measures };
    }
    if (told === 0) return { verdict: "unasked", reason: "no client was told that anything is done" };
    return { verdict: "holds", reason: "every acknowledgement names what was sent, with its version", measures };
  },
};

function whyUnverifiable(history: History, i: number, mix: WriteMix): string | null {
  const { seed, names, storedName, storedVersion } = history;
  const sent = sentBy(seed, history.n[i] as number, mix);
  const [from, to] = [history.storedFrom(i), history.storedFrom(i + 1)];
  if (history.outcome[i] !== OK || to - from !== sent.length)
    return `${to - from} of ${sent.length} resources are named`;
  const seen = storedName.subarray(from, to);
  for (const [place, name] of seen.entries()) {
    const [said, expected] = [names.name(name), sent[place] as string];
    const isSent = expected.endsWith("/") ? said.startsWith(expected) : said === expected;
    if (!isSent) return `${said} is named, and ${expected} was sent`;
    if (seen.indexOf(name) < place) return `${said} is named twice`;
    if (storedVersion[from + place] === 0) return `${said} is named without a version that it can have`;
  }
  return null;
}

/** What an acknowledgement names: `Type/id` where the client chose the id, and else `Type/`. */
function sentBy(seed: number, n: number, mix: WriteMix): string[] {
  const { method, path, body } = planWrite(seed, n, mix);
  if (method === "PUT") return [path];
  const { entry } = body as { entry?: { resource: object }[] };
  const resources = entry ? entry.map(({ resource }) => resource) : [body];
  return resources.map((each) => `${(each as { resourceType: string }).resourceType}/`);
}
