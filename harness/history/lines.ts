/** Reads files of JSON lines as they are after a crash: a torn last line, noise, and all of it counted. */
import { parseJson } from "../model/record/json.ts";
import type { Legibility } from "../model/record/record.ts";

const SHOWN = 5;

/** A file's text, in pieces cut anywhere: files of a long run are larger than the longest string. */
export type Text = string | Iterable<string>;

/** For what cannot be understood in pieces. */
export function wholeOf(text: Text): string {
  return typeof text === "string" ? text : [...text].join("");
}

/** `take` gets each line's value and its number, from 1; it throws, with the reason, what it cannot take. */
export function readLines(text: Text, take: (json: unknown, line: number) => void): Legibility {
  return eachLine(text, (rows, from, to, line) => take(parseJson(rows.slice(from, to)), line));
}

/** The same, for who reads lines by other means: one stands in `rows` from one place to another. */
export function eachLine(text: Text, take: (rows: string, from: number, to: number, line: number) => void): Legibility {
  const result: Legibility = { lines: 0, torn: false, unreadable: [], unreadableCount: 0 };
  let line = 0;
  const read = (rows: string, from: number, to: number) => {
    line += 1;
    if (from === to) return;
    result.lines += 1;
    try {
      take(rows, from, to, line);
    } catch (error) {
      result.unreadableCount += 1;
      if (result.unreadable.length < SHOWN)
        result.unreadable.push(`line ${line}: ${(error as Error).message.split("\n")[0]}`);
    }
  };
  let rest = "";
  for (const piece of typeof text === "string" ? [text] : text) {
    let from = 0;
    for (let end = piece.indexOf("\n"); end >= 0; end = piece.indexOf("\n", from)) {
      // A whole piece is put together with nothing: the engine would be slow to read in it.
      if (rest === "") read(piece, from, end);
      else read(rest + piece.slice(0, end), 0, rest.length + end);
      rest = "";
      from = end + 1;
    }
    rest += piece.slice(from);
  }
  // Without its newline a last line may be whole all the same; what is no JSON was cut off.
  if (isJson(rest)) read(rest, 0, rest.length);
  else result.torn = rest !== "";
  return result;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
