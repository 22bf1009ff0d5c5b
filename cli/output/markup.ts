/** Text in XML and HTML. */

/** A text as XML and HTML have it in content and in attributes; characters that XML forbids become a sign. */
export function escaped(text: string): string {
  // deno-lint-ignore no-control-regex -- these are what is meant
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll(
      "'",
      "&#39;",
    );
}
