/**
 * Regressed: a resource that the serving side has in an older version than the newest that was acknowledged for it. What
 * is gone altogether is not regressed but lost.
 *
 * A measure: every version that went back is a lost write, and the losses are judged by their own objectives. It tells
 * what they look like to a client, who holds an ETag that is from the future now.
 */
import { OK } from "../model/history.ts";
import type { Checker } from "./checker.ts";
import { whatServingHolds } from "./unknown-holdings.ts";

export const regressedVersions: Checker = {
  name: "regressed-versions",
  check: ({ history, audit }, facts) => {
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    const contents = audit[facts.serving];
    // Only of resources that somebody wrote a second version of: the first cannot be older than itself.
    const newest = new Map<number, { version: number; write: string }>();
    for (let i = 0; i < history.length; i += 1) {
      if (history.outcome[i] !== OK) continue;
      for (let s = history.storedFrom(i); s < history.storedFrom(i + 1); s += 1) {
        const [name, version] = [history.storedName[s] as number, history.storedVersion[s] as number];
        if (version > 1 && (newest.get(name)?.version ?? 0) < version)
          newest.set(name, { version, write: history.idAt(i) });
      }
    }
    const held = new Map<number, number>();
    for (let row = 0; row < contents.rows; row += 1) {
      const name = contents.name[row] as number;
      if (newest.has(name)) held.set(name, Math.max(held.get(name) ?? 0, contents.version[row] as number));
    }
    const resources: string[] = [];
    const evidence: string[] = [];
    for (const [name, { version, write }] of newest) {
      const heldVersion = held.get(name);
      if (heldVersion === undefined || heldVersion >= version) continue;
      const resource = contents.names.name(name);
      resources.push(resource);
      evidence.push(`${resource}: version ${heldVersion}, after version ${version} was acknowledged to ${write}`);
    }
    const reason = `${resources.length} resources are older than they were acknowledged`;
    return { verdict: "unasked", reason, evidence, measures: { regressed: { count: resources.length, resources } } };
  },
};
