/**
 * Operators, operator classes and operator families in Postgres. A class always names its family, so that the family is an object like
 * any other and not one that CREATE OPERATOR CLASS brings along.
 */
import type { KindDialect } from "../../dialect.ts";
import { objectId } from "../../../schema/id.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import { address, inSchemas, made, ofExtension, options, reader, schemasInScope } from "../catalog.ts";
import { definitionKind } from "../definition.ts";
import { quote, quotePath } from "../sql.ts";

interface Row extends Record<string, unknown> {
  readonly catalog: string;
  readonly oid: number;
  readonly what: SchemaObject<"operator">["what"];
  readonly schema: string;
  readonly name: string;
  readonly method: string | null;
  /** What a class is for. */
  readonly input: string | null;
  readonly arguments: string | null;
  readonly parameters: string;
  readonly members: readonly string[] | null;
}

/** "pg_catalog.=(integer, integer)"-like names are made by hand: the type regoperator leaves out the schema where it is on the path. */
const operatorName = (oid: string) =>
  `(SELECT 'OPERATOR(' || pg_catalog.quote_ident(n.nspname) || '.' || p.oprname || ')' FROM pg_catalog.pg_operator AS p
    JOIN pg_catalog.pg_namespace AS n ON n.oid = p.oprnamespace WHERE p.oid = ${oid})`;

const typed = (oid: string) => `pg_catalog.format_type(${oid}, NULL)`;

/** Operators and functions of a class or family: `owner` is what they belong to, in pg_depend. */
const members = (catalog: string, oid: string, deptype: string) =>
  `(SELECT pg_catalog.json_agg(m.text ORDER BY m.text) FROM (
    SELECT pg_catalog.format('OPERATOR %s %s.%s(%s, %s)%s', a.amopstrategy, pg_catalog.quote_ident(n.nspname), p.oprname,
      ${typed("a.amoplefttype")}, ${typed("a.amoprighttype")},
      CASE WHEN a.amoppurpose = 'o' THEN ' FOR ORDER BY ' || (SELECT pg_catalog.format('%I.%I', sn.nspname, sf.opfname)
        FROM pg_catalog.pg_opfamily AS sf JOIN pg_catalog.pg_namespace AS sn ON sn.oid = sf.opfnamespace WHERE sf.oid = a.amopsortfamily)
        ELSE '' END) AS text
    FROM pg_catalog.pg_depend AS d
    JOIN pg_catalog.pg_amop AS a ON a.oid = d.objid
    JOIN pg_catalog.pg_operator AS p ON p.oid = a.amopopr
    JOIN pg_catalog.pg_namespace AS n ON n.oid = p.oprnamespace
    WHERE d.classid = 'pg_catalog.pg_amop'::pg_catalog.regclass AND d.refclassid = 'pg_catalog.${catalog}'::pg_catalog.regclass
      AND d.refobjid = ${oid} AND d.deptype = '${deptype}'
    UNION ALL
    SELECT pg_catalog.format('FUNCTION %s (%s, %s) %s', a.amprocnum, ${typed("a.amproclefttype")}, ${
    typed("a.amprocrighttype")
  }, a.amproc::pg_catalog.oid::pg_catalog.regprocedure)
    FROM pg_catalog.pg_depend AS d
    JOIN pg_catalog.pg_amproc AS a ON a.oid = d.objid
    WHERE d.classid = 'pg_catalog.pg_amproc'::pg_catalog.regclass AND d.refclassid = 'pg_catalog.${catalog}'::pg_catalog.regclass
      AND d.refobjid = ${oid} AND d.deptype = '${deptype}') AS m)`;

