import { reportStates, reportTransitions, type Delivery, type ReportState } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { afterAttempt, claimStep, mostAttempts, pauseAfter } from '../../src/core/outbox.ts';
import { deliveryFromEnvironment, deliveryOf, withDelivery } from '../../src/core/delivery.ts';
import { hour, newTask, start, take } from './fixtures.ts';

const plain: Delivery = { method: 'log' };
const keyed: Delivery = { method: 'webhook', url: 'http://127.0.0.1', secret_variable: 'S', takes_key: true };

const leadsOn = (state: ReportState): readonly ReportState[] => Object.values(reportTransitions[state]);

describe('the life of a report', () => {
  it('has an end that nothing leads out of, and every other state leads to one', () => {
    expect(reportStates.filter((state) => leadsOn(state).length === 0)).toEqual(['sent', 'skipped']);
    for (const state of reportStates.filter((each) => leadsOn(each).length > 0)) {
      expect(leadsOn(state).some((next) => next === 'sent' || next === 'skipped' || next === 'sending')).toBe(true);
    }
  });

  it.each([
    ['pending', plain, 0, { kind: 'send', state: 'sending' }],
    ['failed', plain, start, { kind: 'send', state: 'sending' }],
    ['failed', plain, start + 1, { kind: 'wait' }],
    ['failed', plain, start + 3 * hour, { kind: 'send', state: 'sending' }],
    ['sending', plain, start + 1, { kind: 'wait' }],
    ['sending', plain, start, { kind: 'end', state: 'unknown' }],
    ['sending', keyed, start, { kind: 'send', state: 'sending' }],
    ['unknown', keyed, 0, { kind: 'wait' }],
    ['sent', plain, 0, { kind: 'wait' }],
    ['dead', plain, 0, { kind: 'wait' }],
    ['skipped', plain, 0, { kind: 'wait' }],
  ] as const)('%s to %o, due at %i: whoever comes to send makes of it %o', (state, delivery, nextAt, step) => {
    expect(claimStep({ state, delivery, nextAt, attempt: 1 }, start)).toMatchObject(step);
  });

  it('a receiver that takes our key is sent it again after a crash, and not for ever', () => {
    const row = { state: 'sending', delivery: keyed, nextAt: start, attempt: mostAttempts } as const;
    expect(claimStep(row, start)).toMatchObject({ kind: 'end', state: 'dead' });
  });

  it('a definite failure is tried again after longer and longer pauses, and then given up', () => {
    expect([1, 2, 3, 4, 5, 8].map(pauseAfter)).toEqual([30_000, 120_000, 480_000, 1_920_000, 3_600_000, 3_600_000]);
    const failed = { kind: 'failed', why: 'no' } as const;
    const row = { state: 'sending', delivery: plain } as const;
    expect(afterAttempt({ ...row, attempt: 1 }, failed, start)).toEqual({
      state: 'failed',
      nextAt: start + 30_000,
      problem: 'no',
    });
    expect(afterAttempt({ ...row, attempt: mostAttempts }, failed, start).state).toBe('dead');
  });

  it('what may have arrived is sent again only to a receiver that takes our key', () => {
    const unknown = { kind: 'unknown', why: 'timeout' } as const;
    expect(afterAttempt({ state: 'sending', attempt: 1, delivery: plain }, unknown, start).state).toBe('unknown');
    expect(afterAttempt({ state: 'sending', attempt: 1, delivery: keyed }, unknown, start).state).toBe('failed');
  });

  it('a sender that was thought gone may still say how it ended', () => {
    const late = { state: 'unknown', attempt: 1, delivery: plain } as const;
    expect(afterAttempt(late, { kind: 'sent' }, start).state).toBe('sent');
    expect(afterAttempt(late, { kind: 'unknown', why: '' }, start).state).toBe('unknown');
    expect(afterAttempt(late, { kind: 'failed', why: '' }, start).state).toBe('failed');
  });
});

describe('where reports go', () => {
  const chat = { kind: 'delivery_binding', channel: 'telegram', target: '42', account_id: 'default' };

  it('scenario 5: a task made in a chat is bound to it, once, and to none by half of its names', () => {
    const env = { OPENCLAW_CHANNEL: 'telegram', OPENCLAW_CHAT_ID: '42' };
    const found = deliveryFromEnvironment(env);
    expect(found).toMatchObject({ ...chat, surface: 'active-chat' });
    const task = newTask({ artifacts: withDelivery([], found) });
    expect(deliveryOf(task)).toEqual({ method: 'openclaw', channel: 'telegram', target: '42', account: 'default' });
    expect(withDelivery([chat], found)).toEqual([chat]);
    expect(deliveryFromEnvironment({ OPENCLAW_CHANNEL: 'telegram' })).toBeUndefined();
    expect(deliveryFromEnvironment({ CHANNEL: 'a', CHAT_ID: 'b' })).toBeUndefined();
    expect(deliveryFromEnvironment({ CHANNEL: 'a', CHAT_ID: 'b' }, { withShortNames: true })).toMatchObject({
      target: 'b',
    });
  });

  it.each([
    [{ ...chat, method: 'stdout' }, { method: 'stdout' }],
    [{ ...chat, method: 'log-only' }, { method: 'log' }],
    [{ ...chat, method: 'noop' }, { method: 'noop' }],
    [{ ...chat, method: 'command', argv: ['rm', '-rf', '/'] }, undefined],
    [{ ...chat, method: 'webhook', url: 'http://169.254.169.254/', secret_variable: 'AI_API_KEY' }, undefined],
    [{ ...chat, target: 'a\nb' }, undefined],
    [
      { ...chat, channel: 7, target: 42 },
      { method: 'openclaw', channel: '7', target: '42', account: 'default' },
    ],
    [{ kind: 'delivery_binding' }, undefined],
  ])('an artifact, which anybody may bring, makes us run and call nothing: %o', (artifact, delivery) => {
    expect(deliveryOf({ artifacts: [artifact] })).toEqual(delivery);
  });

  it('a binding of its own comes before that of an artifact, and may be taken away', () => {
    const task = newTask({ artifacts: [chat] });
    const bound = take(task, { type: 'bind', delivery: { method: 'log' } });
    expect(deliveryOf(bound.task)).toEqual({ method: 'log' });
    expect(take(bound.task, { type: 'bind', delivery: { method: 'log' } }).events).toEqual([]);
    expect(deliveryOf(take(bound.task, { type: 'bind', delivery: null }).task)).toMatchObject({ method: 'openclaw' });
  });
});
