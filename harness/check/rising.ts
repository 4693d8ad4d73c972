/** A sum that grows in the course of a run, known at some instants and linear between them. Pure. */
import { countBelow } from "./facts.ts";

/** The sum up to that instant. */
export type Rising = (atMs: number) => number;

export type Point = readonly [atMs: number, sum: number];

/** Expects points in order of time; the sum is constant before the first and after the last. */
export function rising(points: readonly Point[]): Rising {
  const times = Float64Array.from(points, ([atMs]) => atMs);
  return (atMs) => {
    const next = countBelow(times, atMs);
    const [from, to] = [points[next - 1], points[next]];
    if (from === undefined) return to?.[1] ?? 0;
    if (to === undefined) return from[1];
    return from[1] + ((to[1] - from[1]) * (atMs - from[0])) / (to[0] - from[0]);
  };
}
