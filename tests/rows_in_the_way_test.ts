/** What the rows that are there would refuse is said before a file is written, on each database, and written where that is wanted all the same. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { modelsIn, sqaWithin } from "../cli/testing/project.ts";
import { drivers } from "../dialects/drivers.ts";
import { places, withFolder } from "./support/scratch.ts";

const before = "code: t.int().nullable()";
const models = (columns: string) =>
  `import { t, table } from "sqa";\nexport const customer = table("customer", { id: t.int().primaryKey(), ${columns} });\n`;

/** What the model says next. The rows have one code twice, one missing, and none above 5. */
const refused = {
  "a column that needs a value": `${before}, due: t.date()`,
  "NOT NULL": "code: t.int()",
  "a key": `${before}.unique()`,
  "a check": `${before}.check((c) => \`\${c} > 5\`)`,
};

for (const place of places) {
  Deno.test({
    name: `rows that a new rule refuses stop the diff, on ${place.label}; an empty table does not`,
    ignore: place.ignore,
    fn: () =>
      place.with((url) =>
        withFolder(async (folder) => {
          const write = modelsIn(folder), say = (columns: string) => write("customer.ts", models(columns));
          const run = async (code: number, ...args: string[]) => {
            const ran = await sqaWithin(folder, [...args, "--url", url]);
            equal(ran.code, code, `${args.join(" ")}: ${ran.stdout}${ran.stderr}`);
            return ran;
          };
          say(before);
          await run(0, "diff");
          await run(0, "migrate");

          say(refused["a key"]);
          ok((await run(0, "diff", "--dry-run")).stdout.includes("would write"));

          const driver = await drivers.find(({ schemes }) => schemes.includes(url.split(":", 1)[0]!))!.load(url);
          await using connection = await driver.connect(url);
          await connection.execute("INSERT INTO customer (id, code) VALUES (1, NULL), (2, 3), (3, 3)");
          for (const [what, columns] of Object.entries(refused)) {
            say(columns);
            const { error } = JSON.parse((await run(3, "diff", "--json")).stdout);
            equal(error.code, "SQA-403", what);
            ok(/rows/.test(error.message), error.message);
            equal(error.choices.length, 1);
            ok(/^--allow may-fail:customer/.test(error.choices[0]), error.choices[0]);
            ok(/\n {2}\| \S/.test(error.detail), `the statement is named: ${error.detail}`);
            ok(error.hint.startsWith("mend the rows"), error.hint);
          }
          const files = async () => (await readdir(`${folder}/migrations`)).filter((name) => name.endsWith(".up.sql"));
          deepEqual((await files()).length, 1);
          // The rows may be mended before the file is applied.
          await run(0, "diff", "--allow", "may-fail");
          deepEqual((await files()).length, 2);
        })
      ),
  });
}
