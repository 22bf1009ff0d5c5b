/** A file's record cannot be written: that is what is said, and nothing of the file has happened, though its first statement may have been sent. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { SqaError } from "../schema/error.ts";
import { inProject, testPlaces } from "./project_test.ts";

for (const at of testPlaces) {
  const name = `${at.place.label}: a record that cannot be written is what the error is about`;
  Deno.test(name, { ignore: at.place.ignore }, () =>
    inProject(async (project) => {
      await project.generate("one", "CREATE TABLE a (x int);");
      await project.migrate();
      const refused = at.place.label === "SQLite"
        ? ["CREATE TRIGGER no_record BEFORE INSERT ON sqa_history BEGIN SELECT RAISE(ABORT, 'no record'); END"]
        : [
          "CREATE FUNCTION no_record() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no record'; END $$",
          "CREATE TRIGGER no_record BEFORE INSERT ON sqa_history FOR EACH ROW EXECUTE FUNCTION no_record()",
        ];
      const two = await project.generate(
        "two",
        "CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE TABLE c (x int);",
      );
      ok(two);
      await project.run(...refused);
      const before = await project.fingerprint();
      const error = await project.migrate({ allowDrift: true }).then(() => null, (error: unknown) => error as Error);
      ok(error);
      match(error.message, /no record/);
      ok(!(error instanceof SqaError && error.code === "SQA-510"), "no statement of the file is to blame");
      deepEqual([await project.fingerprint(), (await project.query("SELECT id FROM sqa_history")).length], [before, 1]);
      await project.run(
        at.place.label === "SQLite" ? "DROP TRIGGER no_record" : "DROP TRIGGER no_record ON sqa_history",
      );
      if (at.place.label !== "SQLite") await project.run("DROP FUNCTION no_record()");
      equal((await project.migrate()).applied.length, 1);
    }, at));
}
