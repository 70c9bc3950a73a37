/**
 * The sweep in somebody's crontab: a block between two marks that name the state root, so that each install has its
 * own. Everything else stays byte for byte; texts are read as bytes, one character each. Pure.
 */

import { PerdureError } from '@perdure/contract';

export interface CronEntry {
  /** Of the command, an absolute path. */
  readonly program: string;
  /** The state root, an absolute path. */
  readonly root: string;
  /** Where complaints go, an absolute path. */
  readonly log: string;
  readonly everyMinutes: number;
  /** Where the command finds other programs; cron knows few folders. */
  readonly path: string;
}

/** Of an hour these are equal parts, and cron repeats no other. */
export const cronMinutes = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60] as const;

/** The line of the block, as cron reads it. @throws PerdureError `usage` where no line can say it. */
export function cronLine({ program, root, log, everyMinutes, path }: CronEntry): string {
  if (!(cronMinutes as readonly number[]).includes(everyMinutes)) {
    const message = `Cron repeats in equal parts of an hour alone; choose one of ${cronMinutes.join(', ')} minutes.`;
    throw new PerdureError('usage', message);
  }
  const words = [program, root, log, path];
  // oxlint-disable-next-line no-control-regex -- a line of cron cannot hold them
  if (words.some((word) => /[\u0000-\u001F\u007F]/.test(word))) {
    throw new PerdureError(
      'usage',
      'A path with a line break or a control character cannot stand in a crontab; move it.',
    );
  }
  const when = everyMinutes === 60 ? '0 * * * *' : everyMinutes === 1 ? '* * * * *' : `*/${everyMinutes} * * * *`;
  const command = `PATH=${quoted(path)} ${quoted(program)} task tick --home ${quoted(root)} >/dev/null 2>>${quoted(log)}`;
  // Cron ends the command at a bare % and feeds it the rest.
  return `${when} ${command.replaceAll('%', '\\%')}`;
}

/** One word for the shell that cron calls, whatever is in it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function marksOf(root: string): { readonly begin: string; readonly end: string } {
  return { begin: `# >>> perdure task tick: ${root} >>>`, end: `# <<< perdure task tick: ${root} <<<` };
}

/** The crontab with the block of this state root in place of the one that was there, else at its end. */
export function withBlock(crontab: string, entry: CronEntry): string {
  const root = bytes(entry.root);
  const { begin, end } = marksOf(root);
  const block = `${begin}\n${bytes(cronLine(entry))}\n${end}\n`;
  const found = blockIn(crontab, root);
  if (found !== undefined) return crontab.slice(0, found.from) + block + crontab.slice(found.to);
  const isOpen = crontab !== '' && !crontab.endsWith('\n');
  return `${crontab}${isOpen ? '\n' : ''}${block}`;
}

/** The crontab without the block of this state root. */
export function withoutBlock(crontab: string, root: string): string {
  const found = blockIn(crontab, bytes(root));
  return found === undefined ? crontab : crontab.slice(0, found.from) + crontab.slice(found.to);
}

/** UTF-8 as characters of one byte each. */
function bytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** @throws PerdureError `conflict` where its marks are not one pair. */
function blockIn(crontab: string, root: string): { readonly from: number; readonly to: number } | undefined {
  const { begin, end } = marksOf(root);
  const [begins, ends] = [linesAt(crontab, begin), linesAt(crontab, end)];
  const [from, last] = [begins[0], ends[0]];
  if (from === undefined && last === undefined) return undefined;
  if (from === undefined || last === undefined || begins.length > 1 || ends.length > 1 || last.at < from.at) {
    const message = `The marks of ${Buffer.from(root, 'latin1').toString()} in the crontab are not one pair; put them right with \`crontab -e\`, and try again.`;
    throw new PerdureError('conflict', message);
  }
  return { from: from.at, to: last.end };
}

/** Where this line stands, with its line end. */
function linesAt(text: string, line: string): readonly { readonly at: number; readonly end: number }[] {
  const found: { readonly at: number; readonly end: number }[] = [];
  let at = 0;
  for (const each of text.split(/(?<=\n)/)) {
    const end = at + each.length;
    if (each.replace(/\r?\n$/, '') === line) found.push({ at, end });
    at = end;
  }
  return found;
}
