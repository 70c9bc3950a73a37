import { createHash } from 'node:crypto';
import { toolEntrySchema } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { createShippedTools } from '../../src/tools/index.ts';
import { callTool, failureOf, temporaryFolder } from './support.ts';

const ids = ['ask-human', 'http-get', 'list-files', 'read-file', 'shell', 'sql-query', 'write-file'];

function shipped(options: { enabled?: readonly string[]; sqlDatabase?: string } = {}) {
  const { enabled = [], ...others } = options;
  const tools = createShippedTools({ enabled: new Set(enabled), version: '1.2.3', ...others });
  return new Map(tools.map((loaded) => [loaded.entry.id, loaded]));
}

describe('the tools that ship', () => {
  it('are these seven, each with an entry that the catalogue takes and an input that models take', () => {
    const tools = shipped();
    expect([...tools.keys()]).toEqual(ids);
    for (const [id, { tool, entry }] of tools) {
      expect(toolEntrySchema.parse(entry)).toMatchObject({ id, origin: 'shipped', input: { type: 'object' } });
      expect(tool.id).toBe(id);
      expect(entry.hash).toBe(createHash('sha256').update(`${id}@1.2.3`).digest('hex'));
      expect(entry.description.split(/[.;:] /).length).toBeGreaterThanOrEqual(2);
    }
  });

  it('have the effects that their work has, and only the shell asks a person first', () => {
    const effects = [...shipped().values()].map(({ entry }) => `${entry.id} ${entry.effect} ${entry.confirm}`);
    expect(effects).toEqual([
      'ask-human pure false',
      'http-get pure false',
      'list-files pure false',
      'read-file pure false',
      'shell once true',
      'sql-query pure false',
      'write-file idempotent false',
    ]);
  });

  it('leave the shell off until it is asked for by name, and say how', async () => {
    const { tool, entry } = shipped({ enabled: ['sql-query'] }).get('shell') ?? expect.fail();
    expect(entry).toMatchObject({
      enabled: false,
      remedy: expect.stringContaining('PERDURE_ENABLED_TOOLS=shell') as string,
    });
    if (tool.kind !== 'function') expect.fail();
    const workspace = await temporaryFolder();
    expect(await failureOf(callTool(tool, { command: 'true' }, { workspace }))).toBe(entry.remedy);
    const on = shipped({ enabled: ['shell'] }).get('shell')?.entry;
    expect(on).toMatchObject({ enabled: true });
    expect(on).not.toHaveProperty('remedy');
  });

  it('leave sql-query off without a database, also with an empty name of one, and say how', async () => {
    for (const options of [{}, { sqlDatabase: '' }]) {
      const { tool, entry } = shipped(options).get('sql-query') ?? expect.fail();
      expect(entry).toMatchObject({
        enabled: false,
        remedy: expect.stringContaining('PERDURE_SQL_DATABASE=') as string,
      });
      if (tool.kind !== 'function') expect.fail();
      expect(await failureOf(callTool(tool, { sql: 'SELECT 1' }))).toBe(entry.remedy);
    }
    expect(shipped({ sqlDatabase: '/a.db' }).get('sql-query')?.entry.enabled).toBe(true);
  });
});

describe('ask-human', () => {
  it('turns the input of a model into a question, with choices only where some were given', () => {
    const { tool } = shipped().get('ask-human') ?? expect.fail();
    if (tool.kind !== 'question') expect.fail();
    expect(tool.toQuestion({ question: 'Which?' })).toEqual({ question: 'Which?' });
    expect(tool.toQuestion({ question: 'Which?', choices: ['a', 'b'] })).toEqual({
      question: 'Which?',
      choices: ['a', 'b'],
    });
    expect(tool.input.safeParse({ question: '' }).success).toBe(false);
    expect(tool.output.parse('b')).toBe('b');
  });
});
