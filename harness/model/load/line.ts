/**
 * The two lines that every write leaves, as text: byte for byte what `JSON.stringify` makes of them. In k6, whose interpreter
 * copies an object and looks at each character of it, that would cost several times as much.
 *
 * This file runs in k6 and in Node: it imports nothing but types.
 */
import type { CompleteLine } from "./ledger.ts";
import type { WriteKind } from "./write.ts";

/** Ids of writes, kinds and names of runners have no character that JSON would write in another way. */
export function invokeLine(write: string, n: number, kind: WriteKind, epochMs: number, r: string): string {
  return `{"type":"invoke","write":"${write}","n":${n},"kind":"${kind}","epochMs":${epochMs},"r":"${r}"}`;
}

/**
 * Nor do names of resources, which consist of letters, digits, dots and hyphens. `seldom` is what most lines lack: an object of its
 * own, as an object of all would cost k6 more than the whole line.
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

/** One answer after the other is by the same server. */
let [last, lastQuoted] = ["", '""'];

function quoted(text: string): string {
  if (text === "") return '""';
  if (text !== last) [last, lastQuoted] = [text, JSON.stringify(text)];
  return lastQuoted;
}
