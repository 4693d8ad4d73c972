/** Every small edit of a file of a record. Pure. */
export interface Edit {
  what: string;
  text: string;
}

/** With their line ends, so that joined they are the file again. */
export function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function* each(lines: readonly string[], every: number, edit: (i: number) => [string, string[]] | null) {
  for (let i = 0; i < lines.length; i += every) {
    const edited = edit(i);
    if (edited !== null) yield { what: edited[0], text: edited[1].join("") } satisfies Edit;
  }
}

/** `every`: edits one line in that many. */
export const deleted = (lines: readonly string[], every = 1) =>
  each(lines, every, (i) => [`line ${i + 1} deleted: ${lines[i]}`, lines.toSpliced(i, 1)]);

export const doubled = (lines: readonly string[], every = 1) =>
  each(lines, every, (i) => [`line ${i + 1} twice: ${lines[i]}`, lines.toSpliced(i, 0, lines[i] as string)]);

export const swapped = (lines: readonly string[], every = 1) =>
  each(lines, every, (i) =>
    lines[i + 1] === undefined
      ? null
      : [
          `lines ${i + 1} and ${i + 2} swapped: ${lines[i]}`,
          lines.toSpliced(i, 2, lines[i + 1] as string, lines[i] as string),
        ],
  );

export const cutOff = (lines: readonly string[], every = 1) =>
  each(lines, every, (i) => [`cut off before line ${i + 1}`, lines.slice(0, i)]);

/** The runner of a line, after the last of its other fields: missing, another one, or malformed. */
const RUNNER = /,"r":"([^"]*)"(?=\}\n?$)/;

/** Changes each line's runner in all ways; `other` is the name of another runner. */
export function* rerun(lines: readonly string[], other: string, every = 1): Generator<Edit> {
  for (let i = 0; i < lines.length; i += every) {
    const line = lines[i] as string;
    const name = RUNNER.exec(line)?.[1] as string;
    const values = [other, "", `${name} `, name.slice(0, -1), name.toUpperCase(), `${name}0`].map(
      (value) => `"${value}"`,
    );
    const changed = [...values, "null", "0", "true", `["${name}"]`, "{}"].map((value) => `,"r":${value}`);
    for (const made of ["", `,"R":"${name}"`, `,"r":"${name}","r":"${other}"`, ...changed]) {
      const edited = line.replace(RUNNER, made);
      yield { what: `line ${i + 1}, its runner made ${made}: ${edited}`, text: lines.with(i, edited).join("") };
    }
  }
}

const NUMBER = /(?<=[[:,]\s*)-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?=\s*[\],}\n])/g;
const CHANGES: ((x: number) => number)[] = [(x) => x + 1, (x) => 2 * x, () => 0, (x) => -x, (x) => x - 1];

/** Every number, one after the other, becomes a string. */
export function* quoted(lines: readonly string[]): Generator<Edit> {
  for (const [i, line] of lines.entries())
    for (const { index, 0: number } of line.matchAll(NUMBER)) {
      const edited = `${line.slice(0, index)}"${number}"${line.slice(index + number.length)}`;
      yield { what: `line ${i + 1}: ${number} made a text: ${edited}`, text: lines.with(i, edited).join("") };
    }
}

/** Every number, one after the other, changed in some ways: in all, or in one of them in turn. */
export function* renumbered(lines: readonly string[], { every = 1, inTurn = false } = {}): Generator<Edit> {
  let turn = 0;
  for (let i = 0; i < lines.length; i += every) {
    const line = lines[i] as string;
    for (const { index, 0: number } of line.matchAll(NUMBER)) {
      turn += 1;
      for (const change of inTurn ? [CHANGES[turn % CHANGES.length] as (x: number) => number] : CHANGES) {
        const other = String(change(Number(number)));
        if (Number(other) === Number(number)) continue;
        const edited = `${line.slice(0, index)}${other}${line.slice(index + number.length)}`;
        yield { what: `line ${i + 1}: ${number} made ${other}: ${edited}`, text: lines.with(i, edited).join("") };
      }
    }
  }
}
