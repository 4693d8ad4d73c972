/** JSON as it is on disk, where editors and copies have left their marks. */

/** Throws a `SyntaxError` that says in words what is wrong with the encoding, for nobody can see it. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const wrong = wrongEncoding(text);
    throw wrong === null ? error : new SyntaxError(wrong);
  }
}

/** Of an answer that may be anything; `null` where it is no JSON. */
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
  // What a decoder makes of bytes that are not UTF-8: of the mark of UTF-16, first of all.
  if (text.startsWith("\ufffd")) return "it is not UTF-8: an editor saved it in another encoding";
  return null;
}