export const operatorReader = reader<Row>({
  from: [
    inSchemas("pg_operator", "oprnamespace"),
    inSchemas("pg_opfamily", "opfnamespace"),
    inSchemas("pg_opclass", "opcnamespace"),
  ],
  sql: () =>
    `WITH ${schemasInScope}
SELECT 'pg_operator' AS catalog, o.oid, 'operator' AS what, s.name AS schema, o.oprname AS name, NULL AS method, NULL AS input,
  pg_catalog.format('(%s, %s)', CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE ${typed("o.oprleft")} END, ${
      typed("o.oprright")
    }) AS arguments,
  pg_catalog.concat_ws(', ', 'FUNCTION = ' || o.oprcode::pg_catalog.text,
    CASE WHEN o.oprleft <> 0 THEN 'LEFTARG = ' || ${typed("o.oprleft")} END, 'RIGHTARG = ' || ${typed("o.oprright")},
    'COMMUTATOR = ' || ${operatorName("o.oprcom")}, 'NEGATOR = ' || ${operatorName("o.oprnegate")},
    CASE WHEN o.oprrest::pg_catalog.oid <> 0 THEN 'RESTRICT = ' || o.oprrest::pg_catalog.text END,
    CASE WHEN o.oprjoin::pg_catalog.oid <> 0 THEN 'JOIN = ' || o.oprjoin::pg_catalog.text END,
    CASE WHEN o.oprcanhash THEN 'HASHES' END, CASE WHEN o.oprcanmerge THEN 'MERGES' END) AS parameters,
  NULL::pg_catalog.json AS members
FROM pg_catalog.pg_operator AS o JOIN schemas AS s ON s.oid = o.oprnamespace
WHERE o.oprcode::pg_catalog.oid <> 0 -- else only named by another one so far
  AND NOT ${ofExtension("o.oid", "pg_operator")}
UNION ALL
SELECT 'pg_opfamily', f.oid, 'family', s.name, f.opfname, am.amname, NULL, NULL, '', ${
      members("pg_opfamily", "f.oid", "a")
    }
FROM pg_catalog.pg_opfamily AS f JOIN schemas AS s ON s.oid = f.opfnamespace JOIN pg_catalog.pg_am AS am ON am.oid = f.opfmethod
WHERE NOT ${ofExtension("f.oid", "pg_opfamily")}
UNION ALL
SELECT 'pg_opclass', c.oid, 'class', s.name, c.opcname, am.amname, ${typed("c.opcintype")}, NULL,
  pg_catalog.format('%sFOR TYPE %s USING %I FAMILY %I.%I', CASE WHEN c.opcdefault THEN 'DEFAULT ' ELSE '' END, ${
      typed("c.opcintype")
    }, am.amname, fn.nspname, f.opfname),
  (SELECT pg_catalog.json_agg(each.text) FROM (
    SELECT text FROM pg_catalog.json_array_elements_text(${members("pg_opclass", "c.oid", "i")}) AS own (text)
    UNION ALL SELECT 'STORAGE ' || ${typed("c.opckeytype")} WHERE c.opckeytype <> 0) AS each)
FROM pg_catalog.pg_opclass AS c
JOIN schemas AS s ON s.oid = c.opcnamespace
JOIN pg_catalog.pg_am AS am ON am.oid = c.opcmethod
JOIN pg_catalog.pg_opfamily AS f ON f.oid = c.opcfamily
JOIN pg_catalog.pg_namespace AS fn ON fn.oid = f.opfnamespace
WHERE NOT ${ofExtension("c.oid", "pg_opclass")}`,
  found: (row) => [{
    object: made("operator", pathOf(row), objectId("schema", [row.schema]), {
      what: row.what,
      definition: { sql: definitionOf(row) },
      options: options({ members: row.what === "family" ? row.members : null }),
    }),
    address: address(row.catalog, row.oid),
  }],
});

/** Overloaded operators are told apart by their types, classes and families by their access method. */
function pathOf({ what, schema, name, method, arguments: types }: Row): readonly string[] {
  return what === "operator" ? [schema, what, name + types] : [schema, what, method!, name];
}

function definitionOf({ what, schema, name, method, input, parameters, members }: Row): string {
  if (what === "operator") return `CREATE OPERATOR ${quote(schema)}.${name} (${parameters})`;
  const path = quotePath([schema, name]);
  if (what === "family") return `CREATE OPERATOR FAMILY ${path} USING ${quote(method!)}`;
  // A class has to say something: where it has no members, that it stores what it indexes.
  return `CREATE OPERATOR CLASS ${path} ${parameters} AS\n  ${(members ?? [`STORAGE ${input}`]).join(",\n  ")}`;
}

export function operatorTarget({ what, name }: SchemaObject<"operator">): string {
  const own = name.at(-1)!;
  if (what !== "operator") {
    return `OPERATOR ${what.toUpperCase()} ${quotePath([name[0]!, own])} USING ${quote(name[2]!)}`;
  }
  const at = own.indexOf("(");
  return `OPERATOR ${quote(name[0]!)}.${own.slice(0, at)} ${own.slice(at)}`;
}

function membersOf(object: SchemaObject<"operator">): readonly string[] {
  return (object.options.members ?? []) as readonly string[];
}

/** ALTER OPERATOR FAMILY from one set of loose members to another. */
function regroup(object: SchemaObject<"operator">, from: readonly string[]): readonly string[] {
  const to = membersOf(object), alter = `ALTER ${operatorTarget(object)}`;
  const gone = from.filter((each) => !to.includes(each)), added = to.filter((each) => !from.includes(each));
  return [
    ...(gone.length ? [`${alter} DROP ${gone.map(slot).join(", ")}`] : []),
    ...(added.length ? [`${alter} ADD ${added.join(", ")}`] : []),
  ];
}

/** "OPERATOR 1 (integer, bigint)" of a member, as DROP wants it. */
function slot(member: string): string {
  const [, what, number, types] = /^(OPERATOR|FUNCTION) (\d+) [^(]*(\([^)]*\))/.exec(member) ?? [];
  return `${what} ${number} ${types}`;
}

/** Names of a family's options: what a model may set. */
export const operatorOptions = ["members"] as const;

export const operator: KindDialect<"operator"> = definitionKind<"operator">({
  target: operatorTarget,
  create: (object) => [object.definition.sql, ...regroup(object, [])],
  alter: ({ from, to, fields }) =>
    fields.includes("definition") || fields.includes("what") ? null : regroup(to, membersOf(from)),
});
