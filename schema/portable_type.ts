/** The column types of the models, one set for all databases. A dialect maps each to its own type or says that it has none. */

/** `sql` is the escape: the type as text, by dialect name; an explicit type always wins. */
export type PortableType =
  | { readonly type: "smallint" | "int" | "bigint" | "boolean" | "text" | "uuid" | "date" | "json" | "jsonb" | "bytes" }
  | { readonly type: "real" | "double" | "inet" | "cidr" | "macaddr" | "xml" }
  | { readonly type: "varchar" | "char"; readonly length: number | null }
  | { readonly type: "decimal"; readonly precision: number | null; readonly scale: number | null }
  | { readonly type: "time" | "timestamp" | "timestamptz" | "interval"; readonly precision: number | null }
  | { readonly type: "array"; readonly of: PortableType; readonly dimensions: number }
  | { readonly type: "vector"; readonly dimensions: number }
  | { readonly type: "enum"; readonly name: readonly string[]; readonly values: readonly string[] }
  | { readonly type: "sql"; readonly sql: { readonly [dialect: string]: string } };
