/** A fault of their own programs. What does not clearly say what it sees, sees nothing. */
import { z } from "zod";
import type { Hook, Step } from "../../model/plan/own-system.ts";
import { reasonOf } from "../../model/program/failure.ts";
import type { HookFault } from "../../system/hook.ts";
import { firstIssue } from "./issue.ts";
import type { Entry, HookUndo, Journal } from "./journal.ts";
import { lasting, ofThisLogin, runStep, whyFailed } from "./step.ts";

/** The one line that `evidence` prints. */
const SeenSchema = z.strictObject({
  bit: z.boolean(),
  gone: z.boolean().optional(),
  detail: z.record(z.string(), z.unknown()).default({}),
});

type Seen = Awaited<ReturnType<HookFault["look"]>>;

/** `journal`: how it is healed is written there before it is injected. */
export function hookFault(name: string, hook: Hook, run: string, journal: Journal): HookFault {
  const undo = undoOf(name, hook, run);
  let open: Entry | null = null;
  let told = false;
  return {
    inject: async () => {
      if (open !== null) throw new Error(`${name} is in force already, or is not known to be gone`);
      open = journal.begin({ fault: "hook", of: name, undo });
      told = false;
      await must(hook.inject, undo);
    },
    heal: async () => {
      await must(hook.heal, undo);
      told = true;
    },
    look: async () => {
      const seen = await seenBy(undo);
      // It may take a while to be gone: that is seen by one of the next looks.
      if (open !== null && told && seen.gone === true) {
        journal.healed(open, SEEN_GONE);
        open = null;
      }
      return seen;
    },
  };
}

/** How it is undone, by whoever reads it: its programs get nothing of another process's environment. */
export function undoOf(name: string, { heal, evidence, ttlSeconds }: Hook, run: string): HookUndo {
  const ttl = ttlSeconds === undefined ? {} : { FHIRDRILL_TTL_SECONDS: String(ttlSeconds) };
  const environment = { ...lasting(), FHIRDRILL_RUN: run, FHIRDRILL_FAULT: name, ...ttl };
  return { how: "hook", heal, evidence, environment, folder: process.cwd() };
}

/** Never rejects. */
export async function seenBy(undo: HookUndo): Promise<Seen> {
  const { evidence } = undo;
  try {
    const ended = await runAs(undo, evidence);
    const why = whyFailed(evidence, ended);
    if (why !== null) return cannotTell(why);
    const { success, data, error } = SeenSchema.safeParse(JSON.parse(ended.out));
    if (!success) throw new Error(firstIssue(error));
    return { bit: data.bit, gone: data.gone ?? !data.bit, detail: data.detail };
  } catch (error) {
    return cannotTell(`${evidence.argv[0]} does not say what it sees: ${reasonOf(error)}`);
  }
}

/** Without its details: what their programs print is not for a file that stays. */
export const SEEN_GONE = "its evidence says that it is gone";

/** `folder` is for a program that has none of its own. */
function runAs({ environment, folder }: HookUndo, step: Step): ReturnType<typeof runStep> {
  return runStep({ folder, ...step }, { ...environment, ...ofThisLogin() });
}

export async function must(step: Step, undo: HookUndo): Promise<void> {
  const why = whyFailed(step, await runAs(undo, step));
  if (why !== null) throw new Error(why);
}

function cannotTell(why: string): Seen {
  return { bit: null, gone: null, detail: { why } };
}
