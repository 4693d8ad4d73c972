/** Parses JSON from disk, which editors may have saved in another encoding. */

/** Throws a `SyntaxError`, with a clear message if the encoding is wrong, since that is invisible. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const wrong = wrongEncoding(text);
    throw wrong === null ? error : new SyntaxError(wrong);
  }
}

/** `null` for text that is no JSON. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function wrongEncoding(text: string): string | null {
  if (text.startsWith("\ufeff"))
    return "it begins with a byte order mark, which fhirdrill never writes: an editor saved it";
  // The decoder's replacement for bytes that are not UTF-8, such as a UTF-16 byte order mark.
  if (text.startsWith("\ufffd")) return "it is not UTF-8: an editor saved it in another encoding";
  return null;
}
