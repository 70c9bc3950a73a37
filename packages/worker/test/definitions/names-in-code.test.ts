import { expect, test } from 'vitest';
import { namesInCode } from '../../src/definitions/code/names-in-code.ts';

const namesOf = (source: string) => namesInCode(source).map(({ kind, name, line }) => `${kind} ${name} ${line}`);

test('names that calls on a durable context give as literals, with their lines', () => {
  const source = `export default definePipeline({
  async run(context, { prompt }) {
    const one = await context.agent<Answer>('writer', { prompt });
    await context.tool<{ path: string }>(
      "write-file", {}, { key: 'w' });
    const helper = (scope: DurableContext) => scope.run('child', {}, { key: 'c' });
    const all = await context.map(items, async ({ a, b }, item) => item.agent('reader', a), { key: 'm' });
    return await context.review(all, {
      reviewer: 'editor',
      redo: (review, round, previous) => round.agent('rewriter', { review, previous }),
    });
  },
});`;
  expect(namesOf(source)).toEqual([
    'agent writer 3',
    'tool write-file 4',
    'pipeline child 6',
    'agent reader 7',
    'agent editor 9',
    'agent rewriter 10',
  ]);
});

test('nothing of comments, of texts, of computed names, and of what is no durable context', () => {
  const source = `const pipeline = { async run(ctx) {
    // ctx.agent('a')
    /* ctx.tool('b') */
    const url = 'http://x'; const text = "ctx.agent(";
    await ctx.agent(name, {});
    await ctx.agent(\`agent-\${n}\`, {});
    await server.run('c');
    await this.ctx.tool('d');
    library.agent('e');
  } }`;
  expect(namesOf(source)).toEqual([]);
});
