/**
 * What write number n of a run is. The seed alone decides, so that the audit can name every write that may have been
 * sent, even those that left no trace at the client.
 *
 * This file runs in k6 and in Node: it imports nothing but such files.
 */
import { type OwnResource, ownAt, ownBody, ownGroup, ownPatientAt } from "./own-resources.ts";
import { type Draw, observationDetails, patientDetails } from "./realistic.ts";

/** `update` writes the next version of a register: a resource that many writes of a run share. */
export const WRITE_KINDS = ["put", "post", "bundle", "update"] as const;
export type WriteKind = (typeof WRITE_KINDS)[number];

/** Relative weights of the kinds of write in a load, e.g. `{ put: 5, post: 3, bundle: 1, update: 1 }`. */
export type WriteMix = Record<WriteKind, number>;

/** How many resources a write of each kind has. */
export const RESOURCES: Record<WriteKind, number> = { put: 1, post: 1, bundle: 3, update: 1 };
/** The same, by the kind's index, as in a history. */
export const SIZES: readonly number[] = WRITE_KINDS.map((kind) => RESOURCES[kind]);

/** The form of a load's writes. */
export interface WriteForm {
  /** `small` (default): some hundred bytes. `realistic`: two to ten kilobytes per resource. */
  bodies?: "small" | "realistic" | undefined;
  /** Resources per transaction; default: `RESOURCES.bundle`. */
  bundleEntries?: number | undefined;
  /** One's own resources instead of invented ones. */
  resources?: readonly OwnResource[] | undefined;
}

/** How many resources a write of each kind has in that form, by the kind's index. */
export function sizesOf({ bundleEntries }: WriteForm): readonly number[] {
  if (bundleEntries === undefined) return SIZES;
  return WRITE_KINDS.map((kind) => (kind === "bundle" ? bundleEntries : RESOURCES[kind]));
}

export interface PlannedWrite {
  /** Unique in a database. At most 16 characters of `[a-z0-9-]`: HAPI keeps no more of an X-Request-ID. */
  id: string;
  /** Counts the load's iterations from 0. */
  n: number;
  kind: WriteKind;
  method: "PUT" | "POST";
  /** Below the FHIR base, without a leading slash; empty for a transaction. */
  path: string;
  body: object;
}

/** The identifier system on every written resource, so that it can be found by search. */
export const IDENTIFIER_SYSTEM = "urn:fhirdrill:write";

/** Seeds below 36^5 and numbers below 10^9 keep a write id within 16 characters. */
export const SEED_LIMIT = 36 ** 5;

/** The seed of a run's warm-up, which gives its writes names of their own. */
export function seedOfWarmUp(seed: number): number {
  return (seed + SEED_LIMIT / 2) % SEED_LIMIT;
}

/** No run has as many writes; a number above it is damage. */
export const WRITE_LIMIT = 50_000_000;

/** The number of registers of a run. They exist before its first write, in version 1. */
export const REGISTERS = 100;

export function writeIdPrefix(seed: number): string {
  return `w${seed.toString(36)}-`;
}

export function writeId(seed: number, n: number): string {
  return `${writeIdPrefix(seed)}${n}`;
}

/** The number of a write by its id; `null` for an id that is not of this run. */
export function writeNumber(seed: number, id: string): number | null {
  const prefix = writeIdPrefix(seed);
  if (!id.startsWith(prefix)) return null;
  const digits = id.slice(prefix.length);
  const n = Number(digits);
  return n < WRITE_LIMIT && String(n) === digits && Number.isInteger(n) && n >= 0 ? n : null;
}

export function registerIdPrefix(seed: number): string {
  return `r${seed.toString(36)}-`;
}

/** The id prefix of resources that exist before a run's first write. */
export function seedIdPrefix(seed: number): string {
  return `s${seed.toString(36)}-`;
}

/** A seeded resource, which the load never changes. */
export function seededResource(seed: number, number: number): FirstVersion {
  const id = `${seedIdPrefix(seed)}${number}`;
  return { id, path: `Patient/${id}`, body: { ...patient(id), id } };
}

/** A transaction that creates the seeded resources `from` up to but not including `to`. */
export function seedBundle(seed: number, from: number, to: number): { id: string; body: object } {
  const entry = Array.from({ length: to - from }, (_, i) => {
    const { path, body } = seededResource(seed, from + i);
    return { resource: body, request: { method: "PUT", url: path } };
  });
  return { id: `${seedIdPrefix(seed)}${from}`, body: { resourceType: "Bundle", type: "transaction", entry } };
}

/** The register that write n updates. Consecutive updates have different ones, so most do not conflict. */
export function registerOf(n: number): number {
  return n % REGISTERS;
}

/** The version of resources from before the load. */
export const FIRST_VERSION = 1;

/** A resource as created before the load. */
export interface FirstVersion {
  id: string;
  /** `Type/id`. */
  path: string;
  body: object;
}

/** A register as created before the load, by no write of the run. */
export function firstVersionOf(seed: number, register: number): FirstVersion {
  const id = `${registerIdPrefix(seed)}${register}`;
  return { id, path: `Patient/${id}`, body: { ...patient(id), id } };
}

/** A uniform number in [0, 1) from two integers (32-bit mixing after Mulberry32 by Tommy Ettinger, public domain). */
export function chance(seed: number, n: number): number {
  let x = (Math.imul(seed, 0x9e3779b1) + Math.imul(n + 1, 0x85ebca6b)) | 0;
  x = Math.imul(x ^ (x >>> 15), x | 1);
  x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
  return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
}

