/** A fault by the user's own programs. Evidence that is not clear is no evidence. */
import { z } from "zod";
import type { Hook, Step } from "../../model/plan/own-system.ts";
import { reasonOf } from "../../model/program/failure.ts";
import type { HookFault } from "../../system/hook.ts";
import { firstIssue } from "./issue.ts";
import type { Entry, HookUndo, Journal } from "./journal.ts";
import { lasting, ofThisLogin, runStep, whyFailed } from "./step.ts";

/** The single line that `evidence` prints. */
const SeenSchema = z.strictObject({
  bit: z.boolean(),
  gone: z.boolean().optional(),
  detail: z.record(z.string(), z.unknown()).default({}),
});

type Seen = Awaited<ReturnType<HookFault["look"]>>;

/** `journal`: records how to heal it before it is injected. */
export function hookFault(name: string, hook: Hook, run: string, journal: Journal): HookFault {
  const undo = undoOf(name, hook, run);
  let open: Entry | null = null;
  let healed = false;
  return {
    inject: async () => {
      if (open !== null) throw new Error(`${name} is already in force, or is not known to have cleared`);
      open = journal.begin({ fault: "hook", of: name, undo });
      healed = false;
      await must(hook.inject, undo);
    },
    heal: async () => {
      await must(hook.heal, undo);
      healed = true;
    },
    look: async () => {
      const seen = await seenBy(undo);
      // It may take a while to clear: a later check sees that.
      if (open !== null && healed && seen.gone === true) {
        journal.healed(open, SEEN_GONE);
        open = null;
      }
      return seen;
    },
  };
}

/** How to undo it, from any process: the programs run only with this environment. */
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
    if (why !== null) return unknown(why);
    const { success, data, error } = SeenSchema.safeParse(JSON.parse(ended.out));
    if (!success) throw new Error(firstIssue(error));
    return { bit: data.bit, gone: data.gone ?? !data.bit, detail: data.detail };
  } catch (error) {
    return unknown(`${evidence.argv[0]} prints no valid evidence: ${reasonOf(error)}`);
  }
}

/** Without details: the output of the user's programs is not kept in a permanent file. */
export const SEEN_GONE = "its evidence reports it cleared";

/** `folder` applies to a program without one of its own. */
function runAs({ environment, folder }: HookUndo, step: Step): ReturnType<typeof runStep> {
  return runStep({ folder, ...step }, { ...environment, ...ofThisLogin() });
}

export async function must(step: Step, undo: HookUndo): Promise<void> {
  const why = whyFailed(step, await runAs(undo, step));
  if (why !== null) throw new Error(why);
}

function unknown(why: string): Seen {
  return { bit: null, gone: null, detail: { why } };
}
