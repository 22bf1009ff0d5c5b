/**
 * Other tools that do the same work, as their registries have them: pg-delta and dbmate from npm, Alembic from pip. They are installed on demand
 * into a folder of their own outside the project (SQA_BENCH_RIVALS), never into it. What cannot be had is named, not passed over.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "./measure.ts";
import type { Place } from "./places.ts";
import type { SmallMigration } from "./synthetic.ts";

/** Versions are fixed, so that a stored ratio keeps its meaning. */
const npmPackages = { pgdelta: "@supabase/pg-delta@1.0.0-alpha.34", dbmate: "dbmate@2.36.0" } as const;
const pipPackages = ["alembic==1.20.0", "psycopg2-binary", "pymysql"];

/** The programs that can be had here. */
export interface Rivals {
  readonly pgdelta: string | null;
  readonly dbmate: string | null;
  /** A Python that has Alembic. */
  readonly python: string | null;
}

export const noRivals: Rivals = { pgdelta: null, dbmate: null, python: null };

/** Looks for the rivals, installs those that are missing, and tells `skip` of those that stay missing. */
export async function openRivals(skip: (what: string, why: string) => void): Promise<Rivals> {
  const folder = Deno.env.get("SQA_BENCH_RIVALS") ?? join(Deno.env.get("HOME") ?? "/tmp", ".cache", "sqa-bench-rivals");
  await Deno.mkdir(folder, { recursive: true });
  const npm = async (name: keyof typeof npmPackages): Promise<string | null> => {
    const program = join(folder, "node_modules", ".bin", name);
    if (existsSync(program)) return program;
    if (!existsSync(join(folder, "package.json"))) {
      await Deno.writeTextFile(join(folder, "package.json"), '{"private":true}');
    }
    const why = await failure(["npm", "install", "--no-audit", "--no-fund", "--silent", npmPackages[name]], folder);
    if (why === null && existsSync(program)) return program;
    skip(npmPackages[name], why ?? "the package has no such program");
    return null;
  };
  const python = join(folder, "py", "bin", "python"), marker = join(folder, "py", "complete");
  const alembic = async (): Promise<string | null> => {
    if (existsSync(marker)) return python;
    const why = await failure(["python3", "-m", "venv", "py"], folder) ??
      await failure([python, "-m", "pip", "install", "-q", ...pipPackages], folder);
    if (why !== null) return skip("Alembic", why), null;
    await Deno.writeTextFile(marker, "");
    return python;
  };
  for (const name of ["drizzle-kit", "TypeORM", "MikroORM", "Prisma"]) {
    skip(name, "not run: its models would have to be written by hand for each workload");
  }
  return { pgdelta: await npm("pgdelta"), dbmate: await npm("dbmate"), python: await alembic() };
}

/** Runs a command to its end; null when it succeeds, else what it said last. */
async function failure(run: readonly string[], cwd: string): Promise<string | null> {
  try {
    const [program, ...args] = run;
    const { success, stderr } = await new Deno.Command(program!, { args, cwd, stdout: "null", stderr: "piped" })
      .output();
    return success ? null : new TextDecoder().decode(stderr).trim().split("\n").at(-1) || `${run[0]} failed`;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A rival's command under its name. */
export interface Rival {
  readonly label: string;
  readonly command: Command;
}

/** What the rivals have for "does the database hold what we say?", on a database that does. Prepares what they compare with. */
export async function driftRivals(
  rivals: Rivals,
  place: Place,
  url: string,
  project: string,
): Promise<readonly Rival[]> {
  const found: Rival[] = [];
  const prepare = async (label: string, first: readonly string[], run: readonly string[], made: string) => {
    const why = existsSync(join(project, made)) ? null : await failure(first, project);
    if (why !== null) throw new Error(`${label}: ${why}`);
    found.push({ label, command: { run, cwd: project } });
  };
  if (rivals.pgdelta && place.name === "postgres") {
    await prepare(
      "pg-delta",
      [rivals.pgdelta, "snapshot", "--source", url, "--out", "snapshot.json"],
      [rivals.pgdelta, "drift", "--env", url, "--snapshot", "snapshot.json"],
      "snapshot.json",
    );
  }
  if (rivals.python) {
    await Deno.writeTextFile(join(project, "alembic_compare.py"), alembicCompare);
    const run = (step: string) => [rivals.python!, "alembic_compare.py", step, sqlalchemyUrl(url)];
    await prepare("Alembic", run("reflect"), run("compare"), "alembic.pickle");
  }
  return found;
}

function sqlalchemyUrl(url: string): string {
  if (url.startsWith("sqlite:")) return `sqlite:///${url.slice("sqlite:".length)}`;
  return url.replace(/^postgres(ql)?:/, "postgresql+psycopg2:").replace(/^(mysql|mariadb):/, "mysql+pymysql:");
}

/** Reflects a database into models once, and from then on compares the database with them, as `alembic check` does. */
const alembicCompare = `import pickle, sys
from sqlalchemy import MetaData, create_engine
step, url = sys.argv[1:3]
engine = create_engine(url)
if step == "reflect":
    metadata = MetaData()
    metadata.reflect(engine)
    pickle.dump(metadata, open("alembic.pickle", "wb"))
else:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext
    metadata = pickle.load(open("alembic.pickle", "rb"))
    with engine.connect() as connection:
        print(len(compare_metadata(MigrationContext.configure(connection), metadata)), "differences")
`;

/** dbmate on the same migrations; null where it cannot be had. */
export async function applyRival(
  rivals: Rivals,
  url: string,
  migrations: readonly SmallMigration[],
  project: string,
): Promise<Rival | null> {
  if (!rivals.dbmate) return null;
  const folder = join(project, "dbmate");
  await Deno.mkdir(folder, { recursive: true });
  for (const { label, sql, undo } of migrations) {
    const [stamp, ...rest] = label.split("_");
    const text = `-- migrate:up\n${sql};\n\n-- migrate:down\n${undo};\n`;
    await Deno.writeTextFile(join(folder, `${stamp}_${rest.join("_")}.sql`), text);
  }
  const plain = url.startsWith("postgres") ? `${url}${url.includes("?") ? "&" : "?"}sslmode=disable` : url;
  const run = [rivals.dbmate, "--url", plain, "--migrations-dir", folder, "--no-dump-schema", "up"];
  return { label: "dbmate", command: { run, cwd: project } };
}
