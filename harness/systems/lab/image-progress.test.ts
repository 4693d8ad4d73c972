import { afterEach, expect, test, vi } from "vitest";
import { ImageProgress } from "./image-progress.ts";

afterEach(() => vi.useRealTimers());

test("reports what is in progress, how many are ready and the time so far, every half minute", () => {
  vi.useFakeTimers();
  const lines: string[] = [];
  const progress = new ImageProgress(6, (line) => lines.push(line));
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
  expect(lines).toEqual([
    "images: 1 of 6 ready after 0 s; pulling hapi",
    "images: 1 of 6 ready after 8 s; building hapi",
    "images: 1 of 6 ready after 8 s; building hapi, building k6",
    "images: 1 of 6 ready after 30 s; building hapi, building k6",
    "images: 2 of 6 ready after 60 s; building hapi",
  ]);
});
