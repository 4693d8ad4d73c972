/**
 * Makes text safe for a terminal. Records and settings are untrusted: a character that moves the cursor, rings the bell,
 * changes the writing direction or is invisible is escaped as in JSON, `\u001b`, so that JSON keeps its value. Only control
 * codes that fhirdrill itself added, under its seal, pass.
 */
import { randomUUID } from "node:crypto";

/** Random in each process, so that no record can contain it. */
const SEAL = randomUUID();

/**
 * Control characters except newline and tab, format characters except the two joiners that ordinary text needs, line and
 * paragraph separators, and lone surrogates.
 */
const UNSAFE = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const SEALED = new RegExp(`${SEAL}(\\d+);`);

const codes: string[] = [];

/** Marks a control code of our own, so that `visible` lets it through. */
export function sealed(code: string): string {
  const known = codes.indexOf(code);
  return `${SEAL}${known < 0 ? codes.push(code) - 1 : known};`;
}

export function visible(text: string): string {
  // The pattern has one group, so pieces of text and code numbers alternate.
  return text
    .split(SEALED)
    .map((piece, index) => (index % 2 === 0 ? escaped(piece) : codes[Number(piece)]))
    .join("");
}

/** For text on one line: escapes newlines, too. */
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
