/** Units of systemd that somebody else wrote: asked for by their name, while their file is where it was found. */

import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { identityOf } from '@perdure/home';
import { unending } from '../refusals.ts';
import { required, type SystemdControl } from '../systemd/control.ts';
import { shownProperties, stateIn } from '../systemd/unit.ts';
import type { TheirServices } from './theirs.ts';

export function theirUnits(control: Pick<SystemdControl, 'systemctl'>, { pollMs = 100 } = {}): TheirServices {
  const shown = async (name: string): Promise<string> => {
    const ran = await control.systemctl('show', name, `--property=${shownProperties.join(',')}`);
    required('tell how it stands', ran);
    return ran.stdout;
  };
  const hasEnded = async (name: string, graceMs: number, signal?: AbortSignal): Promise<boolean> => {
    const deadline = performance.now() + graceMs;
    while (!/^ActiveState=(?:inactive|failed)$/m.test(await shown(name))) {
      if (performance.now() > deadline) return false;
      signal?.throwIfAborted();
      await delay(pollMs);
    }
    return true;
  };
  return {
    state: async ({ name, file }) =>
      existsSync(file) ? stateIn(await shown(name), { identify: identityOf, now: Date.now() }) : { kind: 'absent' },
    async start({ name }) {
      await control.systemctl('reset-failed', name);
      required('start it', await control.systemctl('start', name));
    },
    isEnabled: async ({ name }) => /^UnitFileState=enabled/m.test(await shown(name)),
    enable: async ({ name }) => required('keep it started', await control.systemctl('enable', name)),
    disable: async ({ name }) => required('keep it from starting', await control.systemctl('disable', name)),
    reread: async () => required('read its units again', await control.systemctl('daemon-reload')),
    async stop({ name, file }, { graceMs, signal }) {
      if (!existsSync(file)) return 'stopped';
      required('stop it', await control.systemctl('stop', '--no-block', name));
      if (await hasEnded(name, graceMs, signal)) return 'stopped';
      await control.systemctl('kill', '--signal=SIGKILL', name);
      if (await hasEnded(name, 20_000)) return 'killed';
      throw unending(name, `systemctl --user status ${name}`);
    },
  };
}
