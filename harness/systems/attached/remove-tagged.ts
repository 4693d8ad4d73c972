/** Deletes the resources of drills from an own system: by their tag alone, so nobody else's can be among them. */
import { z } from "zod";
import { DrillFailure, reasonOf } from "../../model/failure.ts";
import { TAG_SYSTEM, type Tag } from "../../model/load/tag.ts";
import type { Ask } from "../../system/fhir-server.ts";
import { severalAtOnce } from "../../system/several-at-once.ts";

/** What refers to others comes before them: a server may refuse to delete what is referred to. */
const TYPES = ["Observation", "Patient", "Basic"] as const;
const PAGE = 200;
const AT_ONCE = 4;
const ASK_MS = 30_000;
/** A transaction has three resources, and warm-up and probes write as well. */
const RESOURCES_OF_A_WRITE = 4;
const MOST_SHOWN = 20;

const CodingSchema = z.object({ system: z.string().optional(), code: z.string().optional() });
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
  /** What is still there, and why; the first few. */
  refused: string[];
}

/** `tags`: of one run; `null`: of every run. Throws when more is found than so many writes can have made. */
export async function removeTagged(ask: Ask, tags: readonly Tag[] | null, maxWrites: number): Promise<Removed> {
  const removed: Removed = { deleted: { Observation: 0, Patient: 0, Basic: 0 }, refused: [] };
  const most = tags === null ? Number.POSITIVE_INFINITY : RESOURCES_OF_A_WRITE * maxWrites;
  const left = new Set<string>();
  let total = 0;
  for (const { type, tag } of TYPES.flatMap((type) => (tags ?? [null]).map((tag) => ({ type, tag }))))
    for (;;) {
      const found = (await pageOf(ask, type, tag)).filter((id) => !left.has(`${type}/${id}`));
      if (found.length === 0) break;
      total += found.length;
      if (total > most)
        throw failed(
          `more than ${most} resources bear the tag ${tag?.code}`,
          "raise guard.maxWrites, or look who wrote them",
        );
      await severalAtOnce(AT_ONCE, found, async (id) => {
        const why = await remove(ask, `${type}/${id}`);
        if (why === null) removed.deleted[type] += 1;
        else {
          left.add(`${type}/${id}`);
          if (removed.refused.length < MOST_SHOWN) removed.refused.push(`${type}/${id}: ${why}`);
        }
      });
      // A search that goes on finding what is deleted would never end.
      if (found.every((id) => left.has(`${type}/${id}`))) break;
      for (const id of found) left.add(`${type}/${id}`);
    }
  return removed;
}

/** The next of them. Only those that bear the tag by their own word count, whatever the search gave. */
async function pageOf(ask: Ask, type: string, tag: Tag | null): Promise<string[]> {
  const token = encodeURIComponent(`${TAG_SYSTEM}|${tag?.code ?? ""}`);
  const path = `${type}?_tag=${token}&_count=${PAGE}`;
  const answer = await ask(path, {
    headers: { "Cache-Control": "no-cache" },
    signal: AbortSignal.timeout(ASK_MS),
  }).catch((error) => {
    throw failed(`${type} cannot be searched: ${reasonOf(error)}`, "see whether the system is there");
  });
  if (answer.status !== 200)
    throw failed(`a search for ${type} is answered with status ${answer.status}`, "delete them by hand");
  const { entry } = PageSchema.parse(await answer.json());
  const bears = (each: z.infer<typeof CodingSchema>) =>
    each.system === TAG_SYSTEM && (tag === null || each.code === tag.code);
  return entry.flatMap(({ resource: { resourceType, id, meta } }) =>
    resourceType === type && meta.tag.some(bears) ? [id] : [],
  );
}

/** `null` when it is gone. */
async function remove(ask: Ask, path: string): Promise<string | null> {
  try {
    const { status, ok } = await ask(path, { method: "DELETE", signal: AbortSignal.timeout(ASK_MS) });
    return ok || status === 404 || status === 410 ? null : `status ${status}`;
  } catch (error) {
    return reasonOf(error);
  }
}

function failed(why: string, todo: string): DrillFailure {
  return new DrillFailure({ what: "not all could be deleted", why, todo });
}
