import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isPerdureError } from '@perdure/contract';
import { tempFolder } from '@perdure/testing/after-test';
import { describe, expect, it, onTestFinished } from 'vitest';
import { homeIn, plistOf, readPrinted } from '../../src/service/launchd/plist.ts';
import { openLaunchd } from '../../src/service/index.ts';
import { serviceConformance } from './conformance.ts';
import { FakeLaunchd, parsePlist } from './fake-launchd.ts';
import { makePlace } from './place.ts';

const openOn = (launchd: FakeLaunchd, accountHome: string) =>
  openLaunchd({ user: 'member', uid: 501, accountHome, run: launchd.run, pollMs: 20 });

function startLaunchd(): FakeLaunchd {
  const launchd = new FakeLaunchd({ throttleMs: 100 });
  onTestFinished(() => launchd.end());
  return launchd;
}

serviceConformance('launchd', {
  open: async (handle) => {
    const place = await makePlace(handle);
    const launchd = startLaunchd();
    const another = () => openOn(launchd, place.spec.accountHome);
    return { manager: another(), place, another };
  },
  cannot: {
    'stops it, and nothing of it is left, helpers included':
      'launchd ends the group of a job; a helper in a session of its own is found by nobody there',
    'kills one that does not end within the grace': 'as above: its helpers are two, one in a session of its own',
    'leaves nothing of it when it removes': 'as above',
    'starts none again that ended with exit code 78, until somebody does':
      'launchd knows no such exit code; OpenClaw unloads its job itself there',
  },
});

describe('a job of launchd', () => {
  it('is read by another parser as it was meant, whatever is in its paths', () => {
    const home = `/Users/o'brien & "co"/<x>/.openclaw-alpha`;
    const accountHome = `/Users/o'brien & "co"/<x>`;
    const program = { node: '/opt/node & co/bin/node', entry: '/opt/<openclaw>/openclaw.mjs' };
    const text = plistOf({ handle: 'alpha', home, port: 18_910, accountHome, program }, 'member');
    const path = join(tempFolder(), 'job.plist');
    writeFileSync(path, text);
    const plist = parsePlist(path);
    expect(plist).toMatchObject({
      Label: 'ai.openclaw.alpha',
      RunAtLoad: true,
      KeepAlive: true,
      ThrottleInterval: 10,
      ExitTimeOut: 330,
      Umask: 0o77,
      WorkingDirectory: home,
      ProgramArguments: [
        program.node,
        '--max-old-space-size=2048',
        program.entry,
        'gateway',
        'run',
        '--port',
        '18910',
        '--bind',
        'loopback',
      ],
    });
    expect(plist.EnvironmentVariables).toMatchObject({
      HOME: accountHome,
      OPENCLAW_STATE_DIR: home,
      OPENCLAW_PROFILE: 'alpha',
    });
    expect(homeIn(text)).toBe(home);
  });

  it('is ended and killed by its group where it goes on', async () => {
    const place = await makePlace('alpha');
    const launchd = startLaunchd();
    const manager = openOn(launchd, place.spec.accountHome);
    place.behave({ ignoresTerm: true });
    await manager.install(place.spec);
    await manager.start(place.spec);
    await expect.poll(() => place.lives().length).toBe(1);
    expect(await manager.stop(place.spec, { graceMs: 200 })).toBe('killed');
    expect(place.left()).toEqual([]);
    expect(launchd.labels).toEqual([]);
    expect(launchd.isDisabled('gui/501/ai.openclaw.alpha')).toBe(true);
  });

  it('of somebody else that is called so is neither replaced nor unloaded', async () => {
    const place = await makePlace('alpha');
    const launchd = startLaunchd();
    const manager = openOn(launchd, place.spec.accountHome);
    const folder = join(place.spec.accountHome, 'Library', 'LaunchAgents');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, 'ai.openclaw.alpha.plist');
    writeFileSync(path, '<plist><dict/></plist>');
    for (const act of [manager.install(place.spec), manager.remove(place.spec, { graceMs: 0 })])
      await expect(act).rejects.toSatisfy((error) => isPerdureError(error, 'conflict'));
    expect(readFileSync(path, 'utf8')).toBe('<plist><dict/></plist>');
  });

  it('is told as launchd prints it', () => {
    const running = 'gui/501/x = {\n\tstate = running\n\truns = 3\n\tpid = 4711\n\tlast exit code = 1\n}';
    expect(readPrinted(running)).toEqual({ pid: 4711, runs: 3, exitCode: 1, signal: undefined });
    const ended =
      'gui/501/x = {\n\truns = 1\n\tlast terminating signal = Killed: 9\n\tlast exit code = (never exited)\n}';
    expect(readPrinted(ended)).toEqual({ pid: undefined, runs: 1, exitCode: undefined, signal: 'Killed: 9' });
  });
});
