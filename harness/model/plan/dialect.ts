/**
 * What a FHIR server supports of what a drill uses, proven by writes before the load, whatever its CapabilityStatement
 * claims. What a server does not support is left out of the load.
 */
import { z } from "zod";
import type { WriteMix } from "../load/write.ts";

export const DialectSchema = z.object({
  /** From its CapabilityStatement; `null` when absent there. */
  software: z.string().nullable(),
  fhirVersion: z.string().nullable(),
  /** A PUT under an id of the client's choice creates the resource. */
  updateCreate: z.boolean(),
  /** A POST with `If-None-Exist` finds the existing resource and creates none. */
  conditionalCreate: z.boolean(),
  /** A PUT with `If-Match` is refused (409, 412) when another version is current. */
  versionedUpdate: z.boolean(),
  transaction: z.boolean(),
  /** A search by identifier immediately finds what was just written. */
  identifierSearch: z.boolean(),
  /** A search by tag finds it. */
  tagSearch: z.boolean(),
  /** All versions of a resource are listed under `_history`. */
  instanceHistory: z.boolean(),
  /** `numbered`: 1, 2, 3, …; `opaque`: versions can only be compared for equality. */
  versions: z.enum(["numbered", "opaque"]),
});

export type Dialect = z.infer<typeof DialectSchema>;

/** The dialect of the lab's HAPI. */
export const HAPI_DIALECT: Dialect = {
  ...{ software: null, fhirVersion: null },
  ...{ updateCreate: true, conditionalCreate: true, versionedUpdate: true, transaction: true },
  ...{ identifierSearch: true, tagSearch: true, instanceHistory: true, versions: "numbered" },
};

/**
 * The mix of writes for that server. What it does not support is replaced by POST. Updates need numbered versions, by
 * which the order of a register's updates is judged.
 */
export function mixFor({ updateCreate, transaction, versionedUpdate, versions }: Dialect, mix: WriteMix): WriteMix {
  const canUpdate = updateCreate && versionedUpdate && versions === "numbered";
  const [put, bundle, update] = [updateCreate ? mix.put : 0, transaction ? mix.bundle : 0, canUpdate ? mix.update : 0];
  const post = mix.post + (mix.put - put) + (mix.bundle - bundle) + (mix.update - update);
  return { put, post, bundle, update };
}
