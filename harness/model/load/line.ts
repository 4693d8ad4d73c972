/**
 * The two lines of every write as text, byte for byte as `JSON.stringify` would write them, which costs several times
 * as much in k6's interpreter.
 *
 * This file runs in k6 and in Node: it imports nothing but types.
 */
import type { CompleteLine } from "./ledger.ts";
import type { WriteKind } from "./write.ts";

/** Ids of writes, kinds and names of runners need no JSON escapes. */
export function invokeLine(write: string, n: number, kind: WriteKind, epochMs: number, r: string): string {
  return `{"type":"invoke","write":"${write}","n":${n},"kind":"${kind}","epochMs":${epochMs},"r":"${r}"}`;
}

/**
 * Names of resources need no JSON escapes either: they consist of letters, digits, dots and hyphens. `seldom`: the
 * fields that most lines lack. Separate parameters, because building one object would cost k6 more than the whole line.
 */
export function completeLine(
  write: string,
  epochMs: number,
  status: number,
  errorCode: number,
  error: string,
  stored: readonly string[],
  servedBy: string,
  seldom: Pick<CompleteLine, "via" | "attempts"> | null,
  r: string,
): string {
  const names = stored.length === 0 ? "" : `"${stored.length === 1 ? stored[0] : stored.join('","')}"`;
  const more = seldom === null ? "" : seldomText(seldom);
  return `{"type":"complete","write":"${write}","epochMs":${epochMs},"status":${status},"errorCode":${errorCode},"error":${quoted(error)},"stored":[${names}],"servedBy":${quoted(servedBy)}${more},"r":"${r}"}`;
}

function seldomText({ via, attempts }: Pick<CompleteLine, "via" | "attempts">): string {
  return `${via === undefined ? "" : `,"via":${quoted(via)}`}${attempts === undefined ? "" : `,"attempts":${attempts}`}`;
}

/** Cached, because most answers come from the same server as the one before. */
let [last, lastQuoted] = ["", '""'];

function quoted(text: string): string {
  if (text === "") return '""';
  if (text !== last) [last, lastQuoted] = [text, JSON.stringify(text)];
  return lastQuoted;
}
