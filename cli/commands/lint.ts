/** `sqa lint [files]`: what is risky in generated files, found from their snapshots, without a database. */
import { resolve as absolute } from "node:path";
import { Option } from "@commander-js/extra-typings";
import { type Chain, inRange, type Migration, resolve } from "../../migrate/mod.ts";
import { type PlacedHazard, replan } from "../../migrate/replan.ts";
import type { ScriptStatement } from "../../migrate/statements.ts";
import type { Dialect } from "../../dialects/dialect.ts";
import { lintText } from "../../diff/lint/mod.ts";
import type { Severity } from "../../diff/plan_types.ts";
import { refuseProblems } from "../../migrate/mod.ts";
import { openProject, type Project } from "../context.ts";
import { githubText } from "../output/github.ts";
import { isAllowed, moduleOfHazard, placedText } from "../output/placed_hazard.ts";
import { count } from "../output/table.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";
import { withTimeline } from "../timeline.ts";

const severities = ["error", "warning", "info"] as const;

interface LintFlags {
  readonly range?: string | undefined;
  readonly format: "text" | "json" | "github";
  readonly failOn: Severity | "never";
}

export const command: CommandModule = {
  examples: [
    ["sqa lint", "what is risky in the files of the migrations"],
    ["sqa lint migrations/*_add_orders_*.up.sql", "only these"],
    ["sqa lint --range 3f2a: --format github", "in a pull request: what came after that one, as annotations"],
    ["sqa lint --fail-on warning", "exit 2 for warnings too"],
  ],
  define: (base, run) => {
    base
      .description(
        "Shows the hazards of generated migration files: lost data, locks, rewrites. Opens no database. Exit 2 when there is one that is " +
          "neither allowed in the file nor milder than --fail-on. Of SQL that was written by hand only the text is known: what the database is known to do otherwise than it reads.",
      )
      .argument("[files...]", "paths of up files, ids or names; else all")
      .option("--range <a:b>", "only from a to b, both counted")
      .addOption(
        new Option("--format <format>", "form of the findings").choices(["text", "json", "github"] as const)
          .default("text" as const),
      )
      .addOption(
        new Option("--fail-on <severity>", "the mildest hazard that is a failure").choices(
          [...severities, "never"] as const,
        )
          .default("error" as const),
      )
      .action((files, flags) => run((session) => lint(session, files, flags as LintFlags)));
  },
};

interface Finding {
  readonly migration: Migration;
  readonly hazard: PlacedHazard;
  readonly allowed: boolean;
}

async function lint(session: Session, files: readonly string[], flags: LintFlags): Promise<0 | 2> {
  const { out } = session;
  const project = await openProject(session);
  const { dialect } = project.database;
  return await withTimeline(project, { offline: true }, async ({ chain, problems }) => {
    refuseProblems(problems);
    const migrations = chosen(chain, files, flags.range, session.io.cwd);
    const findings: Finding[] = [], unknown: { readonly file: string; readonly reason: string }[] = [];
    for (const migration of migrations) {
      const planned = await replan(migration, chain, dialect);
      const file = project.shown(migration.paths.up);
      if ("unknown" in planned) {
        if (migration.up.statements.length) unknown.push({ file, reason: planned.unknown });
        findings.push(...ofTexts(migration.up.statements, migration, dialect));
        continue;
      }
      for (const { line } of planned.others) {
        unknown.push({ file: `${file}:${line}`, reason: "this statement is not as sqa would write it today" });
      }
      findings.push(...ofTexts(planned.others, migration, dialect));
      for (const hazard of planned.hazards) {
        findings.push({ migration, hazard, allowed: isAllowed(hazard, migration.header, dialect) });
      }
    }
    for (const { file, reason } of unknown) out.note(`not linted: ${file}: ${reason}`);
    print(findings, migrations.length, flags, project);
    const worst = flags.failOn === "never" ? -1 : severities.indexOf(flags.failOn);
    return findings.some(({ hazard, allowed }) => !allowed && severities.indexOf(hazard.severity) <= worst) ? 2 : 0;

    function print(all: readonly Finding[], number: number, { format }: LintFlags, { shown }: Project): void {
      const data = {
        migrations: number,
        findings: all.map(({ migration, hazard: { at, ...hazard }, allowed }) => ({
          ...hazard,
          allowed,
          module: moduleOfHazard({ at, ...hazard }, migration.header),
          migration: migration.id,
          file: shown(migration.paths.up),
          line: at?.line ?? null,
          sql: at?.sql ?? null,
        })),
        unknown,
      };
      if (out.machine) return out.json(data);
      if (format === "json") return out.exact(out.redact(JSON.stringify({ version: 1, ...data }, null, 2)) + "\n");
      for (const { migration, hazard, allowed } of all) {
        const file = shown(migration.paths.up);
        out.data(
          format === "github"
            ? githubText(hazard, allowed, file)
            : placedText(hazard, allowed, file, out.style, moduleOfHazard(hazard, migration.header)),
        );
      }
      if (format === "github") return;
      const open = all.filter(({ allowed }) => !allowed).length;
      const rest = all.length - open ? `, ${all.length - open} allowed` : "";
      out.data(`${count(open, "hazard")}${rest} in ${count(number, "migration")}`);
    }
  });
}

/** What the database's own rules say of statements that nobody planned. */
function ofTexts(statements: Iterable<ScriptStatement>, migration: Migration, dialect: Dialect): readonly Finding[] {
  const rules = dialect.textRules ?? [], found: Finding[] = [];
  if (rules.length === 0) return found;
  for (const at of statements) {
    for (const hazard of lintText(at.sql, at.number - 1, rules)) {
      found.push({ migration, hazard: { ...hazard, at }, allowed: false });
    }
  }
  return found;
}

function chosen(chain: Chain, files: readonly string[], range: string | undefined, cwd: string): readonly Migration[] {
  const all = (range === undefined ? [...chain.nodes.values()] : inRange(chain, range)).flatMap(({ migration }) =>
    migration ? [migration] : []
  );
  if (files.length === 0) return all;
  const wanted = new Set(files.map((text) => {
    const path = absolute(cwd, text.replace(/\.(down\.sql|snapshot\.json)$/, ".up.sql"));
    const found = all.find(({ paths }) => absolute(cwd, paths.up) === path);
    return found?.id ?? resolve(chain, text).id;
  }));
  return all.filter(({ id }) => wanted.has(id));
}
