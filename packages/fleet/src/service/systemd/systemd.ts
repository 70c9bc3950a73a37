/**
 * Gateways as units of systemd, of this account. OpenClaw writes and removes the unit, since it takes others of that
 * name for rivals; it is started, stopped and asked for here. A gateway that is to run is enabled, one that is not is
 * disabled, so a start of the machine brings back what was wanted.
 */

import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder, replaceFile } from '@perdure/home';
import { readFileIfAny } from '@perdure/home/files';
import type { ServiceManager, ServiceSpec } from '../../core/ports.ts';
import { heapMegabytes } from '../../openclaw/run.ts';
import { checkHome } from '../check-spec.ts';
import { lastLines, serviceLog } from '../last-lines.ts';
import { notInstalled } from '../refusals.ts';
import { required, SystemdControl, type SystemdDeps } from './control.ts';
import { dropIn, isUpToDate, unitNameOf, withHeap } from './unit.ts';

export type { SystemdDeps } from './control.ts';

export function openSystemd(deps: SystemdDeps): ServiceManager {
  const control = new SystemdControl(deps);
  return {
    kind: 'systemd',
    nameOf: ({ handle }) => unitNameOf(handle),
    install: async (spec) => await install(control, spec),
    async start(spec) {
      if (!control.isThere(spec)) throw notInstalled(spec);
      checkHome(spec.home);
      const name = unitNameOf(spec.handle);
      await control.must('keep it started', 'enable', name);
      if ((await control.stateOf(spec)).kind === 'running') return;
      await control.systemctl('reset-failed', name);
      await control.must('start it', 'start', name);
    },
    stop: async (spec, options) => await control.stop(spec, options),
    async remove(spec, options) {
      if (control.isThere(spec)) {
        await control.stop(spec, options);
        // What it cannot remove, since it is gone itself or refuses, is removed below.
        await control.openclaw(spec, 'uninstall');
      }
      const { unit, folder } = control.filesOf(spec);
      rmSync(folder, { recursive: true, force: true });
      rmSync(unit, { force: true });
      await control.must('forget it', 'daemon-reload');
      await control.systemctl('reset-failed', unitNameOf(spec.handle));
    },
    async state(spec) {
      return control.isThere(spec) ? await control.stateOf(spec) : { kind: 'absent' };
    },
    lastLines: async (spec, count) => (control.isThere(spec) ? lastLines(spec.home, count) : []),
  };
}

async function install(control: SystemdControl, spec: ServiceSpec): Promise<void> {
  const wasThere = control.isThere(spec);
  checkHome(spec.home);
  const { unit, folder, dropIn: added } = control.filesOf(spec);
  const isWhole = readFileIfAny(added) !== undefined && isUpToDate(spec, readFileIfAny(unit));
  if (!wasThere || !isWhole) {
    const words = ['install', '--port', String(spec.port), '--runtime-path', spec.program.node];
    required('install it', await control.openclaw(spec, ...words, ...(wasThere ? ['--force'] : [])));
    // OpenClaw starts what it installs.
    await control.stop(spec, { graceMs: 60_000 });
  }
  const text = readFileIfAny(unit);
  if (text !== undefined) replaceFile(unit, withHeap(text, heapMegabytes));
  makeFolder(folder, 0o700);
  makeFolder(dirname(serviceLog(spec.home)), 0o700);
  replaceFile(added, dropIn(spec.home, serviceLog(spec.home)));
  await control.must('read the unit', 'daemon-reload');
  await control.keepAfterLogout();
}
