/** Prints the outcome of a matrix: table, refusals, failures and counts. */
import { join } from "node:path";
import { wrap } from "../console/wrap.ts";
import { outcomes } from "../matrix/matrix-plan.ts";
import type { Done } from "../model/plan/matrix.ts";
import { EXIT } from "../model/program/failure.ts";
import { worst } from "../model/verdict/verdict.ts";
import { tableText } from "../report/table/text.ts";
import { toHere } from "../store/here.ts";
import type { MatrixFolder } from "../store/matrix-folder.ts";
import { RESULTS } from "../store/results.ts";
import { print } from "./standard-streams.ts";
import { readTable } from "./table.ts";

export function endMatrix({ path, plan, done }: MatrixFolder, json: boolean): number {
  const ends = outcomes(plan.drills, done);
  const failed = ends.filter((end) => "failure" in end);
  const ran = ends.filter((end) => "verdict" in end);
  const leaks = done.reduce((sum, line) => sum + line.leaks, 0);
  const { rows, leftOut } = readTable(ran.map(({ run }) => join(RESULTS, run)));
  if (json) {
    const line = { matrix: plan.id, folder: toHere(path), done: ran.length, failed, leaks };
    print(`${JSON.stringify({ ...line, refused: plan.refused, rows, leftOut })}\n`);
  } else {
    if (rows.length > 0) print(`\n${tableText(rows)}\n`);
    const counts = `done: ${ran.length}, failed: ${failed.length}, refused: ${plan.refused.length}, leaks: ${leaks}`;
    const refused = plan.refused.flatMap(({ scenario, config, reason }) =>
      wrap("refused      ", 13, `${scenario} × ${config}: ${reason}`),
    );
    const failures = failed.map(failureLines);
    const lost = leftOut.flatMap(({ folder, why }) => wrap("left out     ", 13, `${folder}: ${why}`));
    const evidence = wrap("evidence     ", 13, toHere(path));
    print(`\n${[...refused, ...failures, ...lost, counts, ...evidence].join("\n")}\n`);
  }
  return failed.length > 0 ? EXIT.internal : EXIT[worst(ran.map(({ verdict }) => verdict))];
}

export function failureLines({ scenario, config, repeat, failure }: Extract<Done, { failure: object }>): string {
  return wrap("failed       ", 13, `${scenario} × ${config}, ${repeat}: ${failure.what}: ${failure.why}`).join("\n");
}
