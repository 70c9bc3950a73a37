/** Families as text. Whatever others have written is made harmless. Pure. */

import type { Family, FamilyHealth, FamilyMember, FamilyResource } from '@perdure/contract';
import { printable } from '../text/format.ts';
import { formatList } from '../text/table.ts';

type Columns = number | undefined;

export function familyList(families: readonly Family[], columns: Columns): string {
  const rows = families.map(({ name, lead, host, createdAt }) => [
    printable(name),
    lead?.handle ?? '-',
    host === undefined ? '-' : printable(host.name),
    createdAt.slice(0, 10),
  ]);
  const empty = 'No families; make one with `perdure family create <name>`.';
  return formatList(['NAME', 'LEAD', 'HOST', 'SINCE'], rows, { empty, columns, spare: [3] });
}

/** `health`: the latest there is. */
export function memberList(
  members: readonly FamilyMember[],
  { health, columns }: { readonly health?: FamilyHealth; readonly columns: Columns },
): string {
  const probed = new Map(health?.members.map(({ principalId, gateway }) => [principalId, gateway]));
  const rows = members.map(({ principalId, handle, displayName, status, statusAt, isConnected, gatewayPort }) => [
    handle,
    status,
    minuteOf(statusAt),
    isConnected ? 'connected' : 'away',
    probed.get(principalId) ?? '-',
    gatewayPort === undefined ? '-' : String(gatewayPort),
    printable(displayName),
  ]);
  const headings = ['HANDLE', 'STATUS', 'SINCE', 'SOCKET', 'GATEWAY', 'PORT', 'NAME'];
  return formatList(headings, rows, { empty: 'Nobody is in it.', columns, spare: [6, 2] });
}

export function resourceList(resources: readonly FamilyResource[], columns: Columns): string {
  const rows = resources.map(({ name, value }) => [printable(name), printable(value).replaceAll('\n', ' ')]);
  return formatList(['NAME', 'VALUE'], rows, { empty: 'It shares nothing.', columns, spare: [1] });
}

interface Whole {
  readonly family: Family;
  readonly members: readonly FamilyMember[];
  readonly health?: FamilyHealth;
}

export function familyView({ family, members, health }: Whole, columns: Columns): string {
  const { name, lead, host, resources, conventions, id } = family;
  const place = host === undefined ? 'not said' : `${printable(host.name)} (${host.os} ${printable(host.arch)})`;
  return [
    `${printable(name)}  ${id}`,
    `lead         ${lead?.handle ?? 'nobody but the owner'}`,
    `host         ${place}`,
    `looked at    ${health === undefined ? 'never' : minuteOf(health.takenAt)}`,
    ...(conventions === '' ? [] : ['', printable(conventions)]),
    '',
    resourceList(resources, columns),
    '',
    memberList(members, { columns, ...(health !== undefined && { health }) }),
  ].join('\n');
}

function minuteOf(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}
