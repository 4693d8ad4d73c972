/** Like `Promise.all`, but a failure waits for the others: what is still starting cannot be removed. */
export async function allStarted<T extends readonly Promise<unknown>[]>(
  starts: [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(starts);
  return Promise.all(starts) as Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }>;
}
