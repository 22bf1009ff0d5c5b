/** Enums of the models that have other values in the database: changed where they are made, for all columns that name them. Pure. */
import type { Dialect } from "../../dialects/dialect.ts";
import type { EnumMeta, ModelMeta } from "../contract.ts";
import type { Edit } from "./edits.ts";
import type { WritePlan } from "./plan.ts";
import { argumentsAt } from "./source_text.ts";
import { lineWidth, listLines, source } from "./text.ts";

/** An enum whose values change in a file, and how a column that stands alone would write it before and after. */
export interface MovedEnum {
  readonly name: string;
  readonly file: string;
  readonly edit: Edit;
  readonly before: string;
  readonly after: string;
}

/** The enums with a constant of their own that differ; others are written in their columns. */
export function enumEdits({ models, before, after, dialect, read }: {
  readonly models: readonly ModelMeta[];
  readonly before: WritePlan;
  readonly after: WritePlan;
  readonly dialect: Dialect;
  read(file: string): string;
}): readonly MovedEnum[] {
  const metas = models.filter((meta): meta is EnumMeta => meta.kind === "enum" && !meta.inline);
  return [...after.enums].flatMap(([id, { object, values, constant }]): readonly MovedEnum[] => {
    const known = before.enums.get(id);
    if (!known || source(known.values) === source(values)) return [];
    const [name, schema] = [object.name.at(-1)!, object.name.length > 1 ? object.name[0]! : dialect.defaultSchema];
    const meta = metas.find((each) => each.name === name && (each.schema ?? dialect.defaultSchema) === schema);
    const { file, line, column } = meta?.place ?? { file: null, line: null, column: null };
    if (file === null) return [];
    const args = argumentsAt(read(file), line ?? 1, column ?? 1, /^enumType\s*\(/)?.args[1];
    if (!args || read(file)[args.start] !== "[") return [];
    const lines = read(file).slice(args.start, args.end).includes("\n");
    const text = listLines(values.map(source), "", lines ? lineWidth : 40, 2);
    const edit = { start: args.start, end: args.end, text };
    return [{ name, file, edit, before: known.constant, after: constant }];
  });
}

/** An enum with its values, in one line or in several. */
const listed = /\bt\.enum\(\s*"(?:\\.|[^"\\])*",\s*\[(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[\s,])*\],?\s*\)/;
const named = /\bt\.enum\(\s*([A-Za-z_$][\w$]*)\s*\)/;

/** A column's line with the new values of the enums that it names; one that lists the values itself keeps them. */
export function withNewValues(line: string, moved: readonly MovedEnum[], written: string): string {
  if (/\bt\.enum\(\s*["'`]/.test(written)) return line;
  return moved.reduce(
    (left, { before, after }) => left.replaceAll(`t.enum(${before})`, () => `t.enum(${after})`),
    line,
  );
}

/** The new text of a column with the constant of its enum, where the old one named it. */
export function referring(line: string, written: string): string {
  const constant = named.exec(written)?.[1];
  return constant === undefined ? line : line.replace(listed, () => `t.enum(${constant})`);
}
