/** The tags on a run's writes: by them, they are found again in somebody's own system. A lab's writes have none. */
import { OF_ANY_DRILL, type Tag, tagBesideOf, tagOf } from "../model/load/tag.ts";
import type { Run } from "../model/record/run.ts";

type Tagging = Pick<Run, "seed" | "config">;

export function tagsOf({ seed, config }: Tagging): Tag[] {
  return config.own === null ? [] : [OF_ANY_DRILL, tagOf(seed)];
}

export function tagsBesideOf({ seed, config }: Tagging): Tag[] {
  return config.own === null ? [] : [OF_ANY_DRILL, tagBesideOf(seed)];
}
