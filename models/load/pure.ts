/**
 * Is what a model file makes a matter of its text alone? Asked before a graph is kept for the next run: where the answer is not certain it is no.
 * A file may use the language, a few of its plain objects, and what it imports.
 */

/** Objects of the language that give the same for the same, every time and everywhere, unless one reaches for what `reaches` names. */
const plain: ReadonlySet<string> = new Set([
  ...["Object", "Array", "String", "Number", "Boolean", "BigInt", "Map", "Set", "JSON", "RegExp", "Error", "TypeError"],
  ...["RangeError", "Uint8Array", "undefined", "NaN", "Infinity", "parseInt", "parseFloat", "isNaN", "isFinite"],
]);

const ways =
  "constructor|prototype|__proto__|[gs]etPrototypeOf|getOwnProperty\\w*|define(?:Property|Properties)|__(?:define|lookup)[GS]etter__|caller|" +
  "callee|arguments|stack|captureStackTrace|prepareStackTrace|toLocale\\w*|localeCompare|eval|await|require";

/** Ways from a plain object to everything else, to the machine's language, to the stack, or to another file than those that imports name. */
const reaches = new RegExp(`\\b(?:${ways})\\b|\\bimport\\s*[.(]|\\\\u`);

/** The same as a string between brackets: `x["constructor"]`, `{ ["constructor"]: f }`. Strings with a backslash may be any. */
const asName = `(["'\`])(?:(?:${ways})|[^"'\`\\]]*\\\\[^"'\`\\]]*)\\1`;
const reachesByName = new RegExp(
  `[\\w$)\\]"'\`}.]\\s*\\[\\s*${asName}\\s*\\]|[{,]\\s*\\[\\s*${asName.replace("\\1", "\\2")}\\s*\\]\\s*[:(]`,
);

/** A member or key whose name is worked out, which may be any. Numbers and whole strings (§) are no such names. */
const worksNamesOut =
  /(?:(?<!\b(?:const|let|var|return|of|in|case|typeof|else|default|new))(?<=[\w$)\]}§])|\?\.)\s*\[(?!\s*(?:\d+|§)?\s*\])|[{,]\s*\[(?!\s*§\s*\])[^\]]*\]\s*[:(]/;

/** Comments between the words of an import, behind which a reader of texts would not find it. */
const hidden = /\b(import|from)\s*\/[*/]/;

/** Keys of plain objects that are not what they are called. */
const harmlessKeys = /([{,]\s*)arguments(?=\s*:)/g;

/** True only where importing this text, and what it imports, gives the same in every run. */
export function isPure(text: string): boolean {
  if (hidden.test(text) || reachesByName.test(text)) return false;
  const code = codeIn(text), own = new Map<string, boolean>();
  const isOwn = (word: string): boolean => {
    const known = own.get(word) ?? (code !== text && isDeclared(code, word));
    own.set(word, known);
    return known;
  };
  if (worksNamesOut.test(code) || reaches.test(code.replace(harmlessKeys, "$1"))) return false;
  for (const found of code.matchAll(/[A-Za-z_$][\w$]*/g)) {
    const word = found[0];
    if (!(word in globalThis) || plain.has(word)) continue;
    if (isMember(code, found.index) || isKey(code, found.index, word.length) || isOwn(word)) continue;
    if (word !== "self" || !isTable(code.slice(found.index + word.length, found.index + 80))) return false;
  }
  return true;
}

/** `.name`, but not `...name`. */
function isMember(code: string, at: number): boolean {
  return /(^|[^.])\.\s*$/.test(code.slice(Math.max(0, at - 40), at));
}

/** `{ name:`, `, name:` or `; name:`, which is a key, a parameter or a label; behind a "?" the same is a value. */
function isKey(code: string, at: number, length: number): boolean {
  return /[{(,;]\s*$/.test(code.slice(Math.max(0, at - 400), at)) &&
    /^\s*\??:/.test(code.slice(at + length, at + length + 40));
}

/** Does the file itself declare or import the name, at its top, so that it means no global anywhere in the file? */
function isDeclared(code: string, word: string): boolean {
  const found = new RegExp(
    `^(?:export )?(?:const|let|class|function) ${word}\\b|^import \\{[^{}]*(?<!\\btype\\s+)\\b${word}\\s*(?:,[^{}]*)?\\}`,
    "m",
  ).exec(code);
  if (!found) return false;
  let depth = 0;
  for (const each of code.slice(0, found.index).matchAll(/[{}]/g)) depth += each[0] === "{" ? 1 : -1;
  return depth === 0;
}

/** What follows "self" where it is the table in `(self) => [self.index(…)]`: as the global object it would have no such member. */
function isTable(after: string): boolean {
  const member = /^\s*\??\.\s*([A-Za-z_$][\w$]*)/.exec(after)?.[1];
  return member === undefined ? /^\s*(,\s*\w+\s*)?\)\s*=>/.test(after) : !(member in globalThis);
}

/**
 * The text with a § for each string and comment, the code within templates included; all of the text where that cannot be told without a parser, as where
 * a regular expression may hold a quote.
 */
function codeIn(text: string): string {
  const parts = /\/\/.*|\/\*[^]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[^])*`/g;
  const code = text.replace(parts, (part) => {
    if (!part.startsWith("`") || !part.includes("${")) return " § ";
    const inner = [...part.matchAll(/\$\{([^{}]*)\}/g)].map((found) => found[1]!);
    return inner.length === part.split("${").length - 1 ? ` § ${inner.map((each) => `(${each})`).join(" ")} ` : "`";
  });
  return /["'`/]/.test(code) ? text : code;
}
