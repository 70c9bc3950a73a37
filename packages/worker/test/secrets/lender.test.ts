import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLender } from '../../src/secrets/lender.ts';

const value = 'canary-7d1f';
const wanted = [{ name: 'github', reference: 'github' }];
const request = { grantee: { kind: 'tool', name: 'open-issue' }, fingerprint: 'f', reason: 'run r', wanted } as const;
const asked = { ...request, wanted: [...wanted] };
const never = new AbortController().signal;
const lent = JSON.stringify({ kind: 'lent', values: [{ name: 'github', value, isOpen: false }] });

/** A server that answers each connection with the next of `lines`; undefined: it hangs up. */
function openServer({ patienceMs = 60_000 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-lend-'));
  const path = join(folder, 'secrets.sock');
  const sockets: Socket[] = [];
  const requests: string[] = [];
  let server: Server | undefined;
  const serve = async (...lines: readonly (string | undefined)[]) => {
    const left = [...lines];
    server = createServer((socket) => {
      sockets.push(socket);
      socket.on('data', (chunk) => {
        requests.push(String(chunk));
        const line = left.shift();
        if (line === undefined) socket.destroy();
        else socket.write(`${line}\n`);
      });
    }).listen(path);
    await once(server, 'listening');
  };
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server?.close();
    rmSync(folder, { recursive: true });
  });
  const kept: string[] = [];
  const keepOut = (secrets: readonly { readonly value: string }[]) => void kept.push(...secrets.map((s) => s.value));
  return { serve, requests, sockets, kept, ask: createLender({ path, keepOut, patienceMs }) };
}

describe('the worker that asks for a secret', () => {
  it('has it until the end of the call, keeps it out of its log, and hides it', async () => {
    const { serve, ask, requests, sockets, kept } = openServer();
    await serve(lent);
    const answer = await ask(asked, never);
    if (answer.kind !== 'lent') throw answer.error;
    expect([answer.secrets.values, kept]).toEqual([{ github: value }, [value]]);
    expect(answer.secrets.hide(`x ${value}`)).toBe('x [secret github]');
    expect(JSON.parse(requests[0] ?? '')).toEqual(asked);
    const closed = once(sockets[0] as Socket, 'close');
    answer.secrets.end();
    await closed;
  });

  it('waits for a server that is away, hangs up, or answers what it does not know, and asks the next one', async () => {
    const { serve, ask } = openServer();
    const answer = ask(asked, never);
    await serve(undefined, 'no JSON', '{"kind":"new"}', lent);
    expect((await answer).kind).toBe('lent');
  });

  it('says so where it stays away, and at once where nobody waits any more', async () => {
    const { ask } = openServer({ patienceMs: 200 });
    expect(await ask(asked, never)).toMatchObject({ kind: 'refused', error: { code: 'unavailable' } });
    const { ask: patient } = openServer({ patienceMs: 3_600_000 });
    expect((await patient(asked, AbortSignal.abort())).kind).toBe('refused');
  });

  it('hands on why it is refused, in a code that is known here', async () => {
    const { serve, ask } = openServer();
    await serve(
      JSON.stringify({ kind: 'refused', code: 'vault_sealed', message: 'Sealed.' }),
      JSON.stringify({ kind: 'refused', code: 'of_next_year', message: 'New.' }),
    );
    expect(await ask(asked, never)).toMatchObject({ error: { code: 'vault_sealed', message: 'Sealed.' } });
    expect(await ask(asked, never)).toMatchObject({ error: { code: 'internal', message: 'New.' } });
  });
});
