/** Comments on the attributes of a composite type, which hang on the type as an option. Pure. */
import type { Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import type { Options, SchemaObject } from "../../schema/object.ts";
import { commentOn } from "./comment.ts";
import { quote, quotePath } from "./sql.ts";

/** Those that differ from what the type had before. */
export function attributeComments(
  change: Change,
  to: SchemaObject<"composite_type">,
  from: Options,
): readonly Statement[] {
  const before = (from.attribute_comments ?? {}) as Readonly<Record<string, string>>;
  const after = (to.options.attribute_comments ?? {}) as Readonly<Record<string, string>>;
  return to.attributes.map(({ name }) => name).filter((name) => (before[name] ?? null) !== (after[name] ?? null))
    .map((name) => commentOn(change, `COLUMN ${quotePath(to.name)}.${quote(name)}`, after[name] ?? null, null));
}
