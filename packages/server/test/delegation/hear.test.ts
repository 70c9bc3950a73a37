import { describe, expect, it } from 'vitest';
import { hear, outputIn } from '../../src/delegation/hear.ts';

const headers = 'tag: done\ntask_id: r1\nline: w1\nnode: look\ngoal_status: complete\nnext_role: main';
const errand = { marks: ['w1'], isFor: ({ line }: { readonly line: string }) => line === 'w1' };
const said = (content: string, more = {}) => hear({ content, intent: 'chat', isInThread: false, ...more }, errand);
const json = '```json\n{"found":3}\n```';

describe('what a member says', () => {
  it.each([
    ['as it was asked for', `${headers}\n\nDone.\n${json}`],
    ['with words before it', `Here is my return:\n\n${headers}\n\nDone.\n${json}`],
    ['in a fence', `\`\`\`\n${headers}\n\nDone.\n\`\`\``],
    ['in a fence of a language, with JSON in it', `\`\`\`text\n${headers}\n\nDone.\n${json}\n\`\`\``],
    ['with a fence around its headers alone', `\`\`\`\n${headers}\n\`\`\`\nDone.\n${json}`],
    ['indented, with line ends of elsewhere', `  ${headers.replaceAll('\n', '\r\n  ')}\r\n\r\nDone.`],
  ])('is a return, %s', (_name, content) => {
    const heard = said(content);
    if (heard.kind !== 'return') throw new Error(JSON.stringify(heard));
    const { text, output } = outputIn(heard.given.body);
    expect(text).toBe('Done.');
    expect(output).toEqual(content.includes('found') ? { kind: 'json', value: { found: 3 } } : { kind: 'none' });
  });

  it.each([
    ['of another errand', headers.replace('w1', 'w2')],
    ['of another, with a mistake', headers.replace('w1', 'w2').replace('complete', 'perfect')],
    ['that is none', 'Good morning.'],
    ['about tags', 'The tag: of the lamp is red.'],
  ])('is talk beside the thread where it is something %s, and no return within', (_name, content) => {
    expect(said(content)).toEqual({ kind: 'talk' });
    expect(said(content, { isInThread: true })).toMatchObject({ kind: 'unfit' });
  });

  it('is a mistake where it names the errand and is no form', () => {
    expect(said(headers.replace('complete', 'perfect'))).toMatchObject({
      kind: 'unfit',
      why: expect.stringContaining('invalid goal_status: perfect'),
    });
  });

  it('is a failure where a gateway tells that its model failed', () => {
    expect(said('Error: overloaded', { isInThread: true, intent: 'error' })).toEqual({ kind: 'failed' });
  });

  it('has the output of its last fence of JSON, and none that was cut', () => {
    expect(outputIn(`\`\`\`json\n1\n\`\`\`\nor\n\`\`\`json\n2\n\`\`\`\n`).output).toEqual({ kind: 'json', value: 2 });
    expect(outputIn('Done.\n```json\n{"found": [1,').output).toEqual({ kind: 'broken' });
    expect(outputIn('Done.\n```js\n1\n```').output).toEqual({ kind: 'none' });
  });
});
