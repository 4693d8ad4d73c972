import { afterEach, expect, test, vi } from "vitest";
import { ImageProgress } from "./image-progress.ts";

afterEach(() => vi.useRealTimers());

test("says what is being made, how far it is and how long it took, again every half minute", () => {
  vi.useFakeTimers();
  const told: string[] = [];
  const progress = new ImageProgress(6, (line) => told.push(line));
  progress.ready("postgres");
  progress.begin("hapi", "pulling");
  vi.advanceTimersByTime(8000);
  progress.begin("hapi", "building");
  progress.begin("k6", "building");
  vi.advanceTimersByTime(22_000);
  progress.ready("k6");
  vi.advanceTimersByTime(30_000);
  progress.end();
  vi.advanceTimersByTime(600_000);
  expect(told).toEqual([
    "images: 1 of 6 ready after 0 s; pulling hapi",
    "images: 1 of 6 ready after 8 s; building hapi",
    "images: 1 of 6 ready after 8 s; building hapi, building k6",
    "images: 1 of 6 ready after 30 s; building hapi, building k6",
    "images: 2 of 6 ready after 60 s; building hapi",
  ]);
});
