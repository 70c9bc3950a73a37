/** What was found of gateways, as text. Pure. */

import type { FamilyGateway } from '@perdure/contract';
import { isReadable, type Finding, type FoundGateway } from '@perdure/fleet';
import { printable } from '../text/format.ts';

export interface Scanned extends FoundGateway {
  readonly findings: readonly Finding[];
}

export function scanText(gateways: readonly Scanned[], accountHome: string): string {
  if (gateways.length === 0) return `No gateway of OpenClaw was set up in ${printable(accountHome)}.`;
  const count = gateways.length === 1 ? 'One gateway' : `${gateways.length} gateways`;
  return [
    `${count} of OpenClaw in ${printable(accountHome)}. Nothing was changed.`,
    ...gateways.flatMap((gateway) => ['', ...lines(gateway)]),
    '',
    '`perdure family adopt <handle>` takes one into a family, and touches nothing of it.',
  ].join('\n');
}

/** Of one that was taken in: what is so now, and what may be done next. */
export function adoptedText({ handle, home, port, serviceName, readiness, service }: FamilyGateway): string {
  if (service !== 'its_own') return `${handle} in ${printable(home)} is one of ours already.`;
  const by = serviceName === undefined ? 'nothing that was found' : printable(serviceName);
  return [
    `${handle} is a member now: ${printable(home)}, port ${port}, run by ${by}, answers: ${readiness}. Nothing of it was touched.`,
    `Next: \`perdure family mend ${handle}\` shows what is wrong with it, and what would be done about each.`,
  ].join('\n');
}

function lines(gateway: Scanned): readonly string[] {
  const { handle, home, settings, services, processes, findings } = gateway;
  const port = isReadable(settings) ? `port ${settings.port}` : 'port unknown';
  const running = processes.length === 0 ? 'not running' : `running as ${processes.map(({ pid }) => pid).join(', ')}`;
  const service = services.length === 0 ? 'no service' : services.map(({ name }) => name).join(', ');
  const said = findings.flatMap(({ weight, found, remedy }) => [
    `  ${weight.padEnd(5)}  ${printable(found)}`,
    `         ${printable(remedy)}`,
  ]);
  return [
    `${printable(handle)}  ${printable(home)}  ${port}, ${running}, ${printable(service)}`,
    ...(said.length === 0 ? ['  ok     Nothing is wrong with it.'] : said),
  ];
}
