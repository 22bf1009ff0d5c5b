/** What is known of the modules behind virtual tables: which arguments are columns, and whether their content can be copied. */
import { nameOf, type Token, tokenize } from "./lexer.ts";

/** How a virtual table's rows can be brought into another of the same module. */
export type Content =
  /** The module stores them: they are copied, with their rowid, column by column. */
  | { readonly kind: "own"; readonly columns: readonly string[] }
  /** Another table has them (`content=t`): the index is built from there. */
  | { readonly kind: "elsewhere"; readonly table: string }
  /** Not stored (`content=''`), or sqa does not know the module. */
  | { readonly kind: "unknown" };

export function contentOf(module: string, args: readonly string[]): Content {
  switch (module) {
    case "fts5":
    case "fts4":
    case "fts3": {
      const content = settingOf(args, "content");
      if (content === "") return { kind: "unknown" };
      if (content !== null) return { kind: "elsewhere", table: content };
      const columns = args.flatMap((arg) => columnOf(arg, module));
      return { kind: "own", columns: columns.length ? columns : module === "fts5" ? [] : ["content"] };
    }
    case "rtree":
    case "rtree_i32":
      return { kind: "own", columns: args.map((arg) => nameAt(tokenize(arg.replace(/^\s*\+/, "")), 0)) };
    default:
      return { kind: "unknown" };
  }
}

/** Has the module's table a rowid of its own beside its columns? An R-tree's first column is its. */
export function hasRowid(module: string): boolean {
  return module.startsWith("fts");
}

/** The value of `name=value` among the arguments, without quotes, or null. */
function settingOf(args: readonly string[], name: string): string | null {
  for (const arg of args) {
    const tokens = tokenize(arg);
    if (tokens[0]?.value === name.toUpperCase() && tokens[1]?.text === "=") {
      return tokens[2] ? nameAt(tokens, 2) : "";
    }
  }
  return null;
}

/** The column that an argument of a full-text table declares, if it is no setting. */
function columnOf(arg: string, module: string): readonly string[] {
  const tokens = tokenize(arg);
  if (tokens.length === 0 || tokens[1]?.text === "=") return [];
  if (module !== "fts5" && tokens[0]!.value === "TOKENIZE") return [];
  return [nameAt(tokens, 0)];
}

function nameAt(tokens: readonly Token[], at: number): string {
  return tokens[at] ? nameOf(tokens[at]!) : "";
}

/** An argument with white space folded where that cannot matter to a module: outside quotes, and around "=". */
export function normalizeArgument(arg: string): string {
  const tokens = tokenize(arg);
  let text = "";
  tokens.forEach((token, i) => {
    const gap = i > 0 && token.start > tokens[i - 1]!.end && token.text !== "=" && tokens[i - 1]!.text !== "=";
    text += (gap ? " " : "") + token.text;
  });
  return text;
}
