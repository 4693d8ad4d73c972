/** Deletes the resources of drills from an attached system, by their tag alone, so that no others are deleted. */
import { z } from "zod";
import { searchByTag, type Tag } from "../../model/load/tag.ts";
import { DrillFailure, reasonOf } from "../../model/program/failure.ts";
import type { Ask } from "../../system/fhir-server.ts";
import { severalAtOnce } from "../../system/several-at-once.ts";

/** Referring types come first: a server may refuse to delete a resource that others refer to. */
const TYPES = ["Observation", "Patient", "Basic"] as const;
const PAGE = 200;
const AT_ONCE = 4;
const ASK_MS = 30_000;
/** A transaction has three resources; warm-up and probes write as well. */
const RESOURCES_OF_A_WRITE = 4;
const MOST_SHOWN = 20;

const CodingSchema = z.object({ system: z.string().optional(), code: z.string().optional() });
const CountSchema = z.object({ total: z.number().int().nonnegative() });
const PageSchema = z.object({
  entry: z
    .array(
      z.object({
        resource: z.object({
          resourceType: z.string(),
          id: z.string(),
          meta: z.object({ tag: z.array(CodingSchema).default([]) }).prefault({}),
        }),
      }),
    )
    .default([]),
});

export interface Removed {
  deleted: Record<(typeof TYPES)[number], number>;
  /** The first few resources that could not be deleted, and why. */
  refused: string[];
}

/** Throws if more is found than was counted before, or, without a count, than so many writes can have created. */
export async function removeTagged(ask: Ask, tags: readonly Tag[], maxWrites: number): Promise<Removed> {
  const removed: Removed = { deleted: { Observation: 0, Patient: 0, Basic: 0 }, refused: [] };
  const places = TYPES.flatMap((type) => tags.map((tag) => ({ type, tag })));
  const most = (await countedAt(ask, places)) ?? RESOURCES_OF_A_WRITE * maxWrites;
  const left = new Set<string>();
  let total = 0;
  for (const { type, tag } of places)
    for (;;) {
      const found = (await pageOf(ask, type, tag)).filter((id) => !left.has(`${type}/${id}`));
      if (found.length === 0) break;
      total += found.length;
      if (total > most)
        throw failed(
          `more than ${most} resources have the tag ${tag.code}`,
          "raise guard.maxWrites, or find out what wrote them",
        );
      await severalAtOnce(AT_ONCE, found, async (id) => {
        const why = await remove(ask, `${type}/${id}`);
        if (why === null) removed.deleted[type] += 1;
        else {
          left.add(`${type}/${id}`);
          if (removed.refused.length < MOST_SHOWN) removed.refused.push(`${type}/${id}: ${why}`);
        }
      });
      // Ends even if the search keeps finding deleted resources.
      if (found.every((id) => left.has(`${type}/${id}`))) break;
      for (const id of found) left.add(`${type}/${id}`);
    }
  return removed;
}

interface Place {
  type: string;
  tag: Tag;
}

/** `null` if the server does not count. */
async function countedAt(ask: Ask, places: readonly Place[]): Promise<number | null> {
  let sum = 0;
  for (const { type, tag } of places) {
    const answer = await searched(ask, type, `${type}?${searchByTag(tag)}&_summary=count`);
    const { success, data } = CountSchema.safeParse(await answer.json().catch(() => null));
    if (!success) return null;
    sum += data.total;
  }
  return sum;
}

/** The next ids. Only resources whose own content has the tag count, whatever the search returns. */
async function pageOf(ask: Ask, type: string, tag: Tag): Promise<string[]> {
  const path = `${type}?${searchByTag(tag)}&_count=${PAGE}`;
  const answer = await searched(ask, type, path);
  if (answer.status !== 200)
    throw failed(`a search for ${type} is answered with status ${answer.status}`, "delete them by hand");
  const { entry } = PageSchema.parse(await answer.json());
  const hasTag = (each: z.infer<typeof CodingSchema>) => each.system === tag.system && each.code === tag.code;
  return entry.flatMap(({ resource: { resourceType, id, meta } }) =>
    resourceType === type && meta.tag.some(hasTag) ? [id] : [],
  );
}

function searched(ask: Ask, type: string, path: string): ReturnType<Ask> {
  return ask(path, { headers: { "Cache-Control": "no-cache" }, signal: AbortSignal.timeout(ASK_MS) }).catch((error) => {
    throw failed(`${type} cannot be searched: ${reasonOf(error)}`, "check that the system answers");
  });
}

/** Why it was not deleted; `null` for success. */
async function remove(ask: Ask, path: string): Promise<string | null> {
  try {
    const { status, ok } = await ask(path, { method: "DELETE", signal: AbortSignal.timeout(ASK_MS) });
    return ok || status === 404 || status === 410 ? null : `status ${status}`;
  } catch (error) {
    return reasonOf(error);
  }
}

function failed(why: string, todo: string): DrillFailure {
  return new DrillFailure({ what: "some resources could not be deleted", why, todo });
}
