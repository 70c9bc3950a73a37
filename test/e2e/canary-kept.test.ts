/**
 * Secrets that were lent to a tool, and secrets in the notes of a task, are looked for in all that is kept: the state
 * root while it works and after it was killed, what was answered, and backups of it.
 */

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readOwnerKey } from '@perdure/home';
import { needlesOf, searchFolder, sightingsIn, until, type Canary } from '@perdure/testing';
import { expect, test } from 'vitest';
import { System } from './system.ts';

const main = fileURLToPath(import.meta.resolve('perdure/main'));
const project = join(import.meta.dirname, 'fixtures/lending');

const canary = (name: string): Canary => ({ name, value: `canary-${name}-"${randomBytes(24).toString('hex')}"/+` });

test(
  'what was lent to a tool or stood in the notes of a task is in no record, no log, no answer and no backup',
  { timeout: 300_000 },
  async () => {
    const [lent, notes, changed] = [canary('lent'), canary('notes'), canary('changed')];
    await using system = await System.start({ project });
    const { client, paths, folder } = system;
    const answered: string[] = [];
    const perdure = async (...words: readonly string[]): Promise<void> => {
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [main, ...words, '--home', paths.root]);
      answered.push(stdout, stderr);
    };

    writeFileSync(join(folder, 'post.txt'), lent.value);
    await perdure('vault', 'create', 'main');
    await perdure('vault', 'put', 'main', 'post', '--from', join(folder, 'post.txt'));
    await perdure('vault', 'grant', 'main/post', '--tool', 'borrow');
    const { id } = (await client.startRun({ body: { pipeline: 'lend', input: {} } })).data;
    const run = await until(
      async () => {
        const { data } = await client.getRun({ params: { id } });
        return data.status === 'completed' ? data : undefined;
      },
      { what: 'the run is completed', withinMs: 60_000 },
    );
    const { data: steps } = await client.listSteps({ params: { id }, query: {} });
    // It was called, and told what it was given.
    expect(JSON.stringify([run.output, steps]).match(/\[secret post\]/g)?.length).toBeGreaterThan(5);
    answered.push(JSON.stringify([run, steps]));

    const scout = await client.createPrincipal({ body: { kind: 'agent', handle: 'scout' } });
    const context = { notes: JSON.stringify({ handle: 'x', llmApiKey: notes.value }) };
    const made = await client.createHubTask({ body: { title: 'Provision', assigneeId: scout.data.id, context } });
    const params = { taskId: made.data.id };
    const given = await client.getHubTask({ params, query: {} });
    expect(given.data.context).toEqual({ ...context, secrets: 'given' });
    answered.push(JSON.stringify(made));
    const other = { notes: `Log in with the password ${changed.value} now` };
    answered.push(JSON.stringify(await client.changeHubTask({ params, body: { context: other } })));
    await perdure('backup', join(folder, 'with-key'));

    const rootKey = { name: 'root key', value: readFileSync(paths.vaultKey, 'utf8').trim() };
    const ownerKey = { name: 'owner key', value: readOwnerKey(paths) ?? '' };
    const needles = needlesOf([lent, notes, changed, rootKey, ownerKey]);
    const foundIn = (place: string): readonly string[] => {
      const { sightings, places } = searchFolder(join(folder, place), needles);
      expect(places, place).toBeGreaterThanOrEqual(2);
      return [...new Set(sightings.map(({ where, canary: name }) => `${name} in ${where.slice(folder.length)}`))];
    };
    const meant = ['owner key in /state/run/owner-key', 'root key in /state/run/vault-key'];
    expect([...foundIn('state')].toSorted()).toEqual(meant);
    system.kill('all');
    expect([...foundIn('state')].toSorted()).toEqual(meant);
    await perdure('backup', join(folder, 'without-key'), '--without-vault-key');
    expect(foundIn('with-key')).toEqual(['root key in /with-key/run/vault-key']);
    expect(foundIn('without-key')).toEqual([]);
    expect(sightingsIn(Buffer.from(answered.join('\n')), 'what was answered', needles)).toEqual([]);

    // One that is in a backup is found.
    appendFileSync(join(folder, 'without-key/perdure.db'), Buffer.from(`x${lent.value}`).toString('base64'));
    expect(foundIn('without-key')).toEqual(['lent in /without-key/perdure.db']);
  },
);
