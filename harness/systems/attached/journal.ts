/**
 * The undo journal: what is done to an attached system and how to undo it, on disk before it is done. With the run's folder
 * anybody can heal, whatever happened to the drill. One entry per line, so that a damaged file still shows the others.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { StepSchema } from "../../model/plan/own-system.ts";
import { DrillFailure, reasonOf, usageFailure } from "../../model/program/failure.ts";
import { describeEntry } from "./by-hand.ts";
import { firstIssue } from "./issue.ts";
import { POD_UNDO, type PodUndo } from "./kubernetes/undo.ts";
import type { Secrets } from "./secret.ts";

export const JOURNAL_FILE = "undo.json";

/** The container's id and name in the engine. */
const container = z.strictObject({ id: z.string().min(1), name: z.string().min(1) });
/** A processor limit in the engine's terms; 0, or -1 for the quota: no limit. */
const limit = z.strictObject({ NanoCpus: z.number().int(), CpuQuota: z.number().int(), CpuPeriod: z.number().int() });

const UndoSchema = z.discriminatedUnion("how", [
  z.strictObject({ how: z.literal("start"), container }),
  z.strictObject({ how: z.literal("unpause"), container }),
  /** `image`: the image that isolated it and has the tools to end that. */
  z.strictObject({ how: z.literal("rejoin"), container, image: z.string().min(1) }),
  z.strictObject({ how: z.literal("processor"), container, was: limit }),
  /** `environment`: all that the programs get. `folder`: where they run. */
  z.strictObject({
    how: z.literal("hook"),
    ...{ heal: StepSchema, evidence: StepSchema },
    environment: z.record(z.string(), z.string()),
    folder: z.string().min(1),
  }),
  ...POD_UNDO,
]);

const EntrySchema = z.strictObject({
  /** The fault's kind, such as target-loss. */
  fault: z.string().min(1),
  /** The target's or the hook's name in the system's description. */
  of: z.string().min(1),
  undo: UndoSchema,
  /** When it was about to be injected. */
  at: z.iso.datetime(),
  /** When it was undone, and what was observed then. */
  healed: z.strictObject({ at: z.iso.datetime(), seen: z.string() }).nullable(),
});

export type Limit = z.infer<typeof limit>;
export type Undo = z.infer<typeof UndoSchema>;
export type ContainerUndo = Exclude<Undo, { how: "hook" } | PodUndo>;
export type HookUndo = Extract<Undo, { how: "hook" }>;
export type Entry = z.infer<typeof EntrySchema>;

/** The undo journal of one run. A fault without an entry must not be injected: both methods throw if they cannot write. */
export class Journal {
  readonly #folder: string;
  readonly #secrets: Secrets | null;
  readonly #entries: Entry[];

  /** `secrets`: none of them may be written. Throws if the folder's journal is damaged. */
  constructor(folder: string, secrets: Secrets | null) {
    this.#folder = folder;
    this.#secrets = secrets;
    this.#entries = readJournal(folder);
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** On disk when it returns; nothing may be done before. */
  begin(what: Pick<Entry, "fault" | "of" | "undo">): Entry {
    const entry: Entry = { ...what, at: new Date().toISOString(), healed: null };
    const text = JSON.stringify(entry);
    if (this.#secrets !== null && this.#secrets.redacted(text) !== text)
      throw usageFailure(
        `${what.fault} of ${what.of} was not injected`,
        "the command that undoes it contains a secret and would be written to disk",
        "let that program read its secret itself, from a file or from a secret store",
      );
    this.#entries.push(entry);
    this.#write();
    return entry;
  }

  /** `seen`: the observation that nothing is left of it. */
  healed(entry: Entry, seen: string): void {
    entry.healed = { at: new Date().toISOString(), seen };
    this.#write();
  }

  #write(): void {
    try {
      replaceDurably(this.#folder, `[\n${this.#entries.map((entry) => JSON.stringify(entry)).join(",\n")}\n]\n`);
    } catch (error) {
      const text = {
        what: `cannot write the undo journal to ${this.#folder}`,
        why: reasonOf(error),
        todo: "nothing is broken without it: free some space, or check the folder's permissions",
      };
      throw new DrillFailure(text, { cause: error });
    }
  }
}

/** The entries whose faults were never verified as undone. Throws as `readJournal` does. */
export function openIn(folder: string): Entry[] {
  return readJournal(folder).filter(({ healed }) => healed === null);
}

/** For people. */
export function inForceText(left: readonly Pick<Entry, "fault" | "of">[]): string {
  return `${left.map(({ fault, of }) => `${fault} of ${of}`).join(", ")} may still be in force`;
}

/** Empty without a journal. A damaged one is a failure with the readable entries. */
export function readJournal(folder: string): Entry[] {
  const path = join(folder, JOURNAL_FILE);
  const text = textOf(path);
  if (text === null) return [];
  const { entries, damage } = entriesIn(text);
  if (damage === null) return entries;
  const readable = text.split("\n").flatMap((line) => entriesIn(`[${line.replace(/,$/, "")}]`).entries);
  const open = readable.filter(({ healed }) => healed === null).map(describeEntry);
  throw new DrillFailure({
    what: `the undo journal ${path} is damaged`,
    why: `${damage}; ${readable.length} entries are readable, ${open.length} of them not healed`,
    todo:
      open.length === 0
        ? "read the file, and undo by hand what it names"
        : `undo these entries by hand, and read the file for more:\n${open.map((line) => `      ${line}`).join("\n")}`,
  });
}

function entriesIn(text: string): { entries: Entry[]; damage: string | null } {
  try {
    const { success, data, error } = z.array(EntrySchema).safeParse(JSON.parse(text));
    return success ? { entries: data, damage: null } : { entries: [], damage: firstIssue(error) };
  } catch (error) {
    return { entries: [], damage: reasonOf(error) };
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Replaces the file atomically; it survives a power cut. */
function replaceDurably(folder: string, text: string): void {
  const path = join(folder, JOURNAL_FILE);
  const part = `${path}.part`;
  const file = openSync(part, "w");
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(part, path);
  const parent = openSync(folder, "r");
  try {
    fsyncSync(parent);
  } finally {
    closeSync(parent);
  }
}
