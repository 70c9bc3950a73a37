/** Makes the change: in the record first, so that whoever comes after a crash goes on with it. */

import { stateOfHome } from '../../home/index.ts';
import type { Step, StepWork } from '../ports.ts';
import { refreshSecrets } from '../member-secrets.ts';
import { putHomeBack } from '../put-back.ts';
import { changeIn, kinds } from './kinds.ts';

export const apply: Step = {
  async do(work) {
    const { kind, to } = changeIn(work);
    const { gateway, deps } = work;
    if (to.service !== undefined && to.service !== gateway.service && gateway.serviceName !== undefined) {
      await work.manager.remove(work.spec, { graceMs: work.patience.undoStopMs });
    }
    const changed = await work.note(to);
    const { program, port } = changed;
    const spec = { ...work.spec, port, program: { node: program.node, entry: program.entry } };
    return await kinds[kind].apply({ ...work, gateway: changed, spec, manager: deps.services(changed.service) });
  },
  async undo(work) {
    const { kind, before: all } = changeIn(work);
    const { serviceName, ...before } = all;
    const { putBack } = kinds[kind];
    const told = await (putBack ?? homeBack)(work);
    const gateway = await work.note({ ...before, serviceName: serviceName ?? null });
    // Its archive has no secrets in it; those of the change may be others.
    const isWhole = putBack !== undefined || stateOfHome(gateway) !== 'ours';
    if (!isWhole) await refreshSecrets({ ...work, gateway });
    return told;
  },
};

async function homeBack(work: StepWork): Promise<string> {
  const { archive, home } = work.gateway;
  // Nothing was touched before there was one.
  if (archive === undefined) return `${home} is as it was`;
  if (stateOfHome(work.gateway) === 'strange') return `${home} is not ours: it is left as it is`;
  await putHomeBack(work, archive);
  return `${home} is what lay in ${archive}`;
}
