/**
 * Default privileges and the members of extensions. What an extension's script makes is whose role runs it, and gets what that role's default
 * privileges give; the members are not in the graph, so nothing could take it from them afterwards one by one. So the defaults that are in force
 * are as usual while the script runs, and what members have beside that is granted like all else (kinds/grant.ts). Pure.
 */
import type { Around, RenderContext } from "../dialect.ts";
import type { Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { ofKind } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { doBlock } from "./do_block.ts";
import { redefault, usualDefaults } from "./privileges.ts";
import { quoteText } from "./sql.ts";
import { statement } from "./statement.ts";

type Default = SchemaObject<"default_privilege">;

/** Those that are in force before the plan for what the extension's script makes; what changes in them does so after it. */
function inForce(extension: SchemaObject<"extension">, { from }: Pick<RenderContext, "from">): readonly Default[] {
  const { schema } = extension;
  return ofKind(from, "default_privilege").filter(({ parent, name }) =>
    name.at(-2) !== "large objects" && (parent === null || schema === null || parent === objectId("schema", [schema]))
  );
}

/** A script runs before default privileges change. */
export function aroundExtensionDefaults(change: Change, context: Pick<RenderContext, "from" | "to">): Around {
  if (change.kind !== "extension" || !runsScript(change as Change<"extension">)) return { before: [], after: [] };
  const all = [...ofKind(context.from, "default_privilege"), ...ofKind(context.to, "default_privilege")];
  return { before: [], after: all.map(({ id }) => id) };
}

function runsScript(change: Change<"extension">): boolean {
  return change.op === "create" || change.op === "alter" && change.fields.includes("version");
}

/** The statement that runs an extension's script, with the default privileges of the role that runs it taken away before and given back after. */
export function withoutDefaults(
  change: Change<"extension">,
  run: Statement,
  context: RenderContext,
): readonly Statement[] {
  const all = change.op === "drop" ? [] : inForce(change.to, context);
  if (all.length === 0) return [run];
  const say = (sqlOf: (each: Default) => readonly string[]) => {
    const owners = Map.groupBy(all, ({ name }) => name.at(-3)!);
    const blocks = [...owners].map(([owner, defaults]) =>
      `  IF current_user = ${quoteText(owner)} THEN\n${
        defaults.flatMap(sqlOf).map((sql) => `    ${sql};\n`).join("")
      }  END IF;\n`
    );
    return statement(change as Change, doBlock("defaults", `\nBEGIN\n${blocks.join("")}END\n`));
  };
  return [
    say((each) => redefault(each, each.privileges, usualDefaults(each))),
    run,
    say((each) => redefault(each, usualDefaults(each), each.privileges)),
  ];
}
