/**
 * Whether this program is built, as in the package, or a clone whose TypeScript Node runs directly. Below
 * `node_modules`, Node runs JavaScript only.
 */
export const BUILT = import.meta.url.endsWith(".js");

/** The extension of our modules, for those referred to by path and not imported. */
export const ENDING = BUILT ? ".js" : ".ts";

/** What people type before a command's name. */
export const COMMAND = BUILT ? "npx fhirdrill" : "npm run chaos --";
