/** Of several rows with one name, the one that pages show. */
import type { Row } from "../harness/report/table/table.ts";

/**
 * Of several rows with one name, the one with the most conclusive runs; of equals, the newest. Throws if there is none.
 */
export function bestProven(rows: readonly Row[], name: string): Row {
  const proven = ({ words }: Row) => words.holds + words.broken;
  const [best] = rows.toSorted((x, y) => proven(y) - proven(x) || y.made.to.localeCompare(x.made.to));
  if (best === undefined) throw new Error(`measured/ has no run of ${name}`);
  return best;
}
