import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { createSqlQuery } from '../../src/tools/shipped/sql-query.ts';
import { callTool, dataOf, failureOf, temporaryFolder } from './support.ts';

interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  readonly truncated: boolean;
}

async function makeDatabase(sql = ''): Promise<string> {
  const path = join(await temporaryFolder(), 'data.db');
  using database = new DatabaseSync(path);
  database.exec(`
    CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, born INTEGER);
    INSERT INTO person VALUES (1, 'Ada', 1815), (2, 'Grace', 1906), (3, 'Barbara', NULL);
    CREATE VIEW elder AS SELECT name FROM person WHERE born < 1900;
    CREATE VIRTUAL TABLE page USING fts5 (text);
    INSERT INTO page VALUES ('hello world'), ('goodbye');
    ${sql}`);
  return path;
}

const query = (database: string, sql: string, parameters: readonly unknown[] = []) =>
  callTool(createSqlQuery({ database }), { sql, parameters });

const numbers = (count: number) =>
  `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) SELECT i FROM n`;

describe('sql-query', () => {
  it('returns columns and rows of a statement, with its parameters in place', async () => {
    const database = await makeDatabase();
    expect(await dataOf(query(database, 'SELECT name, born FROM person WHERE id > ? ORDER BY id;', [1]))).toEqual({
      columns: ['name', 'born'],
      rows: [
        ['Grace', 1906],
        ['Barbara', null],
      ],
      truncated: false,
    });
    const hostile = `'; DROP TABLE person; --`;
    expect(await dataOf(query(database, 'SELECT ? AS a, ? AS a', [hostile, null]))).toMatchObject({
      columns: ['a', 'a'],
      rows: [[hostile, null]],
    });
  });

  it('gives what JSON cannot hold as text', async () => {
    const database = await makeDatabase();
    const sql = `SELECT 9007199254740991, 9007199254740993, -9223372036854775808, 1.5, 9e999, x'00ff', 'ä', NULL`;
    expect((await dataOf<Rows>(query(database, sql))).rows).toEqual([
      [9007199254740991, '9007199254740993', '-9223372036854775808', 1.5, 'Infinity', 'AP8=', 'ä', null],
    ]);
  });

  it.each([
    ['-- who?\n/* a; b */ SELECT 1; -- done\n ; /* really */', 1],
    ['WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n', 5],
    ['EXPLAIN QUERY PLAN SELECT * FROM person', 1],
    ['SELECT * FROM elder', 1],
    [`SELECT name FROM pragma_table_info('person')`, 3],
    [`SELECT name FROM sqlite_schema WHERE name = 'person'`, 1],
    [`SELECT text FROM page WHERE page MATCH 'hello'`, 1],
    [`SELECT value FROM json_each('[1, 2]')`, 2],
    ['SELECT max(born), count(*) OVER () FROM person GROUP BY id', 3],
  ])('reads with %s', async (sql, rows) => {
    expect((await dataOf<Rows>(query(await makeDatabase(), sql))).rows).toHaveLength(rows);
  });

  it('stops at a thousand rows, and says so', async () => {
    const database = await makeDatabase();
    const exact = await dataOf<Rows>(query(database, numbers(1_000)));
    expect([exact.rows.length, exact.truncated]).toEqual([1_000, false]);
    const more = await dataOf<Rows>(query(database, numbers(1_001)));
    expect([more.rows.length, more.truncated]).toEqual([1_000, true]);
  });

  it('stops at a mebibyte, and says so', async () => {
    const rows = await dataOf<Rows>(
      query(await makeDatabase(), 'SELECT hex(zeroblob(100000)) FROM person a, person b, person c'),
    );
    expect([rows.rows.length, rows.truncated]).toEqual([5, true]);
  });

  it('reads beside somebody who writes', async () => {
    const path = await makeDatabase('PRAGMA journal_mode = WAL;');
    using writer = new DatabaseSync(path);
    writer.exec('BEGIN IMMEDIATE; DELETE FROM person;');
    expect(await dataOf(query(path, 'SELECT count(*) FROM person'))).toMatchObject({ rows: [[3]] });
  });
});

