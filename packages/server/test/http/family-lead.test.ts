import { expect, test } from 'vitest';
import { createHubWorld } from './hub-world.ts';

test('a family whose lead is nobody is refused as the document says, and is not made', async () => {
  const { owner } = await createHubWorld();
  const made = await owner('POST', '/api/v1/families', { json: { name: 'Home', leadId: 'nobody' } });
  expect(made.status).toBe(404);
  expect((await owner('GET', '/api/v1/families')).body.data).toEqual([]);
});
