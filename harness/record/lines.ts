/** Reads files of JSON lines even after a crash: a torn last line and noise are counted. */
import { parseJson } from "../model/record/json.ts";
import type { Legibility } from "../model/record/record.ts";

const SHOWN = 5;

/** A file's text, perhaps in arbitrary pieces: files of a long run are larger than the longest possible string. */
export type Text = string | Iterable<string>;

/** The whole text, for what cannot be parsed in pieces. */
export function wholeOf(text: Text): string {
  return typeof text === "string" ? text : [...text].join("");
}

/** `take` gets each line's value and its number, from 1. It throws, with the reason, to reject a line. */
export function readLines(text: Text, take: (json: unknown, line: number) => void): Legibility {
  return eachLine(text, (rows, from, to, line) => take(parseJson(rows.slice(from, to)), line));
}

/** The same for other parsers: the line is in `rows` from `from` to `to`. */
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
      // No concatenation with an empty rest, because the JavaScript engine is slow to read concatenated strings.
      if (rest === "") read(piece, from, end);
      else read(rest + piece.slice(0, end), 0, rest.length + end);
      rest = "";
      from = end + 1;
    }
    rest += piece.slice(from);
  }
  // A last line without its newline may still be complete; if it is no JSON, it was cut off.
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
