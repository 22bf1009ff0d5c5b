/** What values of a type lose when the type is made anew under their columns: an attribute that goes, or what a narrower one cannot hold. Pure. */
import type { Alter } from "../../diff/change.ts";
import { assertNever } from "../../schema/error.ts";
import { losesOnCast } from "./casts.ts";

/** Do values come back otherwise, or not at all, when the type is again what it was? Labels that go are refused instead. */
export function losesBySwap(
  change: Alter<"enum"> | Alter<"domain"> | Alter<"composite_type"> | Alter<"range_type">,
  wayBack = false,
): boolean {
  switch (change.kind) {
    case "enum":
      return false;
    case "domain":
      return losesOnCast(change.from.type, change.to.type, wayBack);
    case "range_type":
      return losesOnCast(change.from.subtype, change.to.subtype, wayBack);
    case "composite_type": {
      const after = new Map(change.to.attributes.map(({ name, type }) => [name, type]));
      return change.from.attributes.some(({ name, type }) => {
        const now = after.get(name);
        return now === undefined || losesOnCast(type, now, wayBack);
      });
    }
    default:
      return assertNever(change, "change");
  }
}