export function kindOfWrite(seed: number, n: number, mix: WriteMix): WriteKind {
  let point = chance(seed, n) * (mix.put + mix.post + mix.bundle + mix.update);
  for (let place = 0; place < WRITE_KINDS.length; place += 1) {
    const kind = WRITE_KINDS[place] as WriteKind;
    if (point < mix[kind]) return kind;
    point -= mix[kind];
  }
  throw new Error("a mix of writes without any weight");
}

export function planWrite(seed: number, n: number, mix: WriteMix, form: WriteForm = {}): PlannedWrite {
  const id = writeId(seed, n);
  const kind = kindOfWrite(seed, n, mix);
  if (form.resources !== undefined) return planOwn({ id, n, kind }, seed, form.resources, form);
  const draw = form.bodies === "realistic" ? drawOf(seed, n) : null;
  switch (kind) {
    case "put":
      return { id, n, kind, method: "PUT", path: `Patient/${id}`, body: { ...patient(id, draw), id } };
    case "post":
      return { id, n, kind, method: "POST", path: "Patient", body: patient(id, draw) };
    case "bundle":
      return {
        id,
        n,
        kind,
        method: "POST",
        path: "",
        body: admission(id, n, form.bundleEntries ?? RESOURCES.bundle, draw),
      };
    case "update": {
      const register = `${registerIdPrefix(seed)}${registerOf(n)}`;
      return { id, n, kind, method: "PUT", path: `Patient/${register}`, body: { ...patient(id, draw), id: register } };
    }
  }
}

/** The same with one's own resources; registers need a patient. */
function planOwn(
  known: Pick<PlannedWrite, "id" | "n" | "kind">,
  seed: number,
  resources: readonly OwnResource[],
  { bundleEntries = RESOURCES.bundle }: WriteForm,
): PlannedWrite {
  const { id, n, kind } = known;
  const found = { system: IDENTIFIER_SYSTEM, value: id };
  const own = ownAt(resources, n);
  switch (kind) {
    case "put":
      return { ...known, method: "PUT", path: `${own.resourceType}/${id}`, body: { ...ownBody(own, found, null), id } };
    case "post":
      return { ...known, method: "POST", path: own.resourceType, body: ownBody(own, found, null) };
    case "bundle": {
      const [first, ...others] = ownGroup(resources, n, bundleEntries) as [OwnResource, ...OwnResource[]];
      const fullUrl = patientUrl(n);
      const subject = first.resourceType === "Patient" ? fullUrl : null;
      const entry = [
        { fullUrl, resource: ownBody(first, found, null), request: { method: "POST", url: first.resourceType } },
        ...others.map((each) => ({
          resource: ownBody(each, found, subject),
          request: { method: "POST", url: each.resourceType },
        })),
      ];
      return { ...known, method: "POST", path: "", body: { resourceType: "Bundle", type: "transaction", entry } };
    }
    case "update": {
      const register = `${registerIdPrefix(seed)}${registerOf(n)}`;
      const patientOfOwn = ownPatientAt(resources, n);
      const body = patientOfOwn === null ? patient(id) : ownBody(patientOfOwn, found, null);
      return { ...known, method: "PUT", path: `Patient/${register}`, body: { ...body, id: register } };
    }
  }
}

/** A random sequence per write, independent of other writes. */
function drawOf(seed: number, n: number): Draw {
  const own = (seed + Math.imul(n + 1, 0x27d4eb2f)) | 0;
  let drawn = 0;
  return () => {
    drawn += 1;
    return chance(own, drawn);
  };
}

/** Small without `draw`, realistic with it. */
export function patient(id: string, draw: Draw | null = null): object {
  const found = { system: IDENTIFIER_SYSTEM, value: id };
  if (draw !== null) {
    const { identifier, ...details } = patientDetails(draw);
    return { resourceType: "Patient", identifier: [found, ...identifier], ...details };
  }
  return {
    resourceType: "Patient",
    identifier: [found],
    name: [{ family: id, given: ["Drill"] }],
    gender: "unknown",
    birthDate: "1970-01-01",
  };
}

/** The fullUrl of the patient in transaction n. */
function patientUrl(n: number): string {
  return `urn:uuid:00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;
}

/** Small observations of one transaction differ by their value. */
const VALUES = 100;

/** A transaction of `entries` resources: a new patient and observations that refer to it. */
function admission(id: string, n: number, entries: number, draw: Draw | null): object {
  const values = Math.max(VALUES, entries);
  const fullUrl = patientUrl(n);
  return {
    resourceType: "Bundle",
    type: "transaction",
    entry: [
      { fullUrl, resource: patient(id, draw), request: { method: "POST", url: "Patient" } },
      ...Array.from({ length: entries - 1 }, (_, i) => (n + i) % values).map((value) => ({
        resource: {
          resourceType: "Observation",
          identifier: [{ system: IDENTIFIER_SYSTEM, value: id }],
          status: "final",
          code: { text: "drill reading" },
          subject: { reference: fullUrl },
          valueQuantity: { value, unit: "1" },
          ...(draw === null ? {} : observationDetails(draw)),
        },
        request: { method: "POST", url: "Observation" },
      })),
    ],
  };
}
