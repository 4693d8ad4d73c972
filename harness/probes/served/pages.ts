/** Reads a paged list of a FHIR server: the matches of a search, or the versions of a resource. */
import { z } from "zod";
import type { Got } from "./asker.ts";

export interface Entry {
  /** Not validated. */
  resource: unknown;
  /** `match`, or `include` or `outcome`. */
  mode: string | undefined;
  /** The method of the request that made a version, in a history. */
  method: string | undefined;
}

export interface Listed {
  /** The status of the last page requested; 0 when no answer came. */
  status: number;
  entries: Entry[];
  /** Why the list is incomplete; `null` when it is complete. */
  why: string | null;
}

const Page = z.object({
  resourceType: z.literal("Bundle"),
  link: z.array(z.object({ relation: z.string(), url: z.string() })).default([]),
  entry: z
    .array(
      z.object({
        resource: z.unknown().optional(),
        search: z.object({ mode: z.string().optional() }).optional(),
        request: z.object({ method: z.string().optional() }).optional(),
      }),
    )
    .default([]),
});

/** Reads at most `most` pages, since a list may be endless. */
export async function listOf(
  get: (path: string) => Promise<Got>,
  first: string,
  { base, most }: { base: string; most: number },
): Promise<Listed> {
  const entries: Entry[] = [];
  const asked = new Set<string>();
  for (let path = first; ; ) {
    asked.add(path);
    const { status, text, why } = await get(path);
    const broken = (reason: string): Listed => ({ status, entries, why: reason });
    if (status !== 200) return broken(why ?? `it answered ${status}`);
    const page = pageIn(text);
    if (page === null) return broken("it gave no bundle");
    for (const { resource, search, request } of page.entry)
      entries.push({ resource, mode: search?.mode, method: request?.method });
    const next = page.link.find(({ relation }) => relation === "next");
    if (next === undefined) return { status, entries, why: null };
    const below = pathBelow(base, next.url);
    if (below === null) return broken("its next page is not below the FHIR base");
    if (asked.has(below)) return broken("its pages lead in a circle");
    if (asked.size >= most) return broken(`it has more than ${most} pages`);
    path = below;
  }
}

function pageIn(text: string): z.infer<typeof Page> | null {
  try {
    return Page.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/**
 * A server's URL as a path below the FHIR base; `null` if it leads out of it. The host in it is ignored: a server
 * behind a proxy often does not know its public name, and credentials are sent to the clients' base only.
 */
export function pathBelow(base: string, url: string): string | null {
  const root = new URL(`${base}/`);
  const to = URL.canParse(url, root.href) ? new URL(url, root) : null;
  if (to === null || !/^https?:$/.test(to.protocol)) return null;
  if (`${to.pathname}/` === root.pathname) return to.search;
  return to.pathname.startsWith(root.pathname) ? `${to.pathname.slice(root.pathname.length)}${to.search}` : null;
}
