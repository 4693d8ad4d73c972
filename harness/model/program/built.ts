/**
 * How this program is there: as a clone, whose TypeScript Node runs as it is, or built, in the package. Below
 * `node_modules` Node runs JavaScript only.
 */
export const BUILT = import.meta.url.endsWith(".js");

/** Of our own modules, for those that are named by path and not imported. */
export const ENDING = BUILT ? ".js" : ".ts";

/** What people type before a command's name. */
export const COMMAND = BUILT ? "npx fhirdrill" : "npm run chaos --";
