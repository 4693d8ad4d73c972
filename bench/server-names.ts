/** Ids that servers assign: UUIDs, the same in each run of a bench. */
import { createHash } from "node:crypto";

/** `Patient/12` → a UUID, always the same; what the client named keeps its name. */
export function asServersName(name: string): string {
  const [type, id] = name.split("/") as [string, string];
  if (!/^\d+$/.test(id)) return name;
  const digits = createHash("md5").update(name).digest("hex").slice(0, 32);
  return `${type}/${digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")}`;
}
