/** The opposite of a change. `invert(invert(change))` is the change. */
import { alter, type Change, create, drop, rename, type RenameHint } from "./change.ts";
import { assertNever } from "../schema/error.ts";

/** What undoes `change`: a create drops, a drop creates, an alter and a rename swap their sides. Parts are inverted with it. */
export function invert(change: Change): Change {
  const parts = change.parts.map(invert);
  switch (change.op) {
    case "create":
      return drop(change.to, parts);
    case "drop":
      return create(change.from, parts);
    case "alter":
      return alter(change.to, change.from, change.fields, parts);
    case "rename":
      return rename(change.to, change.from, parts);
    default:
      return assertNever(change, "change");
  }
}

/** The hint that leads back. */
export function invertHint(hint: RenameHint): RenameHint {
  return { from: hint.to, to: hint.from, source: hint.source };
}
