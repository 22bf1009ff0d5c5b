/** One hazard rule: one file, one name. The name is the file's, the config key, the ignore directive and the docs anchor. */
import type { SchemaGraph } from "../../schema/graph.ts";
import type { ObjectId } from "../../schema/object.ts";
import type { Severity, Statement } from "../plan_types.ts";

/** What a rule may look at beside the statement. `created` are objects made by the same plan: locking rules pass them over. */
export interface RuleContext {
  readonly from: SchemaGraph;
  readonly to: SchemaGraph;
  readonly created: ReadonlySet<ObjectId>;
  readonly version: number | null;
}

/** What a rule says of one statement. */
export interface Finding {
  readonly object: ObjectId;
  readonly message: string;
  readonly hint: string;
}

/** What people read of a rule. */
export interface RuleWords {
  readonly code: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly problem: string;
  readonly solution: string;
}

export interface Rule extends RuleWords {
  /** Ids of the hazard catalogue that it covers (DS02…). */
  readonly covers: readonly string[];
  /** What it says is true of the whole change, however many statements that takes: it is said of the first alone. */
  readonly once?: true;
  check(statement: Statement, context: RuleContext): readonly Finding[];
}

/** A rule of one database for statements that somebody wrote, of which only the text is known. Nothing can be allowed by name there: it warns. */
export interface TextRule extends RuleWords {
  readonly severity: "warning" | "info";
  check(sql: string): readonly Finding[];
}
