/** A role that may only read: what is written otherwise than in the models is not compared, and it is said why. It is never a difference. */
import { deepEqual, equal } from "node:assert/strict";
import { answered, openQuestions } from "../../diff/expressions.ts";
import { makePlan } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import { makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { factsOf } from "../../schema/kinds/facts_of.ts";
import { postgresUrls, withDatabase } from "../../tests/support/scratch.ts";
import { postgresDriver } from "./driver.ts";
import { quote } from "./sql.ts";

const { dialect } = postgresDriver;

/** As a person would have written the texts: they mean the same. */
function asWritten(graph: SchemaGraph): SchemaGraph {
  const objects = [...graph.objects.values()].map((object) =>
    factsOf(object).mapExpressions(
      object,
      ({ sql }) => ({ sql: sql.replaceAll("lower(", "LOWER( ").replaceAll("now()", "NOW( )") }),
    )
  );
  return makeGraph(graph.dialect, objects, graph.notes);
}

for (const [i, server] of postgresUrls.entries()) {
  Deno.test(`Postgres ${i + 1}: a role that may not create says "not compared" and why`, () =>
    withDatabase(server, async (url) => {
      await using owner = await postgresDriver.connect(url);
      const role = `sqa_test_${crypto.randomUUID().slice(0, 8)}`, reader = new URL(url);
      reader.username = role;
      reader.password = "only-reads";
      for (
        const sql of [
          `CREATE ROLE ${role} LOGIN PASSWORD 'only-reads'`,
          `REVOKE TEMPORARY ON DATABASE ${quote(owner.server.database)} FROM PUBLIC`,
          "CREATE TABLE t (a text CHECK (lower(a) <> ''), at timestamptz DEFAULT now())",
          "CREATE INDEX by_a ON t (lower(a))",
          "CREATE VIEW v AS SELECT lower(a) AS a FROM t",
        ]
      ) await owner.execute(sql);
      try {
        const plans = [];
        for (const each of [reader.href, url]) {
          await using connection = await postgresDriver.connect(each);
          const from = await introspect(connection, dialect), wanted = asWritten(from);
          const questions = openQuestions(from, wanted, dialect);
          equal(questions.length, 4);
          const answers = await postgresDriver.canonicalize(connection, wanted, questions);
          const to = answered(wanted, questions, answers);
          plans.push(
            makePlan({ from, to, dialect, options: { columnOrder: "lax", version: connection.version } }).plan,
          );
        }
        deepEqual(plans.map(({ up }) => up.map(({ sql }) => sql)), [[], []]);
        const said = plans.map(({ notes }) =>
          notes.filter(({ code }) => code === "not-compared").map(({ message }) => message)
        );
        equal(
          said[0]!.filter((message) => message.includes("permission denied")).length > 0,
          true,
          said[0]!.join("\n"),
        );
        equal(said[0]!.filter((message) => message.endsWith("is not compared")).length, 4, said[0]!.join("\n"));
        deepEqual(said[1], []);
      } finally {
        await owner.execute(`DROP OWNED BY ${role}`);
        await owner.execute(`DROP ROLE ${role}`);
      }
    }));
}
