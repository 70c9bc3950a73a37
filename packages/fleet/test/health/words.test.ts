import { gapIn, remember, seenOf, tellChange, type HealthChange, type Look, type MemberMemory } from '@perdure/fleet';
import { describe, expect, it } from 'vitest';

const running: Look['service'] = { kind: 'running', process: { pid: 1, startedAt: 'x' }, restarts: 0 };
const died: Look['service'] = { kind: 'failed', exitCode: 1, restarts: 3, nextAt: 60_000 };
const well: Look = { readiness: 'ready', service: running, isConnected: true };

describe('what is seen of a member', () => {
  it.each<[string, Partial<Look>, 'up' | 'down', string]>([
    ['ready, with its socket', {}, 'up', 'well'],
    ['ready, without one', { isConnected: false }, 'up', 'deaf'],
    ['there and not ready', { readiness: 'not_ready' }, 'up', 'unready'],
    ['beginning', { readiness: 'starting' }, 'up', 'between'],
    ['draining', { readiness: 'draining' }, 'down', 'between'],
    ['a process that does not listen yet', { readiness: 'away' }, 'up', 'between'],
    ['nobody there', { readiness: 'away', service: died }, 'up', 'gone'],
    ['nobody there, and none installed', { readiness: 'away', service: { kind: 'absent' } }, 'up', 'gone'],
    ['nobody there, as is wanted', { readiness: 'away', service: { kind: 'stopped' } }, 'down', 'down'],
    ['another program on its port', { readiness: 'stranger', service: died }, 'up', 'stranger'],
    ['a gateway of somebody else on its port', { service: died, isConnected: false }, 'up', 'stranger'],
    [
      'one of somebody else, where it is to be down',
      { service: { kind: 'stopped' }, isConnected: false },
      'down',
      'down',
    ],
    ['a service manager that is silent', { readiness: 'away', service: undefined }, 'up', 'unknown'],
    ['one that answers, whatever its manager does', { service: undefined }, 'up', 'well'],
  ])('%s', (_what, look, wanted, seen) => {
    expect(seenOf({ wanted }, { ...well, ...look })).toBe(seen);
  });

  it('that was taken in is its own where its owner has started another process', () => {
    const look: Look = { ...well, service: died, isConnected: false };
    expect(seenOf({ wanted: 'up', service: 'its_own' }, look)).toBe('apart');
    expect(seenOf({ wanted: 'up', service: 'its_own', keyId: 'k' }, look)).toBe('deaf');
  });
});

/** Looks a minute after another, and what was told after which. */
function told(...seen: readonly Parameters<typeof remember>[1][]): readonly string[] {
  let memory: MemberMemory | undefined;
  return seen.flatMap((one, at) => {
    const next = remember(memory, one, at * 60_000);
    memory = next.memory;
    return next.change === undefined ? [] : [`${at}: ${next.change.from ?? 'nothing'} -> ${next.change.to}`];
  });
}

describe('a change of a member', () => {
  it('is told after two looks that agree, and once', () => {
    expect(told('well', 'well', 'deaf', 'deaf', 'deaf', 'well', 'well')).toEqual([
      '3: well -> deaf',
      '6: deaf -> well',
    ]);
  });

  it('that was taken in and has no channel here is told once, and is no trouble', () => {
    expect(told('apart', 'apart', 'apart', 'apart', 'well', 'well')).toEqual([
      '1: nothing -> apart',
      '5: apart -> well',
    ]);
  });

  it('is not told where it was so for a moment', () => {
    expect(told('well', 'well', 'deaf', 'well', 'unready', 'well', 'well')).toEqual([]);
  });

  it('is told at once where its process is gone, and then not with each restart that fails', () => {
    expect(told('well', 'well', 'gone', 'between', 'gone', 'between', 'gone')).toEqual(['2: well -> gone']);
  });

  it('is not that it begins or drains, unless that does not end', () => {
    expect(told('well', 'well', 'between', 'well', 'well')).toEqual([]);
    const minutes = Array.from({ length: 9 }, () => 'between' as const);
    expect(told('well', 'well', ...minutes)).toEqual(['9: well -> unready']);
  });

  it('is not that it is well when it is seen first, but that it is not', () => {
    expect(told('well', 'well')).toEqual([]);
    expect(told('deaf', 'deaf')).toEqual(['1: nothing -> deaf']);
  });

  it('is not told of a member whose service did not answer, unless that lasts', () => {
    expect(told('well', 'well', 'unknown', 'unknown', 'unknown', 'well')).toEqual([]);
    const minutes = Array.from({ length: 9 }, () => 'unknown' as const);
    expect(told('well', 'well', ...minutes)).toEqual(['9: well -> gone']);
  });

  it('has the name of when it was first seen, also where the clock was set back', () => {
    const first = remember(undefined, 'deaf', 1_000).memory;
    expect(remember(first, 'deaf', 400).change).toEqual({ from: undefined, to: 'deaf', since: 400 });
  });
});

describe('what a family is told', () => {
  const member = { handle: 'scout', port: 18_910 };
  const say = (to: HealthChange['to'], more: Partial<Parameters<typeof tellChange>[2]> = {}): string =>
    tellChange(member, { from: 'well', to, since: 0 }, { service: died, lines: [], problems: [], ...more });

  it.each([
    ['Port 18910 is already in use.', /exit code 1.*port is taken: find who listens.*started again by itself/s],
    ['AUTH_PROFILE_MIGRATION_REQUIRED: run doctor', /auth\.json.*remove/s],
    ['No API key found for provider anthropic', /no key: put one into the vault/],
    ['uses newer schema version 18; this build supports 15', /newer OpenClaw/],
    ['Invalid config: Unrecognized key: "colour"', /settings are wrong: see `openclaw config validate`/],
    ['it just ended', /exit code 1.*its port, its credentials, its settings, a missing plugin/s],
  ])('of one that ended with "%s" is the cause and what to do', (line, expected) => {
    const text = say('gone', { lines: ['earlier', line] });
    expect(text).toMatch(expected);
    expect(text).toContain(line);
  });

  it('of one that ended with 78 is that it is not started again, and that its settings are the cause', () => {
    const text = say('gone', { service: { kind: 'failed', exitCode: 78, restarts: 0 } });
    expect(text).toMatch(/exit code 78.*settings.*not started again by itself/s);
  });

  it('of a port that another program has is who that is', () => {
    expect(say('stranger', { listener: 'process 7 (nginx)' })).toMatch(/port 18910 is taken by process 7 \(nginx\)/);
  });

  it('of one that is deaf is what it says itself', () => {
    expect(say('deaf', { service: running, problems: ['The hub refuses its key.'] })).toContain(
      'The hub refuses its key.',
    );
    expect(say('deaf', { service: running })).toContain('perdure family logs scout');
  });
});

it('sweeps are missed when three of them did not come, not when one is late', () => {
  const everyMs = 60_000;
  expect(gapIn(0, { now: 170_000, everyMs })).toBeUndefined();
  expect(gapIn(0, { now: 600_000, everyMs })).toEqual({ since: 0, untilNow: 600_000, missed: 10 });
  expect(gapIn(600_000, { now: 0, everyMs })).toBeUndefined();
});
