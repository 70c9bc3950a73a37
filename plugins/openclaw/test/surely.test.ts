/** That what an agent has said gets to the hub, though that is away, or moves. */

import { expect, test } from 'vitest';
import { HubError } from '../src/hub-error.js';
import { begins, surely } from '../src/surely.js';

const away = () => new HubError('the hub cannot be reached', undefined);

test('what the hub could not take is sent again until it does', async () => {
  let tries = 0;
  begins('again', { isOver: false });
  const said = await surely('again', async () => {
    tries += 1;
    if (tries < 3) throw away();
    return 'taken';
  });
  expect([said, tries]).toEqual(['taken', 3]);
});

test('what the hub refuses is not sent again', async () => {
  let tries = 0;
  begins('refused', { isOver: false });
  const sent = surely('refused', async () => {
    tries += 1;
    throw new HubError('403 forbidden', 403);
  });
  await expect(sent).rejects.toThrow('403');
  expect(tries).toBe(1);
});

test('an account whose settings were read again says by the new one what the old one could not', async () => {
  const api = { isOver: false, at: 'the old port' };
  begins('moved', api);
  const tried: string[] = [];
  const said = await surely('moved', async ({ at }: { readonly at: string }) => {
    tried.push(at);
    if (at === 'the new port') return at;
    api.isOver = true;
    begins('moved', { isOver: false, at: 'the new port' } as object as { readonly isOver: boolean });
    throw away();
  });
  expect([said, tried]).toEqual(['the new port', ['the old port', 'the new port']]);
});
