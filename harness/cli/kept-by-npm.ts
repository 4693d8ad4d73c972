/**
 * `npm run chaos --config sync`: what stands before `--` is npm's, which keeps options that it does not know for itself. Another
 * drill than the one that was asked for would begin.
 */
import { SCRIPT } from "../store/here.ts";

/** The options, without their dashes, that npm has kept; `known`: those of the program. npm's own are its own. */
export function keptByNpm(known: Iterable<string>, environment: NodeJS.ProcessEnv): string[] {
  if (environment.npm_lifecycle_event !== SCRIPT) return [];
  const kept = [...new Set(known)].filter(
    (name) => !NPMS.has(name) && `npm_config_${name.replaceAll("-", "_")}` in environment,
  );
  // Its -c is for --call, and takes a value: ours is a configuration's name.
  return environment.npm_config_call ? [...kept, "config"] : kept;
}

/** Of the program's options, those that npm has as well: they may be set for good in its own settings. */
const NPMS = new Set(["json"]);
