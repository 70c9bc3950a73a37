import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LendReply } from '@perdure/contract';
import { createGroupCommit, newId, openDatabase } from '@perdure/db';
import type { Root } from '@perdure/hub/seal';
import { rootKeyOf } from '@perdure/hub/seal';
import { createHubStore, createVaultStore } from '@perdure/hub/store';
import { until } from '@perdure/testing';
import { serveLending } from '../src/lend-secrets.ts';
import { temporaryFolder } from './http/harness.ts';

const value = 'canary-7d1f';
const grantee = { kind: 'tool', name: 'open-issue' } as const;
const request = {
  grantee,
  fingerprint: 'f1',
  reason: 'run r, step s, tool open-issue',
  wanted: [{ name: 'github', reference: 'github' }],
};

/** A vault with `github` in it, granted, behind a socket. */
async function openLending() {
  const folder = await temporaryFolder();
  const database = await openDatabase({ path: join(folder, 'perdure.db') });
  const group = createGroupCommit(database);
  let root: Root = { kind: 'open', key: rootKeyOf(Buffer.alloc(32, 7)) };
  const vaults = createVaultStore(database, { group, root: () => root, random: randomBytes });
  const time = { now: 1_000 };
  const vault = { vaults, clock: () => time.now, newId };
  const owner = await createHubStore(database, group).principals.ensureOwner({ id: 'o', workspaceId: 'w', now: 1 });
  await vaults.create(owner, { id: 'v', name: 'scout-main', description: '', now: 1 });
  const made = { id: 'i', vaultId: 'v', name: 'github', type: 'login', needsApproval: false, isDrop: false, now: 1 };
  await vaults.putItem(owner, { ...made, fields: [{ key: 'token', type: 'secret', value }] });
  await vaults.grant(owner, { id: 'g', itemId: 'i', grantee, fingerprint: 'f1', now: 1 });
  const path = join(folder, 'secrets.sock');
  const logged: string[] = [];
  const serve = async () => await serveLending({ path, vault, log: (line) => logged.push(line) });
  const server = { current: await serve() };
  onTestFinished(async () => {
    await server.current.close();
    database.close();
  });
  /** Asks as the worker does; the connection stands until `end`. */
  const borrow = async (more: object = {}) => {
    const socket = createConnection(path);
    socket.on('error', () => undefined);
    socket.write(`${JSON.stringify({ ...request, ...more })}\n`);
    const [line] = (await once(socket, 'data')) as [Buffer];
    return { ...(JSON.parse(String(line)) as LendReply), end: () => socket.destroy() };
  };
  const leases = async () => (await vaults.leases(owner, { limit: 10 })).data;
  const decisions = async () => (await leases()).map(({ decision }) => decision);
  const seal = () => (root = { kind: 'sealed', reason: 'The vaults are sealed, and all else works: a test.' });
  return { path, borrow, leases, decisions, server, serve, seal, logged, vaults, owner };
}

describe('what a tool is lent', () => {
  it('comes over a socket of this account alone, lasts as long as the call, and is ended when that is over', async () => {
    const { path, borrow, leases, decisions } = await openLending();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const answer = await borrow();
    expect(answer).toMatchObject({ kind: 'lent', values: [{ name: 'github', value, isOpen: false }] });
    expect(await leases()).toMatchObject([{ decision: 'approved', uses: 1, reason: request.reason }]);
    answer.end();
    await until(async () => (await decisions())[0] === 'revoked', { what: 'the lease ends' });
  });

  it('is ended when the worker is killed in the middle of the call', async () => {
    const { path, decisions } = await openLending();
    const program = join(import.meta.dirname, 'fixtures/borrow.ts');
    const child = spawn(execPath, [program, path, JSON.stringify(request)], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: child.stdout })) {
      expect(line).toContain('"kind":"lent"');
      break;
    }
    expect(await decisions()).toEqual(['approved']);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    await until(async () => (await decisions())[0] === 'revoked', { what: 'the lease ends' });
  });

  it('is ended when the server ends, and what one left behind when the next begins', async () => {
    const { borrow, decisions, server, serve, vaults } = await openLending();
    expect((await borrow()).kind).toBe('lent');
    await server.current.close();
    expect(await decisions()).toEqual(['revoked']);
    // As of a server that was killed.
    await vaults.lend({ ...request, newId, ttlMs: 60_000, now: 1_000 });
    server.current = await serve();
    expect(await decisions()).toEqual(['revoked', 'revoked']);
  });

  it('is refused in a sentence where it was not granted, the tool has changed, or the vaults are sealed', async () => {
    const { borrow, leases, seal } = await openLending();
    const sentence = async (more: object) => {
      const answer = await borrow(more);
      return answer.kind === 'lent' ? 'lent' : answer.message;
    };
    expect(await sentence({ wanted: [{ name: 'x', reference: 'bank' }] })).toContain(
      '`perdure vault grant <vault>/bank --tool open-issue`',
    );
    expect(await sentence({ fingerprint: 'f2' })).toContain('has changed since "github" was granted');
    expect(await sentence({ grantee: { kind: 'tool', name: 'planted' } })).toContain(
      'was granted to the tool "planted"',
    );
    seal();
    expect(await sentence({})).toContain('The vaults are sealed');
    expect(await leases()).toEqual([]);
  });

  it('is not given to what is no request, and what it says is not repeated', async () => {
    const { path, leases, borrow } = await openLending();
    const said = async (text: string | Buffer): Promise<string> => {
      const socket = createConnection(path);
      let answer = '';
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => (answer += String(chunk)));
      socket.end(text);
      await new Promise((resolve) => socket.once('close', resolve));
      return answer;
    };
    const wide = { ...request, wanted: Array.from({ length: 51 }, () => request.wanted[0]) };
    const hostile = [
      '\n',
      'null\n',
      `{"canary":"${value}"}\n`,
      `${JSON.stringify(wide)}\n`,
      `${JSON.stringify({ ...request, reason: '\u0000' })}\n`,
      `${JSON.stringify({ ...request, grantee: { kind: 'owner', name: 'o' } })}\n`,
      Buffer.from([0xff, 0xfe, 10]),
    ];
    for (const text of hostile) {
      const answer = await said(text);
      expect(answer).toContain('"kind":"refused"');
      expect(answer).not.toContain(value);
    }
    expect(await said('')).toBe('');
    expect(await said(Buffer.alloc(200_000, 'x'))).toBe('');
    expect(await leases()).toEqual([]);
    expect((await borrow()).kind).toBe('lent');
  });
});
