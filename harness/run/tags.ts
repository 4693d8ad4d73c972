/** What a run's writes bear: something in an own system, where they have to be found again, and nothing in a lab. */
import { OF_ANY_DRILL, type Tag, tagBesideOf, tagOf } from "../model/load/tag.ts";
import type { Run } from "../model/record/run.ts";

type Tagging = Pick<Run, "seed" | "config">;

export function tagsOf({ seed, config }: Tagging): Tag[] {
  return config.own === null ? [] : [OF_ANY_DRILL, tagOf(seed)];
}

export function tagsBesideOf({ seed, config }: Tagging): Tag[] {
  return config.own === null ? [] : [OF_ANY_DRILL, tagBesideOf(seed)];
}
