import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { SqaError } from "../schema/error.ts";
import { children } from "../schema/graph.ts";
import { model, modelOf } from "./contract.ts";
import { modelsToGraph } from "./graph.ts";
import { postgres } from "../dialects/postgres/mod.ts";
import { featureBase, featureSystemTables, featureTable, featureVersions, projectVersion, t } from "./mod.ts";

const columns = { videoId: t.varchar(64), path: t.text() };

function media(codes: { readonly frames?: string; readonly audio?: string; readonly faces?: string } = {}) {
  const base = featureBase({ project: "media", primaryKey: true, index: true });
  const video = base.table({
    key: "video",
    ids: ["videoId"],
    fields: { frames: { codeVersion: codes.frames ?? "1" }, audio: { codeVersion: codes.audio ?? "1" } },
  }, columns);
  const faces = base.table({
    key: ["video", "faces"],
    ids: ["videoId"],
    deps: [video],
    fields: { faces: { codeVersion: codes.faces ?? "1", deps: [[video, "frames"]] } },
  }, { videoId: t.varchar(64), count: t.int() });
  const summary = base.table({ key: "video/summary", ids: ["videoId"], deps: [video, faces] }, columns);
  return { video, faces, summary };
}

function graphOf(...models: readonly unknown[]) {
  return modelsToGraph({ models: models.map((value) => modelOf(value)!) }, postgres).graph;
}

function mistakes(...models: readonly unknown[]): readonly string[] {
  try {
    graphOf(...models);
  } catch (error) {
    if (error instanceof SqaError) return (error.more.all ?? [error]).map((each) => `${each.code} ${each.message}`);
    throw error;
  }
  return [];
}

Deno.test("S3-1 S3-3 S3-4 a feature is a table with a specification; its name follows from the key", () => {
  const { video, faces, summary } = media();
  const graph = graphOf(video, faces, summary);
  deepEqual([...graph.objects.keys()].filter((id) => id.startsWith("table")), [
    "table:public.video",
    "table:public.video__faces",
    "table:public.video__summary",
  ]);
  deepEqual(faces[model].feature!.ids, ["videoId"]);
  deepEqual(mistakes(featureTable({ key: "a", ids: ["videoId"], name: "b" }, columns)), [
    'SQA-120 feature "a" names its table "b"',
  ]);
  const free = featureBase({ autoName: false }).table({ key: "a", ids: ["videoId"], name: "b" }, columns);
  ok(graphOf(free).objects.has("table:public.b"));
  deepEqual(mistakes(featureTable({ key: "A__b", ids: ["videoId"] }, columns)), [
    'SQA-120 feature "A__b" has a key that is none',
  ]);
});

Deno.test("S3-5 versions follow the code of fields and of what they are made from, and nothing else", () => {
  const before = media(), frames = media({ frames: "2" }), audio = media({ audio: "2" }), faces = media({ faces: "2" });
  const version = (feature: keyof ReturnType<typeof media>, of: ReturnType<typeof media>) =>
    featureVersions(of[feature]);
  equal(version("faces", media()).version, version("faces", before).version);
  match(version("faces", before).version, /^[0-9a-f]{64}$/);
  notEqual(version("faces", frames).version, version("faces", before).version);
  equal(version("faces", frames).codeVersion, version("faces", before).codeVersion);
  equal(version("faces", audio).version, version("faces", before).version);
  notEqual(version("summary", audio).version, version("summary", before).version);
  notEqual(version("faces", faces).codeVersion, version("faces", before).codeVersion);
  equal(version("video", faces).version, version("video", before).version);
  const all = (of: ReturnType<typeof media>) => projectVersion(Object.values(of));
  equal(all(before), projectVersion(Object.values(before).reverse()));
  equal(new Set([before, frames, audio, faces].map(all)).size, 4);
  // Fixed, so that a change of the algorithm is seen: databases hold these.
  equal(version("video", before).version, "afca1c39bed1b0702ab72a2dbfd558a5aabed027ae8c9e370ef012a15dc5f366");
  equal(
    featureVersions(featureBase({ hashLength: 12 }).table({ key: "a", ids: ["videoId"] }, columns)).version.length,
    12,
  );
});

