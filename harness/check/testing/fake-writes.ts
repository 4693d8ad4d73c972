/** The writes of a planned run as their client saw them, and the resources that they make. Pure. */
import type { Operation, RegisterRead } from "../../model/columns/operation.ts";
import { dueBy, whenDue } from "../../model/load/shape.ts";
import {
  kindOfWrite,
  planWrite,
  RESOURCES,
  registerIdPrefix,
  registerOf,
  type WriteForm,
  type WriteMix,
  writeId,
} from "../../model/load/write.ts";
import type { FaultSpec } from "../../model/plan/fault.ts";
import { jitterMs, type Load, stagesOf } from "../../model/plan/scenario.ts";
import type { Plan } from "./fake-plan.ts";

export const FIRST_WRITE_MS = 2000;
export const TIMEOUT_MS = 5000;
export const RUNNER = "k6-1";
export const MIX: WriteMix = { put: 5, post: 3, bundle: 1, update: 1 };

/** After the baseline. The difference to the drill's jitter is moved between the phases of the load (`loadOf`). */
export const FAULT_AFTER_MS = 37;
export const faultMsOf = (plan: Plan) =>
  FIRST_WRITE_MS + (plan.warmUpSeconds + plan.baselineSeconds) * 1000 + FAULT_AFTER_MS;

export const FAULTS: readonly FaultSpec[] = [{ kind: "region-loss", side: "a", how: "refusal", afterSeconds: 0 }];

export function loadOf({ seed, ratePerSecond, shape, form, warmUpSeconds, baselineSeconds, afterSeconds }: Plan): Load {
  const earlier = (FAULT_AFTER_MS - jitterMs(seed)) / 1000;
  return {
    ratePerSecond,
    // This plan's writes are sent in the last third of it.
    warmUpSeconds: 3 * warmUpSeconds,
    baselineSeconds: baselineSeconds + earlier,
    afterSeconds: afterSeconds - earlier,
    mix: MIX,
    timeoutSeconds: TIMEOUT_MS / 1000,
    ...(shape === null ? {} : { shape }),
    ...form,
  };
}

/** When writes are due, in seconds after the first: as k6 sends them, each when the rate makes it due. */
function dueSeconds(plan: Plan): number[] {
  const seconds = plan.warmUpSeconds + plan.baselineSeconds + plan.afterSeconds;
  if (plan.shape === null)
    return Array.from({ length: seconds * plan.ratePerSecond }, (_, n) => n / plan.ratePerSecond);
  const stages = stagesOf({ load: loadOf(plan), faults: [...FAULTS], orders: [] });
  const count = Math.floor(dueBy(stages, seconds) + 1e-6);
  return Array.from({ length: count }, (_, n) => whenDue(stages, n + 1) - whenDue(stages, 1));
}

export function writesOf(plan: Plan): Operation[] {
  const faultMs = faultMsOf(plan);
  const { downMs, upMs } = outageOf(plan);
  const switchedMs = plan.operator ? faultMs + plan.operator.routedMs : Number.POSITIVE_INFINITY;
  const registers = new Map<number, { version: number; writer: number | null }>();
  return dueSeconds(plan).map((seconds, n) => {
    const write = writeId(plan.seed, n);
    const kind = kindOfWrite(plan.seed, n, MIX);
    const invokedMs = FIRST_WRITE_MS + Math.round(seconds * 1000);
    const known = { write, n, kind, invokedMs, runner: RUNNER, line: 2 * n + 2 };
    const inOutage = invokedMs + plan.tookMs >= downMs && invokedMs < upMs && !plan.through.includes(n);
    const found = kind === "update" ? (registers.get(registerOf(n)) ?? { version: 1, writer: null }) : null;
    const readAt = (ms: number): RegisterRead | null => (found ? { sentMs: ms, doneMs: ms + 1, ...found } : null);
    const make = () => found && registers.set(registerOf(n), { version: found.version + 1, writer: n });
    if (inOutage && (!plan.held || upMs === Number.POSITIVE_INFINITY)) {
      if (plan.happened.includes(n)) make();
      const unknown = { completedMs: invokedMs + TIMEOUT_MS, status: 0, stored: [], servedBy: "" };
      return { ...known, ...unknown, outcome: "info", reason: "timeout", read: readAt(invokedMs) };
    }
    const startMs = inOutage ? upMs : invokedMs;
    const completedMs = startMs + plan.tookMs;
    const servedBy = completedMs < switchedMs ? "a" : "b";
    make();
    const version = found ? found.version + 1 : 1;
    const stored = resourcesOf(known, plan.seed, plan.form).map((resource) => `${resource}/${version}`);
    return {
      ...known,
      completedMs,
      status: 201,
      stored,
      servedBy,
      outcome: "ok",
      reason: "acknowledged",
      read: readAt(startMs),
    };
  });
}

/** The outcome of a write that is not the load's. */
export function answerTo(sentMs: number, plan: Plan): { doneMs: number; ok: boolean } {
  const { downMs, upMs } = outageOf(plan);
  if (sentMs + plan.tookMs < downMs || sentMs >= upMs) return { doneMs: sentMs + plan.tookMs, ok: true };
  const isHeld = plan.held && upMs - sentMs < TIMEOUT_MS;
  return isHeld ? { doneMs: upMs + plan.tookMs, ok: true } : { doneMs: sentMs + plan.tookMs, ok: false };
}

function outageOf(plan: Plan): { downMs: number; upMs: number } {
  const downMs = plan.outage ? faultMsOf(plan) + plan.outage.afterMs : Number.POSITIVE_INFINITY;
  return {
    downMs,
    upMs: plan.outage ? downMs + (plan.outage.ms ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY,
  };
}

/** `Type/id` of each resource of a write. */
export function resourcesOf(
  { kind, write, n }: Pick<Operation, "kind" | "write" | "n">,
  seed: number,
  form: WriteForm = {},
): string[] {
  const { bundleEntries = RESOURCES.bundle } = form;
  const first = 1000 + bundleEntries * n;
  if (form.resources !== undefined) return ownOf(seed, n, form, first);
  switch (kind) {
    case "put":
      return [`Patient/${write}`];
    case "post":
      return [`Patient/${first}`];
    case "bundle":
      return [
        `Patient/${first}`,
        ...Array.from({ length: bundleEntries - 1 }, (_, i) => `Observation/${first + 1 + i}`),
      ];
    case "update":
      return [`Patient/${registerIdPrefix(seed)}${registerOf(n)}`];
  }
}

/** With ids as the server would assign them, if the client does not. */
function ownOf(seed: number, n: number, form: WriteForm, first: number): string[] {
  const { method, path, body } = planWrite(seed, n, MIX, form);
  if (method === "PUT") return [path];
  const { entry } = body as { entry?: { resource: { resourceType: string } }[] };
  const types = entry ? entry.map(({ resource }) => resource.resourceType) : [path];
  return types.map((type, i) => `${type}/${first + i}`);
}
