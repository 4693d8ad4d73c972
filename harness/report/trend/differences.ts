/** What differs between two plain values, place by place: "load.ratePerSecond 50 → 20". What one of them lacks is "–". */
export function differences(before: unknown, after: unknown, path = ""): string[] {
  if (isTree(before) && isTree(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => differences(before[key], after[key], path === "" ? key : `${path}.${key}`));
  }
  const [was, is] = [told(before), told(after)];
  return was === is ? [] : [`${path} ${was} → ${is}`];
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function told(value: unknown): string {
  if (value === undefined || value === null) return "–";
  return typeof value === "string" ? value : JSON.stringify(value);
}
