/** A container's log so far: stdout and stderr as one text, unless one is excluded. */
import type { Docker } from "./engine-client.ts";

const HEADER_BYTES = 8;

type Handle = ReturnType<Docker["getContainer"]>;

/** `tail`: only so many of the last lines. `timestamps`: the engine's, at the start of each line. */
export async function readLog(
  handle: Handle,
  options: { tail?: number; timestamps?: boolean; stderr?: boolean } = {},
): Promise<Buffer> {
  return Buffer.concat(payloads(await handle.logs({ stdout: true, stderr: true, ...options })));
}

/**
 * The engine sends both streams as one sequence of chunks, each after a header whose last four bytes are its length.
 */
function payloads(raw: Buffer): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at + HEADER_BYTES <= raw.length; ) {
    const end = at + HEADER_BYTES + raw.readUInt32BE(at + HEADER_BYTES - 4);
    chunks.push(raw.subarray(at + HEADER_BYTES, end));
    at = end;
  }
  return chunks;
}
