/** Are the files of a folder whole? Everything that can be known without a database, before anybody runs them. */
import type { Dialect } from "../dialects/dialect.ts";
import { SqaError } from "../schema/error.ts";
import { fingerprint } from "../schema/hash.ts";
import { type Chain, makeChain } from "./chain.ts";
import { type Migration, readDown, readSnapshot } from "./files.ts";
import { readFolderLocked } from "./lock_file.ts";

export interface Validation {
  readonly chain: Chain;
  readonly migrations: readonly Migration[];
  readonly statements: number;
  /** What keeps the files from being run. */
  readonly problems: readonly SqaError[];
  /** What may be as it was meant. */
  readonly warnings: readonly { readonly code: string; readonly file: string; readonly message: string }[];
}

/** Headers, ids, parents, checksums, down files, snapshots, and whether the SQL splits into whole statements. */
export async function validate(dir: string, dialect: Dialect, locked = false): Promise<Validation> {
  const folder = await readFolderLocked(dir, dialect, locked);
  const { chain, problems } = makeChain(folder.migrations, []);
  const found: SqaError[] = [...folder.problems, ...problems];
  const warnings: Validation["warnings"][number][] = folder.strays.map((file) => ({
    code: "stray-file",
    file,
    message: "its name ends in neither .up.sql nor .down.sql: it is never run",
  }));
  // In the order in which they are applied; what has no place there comes last.
  const placed = [...chain.nodes.values()].flatMap(({ migration }) => migration ? [migration] : []);
  for (const migration of new Set([...placed, ...folder.migrations])) {
    const { header, up, paths } = migration;
    const warn = (code: string, file: string, message: string) => warnings.push({ code, file, message });
    if (header.checksum !== null && header.checksum !== up.checksum) {
      warn("edited", paths.up, "its statements are not those that were generated");
    }
    if (up.statements.length === 0 && header.generator === "hand") warn("empty", paths.up, "it holds no statement yet");
    if (header.generator === "sqa" && paths.snapshot === null) {
      warn("no-snapshot", paths.up, "its .snapshot.json is gone: `sqa diff` cannot start from it");
    }
    found.push(...await problemsBeside(migration, dialect));
  }
  if (chain.heads.length > 1) {
    const labels = chain.heads.map((id) => chain.nodes.get(id)!.label);
    warnings.push({ code: "heads", file: dir, message: `nothing follows ${labels.join(" nor ")}: run \`sqa merge\`` });
  }
  const statements = folder.migrations.reduce((sum, { up }) => sum + up.statements.length, 0);
  return { chain, migrations: folder.migrations, statements, problems: found, warnings };
}

/** Of the down file and the snapshot. */
async function problemsBeside(migration: Migration, dialect: Dialect): Promise<readonly SqaError[]> {
  const problems: SqaError[] = [];
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof SqaError)) throw error;
      problems.push(error);
    }
  };
  await attempt(async () => void await readDown(migration, dialect));
  await attempt(async () => {
    const snapshot = await readSnapshot(migration), { to } = migration.header;
    if (!snapshot || to === null || fingerprint(snapshot.graph) === to) return;
    const file = migration.paths.snapshot!;
    throw new SqaError("SQA-541", `${file} is not the schema that ${migration.label}.up.sql leads to`, {
      place: { file },
      object: migration.id,
      hint: "restore both files from version control",
    });
  });
  return problems;
}
