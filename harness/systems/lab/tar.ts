/** Reads a tar archive as the engine sends it, one file at a time. */

export interface TarFile {
  /** Without its folders. */
  name: string;
  content: Buffer;
}

const BLOCK_BYTES = 512;
const [SIZE_AT, SIZE_BYTES, TYPE_AT, NAME_BYTES] = [124, 12, 156, 100];
/** Regular files, in the current and in the oldest notation. */
const FILES = ["0", "\0"];

/** Throws when the archive ends before its end marker: then files may be missing. */
export async function* filesInTar(tar: AsyncIterable<Buffer>): AsyncGenerator<TarFile> {
  const take = taking(tar);
  for (;;) {
    const header = await take(BLOCK_BYTES);
    if (header.every((byte) => byte === 0)) return;
    const size = Number.parseInt(textIn(header, SIZE_AT, SIZE_BYTES), 8);
    if (Number.isNaN(size)) throw new Error("the tar archive is damaged");
    const blocks = await take(Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES);
    const type = String.fromCharCode(header[TYPE_AT] as number);
    const name = textIn(header, 0, NAME_BYTES).split("/").at(-1) as string;
    if (FILES.includes(type)) yield { name, content: blocks.subarray(0, size) };
  }
}

function taking(tar: AsyncIterable<Buffer>): (bytes: number) => Promise<Buffer> {
  const chunks = tar[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  return async (bytes) => {
    const taken = [rest];
    for (let have = rest.length; have < bytes; ) {
      const { done, value } = await chunks.next();
      if (done) throw new Error("the tar archive is truncated");
      taken.push(value);
      have += value.length;
    }
    const all = Buffer.concat(taken);
    rest = all.subarray(bytes);
    return all.subarray(0, bytes);
  };
}

function textIn(header: Buffer, from: number, length: number): string {
  return (header.toString("latin1", from, from + length).split("\0")[0] as string).trim();
}
