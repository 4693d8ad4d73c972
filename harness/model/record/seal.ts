/**
 * `seal.json`: a checksum of every file of a record, made when the drill has ended. The files do not change after that,
 * so any byte deleted, duplicated, moved or altered is noticed. `record` in `run.json` decides whether there must be a
 * seal, so a deleted seal is noticed, too.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { ledgerFile, OTHER_RUNNERS, type OtherRunner } from "../load/runners.ts";

export const SEAL_SCHEMA = "fhirdrill.seal/1";

/** The files of a record that the judge reads. A missing file counts as an empty one. */
export const RECORD_FILES = {
  run: "run.json",
  ledger: "ledger.ndjson",
  events: "events.ndjson",
  probes: "probes.ndjson",
  audit: "audit.ndjson",
  returned: "returned.ndjson",
  stranded: "stranded.json",
  wal: "wal.ndjson",
  bulkExport: "bulk-export.ndjson",
  devices: "devices.ndjson",
  bridges: "bridges.ndjson",
  held: "held.ndjson",
  vault: "vault.ndjson",
} as const;
export type RecordFile = keyof typeof RECORD_FILES;
const NAMES = Object.keys(RECORD_FILES) as RecordFile[];
/** The ledgers of all runners but the first. */
export type OtherLedgers<T> = Partial<Record<OtherRunner, T>>;

const MarkSchema = z.object({
  /** The number of line ends. */
  lines: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
  sha256: z.string(),
});
export type Mark = z.infer<typeof MarkSchema>;

/** For files that an older seal does not name: they must not exist or must be empty. */
const NONE: Mark = { lines: 0, bytes: 0, sha256: createHash("sha256").digest("hex") };
const NEWER = ["wal", "bulkExport", "devices", "bridges", "held", "vault"] as const satisfies readonly RecordFile[];

export const SealSchema = z.object({
  schema: z.literal(SEAL_SCHEMA),
  files: z
    .object(Object.fromEntries(NAMES.map((name) => [name, MarkSchema])) as Record<RecordFile, typeof MarkSchema>)
    .extend(
      Object.fromEntries(NEWER.map((name) => [name, MarkSchema.default(NONE)])) as Record<
        (typeof NEWER)[number],
        z.ZodDefault<typeof MarkSchema>
      >,
    ),
  otherLedgers: z.partialRecord(z.enum(OTHER_RUNNERS), MarkSchema).optional(),
});
export type Seal = z.infer<typeof SealSchema>;

const NEWLINE = 10;
const encoder = new TextEncoder();

/** Passes on a file's text, which is read once and to its end; afterwards `mark` describes the file. */
export class Marked implements Iterable<string> {
  readonly #text: Iterable<string>;
  readonly #hash = createHash("sha256");
  #lines = 0;
  #bytes = 0;

  constructor(text: string | Iterable<string>) {
    this.#text = typeof text === "string" ? [text] : text;
  }

  *[Symbol.iterator](): Iterator<string> {
    for (const piece of this.#text) {
      const bytes = encoder.encode(piece);
      this.#hash.update(bytes);
      this.#bytes += bytes.length;
      for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) this.#lines += 1;
      yield piece;
    }
  }

  get mark(): Mark {
    return { lines: this.#lines, bytes: this.#bytes, sha256: this.#hash.copy().digest("hex") };
  }
}

type Texts<T> = Record<RecordFile, T> & { otherLedgers?: OtherLedgers<T> | undefined };

export function sealOf(files: Texts<string | Iterable<string>>): Seal {
  const marks = NAMES.map((name) => [name, markOf(files[name])]);
  const others = Object.entries(files.otherLedgers ?? {}).map(([runner, text]) => [runner, markOf(text)]);
  const sealed = { schema: SEAL_SCHEMA, files: Object.fromEntries(marks) } as const;
  return others.length === 0 ? sealed : { ...sealed, otherLedgers: Object.fromEntries(others) };
}

function markOf(text: string | Iterable<string>): Mark {
  const marked = new Marked(text);
  for (const _ of marked);
  return marked.mark;
}

/** The files that differ from the seal, one sentence each; empty if none does. */
export function brokenSeals(seal: Seal, { otherLedgers, ...marks }: Texts<Mark>): string[] {
  const own = NAMES.flatMap((name) => changeIn(RECORD_FILES[name], seal.files[name], marks[name]));
  const others = OTHER_RUNNERS.flatMap((runner) =>
    changeIn(ledgerFile(runner), seal.otherLedgers?.[runner] ?? NONE, otherLedgers?.[runner] ?? NONE),
  );
  return [...own, ...others];
}

function changeIn(file: string, was: Mark, is: Mark): string[] {
  if (was.sha256 === is.sha256 && was.bytes === is.bytes && was.lines === is.lines) return [];
  const change =
    was.lines !== is.lines
      ? `${is.lines} lines and not ${was.lines}`
      : was.bytes !== is.bytes
        ? `${is.bytes} bytes and not ${was.bytes}`
        : "other content";
  return [`${file} was changed after the drill: it has ${change}`];
}
