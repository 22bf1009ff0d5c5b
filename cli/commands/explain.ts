/** `sqa explain RULE` or an error code: what it is about, why, and what to do instead. Needs no project. Also `sqa help CODE`. */
import { dialects } from "../../dialects/mod.ts";
import { rules as general } from "../../diff/lint/mod.ts";
import type { RuleWords } from "../../diff/lint/rule.ts";
import { SqaError } from "../../schema/error.ts";
import { errorText } from "../error_texts.ts";
import { table } from "../output/table.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";
import { nearest } from "../suggest.ts";

export const command: CommandModule = {
  examples: [
    ["sqa explain", "all rules"],
    ["sqa explain drop-column", "what it looks for, and what to do instead"],
    ["sqa help SQA-564", "an error code"],
  ],
  define: (base, run) => {
    base
      .description("Explains the rules behind hazards: what each looks for, why it matters, what to do instead.")
      .argument("[rule]", "the word in brackets: drop-column, SQA-564; else all rules are listed")
      .action((rule) => run((session) => Promise.resolve(explain(session, rule))));
  },
};

/** Those of all databases, then those of each one for what people write themselves. */
const rules: readonly RuleWords[] = [...general, ...dialects.flatMap(({ textRules = [] }) => textRules)];

function explain({ out }: Session, word: string | undefined): 0 {
  // As it is shown ("drop-column:users.email") or printed in brackets.
  const error = word === undefined ? null : errorText(word.replace(/^error\[|\]$/g, ""));
  if (error) {
    out.data(`${out.style.strong(error.code)}: ${error.text}`);
    out.json({ errors: [error] });
    return 0;
  }
  const code = word?.replace(/^\[|\]$/g, "").split(":")[0]!;
  const found = word === undefined ? rules : rules.filter((rule) => rule.code === code);
  if (found.length === 0) {
    const meant = nearest(code!, rules.map((rule) => rule.code));
    throw new SqaError("SQA-006", `there is no rule "${code}"`, {
      hint: meant ? `did you mean \`sqa explain ${meant}\`?` : "`sqa explain` lists them",
      exit: 64,
    });
  }
  if (word === undefined) {
    for (
      const line of table(["rule", "severity", "what"], rules.map((rule) => [rule.code, rule.severity, rule.summary]))
    ) {
      out.data(line);
    }
  } else {
    const { severity, summary, problem, solution } = found[0]!;
    out.data(`${out.style.strong(code!)} (${severity}): ${summary}`);
    out.data(`\n${problem}\n\n${solution}`);
    if (severity === "error") out.data(`\nTo accept it: --allow ${code}:OBJECT, or "allow" in the config file.`);
  }
  out.json({
    rules: found.map(({ code, severity, summary, problem, solution }) => ({
      code,
      severity,
      summary,
      problem,
      solution,
    })),
  });
  return 0;
}
