/**
 * SQLite's keywords, as its tokeniser and grammar know them (tool/mkkeywordhash.c and the %fallback list of parse.y, 3.53). Pure data.
 * A reserved word is never an identifier without quotes; a fallback word is one wherever the grammar has no use for it as a keyword.
 */

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ""));

/** Keywords that need quotes to be a name. */
export const reservedWords: ReadonlySet<string> = words(`
  ADD ALL ALTER AND AS AUTOINCREMENT BETWEEN CASE CHECK COLLATE COMMIT CONSTRAINT CREATE DEFAULT DEFERRABLE DELETE DISTINCT DROP ELSE
  ESCAPE EXISTS FOREIGN FROM GROUP HAVING IN INDEX INSERT INTO IS ISNULL JOIN LIMIT NOT NOTHING NOTNULL NULL ON OR ORDER PRIMARY
  REFERENCES RETURNING SELECT SET TABLE THEN TO TRANSACTION UNION UNIQUE UPDATE USING VALUES WHEN WHERE EXCEPT INTERSECT
`);

/** Keywords that are names where the grammar expects one. */
export const fallbackWords: ReadonlySet<string> = words(`
  ABORT ACTION AFTER ALWAYS ANALYZE ASC ATTACH BEFORE BEGIN BY CASCADE CAST COLUMN CONFLICT CROSS CURRENT CURRENT_DATE CURRENT_TIME
  CURRENT_TIMESTAMP DATABASE DEFERRED DESC DETACH DO EACH END EXCLUDE EXCLUSIVE EXPLAIN FAIL FILTER FIRST FOLLOWING FOR FULL GENERATED
  GLOB GROUPS IF IGNORE IMMEDIATE INDEXED INITIALLY INNER INSTEAD KEY LAST LEFT LIKE MATCH MATERIALIZED NATURAL NO NULLS OF OFFSET
  OTHERS OUTER OVER PARTITION PLAN PRAGMA PRECEDING QUERY RAISE RANGE RECURSIVE REGEXP REINDEX RELEASE RENAME REPLACE RESTRICT RIGHT
  ROLLBACK ROW ROWS SAVEPOINT TEMP TEMPORARY TIES TRIGGER UNBOUNDED VACUUM VIEW VIRTUAL WINDOW WITH WITHOUT WITHIN
`);

/** Fallback words that expressions, queries and trigger bodies use as keywords, so that a bare one there is most likely a keyword. */
export const bodyWords: ReadonlySet<string> = words(`
  ABORT AFTER ASC BEFORE BEGIN BY CAST CONFLICT CROSS CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP DESC DO EACH END EXCLUDE FAIL
  FILTER FIRST FOLLOWING FOR FULL GLOB GROUPS IGNORE INDEXED INNER INSTEAD LAST LEFT LIKE MATCH MATERIALIZED NATURAL NO NULLS OF OFFSET
  OTHERS OUTER OVER PARTITION PRECEDING RAISE RANGE RECURSIVE REGEXP REPLACE RIGHT ROLLBACK ROW ROWS TIES UNBOUNDED WINDOW WITH
`);

/** Words that are values rather than keywords and read better in capitals. SQLite resolves them as names (sqlite3ExprIdToTrueFalse). */
export const valueWords: ReadonlySet<string> = words("TRUE FALSE");

/** Must a name be quoted so that SQLite reads it as one everywhere? `word` is upper-case. Fallback words are quoted too: it costs nothing. */
export function isKeyword(word: string): boolean {
  return reservedWords.has(word) || fallbackWords.has(word) || valueWords.has(word);
}
