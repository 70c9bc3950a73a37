/** Commands about the files of the hub. */

import { leaf, noun, type Declaration } from '../cli/declaration.ts';
import { wholeNumber, withSpeaker, type SpeakerOptions } from '../cli/options.ts';
import type { GetFileOptions } from './drive-get.ts';
import type { ListFilesOptions } from './drive-list.ts';
import type { PutFileOptions } from './drive-put.ts';

export function declareDrive({ program, rim, run }: Omit<Declaration, 'words'>): void {
  const drive = noun(program, 'drive', 'Files of the hub: put, list, get, delete');
  leaf(drive, 'put <file>', {
    summary: 'Put a file of this machine up, to be sent with messages',
    example: 'perdure drive put cat.png',
  })
    .option('--name <name>', 'how it is called (default: as here)')
    .option('--type <type>', 'its content type (default: by the end of its name)')
    .action(
      run(async (file: string, options: PutFileOptions) =>
        (await import('./drive-put.ts')).putFile(rim, file, options),
      ),
    );
  leaf(drive, 'list', { summary: 'The files you have put up, newest first', example: 'perdure drive list --all' })
    .option('--received', 'those that you were sent with messages')
    .option('--all', 'those of everybody, for the owner')
    .option('--limit <n>', 'at most this many', wholeNumber('--limit', 1, 1000), 50)
    .option('--cursor <cursor>', 'the next page, as the one before names it')
    .action(run(async (options: ListFilesOptions) => (await import('./drive-list.ts')).listFiles(rim, options)));
  leaf(drive, 'get <file>', {
    summary:
      'Fetch a file, yours or one you were sent, by its name or the beginning of its id; nothing is written over',
    example: 'perdure drive get cat.png --output ~/cats/first.png',
  })
    .option('--output <path>', 'where it goes (default: here, under its name)')
    .action(
      run(async (file: string, options: GetFileOptions) =>
        (await import('./drive-get.ts')).getFile(rim, file, options),
      ),
    );
  leaf(drive, 'delete <file>', {
    summary: 'Delete a file for good: its links end, and messages lose it',
    example: 'perdure drive delete cat.png',
  }).action(
    run(async (file: string, options: SpeakerOptions) =>
      (await import('./drive-delete.ts')).deleteFile(rim, file, options),
    ),
  );
  withSpeaker(drive);
}
