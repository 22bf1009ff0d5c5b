/**
 * The text that SQLite keeps as a column's declared type: build.c sqlite3AddColumn and util.c sqlite3DequoteToken of 3.53, step by step,
 * because its affinity comes from the letters of exactly this text, comments and stray brackets included.
 */

const spaces = /[ \t\n\v\f\r]+$/;
const quotes = /["'`[]/;
const encoder = new TextEncoder();

/** `written` is the text from the first word of a type to its last, with whatever stands between. */
export function keptType(written: string): string {
  let text = written;
  // The grammar takes the words GENERATED ALWAYS for a part of the type, so they are cut off its end; whatever the type is, if it is long enough.
  if (encoder.encode(text).length >= 16 && /always$/i.test(text)) {
    text = text.slice(0, -6).replace(spaces, "");
    if (/generated$/i.test(text)) text = text.slice(0, -9).replace(spaces, "");
  }
  // What begins with a quote and has none within loses its first and its last character, even if that one is no quote.
  if (encoder.encode(text).length >= 3 && quotes.test(text[0]!) && !quotes.test(text.slice(1, -1))) {
    return text.slice(1, -1);
  }
  return dequoted(text);
}

/** What stands in the quotes that the text begins with; the rest is dropped (sqlite3Dequote). */
function dequoted(text: string): string {
  const open = text[0];
  if (open === undefined || !quotes.test(open)) return text;
  const close = open === "[" ? "]" : open;
  let inner = "";
  for (let i = 1; i < text.length; i++) {
    if (text[i] === close) {
      if (text[i + 1] !== close) break;
      i++;
    }
    inner += text[i];
  }
  return inner;
}
