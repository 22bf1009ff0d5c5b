/** Where the corpora and their oracle stand: beside the repository, on the machines that have them. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("./", import.meta.url));
const tools = fileURLToPath(new URL("../../../shared/tools/corpora/", import.meta.url));

/** The unpacked corpora (the tool `unpack` puts them there). */
export const corporaFolder = join(Deno.env.get("SQA_TEST_HOME") ?? "/var/tmp/sqa-test", "corpora");

/** Ends the program with a plain sentence where the corpora are missing. */
export function requireOracle(): void {
  if (existsSync(join(tools, "fingerprint.py")) && existsSync(corporaFolder)) return;
  // deno-lint-ignore no-console -- the last words of a script
  console.log("skipped: corpora (no ../shared, or not unpacked)");
  Deno.exit(0);
}

/** Does the oracle call the two databases equal? Tables of sqa's own are left out, and those that are named. */
export async function oracle(
  left: string,
  right: string,
  leftOut: readonly string[] = [],
): Promise<Judged> {
  const { code, stdout, stderr } = await new Deno.Command("python3", {
    args: [
      join(tools, "fingerprint.py"),
      "diff",
      ...["sqa_history", ...leftOut].flatMap((each) => ["--ignore-table", each]),
      left,
      right,
    ],
    stdin: "null",
  }).output();
  const said = (text(stdout) + text(stderr)).split("\n").filter((line) =>
    /^[-+]|rror/.test(line) && !/^(---|\+\+\+)/.test(line)
  );
  return {
    equal: code === 0,
    stamped: code === 1 && isStampedOnly(text(stdout)),
    said: `${said.length} facts: ${said.slice(0, 2).join(" | ").slice(0, 200)}`,
  };
}

export interface Judged {
  readonly equal: boolean;
  /** Not equal, but in nothing else than the pg_attver that some builds of the server (Debian's 15.20) stamp on each column. Nobody can set it. */
  readonly stamped: boolean;
  readonly said: string;
}

function isStampedOnly(output: string): boolean {
  // A fact may have several lines, a function's body for example.
  const facts = output.replace(/\nDIFFERENT\s*$/, "").split(/\n(?=[-+])/).filter((fact) =>
    !/^(---|\+\+\+) /.test(fact)
  );
  const side = (sign: string) =>
    facts.filter((fact) => fact.startsWith(sign)).map((fact) => fact.slice(1).replace(/ opts=pg_attver=\d+/, ""))
      .sort();
  const left = side("-"), right = side("+");
  return left.length > 0 && left.join("\n") === right.join("\n");
}

/** Cases that are known to fail, by id, with their cause. */
export function known(suite: string): Readonly<Record<string, string>> {
  const all = JSON.parse(Deno.readTextFileSync(join(here, "known.json"))) as Record<string, Record<string, string>>;
  return all[suite] ?? {};
}

export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
