/** The gateways of an account, as their homes tell: each in a folder of its own, with its port in its settings. */

/** A home that was found, and the text of its settings where they could be read. */
export interface FoundHome {
  readonly name: string;
  readonly settings?: string;
}

/** OpenClaw's own, where its settings name none. */
export const defaultPort = 18_789;

/** `.openclaw`, and one for each profile. */
export const isHomeName = (name: string): boolean => /^\.openclaw(?:-.+)?$/i.test(name);

/** Ports of all that are there, running or not. */
export function basesOf(homes: readonly FoundHome[]): readonly number[] {
  return [...new Set(homes.flatMap(({ settings }) => (settings === undefined ? [] : [portIn(settings)])))];
}

/**
 * The settings are JSON with comments, and may be damaged: the number behind `"port"` in `gateway` is all that is
 * wanted.
 */
function portIn(settings: string): number {
  const gateway = /["']?\bgateway\b["']?\s*:\s*\{/.exec(settings);
  const behind = gateway === null ? '' : settings.slice(gateway.index);
  const port = Number(/["']?\bport\b["']?\s*:\s*(\d{1,5})\b/.exec(behind)?.[1]);
  return Number.isInteger(port) && port > 0 ? port : defaultPort;
}
