/**
 * The folder in which the user typed the command: paths in arguments and in messages are relative to it.
 *
 * npm runs a script in the folder of its package.json and passes the user's in INIT_CWD. That is trusted only from the
 * npm that started this very command: an outer npm recorded the folder of another command.
 */
import { realpathSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isFolder } from "./folders.ts";

/** The clone; in the package, the folder that was built. */
export const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));
/** What people run with npm. */
export const SCRIPT = "chaos";

export const HERE = placeOf(process.env, process.cwd());

/** An absolute path from what the user typed. */
export function fromHere(path: string): string {
  return resolve(HERE, path);
}

/** A path that the user can type again. */
export function toHere(path: string): string {
  return relative(HERE, path) || ".";
}

export function placeOf(environment: NodeJS.ProcessEnv, cwd: string): string {
  const { INIT_CWD, npm_lifecycle_event, npm_package_json } = environment;
  const startedByNpm =
    npm_lifecycle_event === SCRIPT && isSame(npm_package_json, join(CHECKOUT, "package.json")) && isSame(cwd, CHECKOUT);
  return startedByNpm && INIT_CWD !== undefined && isFolder(INIT_CWD) ? INIT_CWD : cwd;
}

function isSame(one: string | undefined, other: string): boolean {
  try {
    return one !== undefined && realpathSync(one) === realpathSync(other);
  } catch {
    return false;
  }
}
