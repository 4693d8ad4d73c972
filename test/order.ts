/**
 * The order of the test files on real components. Two workers take the next file whenever they are free. With this
 * order they end at about the same time, by the seconds in BENCHMARKS.md, and the three files that share a topology go
 * to the worker that has started it. The last of these leaves B without a follower, which would have to be rebuilt for
 * another.
 */
import { basename } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const ORDER = [
  ...["process-faults", "images", "patroni", "network-faults"],
  ...["configurations", "own-other-server", "nightly"],
  ...["self-test", "ended-early", "attached-killed", "attached-targets"],
].map((name) => `${name}.test.ts`);

function placeOf({ moduleId, project }: TestSpecification): number {
  const place = project.name === "drill" ? ORDER.indexOf(basename(moduleId)) : -1;
  return place === -1 ? ORDER.length : place;
}

export class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((x, y) => placeOf(x) - placeOf(y));
  }
}
