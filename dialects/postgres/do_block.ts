/** A DO with this body, whatever the names in it hold; `word` is what stands between its dollars. Pure. */
export function doBlock(word: string, body: string): string {
  let tag = `$${word}$`;
  for (let n = 1; body.includes(tag); n++) tag = `$${word}${n}$`;
  return `DO ${tag}${body}${tag}`;
}
