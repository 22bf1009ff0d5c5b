/**
 * What a database holds, in lines straight from the server's own descriptions (pg_get_constraintdef, pg_get_viewdef, …) and not by sqa's
 * readers: two databases with the same lines hold the same schema. The order of a table's columns is left out, for an ALTER cannot
 * change it. For tests only.
 */
import type { Connection } from "../../../dialects/driver.ts";

/** What belongs to extensions, and what the server made for something else: looked up once, for pg_depend is long and has no statistics here. */
const depending = `members as materialized (select classid, objid from pg_depend where deptype = 'e'),
  internals as materialized (select classid, objid from pg_depend where deptype = 'i' and objid >= 16384)`;
const mine = (oid: string, catalog: string) =>
  `${oid} >= 16384 and not exists (select from members x where x.classid = '${catalog}'::regclass and x.objid = ${oid})`;
// An owner can always grant what it has, whether the list says so or not.
const held = (list: string, owner: string) =>
  `(select string_agg(format('%s=%s%s by %s', g.grantee::regrole, g.privilege_type, case when g.is_grantable and g.grantee <> ${owner} then '*' end, g.grantor::regrole), ' '
    order by g.grantee::regrole::text, g.privilege_type, g.grantor::regrole::text) from aclexplode(${list}) g)`;
const acl = (list: string, type: string, owner: string) =>
  held(`coalesce(${list}, acldefault('${type}', ${owner}))`, owner);
const identity = (catalog: string, oid: string) => `(pg_identify_object('${catalog}'::regclass, ${oid}, 0)).identity`;

/** Catalogs and who owns what is in them. */
const owned = {
  pg_class: "relowner",
  pg_type: "typowner",
  pg_proc: "proowner",
  pg_namespace: "nspowner",
  pg_collation: "collowner",
  pg_statistic_ext: "stxowner",
  pg_publication: "pubowner",
  pg_ts_dict: "dictowner",
  pg_ts_config: "cfgowner",
  pg_operator: "oprowner",
  pg_conversion: "conowner",
  pg_foreign_data_wrapper: "fdwowner",
  pg_foreign_server: "srvowner",
  pg_language: "lanowner",
};

/**
 * Each gives a kind, an identity and what is said about it. Left out are grants on identity columns' sequences, which
 * sqa lists as not compared, and the version that some builds of 15 keep with each column (pg_attver).
 */
