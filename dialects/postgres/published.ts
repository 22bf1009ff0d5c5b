/** Tables that publications list: an unlogged one cannot be among them. Pure. */
import type { Around, RenderContext } from "../dialect.ts";
import type { Change } from "../../diff/change.ts";
import { dependentsOf } from "./dependents.ts";

/** A table becomes unlogged when the publications that listed it no longer do. */
export function aroundUnlogged(change: Change, context: Pick<RenderContext, "from">): Around {
  const becomes = change.op === "alter" && change.kind === "table" &&
    change.to.options.unlogged && !change.from.options.unlogged;
  if (!becomes) return { before: [], after: [] };
  const listing = dependentsOf(context.from, change.from.id).filter(({ kind }) => kind === "publication");
  return { before: listing.map(({ id }) => id), after: [] };
}
