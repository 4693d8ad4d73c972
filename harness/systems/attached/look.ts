/**
 * Checks an attached system without changing anything: is it the expected one, may it be broken, is it well? A plan shows the
 * findings, and they must still hold when the drill begins.
 */
import { z } from "zod";
import { OF_ANY_DRILL, searchByTag } from "../../model/load/tag.ts";
import type { OwnSystem } from "../../model/plan/own-system.ts";
import { DrillFailure, EXIT, reasonOf, usageFailure } from "../../model/program/failure.ts";
import { jsonIn } from "../../model/record/json.ts";
import type { Ask } from "../../system/fhir-server.ts";
import { dockerOf, type Engine } from "../lab/engine-client.ts";
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
  /** From its CapabilityStatement; `null` if not given there. */
  software: string | null;
  fhirVersion: string | null;
  /** Patients that this tool did not write; `null`: the server does not count them. */
  foreignPatients: number | null;
}

const ASK_MS = 10_000;
const COUNTS = 5;
const ALL = "Patient?_summary=count";
const OF_DRILLS = `Patient?${searchByTag(OF_ANY_DRILL)}&_summary=count`;

const CapabilitySchema = z.object({
  resourceType: z.literal("CapabilityStatement"),
  fhirVersion: z.string().optional(),
  software: z.object({ name: z.string(), version: z.string().optional() }).partial().optional(),
});
const CountSchema = z.object({ total: z.number().int().nonnegative() });

interface Options {
  name: string;
  own: OwnSystem;
  /** `null`: it has no targets there. */
  engine: Engine | null;
  ask: Ask;
  databases: Reachable | null;
  /** `null`: it does not run in Kubernetes. */
  cluster: Cluster | null;
  now: () => number;
}

/** Throws a usage failure if it must not be drilled, and an inconclusive one if it is not well. */
export async function lookAt(options: Options): Promise<Looked> {
  const { name, own, ask, databases, cluster, now } = options;
  const lacking = notStartable(own);
  if (lacking.length > 0)
    throw usageFailure(`a program of ${name} cannot be started`, lacking.join("; "), "correct its description");
  const proven = await provenEnvironment(name, own);
  const targets = cluster === null ? await onEngine(options, proven) : await inNamespace(cluster, options, proven);
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
      `${name} holds patients that no drill wrote`,
      foreignPatients === null ? "the server does not report how many" : `${foreignPatients} of them`,
      "drill an empty environment, or set guard.existingData: true in its description if they belong here",
    );
  await unbroken(own);
  await redundantNow(own);
  if (own.observe.primary !== undefined) await primaryBy(own.observe.primary, { databases, cluster }, now);
  for (const { name, running } of targets)
    if (!running)
      throw notWell(cluster === null ? `the container of ${name} does not run` : `the pod of ${name} is not ready`);
  return { targets, ...capability, foreignPatients };
}

async function onEngine({ name, own, engine }: Options, proven: boolean): Promise<FoundTarget[]> {
  const targets = engine === null ? [] : await findTargets(dockerOf(engine), own.targets);
  const refusals = targets.map((target) => refusalOf(target, proven)).filter((why) => why !== null);
  if (refusals.length > 0)
    throw doesNotConsent(
      name,
      refusals.join("; "),
      "give those containers the label fhirdrill.allow=true where they are started",
    );
  return targets;
}

/** The namespace's consent is required even without targets: the load runs in it, too. */
async function inNamespace(cluster: Cluster, { name, own }: Options, proven: boolean): Promise<FoundTarget[]> {
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
  return usageFailure(
    `${name} does not consent to be broken`,
    why,
    `${how}; or add expect.proof, which prints the environment's name`,
  );
}

/** Whether the description requires a proof, and it succeeded. */
async function provenEnvironment(name: string, { expect }: OwnSystem): Promise<boolean> {
  if (expect === undefined) return false;
  const ended = await runStep(expect.proof);
  const output = ended.out.trim();
  const why =
    whyFailed(expect.proof, ended) ??
    (output === expect.environment ? null : `it prints ${output.slice(0, 60) || "nothing"}`);
  if (why === null) return true;
  throw usageFailure(
    `${name} is not proven to be ${expect.environment}`,
    why,
    "check which environment this is before you break anything; or correct expect.proof, which must print exactly that name",
  );
}

async function statementOf(ask: Ask): Promise<Pick<Looked, "software" | "fhirVersion">> {
  const { status, text } = await asked(ask, "metadata");
  const read = CapabilitySchema.safeParse(jsonIn(text));
  if (status !== 200 || !read.success)
    throw notWell(
      `metadata is answered with status ${status} and without a CapabilityStatement: ${text.slice(0, 100)}`,
    );
  const { fhirVersion = null, software } = read.data;
  const named = [software?.name, software?.version].filter((each) => each !== undefined).join(" ");
  return { fhirVersion, software: named || null };
}

/**
 * Counted by the server: all patients minus those with a drill's tag, of any run; `null` if it does not count. Those
 * with the tag are counted before and after all: a drill that runs meanwhile changes their number. Throws an
 * inconclusive failure if it does, each time, or if the server answers with 5xx.
 */
export async function foreignPatientsIn(ask: Ask): Promise<number | null> {
  if ((await countOf(ask, ALL)) === 0) return 0;
  for (let count = 0; count < COUNTS; count += 1) {
    const before = await countOf(ask, OF_DRILLS);
    const all = await countOf(ask, ALL);
    const own = await countOf(ask, OF_DRILLS);
    if (before === null || all === null || own === null) return null;
    if (before === own) return own > all ? null : all - own;
  }
  throw notWell(
    "patients of a drill are written to it, or removed, while they are counted: another drill may be running",
  );
}

async function countOf(ask: Ask, path: string): Promise<number | null> {
  const { status, text } = await asked(ask, path);
  const read = CountSchema.safeParse(jsonIn(text));
  // A 5xx does not show whether it can count.
  if (status >= 500) throw notWell(`${path} is answered with status ${status}: ${text.slice(0, 100)}`);
  return status === 200 && read.success ? read.data.total : null;
}

/** No hook's evidence may report its fault active before it is injected. */
async function unbroken({ hooks }: OwnSystem): Promise<void> {
  for (const [name, hook] of Object.entries(hooks)) {
    const { bit, detail } = await seenBy(undoOf(name, hook, "look"));
    if (bit === null) throw notWell(`it is unknown whether ${name} is in force: ${String(detail.why)}`);
    if (bit) throw notWell(`${name} is already in force: ${JSON.stringify(detail)}`);
  }
}

async function redundantNow({ observe: { redundant } }: OwnSystem): Promise<void> {
  if (redundant === undefined) return;
  const why = whyFailed(redundant, await runStep(redundant));
  if (why !== null) throw notWell(`the sites do not both have all data: ${why}`);
}

function notWell(why: string): DrillFailure {
  const text = { what: "the system is not well, so nothing was broken", why, todo: "repair it first, and try again" };
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
