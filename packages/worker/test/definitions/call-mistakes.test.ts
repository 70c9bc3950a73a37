import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callMistakes } from '../../src/definitions/code/call-mistakes.ts';
import { pipelineTemplate } from '../../src/definitions/template.ts';

const told = (lines: string) =>
  callMistakes(`export default definePipeline({\n  async run(ctx, input) {\n${lines}\n  },\n});`).map(
    ({ line, why, stopsRun }) => `${line} ${stopsRun ? 'stops' : 'tells'}: ${why}`,
  );

test.each([
  [
    'options that a call does not have, one by one',
    `await ctx.review(text, { key: 'r', by: 'human', maxRounds: 1, redo, onExhausted: 'fail',
       rounds: 3, asks: 'Good?' });
     await ctx.agent('a', {}, { retries: 2 });`,
    [
      /^4 tells: ctx\.review has no option "rounds"; there are key, by, /,
      /^4 tells: .*"asks"/,
      /^5 tells: .*"retries"/,
    ],
  ],
  [
    'a review by an agent that names none',
    "await ctx.review(x, { key: 'r', by: 'agent', maxRounds: 0, onExhausted: 'fail' });",
    [/^3 stops: ctx\.review with by: "agent" lacks the option "reviewer"/],
  ],
  [
    'a review that nobody knows how to redo, or by whom',
    `await ctx.review(x, { key: 'r', by: 'human', maxRounds: 2, onExhausted: 'fail' });
     await ctx.review(x, { key: 's', by: 'nobody', maxRounds: 2, onExhausted: 'fail' });`,
    [/^3 stops: .*"redo"/, /^4 stops: .*by is "none", "agent" or "human"/],
  ],
  ['a call without its key', "await ctx.tool('t', {}, { undo });", [/^3 stops: ctx\.tool lacks the option "key"/]],
  [
    'a key that cannot be one',
    "await ctx.step('a b', f); await ctx.sleep('undo', 1);",
    [/^3 stops: "a b" cannot/, /^3 stops: the key "undo" is ours/],
  ],
  [
    'a key used twice in one block, whatever the calls are',
    `const a = await ctx.step('one', () => 1);
     const b = await ctx.tool<{ c: string }>('t', { a }, { key: 'one' });`,
    [/^4 stops: the key "one" is used twice, here and in line 3; /],
  ],
  [
    'a key used again inside of an object, or of a call',
    "await ctx.sleep('at', 1);\nreturn { text: 'x', at: new Date(await ctx.now('at')).toISOString() };",
    [/^4 stops: the key "at" is used twice, here and in line 3; /],
  ],
  [
    'an agent called twice without a key, side by side too',
    `await Promise.all([ctx.agent('writer', 1), ctx.agent('writer', 2)]);
     await ctx.map(list, async (each, item) => ({ a: await item.agent('w', each), b: await item.agent('w', 1) }), { key: 'm' });`,
    [/^3 stops: the key "writer"/, /^4 stops: the key "w"/],
  ],
])('%s', (_name, lines, expected) => {
  expect(told(lines)).toEqual(expected.map((each) => expect.stringMatching(each)));
});

test.each([
  ['either this or that', "if (input.a) { await ctx.step('x', f); } else { await ctx.step('x', g); }"],
  ['without braces', "if (input.a) await ctx.step('x', f);\nelse await ctx.step('x', g);"],
  ['one that leaves', "if (a) return await ctx.step('x', f);\nreturn await ctx.step('x', g);"],
  ['of a conditional', "const r = a\n? await ctx.step('x', f)\n: await ctx.step('x', g);"],
  ['behind an object', "const r = a ? { b: 1 }\n : await ctx.step('x', g); await ctx.step('y', g);"],
  ['of a short circuit', "const r = (a && (await ctx.step('x', f))) || (await ctx.step('x', g));"],
  [
    'cases with blocks',
    "switch (a) { case 1: { await ctx.step('x', f); break; } default: { await ctx.step('x', g); } }",
  ],
  ['cases', "switch (a) { case 1: await ctx.step('x', f); break; default: await ctx.step('x', g); }"],
  ['functions', "const one = () => ctx.step('x', f); const two = () => ctx.step('x', g);"],
  ['scopes', "await ctx.map(l, async (e, item) => item.step('x', f), { key: 'm' }); await ctx.step('x', f);"],
  ['computed keys', 'await ctx.step(`x-${a}`, f); await ctx.step(`x-${a}`, f); await ctx.step(key, f);'],
  ['options that are spread or elsewhere', "await ctx.tool('t', {}, { ...more }); await ctx.tool('t', {}, more);"],
  ['texts and comments', "// ctx.step('x', f);\nconst t = \"ctx.step('x', f)\"; await ctx.step('x', f);"],
  ['patterns with quotes and brackets', "const p = /['\"(]/.test(a) ? a / 2 / 3 : 1; await ctx.step('x', f);"],
  ['members of others', "list.map((one) => one.id); db.run(list); list.map(f, 1); server.human('q', { hurry: true });"],
  ['a default', "const f = (a = ctx.step('x', f)) => a; await ctx.step('x', f);"],
  ['what may not be called', "a?.b(await ctx.step('x', f)); await ctx.step('x', f);"],
  ['arguments that are spread', 'await ctx.tool(...all); await ctx.agent(...all, { retries: 1 }, { hurry: true });'],
  ['an inner function whose parameter is none', "list.each((ctx2, k) => k.tool('t', {}, { undo })); "],
  ['what cannot be read', "await ctx.tool('t', {}, { undo }); )"],
])('nothing is told of %s', (_name, lines) => {
  expect(told(lines)).toEqual([]);
});

test('what ships, what is written for newcomers, and what the guides try has no mistake', () => {
  const root = join(import.meta.dirname, '../../../..');
  const files = readdirSync(join(root, 'pipelines')).map((name) => join(root, 'pipelines', name));
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) expect(callMistakes(readFileSync(file, 'utf8'))).toEqual([]);
  expect(callMistakes(pipelineTemplate('x'))).toEqual([]);
});
