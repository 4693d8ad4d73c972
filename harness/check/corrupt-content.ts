/**
 * Corrupt: a resource of the serving side whose content is not what was sent. The content is compared by fingerprint,
 * without what a server may add (`model/content.ts`); the seed says what was sent, so no answer is trusted for it.
 *
 * Unit: writes.
 * Broken: there is one.
 * Inconclusive: what the serving side holds is not known.
 */
import { fingerprint } from "../model/content.ts";
import type { Contents } from "../model/contents.ts";
import type { Run } from "../model/run.ts";
import { planWrite } from "../model/write.ts";
import type { Checker } from "./checker.ts";
import { whatServingHolds } from "./unknown-holdings.ts";

export const corruptContent: Checker = {
  name: "corrupt-content",
  check: ({ history, audit, run }, facts) => {
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    const contents = audit[facts.serving];
    const ids: string[] = [];
    const evidence: string[] = [];
    for (let i = 0; i < history.length; i += 1) {
      const n = history.n[i] as number;
      if (contents.lastRowOf(n) < 0) continue;
      const wrong = wrongRows(contents, n, run);
      if (wrong.length === 0) continue;
      ids.push(history.idAt(i));
      for (const row of wrong)
        evidence.push(
          `${history.idAt(i)}: ${contents.resourceAt(row)}, version ${contents.version[row]}, says something else`,
        );
    }
    const measures = { corrupt: { count: ids.length, ids } };
    if (ids.length > 0)
      return {
        verdict: "broken",
        reason: `${ids.length} writes have another content than was sent`,
        evidence,
        measures,
      };
    return { verdict: "holds", reason: "all content is what was sent", measures };
  },
};

/** In each copy of the write each of its contents may stand once; what is left over was not sent, or not so often. */
function wrongRows(contents: Contents, n: number, run: Run): number[] {
  const sent = contentsSent(run, n);
  const rows = contents.rowsOf(n);
  const copies = Math.ceil(rows.length / sent.length);
  return rows.filter((row) => {
    const name = contents.resourceAt(row);
    const match = sent.find(
      (each) => each.content === contents.content[row] && each.times < copies && name.startsWith(each.type),
    );
    if (match) match.times += 1;
    return match === undefined;
  });
}

interface Sent {
  /** With the slash that follows it in a name. */
  type: string;
  content: number;
  /** How often it was found. */
  times: number;
}

function contentsSent(run: Run, n: number): Sent[] {
  const { body } = planWrite(run.seed, n, run.scenario.load.mix);
  const { entry } = body as { entry?: { resource: object }[] };
  const resources = entry ? entry.map(({ resource }) => resource) : [body];
  return resources.map((each) => {
    const type = `${(each as { resourceType: string }).resourceType}/`;
    return { type, content: fingerprint(each), times: 0 };
  });
}
