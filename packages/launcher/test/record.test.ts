import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileIdentity, indexIdentity, openDatabase } from '@perdure/db';
import { ensureHome } from '@perdure/home';
import { tempFolder } from '@perdure/testing/after-test';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openRecord, watchRecord } from '../src/record.ts';

function setUp() {
  const words: string[] = [];
  const log = (line: string) => void words.push(line);
  return { paths: ensureHome(tempFolder()), words, log };
}

describe('the record before anything is started on it', () => {
  it('is made where there is none, without a word', async () => {
    const { paths, words, log } = setUp();
    expect(await openRecord(paths, { init: false, log })).toBe(fileIdentity(paths.database));
    expect(words).toEqual([]);
  });

  it.each(['is missing', 'is empty'])(
    'is made anew, and that is said, where it %s beside data of an earlier one',
    async (how) => {
      const { paths, words, log } = setUp();
      if (how === 'is empty') writeFileSync(paths.database, '');
      mkdirSync(join(paths.workspaces, 'of-a-run'));
      await openRecord(paths, { init: false, log });
      expect(words).toEqual([expect.stringMatching(new RegExp(`perdure.db ${how}.*workspaces.*restore a backup`))]);
      await openRecord(paths, { init: false, log });
      expect(words).toHaveLength(1);
    },
  );

  it('is watched: that it was taken away is said once, and that it is back', async () => {
    const { paths, words, log } = setUp();
    const identity = await openRecord(paths, { init: false, log });
    const watching = watchRecord(paths, { identity, log });
    onTestFinished(() => watching.close());
    renameSync(paths.database, `${paths.database}.away`);
    await expect.poll(() => words).toEqual([expect.stringContaining('deleted or replaced')]);
    renameSync(`${paths.database}.away`, paths.database);
    await expect.poll(() => words.at(-1)).toContain('back in its place');
    expect(words).toHaveLength(2);
    rmSync(paths.database);
  });

  it('knows which file was the index of its log: what killed processes have left is held against it', async () => {
    const { paths, log } = setUp();
    const identity = await openRecord(paths, { init: false, log });
    const database = await openDatabase({ path: paths.database });
    database.sqlite.exec("INSERT INTO leases VALUES ('a', 'b', 1)");
    const watching = watchRecord(paths, { identity, log });
    onTestFinished(() => watching.close());
    const note = join(paths.run, 'record-index');
    const index = indexIdentity(paths.database);
    await expect.poll(() => existsSync(note) && readFileSync(note, 'utf8')).toBe(`${index}\n`);
    // What is left where its processes are killed.
    const left = ['', '-wal', '-shm'].map(
      (suffix) => [`${paths.database}${suffix}`, readFileSync(`${paths.database}${suffix}`)] as const,
    );
    database.close();
    for (const [file, bytes] of left) writeFileSync(file, file.endsWith('-wal') ? '' : bytes);
    writeFileSync(note, `${indexIdentity(paths.database)}\n`);
    await expect(openRecord(paths, { init: false, log })).rejects.toMatchObject({ code: 'storage_corrupt' });
    writeFileSync(note, 'of:another\n');
    await openRecord(paths, { init: false, log });
  });
});
