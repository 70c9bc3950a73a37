import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createHarness, ownerKey, type Harness } from './harness.ts';

const accept = 'application/json, text/event-stream';
const hello = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } };
const stateless = {
  _meta: {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  },
};
const plan = { task_id: 'ship', title: 'Ship', goal: 'Out.', done_criteria: ['it is out'], next_step: 'begin' };

interface Answer {
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number };
}

/** What a client of MCP gets: the answer, or the only event of a stream that holds it. */
async function ask(
  { request }: Pick<Harness, 'request'>,
  message: object,
  { path = '/mcp', headers = {} }: { readonly path?: string; readonly headers?: Record<string, string> } = {},
): Promise<{ readonly status: number; readonly answer: Answer }> {
  const json = { jsonrpc: '2.0', id: 1, ...message };
  const response = await request('POST', path, { json, headers: { accept, ...headers } });
  const text = await response.text();
  const data = /^data: (.*)$/m.exec(text)?.[1] ?? text;
  return { status: response.status, answer: JSON.parse(data) as Answer };
}

const call = (name: string, given: object) => ({
  method: 'tools/call',
  params: { name: `perdure_${name}`, arguments: given },
});

const modern = (method: string, params: object = {}) =>
  [
    { method, params: { ...stateless, ...params } },
    { headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...nameOf(params) } },
  ] as const;

function nameOf(params: object): Record<string, string> {
  return 'name' in params ? { 'mcp-name': String(params.name) } : {};
}

function toolsOf({ answer }: { readonly answer: Answer }) {
  return (answer.result?.['tools'] ?? []) as readonly { readonly name: string; readonly inputSchema: object }[];
}

describe('/mcp', () => {
  test('serves a client of the handshake without a session: each request is answered by itself', async () => {
    const harness = await createHarness();
    const { answer } = await ask(harness, { method: 'initialize', params: hello });
    expect(answer.result).toMatchObject({ protocolVersion: '2025-11-25', serverInfo: { name: 'perdure' } });
    const listed = await ask(harness, { method: 'tools/list' });
    expect(toolsOf(listed).map(({ name }) => name)).toEqual(
      ['create', 'continue', 'progress', 'boundary', 'action', 'complete'].map((name) => `perdure_${name}`),
    );
  });

  test('serves a client of 2026-07-28', async () => {
    const harness = await createHarness();
    const { answer } = await ask(harness, ...modern('server/discover'));
    expect(answer.result).toMatchObject({ supportedVersions: ['2026-07-28'], resultType: 'complete' });
    expect(toolsOf(await ask(harness, ...modern('tools/list')))).toHaveLength(6);
    const created = await ask(harness, ...modern('tools/call', { name: 'perdure_create', arguments: plan }));
    expect(created.answer.result).toMatchObject({ structuredContent: { task_id: 'ship' } });
  });

  test('writes where the command line writes: the API shows the task, and its readable copy lies there', async () => {
    const harness = await createHarness();
    const created = await ask(harness, call('create', plan));
    const { lease = '' } = (created.answer.result?.['structuredContent'] ?? {}) as { readonly lease?: string };
    expect(lease).not.toBe('');
    const moved = await ask(harness, call('boundary', { task_id: 'ship', lease }));
    expect(moved.answer.result).toMatchObject({ structuredContent: { answer: 'go_on' } });
    const { body } = await harness.json('GET', '/api/v1/ledger/tasks/ship');
    expect(body.data).toMatchObject({ task_id: 'ship', project: harness.folder });
    const copy = readFileSync(join(harness.folder, 'tasks/ship.json'), 'utf8');
    expect(copy).not.toContain(lease);
    expect(harness.logged).toEqual([]);
  });

  test('runs no command: verify is neither listed nor called, and complete runs no check again', async () => {
    const harness = await createHarness();
    const listed = toolsOf(await ask(harness, { method: 'tools/list' }, { path: '/mcp?tools=all' }));
    expect(listed.map(({ name }) => name)).not.toContain('perdure_verify');
    const complete = listed.find(({ name }) => name === 'perdure_complete');
    expect(JSON.stringify(complete)).not.toContain('reverify');
    const touch = { task_id: 'ship', criterion: 1, command: ['touch', join(harness.folder, 'touched')] };
    const verified = await ask(harness, call('verify', touch), { path: '/mcp?tools=all' });
    expect(verified.answer.error?.code).toBe(-32_602);
    const again = await ask(harness, call('complete', { task_id: 'ship', reverify: true }));
    expect(again.answer.result).toMatchObject({ isError: true, structuredContent: { refused: 'invalid_input' } });
    expect((await harness.json('POST', '/mcp?tools=verify', { json: {} })).body.code).toBe('usage');
  });

  test('shows a report by the settings of the state root', async () => {
    const harness = await createHarness();
    writeFileSync(join(harness.folder, 'perdure.config.yaml'), 'reports:\n  level: 0\n');
    await ask(harness, call('create', plan));
    const shown = await ask(harness, call('report', { task_id: 'ship' }), { path: '/mcp?tools=all' });
    expect(shown.answer.result).toMatchObject({ structuredContent: { level: 0, bound: 'nobody' } });
  });

  test('is for the owner, from its own address, and not for a page of another origin', async () => {
    const harness = await createHarness();
    const list = { method: 'tools/list' };
    const refused = async (headers: Record<string, string>) =>
      (await harness.json('POST', '/mcp', { json: list, headers: { accept, ...headers } })).body.code;
    expect(await refused({ authorization: '' })).toBe('unauthenticated');
    expect(await refused({ authorization: `Bearer ${ownerKey}x` })).toBe('unauthenticated');
    expect(await refused({ origin: 'http://evil.example' })).toBe('forbidden');
    expect(await refused({ origin: 'null' })).toBe('forbidden');
    expect(await refused({ host: 'evil.example:7373' })).toBe('forbidden');
    expect((await harness.json('POST', `/mcp?key=${ownerKey}`, { json: list })).body.code).toBe('invalid_input');
  });

  test('has no stream to open and no session to end, and takes no body of more than its limit', async () => {
    const harness = await createHarness();
    for (const method of ['GET', 'DELETE']) {
      const response = await harness.request(method, '/mcp', { headers: { accept } });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    }
    const large = await ask(harness, { method: 'ping', params: { a: 'x'.repeat(2_000_000) } });
    expect(large.status).toBe(413);
  });
});
