/**
 * Looks at an own system without changing anything: is it the one that is meant, may it be broken, is it well? What is found
 * here is what a plan shows, and what must still be so when the drill begins.
 */
import { z } from "zod";
import { OF_ANY_DRILL } from "../../model/load/tag.ts";
import type { OwnSystem } from "../../model/plan/own-system.ts";
import { DrillFailure, EXIT, reasonOf, usageFailure } from "../../model/program/failure.ts";
import { jsonIn } from "../../model/record/json.ts";
import type { Ask } from "../../system/fhir-server.ts";
import { CONSENT_LABEL, type FoundTarget, findTargets, refusalOf } from "./find.ts";
import { seenBy, undoOf } from "./hook-fault.ts";
import type { Cluster } from "./kubernetes/cluster.ts";
import { consentOf, findPods, refusalOfNamespace } from "./kubernetes/find-pods.ts";
import { primaryBy } from "./primary.ts";
import type { Reachable } from "./sql.ts";
import { notStartable } from "./startable.ts";
import { runStep, whyFailed } from "./step.ts";

export interface Looked {
  targets: FoundTarget[];
  /** By its CapabilityStatement; `null` where that does not say. */
  software: string | null;
  fhirVersion: string | null;
  /** Patients that this tool did not write; `null`: the server does not count them. */
  foreignPatients: number | null;
}

const ASK_MS = 10_000;

const CapabilitySchema = z.object({
  resourceType: z.literal("CapabilityStatement"),
  fhirVersion: z.string().optional(),
  software: z.object({ name: z.string(), version: z.string().optional() }).partial().optional(),
});
const CountSchema = z.object({ total: z.number().int().nonnegative() });

interface Order {
  name: string;
  own: OwnSystem;
  /** `null` where nothing of it is looked for on one. */
  engine: { container: { dockerode: Parameters<typeof findTargets>[0] } } | null;
  ask: Ask;
  databases: Reachable | null;
  /** `null`: it does not run in one. */
  cluster: Cluster | null;
  now: () => number;
}

/** Throws a usage failure where it must not be drilled, and an inconclusive one where it is not well. */
export async function lookAt(order: Order): Promise<Looked> {
  const { name, own, ask, databases, cluster, now } = order;
  const lacking = notStartable(own);
  if (lacking.length > 0)
    throw usageFailure(`a program of ${name} cannot be started`, lacking.join("; "), "correct its description");
  const proven = await provenEnvironment(name, own);
  const targets = cluster === null ? await onEngine(order, proven) : await inNamespace(cluster, order, proven);
  if (!proven && targets.length === 0 && cluster === null)
    throw usageFailure(
      `nothing shows that ${name} may be broken`,
      "its description has no targets whose labels could consent, and no proof of its environment",
      "add expect: { environment, proof } to its description",
    );
  const capability = await statementOf(ask);
  const foreignPatients = await foreignPatientsIn(ask);
  if (own.guard.existingData !== true && foreignPatients !== 0)
    throw usageFailure(
      `${name} holds patients that are not of a drill`,
      foreignPatients === null ? "the server does not say how many" : `${foreignPatients} of them`,
      "drill an empty environment, or set guard.existingData: true in its description if their place is here",
    );
  await unbroken(own);
  await redundantNow(own);
  if (own.observe.primary !== undefined) await primaryBy(own.observe.primary, { databases, cluster }, now);
  for (const { name, running } of targets)
    if (!running)
      throw notWell(cluster === null ? `the container of ${name} does not run` : `the pod of ${name} is not ready`);
  return { targets, ...capability, foreignPatients };
}

async function onEngine({ name, own, engine }: Order, proven: boolean): Promise<FoundTarget[]> {
  const targets = engine === null ? [] : await findTargets(engine.container.dockerode, own.targets);
  const refusals = targets.map((target) => refusalOf(target, proven)).filter((why) => why !== null);
  if (refusals.length > 0)
    throw doesNotConsent(
      name,
      refusals.join("; "),
      "give those containers the label fhirdrill.allow=true where they are started",
    );
  return targets;
}

