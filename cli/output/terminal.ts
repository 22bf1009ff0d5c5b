/** Names and comments come from databases and files that somebody else wrote: what they can do to a terminal is taken out here. */

// Control characters but tab and line feed, and the bidirectional marks that reorder what is read (CVE-2021-42574).
// deno-lint-ignore no-control-regex
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
// deno-lint-ignore no-control-regex
const colours = /\u001b\[[0-9;]*m/g;

/** The text with every unsafe character written as its code ("\\u001b"). */
export function safe(text: string): string {
  return text.replace(unsafe, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** As `safe`, and on one line. */
export function safeLine(text: string): string {
  return safe(text).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}

/** As `safe`, for text that sqa has coloured itself: colour codes stay. */
export function safeColoured(text: string): string {
  let end = 0, result = "";
  for (const match of text.matchAll(colours)) {
    result += safe(text.slice(end, match.index)) + match[0];
    end = match.index + match[0].length;
  }
  return result + safe(text.slice(end));
}
