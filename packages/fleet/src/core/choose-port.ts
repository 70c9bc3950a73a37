/**
 * Ports of gateways. A gateway listens on its base port alone, and once its browser is used also on the ports of a
 * range behind it; two whose ranges touch collide some day.
 */

/** Away from the range of a gateway on OpenClaw's own default of 18789. */
const firstBase = 18_910;
const spacing = 120;
const rangeEnd = 110;
const lastBase = 65_535 - rangeEnd;

/** Ports besides its base that a gateway may take, ascending: the control of its browser, then its pages. */
export function derivedPorts(base: number): readonly number[] {
  return [base + 2, ...Array.from({ length: rangeEnd - 9 }, (_, index) => base + 10 + index)];
}

/** Whether ports of one gateway may be those of another, some day. */
export const portsMeet = (one: number, other: number): boolean => Math.abs(one - other) <= rangeEnd;

/** What is known of the ports of a host. */
export interface PortFacts {
  /** Bases of the gateways there are, running or not: those we reserved, and those whose settings were found. */
  readonly bases: readonly number[];
  /** Whether nobody listens on a port. */
  readonly isFree: (port: number) => boolean;
}

export type PortChoice =
  | { readonly kind: 'port'; readonly port: number }
  | { readonly kind: 'refused'; readonly reason: string };

/** `wanted`: a port that somebody asked for is taken as it is, or refused; without it the first that fits. */
export function choosePort(wanted: number | undefined, facts: PortFacts): PortChoice {
  if (wanted !== undefined) {
    const reason = problemOf(wanted, facts);
    return reason === undefined ? { kind: 'port', port: wanted } : { kind: 'refused', reason };
  }
  for (let base = firstBase; base <= lastBase; base += spacing) {
    if (problemOf(base, facts) === undefined) return { kind: 'port', port: base };
  }
  return { kind: 'refused', reason: `no port from ${firstBase} up is free with the ports behind it; stop a gateway` };
}

function problemOf(base: number, { bases, isFree }: PortFacts): string | undefined {
  if (!Number.isInteger(base) || base < 1_024 || base > lastBase) {
    return `a gateway needs a port from 1024 to ${lastBase}, since it takes others behind it`;
  }
  const neighbour = bases.find((other) => portsMeet(other, base));
  if (neighbour !== undefined) {
    return `port ${base} is within ${rangeEnd} of the gateway on ${neighbour}: their ranges would collide; leave the port out and one is chosen`;
  }
  const busy = [base, ...derivedPorts(base)].find((port) => !isFree(port));
  if (busy === undefined) return undefined;
  const whose = busy === base ? `port ${base}` : `port ${busy}, which a gateway on ${base} may take,`;
  return `${whose} is in use by another program; leave the port out and one is chosen`;
}
