/** A service manager that only says what another would do. Nothing is made, so nothing is ever there. */

import type { ServiceManager, ServiceSpec } from '../core/ports.ts';
import { gatewayArguments } from '../openclaw/run.ts';
import { checkSpec } from './check-spec.ts';

export function openDry(say: (line: string) => void): ServiceManager {
  const told = (spec: ServiceSpec, line: string): void => {
    checkSpec(spec);
    say(line);
  };
  return {
    kind: 'dry',
    nameOf: ({ handle }) => `dry:${handle}`,
    install: async (spec) => told(spec, `would install a service for ${spec.handle} in ${spec.home}`),
    start: async (spec) => told(spec, `would start ${[spec.program.node, ...gatewayArguments(spec)].join(' ')}`),
    async stop(spec, { graceMs }) {
      told(spec, `would stop ${spec.handle}, and kill it after ${graceMs} ms`);
      return 'stopped';
    },
    remove: async (spec) => told(spec, `would stop ${spec.handle}, and remove its service`),
    async state(spec) {
      checkSpec(spec);
      return { kind: 'absent' };
    },
    async lastLines(spec) {
      checkSpec(spec);
      return [];
    },
  };
}
