import { equal, ok } from "node:assert/strict";
import { makePlan } from "../diff/plan.ts";
import type { Plan, Statement } from "../diff/plan_types.ts";
import type { SchemaGraph } from "../schema/graph.ts";
import { inProject, type Project, testPlaces } from "./project_test.ts";
import { type Proof, prove } from "./prove.ts";

const before = "CREATE TABLE a (id integer PRIMARY KEY, x text NOT NULL)";
const after = `CREATE TABLE a (id integer PRIMARY KEY, x text, y integer); CREATE TABLE b (id integer PRIMARY KEY,
  a integer REFERENCES a (id)); CREATE INDEX b_a ON b (a)`;

async function tried(
  project: Project,
  change: (plan: Plan) => Pick<Plan, "up" | "down">,
  meanwhile: () => Promise<void> = async () => {},
): Promise<{ proof: Proof; to: SchemaGraph }> {
  const { driver, url } = project, { dialect } = driver;
  const from = await project.live(), to = await project.graphOf(after);
  const { plan, target } = makePlan({ from, to, dialect, options: { columnOrder: "lax", version: null } });
  await using connection = await driver.connect(url);
  await meanwhile();
  return { proof: await prove({ driver, connection, plan: change(plan), from, to: target }), to: target };
}

function without(list: readonly Statement[], pattern: RegExp): readonly Statement[] {
  const left = list.filter(({ sql }) => !pattern.test(sql));
  equal(left.length, list.length - 1, "exactly one statement is taken out");
  return left;
}

for (const at of testPlaces) {
  const options = { ignore: at.place.ignore };

  Deno.test(
    `${at.place.label}: S0-36: a plan is proven both ways, and nothing of the trial stays`,
    options,
    () =>
      inProject(async (project) => {
        await project.run(before, "INSERT INTO a VALUES (1, 'one')");
        const was = await project.fingerprint();
        const { proof, to } = await tried(project, (plan) => plan);
        equal(proof.reason, null);
        ok(proof.proven && !proof.refuted);
        equal(proof.after!.objects.size, to.objects.size);
        equal(await project.fingerprint(), was);
        equal(Number((await project.query("SELECT count(*) AS n FROM a"))[0]!["n"]), 1);
      }, at),
  );

  Deno.test(
    `${at.place.label}: what does not lead to the goal, or not back, is refuted in words`,
    options,
    () =>
      inProject(async (project) => {
        await project.run(before);
        const short = await tried(
          project,
          ({ up, down }) => ({ up: without(up, /INDEX b_a/), down: without(down, /INDEX|b;?$/) }),
        );
        ok(short.proof.refuted && /missing: index .*b_a/.test(short.proof.reason!), short.proof.reason!);
        const stays = await tried(project, ({ up, down }) => ({ up, down: without(down, /DROP TABLE (public\.)?b/) }));
        ok(stays.proof.refuted && /still there: table .*b/.test(stays.proof.reason!), stays.proof.reason!);
        const broken = await tried(project, ({ up, down }) => ({ up: [{ ...up[0]!, sql: "CREATE NONSENSE" }], down }));
        ok(
          broken.proof.refuted && /up file fails: .*\nCREATE NONSENSE/.test(broken.proof.reason!),
          broken.proof.reason!,
        );
      }, at),
  );

  Deno.test(
    `${at.place.label}: a statement that refuses a transaction is tried where the scratch place is empty, else the reason says so`,
    options,
    () =>
      inProject(async (project) => {
        await project.run(before);
        const { proof } = await tried(
          project,
          ({ up, down }) => ({ up: [{ ...up[0]!, transaction: "alone" }, ...up.slice(1)], down }),
        );
        if (at === testPlaces[0]) ok(proof.proven, proof.reason ?? "");
        else ok(!proof.proven && !proof.refuted && proof.reason!.includes("cannot run in a transaction"));
      }, at),
  );
}

const postgres = testPlaces[1]!;
Deno.test(
  "Postgres: a trial gives way to the users of the live database",
  { ignore: postgres.place.ignore },
  () =>
    inProject(async (project) => {
      await project.run(before);
      await using user = await project.driver.connect(project.url);
      await user.transaction(async (tx) => {
        const start = performance.now();
        const { proof } = await tried(project, (plan) => plan, async () => {
          await tx.execute("LOCK TABLE a IN ROW EXCLUSIVE MODE");
        });
        ok(!proof.proven && !proof.refuted && proof.reason!.includes("in use"), proof.reason!);
        ok(performance.now() - start < 30_000);
      });
    }, postgres),
);