function queries(version: number): readonly string[] {
  const notEnforced = version >= 180000 ? "conenforced" : "true";
  return [
    `select 'schema', n.oid::regnamespace::text, ${acl("nspacl", "n", "nspowner")} from pg_namespace n where ${
      mine("n.oid", "pg_namespace")
    } or nspname = 'public'`,
    `select 'relation', c.oid::regclass::text, concat_ws(' ', relkind, relpersistence, relreplident, relrowsecurity, relforcerowsecurity, relispartition,
        pg_get_partkeydef(c.oid), pg_get_expr(relpartbound, c.oid), (select amname from pg_am where oid = relam),
        (select string_agg(o, ',' order by o) from unnest(reloptions) o),
        (select string_agg(o, ',' order by o) from pg_class t, unnest(t.reloptions) o where t.oid = c.reltoastrelid),
        (select 'from ' || string_agg(inhparent::regclass::text, ',' order by inhseqno) from pg_inherits where inhrelid = c.oid),
        case when relkind in ('v', 'm') then pg_get_viewdef(c.oid) end,
        (select srvname || ftoptions::text from pg_foreign_table join pg_foreign_server s on s.oid = ftserver where ftrelid = c.oid),
        ${acl("relacl", "r", "relowner")})
      from pg_class c where relkind in ('r', 'p', 'v', 'm', 'f') and ${mine("c.oid", "pg_class")}`,
    `select 'column', attrelid::regclass || '.' || attname, concat_ws(' ', format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated, attstorage, attcompression,
        case when attstattarget >= 0 then attstattarget end, (select string_agg(o, ',' order by o) from unnest(attoptions) o where o !~ '^pg_attver='), attfdwoptions, attislocal, attinhcount, nullif(attcollation, 0)::regcollation,
        pg_get_expr(adbin, adrelid), ${held("attacl", "relowner")})
      from pg_attribute a join pg_class c on c.oid = attrelid left join pg_attrdef on adrelid = attrelid and adnum = attnum
      where relkind in ('r', 'p', 'v', 'm', 'f', 'c') and attnum > 0 and not attisdropped and ${
      mine("c.oid", "pg_class")
    }`,
    `select 'constraint', coalesce(nullif(conrelid, 0)::regclass::text, contypid::regtype::text) || ' ' || conname,
        concat_ws(' ', contype, pg_get_constraintdef(k.oid), convalidated, ${notEnforced}, condeferrable, condeferred, conislocal, coninhcount,
          (select conrelid::regclass || ' ' || conname from pg_constraint p where p.oid = k.conparentid and p.conrelid <> k.conrelid),
          (select reloptions from pg_class where oid = conindid and contype in ('p', 'u', 'x')),
          (select concat_ws(' ', indisclustered, indisreplident) from pg_index where indexrelid = conindid and contype in ('p', 'u', 'x')))
      from pg_constraint k where ${
      mine("k.oid", "pg_constraint")
    } and contype <> 't' and not (contype = 'n' and contypid <> 0)
        and not exists (select from pg_constraint p where p.oid = k.conparentid and p.conrelid = k.conrelid)`,
    `select 'index', i.indexrelid::regclass::text, concat_ws(' ', pg_get_indexdef(i.indexrelid), indisvalid, indisclustered, indisreplident,
        (select inhparent::regclass from pg_inherits where inhrelid = i.indexrelid),
        (select string_agg(attnum || '=' || attstattarget, ',' order by attnum) from pg_attribute where attrelid = i.indexrelid and attstattarget >= 0))
      from pg_index i where ${mine("i.indexrelid", "pg_class")} and indrelid >= 16384
        and not exists (select from pg_class t where t.oid = indrelid and relkind = 't')`,
    `select 'sequence', seqrelid::regclass::text, concat_ws(' ', seqtypid::regtype, seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle, relpersistence,
        (select deptype::text || ' ' || refobjid::regclass || '.' || attname from pg_depend join pg_attribute on attrelid = refobjid and attnum = refobjsubid
          where classid = 'pg_class'::regclass and objid = seqrelid and refclassid = 'pg_class'::regclass and deptype in ('a', 'i')),
        case when not exists (select from internals x where x.classid = 'pg_class'::regclass and x.objid = seqrelid)
          then ${acl("relacl", "s", "relowner")} end)
      from pg_sequence join pg_class on pg_class.oid = seqrelid where ${mine("seqrelid", "pg_class")}`,
    `select 'routine', p.oid::regprocedure::text, concat_ws(' ', case prokind when 'a' then (select concat_ws(' ', aggtransfn::regprocedure, aggtranstype::regtype, agginitval, aggcombinefn::regproc, proparallel)
          from pg_aggregate where aggfnoid = p.oid) else pg_get_functiondef(p.oid) end, ${
      acl("proacl", "f", "proowner")
    })
      from pg_proc p where ${
      mine("p.oid", "pg_proc")
    } and not exists (select from internals x where x.classid = 'pg_proc'::regclass and x.objid = p.oid)`,
    `select 'trigger', tgrelid::regclass || ' ' || tgname, concat_ws(' ', pg_get_triggerdef(t.oid), tgenabled, tgparentid <> 0) from pg_trigger t where not tgisinternal and ${
      mine("t.oid", "pg_trigger")
    }`,
    `select 'rule', ev_class::regclass || ' ' || rulename, concat_ws(' ', pg_get_ruledef(r.oid), ev_enabled) from pg_rewrite r where rulename <> '_RETURN' and ${
      mine("r.oid", "pg_rewrite")
    }`,
    `select 'policy', polrelid::regclass || ' ' || polname, concat_ws(' ', polcmd, polpermissive, (select string_agg(r::regrole::text, ',' order by r::regrole::text) from unnest(polroles) r),
        pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) from pg_policy`,
    `select 'type', t.oid::regtype::text, concat_ws(' ', typtype, (select string_agg(enumlabel, ',' order by enumsortorder) from pg_enum where enumtypid = t.oid),
        case typtype when 'd' then concat_ws(' ', format_type(typbasetype, typtypmod), typnotnull, pg_get_expr(typdefaultbin, 0), nullif(typcollation, 0)::regcollation) end,
        (select concat_ws(' ', rngsubtype::regtype, nullif(rngcollation, 0)::regcollation, rngsubdiff::regproc, rngmultitypid::regtype) from pg_range where rngtypid = t.oid),
        ${acl("typacl", "T", "typowner")})
      from pg_type t where ${
      mine("t.oid", "pg_type")
    } and typelem = 0 and typtype in ('e', 'd', 'c', 'r') and (typtype <> 'c' or exists (select from pg_class where oid = typrelid and relkind = 'c'))`,
    `select 'collation', ${
      identity("pg_collation", "c.oid")
    }, (to_jsonb(c) - '{oid,collname,collnamespace,collowner}'::text[])::text from pg_collation c where ${
      mine("c.oid", "pg_collation")
    }`,
    `select 'statistics', ${
      identity("pg_statistic_ext", "s.oid")
    }, concat_ws(' ', stxrelid::regclass, stxkind, (select string_agg(attname, ',' order by attname) from pg_attribute where attrelid = stxrelid and attnum = any(stxkeys)), pg_get_statisticsobjdef_expressions(s.oid), case when stxstattarget >= 0 then stxstattarget end) from pg_statistic_ext s`,
    `select 'publication', pubname, concat_ws(' ', puballtables, pubinsert, pubupdate, pubdelete, pubtruncate, pubviaroot,
        (select string_agg(concat_ws(' ', prrelid::regclass, (select string_agg(attname, ',' order by attname) from pg_attribute where attrelid = prrelid and attnum = any(prattrs)), pg_get_expr(prqual, prrelid)), ';' order by prrelid::regclass::text)
          from pg_publication_rel where prpubid = p.oid),
        (select string_agg(pnnspid::regnamespace::text, ',' order by pnnspid::regnamespace::text) from pg_publication_namespace where pnpubid = p.oid)) from pg_publication p`,
    `select 'event trigger', evtname, concat_ws(' ', evtevent, evtfoid::regproc, evtenabled, evttags) from pg_event_trigger`,
    `select 'operator', o.oid::regoperator::text, concat_ws(' ', oprcode, oprcom::regoperator, oprnegate::regoperator, oprrest, oprjoin, oprcanhash, oprcanmerge) from pg_operator o where ${
      mine("o.oid", "pg_operator")
    }`,
    `select 'cast', ${
      identity("pg_cast", "k.oid")
    }, concat_ws(' ', castfunc::regprocedure, castcontext, castmethod) from pg_cast k where ${
      // A range type makes the one to its multirange itself, with a function that keeps its name.
      mine("k.oid", "pg_cast") +
      " and not exists (select from internals i where i.classid = 'pg_cast'::regclass and i.objid = k.oid)"}`,
    `select 'access method', amname, concat_ws(' ', amtype, amhandler) from pg_am k where ${mine("k.oid", "pg_am")}`,
    `select 'transform', ${
      identity("pg_transform", "k.oid")
    }, concat_ws(' ', trffromsql::regprocedure, trftosql::regprocedure) from pg_transform k where ${
      mine("k.oid", "pg_transform")
    }`,
    `select 'language', lanname, concat_ws(' ', lanpltrusted, lanplcallfoid::regproc, laninline::regproc, lanvalidator::regproc) from pg_language k where ${
      mine("k.oid", "pg_language")
    }`,
    `select 'conversion', ${
      identity("pg_conversion", "k.oid")
    }, concat_ws(' ', conforencoding, contoencoding, conproc, condefault) from pg_conversion k where ${
      mine("k.oid", "pg_conversion")
    }`,
    `select 'dictionary', ${
      identity("pg_ts_dict", "k.oid")
    }, concat_ws(' ', dicttemplate, dictinitoption) from pg_ts_dict k where ${mine("k.oid", "pg_ts_dict")}`,
    `select 'configuration', ${
      identity("pg_ts_config", "k.oid")
    }, concat_ws(' ', cfgparser, (select string_agg(maptokentype || '>' || mapdict::regdictionary, ' ' order by maptokentype, mapseqno) from pg_ts_config_map where mapcfg = k.oid)) from pg_ts_config k where ${
      mine("k.oid", "pg_ts_config")
    }`,
    `select 'wrapper', fdwname, concat_ws(' ', fdwhandler::regproc, fdwvalidator::regproc, fdwoptions, ${
      acl("fdwacl", "F", "fdwowner")
    }) from pg_foreign_data_wrapper`,
    `select 'server', srvname, concat_ws(' ', srvfdw, srvtype, srvversion, srvoptions, ${
      acl("srvacl", "S", "srvowner")
    }) from (select s.*, w.fdwname as srvfdw_name from pg_foreign_server s join pg_foreign_data_wrapper w on w.oid = srvfdw) s`
      .replace("srvfdw, srvtype", "srvfdw_name, srvtype"),
    `select 'user mapping', srvname || ' ' || usename, umoptions::text from pg_user_mappings`,
    `select 'extension', extname, concat_ws(' ', extversion, extnamespace::regnamespace) from pg_extension`,
    `select 'default privileges', concat_ws(' ', defaclrole::regrole, nullif(defaclnamespace, 0)::regnamespace, defaclobjtype), (select string_agg(g::text, ' ' order by g::text) from unnest(defaclacl) g) from pg_default_acl`,
    `select 'owner', concat_ws(' ', i.type, i.identity), o.owner::regrole::text from (${
      Object.entries(owned).map(([catalog, column]) =>
        `select '${catalog}'::regclass as classid, o.oid, o.${column} as owner from ${catalog} o where ${
          catalog === "pg_namespace" ? `nspname = 'public' or ` : ""
        }${mine("o.oid", catalog)}`
      ).join(" union all ")
    }) o, pg_identify_object(classid, oid, 0) i
      where not exists (select from internals x where x.classid = o.classid and x.objid = o.oid and o.classid = 'pg_proc'::regclass)
        and (o.classid <> 'pg_class'::regclass or i.type not in ('index', 'toast table'))`,
    `select 'comment', o.type || ' ' || o.identity, description from pg_description d, pg_identify_object(classoid, objoid, objsubid) o where ${
      mine("objoid", "pg_class").replace("x.classid = 'pg_class'::regclass", "x.classid = d.classoid")
    }`,
  ];
}

/** The lines, sorted. */
export async function factsOf(connection: Connection): Promise<readonly string[]> {
  const sql =
    `with ${depending} select coalesce(json_agg(concat_ws(' | ', kind, what, fact)), '[]')::text as lines from (${
      queries(connection.version).map((query) => `(${query})`).join(" union all ")
    }) as facts (kind, what, fact)`;
  return await connection.transaction(async (tx) => {
    await tx.execute("select set_config('search_path', 'pg_catalog', true)");
    const [row] = await tx.query<{ lines: string }>(sql);
    return (JSON.parse(row!.lines) as string[]).sort();
  });
}
