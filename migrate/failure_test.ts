/** Fails or stops the Nth thing that a run asks of the database, N = 1, 2, 3… until a run gets through; each time the truth must hold. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { DatabaseError } from "../dialects/driver.ts";
import type { ObjectId } from "../schema/object.ts";
import { SqaError } from "../schema/error.ts";
import type { MigrateEvent } from "./events.ts";
import { inProject, type Project, testPlaces, watched, withFiles } from "./project_test.ts";

const one = "CREATE TABLE a (id integer PRIMARY KEY, x text NOT NULL)";
const two = `${one}; CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a (id)); CREATE INDEX b_a ON b (a)`;
const three = two.replace("x text NOT NULL", "x text");

function threeFiles(project: Project): Promise<void> {
  return withFiles(project, "three", async (first) => {
    await first.generate("one", one);
    await first.generate("two", two);
    await first.generate("three", three);
  });
}

async function expectTruth(project: Project, states: ReadonlyMap<number, string>): Promise<void> {
  const { migrations } = await project.status();
  const applied = migrations.filter(({ state }) => state === "applied").length;
  ok(migrations.every(({ state }) => state === "applied" || state === "pending"));
  equal(await project.fingerprint(), states.get(applied), `${applied} applied`);
}

/** The fingerprint after 0, 1, 2, 3 files. */
async function statesOf(at: typeof testPlaces[number]): Promise<ReadonlyMap<number, string>> {
  const states = new Map<number, string>();
  await inProject(async (project) => {
    await threeFiles(project);
    for (let i = 0; i <= 3; i++) {
      states.set(i, await project.fingerprint());
      await project.migrate({ target: "+1" });
    }
  }, at);
  return states;
}

/** A file whose statements are grouped by hand: two in a transaction, one alone, two in a transaction. */
function grouped(project: Project): Promise<void> {
  return withFiles(project, "grouped", makeGrouped);
}

async function makeGrouped(project: Project): Promise<void> {
  const made = await project.generate(
    "groups",
    "CREATE TABLE a (x integer); CREATE TABLE b (x integer); CREATE TABLE c (x integer); CREATE TABLE d (x integer); CREATE TABLE e (x integer)",
  );
  const text = await readFile(made!.up, "utf8");
  let nth = 0;
  const marks: Record<number, string> = { 1: "transaction", 3: "alone", 4: "transaction" };
  await writeFile(
    made!.up,
    text.replace("transaction all", "transaction groups").replace(/^CREATE/gm, (create) => {
      const mark = marks[++nth];
      return mark ? `-- sqa: group ${mark}\n${create}` : create;
    }),
  );
}

