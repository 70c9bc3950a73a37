/** Gateways as text. Whatever others have written is made harmless. Pure. */

import type { FamilyGateway } from '@perdure/contract';
import { printable } from '../text/format.ts';
import { formatList } from '../text/table.ts';

export function gatewayList(gateways: readonly FamilyGateway[], columns: number | undefined): string {
  const rows = gateways.map((gateway) => [
    gateway.handle,
    stateOf(gateway),
    gateway.readiness,
    String(gateway.port),
    gateway.service,
    releaseOf(gateway),
    printable(gateway.model),
    gateway.problem === undefined ? '' : printable(gateway.problem),
  ]);
  const empty = 'No gateways on this host; `perdure family add <handle>` makes one.';
  return formatList(['HANDLE', 'STATE', 'ANSWERS', 'PORT', 'SERVICE', 'OPENCLAW', 'MODEL', 'PROBLEM'], rows, {
    empty,
    columns,
    spare: [7, 5, 4],
  });
}

/** Behind what runs there may lie another one by now: the next start would be of that. */
function releaseOf({ version, installed }: FamilyGateway): string {
  if (installed === undefined) return printable(version);
  const now = installed === 'none' ? 'nothing' : printable(installed);
  return `${printable(version)}, in whose place is ${now}`;
}

/** Where it is ready what its process does, else what is being done to it. */
export function stateOf({ status, process, work, run }: FamilyGateway): string {
  if (status !== 'ready') return run?.step === undefined ? status : `${status}: ${printable(run.step)}`;
  return work ?? process.state;
}

export function gatewayView(gateway: FamilyGateway): string {
  const { handle, home, port, host, service, serviceName, model, credential, run, archive, restoredFrom, problem } =
    gateway;
  const { pid, exitCode, restarts } = gateway.process;
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['state', `${stateOf(gateway)}, to be ${gateway.wanted}, answers: ${gateway.readiness}`],
    [
      'process',
      pid === undefined
        ? exitCode === undefined
          ? undefined
          : `ended with ${exitCode}`
        : `${pid}, started again ${restarts ?? 0} times`,
    ],
    ['home', `${home} on ${host}`],
    ['port', String(port)],
    ['service', serviceName === undefined ? service : `${service}: ${serviceName}`],
    ['openclaw', releaseOf(gateway)],
    ['model', model],
    ['key', credential.reference ?? credential.kind],
    ['run', run && `${run.id}  ${run.status}`],
    ['restored', restoredFrom && `from ${restoredFrom}`],
    ['archive', archive],
    ['problem', problem],
  ];
  return [
    handle,
    ...lines.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(10)}${printable(value)}`])),
  ].join('\n');
}

/** The last word on what was ordered. */
export function outcomeText(gateway: FamilyGateway): string {
  const { handle, status, port, archive, restoredFrom, problem, process, work } = gateway;
  const why = problem === undefined ? '' : ` ${printable(problem)}`;
  const kept = archive === undefined ? '' : ` What was there is in ${printable(archive)}.`;
  switch (status) {
    case 'ready':
      return problem === undefined ? `${handle} is ${work ?? process.state} on port ${port}.` : `${handle}:${why}`;
    case 'failed':
      return `${handle} could not be ${restoredFrom === undefined ? 'provisioned' : 'restored'}, and all that was made is taken back.${why}${kept}`;
    case 'removed':
      return `${handle} is deprovisioned.${kept}`;
    case 'provisioning':
    case 'changing':
    case 'removing':
      return `${handle} is ${status}.${why}`;
    default:
      throw new Error(`Unknown status ${String(status satisfies never)}`);
  }
}
