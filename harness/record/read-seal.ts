/** Checks a record's files against its seal while they are read. */
import { parseJson } from "../model/record/json.ts";
import {
  brokenSeals,
  Marked,
  type OtherLedgers,
  RECORD_FILES,
  type RecordFile,
  type Seal,
  SealSchema,
} from "../model/record/seal.ts";
import { type Text, wholeOf } from "./lines.ts";

type Texts = Record<RecordFile, Text> & { otherLedgers?: OtherLedgers<Text> };

/**
 * `texts` must be read instead of the files, each to its end. Then `broken` returns what was changed after the drill,
 * or `null` when there is no seal.
 */
export function underSeal(files: Texts, seal: Text): { texts: Texts; broken: () => string[] | null } {
  const text = wholeOf(seal);
  if (text === "") return { texts: files, broken: () => null };
  let read: Seal;
  try {
    read = SealSchema.parse(parseJson(text));
  } catch {
    return { texts: files, broken: () => ["seal.json is damaged: what was changed after the drill is unknown"] };
  }
  const marked = mapFiles((name) => new Marked(files[name]));
  const others = Object.entries(files.otherLedgers ?? {}).map(([runner, text]) => [runner, new Marked(text)] as const);
  const otherLedgers: OtherLedgers<Marked> = Object.fromEntries(others);
  return {
    texts: { ...marked, otherLedgers },
    broken: () => {
      const marks = mapFiles((name) => marked[name].mark);
      const ofOthers = Object.fromEntries(others.map(([runner, { mark }]) => [runner, mark]));
      return brokenSeals(read, { ...marks, otherLedgers: ofOthers });
    },
  };
}

function mapFiles<T>(of: (name: RecordFile) => T): Record<RecordFile, T> {
  return Object.fromEntries(Object.keys(RECORD_FILES).map((name) => [name, of(name as RecordFile)])) as Record<
    RecordFile,
    T
  >;
}
