/**
 * Texts as a terminal may get them. What is in a record or in somebody's settings was written by others: a character that
 * moves the cursor, rings, turns the direction of writing or is not seen at all is shown as JSON writes it, `\u001b`, so
 * that JSON stays JSON of the same value. Only codes that fhirdrill itself put there, under its seal, go through.
 */
import { randomUUID } from "node:crypto";

/** Drawn for each process, so that no record can hold it. */
const SEAL = randomUUID();

/**
 * Controls but for newline and tab, format characters but for the two joiners that ordinary writing needs, separators of
 * lines and paragraphs, and halves of a pair.
 */
const UNSAFE = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const SEALED = new RegExp(`${SEAL}(\\d+);`);

const codes: string[] = [];

/** A control code of our own, for `visible` to let through. */
export function sealed(code: string): string {
  const known = codes.indexOf(code);
  return `${SEAL}${known < 0 ? codes.push(code) - 1 : known};`;
}

export function visible(text: string): string {
  // With its one group, the pieces are in turn a text and the number of a code.
  return text
    .split(SEALED)
    .map((piece, index) => (index % 2 === 0 ? escaped(piece) : codes[Number(piece)]))
    .join("");
}

/** Of a text that is one line: also its newlines. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll("\n", "\\n");
}

function escaped(text: string): string {
  return text.replace(UNSAFE, (sign) =>
    Array.from(
      { length: sign.length },
      (_, index) => `\\u${sign.charCodeAt(index).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}
