/**
 * Makes text safe for a terminal. Records and settings are untrusted: a character that moves the cursor, rings, changes the
 * direction of writing or is invisible is shown as JSON writes it, `\u001b`, so that JSON stays JSON of the same value. Only
 * control codes that fhirdrill itself added, under its seal, pass.
 */
import { randomUUID } from "node:crypto";

/** Random for each process, so that no record can contain it. */
const SEAL = randomUUID();

/**
 * Control characters except newline and tab, format characters except the two joiners that ordinary text needs, line and
 * paragraph separators, and lone surrogates.
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
  // The pattern has one group, so the pieces alternate between text and the number of a code.
  return text
    .split(SEALED)
    .map((piece, index) => (index % 2 === 0 ? escaped(piece) : codes[Number(piece)]))
    .join("");
}

/** For text that is one line: newlines are escaped, too. */
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