/** It is asked whatever is broken there: the load runs in it, too. */
async function inNamespace(cluster: Cluster, { name, own }: Order, proven: boolean): Promise<FoundTarget[]> {
  const { namespace, context } = cluster;
  const allows = await consentOf(cluster);
  const refusal = refusalOfNamespace(namespace, allows, proven);
  if (refusal !== null) {
    const annotate = `kubectl --context ${context} annotate namespace ${namespace} ${CONSENT_LABEL}=true`;
    throw doesNotConsent(name, refusal, `if it may be broken: ${annotate}`);
  }
  return findPods(cluster, own.targets, allows);
}

function doesNotConsent(name: string, why: string, how: string): DrillFailure {
  return usageFailure(`${name} does not consent to be broken`, why, `${how}; or have expect.proof say where it runs`);
}

/** Whether a proof was asked for and given. */
async function provenEnvironment(name: string, { expect }: OwnSystem): Promise<boolean> {
  if (expect === undefined) return false;
  const ended = await runStep(expect.proof);
  const said = ended.out.trim();
  const why =
    whyFailed(expect.proof, ended) ??
    (said === expect.environment ? null : `it says ${said.slice(0, 60) || "nothing"}`);
  if (why === null) return true;
  throw usageFailure(
    `${name} is not proven to be ${expect.environment}`,
    why,
    "look where you are before you break anything; or correct expect.proof, which has to print that name and nothing else",
  );
}

async function statementOf(ask: Ask): Promise<Pick<Looked, "software" | "fhirVersion">> {
  const { status, text } = await asked(ask, "metadata");
  const read = CapabilitySchema.safeParse(jsonIn(text));
  if (status !== 200 || !read.success)
    throw notWell(`metadata is answered with status ${status}, and with no CapabilityStatement: ${text.slice(0, 100)}`);
  const { fhirVersion = null, software } = read.data;
  const named = [software?.name, software?.version].filter((each) => each !== undefined).join(" ");
  return { fhirVersion, software: named || null };
}

/**
 * Counted by the server: all patients less those that bear a drill's tag, of whichever run; `null` where it does not count.
 * Throws an inconclusive failure where it breaks down.
 */
export async function foreignPatientsIn(ask: Ask): Promise<number | null> {
  const all = await countOf(ask, "Patient?_summary=count");
  if (all === 0) return 0;
  const own = await countOf(
    ask,
    `Patient?_tag=${encodeURIComponent(`${OF_ANY_DRILL.system}|${OF_ANY_DRILL.code}`)}&_summary=count`,
  );
  return all === null || own === null || own > all ? null : all - own;
}

async function countOf(ask: Ask, path: string): Promise<number | null> {
  const { status, text } = await asked(ask, path);
  const read = CountSchema.safeParse(jsonIn(text));
  // One that breaks down says nothing of what it can count.
  if (status >= 500) throw notWell(`${path} is answered with status ${status}: ${text.slice(0, 100)}`);
  return status === 200 && read.success ? read.data.total : null;
}

/** No hook's evidence may see its fault before anybody injected it. */
async function unbroken({ hooks }: OwnSystem): Promise<void> {
  for (const [name, hook] of Object.entries(hooks)) {
    const { bit, detail } = await seenBy(undoOf(name, hook, "look"));
    if (bit === null) throw notWell(`nobody can tell whether ${name} is in force: ${String(detail.why)}`);
    if (bit) throw notWell(`${name} is in force already: ${JSON.stringify(detail)}`);
  }
}

async function redundantNow({ observe: { redundant } }: OwnSystem): Promise<void> {
  if (redundant === undefined) return;
  const why = whyFailed(redundant, await runStep(redundant));
  if (why !== null) throw notWell(`not both sites have all data: ${why}`);
}

function notWell(why: string): DrillFailure {
  const text = { what: "the system is not well, so nothing was broken", why, todo: "mend it first, and try again" };
  return new DrillFailure(text, { exitCode: EXIT.inconclusive });
}

async function asked(ask: Ask, path: string): Promise<{ status: number; text: string }> {
  try {
    const answer = await ask(path, {
      headers: { Accept: "application/fhir+json", "Cache-Control": "no-cache" },
      signal: AbortSignal.timeout(ASK_MS),
    });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    if (error instanceof DrillFailure) throw error;
    throw notWell(`${path}: ${reasonOf(error)}`);
  }
}
