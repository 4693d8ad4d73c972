/** A page, or a part of one, as a reader sees it: without its scripts, its style and its marks. */
export function wordsIn(page: string): string {
  return page
    .replaceAll(/<(script|style)[^>]*>.*?<\/\1>/gs, "")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll("&gt;", ">")
    .replaceAll(/\s+/g, " ")
    .trim();
}
