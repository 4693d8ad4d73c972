/**
 * Regressed: the serving side has a resource in an older version than the newest that was acknowledged for it. What is
 * gone altogether is not regressed but lost. When every version that is missing is a lost write, the loss explains it
 * and the loss is judged by its own objectives; a version that went back for any other reason is broken.
 */
import { OK } from "../model/history.ts";
import type { Checker } from "./checker.ts";
import { WHOLE } from "./survivors.ts";
import { whatServingHolds } from "./unknown-holdings.ts";

export const regressedVersions: Checker = {
  name: "regressed-versions",
  check: ({ history, audit }, facts) => {
    const unknown = whatServingHolds(facts);
    if (unknown) return unknown;
    const contents = audit[facts.serving];
    const { fates } = facts.holdings.serving;
    // Only of resources that somebody wrote a second version of: the first cannot be older than itself.
    const newest = new Map<number, { version: number; write: string; lost: boolean }>();
    for (let i = 0; i < history.length; i += 1) {
      if (history.outcome[i] !== OK) continue;
      for (let s = history.storedFrom(i); s < history.storedFrom(i + 1); s += 1) {
        const [name, version] = [history.storedName[s] as number, history.storedVersion[s] as number];
        if (version > 1 && (newest.get(name)?.version ?? 0) < version)
          newest.set(name, { version, write: history.idAt(i), lost: fates[i] !== WHOLE });
      }
    }
    const held = new Map<number, number>();
    if (newest.size > 0)
      for (let row = 0; row < contents.rows; row += 1) {
        const name = contents.name[row] as number;
        if (newest.has(name)) held.set(name, Math.max(held.get(name) ?? 0, contents.version[row] as number));
      }
    const names: string[] = [];
    const evidence: string[] = [];
    let unexplained = 0;
    for (const [name, { version, write, lost }] of newest) {
      const heldVersion = held.get(name);
      if (heldVersion === undefined || heldVersion >= version) continue;
      names.push(contents.names.name(name));
      if (!lost) unexplained += 1;
      evidence.push(
        `${contents.names.name(name)}: version ${heldVersion}, after version ${version} was acknowledged to ${write}`,
      );
    }
    const measures = { regressed: { count: names.length, resources: names } };
    if (names.length === 0)
      return { verdict: "holds", reason: "no resource is older than it was acknowledged", measures };
    const reason = `${names.length} resources are older than they were acknowledged`;
    if (unexplained > 0) return { verdict: "broken", reason, evidence, measures };
    return { verdict: "unasked", reason: `${reason}, all by writes that were lost`, evidence, measures };
  },
};
