import { describe, expect, it } from 'vitest';
import { deliveriesIn } from '../../src/core/deliveries.ts';

describe('what a return claims to have delivered', () => {
  it.each([
    'Sent the mail to all customers.',
    '- Published version 2.0.0',
    'The site is deployed.',
    'Pushed the branch, all good',
    'Completed: emailed the report',
    'Published 2.0; no errors',
    'Without any trouble, sent it to everybody',
    'Tests were not run, but the package is published',
  ])('"%s" says so and shows nothing', (text) => {
    expect(deliveriesIn(`Completed\n${text}`)).toMatchObject([{ text: expect.any(String) as string }]);
    expect(deliveriesIn(`Completed\n${text}`)[0]).not.toHaveProperty('proof');
  });

  it.each([
    ['Sent the mail to team@example.org, message id: 18c2f4', 'message id: 18c2f4'],
    ['Published at https://registry.example.org/pkg/2.0.0', 'https://registry.example.org/pkg/2.0.0'],
    ['Pushed 9f3c2ab1 to origin/main', '9f3c2ab1'],
    ['Posted in #general as channel/post#4711', 'channel/post#4711'],
    ['Sent <20260102.1@mail.example.org> to the list', '<20260102.1@mail.example.org>'],
  ])('"%s" shows where', (text, proof) => {
    expect(deliveriesIn(text)).toMatchObject([{ text, proof }]);
  });

  it.each([
    'Not sent yet',
    'The mail will be sent tomorrow',
    "It wasn't published",
    'Sent nothing',
    'Published no package yet',
    'Ready to be deployed',
    'Wrote the function, and its tests pass',
  ])('"%s" claims nothing', (text) => {
    expect(deliveriesIn(`Completed\n- ${text}`)).toEqual([]);
  });

  it('is looked for in what was done, and not in goal, next step and risk', () => {
    const body = [
      '1. Goal',
      'Release published',
      '2. Completed',
      'Draft written',
      '**Next step**',
      'Mail sent',
      'Risk: posted twice',
    ];
    expect(deliveriesIn(body.join('\n'))).toEqual([]);
    expect(deliveriesIn('## Changed artifacts/files\n- uploaded the build')).toHaveLength(1);
  });

  it('is bounded, however long the return is', () => {
    const found = deliveriesIn(`sent ${'x'.repeat(10_000)}\n`.repeat(100));
    expect([found.length, found[0]?.text.length]).toEqual([20, 500]);
    // Of this process alone: others may be at work.
    const from = process.cpuUsage();
    for (const word of ['id ', 'a.', 'id-', 'sent ']) deliveriesIn(`sent ${word.repeat(20_000 / word.length)}`);
    expect(process.cpuUsage(from).user).toBeLessThan(2_000_000);
  });
});
