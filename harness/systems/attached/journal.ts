/**
 * What was done to somebody's system and how it is undone, on disk before it is done: whoever finds the run's folder can
 * heal, whatever became of the drill. One entry a line, so that a damaged file still shows the others.
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

/** The engine's id of it, and its name there. */
const container = z.strictObject({ id: z.string().min(1), name: z.string().min(1) });
/** A share of the processors as the engine keeps it; 0, and -1 for the quota: no limit. */
const limit = z.strictObject({ NanoCpus: z.number().int(), CpuQuota: z.number().int(), CpuPeriod: z.number().int() });

const UndoSchema = z.discriminatedUnion("how", [
  z.strictObject({ how: z.literal("start"), container }),
  z.strictObject({ how: z.literal("unpause"), container }),
  /** `image`: what was used to isolate it, and has the tools to end that. */
  z.strictObject({ how: z.literal("rejoin"), container, image: z.string().min(1) }),
  z.strictObject({ how: z.literal("processor"), container, was: limit }),
  /** `environment` is all that they get; `folder` is where they run. */
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
  /** When it was undone, and what was seen then. */
  healed: z.strictObject({ at: z.iso.datetime(), seen: z.string() }).nullable(),
});

export type Limit = z.infer<typeof limit>;
export type Undo = z.infer<typeof UndoSchema>;
export type ContainerUndo = Exclude<Undo, { how: "hook" } | PodUndo>;
export type HookUndo = Extract<Undo, { how: "hook" }>;
export type Entry = z.infer<typeof EntrySchema>;

/** Of one run. What cannot be written down is not to be done: both acts throw. */
export class Journal {
  readonly #folder: string;
  readonly #secrets: Secrets | null;
  readonly #entries: Entry[];

  /** `secrets`: none of them may be written. Throws where the folder's journal is damaged. */
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
        "what undoes it contains a secret, and would have to be written to disk",
        "let that program read its secret itself, from a file or from a store",
      );
    this.#entries.push(entry);
    this.#write();
    return entry;
  }

  /** `seen`: what shows that nothing is left of it. */
  healed(entry: Entry, seen: string): void {
    entry.healed = { at: new Date().toISOString(), seen };
    this.#write();
  }

  #write(): void {
    try {
      replaceDurably(this.#folder, `[\n${this.#entries.map((entry) => JSON.stringify(entry)).join(",\n")}\n]\n`);
    } catch (error) {
      const text = {
        what: `the undo journal cannot be written to ${this.#folder}`,
        why: reasonOf(error),
        todo: "nothing is broken without it: free some space, or check the folder's permissions",
      };
      throw new DrillFailure(text, { cause: error });
    }
  }
}

/** What was done and never seen to be undone. Throws as `readJournal` does. */
export function openIn(folder: string): Entry[] {
  return readJournal(folder).filter(({ healed }) => healed === null);
}

/** For people. */
export function inForceText(left: readonly Pick<Entry, "fault" | "of">[]): string {
  return `${left.map(({ fault, of }) => `${fault} of ${of}`).join(", ")} may still be in force`;
}

/** Empty where nothing was ever to be undone. A damaged one is a failure that says what can still be read. */
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
    why: `${damage}; readable are ${readable.length} entries, ${open.length} of them not healed`,
    todo:
      open.length === 0
        ? "look at the file, and undo by hand what it names"
        : `undo by hand what can be read, and look at the file for more:\n${open.map((line) => `      ${line}`).join("\n")}`,
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

/** Whole or not at all, and still there after a power cut. */
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
