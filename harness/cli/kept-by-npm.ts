/**
 * Detects `npm run chaos --config sync`: npm keeps all options before `--`, even unknown ones, so a different drill than the
 * requested one would start.
 */
import { SCRIPT } from "../store/here.ts";

/** The options, without their dashes, that npm kept. `known`: the program's options. npm's own options do not count. */
export function keptByNpm(known: Iterable<string>, environment: NodeJS.ProcessEnv): string[] {
  if (environment.npm_lifecycle_event !== SCRIPT) return [];
  const kept = [...new Set(known)].filter(
    (name) => !NPMS.has(name) && `npm_config_${name.replaceAll("-", "_")}` in environment,
  );
  // npm's -c is --call and takes a value. Ours is the name of a configuration.
  return environment.npm_config_call ? [...kept, "config"] : kept;
}

/** Options that npm has as well: users may have set them permanently in npm's settings. */
const NPMS = new Set(["json"]);
