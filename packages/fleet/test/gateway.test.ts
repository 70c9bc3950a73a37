import { gatewayActions, gatewayStatuses, nextGatewayStatus } from '@perdure/fleet';
import { expect, it } from 'vitest';

it('a gateway goes from one status to another by these arrows and no others', () => {
  const arrows = [undefined, ...gatewayStatuses].flatMap((from) =>
    gatewayActions.flatMap((action) => {
      const to = nextGatewayStatus(from, action);
      return to === undefined ? [] : [`${from ?? 'nothing'} -${action}-> ${to}`];
    }),
  );
  expect(arrows).toEqual([
    'nothing -provision-> provisioning',
    'nothing -adopt-> ready',
    'nothing -restore-> provisioning',
    'provisioning -complete-> ready',
    'provisioning -fail-> failed',
    'ready -fail-> failed',
    'ready -change-> changing',
    'ready -remove-> removing',
    'changing -keep-> ready',
    'changing -put_back-> ready',
    'failed -provision-> provisioning',
    'failed -remove-> removing',
    'failed -adopt-> ready',
    'failed -restore-> provisioning',
    'removing -fail-> ready',
    'removing -finish-> removed',
    'removing -give_up-> failed',
    'removed -restore-> provisioning',
  ]);
});
