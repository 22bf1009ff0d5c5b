/** S3-12 to S3-21: features on the command line, with the system's tables in a history of their own. */
import { deepEqual, equal, match } from "node:assert/strict";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sqa } from "../support/cli.ts";
import { withFolder } from "../support/scratch.ts";

const example = fileURLToPath(new URL("../../examples/media", import.meta.url));

Deno.test("S3-12 S3-13 S3-14 S3-19 S3-21 features are listed, locked, compared, drawn and pushed", () =>
  withFolder(async (folder) => {
    cpSync(example, folder, { recursive: true });
    const run = (...args: string[]) => sqa(folder, ...args, "--url", "sqlite:app.db", "--exclude", "models_changed");
    const features = (...args: string[]) => run("--history", "app", "features", ...args);
    const fine = async (ran: ReturnType<typeof sqa>) => {
      const done = await ran;
      equal(done.code, 0, done.stdout + done.stderr);
      return done.stdout;
    };
    match(
      await fine(features("list")),
      /video\/summary +[0-9a-f]{12} +video__summary +default +video\/crop, video\/speech/,
    );
    equal((await features("lock", "--check")).code, 2);
    await fine(features("lock"));
    await fine(features("lock", "--check"));
    const locked = JSON.parse(readFileSync(join(folder, "sqa.features.json"), "utf8")) as {
      readonly features: Readonly<Record<string, { readonly project: string; readonly table: string }>>;
    };
    deepEqual(Object.entries(locked.features).map(([key, { project, table }]) => [key, project, table]), [
      ["video", "media", "video"],
      ["video/crop", "media", "video__crop"],
      ["video/speech", "media", "video__speech"],
      ["video/summary", "media", "video__summary"],
    ]);
    await fine(run("diff", "first"));
    await fine(run("--history", "app", "migrate"));
    match((await features("push")).stderr, /SQA-125/);
    await fine(run("migrate"));
    match(await fine(features("push")), /4 new versions recorded/);
    match(await fine(features("push")), /0 new versions recorded/);
    match(await fine(features("graph")), /flowchart LR/);
    rmSync(join(folder, "models"), { recursive: true });
    cpSync(join(folder, "models_changed"), join(folder, "models"), { recursive: true });
    const changed = await features("diff", "--pushed", "--check", "--json");
    equal(changed.code, 2, changed.stderr);
    deepEqual(
      (JSON.parse(changed.stdout) as { differences: { feature: string; own: boolean }[] }).differences.map((
        { feature, own },
      ) => [feature, own]),
      [["video/speech", true], ["video/summary", false]],
    );
    // What goes first comes back last: the features may point to what the system has.
    match(await fine(run("rollback", "base", "--allow", "lossy")), /^app:\n[\s\S]*^system:\n/m);
  }));