for (const at of testPlaces) {
  Deno.test(`${at.place.label}: a failure of any write leaves the history true and the rerun finishes`, {
    ignore: at.place.ignore,
  }, async () => {
    const states = await statesOf(at);
    let rounds = 0;
    for (let stop = 1, through = false; !through; stop++, rounds++) {
      await inProject(async (project) => {
        await threeFiles(project);
        const driver = watched(project.driver, (sql, nth) => {
          if (nth === stop) throw new DatabaseError("disk full", { code: "TEST", sql, class: "other" });
        });
        through = await project.migrate({ driver }).then(() => true, () => false);
        await expectTruth(project, states);
        const rerun = await project.migrate();
        ok(through || rerun.applied.length > 0 || rerun.verified === null);
        equal(await project.fingerprint(), states.get(3));
        deepEqual(await project.query("SELECT count(*) AS n, count(DISTINCT id) AS ids FROM sqa_history"), [
          { n: 3, ids: 3 },
        ]);
      }, at);
    }
    ok(rounds > 12, `only ${rounds} places to fail at`);
  });

  Deno.test(`${at.place.label}: a failure on the way back leaves the history true and the rerun finishes`, {
    ignore: at.place.ignore,
  }, async () => {
    const states = await statesOf(at);
    for (let stop = 1, through = false; !through; stop++) {
      await inProject(async (project) => {
        await threeFiles(project);
        await project.migrate();
        const driver = watched(project.driver, (sql, nth) => {
          if (nth === stop) throw new DatabaseError("disk full", { code: "TEST", sql, class: "other" });
        });
        through = await project.rollback({ driver, target: "base" }).then(() => true, () => false);
        await expectTruth(project, states);
        await project.rollback({ target: "base" });
        equal(await project.fingerprint(), states.get(0));
      }, at);
    }
  });

  Deno.test(
    `${at.place.label}: a transaction that meets a lock is tried again`,
    { ignore: at.place.ignore },
    () =>
      inProject(async (project) => {
        await threeFiles(project);
        let refusals = 3;
        const driver = watched(project.driver, (sql) => {
          if (sql.startsWith("CREATE INDEX") && refusals-- > 0) {
            throw new DatabaseError("busy", { code: "TEST", sql, class: "lock" });
          }
        });
        const events: MigrateEvent[] = [];
        const result = await project.migrate({ driver, onEvent: (event) => events.push(event) });
        equal(result.applied.length, 3);
        equal(events.filter(({ type }) => type === "retry").length, 3);
      }, at),
  );

  Deno.test(`${at.place.label}: a lock that stays is exit 75, and nothing of the file is applied`, {
    ignore: at.place.ignore,
  }, () =>
    inProject(async (project) => {
      await threeFiles(project);
      const driver = watched(project.driver, (sql) => {
        if (sql.startsWith("CREATE INDEX")) throw new DatabaseError("busy", { code: "TEST", sql, class: "lock" });
      });
      const error = await project.migrate({ driver, lockTimeoutMs: 300 }).then(
        () => null,
        (error) => error as SqaError,
      );
      equal(error?.code, "SQA-510");
      equal(error?.more.exit, 75);
      equal((await project.status()).pending, 2);
    }, at));

  Deno.test(`${at.place.label}: a file in groups is resumed at the statement where it was left`, {
    ignore: at.place.ignore,
  }, async () => {
    let wanted = "";
    await inProject(async (project) => {
      await grouped(project);
      equal((await project.migrate()).verified, true);
      wanted = await project.fingerprint();
    }, at);
    let partial = 0;
    for (let stop = 1, through = false; !through; stop++) {
      await inProject(async (project) => {
        await grouped(project);
        let ran: string[] = [];
        const driver = (failAt: number) =>
          watched(project.driver, (sql, nth) => {
            if (nth === failAt) throw new DatabaseError("gone", { code: "TEST", sql, class: "other" });
            if (/^CREATE TABLE (public\.)?[a-e] \(/.test(sql)) ran.push(sql);
          });
        through = await project.migrate({ driver: driver(stop) }).then(() => true, () => false);
        const [first] = (await project.status()).migrations;
        if (first!.state === "partial") partial++;
        const tables = (await project.live()).objects;
        const done = ["a", "b", "c", "d", "e"].filter((name) =>
          [`table:${name}`, `table:public.${name}`].some((id) =>
            tables.has(id as ObjectId)
          )
        ).length;
        ok([0, 2, 3, 5].includes(done), `${done} tables`);
        ran = [];
        await project.migrate({ driver: driver(0) });
        equal(ran.length, 5 - done, "nothing runs twice");
        equal(await project.fingerprint(), wanted);
        equal((await project.status()).migrations[0]!.state, "applied");
      }, at);
    }
    ok(partial > 2);
  });

  Deno.test(
    `${at.place.label}: a run that died within a statement outside a transaction looks whether it took effect`,
    { ignore: at.place.ignore },
    async () => {
      for (const when of ["before", "after"] as const) {
        await inProject(async (project) => {
          await grouped(project);
          // As if the process died: the connection is lost, so nothing is written any more.
          let dead = false;
          const driver = watched(project.driver, (sql) => {
            if (!dead && when === "before" && /^CREATE TABLE (public\.)?c /.test(sql)) dead = true;
            if (!dead && when === "after" && /UPDATE.*sqa_history/.test(sql) && tables.has("c")) dead = true;
            if (dead) throw new DatabaseError("connection lost", { code: "TEST", sql, class: "connection" });
            const name = /^CREATE TABLE (?:public\.)?(\w) /.exec(sql)?.[1];
            if (name) tables.add(name);
          });
          const tables = new Set<string>();
          const error = await project.migrate({ driver }).then(() => null, (error) => error as SqaError);
          ok(error);
          const events: MigrateEvent[] = [];
          const result = await project.migrate({ onEvent: (event) => events.push(event) });
          equal(result.verified, true);
          deepEqual(
            events.filter((event) => event.type === "resumed").map(({ number, found }) => [number, found]),
            [[3, when === "before" ? "not begun" : "done"]],
          );
          deepEqual((await project.status()).migrations.map(({ state }) => state), ["applied"]);
        }, at);
      }
    },
  );

  Deno.test(
    `${at.place.label}: what comes after the part that is done may be corrected, the part itself may not (SQA-503)`,
    { ignore: at.place.ignore },
    () =>
      inProject(async (project) => {
        await grouped(project);
        const file = (await project.status()).migrations[0]!.file!;
        const text = await readFile(file, "utf8");
        await writeFile(file, text.replace(/CREATE TABLE (public\.)?e/, "CREATE TABLE nonsense nonsense"));
        const error = await project.migrate().then(() => null, (error) => error as SqaError);
        equal(error?.code, "SQA-510");
        ok(error!.more.detail!.includes("statements 1 to 3 of the file stay applied"), error!.more.detail);
        await writeFile(file, text.replace(/CREATE TABLE (public\.)?b/, "CREATE TABLE bb"));
        equal((await project.migrate().then(() => null, (error) => error as SqaError))?.code, "SQA-503");
        await writeFile(file, text);
        equal((await project.migrate()).verified, true);
        equal((await project.rollback({ target: "base" })).rolledBack.length, 1);
      }, at),
  );
}
