/**
 * The process behind the file tools: one request on stdin, one answer on stdout. Why it is a process:
 * `pinned-folder.ts`.
 */

import { text } from 'node:stream/consumers';
import type { ToolResult } from '@perdure/contract';
import { listBelow, readPiece, replaceFile } from './file-operations.ts';
import { enterFolder, namesOf, refuse } from './pinned-folder.ts';

export type FileRequest = { readonly workspace: string; readonly path: string } & (
  | { readonly operation: 'read'; readonly offset: number }
  | { readonly operation: 'list' }
  /** `temporary`: name of the file that holds the text until it is whole. */
  | { readonly operation: 'write'; readonly content: string; readonly temporary: string }
);

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'The path does not exist; `list-files` shows what does.',
  EACCES: 'The path may not be used by this account; choose another one.',
  ELOOP: 'The path is a symbolic link, which is not followed; use the path of the file itself.',
  ENAMETOOLONG: 'The path has too long a name in it; choose a shorter one.',
  ENOSPC: 'The disk is full; free disk space and try again.',
};

const request = JSON.parse(await text(process.stdin)) as FileRequest;
process.stdout.write(JSON.stringify(answer(request)));

function answer(asked: FileRequest): ToolResult<unknown> {
  try {
    return { success: true, data: perform(asked) };
  } catch (error) {
    return { success: false, errorMessage: explain(error) };
  }
}

function perform(asked: FileRequest): unknown {
  const { workspace } = asked;
  const names = namesOf(asked.path);
  if (asked.operation === 'list') return listBelow(workspace, names);
  const name = names.at(-1) ?? refuse('The path is the workspace itself; name a file in it.');
  enterFolder(workspace, names.slice(0, -1), { make: asked.operation === 'write' });
  if (asked.operation === 'read') return readPiece(name, asked.offset);
  replaceFile(name, asked.content, asked.temporary);
  return { path: names.join('/'), bytes: Buffer.byteLength(asked.content) };
}

/** Messages of the system hold absolute paths: only their codes are told. */
function explain(error: unknown): string {
  const { code = 'unknown', message } = error as NodeJS.ErrnoException;
  if (code === 'REFUSED') return message;
  return reasons[code] ?? `The path cannot be used (${code}); choose another one.`;
}
