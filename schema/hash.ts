/** Fingerprints of graphs. Pure: sha256 over canonical JSON of what is compared. */
import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical.ts";
import { type SchemaGraph, withoutRefs } from "./graph.ts";
import type { SchemaObject } from "./object.ts";

/** Lower-case hex sha256 of a text. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** What is compared of an object: everything but refs, origin, what models say beside, and position. */
export function comparable(object: SchemaObject): Record<string, unknown> {
  const { refs: _refs, origin: _origin, meta: _meta, ...rest } = object;
  if (rest.kind === "materialized_view") {
    const { unfilled: _unfilled, ...compared } = rest;
    return compared;
  }
  if (rest.kind === "owner") {
    const { kept: _kept, alone: _alone, ...compared } = rest;
    return compared;
  }
  if (!("position" in rest)) return rest;
  const { position: _position, ...compared } = rest;
  return compared;
}

/** Is it only known, so that what is made anew gets it back? Then two graphs are equal whatever each has there. */
export function isKept(object: SchemaObject): boolean {
  return object.kind === "owner" && object.kept === true;
}

/** The graph's fingerprint: equal for two graphs whose objects are equal, on every machine. 64 hex digits. */
export function fingerprint(graph: SchemaGraph): string {
  const known = fingerprints.get(graph);
  if (known !== undefined) return known;
  const lines = [...withoutRefs(graph).objects.values()].flatMap((object) =>
    isKept(object) ? [] : [canonicalJson(comparable(object))]
  );
  const print = sha256([graph.dialect, ...lines].join("\n"));
  fingerprints.set(graph, print);
  return print;
}

/** Graphs never change, so each is hashed once. */
const fingerprints = new WeakMap<SchemaGraph, string>();
