/** 300 models with all that makes types expensive are checked in a few seconds (docs/models.md states the time that was measured). */
import { equal, ok } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { withFolder } from "../support/scratch.ts";

const count = 300;

/** A table, a joined one, references on in a circle, relations, an enum, mixins, an index, and its types in use. */
const model = (i: number): string => {
  const next = (i + 1) % count;
  return `import { type AnyColumn, mixins, relations, t, table } from "sqa";
import { thing${next} } from "./m${next}.ts";
export const thing${i} = table("thing${i}", {
  ...mixins.id(),
  next: t.bigint().nullable().references((): AnyColumn => thing${next}.columns.id),
  name: t.varchar(200),
  total: t.decimal(12, 2).nonNegative(),
  status: t.enum("status${i}", ["new", "paid", "shipped"]).default("new"),
  data: t.jsonb<{ a: number; b: string[] }>().nullable(),
  ...mixins.audit(),
  ...mixins.softDelete(),
}, (self) => [self.index(["status", "name"]), self.unique(["name"])], { discriminator: { column: "kind" } });
export const special${i} = thing${i}.joined("special${i}", { level: t.int().default(${i}) });
export const thing${i}Relations = relations(thing${i}, (r) => ({
  following: r.one(() => thing${next}, { from: ["next"], to: ["id"] }),
}));
export type Thing${i} = typeof thing${i}.$row;
export const added: typeof special${i}.$insert = { name: "x", total: "1.00" };
export const status = (row: Thing${i}): "new" | "paid" | "shipped" => row.status;
`;
};

Deno.test("300 models are type-checked in seconds", () =>
  withFolder(async (folder) => {
    for (let i = 0; i < count; i++) await Deno.writeTextFile(`${folder}/m${i}.ts`, model(i));
    const all = Array.from({ length: count }, (_, i) => `import "./m${i}.ts";\n`).join("");
    await Deno.writeTextFile(`${folder}/all.ts`, all);
    const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
    const child = new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", "--config", config, "all.ts"],
      cwd: folder,
      env: { NO_COLOR: "1" },
      stdin: "null",
    });
    const started = performance.now();
    const { code, stderr } = await child.output();
    const seconds = (performance.now() - started) / 1000;
    equal(code, 0, new TextDecoder().decode(stderr));
    // On a machine that does ten other things as well. Types that grow with the square of the models take minutes.
    ok(seconds < 180, `${seconds.toFixed(1)} s`);
  }));
