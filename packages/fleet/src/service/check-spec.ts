/** What a service may be asked for: names and paths that mean one thing to us, to a shell and to a unit. */

import { lstatSync, realpathSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { handlePattern, handleRule, PerdureError } from '@perdure/contract';
import { ownAccount } from '@perdure/home';
import type { ServiceSpec } from '../core/ports.ts';

/** @throws PerdureError `invalid_input` */
export function checkSpec({ handle, home, port, program, accountHome }: ServiceSpec): void {
  if (!handlePattern.test(handle)) {
    throw invalid(`${JSON.stringify(handle)} cannot be the name of a service: ${handleRule}; give the agent another.`);
  }
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw invalid(`${port} is no port: give the gateway of ${handle} one from 1 to 65535.`);
  }
  for (const path of [home, accountHome, program.node, program.entry]) {
    if (isAbsolute(path) && !hasControl(path)) continue;
    const told = JSON.stringify(path);
    throw invalid(
      `${told} cannot be used for the service of ${handle}: give an absolute path, without control characters.`,
    );
  }
}

/**
 * A home in which nobody but this account could have put something. It is not made here.
 * @throws PerdureError `not_found` or `conflict`
 */
export function checkHome(home: string): void {
  const found = lstatSync(home, { throwIfNoEntry: false });
  const details = { path: home };
  if (found === undefined) {
    throw new PerdureError('not_found', `There is no ${home}, so no gateway can run there; make it first.`, {
      details,
    });
  }
  if (!found.isDirectory() || realpathSync(home) !== home) {
    const problem = `${home} is no folder, or is reached by a link, so the gateway would run somewhere else; put a folder in its place.`;
    throw new PerdureError('conflict', problem, { details });
  }
  if (found.uid !== ownAccount()) {
    const problem = `${home} belongs to another account (${found.uid}), so nothing is run there; give the gateway a home of its own.`;
    throw new PerdureError('conflict', problem, { details });
  }
}

/** In a unit or a script a line break would end what it is in. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const hasControl = (text: string): boolean => /[\u0000-\u001f\u007f]/.test(text);

const invalid = (message: string): PerdureError => new PerdureError('invalid_input', message);