Deno.test("S3-5 a table's comment says key and version where the base asks for it", () => {
  const of = (codeVersion: string, comment?: string) =>
    graphOf(
      featureBase({ comments: true, hashLength: 12 }).table(
        { key: "a/b", ids: ["videoId"], fields: { x: { codeVersion } } },
        columns,
        comment === undefined ? {} : { comment },
      ),
    ).objects.get("table:public.a__b")!.comment!;
  match(of("1"), /^feature a\/b, version [0-9a-f]{12}$/);
  match(of("1", "Mine"), /^Mine; feature a\/b, version [0-9a-f]{12}$/);
  notEqual(of("2"), of("1"));
});

Deno.test("S3-6 S3-9 S3-19 the system's columns, key and index are there, and the table carries its key", () => {
  const { video, summary } = media();
  const graph = graphOf(video);
  const names = children(graph, "table:public.video", "column").map((column) => column.name.at(-1)!);
  deepEqual(names.filter((name) => name.startsWith("sqa_")).length, 10);
  deepEqual(children(graph, "table:public.video", "primary_key")[0]!.columns, ["video_id", "sqa_feature_version"]);
  deepEqual(children(graph, "table:public.video", "index").map(({ keys }) => keys.map(({ column }) => column)), [
    ["sqa_feature_version", "video_id", "sqa_updated_at"],
  ]);
  equal(video[model].meta["feature"], "video");
  equal(summary[model].meta["feature"], "video/summary");
  equal(video.columns.sqa_provenance[model].state.mixin, "system");
  equal(graph.objects.get("column:public.video.sqa_provenance")!.meta!.owner, "system");
  equal(graph.objects.get("column:public.video.video_id")!.meta, undefined);
  const other = featureBase({ prefix: "sys_" }).table({ key: "a", ids: ["videoId"] }, columns);
  ok(graphOf(other).objects.has("column:public.a.sys_data_version"));
  const row: Partial<typeof other.$row> = { videoId: "x", sys_feature_version: "y" };
  ok(row);
});

Deno.test("S3-7 the system's names cannot be taken, by key or by name", () => {
  deepEqual(mistakes(featureTable({ key: "a", ids: ["videoId"] }, { ...columns, sqa_provenance: t.text() })), [
    'SQA-121 column "sqa_provenance" of feature "a" has the system\'s name "sqa_provenance"',
  ]);
  equal(
    mistakes(featureTable({ key: "a", ids: ["videoId"] }, { ...columns, mine: t.text().named("sqa_created_at") }))
      .length,
    2,
  );
  equal(mistakes(featureTable({ key: "a", ids: ["videoId"] }, { ...columns, sqaUpdatedAt: t.text() })).length, 2);
});

Deno.test("S3-8 the database must not make ids", () => {
  const wrong = (column: unknown) =>
    mistakes(featureTable({ key: "a", ids: ["id"] }, { id: column as ReturnType<typeof t.int> })).join();
  match(
    wrong(t.int().identity()),
    /SQA-122 the id "id" of feature "a" gets its value from the database \(an identity\)/,
  );
  match(wrong(t.int().default(1)), /a default\)/);
  match(wrong(t.int().generated("1")), /an expression\)/);
  match(wrong(t.sql("serial")), /a sequence\)/);
  match(wrong(t.int().on({ postgres: { type: "bigserial" } })), /a default of one database\)/);
  match(mistakes(featureTable({ key: "a", ids: ["nope"] }, columns)).join(), /SQA-122 feature "a" has the id "nope"/);
  match(mistakes(featureTable({ key: "a", ids: [] }, columns)).join(), /SQA-122 feature "a" has no ids/);
});

Deno.test("S3-3 what a field is made from has to be a field of a feature in deps", () => {
  const { video } = media();
  const from = (dep: readonly [typeof video, string], deps = [video]) =>
    mistakes(featureTable({ key: "b", ids: ["videoId"], deps, fields: { x: { deps: [dep] } } }, columns), ...deps);
  deepEqual(from([video, "frames"]), []);
  deepEqual(from([video, "smell"]), [
    'SQA-120 field "x" of feature "b" is made from "smell", which is no field of "video"',
  ]);
  deepEqual(from([video, "frames"], []), [
    'SQA-120 field "x" of feature "b" is made from feature "video", which is not in its deps',
  ]);
});

Deno.test("S3-2 S3-15 S3-20 the system's tables are there when they are asked for", () => {
  const { featureVersions, featureSnapshots } = featureSystemTables({ prefix: "meta_" });
  ok(graphOf(featureVersions, featureSnapshots).objects.has("table:public.meta_feature_snapshots"));
  equal(featureVersions[model].meta["history"], "system");
});
