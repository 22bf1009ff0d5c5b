import { deepEqual, equal, throws } from "node:assert/strict";
import { emptyGraph, makeGraph } from "../schema/graph.ts";
import { objectId } from "../schema/id.ts";
import type { SchemaObject } from "../schema/object.ts";
import { leftAloneIn, managedIn, parseSnapshotFile, snapshotFileText } from "./snapshot_file.ts";
import { textDiff } from "./text_diff.ts";

function object(kind: "table" | "column" | "index", name: readonly string[], parent: string | null): SchemaObject {
  return { kind, id: objectId(kind, name), name, parent, refs: [], comment: null } as unknown as SchemaObject;
}
const graph = makeGraph("sqlite", [
  object("table", ['a", "objects": ['], null),
  object("column", ['a", "objects": [', "x"], 'table:a", "objects": ['),
  object("table", ["host"], null),
  object("column", ["host", "x"], "table:host"),
  object("index", ["by_host"], 'table:a", "objects": ['),
], [{ code: "left-alone", object: "table:host", message: "" }, {
  code: "left-alone",
  object: "index:by_host",
  message: "",
}]);

Deno.test("a snapshot keeps what is not ours apart, with all that lives in it", () => {
  const text = snapshotFileText({ graph, leftAlone: leftAloneIn(graph) });
  const read = parseSnapshotFile(text, "x");
  deepEqual([...read.graph.objects.keys()], [...graph.objects.keys()]);
  deepEqual([...read.leftAlone], ["index:by_host", "table:host"]);
  deepEqual([...managedIn(read)].sort(), ['column:a", "objects": [.x', 'table:a", "objects": [']);
  equal(snapshotFileText(read), text);
});

Deno.test("a snapshot in which everything is ours is the plain one", () => {
  const text = snapshotFileText({ graph: emptyGraph("sqlite"), leftAlone: new Set(["table:gone"]) });
  equal(text.includes("leftAlone"), false);
  deepEqual([...parseSnapshotFile(text, "x").leftAlone], []);
  throws(() => parseSnapshotFile("{", "x"), { code: "SQA-504" });
});

Deno.test("a text diff shows the lines that differ and no others", () => {
  equal(textDiff("a\nb\nc", "a\nb\nc"), "");
  equal(textDiff("a\nb\nc\nd", "a\nx\nc\nd\ne"), "- b\n+ x\n+ e");
  equal(textDiff("a\nb", "b"), "- a");
  equal(textDiff("", Array.from({ length: 100 }, (_, i) => `${i}`).join("\n"), 5).split("\n").length, 5);
});
