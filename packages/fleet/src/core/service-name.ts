/** Names of services: those that OpenClaw gives its own, so that none fights another. */

import type { ServiceKind } from './member.ts';

export function serviceName({ handle, service }: { readonly handle: string; readonly service: ServiceKind }): string {
  switch (service) {
    case 'systemd':
      return `openclaw-gateway-${handle}.service of systemd, for this account`;
    case 'launchd':
      return `ai.openclaw.${handle} of launchd, for this account`;
    case 'supervisor':
      return 'a process that perdure watches over';
    case 'its_own':
      return 'what ran it before';
    case 'dry':
      return 'nothing: the service is only shown';
    default:
      throw new Error(`Unknown service ${String(service satisfies never)}`);
  }
}
