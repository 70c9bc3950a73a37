import { PerdureError } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { asking } from './agent-harness.ts';
import { hour, minute, name, openPatient as open, second, Server, statuses } from './model-played.ts';
import { pipeline, runsToWake } from './support.ts';

describe('a run that waits for a model', () => {
  it('R5: is found by the sweep once the model is back, whoever should have woken it', async () => {
    const server = new Server();
    await using harness = await open(server);
    const id = await harness.start('subject');
    await harness.advance(hour);
    await harness.advance(10 * second);
    const isDue = (harness.run(id).wake_at ?? 0) <= harness.clock.now();
    expect([isDue, await runsToWake(harness)]).toEqual([false, []]);
    harness.database.sqlite.exec('DELETE FROM model_outages');
    expect(await runsToWake(harness)).toEqual([id]);
  });

  it('P3: holds nothing: no drive, no timer but that of the engine', async () => {
    const server = new Server();
    await using harness = await open(server);
    const id = await harness.start('subject');
    await harness.advance(hour);
    const { wake_at: wakeAt } = harness.run(id);
    expect([harness.engine.isDriving, server.open]).toEqual([false, 0]);
    expect(harness.clock.nextAt).toBe(wakeAt);
  });

  it('has quick attempts again once the model was back, however often it was asked before', async () => {
    const server = new Server();
    await using harness = await open(server);
    const id = await harness.start('subject');
    await harness.advance(5 * hour);
    let broken = 0;
    server.isUp = true;
    server.answers = async () => {
      broken += 1;
      if (broken <= 3) throw new PerdureError('model_unavailable', 'It broke off.', { details: { asked: name } });
    };
    await harness.advance(17 * minute);
    expect([harness.run(id).status, broken]).toEqual(['completed', 4]);
  });

  it('reads what it was told meanwhile, and asks nothing for it', async () => {
    const server = new Server();
    await using harness = await open(server);
    const id = await harness.start('subject');
    await harness.advance(hour);
    const asked = server.asked;
    await harness.steer(id, 'Be brief.');
    await harness.advance(second);
    expect([server.asked, harness.run(id).status]).toEqual([asked, 'waiting']);
    server.isUp = true;
    await harness.advance(16 * minute);
    expect(harness.run(id).status).toBe('completed');
    expect(server.model.texts(server.asked - 1).join('\n')).toContain('Be brief.');
  });

  it('goes on after a pause and a resume, and is paused where it was told to beside its work', async () => {
    const server = new Server();
    await using harness = await open(server);
    const id = await harness.start('subject');
    await harness.advance(hour);
    await harness.order(id, 'pause');
    await harness.until(id, 'paused');
    expect(harness.run(id).wait_model).toBeNull();
    server.isUp = true;
    await harness.advance(hour);
    expect(harness.run(id).status).toBe('paused');
    await harness.order(id, 'resume');
    expect((await harness.finished(id)).status).toBe('completed');
  });

  it('goes on where it is paused and resumed before it could notice', async () => {
    const server = new Server();
    await using harness = await open(server);
    const id = await harness.start('subject');
    await harness.advance(hour);
    const at = { runId: id, actor: 'owner', at: harness.clock.now() };
    // Nobody has woken it in between.
    await harness.intake.order({ ...at, orderId: harness.newId(), order: 'pause' });
    server.isUp = true;
    expect(await harness.order(id, 'resume')).toBe('accepted');
    expect((await harness.finished(id)).status).toBe('completed');
  });

  it('uses none of its minutes', async () => {
    const server = new Server();
    await using harness = await open(server, [asking], { budget: { minutes: 2 } });
    const id = await harness.start('subject');
    await harness.advance(5 * hour);
    server.isUp = true;
    await harness.advance(16 * minute);
    expect(harness.run(id).status).toBe('completed');
  });

  it('can be forked: the copy waits as well, with a key of its own', async () => {
    const server = new Server();
    await using harness = await open(server);
    const id = await harness.start('subject');
    await harness.advance(hour);
    const copy = await harness.fork(id, 'helper');
    await harness.advance(second);
    expect(harness.run(copy)).toMatchObject({ status: 'waiting', wait_kind: 'model', wait_model: name });
    server.isUp = true;
    await harness.advance(16 * minute);
    expect(statuses(harness, [id, copy])).toEqual(['completed', 'completed']);
    const keys = server.model.requests.map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('keeps its parent waiting, which goes on with it', async () => {
    const server = new Server();
    const parent = pipeline((ctx) => ctx.run('child', {}, { key: 'kid' }), 'parent');
    await using harness = await open(server, [parent, { ...asking, id: 'child' }]);
    const id = await harness.start('parent');
    await harness.advance(hour);
    expect(harness.run(id)).toMatchObject({ status: 'waiting', wait_kind: 'child' });
    server.isUp = true;
    await harness.advance(16 * minute);
    expect(harness.run(id).status).toBe('completed');
  });

  it('refuses a resume where it waits for something else', async () => {
    const server = new Server();
    await using harness = await open(server, [pipeline((ctx) => ctx.sleep('nap', hour))]);
    const id = await harness.start('subject');
    await harness.advance(second);
    expect(await harness.order(id, 'resume')).toBe('refused');
  });
});
