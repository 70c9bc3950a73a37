/**
 * The process behind `sql-query`: one request on stdin, one answer on stdout. Three things keep a statement from
 * changing anything: the file is open for reading only, SQLite asks us about every single thing a statement would do,
 * and text behind the first statement, which SQLite would silently leave out, is refused.
 */

import { constants, DatabaseSync, type StatementSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';

export interface QueryRequest {
  readonly database: string;
  readonly sql: string;
  readonly parameters: readonly Cell[];
}

export type Cell = string | number | null;

export type QueryAnswer =
  | {
      readonly kind: 'rows';
      readonly columns: string[];
      readonly rows: Cell[][];
      readonly truncated: boolean;
    }
  | { readonly kind: 'refused'; readonly message: string };

const maxRows = 1_000;
const maxBytes = 1024 * 1024;
/** Of one value or row that SQLite makes on the way: what is returned is far smaller. */
const maxLength = 64 * 1024 * 1024;
/** Something else may be writing. */
const busyMs = 2_000;

const reading = new Set([
  constants.SQLITE_SELECT,
  constants.SQLITE_READ,
  constants.SQLITE_FUNCTION,
  constants.SQLITE_RECURSIVE,
]);
/** They tell of the schema and change nothing; full-text search asks for the last one by itself. */
const harmlessPragmas = new Set([
  'table_info',
  'table_xinfo',
  'table_list',
  'index_list',
  'index_info',
  'index_xinfo',
  'foreign_key_list',
  'data_version',
]);

const request = JSON.parse(await text(process.stdin)) as QueryRequest;
process.stdout.write(JSON.stringify(answer(request)));

function answer({ database, sql, parameters }: QueryRequest): QueryAnswer {
  if (!isReadingStatement(sql))
    return refused('Only a SELECT, WITH or EXPLAIN is run; ask for data instead of changing it.');
  try {
    using opened = new DatabaseSync(database, { readOnly: true, timeout: busyMs, limits: { length: maxLength } });
    opened.setAuthorizer(authorize);
    const statement = opened.prepare(sql);
    if (!isAll(sql, statement))
      return refused('There is text behind the first statement; send one statement at a time.');
    return readRows(statement, parameters);
  } catch (error) {
    return refused(`The query failed: ${messageOf(error)}; correct it and try again.`);
  }
}

function readRows(statement: StatementSync, parameters: readonly Cell[]): QueryAnswer {
  statement.setReturnArrays(true);
  statement.setReadBigInts(true);
  const columns = statement.columns().map(({ name }) => name);
  const rows: Cell[][] = [];
  let bytes = 0;
  for (const row of statement.iterate(...parameters)) {
    const cells = (row as unknown as readonly unknown[]).map(toCell);
    bytes += Buffer.byteLength(JSON.stringify(cells));
    if (rows.length === maxRows || bytes > maxBytes) return { kind: 'rows', columns, rows, truncated: true };
    rows.push(cells);
  }
  return { kind: 'rows', columns, rows, truncated: false };
}

/** JSON has no large integers, no infinity and no bytes. */
function toCell(value: unknown): Cell {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return Buffer.from(value as Uint8Array).toString('base64');
}

/** Asked by SQLite for each thing that a statement would do, while it is prepared. */
function authorize(action: number, first: string | null, second: string | null): number {
  const isAllowed =
    (reading.has(action) && second !== 'load_extension') ||
    (action === constants.SQLITE_PRAGMA && harmlessPragmas.has(first ?? ''));
  return isAllowed ? constants.SQLITE_OK : constants.SQLITE_DENY;
}

/** For a clear message: what a statement may do is up to `authorize`. */
function isReadingStatement(sql: string): boolean {
  return /^\s*(select|with|explain)\b/i.test(withoutComments(sql));
}

function isAll(sql: string, { sourceSQL }: StatementSync): boolean {
  return sql.startsWith(sourceSQL) && /^[\s;]*$/.test(withoutComments(sql.slice(sourceSQL.length)));
}

/** Blind to quotes, which stand neither before the first word nor behind the last statement. */
function withoutComments(sql: string): string {
  return sql.replaceAll(/--.*|\/\*[^]*?\*\//g, ' ');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function refused(message: string): QueryAnswer {
  return { kind: 'refused', message };
}