const writing = `
INSERT INTO person VALUES (9, 'x', 1)
UPDATE person SET name = 'x'
DELETE FROM person
DROP TABLE person
CREATE TABLE t (a)
CREATE TEMP TABLE t (a)
ALTER TABLE person ADD COLUMN x
REINDEX
ANALYZE
VACUUM
VACUUM INTO 'copy.db'
BEGIN IMMEDIATE
SAVEPOINT a
ATTACH 'other.db' AS other
DETACH main
PRAGMA user_version = 7
PRAGMA journal_mode = DELETE
PRAGMA writable_schema = ON
WITH x AS (SELECT 1) INSERT INTO person SELECT 9, 'x', 1 FROM x
WITH x AS (SELECT 1) DELETE FROM person
WITH x AS (SELECT 1) UPDATE person SET name = 'x' RETURNING id
EXPLAIN DROP TABLE person
SELECT 1; DROP TABLE person
SELECT 1; SELECT 2
SELECT 1 /* ; */; DELETE FROM person; --
/* SELECT */ DELETE FROM person
-- SELECT\\nDELETE FROM person
SELECT load_extension('/tmp/evil.so')
SELECT * FROM pragma_journal_mode('DELETE')
INSERT INTO page(page) VALUES ('rebuild')
SELECT
;
VALUES (1)
SELECT 1\\0; DROP TABLE person
`
  .trim()
  .split('\n')
  .map((line) => line.replaceAll('\\n', '\n').replaceAll('\\0', '\0'));

describe('a statement that does anything but read', () => {
  it('is refused in words, and changes nothing', async () => {
    const path = await makeDatabase();
    const before = await readFile(path);
    const folder = await readdir(dirname(path));
    for (const sql of writing) {
      expect(await failureOf(query(path, sql)), sql).toMatch(
        /^(Only a SELECT|There is text behind|The query failed: )/,
      );
    }
    expect((await readFile(path)).equals(before)).toBe(true);
    expect(await readdir(dirname(path))).toEqual(folder);
  });

  it('is refused where there is no database, and makes none', async () => {
    const path = join(await temporaryFolder(), 'none.db');
    expect(await failureOf(query(path, 'SELECT 1'))).toMatch(/^The query failed: unable to open/);
    expect(await readdir(dirname(path))).toEqual([]);
  });
});

describe('a query without end', () => {
  const endless = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n';

  it('is ended', async () => {
    const tool = createSqlQuery({ database: await makeDatabase(), timeoutMs: 400 });
    expect(await failureOf(callTool(tool, { sql: endless }))).toMatch(/longer than 0.4 s/);
  });

  it('lets the worker go on with other things', async () => {
    const tool = createSqlQuery({ database: await makeDatabase(), timeoutMs: 600_000 });
    const abort = new AbortController();
    const running = failureOf(callTool(tool, { sql: endless }, { signal: abort.signal }));
    let beats = 0;
    const heart = setInterval(() => (beats += 1) === 20 && abort.abort(), 5);
    expect(await running).toMatch(/was stopped/);
    clearInterval(heart);
    expect(beats).toBeGreaterThanOrEqual(20);
  });

  it('is ended when the run is cancelled', async () => {
    const abort = new AbortController();
    const running = callTool(
      createSqlQuery({ database: await makeDatabase() }),
      { sql: endless },
      { signal: abort.signal },
    );
    setImmediate(() => abort.abort());
    expect(await failureOf(running)).toMatch(/was stopped/);
  });

  it('is not even started for a run that is cancelled already', async () => {
    const tool = createSqlQuery({ database: await makeDatabase() });
    expect(await failureOf(callTool(tool, { sql: 'SELECT 1' }, { signal: AbortSignal.abort() }))).toMatch(
      /was stopped/,
    );
  });

  it('is told apart from one that needs too much memory', async () => {
    const path = await makeDatabase();
    expect(await failureOf(query(path, 'SELECT zeroblob(100000000)'))).toMatch(/too big/);
  });
});
