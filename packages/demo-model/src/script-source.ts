/**
 * Which script is in force. Three sources: a header counts for its request alone; else what was set or read last: `set`
 * replaces the script, and so does a file whenever it changes. A script that takes over begins with all its uses left.
 */

import { readFileSync, statSync } from 'node:fs';
import { findRule, parseScriptText, type Occasion, type Script, type ScriptRule } from './script.ts';

export interface ScriptSource {
  /** The rule for a request, its use counted. Throws `config_invalid` where the header or the changed file is bad. */
  next(occasion: Occasion, header: string | undefined): ScriptRule | undefined;
  set(script: Script): void;
}

/** Reads the file at once, so that a bad script is told at start. A file that does not exist yet is an empty script. */
export function openScriptSource(initial: Script, file: string | undefined): ScriptSource {
  let script = initial;
  let uses = new Map<number, number>();
  let seenVersion = '';

  const set = (next: Script) => {
    script = next;
    uses = new Map();
  };
  const readFile = (path: string) => {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    const version = stat === undefined ? '' : `${stat.mtimeNs}/${stat.size}`;
    if (version === seenVersion) return;
    const next = version === '' ? [] : parseScriptText(readFileSync(path, 'utf8'), `file ${path}`);
    seenVersion = version;
    set(next);
  };

  if (file !== undefined) readFile(file);
  return {
    set,
    next(occasion, header) {
      if (header !== undefined) {
        const own = parseScriptText(header, 'header x-demo-script');
        const index = findRule(own, occasion, () => 0);
        return index === undefined ? undefined : own[index];
      }
      if (file !== undefined) readFile(file);
      const index = findRule(script, occasion, (index) => uses.get(index) ?? 0);
      if (index === undefined) return undefined;
      uses.set(index, (uses.get(index) ?? 0) + 1);
      return script[index];
    },
  };
}
