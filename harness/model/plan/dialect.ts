/**
 * What a FHIR server is able to do, of what a drill would use: proven by writes before the load, whatever its
 * CapabilityStatement claims. What a server cannot do is left out of the load.
 */
import { z } from "zod";
import type { WriteMix } from "../load/write.ts";

export const DialectSchema = z.object({
  /** By its CapabilityStatement; `null` when that does not say. */
  software: z.string().nullable(),
  fhirVersion: z.string().nullable(),
  /** A PUT under an id of the client's choice creates the resource. */
  updateCreate: z.boolean(),
  /** A POST with `If-None-Exist` finds what is there already, and makes nothing. */
  conditionalCreate: z.boolean(),
  /** A PUT with `If-Match` is refused (409, 412) where another version is the current one. */
  versionedUpdate: z.boolean(),
  transaction: z.boolean(),
  /** A search by identifier finds what was just written, at once. */
  identifierSearch: z.boolean(),
  /** A search by tag finds it. */
  tagSearch: z.boolean(),
  /** All versions of a resource are listed under `_history`. */
  instanceHistory: z.boolean(),
  /** `numbered`: 1, 2, 3, …; `opaque`: two can be told apart, and no more. */
  versions: z.enum(["numbered", "opaque"]),
});

export type Dialect = z.infer<typeof DialectSchema>;

/** What HAPI does, in the lab. */
export const HAPI_DIALECT: Dialect = {
  ...{ software: null, fhirVersion: null },
  ...{ updateCreate: true, conditionalCreate: true, versionedUpdate: true, transaction: true },
  ...{ identifierSearch: true, tagSearch: true, instanceHistory: true, versions: "numbered" },
};

/**
 * The mix of writes for that server. What it cannot do is written as POST. Updates share registers, whose order can be
 * judged by numbered versions only.
 */
export function mixFor({ updateCreate, transaction, versionedUpdate, versions }: Dialect, mix: WriteMix): WriteMix {
  const canUpdate = updateCreate && versionedUpdate && versions === "numbered";
  const [put, bundle, update] = [updateCreate ? mix.put : 0, transaction ? mix.bundle : 0, canUpdate ? mix.update : 0];
  const post = mix.post + (mix.put - put) + (mix.bundle - bundle) + (mix.update - update);
  return { put, post, bundle, update };
}
