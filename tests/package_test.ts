/**
 * The npm package of the model API, as a program that knows no Deno gets it: packed, installed from its tarball in an empty project, checked
 * by the compiler of npm, imported by Node. The same model files are then read by sqa itself. Ignored where there is no npm.
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sqa } from "./support/cli.ts";
import { writePackage } from "./support/package.ts";
import { withFolder } from "./support/scratch.ts";

const models = `import { mixins, moduleBase, t } from "sqa";
const shop = moduleBase("shop");
export const customer = shop.table("customer", {
  id: t.bigint().identity().primaryKey(),
  email: t.email().unique(),
  kind: t.enum("customer_kind", ["person", "company"]).default("person"),
  ...mixins.timestamps(),
});
export const company = customer.joined("company", { vat: t.varchar(16) });
export type Customer = typeof customer.$row;
export type NewCustomer = typeof customer.$insert;
`;

const program = `import { assertMigrated } from "sqa/migrated";
import { parse, safeParse, standardSchema } from "sqa";
import { company, customer, type Customer, type NewCustomer } from "./models.ts";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
const kinds: Same<Customer["kind"], "person" | "company"> = true;
const ids: Same<Customer["id"], bigint> = true;
const times: Same<Customer["createdAt"], Date> = true;
const added: NewCustomer = { email: "a@b.example" };
// @ts-expect-error a kind that is not there
const wrong: NewCustomer = { email: "a@b.example", kind: "robot" };
const row = parse(customer, added);
const email: string = row.email;
const bad = safeParse(customer, { email: "no", kind: wrong.kind });
const vat: string = parse(company, { email: "a@b.example", vat: "X1" }).vat;
const vendor: string = standardSchema(customer)["~standard"].vendor;
const asked: string[] = [];
const { pending } = await assertMigrated({ dir: "migrations", query: (sql) => (asked.push(sql), { rows: [] }) });
console.log(JSON.stringify({ asked, pending, kinds, ids, times, email, vat, vendor, issues: bad.issues?.map((issue) => issue.path) }));
`;

const tsconfig = {
  compilerOptions: {
    target: "es2023",
    module: "nodenext",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    // The declarations themselves are checked too.
    skipLibCheck: false,
    rewriteRelativeImportExtensions: true,
    outDir: "out",
    types: [],
  },
  include: ["*.ts"],
};

async function run(cwd: string, program: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd,
    stdin: "null",
    signal: AbortSignal.timeout(120_000),
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  equal(code, 0, `${program} ${args.join(" ")}\n${text(stdout)}${text(stderr)}`);
  return text(stdout);
}

const npm = await new Deno.Command("npm", { args: ["--version"], stdin: "null" }).output().then(
  ({ success }) => success,
  () => false,
);

Deno.test({
  name: "the package installs without dependencies, its types are checked by tsc, and Node parses rows with it",
  ignore: !npm,
  fn: () =>
    withFolder(async (folder) => {
      const files = await writePackage(join(folder, "package"));
      ok(files.includes("models/mod.js") && files.includes("models/mod.d.ts"));
      const manifest = JSON.parse(readFileSync(join(folder, "package/package.json"), "utf8"));
      deepEqual([manifest.dependencies, manifest.peerDependencies, manifest.scripts], [
        undefined,
        undefined,
        undefined,
      ]);
      deepEqual(foreignImports(join(folder, "package"), files), ["node:crypto", "node:fs/promises", "node:path"]);
      await run(join(folder, "package"), "npm", "pack", "--silent", "--pack-destination", folder);
      const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"))!;

      const project = join(folder, "project");
      await Deno.mkdir(join(project, "migrations"), { recursive: true });
      await Deno.writeTextFile(join(project, "package.json"), JSON.stringify({ type: "module", private: true }));
      await run(project, "npm", "install", "--silent", "--offline", "--no-audit", "--no-fund", join(folder, tarball));
      deepEqual(readdirSync(join(project, "node_modules")).filter((name) => !name.startsWith(".")), ["sqa"]);
      await Deno.writeTextFile(join(project, "models.ts"), models);
      await Deno.writeTextFile(
        join(project, "main.ts"),
        `${program}declare const console: { log(text: string): void };\n`,
      );
      await Deno.writeTextFile(join(project, "tsconfig.json"), JSON.stringify(tsconfig));
      await run(project, "npx", "-y", "-p", "typescript@5.9.3", "tsc", "-p", ".");
      deepEqual(JSON.parse(await run(project, "node", "out/main.js")), {
        asked: ["SELECT id, state FROM sqa_history"],
        pending: [],
        kinds: true,
        ids: true,
        times: true,
        email: "a@b.example",
        vat: "X1",
        vendor: "sqa",
        issues: [["email"], ["kind"]],
      });

      // The program of the same name reads these models with its own "sqa", not with the installed one.
      await Deno.remove(join(project, "out"), { recursive: true });
      const made = await sqa(project, "diff", "first", "--models", "models.ts");
      equal(made.code, 0, made.stdout + made.stderr);
      match(made.stdout, /table shop_customer/);
    }),
});

/** What the JavaScript imports beside its own files. */
function foreignImports(folder: string, files: readonly string[]): readonly string[] {
  const named = files.filter((path) => path.endsWith(".js")).flatMap((path) => {
    const code = readFileSync(join(folder, path), "utf8").replace(/\/\*[^]*?\*\//g, "");
    return [...code.matchAll(/^(?:import|(?:import|export)\s[^"';]*\bfrom)\s*"([^"]+)";$/gm)].map(([, name]) => name!);
  });
  return [...new Set(named)].filter((name) => !name.startsWith(".")).sort();
}
