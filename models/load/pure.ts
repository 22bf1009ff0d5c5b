/**
 * Is what a model file makes a matter of its text alone? Asked before a graph is kept for the next run: where the answer is not certain it is no.
 * A file may use the language, a few of its plain objects, and what it imports.
 */

/** Objects of the language that give the same for the same, every time and everywhere, unless one reaches for what `reaches` names. */
const plain: ReadonlySet<string> = new Set([
  ...["Object", "Array", "String", "Number", "Boolean", "BigInt", "Map", "Set", "JSON", "RegExp", "Error", "TypeError"],
  ...["RangeError", "Uint8Array", "undefined", "NaN", "Infinity", "parseInt", "parseFloat", "isNaN", "isFinite"],
]);

/** Ways from a plain object to everything else, to the machine's language, to the stack, or to another file than those that imports name. */
const reaches =
  /\b(constructor|prototype|__proto__|[gs]etPrototypeOf|define(Property|Properties)|caller|callee|arguments|stack|captureStackTrace|prepareStackTrace|toLocale\w*|localeCompare|eval|await|require|import\s*[.(])|\\u/;

/** Comments between the words of an import, behind which a reader of texts would not find it. */
const hidden = /\b(import|from)\s*\/[*/]/;

/** True only where importing this text, and what it imports, gives the same in every run. */
export function isPure(text: string): boolean {
  if (reaches.test(text) || hidden.test(text)) return false;
  const code = codeIn(text);
  for (const found of code.matchAll(/[A-Za-z_$][\w$]*/g)) {
    const word = found[0];
    if (!(word in globalThis) || plain.has(word)) continue;
    if (isMember(code, found.index) || isKey(code, found.index, word.length)) continue;
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

/** What follows "self" where it is the table in `(self) => [self.index(…)]`: as the global object it would have no such member. */
function isTable(after: string): boolean {
  const member = /^\s*\??\.\s*([A-Za-z_$][\w$]*)/.exec(after)?.[1];
  return member === undefined ? /^\s*(,\s*\w+\s*)?\)\s*=>/.test(after) : !(member in globalThis);
}

/**
 * The text without strings and comments, the code within templates included; all of the text where that cannot be told without a parser, as where
 * a regular expression may hold a quote.
 */
function codeIn(text: string): string {
  const parts = /\/\/.*|\/\*[^]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[^])*`/g;
  const code = text.replace(parts, (part) => {
    if (!part.startsWith("`") || !part.includes("${")) return " _ ";
    const inner = [...part.matchAll(/\$\{([^{}]*)\}/g)].map((found) => found[1]!);
    return inner.length === part.split("${").length - 1 ? ` _ ${inner.map((each) => `(${each})`).join(" ")} ` : "`";
  });
  return /["'`/]/.test(code) ? text : code;
}
