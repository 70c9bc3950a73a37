import { describe, expect, it } from 'vitest';
import type { StepKind, StepStatus } from '@perdure/contract';
import type { StepRecord } from '../../src/record/record.ts';
import { planRetry } from '../../src/decide/retry-plan.ts';
import { aStep } from './builders.ts';

/** `child`: of a child run. `culprit`: of one that failed, where it was a step below. */
const outline = (
  key: string,
  kind: StepKind,
  status: StepStatus,
  { child, culprit = key }: { readonly child?: string; readonly culprit?: string } = {},
): StepRecord => aStep(key, { kind, status, culprit, ...(child !== undefined && { detail: { run: child } }) });
/** An item that failed because of one of its steps. */
const failedItem = (key: string, culprit: string): StepRecord => outline(key, 'item', 'failed', { culprit });
const plan = (steps: readonly StepRecord[], failedKey: string | null, cancelled: readonly string[] = []) =>
  planRetry({ steps, failedKey, wasCancelledByParent: (child) => cancelled.includes(child) });

describe('what a retry does again', () => {
  it('begins a failed turn again and forgets the agent call around it, not the turns before', () => {
    const steps = [
      outline('planner', 'agent', 'failed'),
      outline('planner/turn-1', 'turn', 'done'),
      outline('planner/turn-2', 'turn', 'failed'),
    ];
    expect(plan(steps, 'planner/turn-2')).toEqual({ beginAgain: ['planner/turn-2'], forget: ['planner'] });
  });

  it('forgets an agent that failed by itself with all its turns, and nothing beside it', () => {
    const steps = [
      outline('planner', 'agent', 'failed'),
      outline('planner/turn-1', 'turn', 'done'),
      outline('planner-2', 'agent', 'done'),
    ];
    expect(plan(steps, 'planner')).toEqual({ beginAgain: [], forget: ['planner', 'planner/turn-1'] });
  });

  it('repeats no tool call of an agent that failed by itself: only the turns behind its last call are asked again', () => {
    const steps = [
      outline('helper', 'agent', 'failed'),
      outline('helper/turn-1', 'turn', 'done'),
      outline('helper/turn-1/send-1', 'tool', 'done'),
      outline('helper/turn-1/send-1/outcome-1', 'human', 'done'),
      outline('helper/turn-2', 'turn', 'done'),
      outline('helper/turn-3', 'turn', 'done'),
    ];
    expect(plan(steps, 'helper')).toEqual({ beginAgain: [], forget: ['helper', 'helper/turn-2', 'helper/turn-3'] });
  });

  it('asks for one more verdict where the rounds of a review were used up, and redoes nothing', () => {
    const steps = [
      outline('gate', 'review', 'failed'),
      outline('gate/1/critic', 'agent', 'done'),
      outline('gate/1/critic/turn-1', 'turn', 'done'),
      outline('gate/2/pay', 'tool', 'done'),
      outline('gate/2/writer', 'agent', 'done'),
      outline('gate/2/writer/turn-1', 'turn', 'done'),
      outline('gate/2/critic', 'agent', 'done'),
      outline('gate/2/critic/turn-1', 'turn', 'done'),
    ];
    expect(plan(steps, 'gate')).toEqual({
      beginAgain: [],
      forget: ['gate', 'gate/2/critic', 'gate/2/critic/turn-1'],
    });
  });

  it('forgets a failed tool call of a pipeline together with its approval: another call needs another one', () => {
    const steps = [outline('pay/approval-1f', 'human', 'done'), outline('pay', 'tool', 'failed')];
    expect(plan(steps, 'pay')).toEqual({ beginAgain: [], forget: ['pay', 'pay/approval-1f'] });
  });

  it('leaves a failure alone that the pipeline has handled', () => {
    const steps = [outline('handled', 'step', 'failed'), outline('fatal', 'step', 'failed')];
    expect(plan(steps, 'fatal')).toEqual({ beginAgain: ['fatal'], forget: [] });
  });

  it('does all failed items of a fan-out again, and no other', () => {
    const steps = [
      outline('each', 'map', 'failed'),
      failedItem('each/0', 'each/0/work'),
      outline('each/0/work', 'step', 'failed'),
      outline('each/1', 'item', 'done'),
      outline('each/1/work', 'step', 'done'),
      failedItem('each/2', 'each/2/agent'),
      outline('each/2/agent', 'agent', 'failed'),
      outline('each/2/agent/turn-1', 'turn', 'done'),
    ];
    expect(plan(steps, 'each/0/work')).toEqual({
      beginAgain: ['each/0/work'],
      forget: ['each/0', 'each/2', 'each/2/agent', 'each/2/agent/turn-1', 'each'],
    });
  });

  it('leaves a failure alone that an item has caught, and the steps of one that failed between them', () => {
    const steps = [
      outline('each', 'map', 'failed'),
      failedItem('each/0', 'each/0/ship'),
      outline('each/0/card', 'tool', 'failed'),
      outline('each/0/cash', 'tool', 'done'),
      outline('each/0/ship', 'tool', 'failed'),
      outline('each/1', 'item', 'failed'),
      outline('each/1/pay', 'tool', 'done'),
    ];
    expect(plan(steps, 'each/0/ship')).toEqual({
      beginAgain: [],
      forget: ['each/0', 'each/0/ship', 'each/1', 'each'],
    });
  });

  it('starts another child for one that failed, and for one that was cancelled only because its parent failed', () => {
    const steps = [
      outline('bad', 'run', 'failed', { child: 'c1' }),
      outline('bystander', 'run', 'started', { child: 'c2' }),
      outline('own-choice', 'run', 'failed', { child: 'c3' }),
    ];
    expect(plan(steps, 'bad', ['c2'])).toEqual({ beginAgain: [], forget: ['bad', 'bystander'] });
  });

  it('forgets an agent alone whose turn failed an item: that turn is begun again, and those before it stand', () => {
    const steps = [
      outline('each', 'map', 'failed'),
      failedItem('each/0', 'each/0/work'),
      outline('each/0/work', 'step', 'failed'),
      failedItem('each/1', 'each/1/agent/turn-2'),
      outline('each/1/agent', 'agent', 'failed'),
      outline('each/1/agent/turn-1', 'turn', 'done'),
      outline('each/1/agent/turn-2', 'turn', 'failed'),
    ];
    expect(plan(steps, 'each/0/work')).toEqual({
      beginAgain: ['each/0/work', 'each/1/agent/turn-2'],
      forget: ['each/0', 'each/1', 'each/1/agent', 'each'],
    });
  });

  it('asks no turn of an agent again that led to one of its calls', () => {
    const steps = [
      outline('helper', 'agent', 'failed'),
      outline('helper/turn-1', 'turn', 'done'),
      outline('helper/turn-1/send-1', 'tool', 'done'),
      outline('helper/turn-2', 'turn', 'done'),
      outline('helper/turn-2/send-1', 'tool', 'done'),
      outline('helper/turn-3', 'turn', 'done'),
    ];
    expect(plan(steps, 'helper')).toEqual({ beginAgain: [], forget: ['helper', 'helper/turn-3'] });
  });

  it('keeps the items of a fan-out that failed by itself', () => {
    const steps = [outline('each', 'map', 'failed'), outline('each/0', 'item', 'done')];
    expect(plan(steps, 'each')).toEqual({ beginAgain: [], forget: ['each'] });
  });

  it('leaves a fan-out alone that failed and was caught within what failed later', () => {
    const steps = [
      outline('gate', 'review', 'failed'),
      outline('gate/1/each', 'map', 'failed'),
      outline('gate/1/each/0', 'item', 'failed'),
      outline('gate/2/fatal', 'step', 'failed'),
    ];
    expect(plan(steps, 'gate/2/fatal')).toEqual({ beginAgain: ['gate/2/fatal'], forget: ['gate'] });
  });

  it('keeps a child that completed before its cancel reached it', () => {
    const steps = [outline('kid', 'run', 'done', { child: 'c1' }), outline('fatal', 'step', 'failed')];
    expect(plan(steps, 'fatal', ['c1'])).toEqual({ beginAgain: ['fatal'], forget: [] });
  });

  it('never does a finished step again, whatever key the failure names', () => {
    expect(plan([outline('fine', 'step', 'done')], 'fine')).toEqual({ beginAgain: [], forget: [] });
    expect(plan([outline('fine', 'step', 'done')], null)).toEqual({ beginAgain: [], forget: [] });
  });
});
